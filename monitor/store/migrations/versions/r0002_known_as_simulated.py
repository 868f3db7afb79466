"""A session may become known as simulated, and never stops being it.

Revision 0002. A session is often planned before its monitor sends anything, so what feeds it is known only later.
"""

from alembic import op

from monitor.store.dialects import let_become_simulated

revision = "0002"
down_revision: str | None = "0001"


def upgrade() -> None:
    """Let `sessions.simulated` go from false to true; everything else about a session's identity stays fixed."""
    for statement in let_become_simulated(op.get_bind().dialect.name):
        op.execute(statement)
