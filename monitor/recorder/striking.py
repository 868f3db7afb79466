"""What a device took back or corrected leaves the live numbers and the open pages at once; the record keeps it, struck.

Law: it raises nothing and ends nothing; an alarm it had raised stands until a new value ends it.
"""

from collections.abc import Sequence

from monitor.clinical.vitals import Reading
from monitor.hl7.device_message import Withdrawal
from monitor.recorder.turn import Turn
from monitor.ward.chairs import Chair


def strike(chair: Chair, withdrawals: Sequence[Withdrawal], turn: Turn, amended: Sequence[Reading] = ()) -> None:
    """Take values off the screen, and have every page draw anew what was `amended` or taken back."""
    struck = {one.vital: one.measured_at for one in amended}
    struck |= {
        one.vital: one.measured_at for one in withdrawals if chair.withdraw(one.vital, one.measured_at, one.sub_id)
    }
    if not struck:
        return
    turn.changed[chair.id] = chair
    if chair.session is not None:
        turn.sessions[chair.session.id] = (chair, chair.session)
        turn.struck.append((chair, chair.session, struck))
