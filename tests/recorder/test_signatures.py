"""What a signature binds: whoever changes, moves or re-keys one behind the product's back is found.

And who comes second, comes again, or comes with a critical reading: one signature, and nobody left in doubt.
"""

import json
import os
import sqlite3
import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.errors import Conflict, MonitorError, NotAllowed, Refused
from monitor.recorder.acts import Actor, Proof, SessionAct
from tests.recorder.house import House, open_house, oru
from tests.recorder.test_signing import at_the_door, ready_record, sign, signatures

__all__ = ["at_the_door", "ready_record"]
RUNS = int(os.environ.get("MONITOR_FAULT_RUNS", "3"))  # 500 in the long form


@pytest.fixture
def signed(at_the_door: tuple[House, int]) -> tuple[House, int]:
    house, session_id = at_the_door
    override = sign(house, session_id, person=house.physician, override_reason="her sister is a nurse")
    house.desk.sign_discharge(replace(override, second_person=house.nurse))
    return house, session_id


def given(house: House, session_id: int) -> list[Mapping[str, object]]:
    """The signatures after the order's."""
    return [one for one in house.desk.signatures(session_id) if one["meaning"] != "order"]


def told(house: House, session_id: int) -> list[tuple[object, object]]:
    """Each signature's meaning and standing."""
    given = house.desk.discharge(session_id)["signatures"]
    assert isinstance(given, list)
    return [(one["meaning"], one["verification"]) for one in given]


def tamper(house: House, statement: str) -> None:
    """As the owner of the machine could: without the triggers."""
    connection = sqlite3.connect(house.store.engines.write.url.database or "", isolation_level=None)
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    assert connection.execute(statement).rowcount > 0
    connection.close()


def test_a_signature_says_who_when_as_what_and_verifies(signed: tuple[House, int]) -> None:
    house, session_id = signed
    first, second = given(house, session_id)
    assert [(one["meaning"], one["printed_name"], one["role"]) for one in (first, second)] == [
        ("discharge approved", "Physician", "physician"),
        ("witnessed", "Nurse", "nurse"),
    ]
    assert all(one["verified"] and one["verification"] == "verified" for one in (first, second))
    text = json.loads(str(first["record"]))
    assert text["session"] == session_id
    assert text["override_reason"] == "her sister is a nurse"
    assert text["signer"] == {
        "person_id": house.physician.person_id, "printed_name": "Physician", "role": "physician",
        "meaning": "discharge approved", "signed_at": house.clock.now().isoformat(), "utc_offset_min": 0,
    }  # fmt: skip
    assert json.loads(str(second["record"]))["previous"] == first["digest"]


def test_the_signed_text_names_the_readings_scores_and_alarms_each_criterion_rests_on(
    signed: tuple[House, int],
) -> None:
    house, session_id = signed
    text = json.loads(str(given(house, session_id)[0]["record"]))
    criteria = {one["id"]: one for one in text["criteria"]}
    keys = house.read(
        lambda c: {
            f"{chair}/{at}/{part}"
            for chair, at, part in c.exec_driver_sql("select chair_id, device_at_ms, part from readings")
        }
    )
    assert isinstance(keys, set)
    assert len(criteria["breathing"]["readings"]) == 31  # every half minute of the last quarter of an hour
    assert set(criteria["breathing"]["readings"] + criteria["circulation"]["readings"]) <= keys
    assert len(criteria["scores"]["assessments"]) == 4
    assert criteria["alarms"]["alarms"] == []
    assert text["policy"]["sha256"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("record = replace(record, '\"met\"', '\"not_met\"')", "was changed"),
        ("printed_name = 'Somebody Else'", "beside it"),
        ("role = 'nurse'", "beside it"),
        ("signed_at = signed_at - 60000", "beside it"),
        ("utc_offset_min = 60", "beside it"),
        ("override_reason = NULL", "beside it"),
        ("meaning = 'addendum'", "beside it"),
        ("record_sha256 = 'x'", "noted hash"),
        ("key_id = '0123456789abcdef'", "no key"),
        ("signature = zeroblob(64)", "was changed"),
        ("signature = NULL, key_id = NULL", "taken away"),
    ],
)
def test_a_changed_field_is_found(signed: tuple[House, int], change: str, why: str) -> None:
    house, session_id = signed
    tamper(house, f"UPDATE discharge_signatures SET {change} WHERE id = 2")
    first = given(house, session_id)[0]
    assert first["verification"] == "does not verify"
    assert why in str(first["why"])


def test_a_signature_moved_to_another_session_is_found(signed: tuple[House, int]) -> None:
    house, _ = signed
    other = house.plan("2")
    tamper(house, f"UPDATE discharge_signatures SET session_id = {other} WHERE id = 2")
    (moved,) = given(house, other)
    assert (moved["verified"], moved["why"]) == (False, "it was given for another session")


def test_a_missing_signature_is_found_at_the_next_one(signed: tuple[House, int]) -> None:
    house, session_id = signed
    tamper(house, "DELETE FROM discharge_signatures WHERE id = 2")
    assert told(house, session_id) == [("witnessed", "does not verify")]


def test_a_new_key_signs_onward_and_what_the_old_one_signed_still_verifies(
    signed: tuple[House, int], folder: Path
) -> None:
    house, session_id = signed
    (folder / "signing_key").unlink()
    with open_house(folder, clock=house.clock) as again:
        assert [standing for _, standing in told(again, session_id)] == ["verified"] * 2
        added(again, session_id)
        assert [standing for _, standing in told(again, session_id)] == ["verified"] * 3
        assert len({one["key_id"] for one in again.desk.signatures(session_id)}) == 2


def test_another_installations_key_is_not_believed(signed: tuple[House, int], folder: Path) -> None:
    house, session_id = signed
    for name in ("signing_key", "signing_key.public"):
        (folder / name).unlink()
    with open_house(folder, clock=house.clock) as again:
        assert [standing for _, standing in told(again, session_id)] == ["does not verify"] * 2


def added(house: House, session_id: int, person: Actor | None = None) -> None:
    version = int(str(house.read(lambda c: c.exec_driver_sql("select version from sessions where id = 1").scalar())))
    details = {"text": "reached home well"}
    house.desk.act(
        SessionAct(
            session_id,
            f"late-{version}",
            version,
            "addendum",
            person or house.nurse,
            details=details,
            proof=Proof.ENTERED_AGAIN,
        )
    )


def test_an_addendum_is_signed_itself_and_alters_no_signed_byte(signed: tuple[House, int]) -> None:
    house, session_id = signed
    before = house.desk.signatures(session_id)
    added(house, session_id)
    added(house, session_id, house.physician)
    after = house.desk.signatures(session_id)
    assert after[:3] == before
    assert [(one["meaning"], one["printed_name"], one["verified"]) for one in after[3:]] == [
        ("addendum", "Nurse", True),
        ("addendum", "Physician", True),
    ]
    assert json.loads(str(after[3]["record"]))["details"] == {"text": "reached home well"}
    with pytest.raises(NotAllowed):
        added(house, session_id, Actor(None, "a program", "nurse"))
    assert signatures(house) == 4


@pytest.mark.parametrize("run", range(RUNS))
def test_of_two_who_sign_at_once_one_signs_and_the_other_is_told_who_and_when(
    at_the_door: tuple[House, int], run: int
) -> None:
    house, session_id = at_the_door
    people = (house.discharge_staff, house.nurse)
    answers = together(*(lambda who=who: house.desk.sign_discharge(of(house, session_id, who)) for who in people))
    refused = [one for one in answers if isinstance(one, MonitorError)]
    assert len(refused) == 1, answers
    assert isinstance(refused[0], Conflict)
    (winner,) = given(house, session_id)
    assert refused[0].current["signed_by"] == winner["printed_name"]
    assert refused[0].current["signed_at"] == winner["signed_at"]
    assert signatures(house) == 1


@pytest.mark.parametrize("run", range(RUNS))
def test_the_same_sign_off_twice_at_once_is_one_signature_and_one_answer(
    at_the_door: tuple[House, int], run: int
) -> None:
    house, session_id = at_the_door
    act = of(house, session_id, house.nurse)
    answers = together(*(lambda: house.desk.sign_discharge(act),) * 3)
    assert answers == [answers[0]] * 3
    assert signatures(house) == 1


@pytest.mark.parametrize("run", range(RUNS))
def test_a_critical_reading_at_the_moment_of_signing_is_seen_or_comes_after_and_never_both(
    at_the_door: tuple[House, int], run: int
) -> None:
    house, session_id = at_the_door
    critical = [oru(house.clock.now(), source="MONITOR", hr=74, spo2=spo2, rr=14) for spo2 in (80, 81)]
    answers = together(
        lambda: [house.arrive(raw) for raw in critical],
        lambda: house.desk.sign_discharge(of(house, session_id, house.nurse)),
    )
    if isinstance(answers[1], Refused):
        assert "breathing" in answers[1].missing
        assert signatures(house) == 0
        return
    text = json.loads(str(given(house, session_id)[0]["record"]))
    house.turn()
    query = "select chair_id, device_at_ms, part from readings where spo2 < 90"
    low = house.read(lambda c: [f"{chair}/{at}/{part}" for chair, at, part in c.exec_driver_sql(query)])
    assert isinstance(low, list)
    breathing = next(one for one in text["criteria"] if one["id"] == "breathing")
    assert not set(low) & set(breathing["readings"]) or breathing["result"] == "met"
    assert len(set(low) & set(breathing["readings"])) <= 1  # one sample in twenty may be out of limits


def of(house: House, session_id: int, person: Actor):  # type: ignore[no-untyped-def]
    return sign(house, session_id, person=person, request_id=f"sign-{person.name}")


def together(*doing: object) -> list[object]:
    """Start all at once; their answers or errors, in their order."""
    gate = threading.Barrier(len(doing))
    answers: list[object] = [None] * len(doing)

    def run(place: int, do: object) -> None:
        gate.wait(10)
        try:
            answers[place] = do()  # type: ignore[operator]
        except MonitorError as error:
            answers[place] = error

    threads = [threading.Thread(target=run, args=(place, do)) for place, do in enumerate(doing)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return answers
