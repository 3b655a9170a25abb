"""Runs a bundle's network with LiteRT."""

import os
from threading import Lock
from typing import NamedTuple

import numpy as np

from digitcore.errors import BundleError
from digitcore.model_format import CLASSES, EMBEDDING, INPUT_SHAPE, PROBABILITIES, as_input, layer_name
from digitcore.prediction.bundles import Bundle

LEAST_PROBABILITY = 1e-37
"""The smallest that float32 holds in full: which digit is likeliest counts even where "no digit" is all but certain."""
BATCH = 100


class Answers(NamedTuple):
    """What a network made of N pictures.

    `probabilities` is (N, 10), calibrated, as if each picture had to be a digit. `no_digit` is (N,), the share of the
    answer "no digit" among all eleven; 0 for a network that cannot give it. `support` is (N,), the best digit's share
    with that answer counted in. `embeddings` is (N, E), what the network's last layer was given; E is 0 where the
    bundle does not tell.
    """

    probabilities: np.ndarray
    no_digit: np.ndarray
    embeddings: np.ndarray

    @property
    def support(self) -> np.ndarray:
        """The best digit's share, "no digit" counted as an answer, too."""
        return self.probabilities.max(axis=1) * (1 - self.no_digit)

    @property
    def shares(self) -> np.ndarray:
        """(N, 11): the digits' shares and that of "no digit", which add up to 1."""
        return np.hstack([self.probabilities * (1 - self.no_digit[:, None]), self.no_digit[:, None]])


class Engine:
    """A bundle's network, ready to read. Safe to share between threads: one reads at a time."""

    def __init__(self, bundle: Bundle) -> None:
        """Loads the network. Raises BundleError where LiteRT cannot, or where it is not one that reads digits."""
        self.bundle = bundle
        self._lock = Lock()
        try:
            self._single = _Network(bundle, 1)
            # A network that takes something else than float pictures says so here, and not at the first stroke.
            self._single.run(np.zeros((1, *INPUT_SHAPE), np.float32))
        except (ValueError, RuntimeError) as error:
            raise BundleError(f"model '{bundle.name}' is refused: {str(error).splitlines()[0]}") from None
        self._batched: _Network | None = None

    @property
    def knows_no_digit(self) -> bool:
        """Whether the network can answer "no digit"."""
        return self._single.classes > CLASSES

    def probabilities(self, pictures: np.ndarray) -> np.ndarray:
        """The calibrated probabilities, (N, 10) float32, of (N, 28, 28) uint8 pictures as MNIST's are."""
        return self.answers(pictures).probabilities

    def answers(self, pictures: np.ndarray) -> Answers:
        """What the network makes of (N, 28, 28) uint8 pictures as MNIST's are."""
        inputs = as_input(pictures)
        with self._lock:
            told = [each for start in range(0, len(inputs), BATCH) for each in self._run(inputs[start : start + BATCH])]
        raw, embeddings = (np.concatenate(each) for each in zip(*told, strict=True))
        return Answers(*self._calibrate(raw), embeddings)

    def layers(self, picture: np.ndarray) -> list[np.ndarray]:
        """What each layer makes of a (28, 28) uint8 picture, first to last, as (height, width, features) float32.

        Convolutions and poolings alone; `bundle.layers` describes them. Empty where the bundle does not tell.
        """
        with self._lock:
            self._single.run(as_input(picture[None]))
            return [self._single.output(layer_name(at))[0] for at in range(len(self.bundle.layers))]

    def _run(self, inputs: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
        """The raw answers and the embeddings, part by part."""
        if len(inputs) == BATCH:
            self._batched = self._batched or _Network(self.bundle, BATCH)
            return [self._batched.run(inputs)]
        return [self._single.run(inputs[index : index + 1]) for index in range(len(inputs))]

    def _calibrate(self, raw: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Softmax of the logits over the bundle's temperature (Guo et al., 2017), with and without "no digit"."""
        powers = np.maximum(raw, LEAST_PROBABILITY).astype(np.float64) ** (1 / self.bundle.temperature)
        digits = powers[:, :CLASSES].sum(axis=1)
        probabilities = powers[:, :CLASSES] / digits[:, None]
        return probabilities.astype(np.float32), powers[:, CLASSES:].sum(axis=1) / powers.sum(axis=1)


class _Network:
    """An interpreter that takes `batch` pictures at a time."""

    def __init__(self, bundle: Bundle, batch: int) -> None:
        # Imported here, as it takes half a second: a page shows its canvas meanwhile.
        from ai_edge_litert.interpreter import Interpreter

        # One thread for one digit: it takes less time than waking a second one.
        threads = 1 if batch == 1 else os.cpu_count()
        self.interpreter = Interpreter(str(bundle.tflite), num_threads=threads)
        self.input = self.interpreter.get_input_details()[0]["index"]
        self.interpreter.resize_tensor_input(self.input, (batch, *INPUT_SHAPE))
        self.interpreter.allocate_tensors()
        self.outputs = self.interpreter.get_signature_runner().get_output_details()
        if len(self.outputs) == 1:
            # Bundles had one output, without a name, before they told what is inside.
            self.outputs = {PROBABILITIES: next(iter(self.outputs.values()))}
        given = list(self.outputs[PROBABILITIES]["shape"])[1:]
        if given not in ([CLASSES], [CLASSES + 1]):
            raise ValueError(f"its network gives {given}, not [{CLASSES}] or [{CLASSES + 1}]")
        self.classes = given[0]

    def run(self, inputs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The raw answers and the embeddings of as many pictures as this takes."""
        self.interpreter.set_tensor(self.input, inputs)
        self.interpreter.invoke()
        raw = self.output(PROBABILITIES)
        return raw, self.output(EMBEDDING) if EMBEDDING in self.outputs else np.empty((len(raw), 0), np.float32)

    def output(self, name: str) -> np.ndarray:
        """The output `name` of what was run last."""
        return self.interpreter.get_tensor(self.outputs[name]["index"])
