"""Which of several rows of one vital is charted, and whether a pressure measurement hangs together.

Law: one reading a vital; all are kept. Plausible values go before implausible ones, those the device doubts after the
others, then the source's or the table's order of MDC numbers, then the lowest sub-id, then the order in the message.
Systolic, diastolic and mean that are charted belong to one measurement with one time.
"""

from collections.abc import Mapping, Sequence

from monitor.clinical.vitals import ABP, NIBP, Doubt, Quality, Reading, Vital, is_plausible_pressure
from monitor.hl7.observations import Row

Ranks = Mapping[Vital, Mapping[int, int]]
Place = tuple[bool, bool, int, tuple[tuple[int, int, str], ...], bool, int]
_LAST = 1000
_BY_SOURCE = (Doubt.SOURCE,)


def choose(rows: Sequence[Row], ranks: Ranks) -> tuple[list[Row], list[Row]]:
    """The charted rows and the other ones, each in message order; all rows carry a number of a vital.

    Marks the rows of a pressure measurement whose systolic > mean > diastolic fails as not plausible.
    """
    chosen = {row.vital: row for row in rows if row.vital is not None}
    if len(chosen) == len(rows):  # as nearly always: one row a vital
        for triple in (NIBP, ABP):
            present = [chosen[vital] for vital in triple if vital in chosen]
            if present and any(row.measured_at != present[0].measured_at for row in present):
                break
            _doubt_disorder(triple, chosen)
        else:
            return list(rows), []
    by_vital: dict[Vital, list[Row]] = {}
    for row in rows:
        by_vital.setdefault(row.of(), []).append(row)
    chosen = {
        vital: several[0] if len(several) == 1 else min(several, key=lambda row: _place(row, ranks))
        for vital, several in by_vital.items()
    }
    for triple in (NIBP, ABP):
        if not chosen.keys().isdisjoint(triple):
            _hold_together(triple, chosen, by_vital, ranks)
    charted = sorted(chosen.values(), key=_order)
    taken = {row.order for row in charted}
    return charted, [row for row in rows if row.order not in taken]


def _order(row: Row) -> int:
    return row.order


def _place(row: Row, ranks: Ranks) -> Place:
    ranked = ranks.get(row.meaning.vital) if row.meaning.vital is not None else None
    rank = ranked.get(row.meaning.number or 0, _LAST) if ranked is not None else 0
    return not row.plausible, row.doubted, rank, sub_id_order(row.meaning.sub_id), not row.corrects, row.order


def sub_id_order(sub_id: str) -> tuple[tuple[int, int, str], ...]:
    """A key that sorts 1.3.2 before 1.3.10, and numbers before texts."""
    return tuple(
        (0, int(part), "") if part.isascii() and part.isdigit() and len(part) <= 18 else (1, 0, part)
        for part in sub_id.split(".")
    )


def _hold_together(
    triple: tuple[Vital, ...], chosen: dict[Vital, Row], by_vital: Mapping[Vital, list[Row]], ranks: Ranks
) -> None:
    """Keep what was measured at one time (that of the best row), then test the order of the three."""
    present = [chosen[vital] for vital in triple if vital in chosen]
    if len({row.measured_at for row in present}) > 1:
        at = min(present, key=lambda row: _place(row, ranks)).measured_at
        for vital in triple:
            same = [row for row in by_vital.get(vital, ()) if row.measured_at == at]
            if same:
                chosen[vital] = min(same, key=lambda row: _place(row, ranks))
            else:
                chosen.pop(vital, None)
    _doubt_disorder(triple, chosen)


def _doubt_disorder(triple: tuple[Vital, ...], chosen: Mapping[Vital, Row]) -> None:
    """Systolic, mean and diastolic that are not in this order are implausible as a whole."""
    systolic, diastolic, mean = (chosen[vital].value if vital in chosen else None for vital in triple)
    if not is_plausible_pressure(systolic, diastolic, mean):
        for vital in triple:
            if vital in chosen:
                chosen[vital].plausible = False


def reading(row: Row) -> Reading:
    """The row as a reading; only for rows with a number of a vital."""
    if row.vital is not None and row.plausible and not row.doubted:
        return Reading(row.vital, row.value, row.measured_at, row.meaning.sub_id, Quality.ACCEPTED, row.timed)
    quality = Quality.QUESTIONABLE if row.plausible else Quality.IMPLAUSIBLE
    doubts = _BY_SOURCE if quality is Quality.QUESTIONABLE else ()
    return Reading(row.of(), row.value, row.measured_at, row.meaning.sub_id, quality, row.timed, doubts)
