"""How a command writes to the record. Law: only while no server holds the data folder: one program writes at a time."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.clock import parse_clock
from monitor.errors import ConfigurationRefused, MonitorError
from monitor.store.engine import open_engine
from monitor.store.folder import claim
from monitor.store.migrate import require_current
from monitor.store.rows import Act, Batch
from monitor.store.store import Store

if TYPE_CHECKING:
    from config import Config


def write_once(config: "Config", act: Callable[[datetime], Act]) -> object:
    """Run one act in a transaction of its own and give back its answer; raises its error, or ConfigurationRefused."""
    at = parse_clock(config.clock).now()
    if (config.data_dir / "server.lock").exists():
        raise ConfigurationRefused(
            f"The server is running on {config.data_dir}: do this on its People page or through its API, or stop it."
        )
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
