import threading

import numpy as np

from digitcore import settings
from digitcore.runs import pinned_drawing


def test_a_drawing_is_pinned_and_unpinned():
    assert pinned_drawing.pinned() is None
    pixels = np.arange(784, dtype=np.uint8).reshape(28, 28)
    pinned_drawing.pin(pixels)
    assert (pinned_drawing.pinned().pixels == pixels).all()
    name = pinned_drawing.pinned().name
    pinned_drawing.pin(255 - pixels)
    assert pinned_drawing.pinned().name != name
    pinned_drawing.unpin()
    pinned_drawing.unpin()
    assert pinned_drawing.pinned() is None


def test_two_who_pin_at_once_leave_one_whole_drawing():
    drawings = [np.full((28, 28), shade, np.uint8) for shade in (50, 200)]
    threads = [
        threading.Thread(target=lambda ink=ink: [pinned_drawing.pin(ink) for _ in range(50)]) for ink in drawings
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(np.unique(pinned_drawing.pinned().pixels)) == 1
    assert [path.name for path in settings.home().iterdir()] == ["pinned.png"]


def test_what_is_no_drawing_is_none(tmp_path):
    settings.home().mkdir(parents=True)
    (settings.home() / "pinned.png").write_bytes(b"no picture")
    assert pinned_drawing.pinned() is None
