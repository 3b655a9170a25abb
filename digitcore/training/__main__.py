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
"""Reserved on the disk while the run lasts, so that there is space to report that the disk is full."""


def main(run_id: str) -> int:
    """Trains the run and returns 0; 1 where it failed, with the reason in its status and the traceback in its log."""
    run = runs.by_id(run_id)
    stop = Stop()
    Thread(target=_end_if_fit_goes_on, args=(run, stop), daemon=True).start()
    try:
        run.reserve_file.write_bytes(bytes(RESERVE_BYTES))
        # Imported here, so that a failure to load TensorFlow is reported like any other.
        from digitcore.training.fit import train

        run.write_status(train(run, stop))
    except Exception as error:
        stop.fit_is_over.set()
        run.reserve_file.unlink(missing_ok=True)
        trouble = Trouble.NAN if isinstance(error, NotANumberError) else Trouble.NONE
        status = replace(run.written_status(), state=State.FAILED, error=reason(error), trouble=trouble)
        run.write_status(replace(status, seconds_left=None, ended=runs.now()))
        traceback.print_exc()
        return 1
    finally:
        run.reserve_file.unlink(missing_ok=True)
    return 0


def _end_if_fit_goes_on(run: Run, stop: Stop) -> None:
    """Ends the process where the fit does not react to a stop soon.

    TensorFlow may be loading, a file downloading, or a step long. What was saved stays, and the run counts as stopped,
    since it was asked to stop.
    """
    while not stop.fit_is_over.wait(POLL_SECONDS):
        if run.stop_file.exists() and not stop.fit_is_over.wait(stop.patience):
            run.reserve_file.unlink(missing_ok=True)
            rows = metrics.read(run.metrics_file)
            step, epoch = (rows[-1].step, rows[-1].epoch) if rows else (0, 0)
            run.record(Event(step, epoch, EventName.STOP))
            os._exit(0)


def reason(error: Exception) -> str:
    """Why a run failed, in one line."""
    text = str(error)
    if getattr(error, "errno", None) == errno.ENOSPC or "No space left" in text or "errno = 28" in text:
        return "The disk is full. Make room, then resume the run: what was saved is still there."
    if isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError":
        return "The machine ran out of memory. Use a smaller batch or a smaller network."
    first_line = text.strip().splitlines()[0] if text.strip() else "no message"
    return first_line if isinstance(error, DigitError) else f"{type(error).__name__}: {first_line}"


if __name__ == "__main__":
    code = main(sys.argv[1])
    sys.stdout.flush()
    sys.stderr.flush()
    # TensorFlow's iterator, left in the middle of an epoch, can keep the interpreter from ever ending.
    os._exit(code)
