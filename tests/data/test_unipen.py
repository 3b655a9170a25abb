import numpy as np
import pytest

from digitcore import settings
from digitcore.data import unipen, unipen_format
from digitcore.errors import DataError
from digitcore.model_format import NO_DIGIT
from tests import unipen_files
from tests.unipen_files import DOC, segments, strokes, write

FOUR = [[(0, 6), (0, 3), (4, 3)], [(3, 6), (3, 0)]]


@pytest.fixture
def root(tmp_path, monkeypatch):
    return unipen_files.install(tmp_path, monkeypatch)


@pytest.fixture
def bare(tmp_path, monkeypatch):
    """The folder of a distribution with no writers yet."""
    monkeypatch.setenv("DIGITCORE_DATA", str(tmp_path))
    root = tmp_path / unipen.NAME
    write(root, {"include/aaa/a.doc": DOC})
    return root


def _write_digits(root, labels, ink, head=".INCLUDE aaa/a.doc\n.INCLUDE aaa/ink.dat\n"):
    write(root, {"include/aaa/ink.dat": ink, "data/1a/aaa/x.dat": head + labels})


def test_digits_come_with_label_writer_and_strokes_whose_y_points_down(root):
    digits = unipen.load_digits()
    assert len(digits) == 50 and {drawing.label for drawing in digits} == set(range(10))
    four = digits[4]
    assert (four.label, four.writer, four.contributor, four.character) == (4, "aaa/Ann", "aaa", "")
    np.testing.assert_array_equal(four.strokes[0], [(20, -60), (0, -20), (40, -20)])
    np.testing.assert_array_equal(four.strokes[1], [(30, -40), (30, 0)])
    assert four.strokes[0].dtype == np.float32


def test_letters_are_no_digit_and_those_like_a_digit_are_left_out(root):
    head = ".INCLUDE bbb/bbb.doc\n.INCLUDE bbb/data/Eve.dat\n"
    like = {str(number): character for number, character in enumerate("OlIzsbqgB()[|/")}
    write(root, {"data/1c/bbb/more.dat": head + segments({**like, "14": "k", "15": "?"})})
    letters = unipen.load_letters()
    assert {drawing.label for drawing in letters} == {NO_DIGIT}
    assert sorted({drawing.character for drawing in letters}) == ["?", "A", "K", "k"]


def test_spans_name_strokes_and_points_within_them(bare):
    ink = strokes([[(0, 0), (1, 1)], [(2, 2), (3, 3), (4, 4)], [(5, 5), (6, 6)], [(7, 7), (8, 8)]])
    spans = {"3": "0", "0-1": "1", "0-1,3": "2", "1:1-1:2": "3", "1:2-2:0": "4", "1:0-1:0,3:1-3:1": "5"}
    _write_digits(bare, segments(spans), ink)
    read = {drawing.label: [stroke[:, 0].tolist() for stroke in drawing.strokes] for drawing in unipen.load_digits()}
    assert read == {
        0: [[70, 80]],
        1: [[0, 10], [20, 30, 40]],
        2: [[0, 10], [20, 30, 40], [70, 80]],
        3: [[30, 40]],
        4: [[40], [50]],
        5: [[20], [80]],
    }


def test_files_include_others_and_may_have_their_own_strokes(bare):
    write(bare, {"include/aaa/deep.dat": ".INCLUDE aaa/a.doc\n.WRITER_ID Zoe\n" + strokes(FOUR)})
    own = ".INCLUDE aaa/outer.dat\n" + strokes([[(1, 9), (1, 0)]]) + segments({"0-1": "4", "2": "1"})
    write(bare, {"include/aaa/outer.dat": ".INCLUDE aaa/deep.dat\n", "data/1a/aaa/x.dat": own})
    four, one = unipen.load_digits()
    assert (four.label, four.writer, len(four.strokes)) == (4, "aaa/Zoe", 2)
    np.testing.assert_array_equal(one.strokes[0], [(10, -90), (10, 0)])


def test_columns_are_as_the_documents_name_them(bare):
    ink = ".COORD T Y X P\n.PEN_DOWN\n0 10 20 99\n5 30 40 99\n.PEN_UP\n"
    _write_digits(bare, segments({"0": "7"}), ink)
    np.testing.assert_array_equal(unipen.load_digits()[0].strokes[0], [(20, -10), (40, -30)])


DAMAGE = {
    "strokes beyond the last": (segments({"0-2": "4"}), strokes(FOUR), "1 segments whose strokes are missing"),
    "empty strokes": (segments({"0": "1"}), ".PEN_DOWN\n.PEN_UP\n", "1 segments whose strokes are missing"),
    "points beyond the last": (segments({"0:7-0:9": "1"}), strokes(FOUR), "1 segments whose strokes are missing"),
    "a span backwards": (segments({"1-0": "1"}), strokes(FOUR), "1 segments whose strokes are missing"),
    "a span of nothing": (segments({"0,,-": "1"}), strokes(FOUR), "1 segments whose strokes are missing"),
    "no columns": (segments({"0": "1"}), ".COORD P T\n" + strokes(FOUR), "1 segments whose strokes are missing"),
    "no span": ('.SEGMENT CHARACTER ? "4"\n', strokes(FOUR), "1 segments without strokes or label"),
    "no label": (".SEGMENT CHARACTER 0-1 ?\n", strokes(FOUR), "1 segments without strokes or label"),
    "two labels": (segments({"0": "4"}) + segments({"0": "9"}), strokes(FOUR), "1 segments with two labels"),
}


@pytest.mark.parametrize("labels, ink, note", DAMAGE.values(), ids=DAMAGE)
def test_what_is_damaged_is_left_out_and_counted(bare, labels, ink, note):
    whole = strokes([[(0, 0), (9, 9)]])
    write(bare, {"include/aaa/whole.dat": whole, "data/1a/aaa/whole.dat": ".INCLUDE aaa/whole.dat\n"})
    with (bare / "data/1a/aaa/whole.dat").open("a") as file:
        file.write(segments({"0": "1"}))
    _write_digits(bare, labels, ink)
    assert [drawing.label for drawing in unipen.load_digits()] == [1]
    assert unipen.damage_note() == f"Of UNIPEN, these are damaged and were left out: {note}."


def test_a_missing_include_is_counted_and_the_columns_are_x_and_y_then(bare):
    _write_digits(bare, segments({"0-1": "4"}), strokes(FOUR), head=".INCLUDE aaa/no.doc\n.INCLUDE aaa/ink.dat\n")
    assert len(unipen.load_digits()[0].strokes) == 2
    assert "left out: 1 included files that are missing." in unipen.damage_note()


def test_files_that_include_each_other_come_to_an_end(bare):
    circle = ".INCLUDE aaa/ink.dat\n" + strokes(FOUR)
    _write_digits(bare, segments({"0-1": "4"}), circle)
    assert [drawing.label for drawing in unipen.load_digits()] == [4]


@pytest.mark.parametrize("line", ["x y", "5", "nan 3", "1e300 2", "7 -"])
def test_a_point_that_is_not_two_numbers_is_left_out(bare, line):
    _write_digits(bare, segments({"0": "1"}), f".PEN_DOWN\n1 2\n{line}\n3 4\n.PEN_UP\n")
    np.testing.assert_array_equal(unipen.load_digits()[0].strokes[0], [(1, -2), (3, -4)])
    assert "left out: 1 points that are not two numbers." in unipen.damage_note()


def test_quotation_marks_and_backslashes_are_labels(bare):
    text = r'.SEGMENT CHARACTER 0 ? "\""' + "\n" + r'.SEGMENT CHARACTER 1 OK "\\"' + "\n"
    recording = unipen_format.parse_ink(strokes(FOUR), damage := unipen_format.Damage())
    assert [segment.label for segment in unipen_format.parse_segments("f", text, recording, damage)] == ['"', "\\"]
    assert not +damage


def test_writers_are_split_within_each_contributor_and_letters_follow_digits(root):
    parts = {part: unipen.writers(part) for part in ("train", "validation", "test")}
    assert {part: len(writers) for part, writers in parts.items()} == {"train": 3, "validation": 1, "test": 1}
    # One writer alone is for training.
    assert "bbb/Eve" in parts["train"]
    written = {drawing.writer for drawing in [*unipen.load_digits(), *unipen.load_letters()]}
    assert set.union(*parts.values()) == written
    assert parts == {part: unipen.writers(part) for part in parts}


def test_sessions_of_a_writer_are_one_writer(bare):
    for session in ("r01-04", "r02-04", "r02-07"):
        ink = f"ibm/{session}.dat"
        write(bare, {f"include/{ink}": f".WRITER_ID {session}\n" + strokes(FOUR)})
        write(bare, {f"data/1a/{ink}": f".INCLUDE {ink}\n" + segments({"0-1": "4"})})
    assert [drawing.writer for drawing in unipen.load_digits()] == ["ibm/04", "ibm/04", "ibm/07"]


def test_segments_known_to_be_wrong_are_left_out(root, tmp_path, monkeypatch):
    path = tmp_path / "wrong.csv"
    path.write_text("file,span,label,reason\n1a/aaa/Ann.dat,0-0,0,a dash\n")
    monkeypatch.setattr(unipen, "WRONG_FILE", path)
    unipen._wrong.cache_clear()
    try:
        digits = unipen.load_digits()
    finally:
        unipen._wrong.cache_clear()
    assert len(digits) == 49 and digits[0].label == 1


def test_without_the_distribution_one_line_says_where_it_is_to_be_had():
    assert not unipen.is_here()
    with pytest.raises(DataError, match=f"^UNIPEN is not here: .*{unipen.URL}.*{unipen.NAME}.*DIGITCORE_DATA.*$"):
        unipen.load_digits()


def test_a_second_reading_is_from_the_cache_and_a_changed_file_is_read_anew(root, monkeypatch):
    first = unipen.load_digits()
    assert (settings.downloads_folder() / "unipen.npz").is_file()
    with monkeypatch.context() as patch:
        patch.delattr(unipen_format, "read")
        again = unipen.load_digits()
    assert [(d.label, d.writer) for d in again] == [(d.label, d.writer) for d in first]
    for one, other in zip(first, again, strict=True):
        for stroke, copy in zip(one.strokes, other.strokes, strict=True):
            np.testing.assert_array_equal(stroke, copy)
    (root / "data/1a/bbb/Eve.dat").unlink()
    assert len(unipen.load_digits()) == 40


@pytest.mark.parametrize("damage", [lambda whole: whole[:-500], lambda whole: b"", lambda whole: b"\0" * len(whole)])
def test_a_damaged_cache_is_not_used(root, damage):
    first = unipen.load_digits()
    path = settings.downloads_folder() / "unipen.npz"
    path.write_bytes(damage(path.read_bytes()))
    assert len(unipen.load_digits()) == len(first)


def test_a_cache_that_cannot_be_written_does_not_matter(root):
    settings.home().mkdir(parents=True)
    settings.downloads_folder().write_text("a file where the folder should be")
    assert len(unipen.load_digits()) == 50
