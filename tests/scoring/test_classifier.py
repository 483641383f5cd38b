"""The classifier: its gradients, what it learns, its file, and data sets without labels."""

import numpy as np
import pytest

from aestudy.errors import StudyError
from aestudy.files.archives import read_archive, write_archive
from aestudy.scoring.classifier import (
    loss_and_gradients,
    make_judge,
    read_classifier,
    train_classifier,
    train_from_file,
    write_classifier,
)
from aestudy.seeds import stream


def striped(n_images, seed=0, classes=(3, 7)):
    """Noisy images with a bright upper or a bright lower half."""
    rng = np.random.default_rng(seed)
    labels = rng.choice(classes, n_images)
    images = rng.integers(0, 120, (n_images, 6, 5))
    images[labels == classes[0], :3] += 60
    images[labels != classes[0], 3:] += 60
    return images.astype(np.uint8), labels.astype(np.int64)


def train(images, labels, seed=1):
    return train_classifier(images, labels, stream(seed, "mine", "classifier"))


def test_gradients_agree_with_differences():
    rng = np.random.default_rng(0)
    shapes = [(12, 6), (6,), (6, 3), (3,)]
    parameters = [rng.normal(size=shape) for shape in shapes]
    rows, targets = rng.random((9, 12)), rng.integers(3, size=9)
    _, gradients = loss_and_gradients(parameters, rows, targets)
    for parameter, gradient in zip(parameters, gradients, strict=True):
        for place in np.ndindex(parameter.shape):
            kept, step = parameter[place], 1e-6
            parameter[place] = kept + step
            above, _ = loss_and_gradients(parameters, rows, targets)
            parameter[place] = kept - step
            below, _ = loss_and_gradients(parameters, rows, targets)
            parameter[place] = kept
            assert gradient[place] == pytest.approx((above - below) / (2 * step), abs=1e-6)


class TestTraining:
    def test_it_learns_and_keeps_the_labels_own_numbers(self):
        classifier = train(*striped(500))
        images, labels = striped(200, seed=1)
        found = classifier.classify(images.astype(np.float32) / 255)
        assert set(found) <= {3, 7}
        assert (found == labels).mean() > 0.95

    def test_same_seed_same_weights(self):
        images, labels = striped(150)
        first, again, other = (train(images, labels, seed) for seed in (1, 1, 2))
        for left, right, third in zip(first.parameters, again.parameters, other.parameters, strict=True):
            np.testing.assert_array_equal(left, right)
            assert not np.array_equal(left, third)

    def test_images_without_label_are_left_out(self):
        images, labels = striped(150)
        more = np.concatenate([images, 255 - images[:20]])
        some = np.concatenate([labels, np.full(20, -1)])
        for left, right in zip(train(images, labels).parameters, train(more, some).parameters, strict=True):
            np.testing.assert_array_equal(left, right)

    @pytest.mark.parametrize("label", [-1, 4])
    def test_nothing_to_tell_apart(self, label):
        images, _ = striped(30)
        assert train(images, np.full(30, label)) is None


class TestJudge:
    def test_it_says_which_are_right(self):
        images, labels = striped(300)
        classifier = train(images, labels)
        given = images.astype(np.float32) / 255
        right = make_judge(classifier, labels)(given)
        assert right.dtype == np.float32
        np.testing.assert_array_equal(right, classifier.classify(given) == labels)
        np.testing.assert_array_equal(make_judge(classifier, 10 - labels)(given), 1 - right)

    @pytest.mark.parametrize("label", [-1, 5])
    def test_labels_that_it_does_not_know(self, label):
        images, labels = striped(100)
        classifier = train(images, labels)
        labels[17] = label
        assert make_judge(classifier, labels) is None

    def test_no_classifier(self):
        assert make_judge(None, np.array([1])) is None


class TestFiles:
    def test_round_trip(self, tmp_path):
        images, labels = striped(100)
        write_archive(tmp_path / "train.npz", {"images": images, "labels": labels}, {})
        for name in ("a", "b"):
            train_from_file(tmp_path / "train.npz", tmp_path / name, study_seed=1, dataset="mine")
        assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
        given = images.astype(np.float32) / 255
        np.testing.assert_array_equal(
            read_classifier(tmp_path / "a").classify(given), train(images, labels).classify(given)
        )

    def test_without_labels(self, tmp_path):
        images, _ = striped(20)
        write_archive(tmp_path / "train.npz", {"images": images, "labels": np.full(20, -1)}, {})
        train_from_file(tmp_path / "train.npz", tmp_path / "c.npz", study_seed=1, dataset="mine")
        assert read_classifier(tmp_path / "c.npz") is None

    def test_foreign_files(self, tmp_path):
        path = tmp_path / "c.npz"
        write_archive(path, {"parameter_0": np.zeros((2, 3))}, {"labeled": True})
        with pytest.raises(StudyError, match=r"c\.npz: expected the weights and classes of a classifier"):
            read_classifier(path)
        images, labels = striped(100)
        write_classifier(path, train(images, labels), dataset="mine")
        arrays = read_archive(path)
        del arrays["provenance"]
        classes = arrays.pop("classes")
        for others in ({}, {"classes": classes[1:]}):
            write_archive(path, arrays | others, {"labeled": True})
            with pytest.raises(StudyError, match=r"c\.npz: expected the weights and classes"):
                read_classifier(path)
        np.savez(path, x=np.zeros(1))
        with pytest.raises(StudyError, match=r"c\.npz"):
            read_classifier(path)
        write_classifier(path, None, dataset="mine")
        assert read_classifier(path) is None


@pytest.mark.full_mnist
def test_it_reads_real_digits(mnist_folder, monkeypatch):
    import gzip

    from aestudy.scoring import classifier

    def read(name, offset):
        return np.frombuffer(gzip.decompress((mnist_folder / name).read_bytes()), np.uint8, offset=offset)

    monkeypatch.setattr(classifier, "EPOCHS", 6)
    images = read("train-images-idx3-ubyte.gz", 16).reshape(-1, 28, 28)[:6000]
    trained = train(images, read("train-labels-idx1-ubyte.gz", 8)[:6000].astype(np.int64))
    tests = read("t10k-images-idx3-ubyte.gz", 16).reshape(-1, 28, 28)[:2000].astype(np.float32) / 255
    assert (trained.classify(tests) == read("t10k-labels-idx1-ubyte.gz", 8)[:2000]).mean() > 0.92
