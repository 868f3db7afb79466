"""The letter about a series, to whoever treats the cancer: what was given, what it did, what it cost, what comes next.

Law: it says what the record says, and as plainly what the record does not hold; relief is told with the numbers it
rests on and never from one value. What the physician adds stands apart, under their name.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.printing.paper import Blanks, Block, Facts, Heading, Notice, Paper, Table, Text
from monitor.web.papers import parts
from monitor.web.papers.speech import UNKNOWN, Speech, Told

if TYPE_CHECKING:  # the routes that answer with these import this paper
    from monitor.web.api.series import SeriesWhole
    from monitor.web.api.series_outcome_answers import (
        ChangeAnswer,
        InfusionOutcomeAnswer,
        PainAnswer,
        SeriesOutcomeAnswer,
    )


@dataclass(frozen=True, slots=True)
class LetterTold:
    """One series with its outcome; `added` is what the physician typed, `by` their printed name."""

    patient: Told
    series: "SeriesWhole"
    outcome: "SeriesOutcomeAnswer"
    added: str
    by: str
    telephone: str


def letter_paper(told: LetterTold, say: Speech) -> Paper:
    """The letter as a paper; its time is the moment the outcome is of."""
    outcome, plan = told.outcome, told.series
    of = say.gettext("Series {id}, version {version} · state of {at}")
    return Paper(
        title=say.gettext("Letter to the oncologist"),
        beside_title=say.day(outcome.as_of),
        foot=of.format(id=plan.id, version=plan.version, at=say.moment(outcome.as_of)),
        page_words=say.gettext("Page {n} of {of}"),
        language=say.language,
        made_ms=int(outcome.as_of.timestamp() * 1000),
        blocks=tuple(_blocks(told, say)),
        watermark=parts.watermark(say, simulated=outcome.simulated),
        banner=parts.simulated_banner(say, simulated=outcome.simulated),
    )


def _blocks(told: LetterTold, say: Speech) -> Iterator[Block]:
    yield Facts((*parts.patient_rows(say, told.patient), (say.gettext("Indication"), told.series.indication)))
    if told.outcome.stopped_by:
        stopped = say.gettext("The series was stopped by {by}.")
        yield Notice(stopped.format(by=told.outcome.stopped_by))
    if told.added:
        yield from parts.section(say.gettext("From the physician"), Text(told.added))
    yield from parts.section(say.gettext("What was given"), Text(_given(told, say)), _infusions(told, say))
    yield from parts.section(say.gettext("Response"), *_response(told.outcome, say))
    yield from parts.section(say.gettext("Adverse events"), _events(told.outcome, say))
    yield from parts.section(say.gettext("Opioids and function"), _changes(told.outcome, say))
    yield from parts.section(say.gettext("Plan"), *_plan(told, say))
    yield Heading(say.gettext("Signature"))
    yield Text(say.gettext("Made by {name}. It counts once it is signed by hand.").format(name=told.by), "small")
    yield Blanks((say.gettext("Physician"), say.gettext("Date")))


def _given(told: LetterTold, say: Speech) -> str:
    done, planned = told.outcome.infusions, told.series.planned_infusions
    if not done:
        return say.gettext("None of the {planned} planned infusions has begun.").format(planned=planned)
    said = say.gettext("{n} of {planned} planned infusions, {first} to {last}. Ketamine in all: {total}.")
    return said.format(
        n=len(done),
        planned=planned,
        first=say.day(done[0].started_at),
        last=say.day(done[-1].started_at),
        total=_or_unknown(say, told.outcome.cumulative_mg, 1, "mg"),
    )


def _infusions(told: LetterTold, say: Speech) -> Table:
    head = (
        *(say.gettext("No."), say.gettext("Day"), say.gettext("Ketamine mg"), say.gettext("mg/kg")),
        *(say.gettext("Pain before"), say.gettext("Pain after"), say.gettext("Change"), say.gettext("Relief reported")),
    )
    rows = tuple(_infusion(one, say) for one in told.outcome.infusions)
    return Table(head, rows, (0.5, 2.2, 1.3, 1, 1.1, 1.1, 1.1, 1.3), say.gettext("No infusion."))


def _infusion(one: "InfusionOutcomeAnswer", say: Speech) -> tuple[str, ...]:
    running = "" if one.ended_at is not None else f" ({say.gettext('runs')})"
    return (
        str(one.number),
        say.day(one.started_at) + running,
        say.number(one.given_mg, 1),
        say.number(one.given_mg_per_kg, 2),
        _pain(one.before, say),
        _pain(one.after, say),
        UNKNOWN if one.percent is None else _signed(say, -one.percent, 0, "%"),
        say.number(one.reported_relief_h, 0, "h"),
    )


def _response(outcome: "SeriesOutcomeAnswer", say: Speech) -> Iterator[Block]:
    yield Text(_judged(outcome, say), "strong")
    yield Facts(tuple(_response_rows(outcome, say)), 1)
    if outcome.follow_ups.missing:
        missing = (f"{_which(say, one.kind, one.week)}, {say.day(one.due_at)}" for one in outcome.follow_ups.missing)
        yield Text(f"{say.gettext('Missing follow-ups')}: {'; '.join(missing)}.", "small")


def _judged(outcome: "SeriesOutcomeAnswer", say: Speech) -> str:
    """The class with its percent; UNKNOWN with the reason, and what was last known with its date."""
    one, classes = outcome.response, _classes(say)
    judged = classes.get(one.result, classes["unknown"])
    if one.percent is not None:
        less = say.gettext("less pain") if one.percent >= 0 else say.gettext("more pain")
        judged = f"{judged}: {say.number(abs(one.percent), 0)} % {less}"
    if one.says:
        judged = f"{judged}: {say.spoken(one.says)}"
    if one.result == "unknown" and one.newest is not None:
        last = classes.get(one.last_known, classes["unknown"])
        judged = f"{judged}. {say.gettext('Last known')}: {last}, {say.day(one.newest.at)}"
    return f"{judged}."


def _response_rows(outcome: "SeriesOutcomeAnswer", say: Speech) -> Iterator[tuple[str, str]]:
    measure = say.gettext("average") if outcome.measure == "average" else say.gettext("now")
    name = say.gettext("Pain ({measure}, 0 to 10)").format(measure=measure)
    yield name, f"{_dated(outcome.response.before, say)} → {_dated(outcome.response.newest, say)}"
    bounds = say.gettext("moderate from {moderate} % less pain, substantial from {substantial} %")
    moderate, substantial = say.number(outcome.moderate_percent), say.number(outcome.substantial_percent)
    yield say.gettext("Relief is called"), bounds.format(moderate=moderate, substantial=substantial)
    done = outcome.follow_ups
    counted = say.gettext("{n} of {of} recorded").format(n=done.recorded, of=done.of)
    yield say.gettext("Follow-ups"), counted if done.of else say.gettext("none is due yet")
    days = outcome.relief_days
    relief = say.gettext("{n} of {recorded} days recorded; {passed} days passed")
    told = (
        say.gettext("not recorded")
        if days is None
        else relief.format(n=days.of_relief, recorded=days.recorded, passed=days.passed)
    )
    yield say.gettext("Days of relief by the journal"), told


def _events(outcome: "SeriesOutcomeAnswer", say: Speech) -> Table:
    head = (
        *(say.gettext("Adverse event"), say.gettext("Worst grade"), say.gettext("How often")),
        say.gettext("At infusions"),
    )
    rows = tuple(
        (say.spoken(one.words), str(one.worst_grade), str(one.count), ", ".join(map(str, one.infusions)))
        for one in outcome.events
    )
    return Table(head, rows, (4, 1.2, 1.2, 2), say.gettext("No adverse event was recorded."))


def _changes(outcome: "SeriesOutcomeAnswer", say: Speech) -> Table:
    rows = (
        _change(say.gettext("Opioids, MME a day"), outcome.opioids, say, 0),
        _change(say.gettext("Interference (BPI)"), outcome.function, say, 1),
        _change(say.gettext("Pain severity (BPI)"), outcome.severity_change, say, 1),
    )
    head = ("", say.gettext("Before the first infusion"), say.gettext("Newest"), say.gettext("Change"))
    return Table(head, rows, (2.4, 2.6, 2.6, 1.4))


def _change(name: str, one: "ChangeAnswer", say: Speech, decimals: int) -> tuple[str, ...]:
    def shown(value: float | None, day: str) -> str:
        return f"{_or_unknown(say, value, decimals)} ({day})"

    none = say.gettext("not recorded")
    first = none if one.first is None else shown(one.first.value, say.day(one.first.at))
    newest = none if one.newest is None else shown(one.newest.value, say.day(one.newest.at))
    if one.first is not None and one.newest is not None and one.newest.at <= one.first.at:
        newest = say.gettext("nothing newer recorded")
    if one.less is None:
        return name, first, newest, say.gettext("UNKNOWN")
    return name, first, newest, _signed(say, -one.less, decimals)


def _plan(told: LetterTold, say: Speech) -> Iterator[Block]:
    coming, plan = told.series.next_appointment, told.series
    rows = [
        (say.gettext("Planned"), plan.plan or say.gettext("nothing written")),
        (
            say.gettext("Next appointment"),
            say.gettext("none planned") if coming is None else say.moment(coming.scheduled_for),
        ),
    ]
    if plan.closed_reason:
        rows.append((say.gettext("Series closed"), plan.closed_reason))
    decisions = {
        "continue": say.gettext("Go on as planned"),
        "change": say.gettext("Go on with a change"),
        "stop": say.gettext("Stop the series"),
    }
    for one in told.outcome.reassessments:
        decided = f"{decisions.get(one.decision, one.decision)} ({say.spoken(one.seen_words)}): {one.words}"
        rows.append((say.day(one.at), f"{decided}. {one.by}"))
    rows += [
        (say.gettext("Not decided yet"), f"{say.spoken(one.title)}: {say.spoken(one.words)}")
        for one in told.outcome.asked
    ]
    if told.telephone:
        rows.append((say.gettext("Telephone of the clinic"), told.telephone))
    yield Facts(tuple(rows), 1)


def _classes(say: Speech) -> dict[str, str]:
    return {
        "unknown": say.gettext("UNKNOWN"),
        "none": say.gettext("No relief"),
        "moderate": say.gettext("Moderate relief"),
        "substantial": say.gettext("Substantial relief"),
    }


def _which(say: Speech, kind: str, week: int) -> str:
    return say.gettext("Next day") if kind == "next_day" else f"{say.gettext('Week')} {week}"


def _pain(one: "PainAnswer | None", say: Speech) -> str:
    return UNKNOWN if one is None else say.number(one.value)


def _dated(one: "PainAnswer | None", say: Speech) -> str:
    return say.gettext("not recorded") if one is None else f"{say.number(one.value)} ({say.day(one.at)})"


def _or_unknown(say: Speech, value: float | None, decimals: int, unit: str = "") -> str:
    return say.gettext("UNKNOWN") if value is None else say.number(value, decimals, unit)


def _signed(say: Speech, value: float, decimals: int, unit: str = "") -> str:
    mark = "+" if value > 0 else "−" if value < 0 else ""
    return f"{mark}{say.number(abs(value), decimals, unit)}"
