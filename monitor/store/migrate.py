"""Bringing a database to the schema this code was written for.

Law: forwards only, in one transaction; a database newer than the code is left alone.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, make_url
from sqlalchemy.exc import DatabaseError

from monitor.store.engine import open_engine
from monitor.store.errors import SchemaRefused


def head() -> str:
    """The newest revision this code knows."""
    revision = ScriptDirectory.from_config(_settings()).get_current_head()
    if revision is None:
        raise SchemaRefused("The installation is incomplete: it holds no database revisions")
    return revision


def current(connection: Connection) -> str | None:
    """The revision of a database; None when it is empty; raises SchemaRefused when it cannot be read."""
    try:
        return MigrationContext.configure(connection).get_current_revision()
    except DatabaseError as error:
        raise _unusable(error) from error


def upgrade(url: str, data_dir: Path | None = None) -> tuple[str | None, str]:
    """Bring the database at a URL to the newest revision; gives back (before, after).

    Raises SchemaRefused, changing nothing, when the database was made by a newer version of the product.
    """
    engines = open_engine(url, data_dir or _folder_of(url))
    try:
        return upgrade_engine(engines.write)
    finally:
        engines.dispose()


def upgrade_engine(engine: Engine) -> tuple[str | None, str]:
    """The same on an open writing engine."""
    settings = _settings()
    try:
        with engine.begin() as connection:
            before = current(connection)
            _require_known(before)
            settings.attributes["connection"] = connection
            command.upgrade(settings, "head")
            after = current(connection)
    except DatabaseError as error:
        raise _unusable(error) from error
    if after is None:
        raise SchemaRefused("The database upgrade did not record its revision")
    return before, after


def require_current(connection: Connection) -> None:
    """Raise SchemaRefused, with what to do, unless the database has exactly this code's schema."""
    found = current(connection)
    _require_known(found)
    if found != head():
        raise SchemaRefused("The database is older than this program: run 'python run.py db upgrade' first")


def _unusable(error: DatabaseError) -> SchemaRefused:
    return SchemaRefused(f"The database cannot be used ({error.orig}): nothing was changed")


def _require_known(revision: str | None) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(_settings()).walk_revisions()}
    if revision is not None and revision not in known:
        raise SchemaRefused(
            f"The database was made by a newer version of the product (revision {revision}): "
            "install that version or restore a backup; nothing was changed"
        )


def _settings() -> AlembicConfig:
    settings = AlembicConfig()
    settings.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return settings


def _folder_of(url: str) -> Path:
    database = make_url(url).database
    return Path(database).parent if database else Path()
