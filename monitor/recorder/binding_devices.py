"""Further devices of chairs: bound and taken off by a named person.

Law: audited in the act's own transaction; the ward follows what is stored.
"""

from dataclasses import dataclass

from sqlalchemy import Connection

from monitor.recorder.acts import BindDevice
from monitor.recorder.turn import Turn
from monitor.store.audit import append
from monitor.store.chairs import bind_device, take_device_off
from monitor.store.requests import made_for, remember
from monitor.store.rows import Act, AuditEntry
from monitor.ward.ward import Ward


@dataclass(frozen=True, slots=True)
class BindingDevices:
    """Prepares the binding of a further device, and follows it in the ward once stored."""

    ward: Ward

    def bind(self, act: BindDevice, turn: Turn) -> Act:
        """The stored act: True when it changed something; asked again by the same request it changes nothing."""
        self.ward.chair(act.chair_id)

        def store(connection: Connection) -> bool:
            if made_for(connection, act.request) is not None:
                return False
            change = take_device_off if act.off else bind_device
            person = act.person
            changed = change(connection, act.chair_id, act.identifier, turn.now, person.person_id, person.name)
            remember(connection, act.request, act.chair_id)
            if changed:
                action = "chair.take_device_off" if act.off else "chair.bind_device"
                facts = {"identifier": act.identifier}
                about = f"chair {act.chair_id}"
                append(connection, AuditEntry(turn.now, person.name, action, about, person.person_id, facts))
            return changed

        return store

    def bound(self, act: BindDevice, answer: object, turn: Turn) -> None:
        """Follow what was stored."""
        if answer is not True:
            return
        change = self.ward.take_device_off if act.off else self.ward.bind_device
        chair = change(act.chair_id, act.identifier)
        turn.changed[chair.id] = chair
