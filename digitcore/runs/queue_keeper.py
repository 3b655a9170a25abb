"""The queue's keeper, a process: `python -m digitcore.runs.queue_keeper` starts each waiting run when its turn comes.

There is one while runs wait. It outlives the server; `launch.advance` starts another where it was killed. Between two
runs it deletes old trash, so that a home without visitors does not fill up.
"""

from digitcore.errors import BusyError
from digitcore.runs import launch, lock, queue, trash
from digitcore.runs.lock import KEEPER


def main() -> None:
    """Waits for the training lock, starts the first run in the queue with it, and repeats that until none waits."""
    try:
        with lock.taken(KEEPER) as keepers_lock:
            lock.name_holder(keepers_lock, KEEPER)
            while _runs_wait(keepers_lock):
                trash.purge_old()
                with lock.taken(wait=True) as training_lock:
                    launch.start_first(training_lock)
    except BusyError:
        # There is a keeper already.
        pass


def _runs_wait(keepers_lock: int) -> bool:
    """Whether any run waits; if none, the keeper's lock is released before anyone can join the queue.

    Whoever joins after that therefore sees that there is no keeper, and starts one.
    """
    with queue.changing() as ids:
        if not ids:
            lock.release(keepers_lock)
        return bool(ids)


if __name__ == "__main__":
    main()
