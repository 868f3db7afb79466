"""`demo`: a clinic of eight chairs with simulated patients, in a data folder of its own.

Law: everything in it is marked SIMULATED; it starts again on the same data; its monitors speak MLLP as real ones do,
and its pumps do what is recorded of each infusion.
"""

import argparse
import logging
import subprocess  # nosec B404 # its one call is below, with words of our own
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from config import ChairSetting
from monitor.app.application import Application
from monitor.commands.clinic import furnish
from monitor.commands.demo_pumps import Hands, pump_id
from monitor.commands.demo_trainings import train
from monitor.commands.serve import serve
from monitor.runtime import Runtime
from monitor.security import records
from monitor.security.passwords import hash_now, one_time_password
from monitor.security.records import By
from monitor.security.roles import Role
from monitor.store.folder import claim
from monitor.store.queries.people import people

if TYPE_CHECKING:
    from config import Config

CHAIRS = tuple(ChairSetting(str(number), f"SIM{number}") for number in range(1, 9))
PEOPLE = (
    ("nurse", "R. Alvarez RN", Role.NURSE),
    ("charge", "K. Imani RN", Role.CHARGE_NURSE),
    ("physician", "Dr. E. Voss", Role.PHYSICIAN),
    ("discharge", "M. Okafor", Role.DISCHARGE_STAFF),
    ("admin", "Clinic IT", Role.ADMINISTRATOR),
)
_BY = By("demo")


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    subparsers.add_parser("demo", help="run a demonstration clinic with simulated patients").set_defaults(run=run)


def run(args: argparse.Namespace, config: "Config") -> int:
    """Serve the demonstration until told to stop."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    config = demo_settings(config)
    runtime: Runtime = args.runtime()
    monitors: list[subprocess.Popen[bytes]] = []
    try:
        with claim(config.data_dir):
            serve(config, runtime, partial(_open_clinic, runtime, monitors))
    finally:
        _switch_off(monitors)
    print("\nStopped. `make run` goes on with the same data.")
    return 0


def _switch_off(monitors: list["subprocess.Popen[bytes]"]) -> None:
    """End the bedside monitors; one that still waits for an answer of the stopped server is not waited for."""
    for process in monitors:
        process.terminate()
    for process in monitors:
        try:
            process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def demo_settings(config: "Config") -> "Config":
    """The settings with the demonstration's own chairs and data folder."""
    data_dir = config.data_dir if config.data_dir != Path("var") else Path("var") / "demo"
    return replace(config, demo=True, data_dir=data_dir, chairs=config.chairs or CHAIRS)


def _open_clinic(
    runtime: Runtime,
    monitors: list["subprocess.Popen[bytes]"],
    application: Application,
    http_port: int,
    mllp_port: int,
) -> None:
    passwords = _hire(runtime, application)
    furnish(application)
    _switch_on(application, mllp_port, monitors)
    print(f"\n  Infusion Monitor, demonstration: http://localhost:{http_port}\n")
    if passwords:
        print("  Sign in with (one-time passwords, changed at the first sign-in):")
        for name, password in passwords:
            print(f"    {name:<10} {password}")
    kept = [name for name, _, _ in PEOPLE if name not in dict(passwords)]
    if kept:
        print(f"  With the password you chose: {', '.join(kept)}")
    print("\n  Simulated patients only. Not a medical device. Ctrl-C stops.\n", flush=True)


def _hire(runtime: Runtime, application: Application) -> list[tuple[str, str]]:
    """Add the people, and give a new one-time password to those who never chose their own."""
    known = {person.name: person for person in runtime.offload(application.store.read, people)}
    passwords: list[tuple[str, str]] = []
    for name, printed_name, role in PEOPLE:
        person = known.get(name)
        if person is not None and not person.must_change_password:
            continue
        password = one_time_password()
        hashed, at = runtime.offload(hash_now, password), application.clock.now()
        if person is None:
            application.desk.transact(
                partial(
                    records.add_person,
                    by=_BY,
                    at=at,
                    name=name,
                    printed_name=printed_name,
                    role=role,
                    password_hash=hashed,
                )
            )
        else:
            application.desk.transact(
                partial(records.reset_password, by=_BY, at=at, person_id=person.id, password_hash=hashed)
            )
        passwords.append((name, password))
    train(application)
    return passwords


def _switch_on(application: Application, mllp_port: int, monitors: list["subprocess.Popen[bytes]"]) -> None:
    """Start the bedside monitors and pumps: a process of their own on the far side of the wire."""
    log = (application.config.data_dir / "simulators.log").open("ab")
    command = [sys.executable, "-m", "simulators", "demo", "--to", f"127.0.0.1:{mllp_port}", "--with-parent"]
    command += ["--idle", "--hands"]
    beds = [chair.bed for chair in application.config.chairs if chair.bed]
    for bed in beds:
        command += ["--bed", bed, "--pump-id", f"{bed}={pump_id(bed)}"]
    by_name = {chair.name: chair.bed for chair in application.config.chairs if chair.bed}
    stands = {chair.id: by_name[chair.name] for chair in application.recorder.ward if chair.name in by_name}
    hands = Hands(application.recorder.ward, application.runtime, stands)
    command += [f"--press={press}" for press in hands.presses(application.clock.now())]
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and package # nosec B603
        command, stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True
    )
    monitors.append(process)
    if process.stdin is not None:
        application.runtime.spawn(hands.work, process.stdin)
