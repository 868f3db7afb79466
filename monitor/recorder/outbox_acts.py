"""What a person decides about a message that was not taken. Law: a new row with who and why, audited with it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from monitor.errors import Conflict, NotFound
from monitor.recorder.acts import Actor
from monitor.store.audit import append
from monitor.store.outbox import AttemptRow, insert_attempt
from monitor.store.queries.outbox import ACCEPTED, RELEASED, STOPPED, WITHDRAWN, outgoing
from monitor.store.rows import AuditEntry


@dataclass(frozen=True, slots=True)
class Decide:
    """`outcome` is RELEASED (try again) or WITHDRAWN (do not send), with the reason."""

    outbox_id: int
    outcome: str
    reason: str
    person: Actor
    at: datetime

    def __call__(self, connection: Connection) -> str:
        """The message's state afterwards; raises NotFound, Conflict when it was taken or decided already."""
        message = outgoing(connection, self.outbox_id)
        if message is None:
            raise NotFound("There is no such message.")
        if message.outcome in (ACCEPTED, WITHDRAWN):
            raise Conflict(f"This message is {message.state} already.", {"state": message.state})
        if self.outcome == RELEASED and message.outcome != STOPPED:
            raise Conflict("This message is tried again by itself.", {"state": message.state})
        if self.outcome == RELEASED and not message.bytes:
            raise Conflict("This message was never written, so it cannot be sent.", {"state": message.state})
        who = self.person
        row = AttemptRow(self.outbox_id, self.at, self.outcome, self.reason, None, who.person_id, who.name)
        insert_attempt(connection, row)
        facts = {"reason": self.reason, "session": message.session_id}
        action = f"outbox.{'release' if self.outcome == RELEASED else 'withdraw'}"
        append(connection, AuditEntry(self.at, who.name, action, f"outbox {self.outbox_id}", who.person_id, facts))
        return "pending" if self.outcome == RELEASED else WITHDRAWN
