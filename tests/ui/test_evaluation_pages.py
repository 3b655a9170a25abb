"""The pages that judge models and show the data, run by Streamlit's own test harness."""

import json
import shutil

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from digitcore import settings
from digitcore.data import Split, load, load_test, load_train
from digitcore.evaluation import evaluate
from digitcore.prediction import Engine, open_bundle
from digitcore.ui import known_digits
from digitcore.ui.explore import strokes_view
from tests import pen_file, unipen_files
from tests.ui.test_pages import _app, _html

VIEWS = ["Mistakes", "Confusion", "Digits", "Confidence", "Robustness", "Map"]
TWIN = r"Größe \*2\*"
"""The name as Markdown."""


def _chart(app: AppTest, place: int = 0) -> pd.DataFrame:
    """What one of the page's charts draws."""
    return pa.ipc.open_stream(app.get("vega_lite_chart")[place].proto.data.data).read_pandas()


def _captions(app: AppTest) -> list[str]:
    return [caption.value for caption in app.caption]


def _count_tiles(app: AppTest) -> int:
    return _html(app).count("<b>")


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


def _two_models(view: str) -> AppTest:
    """A view of the default model and of its twin, which has another name."""
    twin = shutil.copytree(settings.models_folder() / "default", settings.models_folder() / "twin")
    (twin / "about.json").write_text(json.dumps({"name": "Größe *2*"}))
    app = _app("evaluate.py")
    app.selectbox(key="evaluate_beside").set_value("twin").run()
    assert [metric.label for metric in app.metric if "Accuracy" in metric.label] == [
        "Accuracy of default",
        rf"Accuracy of {TWIN}",
    ]
    return _choose(app, "evaluate_view", view)


def _mistakes() -> int:
    sample = load("sample")
    return int((Engine(open_bundle("default")).probabilities(sample.test_images).argmax(1) != sample.test_labels).sum())


def test_mistakes_are_shown_with_the_nearest_training_digits_of_one():
    app, count = _two_models("Mistakes"), _mistakes()
    assert any(f"{count} of 1,000 digits are read wrong; most confident first." in line for line in _captions(app))
    # The mistakes, and below them the chosen one again beside its neighbours.
    assert _html(app).count(" read as ") == 2 * (count + 1) and "similarity" in _html(app)
    assert app.button_group(key="evaluate_of").options == ["default", TWIN]


def test_the_confusion_matrix_has_every_digit_and_says_how_to_see_them():
    app = _two_models("Confusion")
    cells = _chart(app)
    assert cells["count"].sum() == 1_000
    assert cells[cells["label"] != cells["answer"]]["count"].sum() == _mistakes()
    assert "Click a cell to see its digits." in _captions(app)


def test_the_scores_of_each_digit_are_shown_for_both_models():
    table = _two_models("Digits").dataframe[0].value
    sample = load("sample")
    evaluation = evaluate(Engine(open_bundle("default")).probabilities(sample.test_images), sample.test_labels)
    for model in ("default", "Größe *2*"):
        assert table[f"Recall ({model})"].to_numpy() == pytest.approx(100 * evaluation.recall)
        assert table[f"Precision ({model})"].to_numpy() == pytest.approx(100 * evaluation.precision)


def test_confidence_is_drawn_for_both_models_and_their_thresholds_are_named():
    app = _two_models("Confidence")
    for place in (0, 1):
        assert set(_chart(app, place)["model"]) == {"default", "Größe *2*"}
    assert _chart(app)["digits"].sum() == 2_000
    assert _chart(app, 1)["chosen"].sum() == 2
    for model in ("default", TWIN):
        assert any(line.startswith(f"{model} (own threshold 0.") for line in _captions(app))


def test_robustness_is_explained_for_both_models():
    app = _two_models("Robustness")
    assert {"default", "Größe *2*"} <= set(_chart(app)["model"])
    assert any(line.value.startswith(f"**{TWIN}**: accuracy falls") for line in app.markdown)


def test_the_map_has_every_digit_and_asks_for_a_drawing():
    app = _two_models("Map")
    assert len(_chart(app)) == 1_000 and "What you draw on the drawing page appears here, too." in _captions(app)


def test_two_models_with_the_same_answers_do_not_differ():
    assert any(line == "Both read the same digits right." for line in _captions(_two_models("Differences")))


@pytest.fixture
def contributed(monkeypatch) -> Split:
    """The sample's test digits as if apa and ibm had given them by turns; of apa's, some have wrong labels."""
    sample = load_test("sample")
    labels = sample.labels.copy()
    labels[::40] = (labels[::40] + 1) % 10
    split = sample._replace(labels=labels, contributors=np.array(["apa", "ibm"])[np.arange(len(labels)) % 2])
    monkeypatch.setattr(known_digits, "_loaded", lambda name, part: split)
    return split


def test_each_contributors_digits_have_their_scores_and_mistakes(contributed):
    right = Engine(open_bundle("default")).probabilities(contributed.images).argmax(1) == contributed.labels
    app = _two_models("Contributors")
    table = app.dataframe[0].value
    assert table.index.tolist() == ["apa", "ibm"] and table["Digits"].tolist() == [500, 500]
    for model in ("default", "Größe *2*"):
        shares = [100 * right[::2].mean(), 100 * right[1::2].mean()]
        assert table[f"Accuracy ({model})"].tolist() == pytest.approx(shares)
        assert table[f"Read wrong ({model})"].tolist() == [(~right[::2]).sum(), (~right[1::2]).sum()]
    assert _count_tiles(app) == 0
    for contributor, wrong in (("apa", (~right[::2]).sum()), ("ibm", (~right[1::2]).sum())):
        app.selectbox(key="evaluate_contributor").set_value(contributor).run()
        assert not app.exception and _count_tiles(app) == wrong
        assert _html(app).count(f" · {contributor}<") == wrong and app.query_params["contributor"] == contributor


def test_a_contributor_that_these_digits_do_not_have_is_no_longer_chosen(contributed, monkeypatch):
    app = _choose(_app("evaluate.py"), "evaluate_view", "Contributors")
    app.selectbox(key="evaluate_contributor").set_value("ibm").run()
    monkeypatch.setattr(known_digits, "_loaded", lambda name, part: contributed._replace(contributors=None))
    app.run()
    views = app.button_group(key="evaluate_view")
    assert not app.exception and views.value == "Mistakes"
    assert not any("Contributors" in option for option in views.options)
    others = np.where(contributed.contributors == "ibm", "val", contributed.contributors)
    monkeypatch.setattr(known_digits, "_loaded", lambda name, part: contributed._replace(contributors=others))
    app.run()
    assert any("Contributors" in option for option in app.button_group(key="evaluate_view").options)
    _choose(app, "evaluate_view", "Contributors")
    assert app.selectbox(key="evaluate_contributor").value is None


def test_one_contributors_digits_are_explored_under_their_own_indices(contributed):
    app = _app("explore.py")
    assert "1,000 digits" in _captions(app)
    app.selectbox(key="explore_contributor").set_value("ibm").run()
    assert "500 digits" in _captions(app) and "#1 · ibm<" in _html(app) and "apa<" not in _html(app)
    assert app.query_params["contributor"] == "ibm"
    app.number_input(key="explore_index").set_value(340).run()
    assert "#340 · apa<" in _html(app)
    app.number_input(key="explore_index").set_value(None).run()
    for view in ("Classes", "Ink"):
        _choose(app, "explore_view", view)
        assert _chart(app)["count"].sum() == 500
    _choose(app, "explore_view", "Outliers")
    numbers = [int(part.split(" ")[0]) for part in _html(app).split("<span>#")[1:]]
    assert len(set(numbers)) == 40
    assert {(contributed.labels[number], contributed.contributors[number]) for number in numbers} == {(0, "ibm")}


def test_a_contributor_without_digits_in_a_split_stays_chosen(contributed, monkeypatch):
    app = _app("explore.py")
    app.selectbox(key="explore_contributor").set_value("ibm").run()
    others = np.where(contributed.contributors == "ibm", "val", contributed.contributors)
    monkeypatch.setattr(known_digits, "_loaded", lambda name, part: contributed._replace(contributors=others))
    for view in ("Samples", "Classes", "Ink", "Outliers"):
        _choose(app, "explore_view", view)
        assert _captions(app) == ["There is no such digit."] and app.query_params["contributor"] == "ibm"
        assert app.selectbox(key="explore_contributor").options == ["All", "apa", "ibm", "val"]


def test_the_threshold_moves_what_is_accepted():
    app = _choose(_app("evaluate.py"), "evaluate_view", "Confidence")
    slider = app.slider(key="evaluate_threshold_default")
    assert slider.value == open_bundle("default").rejection_threshold
    support = Engine(open_bundle("default")).answers(load("sample").test_images).support
    for threshold in (0.0, 0.999):
        app.slider(key="evaluate_threshold_default").set_value(threshold).run()
        accepted = f"{(support >= threshold).mean():.2%} of the answers are accepted"
        assert not app.exception and any(accepted in caption for caption in _captions(app))


@pytest.mark.parametrize("kind", ["blur", "contrast"])
def test_robustness_is_worked_out_for_each_kind(kind):
    app = _choose(_app("evaluate.py"), "evaluate_view", "Robustness")
    assert any("**default**: accuracy falls from" in line.value for line in app.markdown)
    _choose(app, "evaluate_distortion", kind)
    trained = {"blur": "Its recipe blurs no digits while training.", "contrast": "Its recipe changes no contrast"}
    assert any(trained[kind] in line.value for line in app.markdown)


def test_a_model_is_not_compared_with_itself():
    shutil.copytree(settings.models_folder() / "default", settings.models_folder() / "twin")
    app = _app("evaluate.py")
    app.selectbox(key="evaluate_beside").set_value("twin").run()
    app.selectbox(key="evaluate_model").set_value("twin").run()
    assert not app.exception
    assert [metric.label for metric in app.metric if "Accuracy" in metric.label] == ["Accuracy of twin"]


@pytest.mark.parametrize("count", [1, 3, 12])
def test_every_view_of_few_digits(monkeypatch, count):
    few = Split("sample", *(values[:count] for values in load_test("sample")[1:3]))
    monkeypatch.setattr(known_digits, "_loaded", lambda name, split: few)
    app = _app("evaluate.py")
    for view in VIEWS:
        _choose(app, "evaluate_view", view)
        assert any("needs at least 10 digits" in caption.value for caption in app.caption) is (
            view == "Map" and count < 10
        )
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


def test_a_model_of_an_earlier_version_is_evaluated_without_what_it_lacks(old_bundle):
    app = _app("evaluate.py")
    app.selectbox(key="evaluate_model").set_value(old_bundle).run()
    for view in ("Mistakes", "Map"):
        _choose(app, "evaluate_view", view)
    assert any("made by an earlier version" in caption.value for caption in app.caption)


def _explored(view: str) -> AppTest:
    return _choose(_app("explore.py"), "explore_view", view)


def test_samples_are_shown_a_page_at_a_time():
    app = _explored("Samples")
    assert "1,000 digits" in _captions(app) and _count_tiles(app) == 50


def test_classes_have_their_counts_means_and_deviations():
    app = _explored("Classes")
    assert _chart(app)["count"].tolist() == [100] * 10
    titles = [line.value for line in app.markdown]
    assert titles == ["**Mean of each digit**", "**Standard deviation of each digit**"] and _count_tiles(app) == 20


def test_ink_is_shown_as_two_histograms_of_every_digit():
    app = _explored("Ink")
    assert [_chart(app, place)["count"].sum() for place in (0, 1)] == [1_000, 1_000]
    widths = _chart(app, 1)
    assert 1 < np.average(widths["from"], weights=widths["count"]) < 5


def test_augmentation_shows_the_original_and_nineteen_others():
    app = _explored("Augmentation")
    assert _count_tiles(app) == 20 and _html(app).count("original") == 1


def test_outliers_and_typical_digits_of_a_class_are_different_ones():
    app = _choose(_explored("Outliers"), "explore_strange", 4)
    numbers = [part.split("<")[0] for part in _html(app).split("<span>#")[1:]]
    assert len(set(numbers)) == 40
    assert {load("sample").test_labels[int(number)] for number in numbers} == {4}


def test_label_errors_of_other_digits_than_mnists_are_not_known():
    assert "Label errors are known only for MNIST's test digits." in _captions(_explored("Label errors"))


def test_samples_of_one_digit_and_of_one_index():
    app = _app("explore.py")
    _choose(app, "explore_digit", 7)
    assert any(caption.value == "100 digits" for caption in app.caption)
    app.number_input(key="explore_index").set_value(345).run()
    assert f"<b>{load('sample').test_labels[345]}</b><span>#345</span>" in _html(app)
    assert _html(app).count("similarity ") == 10


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
    assert "data:image/svg+xml" in _html(app) and ", writer " in _html(app)
    assert "explore_strokes_contributor" not in [box.key for box in app.selectbox]
    _choose(app, "explore_pen_digit", 3)
    assert "Digit 3, writer " in _html(app)


def test_unipens_strokes_are_replayed_by_contributor(tmp_path, monkeypatch):
    unipen_files.install(tmp_path, monkeypatch)
    app = _choose(_app("explore.py"), "explore_view", "Strokes")
    # The pen digits are not here, and UNIPEN's are.
    assert app.button_group(key="explore_strokes_data").value == "unipen"
    assert _html(app).count("<figure") == 1 + 50
    app.selectbox(key="explore_strokes_contributor").set_value("bbb").run()
    assert _html(app).count("<figure") == 1 + 10 and "Digit 0, writer Eve, contributor bbb" in _html(app)
    app.select_slider[0].set_value(app.select_slider[0].options[4]).run()
    assert "Digit 4, writer Eve, contributor bbb" in _html(app)
    _choose(app, "explore_pen_digit", 3)
    assert _html(app).count("<figure") == 1 + 1 and "Digit 3, writer Eve, contributor bbb" in _html(app)
    assert not app.select_slider
    assert dict(app.query_params) == {"view": "Strokes", "written_by": "bbb", "written": "3"}


def test_unipens_digits_are_explored_and_evaluated_by_contributor(tmp_path, monkeypatch):
    unipen_files.install(tmp_path, monkeypatch)
    app = _choose(_app("explore.py"), "explore_data", "unipen")
    # One of four writers is for testing, and the only one of the other contributor is not.
    assert "10 digits" in _captions(app) and _html(app).count(" · aaa<") == 10
    _choose(app, "explore_split", "train")
    app.selectbox(key="explore_contributor").set_value("bbb").run()
    assert "10 digits" in _captions(app) and _html(app).count(" · bbb<") == 10
    app = _choose(_app("evaluate.py"), "evaluate_data", "unipen")
    _choose(app, "evaluate_view", "Contributors")
    table = app.dataframe[0].value
    assert table["Digits"].to_dict() == {"aaa": 10} and f"{table['Accuracy'].iloc[0]:.2f}%" == app.metric[0].value


@pytest.mark.parametrize("page", ["explore.py", "evaluate.py"])
def test_unipen_that_is_not_here_is_not_downloaded_and_the_page_says_where_to_get_it(page):
    known_digits._loaded.clear()
    app = _choose(_app(page), f"{page[:-3]}_data", "unipen")
    assert "UNIPEN is not here: get it from https://doi.org/10.5281/zenodo.1195803" in app.warning[0].value
    assert "Download the digits" not in [button.label for button in app.button]


def test_the_digits_note_is_shown(contributed, monkeypatch):
    monkeypatch.setattr(known_digits, "_loaded", lambda name, part: contributed._replace(note="2 are damaged."))
    assert r"2 are damaged\." in _captions(_app("explore.py"))


def test_strokes_that_are_not_here_are_not_downloaded_before_someone_asks(monkeypatch):
    monkeypatch.setattr(strokes_view, "_drawings", lambda name: pytest.fail("downloaded"))
    app = _choose(_app("explore.py"), "explore_view", "Strokes")
    assert app.button(key="explore_strokes_fetch").label == "Download the digits" and not app.warning
