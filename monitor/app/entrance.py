"""The part of the server through which people come in: passwords, second steps, sign-ins, their sockets.

Law: construction only, as in composing.py, which hands it to the rooms.
"""

from dataclasses import dataclass

from sqlalchemy import Engine

from config import Config
from monitor.clock import Clock
from monitor.runtime import Runtime
from monitor.security.passkeys import Passkeys
from monitor.security.passwords import Passwords
from monitor.security.proofs import REQUIRED, Proofs
from monitor.security.registry import SocketRegistry
from monitor.security.sealing import Sealing
from monitor.security.second_step import SecondStep
from monitor.security.secrets import new_token
from monitor.security.sign_in import SignIns
from monitor.store.rows import Transact


@dataclass(frozen=True, slots=True)
class Entrance:
    """What people come in through; `command_line` is the secret by which the server's own commands do."""

    passwords: Passwords
    sockets: SocketRegistry
    sign_ins: SignIns
    second_step: SecondStep
    command_line: str


def build_entrance(
    config: Config, clock: Clock, runtime: Runtime, reading: Engine, transact: Transact, secret_key: str
) -> Entrance:
    """Construct it; in a demonstration nobody needs a second step."""
    passwords, command_line = Passwords(runtime), new_token()
    sockets = SocketRegistry(config.max_sockets, config.max_sockets_per_address, config.max_sockets_per_sign_in)
    proofs = Proofs(
        clock=clock,
        runtime=runtime,
        reading=reading,
        transact=transact,
        sealing=Sealing(secret_key),
        passkeys=Passkeys(config.origins),
        required=frozenset() if config.demo else REQUIRED,
    )
    sign_ins = SignIns(
        clock=clock,
        runtime=runtime,
        reading=reading,
        transact=transact,
        passwords=passwords,
        sockets=sockets,
        proofs=proofs,
        command_line=command_line,
        idle_lock_min=config.idle_lock_min,
    )
    return Entrance(passwords, sockets, sign_ins, SecondStep(sign_ins, proofs, clock), command_line)
