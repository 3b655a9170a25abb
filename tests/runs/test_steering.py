import threading

import pytest

from digitcore import runs
from digitcore.errors import ConfigError, RunError
from digitcore.recipes import schedules
from digitcore.runs import steering
from digitcore.runs.steering import Command, CommandName, Event, EventName, Inbox
from tests.conftest import tiny


def test_each_command_is_read_once(tmp_path):
    path = tmp_path / "commands.jsonl"
    inbox = Inbox(path)
    assert inbox.new() == []
    steering.ask(path, Command(CommandName.PAUSE))
    steering.ask(path, Command(CommandName.RATE, 0.01))
    assert inbox.new() == [Command(CommandName.PAUSE), Command(CommandName.RATE, 0.01)]
    assert inbox.new() == []


def test_commands_of_two_people_at_once_do_not_mix(tmp_path):
    path = tmp_path / "commands.jsonl"

    def ask(rate: float) -> None:
        for _ in range(200):
            steering.ask(path, Command(CommandName.RATE, rate))

    threads = [threading.Thread(target=ask, args=(rate,)) for rate in (0.25, 0.125)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    commands = Inbox(path).new()
    assert len(commands) == 400
    assert {command.value for command in commands} == {0.25, 0.125}


def test_a_damaged_line_is_skipped_and_an_unfinished_one_waited_for(tmp_path):
    path = tmp_path / "commands.jsonl"
    invalid = b'{"name": "epochs", "value": null}\n{"name": "rate", "value": "x"}\n{"name": "rate", "value": 50}\n'
    path.write_bytes(
        b'{"name": 1, "odd": 2}\n[]\n\xff\n' + invalid + b'{"name": ["a"]}\n{"name": "pause"}\n{"name": "go'
    )
    inbox = Inbox(path)
    assert inbox.new() == [Command(CommandName.PAUSE)]
    with path.open("ab") as stream:
        stream.write(b' on"}\n')
    assert inbox.new() == [Command(CommandName.RESUME)]


def test_a_resumption_written_by_version_0_2_0_is_read(tmp_path):
    path = tmp_path / "events.csv"
    path.write_text("step,epoch,name,value\n5,1,pause,\n5,1,go on,\n")
    assert steering.events(path) == [Event(5, 1, EventName.PAUSE), Event(5, 1, EventName.RESUME)]
    assert steering.parse(b'{"name": "go on", "value": null}') == Command(CommandName.RESUME)


def test_an_unknown_event_is_skipped(tmp_path):
    path = tmp_path / "events.csv"
    path.write_text("step,epoch,name,value\n5,1,dance,\n6,1,stop,\n")
    assert steering.events(path) == [Event(6, 1, EventName.STOP)]


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        (CommandName.RATE, 2, "a learning rate must be from 1e-06 to 1, not '2'"),
        (CommandName.EPOCHS, 0, "epochs must be from 1 to"),
        (CommandName.EPOCHS, None, "the number of epochs is missing"),
        (CommandName.EPOCHS, 2.5, "epochs must be a whole number, not '2.5'"),
    ],
)
def test_an_invalid_value_is_rejected(tmp_path, name, value, message):
    path = tmp_path / "commands.jsonl"
    with pytest.raises(ConfigError, match=message):
        steering.ask(path, Command(name, value))
    assert Inbox(path).new() == []


def test_a_run_without_a_worker_cannot_be_steered():
    run = runs.create(tiny(), "idle")
    with pytest.raises(RunError, match="run 'idle' is interrupted; it can be steered only while it trains"):
        run.ask(CommandName.PAUSE)


def test_events_are_kept_in_order_and_an_unfinished_line_does_no_harm(tmp_path):
    path = tmp_path / "events.csv"
    first, second = Event(3, 1, EventName.BEGIN, "sample"), Event(5, 1, EventName.PAUSE)
    assert steering.record(path, first) == [first]
    assert steering.record(path, second) == steering.events(path) == [first, second]
    with path.open("a") as stream:
        stream.write("7,2,ra")
    assert steering.events(path) == [first, second]
    with path.open("a") as stream:
        stream.write("\n1,x,rate,0.1\n1,1,rate,abc\n1,1,epochs,abc\n\u00b2,1,pause,\n9,2,stop,\n")
    assert steering.events(path) == [first, second, Event(9, 2, EventName.STOP)]


def test_a_new_rate_removes_those_of_later_steps(tmp_path):
    path = tmp_path / "events.csv"
    for event in (
        Event(10, 1, EventName.RATE, "0.1"),
        Event(30, 1, EventName.RATE, "0.3"),
        Event(30, 1, EventName.PAUSE),
    ):
        steering.record(path, event)
    recorded = steering.record(path, Event(20, 1, EventName.RATE, "0.2"))
    assert [(event.step, event.name) for event in recorded] == [(10, "rate"), (30, "pause"), (20, "rate")]


def test_a_rate_set_by_hand_holds_from_its_step_until_the_schedule_is_followed_again():
    config = tiny(epochs=2, schedule="cosine", learning_rate=0.1)
    events = [Event(5, 1, EventName.RATE, "0.02"), Event(12, 2, EventName.RATE, "")]
    rates = [steering.rate_at(config, events, step, 10) for step in range(20)]
    expected = [schedules.learning_rate(config, step, 20) for step in range(20)]
    assert rates == expected[:5] + [0.02] * 7 + expected[12:]


def test_epochs_beyond_those_of_the_recipe_follow_its_schedule_once_more():
    config = tiny(epochs=2, schedule="cosine", learning_rate=0.1)
    events = [Event(20, 2, EventName.EPOCHS, "5")]
    assert steering.total_epochs(config, events) == 5
    rates = [steering.rate_at(config, events, step, 10) for step in range(50)]
    assert rates[:20] == [schedules.learning_rate(config, step, 20) for step in range(20)]
    assert rates[20:] == [schedules.learning_rate(config, step, 30) for step in range(30)]


def test_a_run_that_ended_early_continues_its_schedule():
    config = tiny(epochs=4, schedule="cosine")
    events = [Event(20, 2, EventName.EPOCHS, "2"), Event(20, 2, EventName.EPOCHS, "3")]
    assert steering.total_epochs(config, events) == 3
    rates = [steering.rate_at(config, events, step, 10) for step in range(30)]
    assert rates == [schedules.learning_rate(config, step, 40) for step in range(30)]


def test_an_unfinished_command_does_not_damage_the_next(tmp_path):
    path = tmp_path / "commands.jsonl"
    path.write_bytes(b'{"name": "pa')
    steering.ask(path, Command(CommandName.RESUME))
    assert Inbox(path).new() == [Command(CommandName.RESUME)]
