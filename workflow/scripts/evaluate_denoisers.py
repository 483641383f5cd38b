"""Score the classical denoisers against every condition."""

from aestudy.devices.environment import fix_environment
from aestudy_run.jobs import Job, run_job


def main(job: Job) -> None:
    """Choose every denoiser's strengths on the training images, score it, write the scores."""
    from aestudy.scoring.denoisers import fit_to_files
    from aestudy.scoring.scores import write_scores
    from aestudy.scoring.tested_images import images_of_job

    given, params, tested = job.input, job.params, images_of_job(job)
    train_variants = tested.open_variants(given.train_variants, "train", given.train)
    denoisers = fit_to_files(params.methods, given.train, tested.names, train_variants)
    scored = tested.score([tested.method(denoisers[name], method=name) for name in params.methods])
    for path, scores in zip(job.output.scores, scored, strict=True):
        write_scores(path, scores)


fix_environment()
run_job(main, globals().get("snakemake"))
