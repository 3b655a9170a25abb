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

    Drawings that are no digit, labelled NO_DIGIT, are among the training images only. `train_counts` and `test_counts`
    have the number of each source's digits, in the order in which they follow each other.
    """

    name: str
    train_images: Images
    train_labels: Labels
    validation_images: Images
    validation_labels: Labels
    test_images: Images
    test_labels: Labels
    train_counts: dict[str, int]
    test_counts: dict[str, int]
    note: str = ""

    @classmethod
    def of(cls, name: str, train: Labelled, validation: Labelled, test: Labelled, note: str = "") -> "Dataset":
        """The data set of one source. The counts do not name it for a split that it has no digits in."""
        train_counts, test_counts = ({name: len(labels)} if len(labels) else {} for _, labels in (train, test))
        return cls(name, *train, *validation, *test, train_counts, test_counts, note)

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
            self.train_counts | other.train_counts,
            self.test_counts | other.test_counts,
            " ".join(filter(None, (self.note, other.note))),
        )
