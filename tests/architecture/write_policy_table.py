"""Writes the shipped policy's numbers into docs/clinicians.md: `python -m tests.architecture.write_policy_table`.

Law: the policy file is the truth; what stands between the two marks is never edited by hand, and a test fails when
they differ.
"""

from collections.abc import Iterator
from pathlib import Path

from monitor.clinical.alarms.limits import Level
from monitor.clinical.alarms.reasons import level_words, score_level_words
from monitor.clinical.policy.policy import ClinicPolicy, parse_policy
from monitor.clinical.words import TECHNICAL
from monitor.provisions import policy_path

PAGE = Path(__file__).parents[2] / "docs" / "clinicians.md"
BEGIN = "<!-- the policy's numbers: written by python -m tests.architecture.write_policy_table -->"
END = "<!-- end of the policy's numbers -->"


def tables(policy: ClinicPolicy) -> str:
    """Every rule, technical alarm and number of a policy as Markdown."""
    state = f"approved by {policy.approved_by}" if policy.approved_by else "**not approved by anybody**"
    head = f"Policy `{policy.id}`, version {policy.version}: {state}."
    return "\n".join(
        (
            *(head, "", *_rules(policy), "", *_technical(policy), "", *_staff(policy), "", *_quantities(policy)),
            *("", *_reassess(policy)),
        )
    )


def _rules(policy: ClinicPolicy) -> Iterator[str]:
    yield from ("| rule | priority | limit | may be moved to | mark | source |", "|---|---|---|---|---|---|")
    for rule in policy.rules:
        for level in rule.levels:
            limit = "off" if rule.is_off else level_words(rule, level)
            where = f"| `{rule.id}` | {level.priority.upper()} | {limit} | {_bounds(level)}"
            yield f"{where} | {level.mark} | {level.source} |"
    for scored in policy.score_rules:
        for level in scored.levels:
            limit = "off" if scored.is_off else score_level_words(scored, level)
            yield f"| `{scored.id}` | {level.priority.upper()} | {limit} | – | {level.mark} | {level.source} |"
    yield from ("", "| rule | why its limits may be moved so far | mark |", "|---|---|---|")
    for rule in policy.rules:
        bounds = next((level.adjustable for level in rule.levels if level.adjustable is not None), None)
        if bounds is not None:
            yield f"| `{rule.id}` | {bounds.source} | {bounds.mark} |"


def _bounds(level: Level) -> str:
    bounds = level.adjustable
    if bounds is None:
        return "–"
    return f"{bounds.low:g}–{bounds.high:g}{' by a physician' if bounds.physician else ''}"


def _technical(policy: ClinicPolicy) -> Iterator[str]:
    yield from (
        "| technical alarm | shown as | priority | while infusing | mark | source |",
        "|---|---|---|---|---|---|",
    )
    for one in policy.technical.values():
        words = TECHNICAL[one.id].format(name="SpO₂" if one.id == "spo2_missing" else "(vital)", value="(value)")
        yield f"| `{one.id}` | {words} | {one.priority} | {one.while_infusing} | {one.mark} | {one.source} |"


def _staff(policy: ClinicPolicy) -> Iterator[str]:
    yield from ("| training | needed for | mark | source |", "|---|---|---|---|")
    for course in policy.staff.courses.values():
        acts = [act.replace("_", " ") for act, needed in policy.staff.needs.items() if course.id in needed]
        yield f"| {course.words} | {', '.join(acts) or '–'} | {course.mark} | {course.source} |"


def _quantities(policy: ClinicPolicy) -> Iterator[str]:
    yield from ("| number | value | mark | source |", "|---|---|---|---|")
    for one in policy.quantities:
        unit = "" if one.unit == "1" else f" {one.unit}"
        yield f"| `{one.name}` | {one.value:g}{unit} | {one.mark} | {one.source} |"


def _reassess(policy: ClinicPolicy) -> Iterator[str]:
    yield from ("| before infusion | a physician looks again when | mark | source |", "|---|---|---|---|")
    for rule in policy.reassess:
        yield f"| {rule.before_infusion} and later | {rule.words} (`{rule.id}`) | {rule.mark} | {rule.source} |"


def filled(page: str) -> str:
    """The page with today's numbers between its marks."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    policy = parse_policy(policy_path("adult-ketamine").read_text(encoding="utf-8"))
    return f"{before}{BEGIN}\n\n{tables(policy)}\n\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
