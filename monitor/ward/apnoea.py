"""Whether a chair's monitor can show an apnoea at all. Law: what is not known to be there is said to be missing.

An averaged or blank respiration rate cannot (measured: none caught); an EtCO2 value, a rate of 0, or the monitor's own
apnoea alarm can. Source: CLINICAL.md §2.6 "Words that settle".
"""

from monitor.clinical.alarms.judging import fresh_for_s
from monitor.clinical.policy.policy import ClinicPolicy
from monitor.clinical.session import SessionState
from monitor.clinical.vitals import Vital
from monitor.clinical.watched import Watched
from monitor.ward.chairs import Chair

UNAVAILABLE = "apnoea_unavailable"
UNAVAILABLE_WORDS = "Apnoea detection unavailable: watch the breathing"


def detects_apnoea(chair: Chair, policy: ClinicPolicy, mono_s: float) -> bool:
    """Whether an apnoea would be noticed from what this chair's monitor sends now."""
    if chair.apnoea_source:
        return True
    etco2 = chair.latest.get(Vital.ETCO2)
    if etco2 is None:
        return False
    interval_s = {Vital.ETCO2: etco2.rhythm.interval_s}
    fresh_s = fresh_for_s(policy, Watched(SessionState.PREPARING, interval_s=interval_s), Vital.ETCO2)
    return mono_s - etco2.rhythm.last_mono_s <= max(fresh_s, policy.freshness.missing_min_s)


def notices(chair: Chair, policy: ClinicPolicy, mono_s: float) -> list[dict[str, str]]:
    """What must be known of this chair before and while drug runs, as {id, words}."""
    if detects_apnoea(chair, policy, mono_s):
        return []
    return [{"id": UNAVAILABLE, "words": UNAVAILABLE_WORDS}]
