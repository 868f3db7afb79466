"""The readings of a session as a table: one row a moment, a column a vital with its unit in the header.

Law: every value that was acknowledged is in it. What is not charted (withdrawn, corrected, replaced) stands in a row of
its own that says so; so does what another source sent, or somebody brought in later, of the same moment. An empty cell
is a vital that was not measured then, never a zero.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from zoneinfo import ZoneInfo

from monitor.clinical.marked_values import MarkedValues, is_marked
from monitor.clinical.vitals import KINDS, Quality, Vital
from monitor.reports.cells import Cell
from monitor.store.queries.readings import ReadingRecord
from monitor.store.schema import VITAL_COLUMNS

VITAL_HEADS = tuple(f"{vital} [{KINDS[Vital(vital)].unit}]" for vital in VITAL_COLUMNS)
COLUMNS = (
    *("session", "at", "at_clinic", "simulated"),
    *VITAL_HEADS,
    *("charted", "questionable", "implausible", "artefact", "late", "assigned_by"),
    *("source", "sub_ids", "measured_at", "received_at", "signed", "notice"),
)


@dataclass(frozen=True, slots=True)
class TableOf:
    """What every row repeats of its session, and what is known of its values; `zone` is the clinic's."""

    session_id: int
    simulated: bool
    signed: str
    marks: Sequence[MarkedValues]
    late_by: Mapping[int, str]
    zone: ZoneInfo

    def rows(self, readings: Iterable[ReadingRecord]) -> Iterator[Sequence[Cell]]:
        """Rows of readings that are in order; a moment's values must come together."""
        for _, of_moment in groupby(readings, key=lambda one: one.at):
            together: dict[tuple[object, ...], list[ReadingRecord]] = {}
            for one in of_moment:
                key = (one.struck, one.source, one.measured_at, one.received_at, one.late_id, one.part)
                together.setdefault(key, []).append(one)
            for values in together.values():
                yield self._row(values)

    def notice(self, words: str) -> Sequence[Cell]:
        """A row that holds no value but says something of the whole session."""
        return [self.session_id, "", "", self._simulated, *(None for _ in COLUMNS[4:-2]), self.signed, words]

    @property
    def _simulated(self) -> str:
        return "SIMULATED" if self.simulated else "no"

    def _row(self, values: Sequence[ReadingRecord]) -> Sequence[Cell]:
        one, measured = values[0], {each.vital: each.value for each in values}
        late = one.late_id is not None
        return [
            self.session_id,
            one.at.isoformat(),
            one.at.astimezone(self.zone).isoformat(),
            self._simulated,
            *map(measured.get, VITAL_COLUMNS),
            one.struck or "yes",
            _named(each.vital for each in values if each.quality == Quality.QUESTIONABLE),
            _named(each.vital for each in values if each.quality == Quality.IMPLAUSIBLE),
            _named(each.vital for each in values if is_marked(self.marks, Vital(each.vital), each.at)),
            "LATE" if late else "no",
            self.late_by.get(one.late_id, "") if one.late_id is not None else "",
            one.source,
            _named(f"{each.vital}={each.sub_id}" for each in values if each.sub_id),
            one.measured_at.isoformat(),
            one.received_at.isoformat(),
            self.signed,
            "",
        ]


def _named(words: Iterable[str]) -> str:
    return " ".join(words)
