"""Who and what the current request belongs to. Law: the only file that reads Flask's globals for the views."""

from typing import cast

from flask import current_app, request, session
from flask_login import UserMixin, current_user, login_user
from pydantic import BaseModel

from monitor.errors import MonitorError, NotAllowed, Refused
from monitor.recorder.acts import Actor
from monitor.security.locks import Holder
from monitor.security.sign_in import Identity
from monitor.store.requests import Request
from monitor.store.requests import request_of as asked
from monitor.web.browsers import browser_words
from monitor.web.services import Services

EXTENSION = "infusion-monitor"


class SignInNeeded(MonitorError):
    """Nobody is signed in, or no longer."""

    code = "sign_in_needed"


class PasswordChangeNeeded(NotAllowed):
    """Somebody signed in with the one-time password they were handed, and has not chosen their own."""


class SecondStepMissing(NotAllowed):
    """Somebody whose role must have a second step at sign-in has not set one up."""


class User(UserMixin):  # type: ignore[misc]
    """What Flask-Login is given: an identity, known by the secret of its sign-in."""

    def __init__(self, identity: Identity, secret: str) -> None:
        self.identity = identity
        self._secret = secret

    def get_id(self) -> str:
        """The secret that the signed cookie carries."""
        return self._secret


def services() -> Services:
    """The services of the application that answers this request."""
    return cast(Services, current_app.extensions[EXTENSION])


def somebody() -> Identity | None:
    """Who asks, None when nobody is signed in."""
    return current_user.identity if current_user.is_authenticated else None


def signed_in(secret: str, identity: Identity) -> None:
    """This browser is signed in from now on; nothing planted in its cookie before is kept.

    Whoever was signed in at it before is signed out: nobody reaches a sign-in whose cookie is gone.
    """
    before = somebody()
    if before is not None and not before.is_token and before.sign_in != identity.sign_in:
        services().sign_ins.sign_out(before)
    words = browser_words(request.user_agent.string)
    if words is not None:
        services().sign_ins.note_browser(identity.sign_in, words)
    session.clear()
    login_user(User(identity, secret))


def holder() -> Holder:
    """The person's sign-in that asks; raises Refused for a program, which has none."""
    identity = me()
    if identity.is_token or identity.person_id is None or not identity.sign_in:
        raise Refused("A program has no sign-in: its token stands until it is revoked.")
    return Holder(identity.sign_in, identity.person_id, identity.name)


def me() -> Identity:
    """Who asks; raises SignInNeeded."""
    identity = somebody()
    if identity is None:
        raise SignInNeeded("Sign in first.")
    return identity


def require_own_password(identity: Identity) -> None:
    """Pass, or raise PasswordChangeNeeded."""
    if identity.must_change_password:
        raise PasswordChangeNeeded("Change the one-time password you were given first, at /password.")


def require_second_step(identity: Identity) -> None:
    """Pass, or raise SecondStepMissing."""
    if identity.must_add_second_step:
        raise SecondStepMissing("Set up a second step at sign-in first, at /second-step; your role must have one.")


def actor(identity: Identity | None = None) -> Actor:
    """Who asks, as the recorder writes it down."""
    who = identity or me()
    return Actor(person_id=who.person_id, name=who.printed_name, role=who.role)


def request_of(request_id: str | None, body: BaseModel) -> Request | None:
    """What makes the same request twice one act; None when the caller gave it no id."""
    if request_id is None:
        return None
    content = {"path": request.path, **body.model_dump(mode="json", exclude={"request_id", "password"})}
    return asked(me().person_id, request_id, content, services().now())


def bearer() -> str | None:
    """The bearer token of the request, "" when the Authorization header holds something else, None without one."""
    header = request.headers.get("Authorization")
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def is_api() -> bool:
    """Whether the caller is a program or a page's script, which want JSON."""
    return request.path.startswith("/api/")


def address() -> str:
    """Where the request came from: the peer itself, or what a proxy of the clinic says of it (proxies.py)."""
    return request.remote_addr or "unknown"
