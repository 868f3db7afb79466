"""How a command writes to the record.

Law: one program writes at a time: a command writes itself only while no server holds the data folder.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.clock import parse_clock
from monitor.commands.running import RunningServer
from monitor.commands.server_file import running
from monitor.errors import MonitorError
from monitor.store.engine import open_engine
from monitor.store.folder import claim
from monitor.store.migrate import require_current
from monitor.store.rows import Act, Batch
from monitor.store.store import Store

if TYPE_CHECKING:
    from config import Config


def running_server(config: "Config") -> RunningServer | None:
    """The server that holds the data folder and writes for the commands; None when there is none."""
    found = running(config.data_dir)
    return None if found is None else RunningServer(found)


def write_once(config: "Config", act: Callable[[datetime], Act]) -> object:
    """Run one act in a transaction of its own and give back its answer; raises its error, or ConfigurationRefused."""
    at = parse_clock(config.clock).now()
    with claim(config.data_dir):
        store = Store(open_engine(config.database, config.data_dir))
        try:
            store.read(require_current)
            answer = store.write(Batch(acts=(act(at),))).answers[0]
        finally:
            store.close()
    if isinstance(answer, MonitorError):
        raise answer
    return answer
