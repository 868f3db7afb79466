"""What people prove besides their password. Law: rows are ended or used, never deleted; secrets are sealed."""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, String, Table

from monitor.store import columns

# Codes of an authenticator app (TOTP, RFC 6238).
authenticator_apps = Table(
    "authenticator_apps",
    columns.metadata,
    columns.key_column(),
    columns.of_column("person_id", "people.id"),
    Column("sealed_seed", LargeBinary, nullable=False),  # readable with the server's secret key only
    Column("last_step", BigInteger, nullable=False),  # the 30 s step of the last code used: none is used twice
    columns.at_column("added_at"),
    columns.at_column("ended_at", nullable=True),
    Index(None, "person_id"),
)
# Passkeys and security keys (WebAuthn).
passkeys = Table(
    "passkeys",
    columns.metadata,
    columns.key_column(),
    columns.of_column("person_id", "people.id"),
    Column("credential", LargeBinary, nullable=False),  # id and public key, as the authenticator gave them
    Column("sign_count", BigInteger, nullable=False),  # a count that does not rise is a copy
    columns.text_column("label"),
    columns.at_column("added_at"),
    columns.at_column("last_used_at", nullable=True),
    columns.at_column("ended_at", nullable=True),
    Index(None, "person_id"),
)
recovery_codes = Table(
    "recovery_codes",
    columns.metadata,
    columns.key_column(),
    columns.of_column("person_id", "people.id"),
    Column("mark", String(64), nullable=False),  # HMAC with a key of the server: worth nothing without it
    columns.at_column("made_at"),
    columns.at_column("used_at", nullable=True),
    columns.at_column("ended_at", nullable=True),
    Index(None, "person_id"),
)
