"""Sessions that wait for a physician's review: the list, who sees it, and the search for them."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.clinical.review import Cause, Why
from monitor.recorder.reviewing import CoSign, SignReview
from monitor.security.roles import Role
from monitor.store.reviews import ask_for_review, take_off_queue
from monitor.web.api import reviews
from tests.security.clinic import GOOD, START_AT
from tests.web.clinic import Browser, Clinic, open_clinic
from tests.web.test_session_lists import planned

SEEN = "a" * 64
TEMPLATES = Path(__file__).parents[2] / "templates"


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    with open_clinic(tmp_path, templates=TEMPLATES) as opened:
        yield opened


@pytest.fixture
def physician(clinic: Clinic) -> Browser:
    return clinic.signed_in(Role.PHYSICIAN)


def ask(clinic: Clinic, session_id: int, *causes: Cause, hours: int = 0) -> None:
    at = START_AT + timedelta(hours=hours)
    clinic.office.transact(lambda connection: ask_for_review(connection, session_id, causes, at))


def test_what_waits_is_listed_oldest_first_with_every_reason_and_counted_at_the_top(
    clinic: Clinic, physician: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = planned(physician, clinic, 3)
    ask(clinic, third, Cause(Why.LEFT), Cause(Why.ADVERSE_EVENT, {"id": 4, "term": "vomiting", "grade": 3}))
    ask(clinic, first, Cause(Why.ALARM_UNANSWERED, {"alarm": "A1", "rule": "spo2_low", "waited_s": 185}), hours=1)
    ask(clinic, second, Cause(Why.OVERRIDDEN, {"criteria": ["scores"]}), hours=2)
    monkeypatch.setattr(reviews, "A_PAGE", 2)
    page = physician.get("/api/v1/reviews").json
    assert [(one["session"]["id"], [cause["why"] for cause in one["causes"]]) for one in page["sessions"]] == [
        (third, ["left", "adverse_event"]),
        (first, ["alarm_unanswered"]),
    ]
    rest = physician.get(f"/api/v1/reviews?after={page['after']}").json
    assert ([one["session"]["id"] for one in rest["sessions"]], rest["after"], rest["total"]) == ([second], None, 3)
    shown = physician.get("/reviews").text
    assert "Vomiting, grade 3" in shown
    assert "without an answer for 185 s" in shown
    assert 'data-testid="reviews-waiting">3<' in shown
    assert "reviews-link" not in clinic.signed_in(Role.NURSE).get("/sessions").text
    found = physician.post("/api/v1/sessions/search", needs_review=True).json["sessions"]
    assert {one["id"] for one in found} == {first, second, third}


def test_a_session_reviewed_waits_again_only_from_its_next_cause_on(clinic: Clinic, physician: Browser) -> None:
    (session_id,) = planned(physician, clinic, 1)
    ask(clinic, session_id, Cause(Why.LEFT))
    clinic.office.transact(lambda connection: take_off_queue(connection, session_id))
    assert physician.get("/api/v1/reviews").json["sessions"] == []
    ask(clinic, session_id, Cause(Why.LATE_VALUES, {"late_act": 1}))
    (waits,) = physician.get("/api/v1/reviews").json["sessions"]
    assert [cause["why"] for cause in waits["causes"]] == ["values_after_review"]


def test_a_review_and_a_co_signature_carry_what_was_seen_and_the_signers_own_password(
    clinic: Clinic, physician: Browser
) -> None:
    (session_id,) = planned(physician, clinic, 1)
    paths = (f"/api/v1/sessions/{session_id}/review", f"/api/v1/sessions/{session_id}/signatures/7/co-sign")
    for path in paths:
        asked = {"request_id": "r-1", "seen": SEEN, "words": "Seen."}
        assert physician.post(path, **asked, password="not mine").json["error"] == "wrong_password"
        assert physician.post(path, **asked, password=GOOD).json == {"id": 1}
        assert clinic.signed_in(Role.NURSE).post(path, **asked, password=GOOD).status_code == 403
    acts = [one for one in clinic.spine.seen if isinstance(one, SignReview | CoSign)]
    assert [(type(one).__name__, one.seen, one.person.role) for one in acts] == [
        ("SignReview", SEEN, "physician"),
        ("CoSign", SEEN, "physician"),
    ]
