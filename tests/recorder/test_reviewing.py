"""A physician's review of a session that is over: why it waits, what is signed, and what makes it wait again."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from monitor.errors import Conflict, NotAllowed, Refused
from monitor.recorder.acts import Actor, Proof
from monitor.recorder.reviewing import CoSign, SignReview
from monitor.security.signature_check import broken_signatures
from monitor.store.people import insert_person
from monitor.store.queries.reviews import how_many_wait, waiting_for_review
from monitor.store.rows import PersonRow
from tests.recorder.house import START_AT, House, oru
from tests.recorder.test_signatures import tamper
from tests.recorder.test_signing import at_the_door, ready_record, sign

__all__ = ["at_the_door", "ready_record"]
LEFT = {"told": "stay for two hours", "capacity": "has_capacity", "escort": "yes", "signed": "yes"}
SEVERE = {"term": "vomiting", "grade": 3, "relation": "probable", "action": "treated", "serious": []}


@pytest.fixture
def overridden(at_the_door: tuple[House, int]) -> tuple[House, int]:
    """Discharged by a physician's override; nobody has reviewed it."""
    house, session_id = at_the_door
    house.wait(3600)  # the captured values are too old: criteria are open
    override = sign(house, session_id, person=house.physician, override_reason="her sister is a nurse")
    house.desk.sign_discharge(replace(override, second_person=house.nurse))
    return house, session_id


def another_physician(house: House) -> Actor:
    row = PersonRow("other", "Other", "physician", "$argon2id$x", False, START_AT)
    person_id = int(str(house.desk.transact(lambda connection: insert_person(connection, row))))
    return Actor(person_id, "Other", "physician")


def seen(house: House, session_id: int) -> str:
    return str(house.desk.review(session_id)["record_sha256"])


def review(house: House, session_id: int, person: Actor, **changes: object) -> int:
    act = SignReview(session_id, "review-1", seen(house, session_id), "Nothing to add.", person)
    return house.desk.sign_review(replace(act, **changes))  # type: ignore[arg-type]


def whys(house: House, session_id: int) -> list[str]:
    causes = house.desk.review(session_id)["causes"]
    assert isinstance(causes, list)
    return [one["why"] for one in causes]


def add(house: House, session_id: int, request_id: str = "add-1") -> None:
    version = int(str(house.desk.review(session_id)["version"]))
    house.act(session_id, "addendum", by=house.nurse, version=version, request_id=request_id, text="She called.")


def test_an_overridden_discharge_waits_until_another_physician_has_reviewed_it(overridden: tuple[House, int]) -> None:
    house, session_id = overridden
    assert whys(house, session_id) == ["overridden"]
    with pytest.raises(NotAllowed):
        review(house, session_id, house.nurse)
    with pytest.raises(Refused, match="another physician"):
        review(house, session_id, house.physician)
    other = another_physician(house)
    first = review(house, session_id, other)
    assert review(house, session_id, other) == first, "its answer was lost on the way"
    picture = house.desk.review(session_id)
    assert (picture["state"], picture["waits"], picture["causes"]) == ("current", False, [])
    assert house.read(how_many_wait) == 0
    assert [one["meaning"] for one in house.desk.signatures(session_id)][-1] == "reviewed"
    signed = house.read(
        lambda c: c.execute(text("select count(*) from audit where action = 'review.sign'")).scalar_one()
    )
    assert signed == 1
    keys = house.desk._signing.seal.public
    assert house.read(lambda connection: broken_signatures(connection, keys)) == []


def test_what_is_added_after_the_review_makes_it_out_of_date_and_the_session_waits_again(
    overridden: tuple[House, int],
) -> None:
    house, session_id = overridden
    other = another_physician(house)
    add(house, session_id)
    assert whys(house, session_id) == ["overridden"], "an addendum before any review asks for nothing"
    review(house, session_id, other)
    add(house, session_id, "add-2")
    picture = house.desk.review(session_id)
    assert (picture["state"], picture["waits"]) == ("out_of_date", True)
    assert whys(house, session_id) == ["added_after_review"]
    addenda = picture["addenda"]
    assert isinstance(addenda, list)
    assert [(one["by"], one["text"]) for one in addenda] == [("Nurse", "She called.")] * 2
    review(house, session_id, other, request_id="review-2")
    assert house.desk.review(session_id)["state"] == "current"


def test_a_record_that_grew_since_it_was_shown_is_not_signed_unseen(overridden: tuple[House, int]) -> None:
    house, session_id = overridden
    shown = seen(house, session_id)
    add(house, session_id)
    with pytest.raises(Conflict, match="look again"):
        review(house, session_id, another_physician(house), seen=shown)
    assert house.desk.review(session_id)["reviews"] == []


def test_a_row_changed_behind_the_products_back_makes_its_review_out_of_date(overridden: tuple[House, int]) -> None:
    house, session_id = overridden
    review(house, session_id, another_physician(house))
    tamper(house, f"update readings set hr = 61 where session_id = {session_id} and hr = 74")
    assert house.desk.review(session_id)["state"] == "out_of_date"


def test_an_ordinary_discharge_waits_for_nobody_and_its_signature_can_be_co_signed_once(
    at_the_door: tuple[House, int],
) -> None:
    house, session_id = at_the_door
    with pytest.raises(Refused, match="still grows"):
        review(house, session_id, house.physician)
    house.desk.sign_discharge(sign(house, session_id))
    assert house.read(waiting_for_review) == []
    _, given = house.desk.signatures(session_id)  # after the order
    act = CoSign(session_id, "co-1", int(str(given["id"])), str(given["digest"]), "", house.physician)
    with pytest.raises(NotAllowed):
        house.desk.co_sign(replace(act, person=house.nurse))
    with pytest.raises(Conflict, match="not the signature you saw"):
        house.desk.co_sign(replace(act, seen="0" * 64))
    co_signed = house.desk.co_sign(act)
    with pytest.raises(Conflict, match="already"):
        house.desk.co_sign(replace(act, request_id="co-2"))
    with pytest.raises(Refused, match="not co-signed again"):
        house.desk.co_sign(replace(act, request_id="co-3", signature_id=co_signed, person=another_physician(house)))
    signatures = house.desk.review(session_id)["signatures"]
    assert isinstance(signatures, list)
    assert [(one["meaning"], [under["printed_name"] for under in one["co_signatures"]]) for one in signatures] == [
        ("order", []),
        ("discharge approved", ["Physician"]),
    ]


def test_leaving_a_severe_adverse_event_and_an_alarm_nobody_answered_each_stand_as_why(house: House) -> None:
    session_id = house.infusing()
    for _ in range(20):
        house.send(oru(house.clock.now(), spo2=80.0, hr=74.0, rr=14.0))
        house.tick(10)
    house.act(session_id, "record_adverse_event", **SEVERE)
    house.act(session_id, "end_infusion")
    house.act(session_id, "leave_against_advice", reason="has to go", **LEFT)
    house.turn()  # the alarms that ended with the session stand in the record
    assert list(dict.fromkeys(whys(house, session_id))) == ["left", "adverse_event", "alarm_unanswered"]
    review(house, session_id, house.physician)
    assert house.read(how_many_wait) == 0


def test_an_adverse_event_known_after_the_end_is_an_entry_of_its_own_signed_and_reviewed(
    at_the_door: tuple[House, int],
) -> None:
    house, session_id = at_the_door
    house.desk.sign_discharge(sign(house, session_id))

    def enter(event: str, request_id: str, **more: object) -> int:
        version = int(str(house.desk.review(session_id)["version"]))
        done = house.act(session_id, event, version=version, request_id=request_id, **more)
        assert done.state == "discharged"
        return done.version

    with pytest.raises(Refused, match="signed with your password") as unsigned:
        enter("record_adverse_event", "late-0", proof=Proof.SIGNED_IN, **SEVERE)
    assert unsigned.value.missing == ("password",)
    with pytest.raises(Refused, match="no such adverse event"):
        enter("resolve_adverse_event", "late-0", adverse_event=1)
    late = enter("record_adverse_event", "late-1", **SEVERE)
    assert enter("record_adverse_event", "late-1", **SEVERE) == late, "its answer was lost on the way"
    assert whys(house, session_id) == ["adverse_event"]
    enter("resolve_adverse_event", "late-2", adverse_event=late)
    with pytest.raises(Refused, match="is over since"):
        enter("resolve_adverse_event", "late-3", adverse_event=late)
    assert [one["meaning"] for one in house.desk.signatures(session_id)][2:] == ["adverse event after the end"] * 2
    keys = house.desk._signing.seal.public
    assert house.read(lambda connection: broken_signatures(connection, keys)) == []


def test_an_order_is_signed_in_the_act_that_records_it(house: House) -> None:
    session_id = house.prepared()
    (order,) = house.desk.signatures(session_id)
    assert (order["meaning"], order["printed_name"], order["verified"]) == ("order", "Physician", True)
