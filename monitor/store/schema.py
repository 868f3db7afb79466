"""The tables of the record.

Law: what was measured or done is only ever added (APPEND_ONLY, enforced by triggers); a correction is a new row.
`people`, `sign_ins`, `tokens` and what people prove besides a password (schema_second_step) change; `sessions.state`
and `.version` only repeat the newest session event, `.chair_id` and `.scheduled_for` the newest that moved them.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Double,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from monitor.clinical.vitals import Vital
from monitor.store import (
    columns,
    schema_allergies,
    schema_break_glass,
    schema_displays,
    schema_follow_ups,
    schema_listing,
    schema_outbox,
    schema_papers,
    schema_ranges,
    schema_responsible,
    schema_reviews,
    schema_second_step,
    schema_series,
    schema_sound,
    schema_trainings,
    schema_whose,
)
from monitor.store.types import JsonText

metadata = columns.metadata
displays = schema_displays.displays
patient_listing = schema_listing.patient_listing
authenticator_apps = schema_second_step.authenticator_apps
passkeys = schema_second_step.passkeys
recovery_codes = schema_second_step.recovery_codes
_id, _at, _text, _of = columns.key_column, columns.at_column, columns.text_column, columns.of_column

# The order is that of the bits in readings.implausible and readings.questionable: append, never insert or reorder.
VITAL_COLUMNS: tuple[str, ...] = (
    *("hr", "pr", "spo2", "rr", "nibp_sys", "nibp_dia", "nibp_mean", "abp_sys", "abp_dia", "abp_mean"),
    *("temp", "etco2", "fico2", "pi", "pump_rate", "pump_volume", "pump_dose", "pump_concentration", "pump_remaining"),
)
VITAL_BIT: dict[str, int] = {vital: 1 << position for position, vital in enumerate(VITAL_COLUMNS)}

if frozenset(VITAL_COLUMNS) != frozenset(vital.value for vital in Vital):
    raise ImportError("every vital needs its column in readings, and a migration that adds it")

APPEND_ONLY: tuple[str, ...] = (
    *("chair_bindings", "patients", "patient_revisions", "policies", "session_events", "reading_layouts", "readings"),
    *(
        "alarms",
        "alarm_events",
        "acknowledgements",
        "device_alarms",
        "pump_events",
        "assessments",
        "discharge_signatures",
    ),
    *("quarantine", "unassigned", "audit", "requests"),
    *schema_whose.APPEND_ONLY,
    *schema_outbox.APPEND_ONLY,
    *schema_responsible.APPEND_ONLY,
    *schema_sound.APPEND_ONLY,
    *schema_allergies.APPEND_ONLY,
    *schema_break_glass.APPEND_ONLY,
    *schema_papers.APPEND_ONLY,
    *schema_series.APPEND_ONLY,
    *schema_follow_ups.APPEND_ONLY,
    *schema_trainings.APPEND_ONLY,
    *schema_ranges.APPEND_ONLY,
    *schema_reviews.APPEND_ONLY,
)

people = Table(
    "people",
    metadata,
    _id(),
    _text("name"),
    Column("name_key", Text, nullable=False, unique=True),  # casefolded: two people never differ by case alone
    _text("printed_name"),
    _text("role"),
    _text("password_hash"),
    Column("must_change_password", Boolean, nullable=False),
    _at("created_at"),
    _at("disabled_at", nullable=True),
    Column("language", Text),  # null: what the browser asks for
    # Who reset it and is not to reset the other as well; NULL once the owner has chosen anew.
    Column("password_reset_by", Integer, nullable=True),
    Column("second_step_reset_by", Integer, nullable=True),
    Column("pin_hash", Text),  # null: no PIN; it opens a locked sign-in and nothing else
)
sign_ins = Table(
    "sign_ins",
    metadata,
    Column("id_hash", String(64), primary_key=True),
    _of("person_id", "people.id"),
    _at("created_at"),
    _at("last_human_at"),
    _at("expires_at"),
    _at("revoked_at", nullable=True),
    _text("second_step", nullable=True),  # what was proved besides the password; NULL: nothing
    _at("locked_at", nullable=True),
    Column("wrong_pins", Integer, nullable=False, server_default="0"),  # since it was last opened
    _text("browser", nullable=True),  # what it is, in words for its owner; NULL: not known
    Index(None, "person_id"),
)
tokens = Table(
    "tokens",
    metadata,
    _id(),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("name", Text, nullable=False, unique=True),
    _text("role"),
    _at("created_at"),
    _at("expires_at", nullable=True),
    _at("revoked_at", nullable=True),
)
stations = Table("stations", metadata, _id(), Column("name", Text, nullable=False, unique=True))
chairs = Table(
    "chairs",
    metadata,
    _id(),
    Column("name", Text, nullable=False, unique=True),
    _of("station_id", "stations.id", nullable=True),
    Column("position", Integer, nullable=False),
)
chair_bindings = Table(
    "chair_bindings",
    metadata,
    _id(),
    _of("chair_id", "chairs.id"),
    _text("bed", nullable=True),  # NULL: no monitor from then on
    _at("at"),
    _of("person_id", "people.id", nullable=True),
    Index(None, "chair_id"),
)
patients = Table("patients", metadata, _id(), _at("created_at"))
patient_revisions = Table(
    "patient_revisions",
    metadata,
    _id(),
    _of("patient_id", "patients.id"),
    _text("hospital_id"),
    _text("family_name"),
    _text("given_name"),
    Column("birth_date", Date, nullable=True),
    _text("sex", nullable=True),
    _at("at"),
    _of("person_id", "people.id", nullable=True),
    _text("by", nullable=True),  # NULL, like the reason: first entered, or said by the hospital
    _text("reason", nullable=True),
    Index(None, "patient_id"),
    Index(None, "hospital_id"),
)
policies = Table(
    "policies",
    metadata,
    Column("sha256", String(64), primary_key=True),
    _text("policy_id"),
    _text("version"),
    _text("text"),
    _at("stored_at"),
)
sessions = Table(
    "sessions",
    metadata,
    _id(),
    _of("patient_id", "patients.id"),
    _of("chair_id", "chairs.id"),
    _text("state"),
    Column("version", Integer, nullable=False),
    _text("policy_id"),
    _text("policy_version"),
    _of("policy_sha256", "policies.sha256"),
    _at("scheduled_for"),
    Column("simulated", Boolean, nullable=False),
    _at("created_at"),
    _of("series_id", "series.id", nullable=True),  # NULL: a session of its own
    Index(None, "state", "scheduled_for"),
    Index(None, "scheduled_for"),
    Index(None, "patient_id"),
    Index(None, "series_id"),
)
session_events = Table(
    "session_events",
    metadata,
    _id(),
    _of("session_id", "sessions.id"),
    Column("version", Integer, nullable=False),
    _text("event"),
    _text("from_state"),
    _text("to_state"),
    _at("at"),
    _at("recorded_at"),
    _of("person_id", "people.id", nullable=True),
    _text("role"),
    _text("reason", nullable=True),
    Column("details", JsonText, nullable=False),
    _text("by"),
    _text("request_id"),
    UniqueConstraint("session_id", "version"),
    UniqueConstraint("session_id", "request_id"),
)
reading_layouts = Table(
    "reading_layouts",
    metadata,
    _id(),
    _text("source"),
    _text("sub_ids"),  # canonical JSON {vital: sub_id}: the same for hours, so kept once
    UniqueConstraint("source", "sub_ids"),
)
readings = Table(
    "readings",
    metadata,
    _of("chair_id", "chairs.id"),
    Column("device_at_ms", BigInteger, nullable=False),
    Column("part", Integer, nullable=False),  # content hash: a resend is the same row, other content another
    _of("session_id", "sessions.id", nullable=True),
    _of("layout_id", "reading_layouts.id"),
    Column("received_delay_ms", BigInteger, nullable=True),  # received_at - device_at; NULL: none
    Column("charted_at_ms", BigInteger, nullable=True),  # NULL: device_at
    Column("implausible", Integer, nullable=False),  # bits by VITAL_COLUMNS
    Column("corrects", SmallInteger, nullable=False),
    _text("extra", nullable=True),  # JSON {"others": [[vital, value, sub_id]…], "absences": [[vital, reason]…]}
    *(Column(vital, Double, nullable=True) for vital in VITAL_COLUMNS),
    Column("questionable", Integer, nullable=True),  # bits by VITAL_COLUMNS; NULL: none; no part of the content
    Column("late_id", Integer, nullable=True),  # the late_acts row that brought it into the record; NULL: received live
    PrimaryKeyConstraint("chair_id", "device_at_ms", "part"),
    sqlite_with_rowid=False,
)
# Rows whose device clock was wrong are found by when they were charted; there are few, so the index is small.
Index(
    "ix_readings_recharted",
    readings.c.chair_id,
    readings.c.charted_at_ms,
    sqlite_where=readings.c.charted_at_ms.is_not(None),
    postgresql_where=readings.c.charted_at_ms.is_not(None),
)
alarms = Table(
    "alarms",
    metadata,
    Column("id", String(64), primary_key=True),
    _of("session_id", "sessions.id"),
    _of("chair_id", "chairs.id"),
    _text("rule_id"),
    _text("kind"),
    _text("vital", nullable=True),
    _at("raised_at"),
    Index(None, "session_id"),
)
alarm_events = Table(
    "alarm_events",
    metadata,
    _id(),
    _of("alarm_id", "alarms.id"),
    _at("at"),
    _text("event"),
    _text("state"),
    _text("priority"),
    Column("value", Double, nullable=True),
    Column("limit_value", Double, nullable=True),
    _text("words"),
    _text("cause"),
    _of("person_id", "people.id", nullable=True),
    Column("content", BigInteger, nullable=False),  # hash: the same event written again is one event
    UniqueConstraint("alarm_id", "at", "content"),
)
acknowledgements = Table(
    "acknowledgements",
    metadata,
    _id(),
    _of("alarm_id", "alarms.id"),
    _at("at"),
    _of("person_id", "people.id", nullable=True),
    _text("by"),
    _text("priority_seen"),
    Column("value_seen", Double, nullable=True),
    UniqueConstraint("alarm_id", "at", "by"),
)
device_alarms = Table(
    "device_alarms",
    metadata,
    _id(),
    _of("chair_id", "chairs.id", nullable=True),
    _of("session_id", "sessions.id", nullable=True),
    _text("source"),
    _text("code"),
    _text("text"),
    _text("phase", nullable=True),
    _text("priority", nullable=True),
    _at("device_at"),
    _at("received_at"),
    Column("content", BigInteger, nullable=False),  # hash of all but when it was received: a resend is one alarm
    *(_text(name, nullable=True) for name in ("device", "source_channel", "state", "audio")),
    UniqueConstraint("device_at", "content"),
    Index(None, "session_id"),
)
pump_events = Table(
    "pump_events",
    metadata,
    _id(),
    _of("chair_id", "chairs.id"),
    _of("session_id", "sessions.id", nullable=True),
    _text("source"),
    _text("device"),
    _text("kind"),
    _text("code"),
    _text("words"),
    _at("device_at"),
    _at("charted_at"),
    _at("received_at"),
    Column("is_late", Boolean, nullable=False),
    _text("drug", nullable=True),
    Column("weight_kg", Double, nullable=True),
    Column("infusing", Boolean, nullable=True),
    Column("delivering", Boolean, nullable=True),
    _text("not_delivering_reason", nullable=True),
    Column("programmed_ml_per_h", Double, nullable=True),
    Column("volume_to_be_infused_ml", Double, nullable=True),
    Column("content", BigInteger, nullable=False),  # hash of what it says: a resend is one row
    UniqueConstraint("device_at", "content"),
    Index(None, "session_id"),
)
assessments = Table(
    "assessments",
    metadata,
    _id(),
    _of("session_id", "sessions.id"),
    _text("kind"),
    Column("items", JsonText, nullable=False),
    Column("total", Double, nullable=True),
    _at("at"),
    _at("recorded_at"),
    _of("person_id", "people.id", nullable=True),
    _of("replaces_id", "assessments.id", nullable=True),
    _text("by"),
    _text("request_id"),
    UniqueConstraint("session_id", "request_id"),
)
discharge_signatures = Table(
    "discharge_signatures",
    metadata,
    _id(),
    _of("session_id", "sessions.id"),
    _text("record"),  # canonical JSON of what was signed
    Column("record_sha256", String(64), nullable=False),
    _text("meaning"),
    _of("person_id", "people.id"),
    _text("printed_name"),
    _text("role"),
    _at("signed_at"),
    Column("utc_offset_min", Integer, nullable=False),
    _text("override_reason", nullable=True),
    _text("request_id"),
    _text("key_id", nullable=True),  # NULL, like the signature: given before signatures had keys
    Column("signature", LargeBinary, nullable=True),  # Ed25519 over `record`
    UniqueConstraint("session_id", "request_id"),
)
quarantine = Table(
    "quarantine",
    metadata,
    _id(),
    _at("received_at"),
    _text("peer"),
    _text("reason"),
    _text("answer", nullable=True),
    _text("control_id"),
    Column("raw", LargeBinary, nullable=False),
    Column("content", BigInteger, nullable=True),  # hash of reason and bytes: sent again, it is kept once
    Index(None, "received_at"),
    Index(None, "content", unique=True),
)
unassigned = Table(
    "unassigned",
    metadata,
    _id(),
    _at("received_at"),
    _text("peer"),
    _text("source"),
    _text("bed", nullable=True),
    _text("patient_id", nullable=True),
    _text("reason"),
    Column("raw", LargeBinary, nullable=False),
    _text("device_id", nullable=True),
    _text("equipment", nullable=True),  # maker, model and serial number as one text
    _text("vitals", nullable=True),  # the words of the vitals it holds, between blanks
    Column("content", BigInteger, nullable=True),  # hash of reason and bytes: sent again, it is kept once
    Index(None, "received_at"),
    Index(None, "content", unique=True),
)
requests = Table(
    "requests",
    metadata,
    _id(),
    _text("asker"),
    _text("request_id"),
    Column("content_sha256", String(64), nullable=False),
    Column("made_id", Integer, nullable=False),
    _at("at"),
    UniqueConstraint("asker", "request_id"),
)
raw_blocks = Table(
    "raw_blocks",
    metadata,
    _id(),
    _at("received_at"),
    Column("frames", Integer, nullable=False),
    Column("compressed", LargeBinary, nullable=False),
    Index(None, "received_at"),
)
for _name, _column, _rows in (
    ("ix_assessments_replaces_id", assessments.c.replaces_id, assessments.c.replaces_id.is_not(None)),
):  # few rows are corrections, so the index is small
    Index(_name, _column, sqlite_where=_rows, postgresql_where=_rows)
audit = Table(
    "audit",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    _at("at"),
    _text("actor"),
    Column("person_id", Integer, nullable=True),
    _text("action"),
    _text("object"),
    Column("facts", JsonText, nullable=False),
    Column("prev_hash", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    *(Index(None, name, "seq") for name in ("person_id", "action", "object")),
    Index(None, "at"),
)
