"""The pages that judge models and show the data, run by Streamlit's own test harness."""

import json
import shutil

import pytest
from streamlit.testing.v1 import AppTest

from digitcore import settings
from digitcore.data import Split, load, load_test, load_train
from digitcore.evaluation import evaluate
from digitcore.prediction import Engine, open_bundle
from digitcore.ui import known_digits
from tests import pen_file
from tests.ui.test_pages import _app, _html

JUDGING = ["Mistakes", "Confusion", "Digits", "Confidence", "Robustness", "Map", "Differences"]
EXPLORING = ["Samples", "Kinds", "Ink", "Augmentation", "Strange", "Doubtful"]


def _choose(app: AppTest, key: str, value: object) -> AppTest:
    app.button_group(key=key).set_value(value).run()
    assert not app.exception
    return app


def test_the_scores_are_the_models():
    app = _app("evaluate.py")
    sample = load("sample")
    expected = evaluate(Engine(open_bundle("default")).probabilities(sample.test_images), sample.test_labels)
    shown = {metric.label: metric.value for metric in app.metric}
    assert shown["Accuracy of default"] == f"{expected.accuracy:.2%}"
    low, high = expected.interval
    assert app.metric[0].delta == f"{low:.2%} to {high:.2%}"
    assert shown["Calibration error"] == f"{expected.calibration_error:.2%}"
    assert shown["Read wrong"] == str(round(1_000 * (1 - expected.accuracy)))


@pytest.mark.parametrize("view", JUDGING)
def test_every_way_of_judging_two_models(view):
    twin = shutil.copytree(settings.models_folder() / "default", settings.models_folder() / "twin")
    (twin / "about.json").write_text(json.dumps({"name": "Größe *2*"}))
    app = _app("evaluate.py")
    app.selectbox(key="evaluate_beside").set_value("twin").run()
    title = r"Größe \*2\*"
    assert [metric.label for metric in app.metric].count(f"Accuracy of {title}") == 1
    _choose(app, "evaluate_view", view)
    if view == "Robustness":
        assert any(each.value.startswith(f"**{title}**: accuracy falls") for each in app.markdown)
    if view == "Differences":
        assert any("not at all" in caption.value for caption in app.caption)


def test_the_threshold_moves_what_is_kept():
    app = _choose(_app("evaluate.py"), "evaluate_view", "Confidence")
    slider = app.slider(key="evaluate_threshold_default")
    assert slider.value == open_bundle("default").rejection_threshold
    support = Engine(open_bundle("default")).answers(load("sample").test_images).support
    for threshold in (0.0, 0.999):
        app.slider(key="evaluate_threshold_default").set_value(threshold).run()
        kept = f"{(support >= threshold).mean():.2%} are kept"
        assert not app.exception and any(kept in caption.value for caption in app.caption)


@pytest.mark.parametrize("kind", ["blur", "contrast"])
def test_robustness_is_worked_out_for_each_kind(kind):
    app = _choose(_app("evaluate.py"), "evaluate_view", "Robustness")
    assert any("**default**: accuracy falls from" in each.value for each in app.markdown)
    _choose(app, "evaluate_distortion", kind)
    trained = {"blur": "Its recipe blurs no digits while training.", "contrast": "Its recipe changes no contrast"}
    assert any(trained[kind] in each.value for each in app.markdown)


def test_a_model_is_not_compared_with_itself():
    shutil.copytree(settings.models_folder() / "default", settings.models_folder() / "twin")
    app = _app("evaluate.py")
    app.selectbox(key="evaluate_beside").set_value("twin").run()
    app.selectbox(key="evaluate_model").set_value("twin").run()
    assert not app.exception
    assert [metric.label for metric in app.metric if "Accuracy" in metric.label] == ["Accuracy of twin"]


@pytest.mark.parametrize("count", [1, 3, 12])
def test_every_view_of_few_digits(monkeypatch, count):
    few = Split("sample", *(each[:count] for each in load_test("sample")[1:3]))
    monkeypatch.setattr(known_digits, "_loaded", lambda name, split: few)
    app = _app("evaluate.py")
    for view in JUDGING[:-1]:
        _choose(app, "evaluate_view", view)
        assert any("needs 10 digits" in caption.value for caption in app.caption) is (view == "Map" and count < 10)
    if count == 12:
        _choose(app, "evaluate_view", "Map")
        _choose(app, "evaluate_map", "t-SNE")


def test_what_was_chosen_is_there_again_after_another_page():
    app = _choose(_app("evaluate.py"), "evaluate_view", "Robustness")
    _choose(app, "evaluate_distortion", "shift")
    _choose(app, "evaluate_view", "Mistakes")
    app.switch_page("pages/explore.py").run()
    app.switch_page("pages/evaluate.py").run()
    assert app.button_group(key="evaluate_view").value == "Mistakes"
    _choose(app, "evaluate_view", "Robustness")
    assert app.button_group(key="evaluate_distortion").value == "shift"


def test_an_old_model_that_tells_nothing_of_its_insides_is_judged_all_the_same(old_bundle):
    app = _app("evaluate.py")
    app.selectbox(key="evaluate_model").set_value(old_bundle).run()
    for view in ("Mistakes", "Map"):
        _choose(app, "evaluate_view", view)
    assert any("made by an earlier version" in caption.value for caption in app.caption)


@pytest.mark.parametrize("view", EXPLORING)
def test_every_way_of_exploring(view):
    app = _choose(_app("explore.py"), "explore_view", view)
    assert "tiles" in _html(app) or view in ("Ink", "Doubtful")


def test_samples_of_one_digit_and_of_one_index():
    app = _app("explore.py")
    _choose(app, "explore_digit", 7)
    assert any(caption.value == "100 digits" for caption in app.caption)
    app.number_input(key="explore_index").set_value(345).run()
    assert f"<b>{load('sample').test_labels[345]}</b><span>#345</span>" in _html(app)
    assert _html(app).count("% alike") == 10


def test_what_is_learnt_from_can_be_seen_too():
    app = _app("explore.py")
    _choose(app, "explore_split", "train")
    assert any(caption.value == "4,000 digits" for caption in app.caption)
    app.number_input(key="explore_index").set_value(3_000).run()
    assert f"<b>{load_train('sample').labels[3_000]}</b><span>#3000</span>" in _html(app)


def test_augmentation_is_that_of_training(monkeypatch):
    app = _choose(_app("explore.py"), "explore_view", "Augmentation")
    before = _html(app)
    app.button(key="explore_again").click().run()
    assert _html(app) != before
    for setting in ("rotation", "shear", "scaling", "shift", "elastic", "thickness", "noise"):
        app.slider(key=f"explore_accurate_{setting}").set_value(0.0)
    app.run()
    sources = [part.split('"')[0] for part in _html(app).split('src="')[1:]]
    assert len(set(sources)) == 1 and len(sources) > 10


def test_pen_strokes_are_replayed(tmp_path, monkeypatch):
    pen_file.install(tmp_path, monkeypatch)
    app = _choose(_app("explore.py"), "explore_view", "Strokes")
    assert "data:image/svg+xml" in _html(app) and "by writer" in _html(app)
    _choose(app, "explore_pen_digit", 3)
    assert "A 3 by writer" in _html(app)
