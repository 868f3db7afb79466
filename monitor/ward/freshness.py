"""How fresh a chair's values are, answered only for the vital that is asked for.

Law: the core asks rarely, a message comes each second: nothing is computed for a question nobody asks.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from monitor.clinical.alarms.judging import fresh_for_s
from monitor.clinical.policy.policy import ClinicPolicy
from monitor.clinical.session import SessionState
from monitor.clinical.vitals import CONTINUOUS, Quality, Vital
from monitor.clinical.watched import Watched
from monitor.ward.feed import Latest


class Intervals(Mapping[Vital, float]):
    """The learned interval of each vital, seconds."""

    def __init__(self, latest: Mapping[Vital, Latest]) -> None:
        self._latest = latest

    def __getitem__(self, vital: Vital) -> float:
        return self._latest[vital].interval_s

    def __iter__(self) -> Iterator[Vital]:
        return iter(self._latest)

    def __len__(self) -> int:
        return len(self._latest)


@dataclass(slots=True)
class Current:
    """The continuous vitals whose newest value may still be taken for the present one."""

    latest: Mapping[Vital, Latest]
    policy: ClinicPolicy
    mono_s: float

    def __contains__(self, vital: object) -> bool:
        if not isinstance(vital, Vital) or vital not in CONTINUOUS:
            return False
        known = self.latest.get(vital)
        if known is None or known.quality is not Quality.ACCEPTED or known.withdrawn:
            return False
        facts = Watched(SessionState.PREPARING, interval_s=Intervals(self.latest))
        return known.age_s(self.mono_s) <= fresh_for_s(self.policy, facts, vital)
