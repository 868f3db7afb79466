"""What must hold for every script, style sheet and template, read as text: no browser is needed to see it broken."""

import hashlib
import re
from pathlib import Path

import pytest

from monitor.clinical.scores.ctcae import term_of
from monitor.clinical.scores.scales import CONFIRMATIONS, score_kinds

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "monitor" / "static"
SCRIPTS = sorted((STATIC / "js").glob("*.js"))
SHEETS = sorted((STATIC / "css").glob("*.css"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
_MARKUP_FROM_STRINGS = re.compile(
    r"\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|eval\(|new Function)"
)
_ASKED_TEXT = re.compile(r"""\bt\(\s*"([a-z0-9_]+)\"""")
_OFFERED_TEXT = re.compile(r""""([a-z0-9_]+)": _\(""")
_COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(")


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("script", SCRIPTS, ids=_name)
def test_no_script_makes_markup_or_code_from_strings(script: Path) -> None:
    assert _MARKUP_FROM_STRINGS.findall(script.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("script", SCRIPTS, ids=_name)
def test_every_script_says_first_what_it_is_and_stays_small(script: Path) -> None:
    lines = script.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("/* ")
    assert len(lines) <= 250


def test_every_text_a_script_asks_for_is_offered_by_a_template() -> None:
    offered = {key for page in TEMPLATES for key in _OFFERED_TEXT.findall(page.read_text(encoding="utf-8"))}
    asked = {key for script in SCRIPTS for key in _ASKED_TEXT.findall(script.read_text(encoding="utf-8"))}
    assert offered
    assert asked - offered == set()


@pytest.mark.parametrize("sheet", [sheet for sheet in SHEETS if sheet.name != "tokens.css"], ids=_name)
def test_only_the_tokens_name_a_colour(sheet: Path) -> None:
    rules = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
    declared = [line for line in rules.splitlines() if ":" in line]
    assert [line.strip() for line in declared if _COLOUR.search(line)] == []


@pytest.mark.parametrize("theme", ["light", "contrast"])
def test_every_theme_redefines_only_what_dark_defines(theme: str) -> None:
    tokens = (STATIC / "css" / "tokens.css").read_text(encoding="utf-8")
    blocks = {
        name or "dark": body for name, body in re.findall(r':root(?:\[data-theme="(\w+)"\])? \{(.*?)\n\}', tokens, re.S)
    }
    named = {which: set(re.findall(r"(--[\w-]+):", body)) for which, body in blocks.items()}
    assert named[theme]
    assert named[theme] <= named["dark"]


@pytest.mark.parametrize("page", TEMPLATES, ids=_name)
def test_no_template_carries_inline_code_or_style(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert re.findall(r"""\s(?:style|on[a-z]+)\s*=\s*["']""", text) == []
    assert "<style" not in text
    scripts = re.findall(r"<script\b([^>]*)>", text)
    assert [tag for tag in scripts if "src=" not in tag and 'type="application/json"' not in tag] == []


def test_vendored_files_are_those_whose_hash_is_written_down() -> None:
    lines = (STATIC / "vendor" / "VENDORED.md").read_text(encoding="utf-8").splitlines()
    rows = [re.findall(r"`([^`]+)`", line) for line in lines if line.startswith("| `")]
    written = {(STATIC / "vendor" / row[0]).resolve(): row[-1] for row in rows}
    code = {path.resolve() for folder in ("vendor", "fonts") for path in (STATIC / folder).glob("*.[jw][so]*")}
    assert written.keys() == code
    for path, digest in written.items():
        assert hashlib.sha256(path.read_bytes()).hexdigest() == digest


def test_the_charts_in_the_browser_are_those_the_server_draws() -> None:
    from plotly.offline import get_plotlyjs_version

    opening = (STATIC / "vendor" / "plotly-basic.min.js").read_text(encoding="utf-8")[:400]
    assert f"v{get_plotlyjs_version()}" in opening


def test_the_page_offers_the_highest_grade_that_each_symptom_has() -> None:
    page = (ROOT / "templates" / "parts" / "symptoms.html").read_text(encoding="utf-8")
    offered = re.findall(r'\("([a-z]+)", _\([^)]*\), (\d)\)', page)
    assert len(offered) > 5
    for symptom, highest in offered:
        term = term_of(symptom)
        assert int(highest) == (4 if term is None else max(term.grades)), symptom


_LINE = re.compile(r"""line\("(\w+)", "(\w+)", .*?, (\[\(.*?\)\])""")
_OPTION = re.compile(r"\((-?\d+), ")


def test_every_value_of_every_scale_has_its_button() -> None:
    dialogs = (ROOT / "templates" / "parts" / "score_dialogs.html").read_text(encoding="utf-8")
    items = "".join(
        f'line("cadss6", "item_{n}", "", [(0, ""), (1, ""), (2, ""), (3, ""), (4, "")])' for n in (1, 2, 6, 7, 15, 22)
    )
    found = {
        (kind, item): {int(value) for value in _OPTION.findall(options)}
        for kind, item, options in _LINE.findall(dialogs + items)
    }
    for kind in score_kinds().values():
        for item in kind.items if kind.id != CONFIRMATIONS else ():
            assert found[kind.id, item.name] == set(range(item.low, item.high + 1)), (kind.id, item.name)


@pytest.mark.parametrize("kind", [kind.id for kind in score_kinds().values() if len(kind.items) == 1])
def test_a_scale_of_one_value_is_charted_in_two_taps(kind: str) -> None:
    page = (ROOT / "templates" / "session.html").read_text(encoding="utf-8")
    dialogs = (ROOT / "templates" / "parts" / "score_dialogs.html").read_text(encoding="utf-8")
    assert f'data-score="{kind}"' in page or f'("{kind}", ' in page, "its button"
    assert re.search(rf'call scale\("{kind}", .*, "", false, true\)', dialogs), "its value is saved by the tap"
