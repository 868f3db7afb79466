"""`audit verify`: whether the audit trail and the signatures are what was written.

Law: exit code 0 only for a whole chain that contains every anchor known, with signatures that all hold; made for cron.
"""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.errors import ConfigurationRefused
from monitor.security.anchors import read_anchors
from monitor.security.audit import Anchor, head, verify
from monitor.security.signature_check import broken_signatures
from monitor.security.signing_key import PublicKeys, read_public_keys
from monitor.store.engine import open_engine
from monitor.store.migrate import require_current

if TYPE_CHECKING:
    from config import Config

_HASH_BYTES = 32
_SHORTEST_BYTES = 6


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
        help="a head noted earlier (printed by this command and on discharge sheets); finds a cut-off tail",
    )
    verifying.add_argument(
        "--anchors",
        metavar="FILE",
        type=Path,
        action="append",
        default=[],
        help="a further copy of the anchor file, kept elsewhere",
    )
    verifying.set_defaults(run=run)


def run(args: argparse.Namespace, config: "Config") -> int:
    """Print the head of a whole chain; what is not as it was written goes to standard error."""
    keys = read_public_keys(config.signing_key)
    anchors, complaints = _anchors([config.audit_anchors, *args.anchors], keys)
    engines = open_engine(config.database, config.data_dir)
    try:
        with engines.read.connect() as connection:
            require_current(connection)
            broken = verify(connection, [*args.anchor, *anchors])
            complaints += broken_signatures(connection, keys)
            seq, newest = head(connection)
    finally:
        engines.dispose()
    if broken is not None:
        complaints.insert(0, f"entry {broken.seq} is not what was written: {broken.why}")
    for complaint in complaints:
        print(f"audit: {complaint}", file=sys.stderr)
    if complaints:
        return 1
    if not anchors and not args.anchor:
        print("audit: no anchors: a cut-off end would not be found", file=sys.stderr)
    print(f"audit: {seq} entries, unbroken, {len(anchors)} anchors agree; head {seq}:{newest.hex()}")
    return 0


def _anchors(files: list[Path], keys: PublicKeys) -> tuple[list[Anchor], list[str]]:
    """What all files hold, and a sentence for each line that is no anchor of ours."""
    found: list[Anchor] = []
    complaints: list[str] = []
    for file in files:
        try:
            held = read_anchors(file, keys)
        except OSError as error:
            raise ConfigurationRefused(f"The anchors in {file} cannot be read: {error.strerror}.") from error
        found += held.anchors
        complaints += [f"line {line} of {file.name} is no anchor that our keys signed" for line in held.bad_lines]
    return found, complaints


def _anchor(text: str) -> Anchor:
    seq, _, hexadecimal = text.partition(":")
    try:
        anchor = Anchor(int(seq), bytes.fromhex(hexadecimal))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not like 1200:9f3c…") from error
    if not _SHORTEST_BYTES <= len(anchor.hash) <= _HASH_BYTES:
        digits = f"{_SHORTEST_BYTES * 2} to {_HASH_BYTES * 2}"
        raise argparse.ArgumentTypeError(f"{text!r}: the hash has {digits} hexadecimal digits")
    return anchor
