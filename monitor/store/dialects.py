"""Every place where SQLite and PostgreSQL differ.

Law: no other file of the store names a database.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

SESSION_IDENTITY = ("patient_id", "policy_id", "policy_version", "policy_sha256", "simulated", "created_at")

_AUDIT_LOCK = 0x4D4F4E49  # any number nobody else uses for an advisory lock
_PG_REFUSE = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$
"""


def insert_new(connection: Connection, table: Table) -> "sqlite.Insert | postgresql.Insert":
    """An INSERT that leaves rows alone which any unique key says are already there."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()


def driver_insert_new(connection: Connection, table: Table) -> str:
    """The same as plain driver SQL with one positional placeholder a column, in the table's column order."""
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    columns = ", ".join(column.name for column in table.columns)
    marks = ", ".join(mark for _ in table.columns)
    return " ".join(("INSERT INTO", table.name, f"({columns}) VALUES ({marks})", "ON CONFLICT DO NOTHING"))


def driver_select_row(connection: Connection, table: Table) -> str:
    """Plain driver SQL for the row of a primary key, one positional placeholder a key column in the table's order."""
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    columns = ", ".join(column.name for column in table.columns)
    keys = " AND ".join(f"{column.name} = {mark}" for column in table.primary_key.columns)
    return " ".join(("SELECT", columns, "FROM", table.name, "WHERE", keys))


def lock_audit_chain(connection: Connection) -> None:
    """Let nobody else append to the chain before this transaction ends (in SQLite the writer holds the file)."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (_AUDIT_LOCK,))


def append_only(dialect_name: str, tables: Iterable[str]) -> list[str]:
    """The statements that make tables append-only, in a database that `refuse_changes` has been told of."""
    if dialect_name == "sqlite":
        return [_sqlite_trigger(table, verb, verb) for table in tables for verb in ("UPDATE", "DELETE")]
    return [_pg_trigger(table, "UPDATE OR DELETE") for table in tables]


def refuse_changes(dialect_name: str, tables: Iterable[str]) -> list[str]:
    """The statements that make tables append-only and the identity of a session unchangeable."""
    if dialect_name == "sqlite":
        return [
            *append_only(dialect_name, tables),
            _sqlite_trigger("sessions", "DELETE", "DELETE"),
            _sqlite_trigger("sessions", "UPDATE", "UPDATE OF " + ", ".join(SESSION_IDENTITY)),
        ]
    return [
        _PG_REFUSE,
        *append_only(dialect_name, tables),
        _pg_trigger("sessions", "DELETE OR UPDATE OF " + ", ".join(SESSION_IDENTITY)),
    ]


def let_become_simulated(dialect_name: str) -> list[str]:
    """The statements after which a session's `simulated` may be set, and never unset."""
    fixed = "UPDATE OF " + ", ".join(column for column in SESSION_IDENTITY if column != "simulated")
    if dialect_name == "sqlite":
        return [
            "DROP TRIGGER sessions_refuses_update",
            _sqlite_trigger("sessions", "UPDATE", fixed),
            "CREATE TRIGGER sessions_stays_simulated BEFORE UPDATE OF simulated ON sessions "
            "WHEN NEW.simulated < OLD.simulated "
            "BEGIN SELECT RAISE(ABORT, 'sessions: what was simulated stays simulated'); END",
        ]
    return [
        "DROP TRIGGER sessions_refuses_change ON sessions",
        _pg_trigger("sessions", "DELETE OR " + fixed),
        "CREATE TRIGGER sessions_stays_simulated BEFORE UPDATE OF simulated ON sessions FOR EACH ROW "
        "WHEN (OLD.simulated AND NOT NEW.simulated) EXECUTE FUNCTION refuse_change()",
    ]


def _sqlite_trigger(table: str, verb: str, when: str) -> str:
    name = f"{table}_refuses_{verb.lower()}"
    return (
        f"CREATE TRIGGER {name} BEFORE {when} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: {verb} refused'); END"
    )


def _pg_trigger(table: str, when: str) -> str:
    return (
        f"CREATE TRIGGER {table}_refuses_change BEFORE {when} ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )


def add_reference(table: str, column: str, target: str) -> list[str]:
    """The statements that give a table a nullable column which names a row of another."""
    name = f"fk_{table}_{column}"
    return [f"ALTER TABLE {table} ADD COLUMN {column} INTEGER CONSTRAINT {name} REFERENCES {target} (id)"]


def keep_once_set(dialect_name: str, table: str, column: str) -> list[str]:
    """The statements after which a row's column may be set, and never changed again."""
    name, when = f"{table}_keeps_{column}", f"BEFORE UPDATE OF {column} ON {table}"
    if dialect_name == "sqlite":
        words = f"'{table}: {column} is append-only: it was set before'"
        return [f"CREATE TRIGGER {name} {when} WHEN OLD.{column} IS NOT NULL BEGIN SELECT RAISE(ABORT, {words}); END"]
    return [
        f"CREATE TRIGGER {name} {when} FOR EACH ROW WHEN (OLD.{column} IS NOT NULL) EXECUTE FUNCTION refuse_change()"
    ]


def run_all(connection: Connection, statements: Sequence[str]) -> None:
    """Run plain statements one after the other."""
    for statement in statements:
        connection.exec_driver_sql(statement)
