"""A real record in a temporary folder, with the small parts around it that sign-in needs."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from argon2 import PasswordHasher
from sqlalchemy import Connection

from monitor.clock import Clock
from monitor.errors import MonitorError
from monitor.runtime import ThreadRuntime
from monitor.security import records
from monitor.security.passkeys import Passkeys
from monitor.security.passwords import Passwords
from monitor.security.proofs import Proofs
from monitor.security.records import By
from monitor.security.registry import SocketRegistry
from monitor.security.roles import Role
from monitor.security.sealing import Sealing
from monitor.security.second_step import SecondStep
from monitor.security.sign_in import SignIns
from monitor.store.engine import open_engine
from monitor.store.rows import Batch
from monitor.store.store import Store
from tests.fresh_record import fresh_record

START_AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
CHEAP = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
ORIGINS = ("http://127.0.0.1:8000", "http://localhost:8000")
SECRET_KEY = "k" * 40
GOOD = "quiet otters fold maps"


@dataclass
class Time:
    """A clock that stands still until told."""

    passed_s: float = 0.0
    clock: Clock = field(init=False)

    def __post_init__(self) -> None:
        self.clock = Clock(START_AT, 0.0, system=False, real_mono_s=lambda: self.passed_s)


@dataclass
class Office:
    """Everything a sign-in touches."""

    store: Store
    time: Time
    runtime: ThreadRuntime
    passwords: Passwords
    sockets: SocketRegistry
    sign_ins: SignIns
    second_step: SecondStep

    def transact(self, act: Callable[[Connection], object]) -> object:
        return transact(self.store, act)

    def hire(self, name: str, role: Role = Role.NURSE, *, password: str = GOOD, forced: bool = False) -> int:
        """A person whose password is known; `forced` leaves it a one-time password."""
        at, hashed = self.time.clock.now(), self.passwords.hash(password)

        def hired(connection: Connection) -> int:
            person_id = records.add_person(
                connection,
                By("test"),
                at,
                name=name,
                printed_name=f"{name.title()} RN",
                role=role,
                password_hash=hashed,
            )
            if not forced:
                records.choose_password(connection, person_id, hashed, at, name)
            return person_id

        return int(str(self.transact(hired)))


def transact(store: Store, act: Callable[[Connection], object]) -> object:
    """One act in a transaction of its own; its error is raised."""
    answer = store.write(Batch(acts=(act,))).answers[0]
    if isinstance(answer, MonitorError):
        raise answer
    return answer


@contextmanager
def open_office(
    folder: Path, *, sign_ins_a_minute: int = 30, required: Collection[Role] = (), origins: tuple[str, ...] = ORIGINS
) -> Iterator[Office]:
    """A fresh record and the parts around it; `required` are the roles that must have a second step."""
    engines = open_engine(fresh_record(folder / "monitor.db"), folder)
    store, time, runtime = Store(engines), Time(), ThreadRuntime()
    passwords, sockets = Passwords(runtime, CHEAP), SocketRegistry(1000, 64)
    proofs = Proofs(
        clock=time.clock,
        runtime=runtime,
        reading=engines.read,
        transact=lambda act: transact(store, act),
        sealing=Sealing(SECRET_KEY),
        passkeys=Passkeys(origins),
        required=required,
    )
    sign_ins = SignIns(
        clock=time.clock,
        runtime=runtime,
        reading=engines.read,
        transact=lambda act: transact(store, act),
        passwords=passwords,
        sockets=sockets,
        proofs=proofs,
        sign_ins_a_minute=sign_ins_a_minute,
    )
    try:
        yield Office(store, time, runtime, passwords, sockets, sign_ins, SecondStep(sign_ins, proofs, time.clock))
    finally:
        store.close()
