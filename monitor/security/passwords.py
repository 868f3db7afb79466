"""Passwords: long, not guessable, slow to test. Law: a hash is never computed on the calling task.

Length and block list: NIST SP 800-63B-4 (15 characters where the password is the only factor, which it is for a
signature, as a second person and while a second step is reset; no composition rules, no rotation). Argon2id with the
library's defaults (64 MiB, 3 passes, 4 lanes), two at once, so that a crowd at the sign-in page costs 128 MiB and not
a gigabyte.
"""

import secrets
import unicodedata
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from monitor.errors import Refused
from monitor.runtime import Runtime
from monitor.security.guessable import own_letters, said_once
from monitor.security.turnstile import Turnstile

SHORTEST = 15
LONGEST = 256
_AT_ONCE = 2
_FEWEST_DIFFERENT = 6
_FEWEST_OF_ITS_OWN = 6

# No vowels and no look-alikes: nothing rude, nothing misread from a slip of paper.
_ONE_TIME_ALPHABET = "bcdfghjkmnpqrstvwxz23456789"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the password was right, and a new hash to store when the old one was weaker than today's."""

    right: bool
    rehashed: str | None = None


def check_new(password: str, *own_words: str) -> None:
    """Accept a password a person chose, or raise Refused with the sentence to show; `own_words` are their names."""
    text = _normal(password)
    if len(text) < SHORTEST:
        raise Refused(f"A password needs at least {SHORTEST} characters; a few words you can remember are best.")
    if len(text) > LONGEST:
        raise Refused(f"A password may have at most {LONGEST} characters.")
    if len(set(text.casefold())) < _FEWEST_DIFFERENT or len(said_once(text.casefold())) < SHORTEST:
        raise Refused("This password repeats itself; choose a few unrelated words.")
    if own_letters(text, own_words) < _FEWEST_OF_ITS_OWN:
        raise Refused("This password is made of names and common words; choose a few unrelated words.")


def one_time_password() -> str:
    """Twenty random characters in groups of five, about 95 bits; its owner must change it at the first sign-in.

    The few that are nearly all digits are drawn again: nothing is handed out that nobody would be allowed to choose.
    """
    drawn = ""
    while own_letters(drawn) < _FEWEST_OF_ITS_OWN or len(set(drawn)) < _FEWEST_DIFFERENT:
        drawn = "-".join("".join(secrets.choice(_ONE_TIME_ALPHABET) for _ in range(5)) for _ in range(4))
    return drawn


class Passwords:
    """Hashes and tests passwords off the calling task, two at once."""

    def __init__(self, runtime: Runtime, hasher: PasswordHasher | None = None) -> None:
        self._runtime = runtime
        self._hasher = hasher or PasswordHasher()
        self._turnstile = Turnstile(runtime, _AT_ONCE)
        self._nobody: str | None = None

    def hash(self, password: str) -> str:
        """The argon2id hash to store."""
        with self._turnstile.passage():
            return self._runtime.offload(self._hasher.hash, _normal(password))

    def verify(self, stored: str | None, password: str) -> Verdict:
        """Test a password; `stored` None (nobody of that name) costs the same and is never right."""
        with self._turnstile.passage():
            return self._runtime.offload(self._verify, stored, password)

    def _verify(self, stored: str | None, password: str) -> Verdict:
        if self._nobody is None:
            self._nobody = self._hasher.hash(secrets.token_urlsafe(32))
        text = _normal(password[: LONGEST + 1])
        try:
            self._hasher.verify(stored or self._nobody, text)
        except (VerificationError, InvalidHashError):
            return Verdict(right=False)
        if stored is None:
            return Verdict(right=False)
        return Verdict(
            right=True, rehashed=self._hasher.hash(text) if self._hasher.check_needs_rehash(stored) else None
        )


def hash_now(password: str) -> str:
    """The hash to store, computed where it is called: for the command line, which has no hub to keep free."""
    return PasswordHasher().hash(_normal(password))


def _normal(password: str) -> str:
    """One spelling for what looks the same, however the keyboard composed it (NIST SP 800-63B-4 §3.1.1.2)."""
    return unicodedata.normalize("NFKC", password)
