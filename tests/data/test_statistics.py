import numpy as np
import pytest

from digitcore import data
from digitcore.data import label_errors, statistics

SAMPLE = data.load("sample")


@pytest.mark.parametrize("width", [2, 4, 6, 8])
def test_a_bars_width_is_told(width):
    bar = np.zeros((2, 28, 28), np.uint8)
    bar[0, 2:26, 10 : 10 + width] = 255
    bar[1, 10 : 10 + width, 2:26] = 255
    assert statistics.stroke_widths(bar) == pytest.approx([width, width], abs=0.12 * width)


def test_pictures_do_not_see_each_other_and_paper_has_no_strokes():
    some = np.concatenate([SAMPLE.test_images[:5], np.zeros((1, 28, 28), np.uint8)])
    alone = [statistics.stroke_widths(each[None])[0] for each in some]
    np.testing.assert_allclose(statistics.stroke_widths(some), alone)
    assert alone[-1] == 0


def test_counts_mean_spread_and_ink_are_numpys():
    images, labels = SAMPLE.test_images, SAMPLE.test_labels
    assert statistics.counts(labels).tolist() == [(labels == digit).sum() for digit in range(10)]
    mean, spread = statistics.mean_and_spread(images)
    np.testing.assert_allclose(mean, (images / 255).mean(axis=0), atol=1e-5)
    np.testing.assert_allclose(spread, (images / 255).std(axis=0), atol=1e-5)
    assert statistics.ink_shares(images)[3] == pytest.approx(images[3].mean() / 255)


def test_the_strangest_is_furthest_from_its_kinds_middle():
    embeddings, labels = np.array([[0, 0], [0.1, 0], [5, 5], [9, 9.0]]), np.array([1, 1, 1, 2])
    assert statistics.most_typical_first(embeddings, labels, 1).tolist() == [1, 0, 2]


def test_doubtful_labels_are_fifteen_and_no_suggestion_is_the_label_itself():
    assert len(label_errors.SUGGESTED) == 15 and set(label_errors.SUGGESTED.values()) <= set(range(10))
