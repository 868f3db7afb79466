"""Bearer tokens of programs. Law: a token is shown once, when it is made; the record keeps only its SHA-256."""

from functools import partial
from typing import Annotated

from flask import Blueprint
from pydantic import Field

from monitor.security import records
from monitor.security.records import By
from monitor.security.roles import Action, Role
from monitor.security.secrets import fingerprint, new_token
from monitor.web.doors import allowed
from monitor.web.fields import Answer, Body, Line
from monitor.web.here import me, services

blueprint = Blueprint("tokens", __name__)


class NewToken(Body):
    """A program that shall use the API, under a name of its own."""

    name: Annotated[Line, Field(max_length=records.LONGEST_NAME)]
    role: Annotated[Role, Field(strict=False)]


class TokenShown(Answer):
    """The token, shown this once; `id` is the program's own among the people, by which it is disabled."""

    id: int
    token: str


@blueprint.post("/tokens")
@allowed(Action.MANAGE_PEOPLE, body=NewToken, answer=TokenShown, status=201)
def add_token(body: NewToken) -> TokenShown:
    """Add a bearer token for a program."""
    given, secret = services(), new_token()
    person_id = given.recorder.transact(
        partial(
            records.add_token,
            by=By(me().name, me().person_id),
            at=given.now(),
            name=body.name,
            role=body.role,
            mark=fingerprint(secret),
        )
    )
    return TokenShown(id=int(str(person_id)), token=secret)
