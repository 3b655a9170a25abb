"""How sure a network may say that it is: a temperature, and a threshold below which it should not say."""

import numpy as np
from scipy.optimize import minimize_scalar

KEPT_SHARE = 0.99
"""The share of validation digits that the rejection threshold lets through."""


def fit_temperature(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """The temperature under which validation's labels are likeliest (Guo et al., 2017).

    `probabilities` is (N, 10), `labels` (N,). Above 1 the network was too sure of itself, below 1 not sure enough.
    """

    def loss(log_temperature: float) -> float:
        likelihoods = soften(probabilities, np.exp(log_temperature))[np.arange(len(labels)), labels]
        return -float(np.log(np.maximum(likelihoods, 1e-12)).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-2, 2), method="bounded").x))


def rejection_threshold(probabilities: np.ndarray, temperature: float) -> float:
    """The confidence that KEPT_SHARE of the validation digits reach."""
    return float(np.quantile(soften(probabilities, temperature).max(axis=1), 1 - KEPT_SHARE))


def soften(probabilities: np.ndarray, temperature: float) -> np.ndarray:
    """Softmax of the logits divided by `temperature`, from (N, 10) probabilities."""
    powers = np.maximum(probabilities, 1e-12).astype(np.float64) ** (1 / temperature)
    return powers / powers.sum(axis=1, keepdims=True)
