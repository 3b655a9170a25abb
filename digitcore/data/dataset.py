"""What a loaded data set consists of."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Images = NDArray[np.uint8]
"""(N, 28, 28), 0 paper and 255 ink."""
Labels = NDArray[np.uint8]
"""(N,)"""
Labelled = tuple[Images, Labels]


class Split(NamedTuple):
    """One split of a data set: its name, images, labels, and a note for people, if there is one.

    `contributors` is (N,), who collected each digit: "" where its source does not say, None if no source says.
    """

    name: str
    images: Images
    labels: Labels
    note: str = ""
    contributors: NDArray[np.str_] | None = None


@dataclass(frozen=True)
class Dataset:
    """Digits for training, for validation and for testing.

    Drawings that are no digit, labelled NO_DIGIT, are among the training images only. `test_counts` has the number of
    test digits of each source, in the order in which they follow each other.
    """

    name: str
    train_images: Images
    train_labels: Labels
    validation_images: Images
    validation_labels: Labels
    test_images: Images
    test_labels: Labels
    test_counts: dict[str, int]
    note: str = ""

    @classmethod
    def of(cls, name: str, train: Labelled, validation: Labelled, test: Labelled, note: str = "") -> "Dataset":
        """The data set of one source. Without test digits, `test_counts` does not name it."""
        counts = {name: len(test[1])} if len(test[1]) else {}
        return cls(name, *train, *validation, *test, counts, note)

    def counts(self) -> dict[str, int]:
        """The number of images in each split."""
        return {
            "train": len(self.train_labels),
            "validation": len(self.validation_labels),
            "test": len(self.test_labels),
        }

    def mixed_with(self, other: "Dataset") -> "Dataset":
        """Both together, split by split."""
        return Dataset(
            f"{self.name}+{other.name}",
            np.concatenate([self.train_images, other.train_images]),
            np.concatenate([self.train_labels, other.train_labels]),
            np.concatenate([self.validation_images, other.validation_images]),
            np.concatenate([self.validation_labels, other.validation_labels]),
            np.concatenate([self.test_images, other.test_images]),
            np.concatenate([self.test_labels, other.test_labels]),
            self.test_counts | other.test_counts,
            " ".join(filter(None, (self.note, other.note))),
        )
