"""The Runs page, run by Streamlit's own test harness; ticks are clicked in tests/browser/test_runs.py."""

import json
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from digitcore import runs, settings
from digitcore.runs import State, Status, description, lock
from digitcore.runs.steering import Event, EventName
from tests import run_folders
from tests.conftest import tiny

HINT = "tick one to see its details, several to compare them"


def _page(**parameters: object) -> AppTest:
    """The page, opened by an address that has `parameters`."""
    app = AppTest.from_file(str(settings.PROJECT / "app.py"), default_timeout=60).run().switch_page("pages/runs.py")
    for name, value in parameters.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def _query(app: AppTest, name: str) -> list[str]:
    """The values of a parameter of the address; the harness gives a single value as itself."""
    value = app.query_params[name]
    return value if isinstance(value, list) else [value]


def _names(app: AppTest) -> list[str]:
    return list(app.dataframe[0].value["name"])


def _captions(app: AppTest) -> list[str]:
    return [caption.value for caption in app.caption]


def _html(app: AppTest) -> str:
    return " ".join(element.proto.body for element in app.get("html"))


@pytest.fixture
def three_runs() -> None:
    run_folders.make("wide", 0.97)
    run_folders.make("plain", 0.985, minute=1, learning_rate=0.001)
    description.annotate(run_folders.make("warm-up", None, minute=2), "fell over\nat once")


def test_the_table_has_every_run(three_runs):
    app = _page()
    frame = app.dataframe[0].value
    assert list(frame["name"]) == ["warm-up", "plain", "wide"]
    assert list(frame["validation"].round(2))[1:] == [98.5, 97.0] and frame["validation"].isna()[0]
    assert list(frame["state"]) == [["Failed"], ["Finished"], ["Finished"]]
    assert frame["note"][0] == "fell over at once"
    assert f"3 runs · {HINT}" in _captions(app)
    assert app.button(key="runs_delete").disabled and app.button(key="runs_untick").disabled


def test_filters_narrow_it_down_and_are_in_the_address(three_runs):
    app = _page()
    app.text_input(key="runs_search").set_value("UP fell").run()
    assert _names(app) == ["warm-up"]
    assert f"1 of 3 runs · {HINT}" in _captions(app)
    app.text_input(key="runs_search").set_value("").run()
    app.button_group(key="runs_states").set_value(["finished"]).run()
    assert _names(app) == ["plain", "wide"]
    assert _query(app, "state") == ["finished"] and "search" not in app.query_params
    app.text_input(key="runs_search").set_value("nothing like it").run()
    assert not app.dataframe and "No run matches. Remove a filter to see more." in _captions(app)


def test_an_address_opens_a_comparison_as_it_was(three_runs):
    app = _page(run=["wide", "plain"], show="loss", smoothing="0.5", search="l", state="finished")
    assert "plain is best: 98.50% on validation in epoch 2, 1.50 points above wide." in _html(app)
    assert app.button_group(key="runs_show").value == "loss" and app.slider(key="runs_smoothing").value == 0.5
    assert app.text_input(key="runs_search").value == "l" and _names(app) == ["plain"]
    assert app.dataframe[1].value.to_dict("index") == {"Learning rate": {"wide": "0.004", "plain": "0.001"}}
    app.button_group(key="runs_show").set_value("val_loss").run()
    assert _query(app, "show") == ["val_loss"] and _query(app, "run") == ["wide", "plain"]


def _epochs_axes(app: AppTest) -> list[list[int]]:
    """How many epochs each chart has room for."""
    specs = [json.loads(chart.proto.spec) for chart in app.get("vega_lite_chart")]
    return [spec["encoding"]["x"]["scale"]["domain"] for spec in specs]


def test_a_stopped_run_has_no_room_for_the_epochs_that_it_never_had():
    stopped = run_folders.make("stopped", epochs=3)
    stopped.write_status(replace(stopped.written_status(), state=State.STOPPED, epoch=4, epochs=60))
    run_folders.make("short")
    assert _epochs_axes(_page(run=["stopped", "short"])) == [[0, 3]]
    assert _epochs_axes(_page(run=["stopped"])) == [[0, 3]]
    app = _page(run="stopped")
    app.button(key="runs_open").click().run()
    assert not app.exception and _epochs_axes(app) == [[0, 4]] * 3


def test_runs_of_one_recipe_differ_by_what_was_steered():
    run_folders.make("plain")
    run_folders.make("steered").record(Event(run_folders.BATCHES, 1, EventName.RATE, "0.0007"))
    app = _page(run=["plain", "steered"])
    shown = {"Steered: rate": {"plain": "–", "steered": "0.0007 from epoch 2 on"}}
    assert app.dataframe[1].value.to_dict("index") == shown


def test_an_address_with_the_unknown_and_the_impossible_shows_the_rest(three_runs):
    app = _page(run=["gone*", "plain"], show="nonsense", smoothing="much", state="nowhere", data="moon")
    assert [warning.value for warning in app.warning] == [r"There is no run 'gone\*'; it may have been deleted."]
    assert app.button_group(key="runs_show").value == "val_accuracy"
    assert not app.exception and app.text_input(key="runs_name_plain")
    app.button(key="runs_untick").click().run()
    assert not app.warning and "run" not in app.query_params


def test_the_page_comes_back_as_it_was_left(three_runs):
    app = _page(run=["plain", "wide"], search="l")
    app.switch_page("pages/train.py").run()
    app.query_params.clear()
    app.switch_page("pages/runs.py").run()
    assert app.text_input(key="runs_search").value == "l" and _query(app, "run") == ["plain", "wide"]


def test_a_run_is_named_and_annotated(three_runs):
    app = _page(run="plain")
    app.text_input(key="runs_name_plain").set_value("  <b>Plain</b> *one*").run()
    app.text_area(key="runs_note_plain").set_value("to beat").run()
    assert not app.exception
    assert _names(app)[1] == "<b>Plain</b> *one*" and app.dataframe[0].value["note"][1] == "to beat"
    app = _page(run=["plain", "wide"])
    assert "&lt;b&gt;Plain&lt;/b&gt; *one* is best" in _html(app)
    app = _page(run="plain")
    app.text_input(key="runs_name_plain").set_value("").run()
    assert _names(app)[1] == "plain" and description.about(runs.by_id("plain")).note == "to beat"


def test_deleting_is_asked_twice_and_undone_until_the_page_is_left(three_runs):
    app = _page(run=["plain", "wide"])
    app.button(key="runs_delete").click().run()
    assert len(runs.every()) == 3
    app.button(key="runs_cancel").click().run()
    assert len(runs.every()) == 3
    app.button(key="runs_delete").click().run()
    app.button(key="runs_confirm").click().run()
    assert [run.id for run in runs.every()] == ["warm-up"]
    assert ":material/delete: Deleted 2 runs" in [element.value for element in app.markdown]
    app.button(key="runs_undo").click().run()
    assert len(runs.every()) == 3 and _query(app, "run") == ["plain", "wide"]
    app.button(key="runs_delete").click().run()
    app.button(key="runs_confirm").click().run()
    app.switch_page("pages/train.py").run()
    assert not list((settings.home() / "trash").iterdir())
    app.switch_page("pages/runs.py").run()
    assert not app.exception and _names(app) == ["warm-up"]
    assert "Deleted 2 runs" not in " ".join(element.value for element in app.markdown)


def test_a_run_at_work_is_not_deleted(three_runs):
    run = runs.create(tiny(), "busy")
    run.write_status(Status(state=State.RUNNING, epoch=1, epochs=2))
    with lock.taken() as descriptor:
        lock.name_holder(descriptor, run.id)
        app = _page(run="busy")
        app.button(key="runs_delete").click().run()
        app.button(key="runs_confirm").click().run()
        assert not app.exception and run.folder.exists()
        assert "Run 'busy' is still active" in app.warning[0].value
        assert _names(app)[0] == "busy"


def test_a_damaged_run_does_not_break_the_page():
    run = run_folders.make("bad")
    for name in ("config.json", "status.json", "metrics.csv"):
        (run.folder / name).write_text("{")
    for parameters in ({}, {"run": "bad"}, {"run": ["bad", run_folders.make(f"good-{len(runs.every())}").id]}):
        app = _page(**parameters)
        assert "bad" in _names(app)
    assert "Run 'bad' has no readable config.json" in app.warning[0].value.replace("\\", "")


def test_the_checkpoints_of_a_run_are_evaluated_and_put_to_work(finished_run):
    app = _page(run="finished")
    kept = app.dataframe[1].value
    assert list(kept["Kept"]) == ["Best", "Last", "", ""] and list(kept["Epoch"]) == [2, 2, 1, 2]
    test = 100 * finished_run.status().test_accuracy
    assert kept["Test"][0] == pytest.approx(test) and kept["Test"].isna()[1]
    app.button_group(key="runs_checkpoint_finished").set_value("last").run()
    app.button(key="runs_evaluate").click().run()
    assert app.dataframe[1].value["Test"][1] == pytest.approx(test)
    assert any(caption.startswith(f"{test:.2f}% on the test split") for caption in _captions(app))
    app.button(key="runs_use").click().run()
    assert not app.exception and app.radio(key="draw_model").value == "finished-last"


def test_a_run_is_downloaded(finished_run):
    app = _page(run="finished")
    app.button(key="runs_prepare").click().run()
    assert app.download_button(key="runs_give").label == "Download finished-best.keras"
    app.button_group(key="runs_format").set_value("h5").run()
    assert "runs_give" not in [button.key for button in app.download_button]
    assert "keras.Sequential" in app.code[0].value


def test_a_run_opens_on_the_training_page(finished_run):
    app = _page(run="finished")
    app.button(key="runs_open").click().run()
    assert not app.exception and app.selectbox(key="train_run").value == "finished"
