"""A second person at the same screen: known by their own name and password, for this one act only.

Law: the password is checked here and goes no further; whoever is signed in, or carries the request, is never also the
second person.
"""

from monitor.errors import NotAllowed
from monitor.recorder.acts import Actor
from monitor.security.sign_in import SignInRefused
from monitor.web.here import me, services


class SecondPersonRefused(NotAllowed):
    """The second person's name or password was not right, or they may not be it."""

    code = "second_person_refused"


def second_person(name: str, password: str) -> Actor:
    """The colleague this name and password belong to; raises SecondPersonRefused, TooMany."""
    if name.casefold() == me().name.casefold():
        raise SecondPersonRefused("The second person must be somebody else than who is signed in.")
    try:
        person = services().sign_ins.check_password(name, password, "second_person_refused")
    except SignInRefused:
        raise SecondPersonRefused("The second person's name or password is wrong; nothing was recorded.") from None
    if person.must_change_password:
        raise SecondPersonRefused("The second person must first change their one-time password, at /password.")
    return Actor(person.id, person.printed_name, person.role)
