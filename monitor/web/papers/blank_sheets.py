"""Sheets to be filled in during an infusion: vital signs by the policy's schedule, scores, drugs and events.

Law: the minutes are those the server would ask at; after a change of the rate the close schedule begins anew.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from monitor.clinical.policy.policy import ClinicPolicy
from monitor.clinical.schedule import next_bp
from monitor.clinical.scores.scales import CONFIRMATIONS, score_kinds
from monitor.printing.paper import Block, Heading, Table, Text
from monitor.web.papers.speech import Speech

_START = datetime(2000, 1, 1, tzinfo=UTC)  # schedules only count from it
SHEET_MIN = 60  # of each half; further rows are blank
_ROW_MM, _LOW_MM = 6.4, 5.6
_DUE = "☐"
_SETS = 6


def flow_sheet(policy: ClinicPolicy, say: Speech) -> Iterator[Block]:
    """Rows at the minutes when a pressure or a score is due, during the infusion and after it."""
    schedule = policy.bp_schedule
    yield Heading(say.gettext("During the infusion, minutes from the start"))
    close = say.gettext(
        "After a change of the rate, a bolus, a hold or a rescue drug: BP every {every} min for {during} min. ☐: due."
    )
    yield Text(
        close.format(
            every=say.number(schedule.close_every_s / 60), during=say.number(schedule.close_after_change_s / 60)
        )
    )
    scores = policy.score_schedule
    infusing = _every(scores.sedation_infusing_s), _every(scores.pain_infusing_s)
    yield _rows(bp_minutes(policy, after_the_end=False), *infusing, _minute(scores.dissociation_at_s), say)
    yield Heading(say.gettext("After the end, minutes from the end"))
    recovery = _every(scores.sedation_recovery_s), _every(scores.pain_recovery_s)
    yield _rows(bp_minutes(policy, after_the_end=True), *recovery, None, say)


def bp_minutes(policy: ClinicPolicy, *, after_the_end: bool) -> list[int]:
    """The minutes when a pressure is due during an infusion whose rate stays as it is, or after its end."""
    ended_at = _START if after_the_end else None
    started_at = _START - timedelta(days=1) if after_the_end else _START
    last_at, minutes = _START, [0]
    while True:
        due = next_bp(policy.bp_schedule, started_at, ended_at, (), last_at, last_at)
        if due is None or (due.at - _START).total_seconds() > SHEET_MIN * 60:
            return minutes
        last_at = due.at
        minutes.append(int((due.at - _START).total_seconds() // 60))


def _minute(seconds: float) -> int:
    return int(seconds // 60)


def _every(seconds: float) -> frozenset[int]:
    step = max(1, _minute(seconds))
    return frozenset(range(0, SHEET_MIN + 1, step))


def _rows(pressures: list[int], sedation: frozenset[int], pain: frozenset[int], peak: int | None, say: Speech) -> Table:
    minutes = sorted({*pressures, *sedation, *pain, *({peak} if peak is not None else set())})
    rows = [
        (
            str(minute),
            "",
            _DUE if minute in pressures else "",
            *("", "", "", "", ""),
            _DUE if minute in sedation else "",
            _DUE if minute in pain else "",
            _DUE if minute == peak else "",
            "",
        )
        for minute in minutes
    ]
    rows += [("",) * 12] * 2
    head = (
        *(say.gettext("Min"), say.gettext("Clock"), say.gettext("BP"), say.spoken("HR"), "SpO₂ %", say.spoken("RR")),
        *(say.gettext("mL/h"), say.gettext("mg in all"), say.gettext("Sedation"), say.gettext("Pain NRS"), "CADSS-6"),
        say.gettext("Note, initials"),
    )
    return Table(head, tuple(rows), (0.6, 1, 1.4, 0.8, 0.9, 0.8, 0.9, 1, 1.1, 1, 1, 2), row_mm=_ROW_MM)


def score_sheet(policy: ClinicPolicy, say: Speech) -> Iterator[Block]:
    """Every scale the discharge asks for, item by item, with its range; the newest set stands furthest right."""
    yield Heading(say.gettext("Scores"))
    gate = policy.discharge
    yield Text(
        say.gettext(
            "To leave: Aldrete at least {aldrete} and MPADSS at least {mpadss}, twice, {apart} min apart."
        ).format(aldrete=gate.aldrete_min, mpadss=gate.mpadss_min, apart=say.number(gate.sets_apart_s / 60))
    )
    names = item_names(say)
    rows: list[tuple[str, ...]] = [(say.gettext("Clock"), "", "", *[""] * _SETS)]
    for kind in score_kinds().values():
        if kind.id in (
            CONFIRMATIONS,
            "white",
            "ramsay",
        ):  # confirmations stand on the checklist; the others are optional
            continue
        for place, item in enumerate(kind.items):
            title = say.spoken(kind.title) if place == 0 else ""
            rows.append((title, names.get(item.name, ""), f"{item.low}…{item.high}", *[""] * _SETS))
        if kind.id in ("aldrete", "mpadss", "cadss6"):
            rows.append(("", say.gettext("Total"), "", *[""] * _SETS))
    head = (say.gettext("Scale"), say.gettext("Item"), "", say.gettext("before"), *[""] * (_SETS - 1))
    strong = tuple((n, at) for n, row in enumerate(rows) for at in (0, 1) if at == 0 or row[1] == say.gettext("Total"))
    yield Table(head, tuple(rows), (3.2, 2.4, 0.8, *[1] * _SETS), row_mm=_LOW_MM, strong=strong)


def item_names(say: Speech) -> dict[str, str]:
    """The items of the scales in words of our own: the wording of licensed instruments is not shipped."""
    cadss6 = {f"item_{n}": say.gettext("Item {n}").format(n=n) for n in (1, 2, 6, 7, 15, 22)}
    return {
        **cadss6,
        "activity": say.gettext("Activity"),
        "respiration": say.gettext("Breathing"),
        "circulation": say.gettext("Circulation"),
        "consciousness": say.gettext("Consciousness"),
        "oxygen_saturation": say.gettext("SpO₂"),
        "vital_signs": say.gettext("Vital signs"),
        "ambulation": say.gettext("Walking"),
        "nausea": say.gettext("Nausea"),
        "pain": say.gettext("Pain"),
        "bleeding": say.gettext("Bleeding"),
        "hallucination": say.gettext("Hallucination"),
        "distress": say.gettext("Distress"),
        "person": say.gettext("Person"),
        "place": say.gettext("Place"),
        "time": say.gettext("Time"),
    }


def event_lines(say: Speech) -> Iterator[Block]:
    """Lines for adverse events, for every change of the pump and for other drugs."""
    yield Heading(say.gettext("Adverse events"))
    head = (
        *(say.gettext("Onset"), say.gettext("What happened"), say.gettext("Grade 1–5"), say.gettext("Relation")),
        *(say.gettext("Action"), say.gettext("Over"), say.gettext("By")),
    )
    yield Table(head, (("",) * 7,) * 9, (1, 3.6, 1, 1.2, 2.4, 1, 1.2), row_mm=9)
    yield Heading(say.gettext("Pump: start, rate, bolus, hold, end"))
    pump = (
        *(say.gettext("Clock"), say.gettext("What"), say.gettext("mL/h"), say.gettext("mg in all")),
        *(say.gettext("Why"), say.gettext("By")),
    )
    yield Table(pump, (("",) * 6,) * 7, (1, 2, 1, 1.2, 3.4, 1.2), row_mm=8)
    yield Heading(say.gettext("Other drugs given"))
    drugs = (
        *(say.gettext("Clock"), say.gettext("Drug"), say.gettext("Dose and unit"), say.gettext("Route")),
        *(say.gettext("Why"), say.gettext("By")),
    )
    yield Table(drugs, (("",) * 6,) * 6, (1, 2.4, 1.4, 0.9, 2.9, 1.2), row_mm=8)
