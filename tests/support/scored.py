"""Score one method, as most tests want it."""

from aestudy.scoring.scoring import PreparedImages, ScoredMethod, score_methods


def score_method(reconstruct, clean, tested_on, read_images, *, examples, cells=None, judge=None, **names):
    method = ScoredMethod(reconstruct=reconstruct, names=names, cells=cells)
    options = {"examples": examples, "judge": judge}
    (scores,) = score_methods([method], PreparedImages(clean), tested_on, read_images, **options)
    return scores
