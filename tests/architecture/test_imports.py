"""The house's edges, read from the syntax trees: imports point one way and the core stays pure."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]

# Which rooms a room may look into (besides itself and the words everybody shares).
SHARED = {"errors", "clock", "runtime", "counters", "ids", "tls", "networks", "visitors", "framing"}
MAY_IMPORT: dict[str, set[str]] = {
    "clinical": set(),
    "hl7": {"clinical"},
    "store": {"clinical", "security.audit"},
    "security": {"clinical", "store", "recorder.acts"},
    "ward": {"clinical", "store", "hl7"},
    "recorder": {"clinical", "hl7", "store", "ward", "security", "publisher"},
    "publisher": set(),
    "life_sign": set(),
    "log_lines": set(),
    "intake": {"hl7", "recorder"},
    "outgoing": {"clinical", "hl7", "store", "ward"},
    "reports": {"clinical", "store"},
    "printing": set(),
    "web": {"clinical", "store", "security", "recorder", "ward", "publisher", "reports", "printing"},
    "provisions": {"clinical", "hl7"},
    "app": {
        *("clinical", "hl7", "store", "security", "recorder", "ward", "publisher", "intake", "outgoing", "web"),
        *("provisions", "life_sign", "printing"),
    },
    "commands": {
        "app",
        "provisions",
        "log_lines",
        "clinical",
        "hl7",
        "intake",
        "store",
        "security",
        "recorder",
        "ward",
        "printing",
        "web.papers",
    },
}
PURE = ("clinical", "hl7")
IMPURE_NAMES = {"open", "print", "input"}
IMPURE_CALLS = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today")}
# Standard modules a pure room may use: values, text and arithmetic only.
PURE_MODULES = {
    *("__future__", "bisect", "collections", "dataclasses", "datetime", "enum", "functools", "hashlib", "itertools"),
    *("json", "math", "operator", "re", "statistics", "string", "tomllib", "types", "typing", "zoneinfo", "array"),
    *(
        "csv",
        "decimal",
        "difflib",
        "fractions",
        "unicodedata",
        "codecs",
        "heapq",
        "abc",
        "contextlib",
        "copy",
        "ipaddress",
    ),
}


def sources(folder: str) -> list[Path]:
    return sorted(path for path in (HOUSE / folder).rglob("*.py") if "vendor" not in path.parts)


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room_of(path: Path) -> str:
    inside = path.relative_to(HOUSE / "monitor")
    return inside.parts[0] if len(inside.parts) > 1 else inside.stem


ROOMS = [path for path in sources("monitor") if room_of(path) not in SHARED | {"__init__"}]


@pytest.mark.parametrize("path", ROOMS, ids=lambda path: str(path.relative_to(HOUSE)))
def test_a_room_looks_only_into_the_rooms_below_it(path: Path) -> None:
    room = room_of(path)
    allowed = MAY_IMPORT[room] | {room} | SHARED
    for name in imported(path):
        if not name.startswith("monitor.") or name == "monitor.__version__":
            continue
        inside = name.removeprefix("monitor.")
        assert any(inside == known or inside.startswith(known + ".") for known in allowed), (
            f"{path.relative_to(HOUSE)} imports {name}, which points the wrong way"
        )


@pytest.mark.parametrize("room", PURE)
def test_a_pure_room_reads_no_clock_file_socket_or_database(room: str) -> None:
    for path in sources(f"monitor/{room}"):
        for name in imported(path):
            top = name.split(".")[0]
            assert top == "monitor" or top in PURE_MODULES, f"{path.name} imports {name}"
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in IMPURE_NAMES, f"{path.name}:{node.lineno} calls {node.func.id}"
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                owner = node.func.value
                called = (owner.id if isinstance(owner, ast.Name) else "", node.func.attr)
                assert called not in IMPURE_CALLS, f"{path.name}:{node.lineno} reads the clock"


def test_the_core_is_made_of_the_standard_library_alone() -> None:
    for path in sources("monitor/clinical"):
        for name in imported(path):
            assert name.split(".")[0] in sys.stdlib_module_names | {"monitor"}, f"{path.name} imports {name}"


def test_the_simulators_stand_on_the_far_side_of_the_wire() -> None:
    for path in sources("simulators"):
        assert not [name for name in imported(path) if name.split(".")[0] == "monitor"], path.name
    for path in sources("monitor"):
        assert not [name for name in imported(path) if name.split(".")[0] == "simulators"], path.name


def test_only_the_starter_and_the_settings_name_the_cooperative_server() -> None:
    word = "event" + "let"
    named = [
        path.relative_to(HOUSE) for path in [*sources("monitor"), *sources("simulators")] if word in path.read_text()
    ]
    assert named == []
    assert word in (HOUSE / "run.py").read_text()


def test_settings_are_read_by_the_starter_the_commands_and_the_composition_root_only() -> None:
    readers = {
        room_of(path) for path in sources("monitor") if "config" in {name.split(".")[0] for name in imported(path)}
    }
    assert readers <= {"commands", "app"}


@pytest.mark.parametrize(
    "path", sources("monitor") + sources("simulators"), ids=lambda path: str(path.relative_to(HOUSE))
)
def test_a_file_says_its_purpose_in_its_first_lines(path: Path) -> None:
    text = path.read_text()
    if text.strip():
        assert ast.get_docstring(ast.parse(text)), f"{path.relative_to(HOUSE)} begins without saying why it exists"
