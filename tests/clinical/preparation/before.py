"""A patient of whom only the start is missing, to be spoilt one fact at a time; minutes count back from the start."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from monitor.clinical.policy.preparation_parts import PreparationItem
from monitor.clinical.preparation.entries import Answer, Mark, PreparationEntry, Said, ScreeningAnswer
from monitor.clinical.preparation.gate_findings import GateFinding, GateReadings
from monitor.clinical.preparation.start_gate import StartFacts
from monitor.clinical.preparation.vital_gate import vital_gate
from monitor.clinical.staff import StaffLook
from monitor.clinical.vitals import Vital
from monitor.clinical.watched import Baseline
from monitor.provisions import read_policy
from tests.prepared import PREPARED

POLICY, _ = read_policy("adult-ketamine")
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def mark(version: int = 1, by: str = "Nurse", person_id: int = 1) -> Mark:
    return Mark(by, START, person_id, version)


def before(minutes: float) -> datetime:
    return START - timedelta(minutes=minutes)


def answered(answer: str = "clear", note: str = "", version: int = 1) -> ScreeningAnswer:
    return ScreeningAnswer(Answer(answer), note, mark(version))


def entry(values: Mapping[str, object], note: str = "", version: int = 1) -> PreparationEntry:
    return PreparationEntry(values, note, mark(version))


SAID = Said(
    screening={item.id: answered() for item in POLICY.screening},
    items={PreparationItem(name): entry(values) for name, values in PREPARED.items()},
)
READY = StartFacts(
    order=True, weight=True, consent=True, second_check=True, physician_clearance=True, chair=True,
    baseline_until_at=START, said=SAID, findings=(), staff=StaffLook("Nurse"),
)  # fmt: skip


def screening(**answers: ScreeningAnswer) -> Said:
    return replace(SAID, screening={**SAID.screening, **answers})


def items(**entries: PreparationEntry) -> Said:
    return replace(SAID, items={**SAID.items, **{PreparationItem(name): one for name, one in entries.items()}})


def steady(value: float) -> tuple[tuple[datetime, float], ...]:
    """Every half minute of the last five, oldest first."""
    return tuple((before(n / 2), value) for n in range(10, -1, -1))


def cuffs(*taken: tuple[float, float, float]) -> dict[Vital, tuple[tuple[datetime, float], ...]]:
    """(minutes before, systolic, diastolic), oldest first."""
    return {
        Vital.NIBP_SYS: tuple((before(m), sys) for m, sys, _ in taken),
        Vital.NIBP_DIA: tuple((before(m), dia) for m, _, dia in taken),
    }


CALM = {**cuffs((2, 124, 78)), Vital.HR: steady(72), Vital.SPO2: steady(97), Vital.RR: steady(14)}


def found(
    readings: Mapping[Vital, tuple[tuple[datetime, float], ...]] | None = None,
    *,
    poss: tuple[datetime, int] | None = (before(3), 1),
    on_air: bool | None = True,
    baseline: Baseline | None = None,
    now: datetime = START,
    marked: Mapping[Vital, tuple[tuple[datetime, float], ...]] | None = None,
) -> tuple[GateFinding, ...]:
    seen = GateReadings({**CALM, **(readings or {})}, poss, marked or {})
    return vital_gate(POLICY.vital_gate, POLICY.baseline, seen, now, baseline=baseline, on_air=on_air)
