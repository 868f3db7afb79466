"""Passkeys and security keys (WebAuthn). Law: a browser lends a key to our own origin alone, never to a copy.

The relying party is the host of the public origin; over plain http browsers allow localhost alone. Options and answers
are the JSON forms of WebAuthn; a challenge is used once, by whoever holds the state it came with.
"""

import ipaddress
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from monitor.errors import Refused

State = Mapping[str, object]
_NAME = "Infusion Monitor"
_UNREADABLE = "The answer of the passkey could not be read; try again."


@dataclass(frozen=True, slots=True)
class Asked:
    """What the browser is asked, and the state its answer is checked with."""

    options: Mapping[str, object]
    state: State


@dataclass(frozen=True, slots=True)
class Shown:
    """A key as its answer showed it: id and public key, and how often it has signed."""

    credential: bytes
    sign_count: int


class Passkeys:
    """Asks browsers for passkeys and checks what they answer; pure but for random challenges."""

    def __init__(self, origins: Sequence[str]) -> None:
        self.host = next(filter(None, map(_host, origins)), None)
        self._origins = frozenset(origin for origin in origins if _host(origin) == self.host)
        entity = PublicKeyCredentialRpEntity(id=self.host or "invalid", name=_NAME)
        self._server = Fido2Server(entity, verify_origin=lambda origin: str(origin) in self._origins)

    def ask_new(self, person_id: int, name: str, printed_name: str, known: Sequence[bytes]) -> Asked:
        """Ask for a new key; one of `known` is not offered again. Raises Refused without a host name."""
        self._require_host()
        user = PublicKeyCredentialUserEntity(id=b"person %d" % person_id, name=name, display_name=printed_name)
        options, state = self._server.register_begin(
            user,
            [AttestedCredentialData(one) for one in known],
            resident_key_requirement=ResidentKeyRequirement.DISCOURAGED,
            user_verification=UserVerificationRequirement.PREFERRED,
        )
        return Asked(dict(options), state)

    def shown_new(self, state: State, answer: str) -> Shown:
        """The new key; raises Refused for anything that is not the answer to what was asked here."""
        try:
            shown = self._server.register_complete(state, _read(answer))
        except (ValueError, TypeError, KeyError, AssertionError) as error:
            raise Refused("This passkey could not be added; try again.") from error
        if shown.credential_data is None:
            raise Refused(_UNREADABLE)
        return Shown(bytes(shown.credential_data), shown.counter)

    def ask(self, known: Sequence[bytes]) -> Asked:
        """Ask for one of the known keys; raises Refused without a host name."""
        self._require_host()
        credentials = [AttestedCredentialData(one) for one in known]
        options, state = self._server.authenticate_begin(credentials, UserVerificationRequirement.PREFERRED)
        return Asked(dict(options), state)

    def shown(self, state: State, known: Sequence[bytes], answer: str) -> Shown:
        """Which of the known keys signed what was asked here; raises Refused for anything else."""
        credentials = [AttestedCredentialData(one) for one in known]
        try:
            read = AuthenticationResponse.from_dict(_read(answer))
            found = self._server.authenticate_complete(state, credentials, read)
        except (ValueError, TypeError, KeyError) as error:
            raise Refused("This passkey was not accepted; try again.") from error
        return Shown(bytes(found), read.response.authenticator_data.counter)

    def _require_host(self) -> None:
        if self.host is None:
            raise Refused("Passkeys need the monitor to have a host name; they do not work with a bare address.")


def _host(origin: str) -> str | None:
    """The name a browser lends keys to: an https host name, or localhost; None for an address."""
    parts = urlsplit(origin)
    name = parts.hostname or ""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return name if parts.scheme == "https" or name == "localhost" else None
    return None


def _read(answer: str) -> Mapping[str, object]:
    read = json.loads(answer)
    if not isinstance(read, dict):
        raise ValueError(_UNREADABLE)
    return read
