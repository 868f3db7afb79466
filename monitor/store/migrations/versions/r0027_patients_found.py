"""What patients are found by, and who corrected one and why.

Revision 0027.
"""

from datetime import date

import sqlalchemy as sa
from alembic import op

from monitor.store.texts import patient_words, plain, sort_key, words_of

revision = "0027"
down_revision: str | None = "0026"

_BY_LETTER = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add `by` and `reason` to the revisions of patients, create the listing and fill it from the record."""
    for name in ("by", "reason"):
        op.add_column("patient_revisions", sa.Column(name, sa.Text()))
    listing = op.create_table(
        "patient_listing",
        sa.Column("patient_id", sa.Integer(), sa.ForeignKey("patients.id"), nullable=False),
        sa.Column("revision_id", sa.Integer(), sa.ForeignKey("patient_revisions.id"), nullable=False),
        sa.Column("sort_key", _BY_LETTER, nullable=False),
        sa.PrimaryKeyConstraint("patient_id"),
    )
    op.create_index("ix_patient_listing_sort_key_patient_id", "patient_listing", ["sort_key", "patient_id"])
    words = op.create_table(
        "patient_words",
        sa.Column("word", _BY_LETTER, nullable=False),
        sa.Column("patient_id", sa.Integer(), sa.ForeignKey("patients.id"), nullable=False),
        sa.PrimaryKeyConstraint("word", "patient_id"),
    )
    op.create_index("ix_patient_words_patient_id", "patient_words", ["patient_id"])
    _fill(op.get_bind(), listing, words)


def _fill(connection: sa.Connection, listing: sa.Table, words: sa.Table) -> None:
    said = {str(a): str(b) for a, b in connection.execute(sa.text("SELECT merged, survivor FROM patient_merges"))}
    newest = connection.execute(
        sa.text(
            "SELECT id, patient_id, hospital_id, family_name, given_name, birth_date FROM patient_revisions "
            "WHERE id IN (SELECT max(id) FROM patient_revisions GROUP BY patient_id) ORDER BY id"
        )
    ).all()
    shown = {row.hospital_id: row for row in newest if row.hospital_id not in said}
    rows = [
        {
            "patient_id": row.patient_id,
            "revision_id": row.id,
            "sort_key": sort_key(row.family_name, row.given_name),
        }
        for row in shown.values()
    ]
    found: set[tuple[str, int]] = set()
    for row in newest:
        survivor = shown.get(_survivor(said, row.hospital_id))
        if survivor is not None:
            found |= {(word, survivor.patient_id) for word in _words(row)}
    for merged in said:
        survivor = shown.get(_survivor(said, merged))
        if survivor is not None:
            found |= {(word, survivor.patient_id) for word in {plain(merged), *words_of(merged)}}
    if rows:
        connection.execute(sa.insert(listing), rows)
        pairs = [{"word": word, "patient_id": key} for word, key in sorted(found)]
        connection.execute(sa.insert(words), pairs)


def _survivor(said: dict[str, str], hospital_id: str) -> str:
    seen = {hospital_id}
    while (after := said.get(hospital_id)) is not None and after not in seen:
        seen.add(after)
        hospital_id = after
    return hospital_id


def _words(row: sa.Row[tuple[int, int, str, str, str, object]]) -> set[str]:
    born = row.birth_date if isinstance(row.birth_date, date | None) else date.fromisoformat(str(row.birth_date))
    return patient_words(row.hospital_id, row.family_name, row.given_name, born)
