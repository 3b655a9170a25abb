"""The page Read, run by Streamlit's own test harness."""

import pytest
from streamlit.testing.v1 import AppTest

from digitcore import settings
from digitcore.prediction import Engine, open_bundle, read_all
from digitcore.ui.read import kept_pictures
from tests.number_files import grid_png, nothing_png, number_jpeg, number_png, zipped


@pytest.fixture
def app() -> AppTest:
    started = AppTest.from_file(str(settings.PROJECT / "app.py"), default_timeout=60).run()
    return started.switch_page("pages/read.py").run()


def _give(app: AppTest, **files: bytes) -> None:
    kinds = {"zip": "application/zip", "png": "image/png"}
    given = [(name.replace("_", "."), content, kinds[name[-3:]]) for name, content in files.items()]
    app.file_uploader[0].set_value(given).run()
    assert not app.exception


def _html(app: AppTest) -> str:
    return " ".join(element.proto.body for element in app.get("html"))


def test_one_picture_has_its_answer_and_no_table(app):
    _give(app, a_png=number_png("407"))
    assert 'data-testid="read-text">407<' in _html(app) and "a.png" in _html(app)
    assert not app.dataframe and not app.file_uploader[0].value


def test_several_pictures_are_in_a_table(app):
    _give(app, a_png=number_png("42"), b_zip=zipped({"c.png": number_png("1907", 60), "d.png": grid_png()}), e_png=b"")
    table = app.dataframe[0].value
    assert set(table.text) == {"42", "1907", "No digits found"} and list(table.text)[-1] == "No digits found"
    assert table.confidence.max() <= 99.9
    assert app.expander[0].label == "1 could not be read"
    assert app.text[0].value == "e.png: the file is not a picture, or is damaged"


def test_more_pictures_can_be_given_and_all_deleted(app):
    _give(app, a_png=number_png("42"))
    _give(app, b_png=number_png("7"))
    assert len(app.dataframe[0].value) == 2 and 'data-testid="read-text">7<' in _html(app)
    app.button(key="read_delete").click().run()
    assert not app.dataframe and "read-text" not in _html(app) and not app.exception


def test_a_photo_is_read_and_the_next_can_be_taken(app):
    app.button_group(key="read_from").set_value("Camera").run()
    for count, text in enumerate(("407", "42"), 1):
        app.camera_input[0].set_value(("photo.jpg", number_jpeg(text), "image/jpeg")).run()
        assert f'data-testid="read-text">{text}<' in _html(app) and not app.get("camera_input")
        assert len(app.dataframe) == (count > 1)
        app.button(key="read_next").click().run()
        assert app.get("camera_input") and not app.exception


def test_the_address_opens_the_camera(app):
    app.query_params["from"] = "Camera"
    app.run()
    assert app.session_state["read_from"] == "Camera"


def test_the_least_sure_digit_is_opened_and_explained(app):
    picture = number_png("71", 40)
    readings = read_all(Engine(open_bundle("default")), kept_pictures.opened(picture)).digits
    least_sure = min(readings, key=lambda reading: reading.shares[reading.digit])
    _give(app, a_png=picture)
    assert f'data-testid="digit">{least_sure.digit}<' in _html(app) and _html(app).count('class="fill"') == 11
    app.button_group(key="read_why").set_value("Steps").run()
    assert not app.exception and "Centre of mass in the middle of 28 × 28" in _html(app)


def test_a_picture_without_digits_has_no_digit_to_open(app):
    _give(app, a_png=nothing_png())
    assert 'data-testid="read-text">Nothing is written on it<' in _html(app)
    assert 'data-testid="digit"' not in _html(app) and not app.exception
