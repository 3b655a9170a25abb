"""The worker process of a run: `python -m digitcore.training RUN`.

It inherits the training lock from whoever starts it, and writes nothing but the run's folder.
"""

import errno
import os
import sys
import traceback
from dataclasses import replace
from threading import Thread

from digitcore import runs
from digitcore.errors import DigitError, NotANumberError
from digitcore.runs import Run, State, metrics
from digitcore.runs.remedies import Trouble
from digitcore.runs.steering import Event, EventName
from digitcore.training.stop_signal import POLL_SECONDS, Stop

RESERVE_BYTES = 1 << 16
"""Kept on the disk while the run lasts, so that there is room to say that the disk is full."""


def main(run_id: str) -> int:
    """Trains the run; gives 0, or 1 where it failed, with the reason in its status and the traceback in its log."""
    run = runs.by_id(run_id)
    stop = Stop()
    Thread(target=_leave_if_unheard, args=(run, stop), daemon=True).start()
    try:
        run.reserve_file.write_bytes(bytes(RESERVE_BYTES))
        # Imported here, so that TensorFlow failing to load is told like any other failure.
        from digitcore.training.fit import train

        run.write_status(train(run, stop))
    except Exception as error:
        stop.heard.set()
        run.reserve_file.unlink(missing_ok=True)
        suffers = Trouble.NAN if isinstance(error, NotANumberError) else Trouble.NONE
        failed = {"state": State.FAILED, "error": reason(error), "trouble": suffers}
        run.write_status(replace(run.written_status(), **failed, seconds_left=None, ended=runs.now()))
        traceback.print_exc()
        return 1
    finally:
        run.reserve_file.unlink(missing_ok=True)
    return 0


def _leave_if_unheard(run: Run, stop: Stop) -> None:
    """Ends the process where a stop is not heard soon: TensorFlow may be loading, a file coming, or a step long.

    What was saved stays, and the run's status is seen as stopped, since it was asked to.
    """
    while not stop.heard.wait(POLL_SECONDS):
        if run.stop_file.exists() and not stop.heard.wait(stop.patience):
            run.reserve_file.unlink(missing_ok=True)
            last = next(reversed(metrics.read(run.metrics_file)), None)
            run.record(Event(last.step if last else 0, last.epoch if last else 0, EventName.STOP))
            os._exit(0)


def reason(error: Exception) -> str:
    """Why a run failed, in one plain line."""
    text = str(error)
    if getattr(error, "errno", None) == errno.ENOSPC or "No space left" in text or "errno = 28" in text:
        return "The disk is full. Make room, then resume the run: what was saved is still there."
    if isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError":
        return "The machine ran out of memory. Use a smaller batch or a smaller network."
    first_line = text.strip().splitlines()[0] if text.strip() else "no more is known"
    return first_line if isinstance(error, DigitError) else f"{type(error).__name__}: {first_line}"


if __name__ == "__main__":
    code = main(sys.argv[1])
    sys.stdout.flush()
    sys.stderr.flush()
    # TensorFlow's iterator, left in the midst of an epoch, can keep an ending interpreter waiting for ever.
    os._exit(code)
