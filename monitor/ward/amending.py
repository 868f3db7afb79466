"""Another content for the time that is shown: a correction, or a second message of the same moment.

Laws
1. As in the record: a correction goes before what was first sent, then what was received last. What was taken back
   stands again by a correction only.
2. Only within the age of the value shown, which it does not make younger: a value shown again is as old as it was.
3. What was said before is not said anew: a message sent again changes nothing.
"""

from datetime import datetime

from monitor.clinical.vitals import CONTINUOUS, Quality, Reading
from monitor.ward.feed import Latest

_INTERVALS, _LEAST_S = 3, 10.0  # DESIGN.md "Time": a continuous value is grey after 3 intervals, at least 10 s
_REMEMBERED = 16  # contents of one moment


def amends(known: Latest, reading: Reading, mono_s: float, *, corrects: bool) -> bool:
    """Whether it takes the place of what is shown."""
    if reading.measured_at != known.device_at or (reading.value, corrects) in known.said:
        return False
    if not corrects and (known.corrected or known.withdrawn or reading.value == known.value):
        return False
    aged_s = mono_s - known.last_mono_s
    return reading.vital not in CONTINUOUS or aged_s <= max(_LEAST_S, _INTERVALS * known.interval_s)


def amend(known: Latest, reading: Reading, charted_at: datetime, mono_s: float, *, corrects: bool) -> None:
    """Show it instead; when it came is still when the first content came."""
    before = (known.value, known.corrected)
    known.said = (*known.said, before, (reading.value, corrects))[-_REMEMBERED:]
    known.value, known.charted_at, known.quality = reading.value, charted_at, reading.quality
    known.doubts, known.withdrawn, known.sub_id = reading.doubts, False, reading.sub_id
    known.corrected = known.corrected or corrects
    if reading.quality is not Quality.QUESTIONABLE:
        known.questionable_since_mono_s = None
    elif known.questionable_since_mono_s is None:
        known.questionable_since_mono_s = mono_s
