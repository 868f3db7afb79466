"""Finds the sentences the server makes, for the catalogue of phrases. Law: what is spoken is found, not remembered.

A sentence is a text of the rooms below that people read: `"No data from the monitor"`, or one with values put in,
`f"looks like {of} times {what}"`, which becomes “looks like {of} times {what}”. A value keeps the last name it
has in the code; one that is formatted as a number is marked so, `{value:n}`: that is how it is recognised again.
"""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from monitor.clinical.alarms.table import AlarmPriority
from monitor.clinical.scores.ctcae import TERMS
from monitor.clinical.session import SessionEvent, SessionState
from monitor.security.roles import Role
from monitor.web.figure_curves import CURVES

ROOMS = (
    "monitor/clinical/*.py",
    "monitor/clinical/alarms/*.py",
    "monitor/clinical/analytics/*.py",
    "monitor/clinical/consultation/*.py",
    "monitor/clinical/d*/*.py",
    "monitor/clinical/outcomes/*.py",
    "monitor/clinical/preparation/*.py",
    "monitor/clinical/scores/*.py",
    "monitor/recorder/*.py",
    "monitor/security/*.py",
    "monitor/store/*.py",
    "monitor/store/queries/*.py",
    "monitor/ward/*.py",
    "monitor/web/*.py",
    "monitor/web/api/*.py",
)
# What these say is read by engineers, programs or nobody: SQL, settings, headers, fields of the API's description.
SILENT = frozenset(
    ["dialects", "engine", "folder", "keys", "migrate", "schema", "columns", "content", "openapi", "headers",
     "health", "counters", "event_bodies", "fields", "languages", "export", "export_csv", "export_json", "export_told",
     "sockets", "wire_json", "restore",
     "audit", "reading_again", "figure_curves", "figure_dose", "figure_marks", "figure_lane", "figure_layout",
     "figure_series", "figure_outcome", "session_picture", "said", "here", "sheet_pages", "syslog", "packets",
     "analytics_export", "figure_load", "figure_dose_response", "export_fhir", "session_file", "backup", "loinc"]
)  # fmt: skip
_QUIET_CALLS = frozenset(
    ["allowed", "open_to_all", "getLogger", "debug", "info", "warning", "error", "exception", "Counter",
     "TypeError", "ValueError", "KeyError", "_note", "AuditEntry", "Blueprint", "Field", "strftime", "getattr",
     "field", "compile", "cast", "RuntimeError", "header", "get", "normalize", "partial"]
)  # fmt: skip
_FOR_PROGRAMS = ("SELECT", "PRAGMA", "/", "MONITOR_", "attachment; ", '"', "Bearer ")
# Single small words that sentences are made of.
LOOSE = """
    up down or consent weight screening escort fasting pregnancy capnography order chair identity baseline systolic
    diastolic clearance confirmed gap combative agitated restless drowsy lethargic oxygen pulse consciousness
    temperature dissociation sedation pain orientation gait temp instructions absent present clear entry set
    least worst average
""".split()  # noqa: SIM905
_HOLE = re.compile(r"\{(\w+)(?::[^}]*)?\}")
_EDGES = " ,;.\n"


def phrases(root: Path) -> frozenset[str]:
    """Every sentence of the rooms, and every word that is made from a code."""
    paths = [path for room in ROOMS for path in root.glob(room) if path.stem not in SILENT]
    return _coded(root) | frozenset(
        found
        for path in paths
        for found in sentences(path.read_text(encoding="utf-8"), titles="clinical" in path.parts)
    )


def _coded(root: Path) -> frozenset[str]:
    """Words made from codes: “Check in” of check_in, “medium”, a rule by its id; and what the shipped policy says."""
    policy = tomllib.loads((root / "monitor" / "policies" / "adult-ketamine.toml").read_text(encoding="utf-8"))
    codes = {*SessionEvent, *SessionState, *AlarmPriority, *Role, *TERMS, *LOOSE, "{part} or {part}"}
    labels = {*(curve.label for curve in CURVES), "BP mmHg"}
    return labels | frozenset(code.replace("_", " ") for code in codes) | frozenset(_written(policy))


def _written(table: object) -> Iterator[str]:
    if isinstance(table, dict):
        yield from (str(table[key]) for key in ("words", "title") if isinstance(table.get(key), str))
        for value in table.values():
            yield from _written(value)
    elif isinstance(table, list):
        for value in table:
            yield from _written(value)


def sentences(source: str, *, titles: bool) -> Iterator[str]:
    """The sentences of one file; `titles`: also single words that begin large."""
    tree = ast.parse(source)
    quiet = {id(part) for node in ast.walk(tree) for part in _quiet(node)}
    for node in ast.walk(tree):
        text = None if id(node) in quiet else _template(node)
        if text is None:
            continue
        found = text.strip() if text.strip().endswith(".") else text.strip(_EDGES)
        if _is_spoken(found, titles=titles):
            yield found


def _is_spoken(text: str, *, titles: bool) -> bool:
    """Words: more than one, or a title; not a value alone, an address or a code."""
    words = _HOLE.sub("", text)
    if not re.search(r"[A-Za-z]{2}", words) or text.startswith(_FOR_PROGRAMS) or "\n" in text:
        return False
    if re.search(r"\s", text):
        return True
    return titles and words == text and re.fullmatch(r"[A-Z][\w₂/.-]*", text) is not None and "_" not in text


def _quiet(node: ast.AST) -> Iterator[ast.AST]:
    """Parts of a node in which nothing is spoken."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        yield node.value  # a docstring
    elif isinstance(node, ast.JoinedStr):
        yield from node.values
    elif isinstance(node, ast.FormattedValue) and node.format_spec is not None:
        yield from ast.walk(node.format_spec)
    elif isinstance(node, ast.Assign) and any(
        isinstance(one, ast.Name) and one.id == "__all__" for one in node.targets
    ):
        yield from ast.walk(node.value)
    elif isinstance(node, (ast.Compare, ast.Subscript)) or (
        isinstance(node, ast.Call) and _called(node) in _QUIET_CALLS
    ):
        yield from ast.walk(node)
    elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        for one in node.decorator_list:
            yield from ast.walk(one)
        if isinstance(node, ast.FunctionDef):
            for hint in (node.returns, *(one.annotation for one in node.args.args)):
                yield from ast.walk(hint) if hint is not None else ()


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _template(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant):
        return _HOLE.sub(_hole, node.value) if isinstance(node.value, str) else None
    if not isinstance(node, ast.JoinedStr):
        return None
    return "".join(_part(part) for part in node.values)


def _hole(hole: re.Match[str]) -> str:
    """`{dose:g}` of a text for str.format is a number as well."""
    return "{" + hole[1] + (":n" if ":" in hole[0] else "") + "}"


def _part(part: ast.expr) -> str:
    if isinstance(part, ast.FormattedValue):
        number = (
            part.format_spec is not None
            or isinstance(part.value, ast.BinOp)
            or _last_name(part.value) in ("number", "round", "len", "floor")
        )
        return "{" + _value_name(part.value) + (":n" if number else "") + "}"
    return str(part.value) if isinstance(part, ast.Constant) else ""


def _value_name(value: ast.expr) -> str:
    """The last name of a value: `state.words` is words, `number(rule.limit)` is limit."""
    if isinstance(value, ast.Call) and value.args and not isinstance(value.args[0], ast.GeneratorExp):
        return _value_name(value.args[0])
    return _last_name(value) or "part"


def _last_name(value: ast.expr) -> str:
    if isinstance(value, ast.Call):
        inner = value.func.value if isinstance(value.func, ast.Attribute) and not value.args else value.func
        return _last_name(inner)
    if isinstance(value, ast.Attribute):
        return value.attr
    return value.id if isinstance(value, ast.Name) else ""
