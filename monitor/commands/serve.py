"""`serve`: the server on one data folder.

Law: it holds the folder while it runs, and stops without losing an answer.
"""

import argparse
import os
import signal
import socket
import ssl
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from monitor.app.application import Application
from monitor.app.composing import create_app
from monitor.clock import parse_clock
from monitor.commands import collector, doctor
from monitor.commands.server_file import ServerFile, forget, say
from monitor.errors import ConfigurationRefused
from monitor.intake.tls import server_context
from monitor.log_lines import log_to_standard_error
from monitor.runtime import Runtime
from monitor.store.folder import claim
from monitor.visitors import CONNECTIONS_A_PAGE, Visitors, places, raise_descriptor_limit

if TYPE_CHECKING:
    from config import Config

STOP_LOOK_S = 0.2


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    subparsers.add_parser("serve", help="run the server").set_defaults(run=run)


def run(args: argparse.Namespace, config: "Config") -> int:
    """Serve until told to stop."""
    log_to_standard_error(config.log)
    for one in doctor.at_start(config):
        print(f"warning: {one.what}: {one.said}. {one.advice}", file=sys.stderr)
    with claim(config.data_dir):
        serve(config, args.runtime(), say_address)
    return 0


def say_address(application: Application, http_port: int, mllp_port: int) -> None:
    """Print where the server is."""
    host = application.config.http_host
    print(f"Infusion Monitor: {application.config.public_origin or f'http://{host}:{http_port}'}", flush=True)
    print(f"HL7 over MLLP:    {application.config.mllp_host}:{mllp_port}", flush=True)


def serve(config: "Config", runtime: Runtime, started: Callable[[Application, int, int], None]) -> None:
    """Run everything until SIGINT or SIGTERM; the data folder must be claimed already."""
    raise_descriptor_limit()
    http = listen(runtime, config.http_host, config.http_port, "MONITOR_HTTP_PORT")
    mllp = listen(runtime, config.mllp_host, config.mllp_port, "MONITOR_MLLP_PORT")
    mllps, tls = _inside_tls(config, runtime)
    http_port, mllp_port = http.getsockname()[1], mllp.getsockname()[1]
    config = config.bound_to(http_port, mllp_port)
    application = create_app(config, parse_clock(config.clock), runtime)
    for warning in application.warnings:
        print(f"warning: {warning}", file=sys.stderr)
    stopping = stop_on_signals()
    collector.spare()
    runtime.spawn(collector.tend, runtime)
    application.start()
    runtime.spawn(application.intake.serve, mllp)
    if mllps is not None:
        runtime.spawn(application.intake.serve, mllps, tls)
        print(f"HL7 over TLS:     {config.mllp_host}:{mllps.getsockname()[1]}", flush=True)
    runtime.spawn(runtime.serve_http, http, application.flask, visitors(application))
    with server_file(application):
        started(application, http_port, mllp_port)
        while not stopping():
            runtime.sleep(STOP_LOOK_S)
        mllp.close()
        if mllps is not None:
            mllps.close()
        application.stop()


def _inside_tls(config: "Config", runtime: Runtime) -> tuple[socket.socket | None, ssl.SSLContext | None]:
    """The listener for MLLP inside TLS, when there is to be one."""
    if config.mllps_port is None or config.mllp_tls is None:
        return None, None
    context = server_context(*config.mllp_tls)
    return listen(runtime, config.mllp_host, config.mllps_port, "MONITOR_MLLPS_PORT"), context


def visitors(application: Application) -> Visitors:
    """How many browsers' connections the server holds; a trusted proxy brings those of many."""
    config, counters = application.config, application.counters
    return Visitors(
        places(),
        CONNECTIONS_A_PAGE * config.max_sockets_per_address,
        config.trusted_proxies,
        counters.http_connections,
        counters.http_refused,
    )


def listen(runtime: Runtime, host: str, port: int, setting: str) -> socket.socket:
    """A listening socket; raises ConfigurationRefused with the setting that gives another port."""
    try:
        return runtime.listen(host, port)
    except OSError as error:
        raise ConfigurationRefused(f"Cannot listen on {host}:{port} ({error.strerror}): set {setting}.") from error


def stop_on_signals() -> Callable[[], bool]:
    """Have SIGINT and SIGTERM noted instead of breaking into whatever runs; returns whether one came."""
    came: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda received, _frame: came.append(received))
    return lambda: bool(came)


@contextmanager
def server_file(application: Application) -> Iterator[None]:
    """Say in the data folder which process serves it, and where, for the commands of this machine."""
    config = application.config
    say(
        config.data_dir,
        ServerFile(
            pid=os.getpid(),
            http_host=config.http_host,
            http_port=config.http_port,
            mllp_port=config.mllp_port,
            host=urlsplit(config.origins[0]).netloc,
            token=application.command_line,
        ),
    )
    try:
        yield
    finally:
        forget(config.data_dir)
