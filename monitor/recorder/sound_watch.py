"""The condition that nobody would hear a chair's alarms. Law: it is found in the spine, and no restart ends it.

Silence counts only while somebody is at risk (infusing, held, observing). While nothing is known yet after a start,
what stood before stands on.
"""

from monitor.clinical.session import DRUG_STATES
from monitor.ward.chairs import Chair
from monitor.ward.live_session import LiveSession
from monitor.ward.sounding import NO_SOUNDING_STATION, StationSound, StationSounds


def watch_sound(sounds: StationSounds, chair: Chair, live: LiveSession) -> None:
    """Note on the chair whether its station can sound."""
    sound = sounds.of(chair.station)
    if sound is StationSound.UNKNOWN:
        silent = NO_SOUNDING_STATION in live.states
    else:
        silent = sound is StationSound.SILENT and live.course.state in DRUG_STATES
    (chair.conditions.add if silent else chair.conditions.discard)(NO_SOUNDING_STATION)
