"""Hazards and threats name the tests that guard them: each is there, and a row without one says so."""

import ast
import re
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
_TEST = re.compile(r"`(test_\w+)`")


def written() -> set[str]:
    return {
        node.name
        for path in (HOUSE / "tests").rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


@pytest.mark.parametrize("page", ["hazards.md", "threat-model.md"])
def test_every_row_names_tests_that_exist_or_says_that_nothing_guards_it(page: str) -> None:
    there = written()
    rows = [line for line in (HOUSE / "docs" / page).read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    assert len(rows) > 15
    for row in rows[1:]:
        named = _TEST.findall(row.rsplit("|", 2)[-2])
        assert named or "not guarded yet" in row, row
        assert set(named) <= there, set(named) - there


def test_every_hazard_has_its_row() -> None:
    page = (HOUSE / "docs" / "hazards.md").read_text(encoding="utf-8")
    numbers = [int(number) for number in re.findall(r"^\| H(\d+) \|", page, re.MULTILINE)]
    assert len(numbers) >= 35
    assert numbers == list(range(1, len(numbers) + 1))
