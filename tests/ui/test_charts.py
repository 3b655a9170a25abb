from itertools import pairwise

from digitcore.runs.steering import Event, EventName
from digitcore.ui.charts import BAND_CHARACTERS, marks_of


def test_each_step_with_events_has_a_mark_whose_label_is_shown_where_it_fits():
    events = [
        Event(0, 0, EventName.BEGIN, "sample"),
        Event(100, 1, EventName.PAUSE),
        Event(100, 1, EventName.RESUME),
        Event(110, 1, EventName.STOP),
        Event(110, 1, EventName.RESUME),
        Event(600, 6, EventName.RATE, "0.0002"),
    ]
    marks = marks_of(events, 100, 10)
    assert marks["epoch"].tolist() == [1.0, 1.1, 6.0]
    assert marks["text"].tolist() == ["pause, resume", "stop, resume", "rate 0.0002"]
    assert marks["label"].tolist() == ["pause, resume", "", "rate 0.0002"]
    # Over fewer epochs they are farther apart.
    later = marks_of([*events[:3], Event(190, 1, EventName.STOP), Event(190, 1, EventName.RESUME)], 100, 3)
    assert later["label"].tolist() == ["pause, resume", "stop, resume"]


def test_the_labels_of_many_marks_never_overlap_nor_leave_the_plot():
    events = [Event(10 * index, 1 + index // 10, EventName.RATE, f"{index / 1000:g}") for index in range(1, 51)]
    marks = marks_of([*events, Event(999, 100, EventName.EPOCHS, "100")], 10, 100)
    assert len(marks) == 51 and (marks["text"] != "").all()
    shown = marks[marks["label"] != ""]
    assert 2 < len(shown) < 10
    ends = shown["at"] + 100 * shown["label"].str.len() / BAND_CHARACTERS
    assert all(end < begin for end, begin in zip(ends[:-1], shown["at"][1:], strict=True))
    assert ends.max() <= 100
    assert all(one <= other for one, other in pairwise(shown["at"]))


def test_a_run_that_was_never_steered_has_no_marks():
    assert marks_of([Event(0, 0, EventName.BEGIN, "sample")], 100, 10).empty
