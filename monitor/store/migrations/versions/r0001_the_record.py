"""Create the record.

Revision 0001, the first.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from monitor.store.dialects import refuse_changes

revision = "0001"
down_revision: str | None = None

APPEND_ONLY: tuple[str, ...] = (
    *("chair_bindings", "patients", "patient_revisions", "policies", "session_events", "reading_layouts", "readings"),
    *("alarms", "alarm_events", "acknowledgements", "device_alarms", "assessments", "discharge_signatures"),
    *("quarantine", "unassigned", "audit"),
)
VITALS: tuple[str, ...] = (
    *("hr", "pr", "spo2", "rr", "nibp_sys", "nibp_dia", "nibp_mean", "abp_sys", "abp_dia", "abp_mean"),
    *("temp", "etco2", "fico2", "pi", "pump_rate", "pump_volume", "pump_dose", "pump_concentration", "pump_remaining"),
)


def upgrade() -> None:
    """Create every table, index and trigger."""
    _create_people()
    _create_chairs()
    _create_patients()
    _create_sessions()
    _create_readings()
    _create_alarms()
    _create_device_alarms()
    _create_discharge()
    _create_refused_messages()
    _create_audit()
    for statement in refuse_changes(op.get_bind().dialect.name, APPEND_ONLY):
        op.execute(statement)


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer(), primary_key=True)


def _at(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _int(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _hash(name: str, *, primary_key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(64), nullable=False, primary_key=primary_key)


def _ref(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=f"fk_{table}_{column}")


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=f"uq_{table}_{'_'.join(columns)}")


def _index(table: str, columns: Sequence[str]) -> None:
    for column in columns:
        op.create_index(f"ix_{table}_{column}", table, [column])


def _create_people() -> None:
    op.create_table(
        "people",
        _id(),
        *(_text(name) for name in ("name", "name_key", "printed_name", "role", "password_hash")),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        _at("created_at"),
        _at("disabled_at", nullable=True),
        _unique("people", "name_key"),
    )
    op.create_table(
        "sign_ins",
        _hash("id_hash", primary_key=True),
        _int("person_id"),
        *(_at(name) for name in ("created_at", "last_human_at", "expires_at")),
        _at("revoked_at", nullable=True),
        _ref("sign_ins", "person_id", "people.id"),
    )
    _index("sign_ins", ["person_id"])
    op.create_table(
        "tokens",
        _id(),
        _hash("token_hash"),
        _text("name"),
        _text("role"),
        _at("created_at"),
        _at("expires_at", nullable=True),
        _at("revoked_at", nullable=True),
        _unique("tokens", "token_hash"),
        _unique("tokens", "name"),
    )


def _create_chairs() -> None:
    op.create_table("stations", _id(), _text("name"), _unique("stations", "name"))
    op.create_table(
        "chairs",
        _id(),
        _text("name"),
        _int("station_id", nullable=True),
        _int("position"),
        _unique("chairs", "name"),
        _ref("chairs", "station_id", "stations.id"),
    )
    op.create_table(
        "chair_bindings",
        _id(),
        _int("chair_id"),
        _text("bed", nullable=True),
        _at("at"),
        _int("person_id", nullable=True),
        _ref("chair_bindings", "chair_id", "chairs.id"),
        _ref("chair_bindings", "person_id", "people.id"),
    )
    _index("chair_bindings", ["chair_id"])


def _create_patients() -> None:
    op.create_table("patients", _id(), _at("created_at"))
    op.create_table(
        "patient_revisions",
        _id(),
        _int("patient_id"),
        *(_text(name) for name in ("hospital_id", "family_name", "given_name")),
        sa.Column("birth_date", sa.Date(), nullable=True),
        _text("sex", nullable=True),
        _at("at"),
        _int("person_id", nullable=True),
        _ref("patient_revisions", "patient_id", "patients.id"),
        _ref("patient_revisions", "person_id", "people.id"),
    )
    _index("patient_revisions", ["patient_id", "hospital_id"])


def _create_sessions() -> None:
    op.create_table(
        "policies",
        _hash("sha256", primary_key=True),
        *(_text(name) for name in ("policy_id", "version", "text")),
        _at("stored_at"),
    )
    op.create_table(
        "sessions",
        _id(),
        _int("patient_id"),
        _int("chair_id"),
        _text("state"),
        _int("version"),
        _text("policy_id"),
        _text("policy_version"),
        _hash("policy_sha256"),
        _at("scheduled_for"),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        _at("created_at"),
        _ref("sessions", "patient_id", "patients.id"),
        _ref("sessions", "chair_id", "chairs.id"),
        _ref("sessions", "policy_sha256", "policies.sha256"),
    )
    _index("sessions", ["state", "scheduled_for", "patient_id"])
    op.create_table(
        "session_events",
        _id(),
        _int("session_id"),
        _int("version"),
        *(_text(name) for name in ("event", "from_state", "to_state")),
        _at("at"),
        _at("recorded_at"),
        _int("person_id", nullable=True),
        _text("role"),
        _text("reason", nullable=True),
        _text("details"),
        _text("by"),
        _text("request_id"),
        _ref("session_events", "session_id", "sessions.id"),
        _ref("session_events", "person_id", "people.id"),
        _unique("session_events", "session_id", "version"),
        _unique("session_events", "session_id", "request_id"),
    )


def _create_readings() -> None:
    op.create_table(
        "reading_layouts",
        _id(),
        _text("source"),
        _text("sub_ids"),
        _unique("reading_layouts", "source", "sub_ids"),
    )
    op.create_table(
        "readings",
        _int("chair_id"),
        _at("device_at_ms"),
        _int("part"),
        _int("session_id", nullable=True),
        _int("layout_id"),
        _at("received_delay_ms", nullable=True),
        _at("charted_at_ms", nullable=True),
        _int("implausible"),
        sa.Column("corrects", sa.SmallInteger(), nullable=False),
        _text("extra", nullable=True),
        *(sa.Column(vital, sa.Double(), nullable=True) for vital in VITALS),
        sa.PrimaryKeyConstraint("chair_id", "device_at_ms", "part", name="pk_readings"),
        _ref("readings", "chair_id", "chairs.id"),
        _ref("readings", "session_id", "sessions.id"),
        _ref("readings", "layout_id", "reading_layouts.id"),
        sqlite_with_rowid=False,
    )
    recharted = sa.text("charted_at_ms IS NOT NULL")
    op.create_index(
        "ix_readings_recharted",
        "readings",
        ["chair_id", "charted_at_ms"],
        sqlite_where=recharted,
        postgresql_where=recharted,
    )


def _create_alarms() -> None:
    op.create_table(
        "alarms",
        sa.Column("id", sa.String(64), primary_key=True),
        _int("session_id"),
        _int("chair_id"),
        _text("rule_id"),
        _text("kind"),
        _text("vital", nullable=True),
        _at("raised_at"),
        _ref("alarms", "session_id", "sessions.id"),
        _ref("alarms", "chair_id", "chairs.id"),
    )
    _index("alarms", ["session_id"])
    op.create_table(
        "alarm_events",
        _id(),
        sa.Column("alarm_id", sa.String(64), nullable=False),
        _at("at"),
        *(_text(name) for name in ("event", "state", "priority")),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("limit_value", sa.Double(), nullable=True),
        _text("words"),
        _text("cause"),
        _int("person_id", nullable=True),
        _at("content"),
        _unique("alarm_events", "alarm_id", "at", "content"),
        _ref("alarm_events", "alarm_id", "alarms.id"),
        _ref("alarm_events", "person_id", "people.id"),
    )
    op.create_table(
        "acknowledgements",
        _id(),
        sa.Column("alarm_id", sa.String(64), nullable=False),
        _at("at"),
        _int("person_id", nullable=True),
        _text("by"),
        _text("priority_seen"),
        sa.Column("value_seen", sa.Double(), nullable=True),
        _unique("acknowledgements", "alarm_id", "at", "by"),
        _ref("acknowledgements", "alarm_id", "alarms.id"),
        _ref("acknowledgements", "person_id", "people.id"),
    )


def _create_device_alarms() -> None:
    op.create_table(
        "device_alarms",
        _id(),
        _int("chair_id", nullable=True),
        _int("session_id", nullable=True),
        *(_text(name) for name in ("source", "code", "text")),
        _text("phase", nullable=True),
        _text("priority", nullable=True),
        _at("device_at"),
        _at("received_at"),
        sa.Column("content", sa.BigInteger(), nullable=False),
        _unique("device_alarms", "device_at", "content"),
        _ref("device_alarms", "chair_id", "chairs.id"),
        _ref("device_alarms", "session_id", "sessions.id"),
    )
    _index("device_alarms", ["session_id"])


def _create_discharge() -> None:
    op.create_table(
        "assessments",
        _id(),
        _int("session_id"),
        _text("kind"),
        _text("items"),
        sa.Column("total", sa.Double(), nullable=True),
        _at("at"),
        _at("recorded_at"),
        _int("person_id", nullable=True),
        _int("replaces_id", nullable=True),
        _text("by"),
        _text("request_id"),
        _unique("assessments", "session_id", "request_id"),
        _ref("assessments", "session_id", "sessions.id"),
        _ref("assessments", "person_id", "people.id"),
        _ref("assessments", "replaces_id", "assessments.id"),
    )
    op.create_table(
        "discharge_signatures",
        _id(),
        _int("session_id"),
        _text("record"),
        _hash("record_sha256"),
        _text("meaning"),
        _int("person_id"),
        _text("printed_name"),
        _text("role"),
        _at("signed_at"),
        _int("utc_offset_min"),
        _text("override_reason", nullable=True),
        _text("request_id"),
        _unique("discharge_signatures", "session_id", "request_id"),
        _ref("discharge_signatures", "session_id", "sessions.id"),
        _ref("discharge_signatures", "person_id", "people.id"),
    )


def _create_refused_messages() -> None:
    op.create_table(
        "quarantine",
        _id(),
        _at("received_at"),
        _text("peer"),
        _text("reason"),
        _text("answer", nullable=True),
        _text("control_id"),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "unassigned",
        _id(),
        _at("received_at"),
        _text("peer"),
        _text("source"),
        _text("bed", nullable=True),
        _text("patient_id", nullable=True),
        _text("reason"),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "raw_blocks",
        _id(),
        _at("received_at"),
        _int("frames"),
        sa.Column("compressed", sa.LargeBinary(), nullable=False),
    )
    for table in ("quarantine", "unassigned", "raw_blocks"):
        _index(table, ["received_at"])


def _create_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", sa.Integer(), primary_key=True, autoincrement=False),
        _at("at"),
        _text("actor"),
        _int("person_id", nullable=True),
        _text("action"),
        _text("object"),
        _text("facts"),
        sa.Column("prev_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
    )
