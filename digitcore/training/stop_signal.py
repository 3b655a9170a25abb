"""The stop of a run, shared by the fit and by the thread that ends the process where the fit takes too long."""

from dataclasses import dataclass, field
from threading import Event

POLL_SECONDS = 0.1
"""How often a worker reads what it is asked."""
SHORT_PATIENCE, LONG_PATIENCE = 0.4, 10.0
LONG_STEP_SECONDS = 0.5


@dataclass
class Stop:
    """`fit_is_over` is set once the fit has ended; `patience` is the time in seconds that it has to react to a stop.

    Where steps are short, the fit reacts to a stop by itself and scores what it has. It has little time before its
    first step, when there is nothing to score, and where its steps are long.
    """

    fit_is_over: Event = field(default_factory=Event)
    patience: float = SHORT_PATIENCE

    def step_took(self, seconds: float) -> None:
        """Sets the patience according to how long the last step took."""
        self.patience = SHORT_PATIENCE if seconds > LONG_STEP_SECONDS else LONG_PATIENCE
