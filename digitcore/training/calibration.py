"""How sure a network may say that it is: a temperature, and a threshold below which it should not say."""

import numpy as np
from scipy.optimize import minimize_scalar

KEPT_SHARE = 0.995
"""The share of validation digits that the rejection threshold lets through. Of digits of people unseen it is less: 99%
are to be kept of those."""


def digits_of(answers: np.ndarray) -> np.ndarray:
    """The (N, 10) probabilities if it had to be a digit, of (N, 10) answers, or (N, 11) with "no digit" as the last."""
    digits = answers[:, :10] + 1e-12
    return digits / digits.sum(axis=1, keepdims=True)


def fit_temperature(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """The temperature under which validation's labels are likeliest (Guo et al., 2017).

    `probabilities` is (N, 10), `labels` (N,). Above 1 the network was too sure of itself, below 1 not sure enough.
    """

    def loss(log_temperature: float) -> float:
        likelihoods = soften(probabilities, np.exp(log_temperature))[np.arange(len(labels)), labels]
        return -float(np.log(np.maximum(likelihoods, 1e-12)).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-2, 2), method="bounded").x))


def rejection_threshold(answers: np.ndarray, temperature: float) -> float:
    """The share of their best digit, "no digit" being counted too, that KEPT_SHARE of the validation digits reach.

    `answers` is (N, 10) or (N, 11).
    """
    return float(np.quantile(soften(answers, temperature)[:, :10].max(axis=1), 1 - KEPT_SHARE))


def soften(probabilities: np.ndarray, temperature: float) -> np.ndarray:
    """Softmax of the logits divided by `temperature`, from (N, K) probabilities."""
    powers = np.maximum(probabilities, 1e-12).astype(np.float64) ** (1 / temperature)
    return powers / powers.sum(axis=1, keepdims=True)
