"""What is recorded after infusions through the spine: follow-ups, the journal, a physician's second look."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

import pytest
from sqlalchemy import Connection, select

from monitor.clinical.outcomes.facts import Reached
from monitor.clinical.outcomes.follow_up_entry import FollowUpEntry, SideEffect
from monitor.clinical.outcomes.journal_file import JournalEntry, JournalRefused, read_journal
from monitor.clinical.outcomes.reassess import Decision
from monitor.clinical.outcomes.response import ResponseClass
from monitor.clinical.outcomes.series_outcome import SeriesOutcome
from monitor.clinical.policy.policy import ClinicPolicy
from monitor.errors import Conflict, NotAllowed, NotFound, Refused
from monitor.recorder.acts import Actor, PlanSession
from monitor.recorder.follow_up_list import Waiting, waiting_follow_ups
from monitor.recorder.following_up import RecordFollowUp, record_follow_up
from monitor.recorder.journal_record import UploadJournal, WriteJournal, upload_journal, write_journal
from monitor.recorder.reassessing import Reassess
from monitor.recorder.series_record import asked_of, outcome_of, read_series
from monitor.recorder.start_check import look
from monitor.security.signature_check import broken_signatures
from monitor.store import schema
from monitor.store.queries.follow_ups import UploadRecord, follow_ups_of_sessions, journal_of
from monitor.store.queries.follow_ups import follow_up as queried
from monitor.store.requests import request_of
from monitor.store.rows import PolicyRow
from tests.given_series import GivenSeries
from tests.recorder.house import POLICY, POLICY_TEXT, START_AT, UTC_ZONE, House

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
TOLD = FollowUpEntry(Reached.YES, {"average": 4}, 36, (), None, None, "slept well")
T = TypeVar("T")


def policies(connection: Connection, sha256: str) -> ClinicPolicy:
    return POLICY


def do(house: House, act: Callable[[Connection], T]) -> T:
    return house.recorder.transact(act)  # type: ignore[return-value]


def given(house: House, write: Callable[[GivenSeries], T]) -> T:
    policy = PolicyRow(POLICY.sha256, POLICY.id, str(POLICY.version), POLICY_TEXT, START_AT)
    return do(house, lambda c: write(GivenSeries(c, house.patient_id, house.chair().id, policy)))


def series_of(house: House, *days_ago: float, average: int = 8) -> tuple[int, list[int]]:
    """A series with infusions that began so many days ago, and their sessions; the pain before the first is known."""

    def write(make: GivenSeries) -> tuple[int, list[int]]:
        series_id = make.open(START_AT - 40 * DAY)
        times = [START_AT - days * DAY for days in days_ago]
        return series_id, [make.infusion(series_id, at, None if n else average) for n, at in enumerate(times)]

    return given(house, write)


def follow_up(
    house: House, session_id: int, week: int, entry: FollowUpEntry = TOLD, at: datetime | None = None,
    by: Actor | None = None, replaces_id: int | None = None, request_id: str | None = None,
) -> int:  # fmt: skip
    who = by or house.nurse
    request = None if request_id is None else request_of(who.person_id, request_id, {}, START_AT)
    act = RecordFollowUp(session_id, week, entry, at, replaces_id, who, request)
    return do(house, lambda c: record_follow_up(c, act, policies, house.clock.now()))


def waiting(house: House) -> list[Waiting]:
    return house.store.read(waiting_follow_ups, policies, house.clock.now())


def outcome(house: House, series_id: int) -> SeriesOutcome:
    def look(connection: Connection) -> SeriesOutcome:
        now = house.clock.now()
        return outcome_of(read_series(connection, series_id, now), POLICY, now, UTC_ZONE)

    return house.store.read(look)


def audited(house: House, action: str) -> int:
    query = select(schema.audit.c.seq).where(schema.audit.c.action == action)
    return len(house.store.read(lambda c: c.execute(query).all()))


def test_whoever_had_an_infusion_yesterday_waits_for_a_call_and_no_longer_once_it_is_recorded(house: House) -> None:
    _, (session_id,) = series_of(house, 1)
    assert [(one.due.session_id, one.due.week) for one in waiting(house)] == [(session_id, 0)]
    follow_up(house, session_id, 0, by=house.discharge_staff)
    assert waiting(house) == []
    assert audited(house, "follow_up.record") == 1


def test_the_longest_waiting_stand_first_and_what_has_lapsed_is_not_on_the_list(house: House) -> None:
    _, (weekly,) = series_of(house, 8)
    _, (lapsed_next_day, next_day) = series_of(house, 3.5, 1)
    single = given(house, lambda make: make.infusion(None, START_AT - 2 * DAY))
    assert [(one.due.session_id, one.due.week) for one in waiting(house)] == [(single, 0), (weekly, 1), (next_day, 0)]
    assert lapsed_next_day not in {one.due.session_id for one in waiting(house)}


def test_a_single_infusion_is_asked_about_once_and_a_series_for_weeks_after_its_last(house: House) -> None:
    single = given(house, lambda make: make.infusion(None, START_AT - 8 * DAY))
    _, (first, last) = series_of(house, 15, 8)
    assert [(one.due.session_id, one.due.week) for one in waiting(house)] == [(last, 1)]
    assert single
    assert first


def test_an_attempt_is_kept_and_the_call_stays_due(house: House) -> None:
    _, (session_id,) = series_of(house, 1)
    follow_up(house, session_id, 0, FollowUpEntry(Reached.ATTEMPT, note="voicemail"))
    (still,) = waiting(house)
    assert [one.note for one in still.attempts] == ["voicemail"]
    follow_up(house, session_id, 0)
    assert waiting(house) == []


def test_nobody_calls_again_whoever_asked_for_it_until_another_infusion(house: House) -> None:
    series_id, (_, last) = series_of(house, 12, 8)
    follow_up(house, last, 0, FollowUpEntry(Reached.STOP, note="has died"), at=START_AT - 7 * DAY)
    assert waiting(house) == []
    back = given(house, lambda make: make.infusion(series_id, START_AT - DAY))
    assert [one.due.session_id for one in waiting(house)] == [back]


def test_two_people_who_call_the_same_patient_are_told_and_asking_twice_is_one_entry(house: House) -> None:
    _, (session_id,) = series_of(house, 1)
    made = follow_up(house, session_id, 0, request_id="one")
    assert follow_up(house, session_id, 0, request_id="one") == made
    with pytest.raises(Conflict, match="Nurse has already recorded this follow-up"):
        follow_up(house, session_id, 0, by=house.second_nurse)


def test_a_correction_stands_beside_what_it_corrects_and_each_is_corrected_once(house: House) -> None:
    _, (session_id,) = series_of(house, 1)
    made = follow_up(house, session_id, 0)
    better = replace(TOLD, pain={"average": 6})
    corrected = follow_up(house, session_id, 0, better, replaces_id=made)
    with pytest.raises(Conflict, match="already corrected"):
        follow_up(house, session_id, 0, better, replaces_id=made)
    standing = house.store.read(follow_ups_of_sessions, [session_id])
    assert [(one.id, one.pain) for one in standing] == [(corrected, {"average": 6})]
    assert len(house.store.read(follow_ups_of_sessions, [session_id], replaced=True)) == 2


@pytest.mark.parametrize(
    ("days_ago", "week", "changes", "says"),
    [
        (0.2, 0, {}, "too early"),
        (4, 0, {}, "has lapsed"),
        (8, 7, {}, "No such follow-up is asked for"),
        (1, 0, {"at": START_AT + HOUR}, "in the future"),
        (1, 0, {"entry": replace(TOLD, relief_h=-1)}, "not between"),
    ],
)
def test_a_follow_up_that_cannot_be_so_is_refused(house: House, days_ago, week, changes, says) -> None:
    _, (session_id,) = series_of(house, days_ago)
    with pytest.raises(Refused, match=says):
        follow_up(house, session_id, week, **changes)


def test_a_call_that_was_made_in_time_is_taken_when_it_is_written_down_late(house: House) -> None:
    _, (session_id,) = series_of(house, 4)
    number = follow_up(house, session_id, 0, at=START_AT - 3 * DAY)
    kept = house.store.read(queried, number)
    assert kept is not None
    assert (kept.at, kept.recorded_at) == (START_AT - 3 * DAY, house.clock.now())


def test_a_session_that_is_not_over_has_no_follow_up_and_a_pharmacist_enters_none(house: House) -> None:
    with pytest.raises(NotFound):
        follow_up(house, house.plan(), 0)
    _, (session_id,) = series_of(house, 1)
    with pytest.raises(NotAllowed):
        follow_up(house, session_id, 0, by=Actor(None, "Pharmacy", "pharmacist"))


def test_the_outcome_is_told_from_what_was_recorded(house: House) -> None:
    series_id, sessions = series_of(house, 6, 3)
    effects = replace(TOLD, side_effects=(SideEffect("Nausea", 2),), opioids=())
    follow_up(house, sessions[0], 0, at=START_AT - 5 * DAY)
    follow_up(house, sessions[1], 0, effects, at=START_AT - 2 * DAY)
    found = outcome(house, series_id)
    assert (found.response.result, found.response.percent) == (ResponseClass.SUBSTANTIAL, 50)
    assert [one.facts.given_mg for one in found.infusions] == [35, 35]
    assert [one.facts.given_mg_per_kg for one in found.infusions] == [0.5, 0.5]
    assert found.infusions[1].worst_grade == 2
    assert [one.reported_relief_h for one in found.infusions] == [36, 36]
    assert [one.value for one in found.mme] == [0]
    assert (found.follow_ups.recorded, found.follow_ups.of) == (2, 2)


HEAD = b"date,time,pain,note\n"


def upload(house: House, series_id: int, lines: bytes, by: Actor | None = None) -> tuple[UploadRecord, bool]:
    now, content = house.clock.now(), HEAD + lines
    act = UploadJournal(series_id, "mine.csv", content, read_journal(content, UTC_ZONE, now), by or house.nurse)
    return do(house, lambda c: upload_journal(c, act, now))


def test_a_file_is_taken_whole_once_and_what_is_known_is_not_taken_twice(house: House) -> None:
    series_id, _ = series_of(house, 6)
    first, again = upload(house, series_id, b"2026-02-25,09:00,4,=1+1\n2026-02-25,21:00,5,\n")
    assert (first.taken, first.known, again) == (2, 0, False)
    same, again = upload(house, series_id, b"2026-02-25,09:00,4,=1+1\n2026-02-25,21:00,5,\n")
    assert (same, again) == (first, True)
    longer, _ = upload(house, series_id, b"2026-02-25,21:00,5,\n2026-02-26,09:00,3,\n")
    assert (longer.taken, longer.known) == (1, 1)
    journal = house.store.read(journal_of, series_id)
    assert [(one.pain, one.note) for one in journal] == [(4, "=1+1"), (5, ""), (3, "")]
    assert audited(house, "journal.upload") == 2


def test_a_file_that_contradicts_the_journal_changes_nothing(house: House) -> None:
    series_id, _ = series_of(house, 6)
    upload(house, series_id, b"2026-02-25,09:00,4,\n")
    with pytest.raises(JournalRefused) as refused:
        upload(house, series_id, b"2026-02-26,09:00,3,\n2026-02-25,09:00,9,\n")
    assert "the journal says pain 4" in refused.value.missing[0]
    assert [one.pain for one in house.store.read(journal_of, series_id)] == [4]


def write(house: House, series_id: int, pain: int, **changes: object) -> None:
    entry = JournalEntry(START_AT - DAY, pain)
    act = WriteJournal(series_id, entry, None, struck=False, reason="", person=house.nurse)
    do(house, lambda c: write_journal(c, replace(act, **changes), house.clock.now()))


def test_an_entry_is_corrected_or_struck_with_a_reason_and_what_was_written_stays_in_the_record(house: House) -> None:
    series_id, _ = series_of(house, 6)
    write(house, series_id, 4)
    (entry,) = house.store.read(journal_of, series_id)
    with pytest.raises(Refused, match="Say why"):
        write(house, series_id, 6, replaces_id=entry.id)
    write(house, series_id, 6, replaces_id=entry.id, reason="misread")
    (corrected,) = house.store.read(journal_of, series_id)
    assert (corrected.pain, corrected.replaces_id) == (6, entry.id)
    write(house, series_id, 6, replaces_id=corrected.id, struck=True, reason="another patient's")
    assert house.store.read(journal_of, series_id) == []
    with pytest.raises(NotFound):
        write(house, 999, 4)


def test_the_same_entry_typed_twice_is_refused(house: House) -> None:
    series_id, _ = series_of(house, 6)
    write(house, series_id, 4)
    with pytest.raises(Refused, match="has this very entry"):
        write(house, series_id, 4)


def reassess(house: House, series_id: int, decision: Decision, *, seen: float | None = None, by: Actor | None = None,
             rule_id: str = "little_relief") -> int:  # fmt: skip
    def seen_now(connection: Connection) -> float:
        now = house.clock.now()
        read = read_series(connection, series_id, now)
        asked = asked_of(read, outcome_of(read, POLICY, now, UTC_ZONE), POLICY)
        return next((one.seen for one in asked if one.rule.id == rule_id), 0.0)

    saw = house.store.read(seen_now) if seen is None else seen
    act = Reassess(series_id, rule_id, saw, decision, "looked again", by or house.physician)
    return house.desk.reassess(act)


def next_session(house: House, series_id: int) -> int:
    plan = PlanSession(house.patient_id, house.chair().id, house.clock.now(), house.nurse, series_id=series_id)
    return house.desk.plan_session(plan)


def missing(house: House, session_id: int) -> dict[str, str]:
    listed = house.desk.preparation(session_id)["missing"]
    assert isinstance(listed, list)
    return {one["id"]: one["detail"] for one in listed}


def test_the_fourth_infusion_waits_for_a_physician_while_nobody_knows_whether_the_others_helped(house: House) -> None:
    series_id, _ = series_of(house, 9, 6, 3)
    session_id = next_session(house, series_id)
    house.act(session_id, "check_in")
    assert "relief unknown" in missing(house, session_id)["reassessment"]
    with pytest.raises(Refused, match="reassessment of the series") as refused:
        house.act(session_id, "start", rate_ml_per_h=52.5)
    assert "reassessment" in refused.value.missing
    with pytest.raises(NotAllowed):
        reassess(house, series_id, Decision.CONTINUE, by=house.nurse)
    reassess(house, series_id, Decision.CHANGE)
    assert "reassessment" not in missing(house, session_id)
    assert audited(house, "series.reassess") == 1
    assert audited(house, "reassessment.sign") == 1
    assert house.read(lambda c: broken_signatures(c, house.desk._signing.seal.public)) == []


def test_a_series_that_helps_waits_for_nobody(house: House) -> None:
    series_id, sessions = series_of(house, 9, 6, 3)
    follow_up(house, sessions[2], 0, at=START_AT - 2 * DAY)
    session_id = next_session(house, series_id)
    assert "reassessment" not in missing(house, session_id)


def test_a_stopped_series_starts_no_infusion_until_a_physician_decides_anew(house: House) -> None:
    series_id, _ = series_of(house, 9, 6, 3)
    session_id = next_session(house, series_id)
    reassess(house, series_id, Decision.STOP)
    assert missing(house, session_id)["reassessment"] == "Physician decided to stop the series"
    house.wait(60)
    reassess(house, series_id, Decision.CONTINUE)
    assert "reassessment" not in missing(house, session_id)


def test_an_answer_to_what_no_longer_stands_or_was_never_asked_is_refused(house: House) -> None:
    series_id, sessions = series_of(house, 9, 6, 3)
    follow_up(house, sessions[2], 0, replace(TOLD, pain={"average": 7}), at=START_AT - 2 * DAY)
    with pytest.raises(Conflict, match="relief 12 %"):
        reassess(house, series_id, Decision.CONTINUE, seen=0)
    with pytest.raises(Refused, match="Nothing asks"):
        reassess(house, series_id, Decision.CONTINUE, rule_id="severe_adverse_event")


def test_the_board_and_the_open_page_learn_of_it_without_a_start(house: House) -> None:
    series_id, _ = series_of(house, 9, 6, 3)
    session_id = next_session(house, series_id)
    live = house.live(session_id)
    assert house.store.read(look, live, house.clock.now(), house.clock.now()).reassess
    reassess(house, series_id, Decision.CONTINUE)
    assert house.store.read(look, live, house.clock.now(), house.clock.now()).reassess == ()
