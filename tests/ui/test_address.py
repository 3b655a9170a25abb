"""What pages say of themselves in their addresses, run by Streamlit's own test harness."""

import shutil

import pytest
from streamlit.testing.v1 import AppTest

from digitcore import settings
from digitcore.ui import address
from digitcore.ui.address import Parameter
from tests import pen_file, run_folders


def _page(page: str, /, **words: object) -> AppTest:
    """The page, opened by an address that has `words`."""
    app = AppTest.from_file(str(settings.PROJECT / "app.py"), default_timeout=60)
    if page != "draw":
        app = app.run().switch_page(f"pages/{page}.py")
    for word, value in words.items():
        app.query_params[word] = value
    app.run()
    assert not app.exception
    return app


def _said(app: AppTest) -> dict[str, str]:
    """What the address says; each of these words has one value."""
    return {word: value if isinstance(value, str) else value[-1] for word, value in app.query_params.items()}


def _twin() -> None:
    shutil.copytree(settings.models_folder() / "default", settings.models_folder() / "twin")


def test_an_address_opens_a_run_and_the_choice_is_in_the_address():
    for minute, run_id in enumerate(("first", "second", "third")):
        run_folders.make(run_id, minute=minute)
    app = _page("train", run="first")
    assert app.selectbox(key="train_run").value == "first" and _said(app) == {"run": "first"}
    app.selectbox(key="train_run").set_value("third").run()
    app.run()
    assert app.selectbox(key="train_run").value == "third" and _said(app) == {"run": "third"}


def test_an_unknown_run_is_told_in_a_line_and_the_newest_shown():
    run_folders.make("first")
    run_folders.make("second", minute=1)
    app = _page("train", run="gone*")
    assert [each.value for each in app.warning] == [
        r"There is no run 'gone\*'; it may have been deleted. Another one is shown."
    ]
    assert app.selectbox(key="train_run").value == "second"
    app.selectbox(key="train_run").set_value("first").run()
    assert not app.warning and _said(app) == {"run": "first"}


def test_nobody_having_chosen_nothing_is_said():
    run_folders.make("first")
    for page in ("draw", "train", "evaluate", "explore", "runs"):
        app = _page(page)
        app.run()
        assert not app.exception and not app.query_params


def test_an_address_opens_what_was_judged():
    _twin()
    words = {"model": "twin", "compare": "default", "digits": "sample", "view": "Robustness", "distortion": "shift"}
    app = _page("evaluate", **words)
    assert (
        app.selectbox(key="evaluate_model").value == "twin" and app.selectbox(key="evaluate_beside").value == "default"
    )
    assert app.button_group(key="evaluate_view").value == "Robustness"
    assert app.button_group(key="evaluate_distortion").value == "shift"
    # The first that is here.
    assert _said(app) == {word: value for word, value in words.items() if word != "digits"}
    app = _page("evaluate", compare="twin", of="1", view="Digits")
    app.button_group(key="evaluate_view").set_value("Mistakes").run()
    assert app.button_group(key="evaluate_of").value == 1
    assert _said(app) == {"compare": "twin", "of": "1"}


def test_own_pictures_are_no_part_of_an_address():
    app = _page("evaluate", digits="own")
    assert app.button_group(key="evaluate_data").value == "sample" and not app.query_params
    app.button_group(key="evaluate_data").set_value("own").run()
    assert not app.exception and not app.query_params


def test_an_address_opens_what_was_explored():
    app = _page("explore", split="train", digit="7", page="3")
    assert [each.value for each in app.caption] == ["400 digits"]
    assert _said(app) == {"split": "train", "digit": "7", "page": "3"}
    assert app.session_state["explore_page"] == 3
    app.button_group(key="explore_digit").set_value(8).run()
    assert app.session_state["explore_page"] == 1 and _said(app) == {"split": "train", "digit": "8"}
    app.number_input(key="explore_index").set_value(345).run()
    assert _said(app)["index"] == "345"
    assert "#345" in " ".join(each.proto.body for each in _page("explore", index="345", split="train").get("html"))


def test_an_address_opens_a_page_of_pen_strokes(tmp_path, monkeypatch):
    pen_file.install(tmp_path, monkeypatch)
    app = _page("explore", view="Strokes", written="3")
    assert "A 3 by writer" in " ".join(each.proto.body for each in app.get("html"))


def test_an_address_opens_the_drawing_page_with_its_model():
    _twin()
    app = _page("draw", model="twin")
    assert app.radio(key="draw_model").value == "twin" and _said(app) == {"model": "twin"}
    app.radio(key="draw_model").set_value("default").run()
    assert not app.query_params


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("draw", {"model": "nope"}),
        ("evaluate", {"model": "../default", "compare": "nope", "digits": "moon", "view": "Nothing", "of": "7"}),
        ("evaluate", {"compare": "default", "page": "-1", "distortion": "", "map": "x"}),
        ("evaluate", {"page": "99999999999999999999", "view": "Differences"}),
        ("explore", {"view": "Nothing", "digits": "own", "split": "own", "digit": "10", "page": "0"}),
        ("explore", {"index": "9999999", "page": "9999999"}),
        ("explore", {"index": "9" * 5_000, "page": "\u00b2"}),
        ("explore", {"index": "1e3"}),
        ("explore", {"view": "Augmentation", "example": "9999999", "preset": "x"}),
        ("explore", {"view": "Outliers", "strange": "All"}),
        ("runs", {"run": "first", "show": "loss", "smoothing": "nan"}),
    ],
)
def test_what_is_invalid_in_an_address_is_passed_over(page, words):
    run_folders.make("first")
    app = _page(page, **words)
    assert not app.warning and not app.error
    app.run()
    assert not app.exception and _said(app).keys() <= {"view", "run", "show"}


def test_parameters_are_read_strictly():
    digit = Parameter("key", 0, address.one_of(range(10)))
    assert digit.read(["3", "7"]) == 7
    for text in ("", "10", " 7", "seven"):
        with pytest.raises(ValueError):
            digit.read([text])
