import traceback

from digitcore import runs
from digitcore.runs import log
from tests.conftest import tiny

LIBRARY = [
    "WARNING: All log messages before absl::InitializeLog() is called are written to STDERR",
    "I0000 00:00:1795564826.069035    1112 port.cc:153] oneDNN custom operations are on.",
    "E0000 00:00:1795564826.069307    1112 cuda_dnn.cc:8310] Unable to register cuDNN factory",
    "2026-11-24 23:42:01.123456: I tensorflow/core/platform/cpu_feature_guard.cc:210] This TensorFlow binary",
    "To enable the following instructions: AVX2 FMA, in other operations, rebuild TensorFlow.",
    "INFO: Created TensorFlow Lite XNNPACK delegate for CPU.",
]


def _raised() -> list[str]:
    try:
        try:
            raise KeyError("first")
        except KeyError as error:
            raise ValueError("second\nin two lines") from error
    except ValueError:
        return traceback.format_exc().splitlines()


def test_what_tensorflow_says_comes_apart():
    run = runs.create(tiny(), "first")
    run.log_file.write_text("\n".join([*LIBRARY[:3], "epoch 1 of 2", *LIBRARY[3:], "epoch 2 of 2"]) + "\n")
    assert run.log_tail() == "epoch 1 of 2\nepoch 2 of 2"
    assert run.library_log().split("\n") == LIBRARY


def test_what_ended_the_process_while_it_loaded_is_not_hidden():
    run = runs.create(tiny(), "first")
    assert run.log_tail() == run.library_log() == ""
    run.log_file.write_text(LIBRARY[1] + "\n")
    assert run.log_tail() == LIBRARY[1]
    fatal = "F0000 00:00:1795564826.069035    1112 port.cc:153] The library was compiled to use AVX512F"
    run.log_file.write_text(f"{LIBRARY[1]}\n{fatal}\n")
    assert run.log_tail() == fatal


def test_a_traceback_is_shown_whole():
    epochs, raised = [f"epoch {number} of 9" for number in range(1, 10)], _raised()
    assert "second" in raised[-2] and len(raised) > 8
    assert log.tail([*epochs, *raised], 3) == raised
    assert log.tail([*epochs, *raised, "epoch 1 of 9"], 1) == ["epoch 1 of 9"]
    assert log.tail(epochs, 4) == epochs[-4:] and log.tail([], 4) == []
