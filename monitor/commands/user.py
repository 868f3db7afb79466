"""`user add NAME --role ROLE` and `user disable NAME`. Law: nobody chooses another person's password.

The one-time password is printed once, to be handed over; it must be changed at the first sign-in.
"""

import argparse
import sys
from functools import partial
from typing import TYPE_CHECKING

from monitor.commands.record import running_server, write_once
from monitor.security import records
from monitor.security.passwords import hash_now, one_time_password
from monitor.security.records import By
from monitor.security.roles import Role

if TYPE_CHECKING:
    from config import Config

_BY = By("command line")


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    user = subparsers.add_parser("user", help="add or disable a person")
    actions = user.add_subparsers(dest="action", required=True)
    adding = actions.add_parser("add", help="add a person and print their one-time password")
    adding.add_argument("name", metavar="NAME")
    adding.add_argument("--role", required=True, choices=[role.value for role in Role])
    adding.add_argument("--printed-name", help="as it stands under a signature; NAME when not given")
    adding.set_defaults(run=add)
    disabling = actions.add_parser("disable", help="end a person's sign-ins and refuse new ones")
    disabling.add_argument("name", metavar="NAME")
    disabling.set_defaults(run=disable)


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
        write_once(config, lambda at: partial(records.disable_named, by=_BY, at=at, name=args.name))
    else:
        server.disable(args.name)
    return 0
