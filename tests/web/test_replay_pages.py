"""The replay and the what-if page: marked in every state, audited, and nothing on them acts."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.recorder.what_if import NotJudged
from monitor.security.roles import Role
from tests.security.clinic import START_AT
from tests.web.clinic import POLICY, Browser, Clinic, open_clinic
from tests.web.test_session_lists import planned

TEMPLATES = Path(__file__).parents[2] / "templates"
AT = START_AT.isoformat()
EPISODE = {
    "rule": "spo2_low", "kind": "physiological", "priority": "medium", "words": "SpO₂ 88 < 92", "from_at": AT,
    "to_at": AT, "lasted_s": 40.0,
}  # fmt: skip
STANDS = {**EPISODE, "to_at": None, "lasted_s": None}
NAME = {"id": "adult-ketamine", "version": "1", "sha256": POLICY.sha256}


def comparison(**other: object) -> dict[str, object]:
    return {
        "session_id": 1, "simulated": False, "still_running": True, "from_at": AT, "until_at": AT, "watched_s": 600.0,
        "readings": 10, "own_policy": NAME, "other_policy": NAME, "repeats_record": True, "tolerance_s": 1.0,
        "acknowledgements_not_applied": 0,
        "alarms": [
            {"where": "both", "same": True, "now_later_s": 0.0, "then": EPISODE, "now": EPISODE},
            {"where": "now", "same": False, "now_later_s": None, "then": None, "now": STANDS},
        ],
        **other,
    }  # fmt: skip


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    with open_clinic(tmp_path_factory.mktemp("clinic"), templates=TEMPLATES) as opened:
        yield opened


@pytest.fixture(scope="module")
def nurse(clinic: Clinic) -> Browser:
    return clinic.signed_in(Role.NURSE)


@pytest.fixture(scope="module")
def session_id(clinic: Clinic, nurse: Browser) -> int:
    return planned(nurse, clinic, 1)[0]


def test_a_session_nobody_was_checked_in_to_says_so_under_the_mark(nurse: Browser, session_id: int) -> None:
    page = nurse.get(f"/sessions/{session_id}/replay").text
    assert 'data-testid="replay-mark"' in page
    assert 'data-testid="empty"' in page
    assert "session_replay.js" not in page


def test_a_running_session_is_played_to_now_and_says_so_and_nothing_on_the_page_acts(
    clinic: Clinic, nurse: Browser, session_id: int
) -> None:
    acted = nurse.post(f"/api/v1/sessions/{session_id}/events", request_id="c1", expected_version=0, event="check_in")
    assert acted.status_code == 200, acted.text
    page = nurse.get(f"/sessions/{session_id}/replay").text
    assert 'data-testid="replay-running"' in page
    assert page.index('data-testid="replay-mark"') < page.index('id="play"')
    assert 'id="span"' in page
    for absent in ("data-act=", "socket.io", "sound.js", "data-link", "session.js?"):
        assert absent not in page, absent


def test_what_if_offers_the_policies_shows_both_columns_and_says_what_was_not_done(
    clinic: Clinic, nurse: Browser, session_id: int
) -> None:
    offered = nurse.get(f"/api/v1/sessions/{session_id}/policies").json
    assert [(one["own"], one["in_use"]) for one in offered] == [(False, True), (True, False)]
    clinic.spine.compared = comparison(repeats_record=False)
    assert 'data-testid="pair"' not in nurse.get(f"/sessions/{session_id}/what-if").text
    page = nurse.get(f"/sessions/{session_id}/what-if?policy={POLICY.sha256}").text
    assert page.count('data-testid="pair"') == 2
    assert 'data-testid="unfaithful"' in page
    assert "until the watching ended" in page
    assert nurse.get(f"/api/v1/sessions/{session_id}/what-if").json["alarms"][1]["where"] == "now"
    assert nurse.get(f"/sessions/{session_id}/what-if?policy={'f' * 64}").status_code == 404
    assert nurse.get("/api/v1/sessions/999/what-if").status_code == 404


def test_a_process_that_does_not_answer_is_a_sentence_on_the_page(
    clinic: Clinic, nurse: Browser, session_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> dict[str, object]:
        raise NotJudged("The session could not be judged again.")

    object.__setattr__(clinic.given, "compare", fails)
    reply = nurse.get(f"/sessions/{session_id}/what-if?policy={POLICY.sha256}")
    assert reply.status_code == 503
    assert "The session could not be judged again." in reply.text
