"""The Store: the only thing in the house that writes.

Law: one connection, one transaction a batch, called from one native thread at a time; a batch is stored whole or not
at all, and each person's act in it stands or falls alone.
"""

import logging
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from monitor.errors import Conflict, MonitorError
from monitor.store import inserts
from monitor.store.engine import Engines
from monitor.store.errors import WriteFailed
from monitor.store.readings import ReadingWriter
from monitor.store.rows import Act, Batch, Written

P = ParamSpec("P")
T = TypeVar("T")

_log = logging.getLogger(__name__)


class Store:
    """The record of one clinic; keeps its one writing connection open until `close`."""

    def __init__(self, engines: Engines) -> None:
        self.engines = engines
        self._connection: Connection | None = None
        self._readings = ReadingWriter()

    def write(self, batch: Batch) -> Written:
        """Store everything in a batch in one durable transaction.

        An act's MonitorError is its answer and undoes only that act; a broken unique key in an act is a Conflict.
        Anything else undoes the whole batch and raises WriteFailed (after at most the busy timeout of 2 s when
        another program holds the database).
        """
        running: list[int] = []  # the index of the act that runs, when one does
        try:
            connection = self._open()
            with connection.begin():
                new = self._readings.write(connection, batch.readings)
                inserts.write_all(connection, batch)
                answers: list[object] = []
                for index, act in enumerate(batch.acts):
                    running[:] = [index]
                    answers.append(_answer(connection, act))
                running.clear()
        except Exception as error:
            self._readings.undone()
            self._recover()
            raise _write_failed(error, running) from error
        self._readings.committed()
        return Written(new, tuple(answers))

    def read(self, query: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a query of monitor.store.queries on a reading connection; may be called from any native thread."""
        with self.engines.read.connect() as connection:
            return query(connection, *args, **kwargs)

    def checkpoint(self) -> None:
        """Move what is committed from SQLite's log into the database file; does nothing elsewhere."""
        connection = self._open()
        if connection.dialect.name == "sqlite":
            driver = connection.connection.driver_connection
            if driver is not None:
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        """Checkpoint and let go of every connection."""
        try:
            self.checkpoint()
        except SQLAlchemyError as error:  # committed rows are safe in the log: closing goes on
            _log.warning("the last checkpoint failed: %s", type(error).__name__)
        self.engines.read.dispose()  # readers first: the writer is the last out
        self._let_go()
        self.engines.dispose()

    def _open(self) -> Connection:
        if self._connection is None or self._connection.closed:
            self._connection = self.engines.write.connect()
        return self._connection

    def _recover(self) -> None:
        """After a failure: go on with the same connection when it is clean, else with a fresh one."""
        connection = self._connection
        if connection is not None and (connection.invalidated or connection.in_transaction()):
            self._let_go()

    def _let_go(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            connection.invalidate()
            connection.close()
        except SQLAlchemyError as error:
            _log.warning("letting go of the writing connection failed: %s", type(error).__name__)


def _answer(connection: Connection, act: Act) -> object:
    try:
        with connection.begin_nested():
            return act(connection)
    except MonitorError as refused:
        return refused
    except IntegrityError as broken:
        conflict = Conflict("Somebody else has just recorded this; nothing was changed")
        conflict.__cause__ = broken
        return conflict


def _write_failed(error: Exception, running: list[int]) -> WriteFailed:
    fault_of_act = bool(running) and not isinstance(error, SQLAlchemyError)
    return WriteFailed(
        f"Nothing of this was recorded: {type(error).__name__}", act=running[0] if fault_of_act else None
    )
