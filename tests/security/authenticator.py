"""A security key in a few lines: what a browser answers when a person touches it."""

import hashlib
import json
import os
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

_PRESENT = AuthenticatorData.FLAG.UP
_WITH_KEY = _PRESENT | AuthenticatorData.FLAG.AT


class Authenticator:
    """One key pair; `count` rises with each signature, unless a test says otherwise."""

    def __init__(self, origin: str = "http://localhost:8000", host: str = "localhost") -> None:
        self.origin = origin
        self.count = 0
        self._host = hashlib.sha256(host.encode()).digest()
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._id = os.urandom(32)

    def create(self, options: Mapping[str, Any]) -> str:
        """The answer to a request for a new key, as JSON."""
        self.count += 1
        public = ES256.from_cryptography_key(self._key.public_key())
        key = AttestedCredentialData.create(b"\0" * 16, self._id, public)
        about = AuthenticatorData.create(self._host, _WITH_KEY, self.count, key)
        attested = AttestationObject.create("none", about, {})
        return self._answer(self._client("webauthn.create", options), attestationObject=attested)

    def get(self, options: Mapping[str, Any]) -> str:
        """The answer to a request for this key, as JSON."""
        self.count += 1
        client = self._client("webauthn.get", options)
        about = AuthenticatorData.create(self._host, _PRESENT, self.count)
        signature = self._key.sign(about + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer(client, authenticatorData=about, signature=signature)

    def _client(self, kind: str, options: Mapping[str, Any]) -> CollectedClientData:
        asked = options["publicKey"]["challenge"]
        said = {"type": kind, "challenge": asked, "origin": self.origin, "crossOrigin": False}
        return CollectedClientData(json.dumps(said).encode())

    def _answer(self, client: bytes, **parts: bytes) -> str:
        response = {name: websafe_encode(part) for name, part in {"clientDataJSON": client, **parts}.items()}
        name = websafe_encode(self._id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})
