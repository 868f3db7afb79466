"""What one ADT message of the hospital says, as it is stored. Law: plain values; nothing of it is ever rewritten."""

from dataclasses import dataclass
from datetime import datetime

OCCUPIES, LEAVES, NOTHING = "occupies", "leaves", "nothing"


@dataclass(frozen=True, slots=True)
class AdmissionRow:
    """One ADT: whom it names, where it places them (`bed`) and which bed it says they left (`left_bed`).

    `effect` is what it does to who lies where: occupies, leaves or nothing. `said_at` is when the hospital said it
    (never later than it was received), `since_at` when it happened. `key` is the same for a message sent again.
    """

    event: str
    hospital_id: str
    bed: str | None
    left_bed: str | None
    effect: str
    said_at: datetime
    since_at: datetime
    received_at: datetime
    source: str
    control_id: str
    simulated: bool
    key: str
