import numpy as np
import pytest

from digitcore.training import calibration


def _digits(sharpness: float) -> tuple[np.ndarray, np.ndarray]:
    """Answers that are right as often as their softmax says, made `sharpness` times too sure."""
    random = np.random.default_rng(0)
    logits = random.normal(size=(20_000, 10)) * 2
    true = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    labels = np.array([random.choice(10, p=shares) for shares in true])
    sharp = np.exp(sharpness * logits)
    return sharp / sharp.sum(axis=1, keepdims=True), labels


@pytest.mark.parametrize("sharpness", [0.5, 1.0, 3.0])
def test_the_temperature_undoes_false_sureness(sharpness):
    assert calibration.fit_temperature(*_digits(sharpness)) == pytest.approx(sharpness, rel=0.03)


def test_the_calibrated_loss_is_that_at_the_temperature_and_the_same_however_sharp_the_answers():
    losses = []
    for sharpness in (0.5, 1.0, 3.0):
        answers, labels = _digits(sharpness)
        softened = calibration.soften(answers, calibration.fit_temperature(answers, labels))
        losses.append(calibration.calibrated_loss(answers, labels))
        assert losses[-1] == pytest.approx(-np.log(softened[np.arange(len(labels)), labels]).mean(), rel=1e-6)
    assert np.ptp(losses) < 1e-4


def test_the_threshold_keeps_its_share():
    probabilities, _ = _digits(1.0)
    threshold = calibration.rejection_threshold(probabilities, 1.5)
    kept = calibration.soften(probabilities, 1.5).max(axis=1) >= threshold
    assert kept.mean() == pytest.approx(0.995, abs=0.001)


def test_no_digit_counts_for_the_threshold_and_not_among_the_digits():
    answers = np.array([[0.1] * 2 + [0.0] * 8 + [0.8], [0.9] + [0.0] * 9 + [0.1]])
    np.testing.assert_allclose(calibration.digits_of(answers)[0, :2], 0.5)
    np.testing.assert_allclose(calibration.digits_of(answers).sum(axis=1), 1)
    np.testing.assert_allclose(calibration.digits_of(answers[:, :10]), calibration.digits_of(answers))
    assert calibration.rejection_threshold(answers[[1] * 100], 1) == pytest.approx(0.9, abs=1e-6)
