"""Calibration: a temperature that makes confidence match accuracy, and the rejection threshold."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import OptimizeResult, minimize_scalar

KEPT_SHARE = 0.995
"""The share of validation digits that reach the rejection threshold. Of digits of other people it is less: the aim is
to keep 99% of those."""


def digits_of(answers: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N, 10) probabilities as if each had to be a digit, of (N, 10) answers, or (N, 11) with "no digit" last."""
    digits = answers[:, :10] + 1e-12
    result: NDArray[np.float32] = digits / digits.sum(axis=1, keepdims=True)
    return result


def fit_temperature(probabilities: NDArray[np.float32], labels: NDArray[np.uint8]) -> float:
    """The temperature that maximises the likelihood of the validation labels (Guo et al., 2017).

    `probabilities` is (N, 10), `labels` (N,). Above 1 the network was overconfident, below 1 underconfident.
    """
    return float(np.exp(_fit(probabilities, labels).x))


def calibrated_loss(probabilities: NDArray[np.float32], labels: NDArray[np.uint8]) -> float:
    """The mean negative log-likelihood, in nats, of the labels (N,) at the best temperature of (N, 10) probabilities.

    Of two networks that make as many mistakes, it is lower for the one that is less sure of its own.
    """
    return float(_fit(probabilities, labels).fun)


def _fit(probabilities: NDArray[np.float32], labels: NDArray[np.uint8]) -> OptimizeResult:
    """The lowest loss (`fun`), and the logarithm of its temperature (`x`)."""

    def loss(log_temperature: float) -> float:
        likelihoods = soften(probabilities, np.exp(log_temperature))[np.arange(len(labels)), labels]
        return -float(np.log(np.maximum(likelihoods, 1e-12)).mean())

    return minimize_scalar(loss, bounds=(-2, 2), method="bounded")


def rejection_threshold(answers: NDArray[np.float32], temperature: float) -> float:
    """The share of the best digit among all answers that KEPT_SHARE of the validation digits reach.

    `answers` is (N, 10) or, with "no digit", (N, 11).
    """
    return float(np.quantile(soften(answers, temperature)[:, :10].max(axis=1), 1 - KEPT_SHARE))


def soften(probabilities: NDArray[np.float32], temperature: float) -> NDArray[np.float64]:
    """The (N, K) probabilities of the logits divided by `temperature`, from those at temperature 1."""
    powers = np.maximum(probabilities, 1e-12).astype(np.float64) ** (1 / temperature)
    result: NDArray[np.float64] = powers / powers.sum(axis=1, keepdims=True)
    return result
