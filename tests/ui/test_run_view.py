"""A run on the training page: its views draw from one snapshot, and open no file themselves."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from digitcore.runs import pinned_drawing
from digitcore.ui.train.run_view import PICTURES
from tests import opened_files


def _page(run) -> None:
    from digitcore.ui.train.run_view import run_view

    run_view(run)


@pytest.mark.parametrize("picture", PICTURES)
def test_each_file_of_a_run_is_opened_once_to_show_it(finished_run, picture):
    pinned_drawing.pin(np.full((28, 28), 200, np.uint8))
    app = AppTest.from_function(_page, args=(finished_run,), default_timeout=30).run()
    app.session_state["train_show"] = picture
    with opened_files.counted() as opened:
        app.run()
    assert not app.exception
    assert {"status.json", "events.csv", "training.lock"} <= opened.keys() and set(opened.values()) == {1}
