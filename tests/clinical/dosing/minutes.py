"""Minutes of a session as times, and the shipped dosing policy."""

from datetime import datetime, timedelta

from tests.clinical.bedside import POLICY, START

DOSING = POLICY.dosing
PREDICTION = POLICY.prediction


def at(minutes: float) -> datetime:
    """So many minutes after the start."""
    return START + timedelta(minutes=minutes)
