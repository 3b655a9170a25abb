import functools
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageDraw

from digitcore import data, runs, settings
from digitcore.__main__ import main
from digitcore.commands.output import print_table
from digitcore.prediction import open_bundle
from digitcore.runs import launch, publish, queue
from digitcore.runs.steering import Event, EventName
from tests.conftest import tiny, wait_for

DATA_SETS = ", ".join(data.descriptions())
TINY = ("train", "--preset", "fast", "--data", "sample", "--epochs", "1")


def _seven(path) -> None:
    image = Image.new("L", (200, 200), 255)
    ImageDraw.Draw(image).line([(60, 50), (140, 50), (90, 160)], fill=0, width=15, joint="curve")
    image.save(path)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["train", "--epochs", "0"], "epochs must be a whole number from 1 to 1000, not '0'"),
        (["train", "--learning-rate", "abc"], "learning rate must be a number from 1e-06 to 1, not 'abc'"),
        (["train", "--preset", "slow"], "unknown preset 'slow'; there are fast, classic"),
        (
            ["train", "--data", "letters"],
            f"data must be one of {DATA_SETS}, not 'letters'",
        ),
        (["train", "--preset", "accurate"], "UNIPEN is not here: get it from https://doi.org/10.5281/zenodo.1195803"),
        (["train", "--name", "a\nb"], "a run's name is one line of at most 100 characters"),
        (["train", "--publish", "default"], "there is a model 'default' already"),
        (["predict", "--model", "nope", "x.png"], "unknown model 'nope'; there are default"),
        (["predict"], "the following arguments are required: PATH"),
        (
            ["evaluate", "--data", "letters"],
            f"unknown data set 'letters'; there are {DATA_SETS}",
        ),
        (["evaluate", "--report", "nowhere/r.html"], "nowhere/r.html cannot be written"),
        (["evaluate", "--predictions", "."], ". cannot be written: name a file"),
        (["runs", "show", "nope"], "unknown run 'nope'; there are none yet"),
        (["runs", "stop", "nope"], "unknown run 'nope'"),
        (["runs", "resume", "nope"], "unknown run 'nope'"),
        (["runs", "pause", "nope"], "unknown run 'nope'"),
        (["runs", "extend", "nope", "0"], "argument N: must be a whole number from 1, not '0'"),
        (["models", "publish", "nope", "--name", "m"], "unknown run 'nope'"),
        (["data", "fetch", "letters"], "unknown data set 'letters'"),
        (["fly"], "invalid choice: 'fly'"),
        ([], "the following arguments are required: COMMAND"),
    ],
)
def test_a_mistake_exits_with_2_and_one_line(capfd, arguments, reason):
    try:
        code = main(arguments)
    except SystemExit as exit:
        code = exit.code
    output = capfd.readouterr()
    # LiteRT's own line is not among them: a mistake is found before a model reads.
    lines = output.err.splitlines()
    assert code == 2
    assert len(lines) == 1 and reason in lines[0]
    assert output.out == ""
    assert runs.every() == []


def test_help_shows_a_percent_sign(capsys):
    with pytest.raises(SystemExit):
        main(["evaluate", "--help"])
    assert "95% interval" in " ".join(capsys.readouterr().out.split())


def test_predict_reads_what_it_can_and_explains_why_it_cannot_read_the_rest(capsys, tmp_path):
    folder = tmp_path / "pictures"
    (folder / "none").mkdir(parents=True)
    _seven(folder / "a.png")
    (folder / "b.png").write_text("no picture")
    (folder / "c.png").touch()
    Image.new("L", (50, 50), 255).save(folder / "d.png")
    words = [str(path) for path in (folder, folder / "none", tmp_path / "nowhere.png")]
    assert main(["predict", "--json", *words]) == 1
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [os.path.basename(line["file"]) for line in lines] == [
        "a.png",
        "b.png",
        "c.png",
        "d.png",
        "none",
        "nowhere.png",
    ]
    seven, *_ = lines
    assert seven["text"] == "7" and seven["digits"][0]["digit"] == 7
    assert len(seven["digits"][0]["probabilities"]) == 10 and len(seven["digits"][0]["box"]) == 4
    assert seven["accepted"] is (seven["digits"][0]["confidence"] >= open_bundle("default").rejection_threshold)
    assert lines[3] == {"file": str(folder / "d.png"), "text": "", "accepted": False, "digits": []}
    errors = {os.path.basename(line["file"]): line["error"] for line in lines if "error" in line}
    assert errors.keys() == {"b.png", "c.png", "none", "nowhere.png"}
    assert errors["c.png"] == "the file is empty"


def test_predict_as_text(capsys, tmp_path):
    _seven(tmp_path / "a.png")
    assert main(["predict", str(tmp_path)]) == 0
    assert capsys.readouterr().out.startswith(f"{tmp_path / 'a.png'}: 7 (")


@pytest.mark.slow
def test_a_published_model_scores_as_its_card_says(capsys, finished_run):
    assert main(["models", "publish", "finished", "--name", "mine"]) == 0
    assert main(["models"]) == 0
    assert "mine" in capsys.readouterr().out
    assert main(["evaluate", "--model", "mine", "--data", "sample", "--json"]) == 0
    evaluation = json.loads(capsys.readouterr().out)
    assert evaluation["count"] == 1_000
    assert evaluation["accuracy"] == open_bundle("mine").card["scores"]["test_accuracy"]


def test_a_finished_run_is_neither_resumed_nor_stopped(capsys, finished_run):
    assert main(["runs", "resume", "finished"]) == 2
    assert main(["runs", "stop", "finished"]) == 2
    assert capsys.readouterr().err.count("\n") == 2


def test_interrupting_train_stops_the_run_and_keeps_the_best(no_worker_left):
    line = [sys.executable, "-m", "digitcore", *TINY, "--epochs", "50", "--name", "long"]
    # Where a shell runs the tests in its background, they and what they start ignore Ctrl-C.
    react = functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(line, cwd=settings.PROJECT, preexec_fn=react, **pipes) as command:
        deadline = time.monotonic() + 60
        while not (settings.runs_folder() / "long" / "config.json").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        run = runs.find("long")
        wait_for(lambda: run.status().best_epoch, run)
        command.send_signal(signal.SIGINT)
        output, errors = command.communicate(timeout=60)
    assert command.returncode == 0, errors
    assert "stopped after" in output and "stopping; the best checkpoint is kept" in errors
    assert run.best_checkpoint.exists()


def test_lists_as_tables_and_as_json(capsys, finished_run):
    for command in ("runs", "models", "data"):
        assert main([command]) == 0
        table = capsys.readouterr().out.splitlines()
        assert len(table) >= 2 and table[0].isupper()
        assert main([command, "--json"]) == 0
        assert json.loads(capsys.readouterr().out)
    assert main(["runs", "show", "fin"]) == 0
    assert "one-cycle" in capsys.readouterr().out
    assert main(["runs", "show", "finished", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["config"]["schedule"] == "one-cycle"


def test_a_refused_model_is_listed_with_its_reason(capsys):
    shutil.copytree(settings.models_folder() / "default", settings.models_folder() / "bad")
    (settings.models_folder() / "bad" / "model.tflite").write_bytes(b"")
    assert main(["models"]) == 0
    assert "model 'bad' is rejected: model.tflite does not match its card" in capsys.readouterr().out


def test_evaluate_warns_where_the_model_was_trained_on_the_digits(capsys):
    assert main(["evaluate", "--data", "sample"]) == 0
    output = capsys.readouterr().out
    assert "default on sample" in output and "95% interval" in output
    assert "the model was trained on MNIST, which includes these digits" in output


def test_evaluate_tells_each_contributors_accuracy_where_there_are_contributors(capsys, monkeypatch):
    sample = data.load_test("sample")
    contributors = np.array(["apa", "ibm"])[np.arange(len(sample.labels)) % 2]
    given = replace(data.SOURCES["sample"], load_test=lambda progress: sample._replace(contributors=contributors))
    monkeypatch.setitem(data.SOURCES, "sample", given)
    assert main(["evaluate", "--data", "sample", "--json"]) == 0
    evaluation = json.loads(capsys.readouterr().out)
    apa, ibm = evaluation["contributors"]
    assert (apa["contributor"], ibm["contributor"], apa["count"], ibm["count"]) == ("apa", "ibm", 500, 500)
    assert (apa["accuracy"] + ibm["accuracy"]) / 2 == pytest.approx(evaluation["accuracy"])
    assert main(["evaluate", "--data", "sample"]) == 0
    assert f"ibm          500     {ibm['mistakes']}" in capsys.readouterr().out


def test_data_fetch_has_the_sample_at_once(capsys):
    assert main(["data", "fetch", "sample"]) == 0
    assert "sample: 3,667 for train, 333 for validation, 1,000 for test" in capsys.readouterr().out


def test_nothing_but_json_on_standard_output(tmp_path):
    _seven(tmp_path / "a.png")
    line = [sys.executable, "-m", "digitcore", "predict", "--json", str(tmp_path)]
    done = subprocess.run(line, cwd=settings.PROJECT, capture_output=True, text=True)
    assert done.returncode == 0
    assert json.loads(done.stdout)["text"] == "7"


def test_a_run_is_steered(capsys, no_worker_left):
    run = launch.start(tiny(epochs=300, filters="8,16"), "first")
    launch.start(tiny(epochs=1), "second")
    launch.start(tiny(epochs=1), "third")
    assert main(["runs", "move", "third", "1"]) == 0
    assert capsys.readouterr().out == "1. third\n2. second\n"
    assert main(["runs", "stop", "third"]) == 0
    wait_for(lambda: run.status().batch, run)
    assert main(["runs", "pause", "first"]) == 0
    wait_for(lambda: run.status().state == "paused", run)
    assert main(["runs", "rate", "first", "0.0001"]) == 0
    assert main(["runs", "resume", "first"]) == 0
    wait_for(lambda: run.status().learning_rate == pytest.approx(0.0001), run)
    assert main(["runs", "pause", "first"]) == 0
    wait_for(lambda: run.status().state == "paused", run)
    # As version 0.2.0 called it.
    assert main(["runs", "continue", "first"]) == 0
    wait_for(lambda: run.status().state == "running", run)
    assert main(["runs", "rate", "first", "much"]) == 2
    assert main(["runs", "rate", "first", "7"]) == 2
    assert main(["runs", "extend", "first", "5"]) == 0
    wait_for(lambda: run.status().epochs == 305, run)
    assert main(["runs", "finish", "first"]) == 0
    wait_for(lambda: run.status().stage == "scoring", run)
    assert main(["runs", "pause", "first"]) == 2
    output = capsys.readouterr()
    assert "has a learning rate of 0.0001 from now on" in output.out and "ends after epoch 305" in output.out
    assert output.out.count("run first resumes") == 2 and "run third has left the queue" in output.out
    assert "a learning rate must be a number, or 'schedule', not 'much'" in output.err


def test_resuming_has_one_name_in_the_help(capsys):
    with pytest.raises(SystemExit):
        main(["runs", "--help"])
    output = capsys.readouterr().out
    assert "resume    resume a paused run" in output and "continue" not in output


def test_columns_align_under_wide_characters(capsys):
    for name in ("数字", "digits"):
        runs.create(tiny(), name)
    run_id = runs.find("数字").id
    print_table(("RUN", "STATE"), [("数字", "done"), ("abcd", "done")])
    assert capsys.readouterr().out.splitlines() == ["RUN   STATE", "数字  done", "abcd  done"]
    assert main(["runs"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert f"{run_id} (数字)  interrupted" in lines[2]
    assert lines[1].index("interrupted") == lines[2].index("interrupted") + 2


def test_a_renamed_runs_model_has_the_new_name(capsys, finished_run, tmp_path):
    publish.publish_once(finished_run)
    assert main(["runs", "rename", "finished", "Zwölf & <b>"]) == 0
    assert main(["models"]) == 0
    assert "finished (Zwölf & <b>)  " in capsys.readouterr().out
    assert main(["models", "--json"]) == 0
    assert [(each["name"], each["title"]) for each in json.loads(capsys.readouterr().out)] == [
        ("default", "default"),
        ("finished", "Zwölf & <b>"),
    ]
    report = tmp_path / "r.html"
    assert main(["evaluate", "--model", "finished", "--data", "sample", "--report", str(report)]) == 0
    assert capsys.readouterr().out.startswith("Zwölf & <b> on sample: ")
    assert "<h1>Zwölf &amp; &lt;b&gt; on sample</h1>" in report.read_text()


def test_train_waits_in_the_queue_while_another_run_trains(capsys, no_worker_left):
    first, second = launch.start(tiny(filters="8,16", epochs=300), "first"), runs.by_id("second")

    def let_it_start_and_stop_it() -> None:
        wait_for(lambda: queue.waiting() == ["second"], first)
        launch.stop(first)
        wait_for(second.is_alive, second)
        launch.stop(second)

    threading.Thread(target=let_it_start_and_stop_it).start()
    assert main([*TINY, "--filters", "8,16", "--name", "second"]) == 0
    output = capsys.readouterr().out
    assert "run second waits, number 1 in the queue" in output
    assert "stopped before a model was scored" in output
    assert first.status().state == second.status().state == "stopped"


def test_a_run_is_named_noted_compared_exported_and_deleted(capsys, finished_run, tmp_path):
    shutil.copytree(finished_run.folder, finished_run.folder.parent / "other")
    config = finished_run.folder.parent / "other" / "config.json"
    config.write_text(config.read_text().replace('"seed": 0', '"seed": 7'))
    assert main(["runs", "rename", "other", "Seven"]) == 0
    assert main(["runs", "note", "other", "another seed"]) == 0
    assert main(["runs"]) == 0
    assert "other (Seven)" in capsys.readouterr().out
    assert main(["runs", "show", "other", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["name"], shown["remark"]) == ("Seven", "another seed")
    runs.find("other").record(Event(1, 1, EventName.RATE, "0.0007"))
    assert main(["runs", "compare", "finished", "other"]) == 0
    output = capsys.readouterr().out
    assert "are equally good" in output and "Steered: rate  –         0.0007 from epoch 1 on" in output
    assert "SETTING        finished  Seven\nSeed           0         7" in output
    assert main(["runs", "show", "Seven"]) == 0
    assert "another seed" in capsys.readouterr().out
    assert main(["runs", "code", "finished"]) == 0
    compile(capsys.readouterr().out, "script", "exec")
    assert main(["runs", "export", "finished", "h5", "--to", str(tmp_path)]) == 0
    assert (tmp_path / "finished-best.h5").stat().st_size > 100_000
    assert main(["runs", "export", "finished", "docx"]) == 2
    assert main(["runs", "delete", "other"]) == 2
    assert main(["runs", "delete", "other", "--yes"]) == 0
    assert [run.id for run in runs.every()] == ["finished"]
    assert list((settings.home() / "trash").iterdir()) == []
