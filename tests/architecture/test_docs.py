"""The documentation speaks of the program there is: settings, commands, rules, dependencies, drawings, links."""

import configparser
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.clinical.policy.policy import parse_policy
from monitor.provisions import policy_path
from tests.architecture import draw_state_machines, write_policy_table, write_scenario_table

HOUSE = Path(__file__).parents[2]
DOCS = HOUSE / "docs"
PAGES = sorted([*HOUSE.glob("*.md"), *DOCS.rglob("*.md")])
COMMANDS = {
    "serve": (), "demo": (), "doctor": (), "db": ("upgrade", "current"), "policy": ("check", "show"), "forms": (),
    "backup": ("make", "check", "restore"), "archive": (), "bell": (), "hl7": ("explain", "send"),
    "predict": (), "replay": (), "audit": ("verify",), "token": ("add",), "tls": (),
    "user": ("add", "disable", "enable", "role", "reset-password", "reset-factor", "seal"),
}  # fmt: skip
MACHINE_PATH = re.compile(r"/(?:home|root|Users|tmp|work|var/folders)/\w")
LINK = re.compile(r"\[[^\]]*\]\((?!https?://|#)([^)#\s]+)[^)]*\)")


def text(*names: str) -> str:
    return "\n".join((HOUSE / name).read_text(encoding="utf-8") for name in names)


def helped(*words: str) -> set[str]:
    """The commands that `run.py … --help` offers."""
    done = subprocess.run(
        [sys.executable, "run.py", *words, "--help"], cwd=HOUSE, capture_output=True, text=True, check=True, timeout=60
    )
    offered = re.search(r"\{([\w,-]+)\}", done.stdout)
    return set(offered[1].split(",")) if offered else set()


def test_every_setting_that_is_read_is_explained_to_operators_and_no_other() -> None:
    read = set(re.findall(r"MONITOR_[A-Z_]+", text("config.py")))
    explained = set(re.findall(r"^\| `(MONITOR_[A-Z_]+)`", text("docs/operators.md"), re.MULTILINE))
    assert explained == read


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(HOUSE)))
def test_a_page_names_only_settings_that_are_read(page: Path) -> None:
    read = set(re.findall(r"MONITOR_[A-Z_]+", text("config.py")))
    assert set(re.findall(r"MONITOR_[A-Z_]+[A-Z]", page.read_text(encoding="utf-8"))) <= read


def test_every_command_is_in_the_readme_and_the_readme_names_no_other() -> None:
    assert helped() == set(COMMANDS)
    readme = text("README.md")
    told = set(re.findall(rf"`((?:{'|'.join(COMMANDS)})(?: [a-z-]+)?)\b", readme))
    for command, verbs in COMMANDS.items():
        assert {f"{command} {verb}" for verb in verbs} <= told, command
        assert verbs or command in told


@pytest.mark.parametrize("command", [name for name, verbs in COMMANDS.items() if verbs])
def test_the_verbs_of_a_command_are_those_told(command: str) -> None:
    assert helped(command) == set(COMMANDS[command])


def commands_shown() -> Iterator[tuple[str, list[str]]]:
    for page in PAGES:
        for line in page.read_text(encoding="utf-8").splitlines():
            for words in re.findall(r"(?:python |`)run\.py ([a-z0-9]+(?: [a-z-]+)?)", line):
                yield str(page.relative_to(HOUSE)), words.split()


def test_every_command_line_shown_anywhere_exists() -> None:
    shown = list(commands_shown())
    assert len(shown) > 10
    for page, (command, *verb) in shown:
        assert command in COMMANDS, f"{page}: run.py {command}"
        assert not COMMANDS[command] or not verb or verb[0] in COMMANDS[command], f"{page}: run.py {command} {verb}"


def test_the_drawing_of_the_state_machines_is_that_of_the_tables() -> None:
    drawn = draw_state_machines.PAGE.read_text(encoding="utf-8")
    assert drawn == draw_state_machines.page(), "run: python -m tests.architecture.draw_state_machines"


def test_clinicians_read_every_number_of_the_shipped_policy() -> None:
    page = write_policy_table.PAGE.read_text(encoding="utf-8")
    assert page == write_policy_table.filled(page), "run: python -m tests.architecture.write_policy_table"
    policy = parse_policy(policy_path("adult-ketamine").read_text(encoding="utf-8"))
    for rule in (*(one.id for one in policy.rules), *(one for one in policy.technical)):
        assert f"`{rule}`" in page


def test_trainers_read_what_every_scenario_promises() -> None:
    page = write_scenario_table.PAGE.read_text(encoding="utf-8")
    assert page == write_scenario_table.filled(page), "run: python -m tests.architecture.write_scenario_table"


def test_every_dependency_has_its_line_and_every_line_its_dependency() -> None:
    setup = configparser.ConfigParser()
    setup.read(HOUSE / "setup.cfg")
    wanted = setup["options"]["install_requires"] + setup["options.extras_require"]["dev"]
    packages = {re.split(r"[<>=~!\[; ]", line)[0] for line in wanted.split("\n") if line}
    listed = re.findall(r"^\| ([\w.-]+) \|", text("docs/decisions/dependencies.md"), re.MULTILINE)
    assert {name for name in listed if name != "package"} == packages


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(HOUSE)))
def test_a_page_names_no_path_of_a_machine_and_links_only_to_what_is_there(page: Path) -> None:
    words = page.read_text(encoding="utf-8")
    assert not MACHINE_PATH.search(words)
    for link in LINK.findall(words):
        assert (page.parent / link).exists(), link


def test_no_two_decisions_have_one_number() -> None:
    numbers = [page.name[:4] for page in (DOCS / "decisions").glob("[0-9]*.md")]
    assert len(numbers) == len(set(numbers)) > 40


def test_pictures_are_small() -> None:
    pictures = list((DOCS / "pictures").glob("*.png"))
    assert {picture.stem for picture in pictures} >= {"board", "session"}
    for picture in pictures:
        assert picture.stat().st_size < 300_000, picture.name
