"""Weight averaging: how much of the earlier steps stays in the moving averages of the weights."""

WARM_UP_STEPS = 10


def momentum(limit: float, step: int) -> float:
    """The weight of earlier steps in the averages after `step`, counted from 0.

    It rises to `limit`, the recipe's. With that from the beginning, the averages would be close to the untrained
    weights after an epoch of few steps.
    """
    return min(limit, step / (step + WARM_UP_STEPS))
