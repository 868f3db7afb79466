"""The summary of a session as ORU^R01.

Law: LOINC where a code is known, else a code of our own (99IM), never a guess; units are UCUM; a simulated session says
so.
LOINC codes: monitor/clinical/loinc.py.
"""

from collections.abc import Iterator
from datetime import datetime

from monitor.clinical import loinc
from monitor.clinical.vitals import KINDS, Vital
from monitor.hl7.times import format_time
from monitor.hl7.writing import Segment
from monitor.outgoing.facts import Extremes, SessionFacts

TYPE = ("ORU", "R01", "ORU_R01")
OWN = "99IM"
_PAIN = (*loinc.PAIN, "LN")
_SEX = {"female": "F", "male": "M", "other": "O", "unknown": "U"}
Row = tuple[str, str, tuple[str, str, str], str, str, datetime | None]  # type, sub-id, code, value, unit, at


def summary(facts: SessionFacts, placer: str) -> list[Segment]:
    """PID, PV1, OBR and one OBX a fact; `placer` identifies the report and stays the same when it is sent again."""
    began_at = facts.infusion_from_at or facts.closed_at
    segments: list[Segment] = [
        *subject(facts),
        (
            *("OBR", "1", "", placer, ("SESSION", "Infusion session summary", OWN), "", ""),
            *(format_time(began_at), format_time(facts.infusion_until_at or facts.closed_at)),
            *([""] * 13),
            *(format_time(facts.closed_at), "", "", "F"),
        ),
    ]
    if facts.simulated:
        segments.append(("NTE", "1", "L", "SIMULATED: no patient was treated"))
    segments += [_obx(number, row) for number, row in enumerate(_rows(facts), 1)]
    return segments


def subject(facts: SessionFacts) -> list[Segment]:
    """PID and PV1: whom it is about, and where they sat."""
    born = "" if facts.birth_date is None else facts.birth_date.strftime("%Y%m%d")
    name = (facts.family_name, facts.given_name)
    identifier = (facts.hospital_id, "", "", "", "MR")
    return [
        ("PID", "1", "", identifier, "", name, "", born, _SEX.get(facts.sex or "", "")),
        ("PV1", "1", "O", ("", "", facts.chair), *([""] * 15), str(facts.session_id)),
    ]


def _rows(facts: SessionFacts) -> Iterator[Row]:
    yield "ST", "", _own("DISPOSITION", "How the session ended"), facts.state, "", facts.closed_at
    if facts.infusion_from_at is not None:
        yield "TS", "", _own("INFUSION_START", "Infusion started"), format_time(facts.infusion_from_at), "", None
    if facts.infusion_until_at is not None:
        yield "TS", "", _own("INFUSION_END", "Infusion ended"), format_time(facts.infusion_until_at), "", None
    yield from _dose(facts)
    for vital in facts.vitals:
        yield from _vital(vital)
    for score in facts.scores:
        code = _PAIN if score.kind == "nrs" else _own(f"SCORE_{score.kind.upper()}", f"Score {score.kind}")
        yield "NM", "", code, f"{score.total:g}", "{score}", score.at
    for priority, count in facts.alarms.items():
        yield "NM", "", _own(f"ALARMS_{priority.upper()}", f"Alarms of {priority} priority"), str(count), "{#}", None
    for symptom, grade in facts.symptoms:
        yield "NM", symptom, _own("SYMPTOM", "Symptom, worst CTCAE grade"), str(grade), "{score}", None
    for one in facts.adverse_events:
        code = _own("ADVERSE_EVENT", "Adverse event, CTCAE grade")
        yield "NM", one.term, code, str(one.grade), "{score}", one.onset_at
    if facts.reason:
        yield "TX", "", _own("REASON", "Reason"), facts.reason, "", None


def _dose(facts: SessionFacts) -> Iterator[Row]:
    dose = facts.dose
    if dose is None:
        return
    yield "ST", "", _own("DRUG", "Drug"), dose.drug, "", None
    yield "NM", "", _own("DOSE_GIVEN", "Dose given"), f"{dose.given_mg:.2f}", "mg", facts.infusion_until_at
    if dose.given_mg_per_kg is not None:
        yield "NM", "", _own("DOSE_GIVEN_PER_KG", "Dose given"), f"{dose.given_mg_per_kg:.4f}", "mg/kg", None
    if dose.ordered_mg is not None:
        yield "NM", "", _own("DOSE_ORDERED", "Dose ordered"), f"{dose.ordered_mg:.2f}", "mg", None
    if dose.weight_kg is not None:
        yield "NM", "", ("29463-7", "Body weight", "LN"), f"{dose.weight_kg:g}", "kg", None


def _vital(one: Extremes) -> Iterator[Row]:
    known = loinc.CORE.get(one.vital)
    code = (*known, "LN") if known is not None else _own(one.vital.upper(), one.vital)
    unit = KINDS[Vital(one.vital)].unit
    yield "NM", "lowest", code, f"{one.lowest:g}", unit, None
    yield "NM", "highest", code, f"{one.highest:g}", unit, None
    if one.last is not None:
        yield "NM", "last", code, f"{one.last:g}", unit, one.last_at


def _own(code: str, words: str) -> tuple[str, str, str]:
    return code, words, OWN


def _obx(number: int, row: Row) -> Segment:
    kind, sub_id, code, value, unit, at = row
    units = (unit, unit, "UCUM") if unit else ""
    when = () if at is None else ("", "", format_time(at))
    return ("OBX", str(number), kind, code, sub_id, value, units, "", "", "", "", "F", *when)
