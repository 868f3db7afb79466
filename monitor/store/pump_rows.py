"""What a pump told, as it is written: its events, and what it says of its state whenever that changes.

Law: a row is what the pump said; it is no dose, no order and no act of a person.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from monitor.store.content import long_key

FACTS = "facts"  # the kind of a row that is no event but what the pump says of its state


@dataclass(frozen=True, slots=True)
class PumpEventRow:
    """One event (start, stop, complete, rate_changed, other) or state (`facts`) of a pump; None: not said in it.

    `device` is the pump's own id, "" when it has none; `charted_at` the time it counts from, by our clock when the
    device's is wrong; `is_late` that it came as a backlog or was assigned later: it changed nothing live.
    """

    chair_id: int
    session_id: int | None
    source: str
    device: str
    kind: str
    code: str
    words: str
    device_at: datetime
    charted_at: datetime
    received_at: datetime
    is_late: bool = False
    drug: str | None = None
    weight_kg: float | None = None
    infusing: bool | None = None
    delivering: bool | None = None
    not_delivering_reason: str | None = None
    programmed_ml_per_h: float | None = None
    volume_to_be_infused_ml: float | None = None

    @property
    def facts(self) -> tuple[object, ...]:
        """What it says of the pump's state."""
        return (
            *(self.drug, self.weight_kg, self.infusing, self.delivering, self.not_delivering_reason),
            *(self.programmed_ml_per_h, self.volume_to_be_infused_ml),
        )


def columns_of(row: PumpEventRow) -> dict[str, object]:
    """The row with the hash of what it says: sent again, it is one row."""
    said = (row.chair_id, row.source, row.device, row.kind, row.code, row.words, row.facts)
    return {**asdict(row), "content": long_key(said)}


def only_changes(rows: Iterable[PumpEventRow]) -> list[PumpEventRow]:
    """Without the states that only say again what the state of the same pump before them said."""
    before: dict[tuple[object, ...], tuple[object, ...]] = {}
    kept = []
    for row in rows:
        of = (row.chair_id, row.session_id, row.source, row.device)
        if row.kind != FACTS or before.get(of) != row.facts:
            kept.append(row)
        if row.kind == FACTS:
            before[of] = row.facts
    return kept
