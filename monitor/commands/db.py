"""`db upgrade` and `db current`: which schema the database has, and bringing it to this program's.

Law: an upgrade runs while nothing else writes to the data folder.
"""

import argparse
from typing import TYPE_CHECKING

from monitor.store import migrate
from monitor.store.engine import open_engine
from monitor.store.folder import claim

if TYPE_CHECKING:
    from config import Config


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    db = subparsers.add_parser("db", help="upgrade the database, or say which revision it has")
    actions = db.add_subparsers(dest="action", required=True)
    actions.add_parser("upgrade", help="bring the database to this program's schema").set_defaults(run=upgrade)
    actions.add_parser("current", help="print the database's revision and this program's").set_defaults(run=current)


def upgrade(_args: argparse.Namespace, config: "Config") -> int:
    """Upgrade and say from what to what."""
    with claim(config.data_dir):
        before, after = migrate.upgrade(config.database, config.data_dir)
    print(f"{before or 'empty'} -> {after}" if before != after else f"{after}: nothing to do")
    return 0


def current(_args: argparse.Namespace, config: "Config") -> int:
    """Print both revisions; 0 when they are the same, else 1."""
    engines = open_engine(config.database, config.data_dir)
    try:
        with engines.read.connect() as connection:
            found = migrate.current(connection)
    finally:
        engines.dispose()
    print(f"database {found or 'empty'}, program {migrate.head()}")
    return 0 if found == migrate.head() else 1
