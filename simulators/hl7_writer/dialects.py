"""Which dialect a bed speaks: the messages of one moment, each with its number within the moment.

Law: every dialect says the same numbers; alarms of the monitor's own are separate messages in PCD, rows of the report
in Philips' export, and not sent at all in Nihon Kohden's.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from simulators.hl7_writer import nihon_kohden, pcd01, philips
from simulators.hl7_writer.words import Observation, OwnAlarm, Sender

CLOCK_EVERY_S = 60.0


@dataclass(frozen=True, slots=True)
class Moment:
    """What a monitor has to say at once; `clock_due` when an export tells its time."""

    at: datetime
    observations: Sequence[Observation]
    changes: Sequence[OwnAlarm] = ()
    standing: Sequence[OwnAlarm] = ()
    clock_due: bool = False


NextId = Callable[[], str]
Speaks = Callable[[Sender, Moment, NextId], Iterator[tuple[str, bytes]]]
"""A dialect: (control id, message) for each message of a moment."""


def _pcd01(sender: Sender, moment: Moment, next_id: NextId) -> Iterator[tuple[str, bytes]]:
    contained = replace(sender, containment=True)
    for own in moment.changes:
        control = next_id()
        yield control, pcd01.alarm(sender, control, moment.at, own)
    if moment.observations:
        control = next_id()
        yield control, pcd01.oru(contained, control, moment.at, moment.observations)


def _philips(sender: Sender, moment: Moment, next_id: NextId) -> Iterator[tuple[str, bytes]]:
    if moment.clock_due:
        control = next_id()
        yield control, philips.clock(sender, control, moment.at)
    if moment.observations or moment.standing:
        control = next_id()
        yield control, philips.report(sender, control, moment.at, moment.observations, moment.standing)


def _nihon_kohden(sender: Sender, moment: Moment, next_id: NextId) -> Iterator[tuple[str, bytes]]:
    control = next_id()
    message = nihon_kohden.report(sender, control, moment.at, moment.observations)
    if message is not None:
        yield control, message


DIALECTS: dict[str, Speaks] = {"pcd01": _pcd01, "philips": _philips, "nihon-kohden": _nihon_kohden}
