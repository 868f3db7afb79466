"""`policy check` and `policy show`."""

import argparse

import pytest

from config import Config
from monitor.commands import policy as command
from tests.clinical.bedside import POLICY, TEXT


def run(*words: str, config: Config | None = None) -> int:
    parser = argparse.ArgumentParser()
    command.register(parser.add_subparsers())
    args = parser.parse_args(["policy", *words])
    return args.run(args, config or Config())


def test_check_accepts_a_good_policy_and_names_its_hash(tmp_path, capsys):
    file = tmp_path / "mine.toml"
    file.write_text(TEXT.replace('id = "rr_high"', 'id = "rr_high"\noff = true\noff_reason = "nasal sensor"'))
    assert run("check", str(file)) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"ok: adult-ketamine version {POLICY.version}, policy not approved, sha256 ")
    rules, scored = len(POLICY.rules), len(POLICY.score_rules)
    assert f"{rules} rules for vitals, {len([rule for rule in POLICY.rules if not rule.is_off]) - 1} on;" in out
    assert f"; {scored} for scores, {scored} on; {len(POLICY.technical)} technical alarms" in out
    assert " verified (V), " in out
    assert "none approved by a clinician" in out
    assert "warning: rr_high is switched off: nasal sensor" in out


@pytest.mark.parametrize("text", ["", "rule = []", "\x00"])
def test_check_refuses_a_bad_policy_with_a_sentence(tmp_path, capsys, text):
    file = tmp_path / "bad.toml"
    file.write_text(text)
    assert run("check", str(file)) == 2
    assert capsys.readouterr().err.startswith("refused: bad.toml: ")


def test_check_says_when_there_is_no_file(tmp_path, capsys):
    assert run("check", str(tmp_path / "none.toml")) == 2
    assert "refused" in capsys.readouterr().err


def test_show_prints_every_rule_and_number_with_its_source(capsys):
    assert run("show") == 0
    out = capsys.readouterr().out
    assert POLICY.sha256 in out
    assert all(rule.id in out for rule in POLICY.rules)
    assert all(quantity.name in out and quantity.source in out for quantity in POLICY.quantities)


def test_show_of_a_policy_that_is_not_there(capsys):
    assert run("show", config=Config(policy="nowhere.toml")) == 2


def test_check_says_every_fault_one_a_line(tmp_path, capsys):
    file = tmp_path / "bad.toml"
    file.write_text(TEXT.replace("limit = 92", "limit = 920").replace("naloxone = {", "naloxone = 2 # {"))
    assert run("check", str(file)) == 2
    assert capsys.readouterr().err.splitlines() == [
        "refused: bad.toml: rule[spo2_low].medium.limit: 920 is written; accepted: 40 to 100 %.",
        "refused: bad.toml: discharge.waits.naloxone: 2 is written; accepted: a table.",
    ]


def test_check_of_an_approved_policy_says_so(tmp_path, capsys):
    file = tmp_path / "mine.toml"
    file.write_text(TEXT.replace('approved_by = ""', 'approved_by = "Dr. A. Ruiz"'))
    assert run("check", str(file)) == 0
    out = capsys.readouterr().out
    assert "approved by Dr. A. Ruiz" in out
    assert out.rstrip().splitlines()[2].endswith("derived (D); approved")
