"""`audit verify`: whether the audit trail is what was written.

Law: exit code 0 only for a whole chain that contains every anchor given; made for cron.
"""

import argparse
import sys
from typing import TYPE_CHECKING

from monitor.security.audit import Anchor, head, verify
from monitor.store.engine import open_engine
from monitor.store.migrate import require_current

if TYPE_CHECKING:
    from config import Config

_HASH_BYTES = 32


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    audit = subparsers.add_parser("audit", help="check the audit trail")
    actions = audit.add_subparsers(dest="action", required=True)
    verifying = actions.add_parser("verify", help="recompute the whole chain; exit code 1 when it is broken")
    verifying.add_argument(
        "--anchor",
        metavar="SEQ:HASH",
        type=_anchor,
        action="append",
        default=[],
        help="a head noted earlier (printed by this command and on discharge records); finds a cut-off tail",
    )
    verifying.set_defaults(run=run)


def run(args: argparse.Namespace, config: "Config") -> int:
    """Print the head of a whole chain, or the first broken entry on standard error."""
    engines = open_engine(config.database, config.data_dir)
    try:
        with engines.read.connect() as connection:
            require_current(connection)
            broken = verify(connection, args.anchor)
            seq, newest = head(connection)
    finally:
        engines.dispose()
    if broken is not None:
        print(f"audit: entry {broken} is missing or is not what was written", file=sys.stderr)
        return 1
    print(f"audit: {seq} entries, unbroken; head {seq}:{newest.hex()}")
    return 0


def _anchor(text: str) -> Anchor:
    seq, _, hexadecimal = text.partition(":")
    try:
        anchor = Anchor(int(seq), bytes.fromhex(hexadecimal))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not like 1200:9f3c…") from error
    if len(anchor.hash) != _HASH_BYTES:
        raise argparse.ArgumentTypeError(f"{text!r}: the hash has {_HASH_BYTES * 2} hexadecimal digits")
    return anchor
