"""`replay SESSION`: then and now side by side, from the record alone."""

import argparse
import json

import pytest

from config import Config
from monitor.commands import replay as command
from monitor.errors import MonitorError
from tests.recorder.house import POLICY, POLICY_TEXT, open_house
from tests.recorder.test_replaying import an_afternoon


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    """A record with a session that ran (1) and one that is only planned (2)."""
    folder = tmp_path_factory.mktemp("record")
    with open_house(folder) as house:
        an_afternoon(house)
        house.plan("2", in_h=24)
        now = house.clock.now()
    return Config(data_dir=folder, database_url=f"sqlite:///{folder / 'record.db'}", clock=f"1x@{now.isoformat()}")


def run(config: Config, *words: str) -> int:
    parser = argparse.ArgumentParser()
    command.register(parser.add_subparsers())
    args = parser.parse_args(["replay", *words])
    return args.run(args, config)


def test_under_its_own_policy_both_sides_are_the_same(record, capsys):
    assert run(record, "1", "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert said["replay_equals_record"] is True
    then, now = said["then"], said["now"]
    assert then == now
    assert then["policy"]["sha256"] == POLICY.sha256
    assert {"spo2_low", "spo2_desaturation", "feed_silent"} <= {alarm["rule"] for alarm in then["alarms"]}
    assert then["out_of_range_s"]["spo2 below"] > 60
    assert sum(one["count"] for one in then["signals"]) == sum(one["signal"] for one in then["alarms"])


def test_under_another_policy_the_table_shows_both(record, capsys, tmp_path):
    file = tmp_path / "mine.toml"
    text = POLICY_TEXT.replace("medium = { limit = 92, persist_s = 30 }", "medium = { limit = 92, persist_s = 1 }")
    file.write_text(text)
    assert run(record, "1", "--policy", str(file)) == 0
    out = capsys.readouterr().out
    assert "Under the session's own policy the replay says what was said then." in out
    (line,) = (line for line in out.splitlines() if line.startswith("MEDIUM spo2_low "))
    assert line.split() == ["MEDIUM", "spo2_low", "0", "1"]
    raised = [line for line in out.splitlines() if " spo2_low " in line and "MEDIUM raised" in line]
    assert len(raised) == 1
    assert raised[0].partition("|")[0].split()[1:] == ["spo2_low"]  # nothing on the side of THEN
    assert "seconds out of range" in out
    assert "Not replayed: messages sent again unchanged" in out
    assert "Kowalska" not in out


def test_a_refused_policy_and_a_session_that_never_began_are_sentences(record, capsys, tmp_path):
    file = tmp_path / "bad.toml"
    file.write_text(POLICY_TEXT.replace("limit = 92", "limit = 920"))
    assert run(record, "1", "--policy", str(file)) == 2
    assert "rule[spo2_low].medium.limit: 920 is written" in capsys.readouterr().err
    with pytest.raises(MonitorError, match="has not been checked in"):
        run(record, "2")
    with pytest.raises(MonitorError, match="no such session"):
        run(record, "99")
