from digitcore.training.steering import Event
from digitcore.ui.charts import marks_of


def test_a_mark_stands_at_each_step_that_was_steered_and_close_ones_share_their_words():
    events = [
        Event(0, 0, "begin", "sample"),
        Event(100, 1, "pause"),
        Event(100, 1, "go on"),
        Event(110, 1, "stop"),
        Event(110, 1, "resume"),
        Event(600, 6, "rate", "0.0002"),
    ]
    marks = marks_of(events, 100, 10)
    assert marks["epoch"].tolist() == [1.0, 1.1, 6.0]
    assert marks["words"].tolist() == ["pause, go on, stop, resume", "", "rate 0.0002"]
    # Over fewer epochs the same two are far enough apart.
    assert marks_of(events, 100, 2)["words"].tolist() == ["pause, go on", "stop, resume", "rate 0.0002"]


def test_a_run_that_was_never_steered_has_no_marks():
    assert marks_of([Event(0, 0, "begin", "sample")], 100, 10).empty
