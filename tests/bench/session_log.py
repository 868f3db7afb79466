"""The bench of the log of three hours of ten vitals a second: its page, and one look at a stretch of its curves.

Law: the whole answer is measured, from the request to the last byte, by the true application in this process.
"""

import tempfile
import time
from datetime import timedelta
from pathlib import Path

from monitor.security.roles import Role
from tests import recorded_sessions
from tests.web.clinic import Browser, open_clinic
from tests.web.test_languages import TEMPLATES

ROUNDS = 20
STRETCH = timedelta(minutes=10)


def session_log_ms(moments: int = recorded_sessions.MOMENTS) -> dict[str, dict[str, float]]:
    """Milliseconds of the page, and of ten minutes looked at closely, by the names of their rows."""
    with tempfile.TemporaryDirectory() as folder, open_clinic(Path(folder), templates=TEMPLATES) as clinic:
        place = recorded_sessions.furnished(clinic.office.store)
        session_id = recorded_sessions.full(place, moments=moments)
        nurse, from_at = clinic.signed_in(Role.NURSE), recorded_sessions.BEGAN_AT
        stretch = "&".join(
            f"{name}={at:%Y-%m-%dT%H:%M:%SZ}" for name, at in (("from", from_at), ("to", from_at + STRETCH))
        )
        return {
            "log_ms@3h": _timed(nurse, f"/sessions/{session_id}/log"),
            "log_zoom_ms@10min": _timed(nurse, f"/api/v1/sessions/{session_id}/curves?{stretch}"),
        }


def _timed(nurse: Browser, path: str) -> dict[str, float]:
    """Percentiles of asking ROUNDS times, after once; raises of an answer that is none."""
    spent_ms = []
    for _ in range(ROUNDS + 1):
        began_s = time.perf_counter()
        answer = nurse.get(path)
        spent_ms.append((time.perf_counter() - began_s) * 1000)
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answered {answer.status_code}")
    ranked = sorted(spent_ms[1:])
    return {
        name: round(ranked[int(share * (len(ranked) - 1))], 1)
        for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))
    }
