"""The addresses of pages, run by Streamlit's own test harness."""

import shutil

import pytest
from streamlit.testing.v1 import AppTest

from digitcore import settings
from digitcore.ui import address, shell
from digitcore.ui.address import Parameter
from tests import pen_file, run_folders


def _page(page: str, /, **parameters: object) -> AppTest:
    """The page, opened by an address that has `parameters`."""
    app = AppTest.from_file(str(settings.PROJECT / "app.py"), default_timeout=60)
    if page != "draw":
        app = app.run().switch_page(f"pages/{page}.py")
    for name, value in parameters.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def _query(app: AppTest) -> dict[str, str]:
    """The parameters of the address; each of them has one value."""
    return {name: value if isinstance(value, str) else value[-1] for name, value in app.query_params.items()}


def _twin() -> None:
    shutil.copytree(settings.models_folder() / "default", settings.models_folder() / "twin")


def test_an_address_opens_a_run_and_the_choice_is_in_the_address():
    for minute, run_id in enumerate(("first", "second", "third")):
        run_folders.make(run_id, minute=minute)
    app = _page("train", run="first")
    assert app.selectbox(key="train_run").value == "first" and _query(app) == {"run": "first"}
    app.selectbox(key="train_run").set_value("third").run()
    app.run()
    assert app.selectbox(key="train_run").value == "third" and _query(app) == {"run": "third"}


def test_an_unknown_run_is_named_in_a_warning_and_the_newest_is_shown():
    run_folders.make("first")
    run_folders.make("second", minute=1)
    app = _page("train", run="gone*")
    assert [element.value for element in app.warning] == [
        r"There is no run 'gone\*'; it may have been deleted. Another one is shown."
    ]
    assert app.selectbox(key="train_run").value == "second"
    app.selectbox(key="train_run").set_value("first").run()
    assert not app.warning and _query(app) == {"run": "first"}


def test_the_address_of_a_page_where_nobody_has_chosen_has_no_parameters():
    run_folders.make("first")
    for page in shell.PAGES:
        app = _page(page.address)
        app.run()
        assert not app.exception and not app.query_params


def test_an_address_opens_what_was_judged():
    _twin()
    parameters = {
        "model": "twin",
        "compare": "default",
        "digits": "sample",
        "view": "Robustness",
        "distortion": "shift",
    }
    app = _page("evaluate", **parameters)
    assert (
        app.selectbox(key="evaluate_model").value == "twin" and app.selectbox(key="evaluate_beside").value == "default"
    )
    assert app.button_group(key="evaluate_view").value == "Robustness"
    assert app.button_group(key="evaluate_distortion").value == "shift"
    # The data set that is chosen at first is left out.
    assert _query(app) == {name: value for name, value in parameters.items() if name != "digits"}
    app = _page("evaluate", compare="twin", of="1", view="Digits")
    app.button_group(key="evaluate_view").set_value("Mistakes").run()
    assert app.button_group(key="evaluate_of").value == 1
    assert _query(app) == {"compare": "twin", "of": "1"}


def test_own_pictures_are_no_part_of_an_address():
    app = _page("evaluate", digits="own")
    assert app.button_group(key="evaluate_data").value == "sample" and not app.query_params
    app.button_group(key="evaluate_data").set_value("own").run()
    assert not app.exception and not app.query_params


def test_an_address_opens_what_was_explored():
    app = _page("explore", split="train", digit="7", page="3")
    assert [element.value for element in app.caption] == ["400 digits"]
    assert _query(app) == {"split": "train", "digit": "7", "page": "3"}
    assert app.session_state["explore_page"] == 3
    app.button_group(key="explore_digit").set_value(8).run()
    assert app.session_state["explore_page"] == 1 and _query(app) == {"split": "train", "digit": "8"}
    app.number_input(key="explore_index").set_value(345).run()
    assert _query(app)["index"] == "345"
    assert "#345" in " ".join(
        element.proto.body for element in _page("explore", index="345", split="train").get("html")
    )


def test_an_address_opens_a_page_of_pen_strokes(tmp_path, monkeypatch):
    pen_file.install(tmp_path, monkeypatch)
    app = _page("explore", view="Strokes", written="3")
    assert "Digit 3, writer " in " ".join(element.proto.body for element in app.get("html"))


def test_an_address_opens_the_drawing_page_with_its_model():
    _twin()
    app = _page("draw", model="twin")
    assert app.radio(key="draw_model").value == "twin" and _query(app) == {"model": "twin"}
    app.radio(key="draw_model").set_value("default").run()
    assert not app.query_params


@pytest.mark.parametrize(
    ("page", "parameters"),
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
        ("explore", {"view": "Strokes", "written_from": "mnist", "written": "10"}),
        ("runs", {"run": "first", "show": "loss", "smoothing": "nan"}),
    ],
)
def test_invalid_parameters_of_an_address_are_ignored(page, parameters):
    run_folders.make("first")
    app = _page(page, **parameters)
    assert not app.warning and not app.error
    app.run()
    assert not app.exception and _query(app).keys() <= {"view", "run", "show"}


def test_parameters_are_read_strictly():
    digit = Parameter("key", 0, address.one_of(range(10)))
    assert digit.read(["3", "7"]) == 7
    for text in ("", "10", " 7", "seven"):
        with pytest.raises(ValueError):
            digit.read([text])
