"""Every page, run by Streamlit's own test harness: with an empty home and with a filled one."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from digitcore import runs, settings
from digitcore.errors import RunError
from digitcore.recipes import presets
from digitcore.recipes.config import SETTINGS
from digitcore.runs import (
    State,
    description,
    duration,
    launch,
    lock,
    observations,
    pinned_drawing,
    publish,
    queue,
    steering,
)
from digitcore.runs.remedies import Trouble
from digitcore.ui.wording import plain
from tests import run_folders
from tests.conftest import tiny, wait_for

PAGES = sorted(path.name for path in (settings.PROJECT / "pages").glob("*.py"))


def _app(page: str = "draw.py") -> AppTest:
    app = AppTest.from_file(str(settings.PROJECT / "app.py"), default_timeout=30).run()
    return app if page == "draw.py" else app.switch_page(f"pages/{page}").run()


def _html(app: AppTest) -> str:
    return " ".join(element.proto.body for element in app.get("html"))


@pytest.mark.parametrize("page", PAGES)
def test_an_empty_home(page, monkeypatch, tmp_path):
    monkeypatch.setenv("DIGITCORE_MODELS", str(tmp_path / "none"))
    app = _app(page)
    assert not app.exception
    # A page that is not here needs neither models nor runs.
    missing = {"draw.py": "model", "read.py": "model", "evaluate.py": "model", "train.py": "run", "runs.py": "run"}
    assert page not in missing or f"o {missing[page]} yet" in app.info[0].value


@pytest.mark.parametrize("page", PAGES)
def test_a_filled_home(page, finished_run):
    app = _app(page)
    assert not app.exception and not app.info
    if page == "train.py":
        assert f"{finished_run.status().test_accuracy:.2%}" in _html(app)
        assert app.selectbox(key="train_run").value == "finished"


@pytest.mark.parametrize("page", PAGES)
def test_every_widget_has_a_key_that_begins_with_its_page(page, finished_run):
    app = _app(page)
    widgets = [
        *app.button,
        *app.selectbox,
        *app.slider,
        *app.radio,
        *app.number_input,
        *app.text_input,
        *app.button_group,
    ]
    assert widgets
    for widget in widgets:
        assert widget.key and widget.key.startswith(Path(page).stem), widget


def test_an_empty_canvas_asks_for_a_drawing():
    app = _app()
    assert "Draw a digit" in _html(app)
    assert app.button(key="draw_pin").disabled


def test_without_a_model_the_drawing_page_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setenv("DIGITCORE_MODELS", str(tmp_path / "none"))
    assert "There is no model yet" in _app().info[0].value


def test_a_broken_model_is_refused_and_the_app_goes_on_with_another():
    bad = settings.models_folder() / "bad"
    shutil.copytree(settings.models_folder() / "default", bad)
    card = json.loads((bad / "card.json").read_text())
    (bad / "card.json").write_text(json.dumps(card | {"format": 7}))
    app = _app()
    assert "Model 'bad' is rejected" in app.warning[0].value
    assert app.radio(key="draw_model").options == ["default"]


def test_the_parameter_count_and_the_duration_follow_the_widgets(monkeypatch):
    monkeypatch.setattr(duration, "seconds", lambda config: 60.0 * config.epochs)
    app = _app("train.py")
    assert app.button_group(key="train_preset").value == "fast"
    assert _cost(app).startswith("41,266 parameters · about 3 min on this machine")
    app.button_group(key="train_preset").set_value("classic").run()
    app.selectbox(key="train_classic_data").set_value("mnist").run()
    assert _cost(app) == "2,380,938 parameters · about 10 min on this machine, after the download"
    app.selectbox(key="train_classic_data").set_value("sample").run()
    app.text_input(key="train_classic_dense_units").set_value("128").run()
    app.text_input(key="train_classic_epochs").set_value("2").run()
    assert _cost(app) == "1,199,882 parameters · about 2 min on this machine"
    app.button_group(key="train_preset").set_value("fast").run()
    assert _cost(app).startswith("41,266 parameters")
    app.button_group(key="train_preset").set_value("classic").run()
    assert app.text_input(key="train_classic_dense_units").value == "128"


def _cost(app: AppTest) -> str:
    (cost,) = (caption.value for caption in app.caption if " parameters · " in caption.value)
    return cost


@pytest.mark.parametrize(
    ("filters", "reason"), [("a", "whole numbers"), ("8,8,8,8,8,8,8,8,8,8,8,8,8,8", "does not fit")]
)
def test_an_invalid_recipe_is_explained_and_not_started(filters, reason):
    app = _app("train.py")
    app.text_input(key="train_fast_filters").set_value(filters).run()
    assert reason in app.error[0].value
    assert app.button(key="train_start").disabled


def test_every_invalid_value_is_explained_at_once_and_nothing_is_started():
    app = _app("train.py")
    typed = {"epochs": "0", "learning_rate": "abc", "seed": "", "rotation": "46", "filters": "8;*16]*"}
    for name, text in typed.items():
        app.text_input(key=f"train_fast_{name}").set_value(text)
    app.run()
    (error,) = app.error
    for name, text in typed.items():
        reason = f"{SETTINGS[name].label} must be"
        assert reason in error.value and any(reason in caption.value for caption in app.caption)
        assert app.text_input(key=f"train_fast_{name}").value == text
    assert app.button(key="train_start").disabled
    for name in typed:
        value = getattr(presets.preset("fast"), name)
        app.text_input(key=f"train_fast_{name}").set_value("8, 16" if name == "filters" else str(value))
    app.run()
    assert not app.error and not app.button(key="train_start").disabled


def test_another_visitor_sees_the_run_and_joins_the_queue_behind_it(no_worker_left):
    run = launch.start(tiny(epochs=300, filters="8,16"), "theirs")
    app = _app("train.py")
    assert app.selectbox(key="train_run").value == "theirs"
    app.selectbox(key="train_fast_data").set_value("sample").run()
    for name in ("mine", "more"):
        app.text_input(key="train_name").set_value(name).run()
        app.button(key="train_start").click().run()
    assert queue.waiting() == ["mine", "more"] and lock.holder() == run.id
    app.selectbox(key="train_run").set_value("mine").run()
    assert not app.exception
    app.button(key="train_up_more").click().run()
    assert queue.waiting() == ["more", "mine"]
    app.button(key="train_out_more").click().run()
    assert queue.waiting() == ["mine"]
    app.button(key="train_leave").click().run()
    assert queue.waiting() == []
    assert runs.find("mine").status().state == "stopped"
    assert not app.exception


def test_entering_the_page_starts_what_waits_or_says_why_not(monkeypatch):
    def advance() -> None:
        raise RunError("no queued run can be started: the disk is full")

    started: list[bool] = []
    monkeypatch.setattr(launch, "advance", lambda: started.append(True))
    assert not _app("train.py").warning and started == [True]
    monkeypatch.setattr(launch, "advance", advance)
    assert _app("train.py").warning[0].value == "No queued run can be started: the disk is full"


def test_a_run_is_started_under_any_name_but_a_taken_one(no_worker_left):
    with lock.taken() as descriptor:
        lock.name_holder(descriptor, runs.create(tiny(), "a *busy* one").id)
        app = _app("train.py")
        app.text_input(key="train_name").set_value("Größe *1*").run()
        app.button(key="train_start").click().run()
        assert runs.find("Größe *1*").id == "Grosse-1" and queue.waiting() == ["Grosse-1"]
        assert app.query_params["run"] == "Grosse-1" and app.selectbox(key="train_run").value == "Grosse-1"
        lines = [element.value.replace("\\", "") for element in (*app.caption, *app.markdown)]
        assert ":material/play_arrow: a *busy* one is training" in lines and "1. Größe *1*" in lines
        app.button(key="train_start").click().run()
        assert "There is a run 'Größe *1*' already; choose another name" in app.warning[0].value.replace("\\", "")
        assert not app.exception and len(runs.every()) == 2


def test_a_run_that_is_renamed_while_it_is_shown_stays_chosen_under_its_new_name(finished_run):
    newer = run_folders.make("newer")
    app = _app("train.py")
    app.selectbox(key="train_run").set_value("finished").run()
    for name in ("Better", newer.name):
        description.rename(finished_run, name)
        app.run()
        assert not app.exception and app.selectbox(key="train_run").value == "finished"
    assert app.selectbox(key="train_run").options == ["newer", "newer (finished)"]


def test_a_model_has_its_runs_new_name_on_every_page(finished_run):
    publish.publish_once(finished_run)
    app = _app()
    app.radio(key="draw_model").set_value("finished").run()
    evaluation = _app("evaluate.py")
    evaluation.selectbox(key="evaluate_model").set_value("finished").run()
    evaluation.selectbox(key="evaluate_beside").set_value("default").run()
    for name in ("Better", "default"):
        description.rename(finished_run, name)
        shown = "default (finished)" if name == "default" else name
        plain = shown.replace("(", "\\(").replace(")", "\\)")
        app.run()
        assert not app.exception and app.radio(key="draw_model").value == "finished"
        assert app.radio(key="draw_model").options == ["default", plain]
        evaluation.run()
        assert not evaluation.exception and evaluation.selectbox(key="evaluate_model").value == "finished"
        assert evaluation.selectbox(key="evaluate_model").options == ["default", shown]
        assert [element.label for element in evaluation.metric if "Accuracy" in element.label] == [
            f"Accuracy of {plain}",
            "Accuracy of default",
        ]


def test_a_run_is_steered_from_the_page(no_worker_left):
    run = launch.start(tiny(epochs=300, filters="8,16"), "steered")
    app = _app("train.py")
    assert app.button(key="train_pause").disabled
    wait_for(lambda: run.status().best_epoch, run)
    app.run()
    app.button(key="train_pause").click().run()
    wait_for(lambda: run.status().state == "paused", run)
    app.run()
    app.session_state["train_steer"] = True
    app.run()
    now = steering.rate_at(run.config, run.events(), run.events()[-1].step, run.status().batches)
    assert app.select_slider[0].value == pytest.approx(now, rel=0.01)
    app.select_slider[0].set_value(2e-05).run()
    app.button(key="train_set_rate").click().run()
    app.button(key="train_resume_paused").click().run()
    wait_for(lambda: run.status().learning_rate == pytest.approx(2e-05), run)
    app.run()
    app.button(key="train_schedule").click().run()
    wait_for(lambda: steering.rate_by_hand(run.events()) is None, run)
    app.session_state["train_steer"] = True
    app.run()
    app.text_input(key="train_added").set_value("0").run()
    reason = plain("Epochs must be a whole number from 1 to 1000, not '0'")
    assert any(reason in element.value for element in app.caption)
    assert app.button(key="train_add").disabled
    app.text_input(key="train_added").set_value("3").run()
    app.button(key="train_add").click().run()
    wait_for(lambda: run.status().epochs == 303, run)
    app.run()
    app.button(key="train_finish").click().run()
    expected = ["begin", "pause", "rate", "resume", "rate", "epochs", "epochs"]
    wait_for(lambda: [event.name for event in run.events()] == expected, run)
    assert not app.exception


@pytest.mark.parametrize("show", ["Curves", "Confusion", "Digits", "Your drawing", "Log"])
def test_every_picture_of_a_run(finished_run, show):
    app = _app("train.py")
    app.button_group(key="train_show").set_value(show).run()
    assert not app.exception and not app.error


def test_the_confusion_matrix_goes_back_through_the_epochs(finished_run):
    app = _app("train.py")
    app.button_group(key="train_show").set_value("Confusion").run()
    slider = app.slider(key="train_epoch_finished")
    assert (slider.min, slider.max, slider.value) == (1, 2, 2)
    first, second = (
        sum(row[digit] for digit, row in enumerate(seen.confusion))
        for seen in observations.read(finished_run.observations_file)
    )
    assert any(f"{second:,} of 333 validation digits" in caption.value for caption in app.caption)
    slider.set_value(1).run()
    assert any(f"{first:,} of 333 validation digits" in caption.value for caption in app.caption)


def test_a_pinned_drawing_is_followed_and_unpinned(finished_run):
    app = _app("train.py")
    app.button_group(key="train_show").set_value("Your drawing").run()
    assert any("Pin a drawing on the drawing page" in caption.value for caption in app.caption)
    pinned_drawing.pin(np.full((28, 28), 200, np.uint8))
    app.run()
    assert any("Read again after the next epoch" in caption.value for caption in app.caption)
    app.button(key="train_unpin").click().run()
    assert pinned_drawing.pinned() is None


def test_a_run_in_trouble_says_why_and_offers_what_may_help(finished_run, no_worker_left):
    status = finished_run.written_status()
    finished_run.write_status(replace(status, trouble=Trouble.CHANCE))
    app = _app("train.py")
    assert "no better than chance" in app.error[0].value
    app.button(key="train_cure").click().run()
    fresh = next(run for run in runs.every() if run.id != "finished")
    assert fresh.config == replace(finished_run.config, learning_rate=0.0004)
    assert app.selectbox(key="train_run").value == fresh.id


def test_a_failed_run_says_why_with_its_log():
    run = runs.create(tiny(), "bad")
    run.write_status(replace(run.written_status(), state=State.FAILED, error="The disk is full."))
    library = "I0000 00:00:1795564826.069035    1112 port.cc:153] oneDNN custom operations are on."
    run.log_file.write_text(f"{library}\nTraceback\nOSError: no space\n")
    app = _app("train.py")
    assert "The disk is full." in app.error[0].value
    app.button_group(key="train_show").set_value("Log").run()
    assert [code.value for code in app.code] == ["Traceback\nOSError: no space", library]
    assert app.button(key="train_resume")


def test_a_damaged_run_does_not_break_the_page():
    run = runs.create(tiny(), "bad")
    for name in ("config.json", "status.json"):
        (run.folder / name).write_text("{")
    app = _app("train.py")
    assert not app.exception
    assert "no readable config.json" in app.error[0].value


def test_a_damaged_metrics_file_does_not_break_the_page(finished_run):
    finished_run.metrics_file.write_bytes(b"kind,step\n" + bytes(100) + b"\nbatch,1\n")
    assert not _app("train.py").exception
