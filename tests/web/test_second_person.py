"""A second person is known by their own password, is somebody else, and leaves no password behind."""

import pytest

from monitor.recorder.acts import SessionAct
from monitor.security.roles import Role
from tests.security.clinic import GOOD
from tests.web.clinic import Clinic
from tests.web.test_api import event


def waste(**second: str) -> dict[str, object]:
    return event("record_waste", waste_mg=5.0, second_person=second)


def test_the_spine_is_told_who_it_was_and_never_a_password(clinic: Clinic) -> None:
    browser = clinic.signed_in(Role.PHYSICIAN)
    clinic.office.hire("eva", Role.NURSE)
    session_id = clinic.session(browser)
    browser.post(f"/api/v1/sessions/{session_id}/events", **waste(name="EVA", password=GOOD))
    act = next(one for one in clinic.spine.seen if isinstance(one, SessionAct))
    assert act.second_person is not None
    assert (act.second_person.name, act.second_person.role) == ("Eva RN", "nurse")
    assert act.details == {"waste_mg": 5.0}
    assert GOOD not in repr(act)


WRONG = [
    ({"name": "physician", "password": GOOD}, "somebody else"),
    ({"name": "Physician", "password": GOOD}, "somebody else"),
    ({"name": "eva", "password": "wrong"}, "name or password is wrong"),
    ({"name": "nobody", "password": GOOD}, "name or password is wrong"),
    ({"name": "newcomer", "password": GOOD}, "must first change their one-time password"),
]


@pytest.mark.parametrize(("second", "sentence"), WRONG)
def test_whoever_is_not_a_second_person_is_refused_and_nothing_reaches_the_spine(
    clinic: Clinic, second: dict[str, str], sentence: str
) -> None:
    browser = clinic.signed_in(Role.PHYSICIAN)
    clinic.office.hire("eva", Role.NURSE)
    clinic.office.hire("newcomer", Role.NURSE, forced=True)
    session_id = clinic.session(browser)
    reply = browser.post(f"/api/v1/sessions/{session_id}/events", **waste(**second))
    assert (reply.status_code, reply.json["error"]) == (403, "second_person_refused")
    assert sentence in reply.json["message"]
    assert not any(isinstance(one, SessionAct) for one in clinic.spine.seen)
