"""`user add NAME --role ROLE`, `disable`, `enable`, `role NAME --role ROLE`, `reset-password`, `reset-factor`, `seal`.

Law: nobody chooses another person's password or second step. A one-time password is printed once, to be handed over; it
must be changed at the first sign-in. A reset second step is set up anew by its owner.
"""

import argparse
import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from monitor.commands.record import running_server, write_once
from monitor.recorder.relieving import relieve_named
from monitor.security import break_glass, proof_records, records
from monitor.security.passwords import hash_now, one_time_password
from monitor.security.records import By
from monitor.security.roles import NURSES, Role

if TYPE_CHECKING:
    from config import Config

_BY = By("command line")


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    user = subparsers.add_parser("user", help="add or disable a person, reset what they prove")
    actions = user.add_subparsers(dest="action", required=True)
    adding = actions.add_parser("add", help="add a person and print their one-time password")
    adding.add_argument("name", metavar="NAME")
    adding.add_argument("--role", required=True, choices=[role.value for role in Role])
    adding.add_argument("--printed-name", help="as it stands under a signature; NAME when not given")
    adding.set_defaults(run=add)
    disabling = actions.add_parser("disable", help="end a person's sign-ins and refuse new ones")
    disabling.add_argument("name", metavar="NAME")
    disabling.set_defaults(run=disable)
    enabling = actions.add_parser("enable", help="let somebody disabled come again; prints a one-time password")
    enabling.add_argument("name", metavar="NAME")
    enabling.set_defaults(run=enable)
    changing = actions.add_parser("role", help="give somebody another role; ends their sign-ins")
    changing.add_argument("name", metavar="NAME")
    changing.add_argument("--role", required=True, choices=[role.value for role in Role])
    changing.set_defaults(run=change_role)
    password = actions.add_parser("reset-password", help="print a new one-time password for somebody who forgot theirs")
    password.add_argument("name", metavar="NAME")
    password.set_defaults(run=reset_password)
    factor = actions.add_parser("reset-factor", help="end a lost phone or key; its owner sets up another")
    factor.add_argument("name", metavar="NAME")
    factor.set_defaults(run=reset_factor)
    sealing = actions.add_parser("seal", help="print a one-use account for a sealed envelope; ends the one before")
    sealing.set_defaults(run=seal)


def add(args: argparse.Namespace, config: "Config") -> int:
    """Print only the one-time password on standard output."""
    server, printed_name = running_server(config), args.printed_name or args.name
    if server is None:
        password = _add_here(args, config, printed_name)
    else:
        password = server.add_person(args.name, printed_name, args.role)
    print(f"One-time password of {args.name}, to be changed at the first sign-in:", file=sys.stderr)
    print(password)
    return 0


def _add_here(args: argparse.Namespace, config: "Config", printed_name: str) -> str:
    password = one_time_password()
    hashed, role = hash_now(password), Role(args.role)
    write_once(
        config,
        lambda at: partial(
            records.add_person,
            by=_BY,
            at=at,
            name=args.name,
            printed_name=printed_name,
            role=role,
            password_hash=hashed,
        ),
    )
    return password


def disable(args: argparse.Namespace, config: "Config") -> int:
    """End the person's sign-ins and refuse new ones."""
    server = running_server(config)
    if server is None:
        act = partial(records.disable_named, by=_BY, name=args.name)
        _relieve(config, act, args.name)
    else:
        server.disable(args.name)
    return 0


def enable(args: argparse.Namespace, config: "Config") -> int:
    """Print only the one-time password on standard output."""
    server = running_server(config)
    if server is None:
        password = one_time_password()
        act = partial(records.enable_named, by=_BY, name=args.name, password_hash=hash_now(password))
        write_once(config, lambda at: partial(act, at=at))
    else:
        password = server.enable(args.name)
    print(f"One-time password of {args.name}, to be changed at the next sign-in:", file=sys.stderr)
    print(password)
    return 0


def change_role(args: argparse.Namespace, config: "Config") -> int:
    """Another role from the next sign-in on; those there are end."""
    server = running_server(config)
    if server is None:
        role = Role(args.role)
        act = partial(records.change_role_named, by=_BY, name=args.name, role=role)
        if role in NURSES:
            write_once(config, lambda at: partial(act, at=at))
        else:
            _relieve(config, act, args.name)
    else:
        server.change_role(args.name, args.role)
    return 0


def _relieve(config: "Config", act: Callable[..., object], name: str) -> None:
    """Whoever is no nurse here any more leaves her chairs: one where drug runs is an alarm at the next start."""
    write_once(config, lambda at: partial(relieve_named, act=partial(act, at=at), name=name, at=at, by=_BY))


def reset_password(args: argparse.Namespace, config: "Config") -> int:
    """Print only the one-time password on standard output."""
    server = running_server(config)
    if server is None:
        password = one_time_password()
        hashed = hash_now(password)
        act = partial(records.reset_password_named, by=_BY, name=args.name, password_hash=hashed)
        write_once(config, lambda at: partial(act, at=at))
    else:
        password = server.reset_password(args.name)
    print(f"One-time password of {args.name}, to be changed at the next sign-in:", file=sys.stderr)
    print(password)
    return 0


def reset_factor(args: argparse.Namespace, config: "Config") -> int:
    """End the person's second step; they set up another at the next sign-in."""
    server = running_server(config)
    if server is None:
        write_once(config, lambda at: partial(proof_records.reset_named, by=_BY, at=at, name=args.name))
    else:
        server.reset_second_step(args.name)
    return 0


def seal(args: argparse.Namespace, config: "Config") -> int:
    """Print only the name and the password of the sealed account on standard output."""
    server = running_server(config)
    if server is None:
        name, password = break_glass.new_name(), one_time_password()
        act = partial(break_glass.seal, by=_BY, name=name, password_hash=hash_now(password))
        write_once(config, lambda at: partial(act, at=at))
    else:
        name, password = server.seal()
    print("For a sealed envelope; opens /break-glass once, and ends the account before it:", file=sys.stderr)
    print(f"{name}\n{password}")
    return 0
