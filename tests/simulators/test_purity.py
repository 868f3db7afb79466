"""The simulators stand on the far side of the wire."""

import ast
import sys
from pathlib import Path

import pytest

import simulators

FILES = sorted(Path(simulators.__file__).parent.glob("**/*.py"))


def imported_packages(path: Path) -> set[str]:
    packages = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            packages |= {alias.name.split(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively"
            packages.add((node.module or "").split(".")[0])
    return packages


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_simulator_imports_only_itself_and_the_standard_library(path: Path) -> None:
    assert imported_packages(path) - {"simulators"} <= sys.stdlib_module_names


def test_all_files_of_the_package_were_looked_at() -> None:
    assert {"bedside.py", "pcd01.py", "philips.py", "__main__.py"} <= {path.name for path in FILES}
