"""Parts that several papers share: who the patient is, what was given, alarms, scores, who signed. Law: told once."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, timezone

from babel.dates import format_datetime

from monitor.printing.paper import Block, Facts, Heading, Notice, Table, Text
from monitor.web.papers.gathered import SessionTold
from monitor.web.papers.speech import UNKNOWN, Speech, Told, listed, part, words

_PRINT = 16  # digits of a hash that a person can compare by eye


def state_words(say: Speech, state: str) -> str:
    """The state of a session in words."""
    known = {
        "scheduled": say.gettext("Scheduled"),
        "preparing": say.gettext("Preparing"),
        "infusing": say.gettext("Infusing"),
        "held": say.gettext("Held"),
        "observing": say.gettext("Observing"),
        "discharged": say.gettext("Discharged"),
        "left": say.gettext("Left"),
        "transferred": say.gettext("Transferred"),
        "cancelled": say.gettext("Cancelled"),
    }
    return known.get(state, state)


def patient_rows(say: Speech, who: Told | None) -> list[tuple[str, str]]:
    """Name, hospital number, birthday, sex."""
    sexes = {"F": say.gettext("female"), "M": say.gettext("male")}
    return [
        (say.gettext("Patient"), patient_name(who)),
        (say.gettext("Hospital number"), words(who, "hospital_id")),
        (say.gettext("Born"), words(who, "birth_date") or UNKNOWN),
        (say.gettext("Sex"), sexes.get(words(who, "sex"), words(who, "sex") or UNKNOWN)),
    ]


def patient_name(who: Told | None) -> str:
    """Family name, given name."""
    return ", ".join(filter(None, (words(who, "family_name"), words(who, "given_name")))) or UNKNOWN


def dose_rows(say: Speech, told: SessionTold) -> list[tuple[str, str]]:
    """Planned, given and wasted; empty before there was an order."""
    dose = part(told.dose, "dose")
    if dose is None:
        return []
    return [
        (say.gettext("Given"), f"{say.number(dose.get('given_mg'), 2, 'mg')} ketamine, "
         f"{say.number(dose.get('given_mg_per_kg'), 3, 'mg/kg')}"),
        (say.gettext("Ordered"), f"{say.number(dose.get('ordered_mg'), 2, 'mg')}, "
         f"{say.number(dose.get('ordered_ml'), 1, 'mL')}, {say.number(dose.get('over_min'), 0, 'min')}"),
        (say.gettext("Ordered by"), words(dose, "ordered_by")),
        (say.gettext("Concentration"), say.number(dose.get("concentration_mg_per_ml"), 2, "mg/mL")),
        (say.gettext("Of which as bolus"), say.number(dose.get("bolus_mg"), 2, "mg")),
        (say.gettext("Wasted"), say.number(dose.get("wasted_mg"), 2, "mg")),
    ]  # fmt: skip


def alarm_table(say: Speech, sheet: Told, most: int | None = None) -> Table:
    """Every alarm with when it began and ended, and who acknowledged it last."""
    priorities = {
        "high": say.gettext("HIGH"),
        "medium": say.gettext("MEDIUM"),
        "low": say.gettext("LOW"),
    }
    alarms = sorted(listed(sheet, "alarms"), key=lambda one: words(one, "raised_at"))
    shown = alarms if most is None else alarms[-most:]
    rows = tuple(
        (
            say.clock(one.get("raised_at")),
            priorities.get(words(one, "priority"), words(one, "priority")),
            say.spoken(words(one, "words")),
            say.gettext("stands") if one.get("over_at") is None else say.clock(one.get("over_at")),
            words(one, "acknowledged_by") or UNKNOWN,
        )
        for one in shown
    )
    return Table(
        (
            say.gettext("Raised"),
            say.gettext("Priority"),
            say.gettext("Alarm"),
            say.gettext("Over"),
            say.gettext("Acknowledged by"),
        ),
        rows,
        (say.share, 1.0, 4.2, say.share, 1.8),
        say.gettext("No alarm."),
        strong=tuple((n, 1) for n, one in enumerate(shown) if words(one, "priority") == "high"),
    )


def adverse_table(say: Speech, found: Sequence[Told]) -> Table:
    """Every adverse event with grade, relation, action and how it ended."""
    rows = tuple(
        (
            say.minute(one.get("onset_at")),
            say.spoken(words(one, "title")),
            words(one, "grade"),
            say.spoken(words(one, "relation").replace("_", " ")),
            say.spoken(words(one, "action").replace("_", " ")),
            say.gettext("not over") if one.get("open") else say.minute(one.get("resolved_at")),
            words(one, "description"),
        )
        for one in found
    )
    head = (
        *(say.gettext("Onset"), say.gettext("Adverse event"), say.gettext("Grade"), say.gettext("Relation")),
        *(say.gettext("Action"), say.gettext("Over"), say.gettext("What happened")),
    )
    return Table(
        head, rows, (say.share, 2.2, 0.6, 1.2, 1.6, say.share, 2.6), say.gettext("No adverse event was recorded.")
    )


def signature_blocks(say: Speech, signatures: Sequence[Told]) -> Iterator[Block]:
    """Who signed what, when, with the fingerprint of the key and whether it verifies."""
    meanings = {
        "discharge approved": say.gettext("Discharge approved: fit to leave with a responsible adult"),
        "witnessed": say.gettext("Witnessed"),
        "addendum": say.gettext("Addendum"),
    }
    if not signatures:
        yield Text(say.gettext("No signature yet"))
        return
    rows = []
    for one in signatures:
        meaning = meanings.get(words(one, "meaning"), say.spoken(words(one, "meaning")))
        if one.get("override_reason"):
            why = say.gettext("Reason: {reason}").format(reason=words(one, "override_reason"))
            meaning = f"{meaning}\n{say.gettext('Fit to leave by physician override')}. {why}"
        role = say.spoken(words(one, "role").replace("_", " "))
        rows.append((f"{words(one, 'printed_name')}\n{role}", signed_at(say, one), meaning, _proof(say, one)))
    head = (say.gettext("Signed by"), say.gettext("At"), say.gettext("Meaning"), say.gettext("Proof"))
    yield Table(head, tuple(rows), (1.7, 1.5, 2.6, 3.2))


def signed_at(say: Speech, signature: Told) -> str:
    """The moment as the signer's clock showed it, with its distance from UTC: a paper outlives a change of clocks."""
    zone = timezone(timedelta(minutes=int(str(signature["utc_offset_min"]))))
    at = datetime.fromisoformat(words(signature, "signed_at")).astimezone(zone)
    day = say.day(at)
    return f"{day}, {format_datetime(at, 'HH:mm:ss', tzinfo=zone, locale=say.language)} (UTC{at.isoformat()[-6:]})"


def _proof(say: Speech, one: Told) -> str:
    if one.get("verified"):
        stands = say.gettext("✓ Verified when this was made")
    elif one.get("key_id"):
        stands = say.gettext("✗ DOES NOT VERIFY: {why}").format(why=say.spoken(words(one, "why")))
    else:
        stands = say.gettext("Signed with a password, before signatures had keys")
    key = say.gettext("Key {key}").format(key=words(one, "key_id") or UNKNOWN)
    digest = say.gettext("signature {digest}").format(digest=words(one, "digest")[:_PRINT])
    record = f"SHA-256 {words(one, 'record_sha256')[:_PRINT]}…"
    return f"{stands}\n{key}, {digest}\n{record}"


def criteria_table(say: Speech, evaluation: Told) -> Table:
    """Every criterion with its answer and evidence."""
    results = {"met": say.gettext("MET"), "not_met": say.gettext("NOT MET"), "unknown": say.gettext("UNKNOWN")}
    criteria = listed(say.put(evaluation), "criteria")
    rows = tuple(
        (words(one, "title") or words(one, "id"), results.get(words(one, "result"), UNKNOWN), words(one, "evidence"))
        for one in criteria
    )
    head = (say.gettext("Criterion"), say.gettext("Answer"), say.gettext("Evidence"))
    strong = tuple((n, 1) for n, one in enumerate(criteria) if words(one, "result") != "met")
    return Table(head, rows, (3.4, 1, 4.6), say.gettext("No criterion."), strong=strong)


def not_approved(say: Speech, told: SessionTold) -> Iterator[Block]:
    """What nobody may overlook of the clinic's own rules."""
    if not told.approved:
        yield Notice(say.gettext("Policy not approved: its numbers were not signed off for patients."))


def anchor(say: Speech, told: SessionTold) -> str:
    """The entry of the audit trail that this paper is bound to."""
    if told.act is None:
        return ""
    words_ = say.gettext("Audit trail of this record: entry {seq}, hash {hash}")
    return words_.format(seq=told.act.seq, hash=told.act.hash.hex()[: 2 * _PRINT])


def watermark(say: Speech, *, simulated: bool) -> str:
    """What lies across every page of what no patient lived through."""
    return say.gettext("SIMULATED") if simulated else ""


def simulated_banner(say: Speech, *, simulated: bool) -> str:
    """The same in words, at the top."""
    return say.gettext("SIMULATED, NOT A PATIENT") if simulated else ""


def section(title: str, *blocks: Block) -> Iterator[Block]:
    """A part under its name."""
    yield Heading(title)
    yield from blocks


def two_columns(rows: Sequence[tuple[str, str]]) -> Facts:
    """Names and values in two columns."""
    return Facts(tuple(rows), 2)
