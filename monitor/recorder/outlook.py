"""How far each observed patient is from going home, for the board. Law: it only shows; the gate decides when signed."""

from collections.abc import Callable, Mapping

from monitor.clinical.discharge.findings import Result
from monitor.clinical.session import SessionState
from monitor.errors import MonitorError
from monitor.publisher import Publisher
from monitor.runtime import Runtime
from monitor.ward.live_session import Outlook
from monitor.ward.ward import Ward

EVERY_S = 10.0


class Outlooks:
    """Evaluates the gate of every observed session, one after the other, off the hub."""

    def __init__(
        self, ward: Ward, discharge: Callable[[int], Mapping[str, object]], publisher: Publisher, runtime: Runtime
    ) -> None:
        self._ward = ward
        self._discharge = discharge
        self._publisher = publisher
        self._runtime = runtime

    def run(self) -> None:
        """Look for ever."""
        while True:
            for chair in list(self._ward):
                live = chair.session
                if live is not None and live.course.state is SessionState.OBSERVING:
                    live.outlook = self._look(live.id)
                    self._publisher.chair_changed(chair.station, chair.id)
            self._runtime.sleep(EVERY_S)

    def _look(self, session_id: int) -> Outlook | None:
        try:
            seen = self._discharge(session_id)
        except MonitorError:
            return None  # the session ended meanwhile, or the record cannot be read: nothing is promised
        criteria, ready_at = seen["criteria"], seen["ready_at"]
        if not isinstance(criteria, list):
            return None
        met = sum(item["result"] == Result.MET for item in criteria)
        return Outlook(met, len(criteria), ready_at if isinstance(ready_at, str) else None)
