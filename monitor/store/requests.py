"""What was made for which request, so that asking twice makes it once.

Law: written in the transaction of what it tells of; a request id belongs to whoever sent it.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from monitor.errors import Conflict
from monitor.store import schema
from monitor.store.keys import insert_row
from monitor.store.types import canonical_json

_requests = schema.requests


@dataclass(frozen=True, slots=True)
class Request:
    """One request to make a row; `content_sha256` is what was asked, so that an id is not used for two things."""

    asker: str
    request_id: str
    content_sha256: str
    at: datetime


def request_of(person_id: int | None, request_id: str, content: Mapping[str, object], at: datetime) -> Request:
    """The request of a person (None: the commands of this machine) for what `content` says."""
    asker = "command line" if person_id is None else f"person {person_id}"
    return Request(asker, request_id, hashlib.sha256(canonical_json(content).encode()).hexdigest(), at)


def made_for(connection: Connection, request: Request | None) -> int | None:
    """The row made for this very request before; raises Conflict when its id was used for something else."""
    if request is None:
        return None
    same = (_requests.c.asker == request.asker, _requests.c.request_id == request.request_id)
    found = connection.execute(select(_requests.c.content_sha256, _requests.c.made_id).where(*same)).one_or_none()
    if found is None:
        return None
    if found.content_sha256 != request.content_sha256:
        raise Conflict("This request id belongs to another act")
    return int(found.made_id)


def remember(connection: Connection, request: Request | None, made_id: int) -> None:
    """Note which row a request made."""
    if request is not None:
        insert_row(connection, _requests, {**asdict(request), "made_id": made_id})
