import threading

import numpy as np

from digitcore import settings
from digitcore.training import pin


def test_a_drawing_is_pinned_and_unpinned():
    assert pin.pinned() is None
    pixels = np.arange(784, dtype=np.uint8).reshape(28, 28)
    pin.pin(pixels)
    assert (pin.pinned().pixels == pixels).all()
    name = pin.pinned().name
    pin.pin(255 - pixels)
    assert pin.pinned().name != name
    pin.unpin()
    pin.unpin()
    assert pin.pinned() is None


def test_two_who_pin_at_once_leave_one_whole_drawing():
    drawings = [np.full((28, 28), shade, np.uint8) for shade in (50, 200)]
    threads = [threading.Thread(target=lambda one=one: [pin.pin(one) for _ in range(50)]) for one in drawings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(np.unique(pin.pinned().pixels)) == 1
    assert [path.name for path in settings.home().iterdir()] == ["pinned.png"]


def test_what_is_no_drawing_is_none(tmp_path):
    settings.home().mkdir(parents=True)
    (settings.home() / "pinned.png").write_bytes(b"no picture")
    assert pin.pinned() is None
