import numpy as np
import pytest

from aestudy.datasets.splits import stratified_order, stratified_split


@pytest.mark.parametrize("counts", [(50, 50, 50, 50), (97, 2, 1), (30,), (7, 13, 80, 401)])
@pytest.mark.parametrize("test_images", [1, 10, 25])
def test_a_split_is_complete_disjoint_and_proportional(counts, test_images):
    labels = np.repeat(np.arange(len(counts)), counts)
    train, test = stratified_split(labels, test_images, np.random.default_rng(3))
    assert len(test) == test_images
    np.testing.assert_array_equal(np.sort(np.concatenate([train, test])), np.arange(len(labels)))
    share = np.array(counts) * test_images / len(labels)
    assert np.abs(np.bincount(labels[test], minlength=len(counts)) - share).max() < 1


def test_each_beginning_of_an_order_has_the_labels_in_proportion():
    labels = np.repeat(np.arange(10), 40)
    ordered = labels[stratified_order(labels, np.random.default_rng(3))]
    for length in range(10, 401, 10):
        np.testing.assert_array_equal(np.bincount(ordered[:length], minlength=10), length // 10)
    unbalanced = np.repeat(np.arange(3), [300, 30, 3])
    ordered = unbalanced[stratified_order(unbalanced, np.random.default_rng(3))]
    for length in range(1, 334, 7):
        share = np.array([300, 30, 3]) * length / 333
        assert np.abs(np.bincount(ordered[:length], minlength=3) - share).max() < 3


@pytest.mark.parametrize("test_images", [0, 5, 6])
def test_a_split_that_leaves_a_part_empty_is_refused(test_images):
    with pytest.raises(ValueError, match="expected 1 to 4 test images"):
        stratified_split(np.zeros(5, int), test_images, np.random.default_rng(3))
