import numpy as np

from digitcore.data.splits import stratified_split

LABELS = np.repeat(np.arange(3), (70, 20, 11))


def test_each_class_gives_its_share_and_the_shares_add_up():
    rest, aside = stratified_split(LABELS, 20, seed=1)
    assert np.bincount(LABELS[aside]).tolist() == [14, 4, 2]
    assert sorted([*rest, *aside]) == list(range(len(LABELS)))


def test_the_seed_decides():
    again = stratified_split(LABELS, 20, seed=1)[1]
    np.testing.assert_array_equal(stratified_split(LABELS, 20, seed=1)[1], again)
    assert not np.array_equal(stratified_split(LABELS, 20, seed=2)[1], again)
