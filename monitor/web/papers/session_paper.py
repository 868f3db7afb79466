"""The record of one session on paper: a page of what was found, a page of how it went, and everything that happened.

Law: it says what the record says, with its gaps; a session that is not over says so at the top of every page. Values of
the summary are the lowest and highest that were accepted.
"""

from collections.abc import Iterator
from datetime import datetime

from monitor.clinical.scores.scales import CONFIRMATIONS, score_kinds
from monitor.clinical.vitals import KINDS, Vital
from monitor.clinical.words import NAMES
from monitor.printing.paper import Block, Facts, Heading, NewPage, Paper, Table, Text
from monitor.web.papers import parts
from monitor.web.papers.gathered import SessionTold
from monitor.web.papers.session_chart import session_chart
from monitor.web.papers.speech import UNKNOWN, Speech, Told, as_time, listed, part, words

_MARKED = frozenset({"drug", "symptom"})  # the kinds of events the chart numbers
_MOST_MARKS = 60


def session_paper(told: SessionTold, say: Speech) -> Paper:
    """The whole record of a session."""
    say = say.across(_times(told))
    started_at = told.head.get("started_at")
    day = say.day(started_at or told.sheet.get("as_of"))
    running = "" if told.over else say.gettext("NOT OVER: state of {at}").format(at=say.moment(told.sheet.get("as_of")))
    banner = " · ".join(filter(None, (parts.simulated_banner(say, simulated=told.simulated), running)))
    return Paper(
        title=say.gettext("Record of an infusion session"),
        beside_title=f"{say.gettext('Session')} {told.id} · {day}",
        foot=_foot(told, say),
        page_words=say.gettext("Page {n} of {of}"),
        language=say.language,
        made_ms=int(told.as_of.timestamp() * 1000),
        blocks=tuple(_blocks(told, say)),
        watermark=parts.watermark(say, simulated=told.simulated),
        banner=banner,
    )


def _foot(told: SessionTold, say: Speech) -> str:
    policy = part(told.head, "policy") or {}
    named = say.gettext("Session {id}, version {version} · policy {policy} {policy_version}, SHA-256 {sha}")
    said = named.format(
        id=told.id,
        version=words(told.head, "version"),
        policy=words(policy, "id"),
        policy_version=words(policy, "version"),
        sha=told.policy_sha256[:16],
    )
    return " · ".join(filter(None, (said, parts.anchor(say, told))))


def _times(told: SessionTold) -> list[datetime]:
    found = [as_time(one.get("at")) for one in listed(told.picture, "events") if words(one, "event") != "addendum"]
    return [at for at in (*found, as_time(told.picture.get("now_at"))) if at is not None]


def _blocks(told: SessionTold, say: Speech) -> Iterator[Block]:
    yield from parts.not_approved(say, told)
    yield Facts(tuple(_who_and_when(told, say)))
    yield from _course(told, say)
    yield from parts.section(say.gettext("Signatures"), *parts.signature_blocks(say, told.signatures))
    yield from _addenda(told, say)
    if told.head.get("started_at") is not None:
        yield NewPage()
    events = listed(told.picture, "events")
    numbers = _numbered(events)
    yield Heading(say.gettext("Timeline"))
    yield session_chart(told.picture, say, [(events[n].get("at"), number) for n, number in numbers.items()])
    yield from _account(told, say)
    yield from parts.section(say.gettext("Everything that happened"), _events(events, numbers, say))
    yield from parts.section(say.gettext("Alarms"), parts.alarm_table(say, told.sheet))


def _who_and_when(told: SessionTold, say: Speech) -> Iterator[tuple[str, str]]:
    yield from parts.patient_rows(say, part(told.sheet, "patient"))
    head = told.head
    yield say.gettext("State"), _state(told, say)
    yield say.gettext("Chair"), words(told.sheet, "chair")
    yield say.gettext("Infusion"), _span(head.get("started_at"), head.get("ended_at"), say)
    yield say.gettext("Weight"), say.number(head.get("weight_kg"), 1, "kg")
    yield say.gettext("Allergies"), say.spoken(words(part(told.sheet, "allergies"), "words"))
    leaving = part(told.sheet, "leaving")
    if leaving is not None:
        yield say.gettext("Reason"), words(leaving, "reason")


def _state(told: SessionTold, say: Speech) -> str:
    since = say.moment(told.head.get("state_since_at"))
    return f"{parts.state_words(say, told.state)}, {since}"


def _span(from_at: object, to_at: object, say: Speech) -> str:
    if from_at is None:
        return say.gettext("no drug was given")
    return f"{say.clock(from_at)} – {say.clock(to_at) if to_at is not None else say.gettext('runs')}"


def _course(told: SessionTold, say: Speech) -> Iterator[Block]:
    rows = parts.dose_rows(say, told)
    if rows:
        yield from parts.section(say.gettext("Dose"), parts.two_columns(rows))
    yield from parts.section(say.gettext("Vital signs"), _extremes(told, say))
    medications = listed(told.sheet, "medications")
    if medications:
        given = ", ".join(
            f"{words(one, 'drug')} {say.number(one.get('dose'), 3, words(one, 'unit'))} {words(one, 'route')} "
            f"({say.minute(one.get('at'))})"
            for one in medications
        )
        yield from parts.section(say.gettext("Other drugs given"), Text(given))
    yield from parts.section(
        say.gettext("Adverse events"), parts.adverse_table(say, listed(told.sheet, "adverse_events"))
    )
    yield from parts.section(say.gettext("Scores"), _scores(told, say))
    if told.head.get("started_at") is not None:
        yield from parts.section(say.gettext("Discharge criteria"), parts.criteria_table(say, told.evaluation))


def _extremes(told: SessionTold, say: Speech) -> Table:
    """Lowest, highest and last accepted value of each vital, with when the last was measured."""
    rows = []
    for vital in Vital:
        measured = _measured(told.picture, vital)
        if measured:
            values = [value for _, value in measured]
            last_at, last = measured[-1]
            baseline = (part(told.sheet, "baseline") or {}).get(vital.value)
            numbers = (baseline, min(values), max(values), last)
            rows.append((_vital(vital, say), *(say.number(one) for one in numbers), say.clock(last_at)))
    head = (
        *(say.gettext("Vital"), say.gettext("Baseline"), say.gettext("Lowest"), say.gettext("Highest")),
        *(say.gettext("Last"), say.gettext("Last measured at")),
    )
    return Table(head, tuple(rows), (3, 1, 1, 1, 1, 1.6), say.gettext("Nothing was measured."))


def _vital(vital: Vital, say: Speech) -> str:
    named = {Vital.NIBP_SYS: say.gettext("BP systolic"), Vital.NIBP_DIA: say.gettext("BP diastolic")}
    unit = {"mm[Hg]": "mmHg", "Cel": "°C"}.get(KINDS[vital].unit, KINDS[vital].unit)
    return f"{named.get(vital) or say.spoken(NAMES[vital])} {unit}"


def _measured(picture: Told, vital: Vital) -> list[tuple[object, float]]:
    """What was measured, as it is drawn: thinned, with every lowest and highest kept."""
    pressures = {Vital.NIBP_SYS: "sys", Vital.NIBP_DIA: "dia", Vital.NIBP_MEAN: "mean"}
    if vital in pressures:
        found = [(one.get("at"), one.get(pressures[vital])) for one in listed(picture, "bp")]
    else:
        series = part(part(picture, "series"), vital.value)
        ats, values = ([], []) if series is None else (series.get("at"), series.get("value"))
        found = list(zip(ats, values, strict=True)) if isinstance(ats, list) and isinstance(values, list) else []
    return [(at, float(value)) for at, value in found if isinstance(value, int | float)]


def _scores(told: SessionTold, say: Speech) -> Table:
    titles = score_kinds()
    rows = tuple(
        (
            say.minute(one.get("at")),
            say.spoken(titles[kind].title if kind in titles else kind.replace("_", " ").upper()),
            f"{one['total']:g}" if isinstance(one.get("total"), int | float) else UNKNOWN,
            say.spoken(words(one, "says")),
            words(one, "by") + (f" ({say.gettext('corrected later')})" if one.get("replaced") else ""),
        )
        for one in told.scores
        if (kind := words(one, "kind")) != CONFIRMATIONS
    )
    head = (
        *(say.gettext("At"), say.gettext("Scale"), say.gettext("Total"), say.gettext("Note")),
        say.gettext("By"),
    )
    return Table(head, rows, (say.share, 2.4, 0.7, 3, 2), say.gettext("No score was recorded."))


def _account(told: SessionTold, say: Speech) -> Iterator[Block]:
    lines = listed(told.dose, "intervals")
    if not lines:
        return
    rows = tuple(
        (
            say.clock(one.get("from_at")),
            say.clock(one.get("to_at")),
            say.number(one.get("rate_ml_per_h"), 2),
            say.number(one.get("bolus_mg"), 2),
            say.number(one.get("mg"), 2),
            say.number(one.get("total_mg"), 2),
        )
        for one in lines
    )
    head = (
        *(say.gettext("From"), say.gettext("Until"), say.gettext("Rate mL/h"), say.gettext("Bolus mg")),
        *(say.gettext("Given mg"), say.gettext("In all mg")),
    )
    yield from parts.section(say.gettext("Dose, interval by interval"), Table(head, rows, (1, 1, 1, 1, 1, 1)))


def _numbered(events: list[Told]) -> dict[int, str]:
    """Which events the chart numbers: what was given and what was felt; only the first so many."""
    found = [n for n, one in enumerate(events) if words(one, "kind") in _MARKED and one.get("stands", True)]
    return {n: str(place) for place, n in enumerate(found[:_MOST_MARKS], 1)}


def _events(events: list[Told], numbers: dict[int, str], say: Speech) -> Table:
    rows = tuple(
        (numbers.get(n, ""), say.clock(one.get("at")), _event_words(one, say), words(one, "by"))
        for n, one in enumerate(events)
    )
    head = (say.gettext("No."), say.gettext("At"), say.gettext("What"), say.gettext("By"))
    return Table(head, rows, (0.4, say.share, 6, 1.8), say.gettext("Nothing was recorded."))


def _event_words(one: Told, say: Speech) -> str:
    own = words(one, "entry") == "note"  # what a person wrote is in nobody else's words
    said, reason = words(one, "words") if own else say.spoken(words(one, "words")), words(one, "reason")
    if reason and reason not in said:
        said = f"{said}: {reason}"
    return said if one.get("stands", True) else f"{said} ({say.gettext('corrected later')})"


def _addenda(told: SessionTold, say: Speech) -> Iterator[Block]:
    if not told.added:
        return
    yield Heading(say.gettext("Addenda"))
    for one in told.added:
        text = words(part(one, "details"), "text")
        yield Text(f"{say.moment(one.get('at'))}, {words(one, 'by')}: {text}")
