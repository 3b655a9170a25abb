import subprocess
import sys
import threading
import time

import pytest

from digitcore.errors import BusyError
from digitcore.runs import lock


def test_one_holds_the_lock_and_another_learns_who():
    assert lock.holder() is None
    with lock.taken() as descriptor:
        lock.name_holder(descriptor, "first")
        assert lock.holder() == "first"
        with pytest.raises(BusyError, match="run 'first' is training"), lock.taken():
            pass
    assert lock.holder() is None


def test_a_child_holds_it_until_it_ends_however_it_ends():
    with lock.taken() as descriptor:
        lock.name_holder(descriptor, "child")
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], pass_fds=(descriptor,))
    assert lock.holder() == "child"
    child.kill()
    child.wait()
    deadline = time.monotonic() + 5
    while lock.holder() and time.monotonic() < deadline:
        time.sleep(0.01)
    with lock.taken():
        assert lock.holder() is None


def test_asking_for_the_holder_is_never_in_the_way():
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            lock.holder()

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(50):
            with lock.taken():
                pass
    finally:
        stop.set()
        for thread in threads:
            thread.join()
