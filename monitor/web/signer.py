"""Who signs: known by their own password, entered for this one signature.

Law: the password is checked here and goes no further; a program may carry the request, but the person whose name and
password it carries is the one who signs, and it is their role that counts.
"""

from typing import Annotated

from pydantic import Field

from monitor.errors import NotAllowed
from monitor.recorder.acts import Actor
from monitor.security.roles import Action, require
from monitor.security.sign_in import SignInRefused
from monitor.web.fields import Line, Secret
from monitor.web.here import me, services

SignerName = Annotated[Line, Field(max_length=64)]


class WrongPassword(NotAllowed):
    """The password under a signature was not the signer's."""

    code = "wrong_password"


def signer(name: str | None, password: Secret, action: Action) -> Actor:
    """The person who signs; the role is asked first, so that a guess costs nothing less.

    `name` is needed only when a program carries the request. Raises NotAllowed, WrongPassword, TooMany.
    """
    identity = me()
    if identity.is_token and name is None:
        raise NotAllowed("Only a person signs: send the name and the password of the person who does.")
    if not identity.is_token:
        require(identity, action)
        if name is not None and name.casefold() != identity.name.casefold():
            raise NotAllowed(f"You are signed in as {identity.name}: sign under your own name, or sign out first.")
    try:
        person = services().sign_ins.check_password(name or identity.name, password, "signature_refused")
    except SignInRefused:
        raise WrongPassword("The password is wrong; nothing was signed.") from None
    if person.must_change_password:
        raise NotAllowed("Change the one-time password you were given first, at /password.")
    require(person, action)
    return Actor(person.id, person.printed_name, person.role)
