"""What people prove besides their password, and by what a sign-in was proved.

Revision 0017. NULL in `sign_ins.second_step`, as in every row before this revision, is nothing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision: str | None = "0016"


def upgrade() -> None:
    """Create `authenticator_apps`, `passkeys` and `recovery_codes`; add who reset what, and the second step."""
    _of_a_person(
        "authenticator_apps",
        sa.Column("sealed_seed", sa.LargeBinary(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
    )
    _of_a_person(
        "passkeys",
        sa.Column("credential", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("last_used_at", sa.BigInteger()),
    )
    _of_a_person(
        "recovery_codes",
        sa.Column("mark", sa.String(64), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger()),
    )
    for name in ("password_reset_by", "second_step_reset_by"):
        op.add_column("people", sa.Column(name, sa.Integer(), nullable=True))
    op.add_column("sign_ins", sa.Column("second_step", sa.Text(), nullable=True))


def _of_a_person(name: str, *columns: "sa.Column[object]") -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        *columns,
        sa.Column("ended_at", sa.BigInteger()),
    )
    op.create_index(f"ix_{name}_person_id", name, ["person_id"])
