"""Runs a bundle's network with LiteRT."""

import os
from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitcore.errors import BundleError
from digitcore.model_format import CLASSES, EMBEDDING, INPUT_SHAPE, PROBABILITIES, as_input, layer_name
from digitcore.prediction.bundles import Bundle

LEAST_PROBABILITY = 1e-37
"""About the smallest normal float32: the order of the digits is kept even if "no digit" is all but certain."""
BATCH = 100


class Answers(NamedTuple):
    """A network's answers to N pictures.

    `probabilities` is (N, 10), calibrated, as if each picture had to be a digit. `no_digit` is (N,), the share of the
    answer "no digit" among all eleven; 0 for a network that cannot give it. `support` is (N,), the share of the best
    digit among all eleven. `embeddings` is (N, E), the last layer's input; E is 0 for a bundle without it.
    """

    probabilities: NDArray[np.float32]
    no_digit: NDArray[np.float64]
    embeddings: NDArray[np.float32]

    @property
    def support(self) -> NDArray[np.float64]:
        """(N,) the share of the best digit among all answers, "no digit" included."""
        support: NDArray[np.float64] = self.probabilities.max(axis=1) * (1 - self.no_digit)
        return support

    @property
    def shares(self) -> NDArray[np.float64]:
        """(N, 11): the digits' shares and that of "no digit", which add up to 1."""
        return np.hstack([self.probabilities * (1 - self.no_digit[:, None]), self.no_digit[:, None]])


class ForwardPass(NamedTuple):
    """One run of the network on one picture: its (28, 28) uint8 `pixels`, its `answers`, with N = 1, and its layers.

    `layers` has each convolution's and pooling's output, first to last, as (height, width, features) float32. Empty for
    a network without any, and for a bundle of an early version.
    """

    pixels: NDArray[np.uint8]
    answers: Answers
    layers: tuple[NDArray[np.float32], ...]


class Engine:
    """A bundle's network, ready to read. Safe to share between threads, which take turns."""

    def __init__(self, bundle: Bundle) -> None:
        """Loads the network. Raises BundleError if LiteRT cannot load it, or if it does not read digits."""
        self.bundle = bundle
        self._lock = Lock()
        try:
            self._single = _Network(bundle, 1)
            # A network whose input is not a float picture fails here rather than at the first stroke.
            self._single.run(np.zeros((1, *INPUT_SHAPE), np.float32))
        except (ValueError, RuntimeError) as error:
            raise BundleError(f"model '{bundle.name}' is rejected: {str(error).splitlines()[0]}") from None
        self._batched: _Network | None = None

    @property
    def knows_no_digit(self) -> bool:
        """Whether the network can answer "no digit"."""
        return self._single.classes > CLASSES

    def probabilities(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The calibrated probabilities, (N, 10) float32, of (N, 28, 28) uint8 pictures as MNIST's are."""
        return self.answers(pictures).probabilities

    def answers(self, pictures: NDArray[np.uint8]) -> Answers:
        """The network's answers to (N, 28, 28) uint8 pictures as MNIST's are."""
        inputs = as_input(pictures)
        with self._lock:
            starts = range(0, len(inputs), BATCH)
            parts = [part for start in starts for part in self._run(inputs[start : start + BATCH])]
        raw, embeddings = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
        return Answers(*self._calibrate(raw), embeddings)

    def forward(self, pixels: NDArray[np.uint8]) -> ForwardPass:
        """Runs the network on one (28, 28) uint8 picture as MNIST's are, and keeps what its layers give."""
        with self._lock:
            raw, embeddings = self._single.run(as_input(pixels[None]))
            layers = tuple(self._single.output(layer_name(index))[0] for index in range(len(self.bundle.layers)))
        return ForwardPass(pixels, Answers(*self._calibrate(raw), embeddings), layers)

    def _run(self, inputs: NDArray[np.float32]) -> list[tuple[NDArray[np.float32], NDArray[np.float32]]]:
        """The raw answers and the embeddings, part by part."""
        if len(inputs) == BATCH:
            self._batched = self._batched or _Network(self.bundle, BATCH)
            return [self._batched.run(inputs)]
        return [self._single.run(inputs[index : index + 1]) for index in range(len(inputs))]

    def _calibrate(self, raw: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
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
            # Bundles of early versions have one output, without a name.
            self.outputs = {PROBABILITIES: next(iter(self.outputs.values()))}
        shape = list(self.outputs[PROBABILITIES]["shape"])[1:]
        if shape not in ([CLASSES], [CLASSES + 1]):
            raise ValueError(f"its network's output has the shape {shape}, not [{CLASSES}] or [{CLASSES + 1}]")
        self.classes = int(shape[0])

    def run(self, inputs: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The raw answers and the embeddings of as many pictures as this takes."""
        self.interpreter.set_tensor(self.input, inputs)
        self.interpreter.invoke()
        raw = self.output(PROBABILITIES)
        return raw, self.output(EMBEDDING) if EMBEDDING in self.outputs else np.empty((len(raw), 0), np.float32)

    def output(self, name: str) -> NDArray[np.float32]:
        """The output `name` of the last run, a copy."""
        output: NDArray[np.float32] = self.interpreter.get_tensor(self.outputs[name]["index"])
        return output
