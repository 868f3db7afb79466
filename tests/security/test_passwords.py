"""Passwords are long, not guessable, and never tested on the calling task."""

import threading
import time

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import Refused
from monitor.runtime import ThreadRuntime
from monitor.security.passwords import SHORTEST, Passwords, check_new, hash_now, one_time_password
from monitor.security.turnstile import TooBusy, Turnstile
from tests.security.clinic import CHEAP, GOOD


@pytest.mark.parametrize(
    "password", [GOOD, "ein Fahrrad im Nebel", "ñandú café über rápido", "x7!kQ2#mmR9$wLp", "🦦" + GOOD]
)
def test_a_few_unrelated_words_are_accepted_and_too_few_of_their_characters_refused(password: str) -> None:
    check_new(password, "m.kowal", "Maria Kowal")
    with pytest.raises(Refused):
        check_new(password[:8], "m.kowal", "Maria Kowal")


@pytest.mark.parametrize(
    "password",
    [
        "",
        "fourteen chars",
        "passwordpassword",
        "password12345678",
        "ketamineinfusion!",
        "Infusion Monitor 2026",
        "aaaaaaaaaaaaaaaaaaaa",
        "1234567890123456",
        "kowal kowal kowal",
        "Maria.Kowal.Maria",
        "correct horse battery staple",
        "summer2024summer2024",
        "P@ssw0rdP@ssw0rd!1",
        "1qaz2wsx3edc4rfv",
        "q1w2e3r4t5y6u7i8",
        "qwertyuiopasdfgh",
        "abcdefghijklmno",
        "monkey dragon shadow",
        "thequickbrownfoxjumps",
        "one two three four five",
        "winter spring summer fall",
        "ana lopez ana lopez",
        "k0w4l m4r14 k0wal 26",
        "x7!kQ2#mx7!kQ2#m",
        "enfermera2026clinica",
        "x" * 257,
    ],
)
def test_what_is_short_common_or_made_of_names_is_refused_with_a_sentence(password: str) -> None:
    with pytest.raises(Refused) as refused:
        check_new(password, "m.kowal", "Maria Kowal")
    assert refused.value.message.endswith(".")
    assert len(password) < 4 or password not in refused.value.message


def test_a_password_of_256_characters_is_accepted_and_one_more_is_refused() -> None:
    longest = "quiet otters fold " + "maps and ships! " * 14 + "0123456789abcd"
    assert len(longest) == 256
    check_new(longest, "m.kowal")
    with pytest.raises(Refused):
        check_new(longest + "e", "m.kowal")


def test_a_one_time_password_is_stronger_than_what_people_must_choose() -> None:
    made = {one_time_password() for _ in range(200)}
    assert len(made) == 200
    for password in made:
        assert len(password) > SHORTEST
        check_new(password, "m.kowal")


def test_a_hash_is_argon2id_with_the_librarys_defaults_and_salted() -> None:
    first, second = hash_now(GOOD), hash_now(GOOD)
    assert first.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert first != second


def test_a_right_password_is_right_however_its_letters_were_composed() -> None:
    passwords = Passwords(ThreadRuntime(), CHEAP)
    stored = passwords.hash("cafe\u0301 y tres gatos grises")
    assert passwords.verify(stored, "caf\u00e9 y tres gatos grises").right
    assert not passwords.verify(stored, "cafe y tres gatos grises").right


@given(st.text(max_size=300))
def test_nobodys_password_is_never_right(password: str) -> None:
    assert not _CHEAP.verify(None, password).right
    assert not _CHEAP.verify("not a hash", password).right


_CHEAP = Passwords(ThreadRuntime(), CHEAP)


def test_a_hash_is_computed_for_a_name_nobody_has_too() -> None:
    counted = _Counting()
    passwords = Passwords(ThreadRuntime(), counted)
    stored = passwords.hash(GOOD)
    passwords.verify(None, GOOD)
    counted.verified = 0
    passwords.verify(None, GOOD)
    assert counted.verified == 1
    passwords.verify(stored, "wrong")
    assert counted.verified == 2


def test_a_hash_weaker_than_todays_is_renewed_when_the_password_is_right() -> None:
    stored = CHEAP.hash(GOOD)
    stronger = Passwords(ThreadRuntime(), PasswordHasher(time_cost=2, memory_cost=64, parallelism=1))
    verdict = stronger.verify(stored, GOOD)
    assert verdict.right
    assert verdict.rehashed is not None
    assert stronger.verify(verdict.rehashed, GOOD).rehashed is None
    assert stronger.verify(stored, "wrong").rehashed is None


def test_at_most_two_hashes_run_at_once_and_none_on_the_calling_task() -> None:
    counted = _Counting(slow_s=0.05)
    passwords = Passwords(ThreadRuntime(), counted)
    callers = [threading.Thread(target=passwords.hash, args=(GOOD,), name=f"caller-{n}") for n in range(6)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert counted.most == 2
    assert all(name.startswith("offload") for name in counted.threads)


def test_a_waiter_is_told_when_it_takes_too_long() -> None:
    turnstile = Turnstile(ThreadRuntime(), at_once=1, patience_s=0.05)
    with turnstile.passage(), pytest.raises(TooBusy), turnstile.passage():
        pass
    with turnstile.passage():
        pass


def test_more_than_may_wait_are_refused_at_once() -> None:
    turnstile = Turnstile(ThreadRuntime(), at_once=1, waiting=0)
    with turnstile.passage():
        before = time.monotonic()
        with pytest.raises(TooBusy), turnstile.passage():
            pass
        assert time.monotonic() - before < 0.5


class _Counting(PasswordHasher):
    """A real hasher that notes how it is used."""

    def __init__(self, slow_s: float = 0.0) -> None:
        super().__init__(time_cost=1, memory_cost=64, parallelism=1)
        self.verified = self.running = self.most = 0
        self.threads: set[str] = set()
        self._slow_s = slow_s
        self._lock = threading.Lock()

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]  # noqa: A002
        self.verified += 1
        return super().verify(hash, password)

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        with self._lock:
            self.running += 1
            self.most = max(self.most, self.running)
            self.threads.add(threading.current_thread().name)
        time.sleep(self._slow_s)
        with self._lock:
            self.running -= 1
        return super().hash(password, salt=salt)
