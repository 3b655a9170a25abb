"""How good a model is."""

from digitcore.evaluation.metrics import Evaluation, evaluate

__all__ = ["Evaluation", "evaluate"]
