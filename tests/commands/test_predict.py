"""`predict` prints JSON Lines in the contract's shape, and refuses what is no dose with exit code 2."""

import argparse
import json

import pytest

from config import Config
from monitor.commands import predict as command

STARTER = ("--weight", "70", "--mg-per-kg", "0.5", "--over-min", "40")


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    command.register(parser.add_subparsers())
    parsed = parser.parse_args(["predict", *arguments])
    return int(parsed.run(parsed, Config()))


def test_a_line_a_minute_asked_for_in_the_order_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--model", "domino", *STARTER, "--at", "40,10,60,0,100.5") == 0
    out, err = capsys.readouterr()
    assert err == ""
    lines = [json.loads(line) for line in out.splitlines()]
    assert [list(line) for line in lines] == [["minute", "plasma_ng_ml", "effect_site_ng_ml"]] * 5
    assert [line["minute"] for line in lines] == [40, 10, 60, 0, 100.5]
    # The integration in small steps of tests/clinical/dosing gives the same.
    assert lines[0] == {"minute": 40, "plasma_ng_ml": 240.3308, "effect_site_ng_ml": 238.2895}
    assert (lines[3]["plasma_ng_ml"], lines[3]["effect_site_ng_ml"]) == (0, 0)


def test_the_policys_model_is_used_when_none_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    run(*STARTER, "--at", "20")
    run("--model", "domino", *STARTER, "--at", "20")
    run("--model", "clements250", *STARTER, "--at", "20")
    unnamed, domino, clements = capsys.readouterr().out.splitlines()
    assert unnamed == domino
    assert json.loads(clements)["plasma_ng_ml"] == 109.4795


REFUSED = [
    (("--model", "minto", *STARTER, "--at", "1"), "no parameter set “minto”; the policy has clements250, domino"),
    (("--weight", "700", *STARTER[2:], "--at", "1"), "weight_kg is 700 kg; accepted is 20 to 350 kg"),
    (("--weight", "nan", *STARTER[2:], "--at", "1"), "weight_kg is nan kg"),
    ((*STARTER[:2], "--mg-per-kg", "-0.5", "--over-min", "40", "--at", "1"), "dose_mg_per_kg is -0.5 mg/kg"),
    ((*STARTER[:2], "--mg-per-kg", "35", "--over-min", "40", "--at", "1"), "It looks like mg, not mg/kg"),
    ((*STARTER[:4], "--over-min", "0", "--at", "1"), "over_min is 0 min; accepted is 1 to 1440 min"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "sentence"), REFUSED)
def test_what_is_no_dose_is_refused_with_a_sentence(
    arguments: tuple[str, ...], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert sentence in err


@pytest.mark.parametrize("minutes", ["ten", "10,", "-1", "inf", "nan", "10081", ""])
def test_minutes_are_numbers_of_the_week_after_the_start(minutes: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        run(*STARTER, f"--at={minutes}")
    assert refused.value.code == 2
    assert capsys.readouterr().out == ""


def test_a_policy_that_cannot_be_read_predicts_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    command.register(parser.add_subparsers())
    parsed = parser.parse_args(["predict", *STARTER, "--at", "1"])
    assert parsed.run(parsed, Config(policy="nowhere/none.toml")) == 2
    assert "the policy cannot be read" in capsys.readouterr().err
