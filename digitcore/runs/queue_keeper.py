"""The keeper of the line: `python -m digitcore.runs.queue_keeper` starts each waiting run when its turn comes.

There is one while runs wait. It outlives the server, and whoever puts a run in line or looks at the line starts it
anew should it have been ended.
"""

from digitcore.errors import BusyError
from digitcore.runs import launch, lock, queue


def main() -> None:
    """Waits for the training lock, starts the first in line with it, and so on until no run waits."""
    try:
        with lock.taken("keeper") as own:
            lock.name_holder(own, "keeper")
            while _runs_wait(own):
                with lock.taken(wait=True) as descriptor:
                    launch.start_first(descriptor)
    except BusyError:
        # There is a keeper already.
        pass


def _runs_wait(own: int) -> bool:
    """Lets go of the keeper's lock where nothing waits, while nobody can join the line: no run is left unkept."""
    with queue.changing() as names:
        if not names:
            lock.release(own)
        return bool(names)


if __name__ == "__main__":
    main()
