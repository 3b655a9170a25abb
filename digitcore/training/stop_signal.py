"""How a stop is heard, between the thread that looks for it and the fit."""

from dataclasses import dataclass, field
from threading import Event

POLL_SECONDS = 0.1
"""How often a worker looks at what it is asked."""
SHORT_PATIENCE, LONG_PATIENCE = 0.4, 10.0
LONG_STEP_SECONDS = 0.5


@dataclass
class Stop:
    """`heard` is set once the fit is over; `patience` is how long it has for that, in seconds, before it is ended.

    Where steps are short the fit hears a stop by itself, and can score what it has. It has little time before its
    first step, when there is nothing to score, and where its steps are long.
    """

    heard: Event = field(default_factory=Event)
    patience: float = SHORT_PATIENCE

    def step_took(self, seconds: float) -> None:
        """Sets the patience by what the last step took."""
        self.patience = SHORT_PATIENCE if seconds > LONG_STEP_SECONDS else LONG_PATIENCE
