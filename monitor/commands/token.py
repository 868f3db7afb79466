"""`token add NAME --role ROLE`. Law: prints the token and nothing else; the record keeps only its SHA-256."""

import argparse
from functools import partial
from typing import TYPE_CHECKING

from monitor.commands.record import running_server, write_once
from monitor.security import records
from monitor.security.records import By
from monitor.security.roles import Role
from monitor.security.secrets import fingerprint, new_token

if TYPE_CHECKING:
    from config import Config


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    token = subparsers.add_parser("token", help="add a bearer token for a program")
    actions = token.add_subparsers(dest="action", required=True)
    adding = actions.add_parser("add", help="print a new token")
    adding.add_argument("name", metavar="NAME")
    adding.add_argument("--role", required=True, choices=[role.value for role in Role])
    adding.set_defaults(run=add)


def add(args: argparse.Namespace, config: "Config") -> int:
    """Print only the token."""
    server = running_server(config)
    print(_add_here(args, config) if server is None else server.add_token(args.name, args.role))
    return 0


def _add_here(args: argparse.Namespace, config: "Config") -> str:
    secret = new_token()
    write_once(
        config,
        lambda at: partial(
            records.add_token,
            by=By("command line"),
            at=at,
            name=args.name,
            role=Role(args.role),
            mark=fingerprint(secret),
        ),
    )
    return secret
