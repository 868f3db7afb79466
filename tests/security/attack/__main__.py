"""`python -m tests.security.attack`: every attack in quantity, twice over, while a patient's pressure rises."""

import sys
import tempfile
import time
from pathlib import Path

from tests.journeys.clinic import Clinic
from tests.live_page import Page
from tests.security.attack import web, wire
from tests.security.attack.target import BED, IN_TIME_S, Probe, Target

TIMES = 2  # 1,200 half-open connections, 200 half-sent frames


def main() -> int:
    """0 when everything was refused and the alarm came in time."""
    with tempfile.TemporaryDirectory() as folder:
        clinic = Clinic.open(Path(folder), {"CH1": BED, "CH2": "BED2"})
        session_id = clinic.plan("CH1", "P-1")
        clinic.begin(session_id, BED)
        target = Target(clinic, session_id, TIMES)
        page = Page(clinic.physician)
        page.watch(board="A")
        with Probe(target) as probe:
            for attack in (*web.ATTACKS, *wire.ATTACKS):
                began_s = time.monotonic()
                attack(target)
                took_s = time.monotonic() - began_s
                print(
                    f"refused: {attack.__module__.rpartition('.')[2]}.{attack.__name__} in {took_s:.1f} s", flush=True
                )
            late_s = probe.raise_pressure(page)
            print(f"alarm on the page {late_s:.2f} s after its message; {len(probe.answers)} messages answered")
        page.close()
        clinic.server.stop()
        return 0 if late_s <= IN_TIME_S and "Traceback" not in clinic.server.log() else 1


if __name__ == "__main__":
    sys.exit(main())
