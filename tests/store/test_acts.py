"""What people do to the record: told apart, never lost, never done twice."""

import hashlib
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest

from monitor.errors import Conflict, NotFound
from monitor.store import chairs, discharge, patients, people, queries, sessions
from monitor.store.rows import AcknowledgementRow, AssessmentRow, Batch, SessionRow, SignatureRow, SignInRow, TokenRow


def test_names_differ_by_more_than_case(clinic):
    with pytest.raises(Conflict, match="DANA"):
        clinic.do(lambda c: people.insert_person(c, clinic.person("DANA", "nurse")))
    assert clinic.store.read(queries.person_by_name, " Dana ").id == clinic.nurse
    assert clinic.store.read(queries.person_by_name, "nobody") is None


def test_a_person_changes_and_is_never_deleted(clinic):
    clinic.do(lambda c: people.set_password(c, clinic.nurse, "new", must_change=True))
    clinic.do(lambda c: people.set_role(c, clinic.nurse, "physician"))
    clinic.do(lambda c: people.set_printed_name(c, clinic.nurse, "Dana Wu, RN"))
    clinic.do(lambda c: people.set_disabled(c, clinic.nurse, clinic.t0))
    dana = clinic.store.read(queries.person_by_id, clinic.nurse)
    assert (dana.password_hash, dana.must_change_password, dana.role) == ("new", True, "physician")
    assert (dana.printed_name, dana.disabled_at) == ("Dana Wu, RN", clinic.t0)
    assert [one.name for one in clinic.store.read(queries.people)] == ["dana", "omar"]
    with pytest.raises(NotFound):
        clinic.do(lambda c: people.set_role(c, 999, "nurse"))


def sign_in(clinic, secret: str, person_id: int) -> None:
    row = SignInRow(secret, person_id, clinic.t0, clinic.at(43200))
    clinic.do(lambda c: people.insert_sign_in(c, row))


def test_a_sign_in_is_touched_forwards_only_and_names_its_person(clinic):
    sign_in(clinic, "aa", clinic.nurse)
    clinic.do(lambda c: people.touch_sign_in(c, "aa", clinic.at(60)))
    clinic.do(lambda c: people.touch_sign_in(c, "aa", clinic.at(30)))
    found = clinic.store.read(queries.sign_in, "aa")
    assert (found.last_human_at, found.expires_at, found.person.name) == (clinic.at(60), clinic.at(43200), "dana")
    assert clinic.store.read(queries.sign_in, "bb") is None


def test_a_sign_in_is_revoked_once(clinic):
    sign_in(clinic, "aa", clinic.nurse)
    assert clinic.do(lambda c: people.revoke_sign_in(c, "aa", clinic.at(1))) is True
    assert clinic.do(lambda c: people.revoke_sign_in(c, "aa", clinic.at(2))) is False
    assert clinic.store.read(queries.sign_in, "aa").revoked_at == clinic.at(1)


def test_all_sign_ins_of_a_person_end_but_the_one_kept_and_all_when_disabled(clinic):
    for secret, who in (("aa", clinic.nurse), ("bb", clinic.nurse), ("cc", clinic.physician)):
        sign_in(clinic, secret, who)
    assert clinic.do(lambda c: people.revoke_sign_ins_of(c, clinic.nurse, clinic.at(1), keep_id_hash="aa")) == 1
    clinic.do(lambda c: people.set_disabled(c, clinic.nurse, clinic.at(2)))
    revoked = [clinic.store.read(queries.sign_in, secret).revoked_at for secret in ("aa", "bb", "cc")]
    assert revoked == [clinic.at(2), clinic.at(1), None]


def test_a_token_is_found_by_its_hash_and_revoked_once(clinic):
    token_id = clinic.do(lambda c: people.insert_token(c, TokenRow("ff", "export", "auditor", clinic.t0)))
    assert clinic.store.read(queries.token_by_hash, "ff").name == "export"
    with pytest.raises(Conflict):
        clinic.do(lambda c: people.insert_token(c, TokenRow("ee", "export", "auditor", clinic.t0)))
    clinic.do(lambda c: people.revoke_token(c, token_id, clinic.at(1)))
    assert clinic.store.read(queries.tokens)[0].revoked_at == clinic.at(1)
    with pytest.raises(NotFound):
        clinic.do(lambda c: people.revoke_token(c, token_id, clinic.at(2)))


def test_a_bed_speaks_for_one_chair_at_a_time_and_its_history_stays(clinic):
    bind = lambda chair, bed, s: clinic.do(lambda c: chairs.bind_chair(c, chair, bed, clinic.at(s), None))  # noqa: E731
    assert bind(clinic.chair, "BED1", 0) is True
    assert bind(clinic.chair, "BED1", 1) is False
    with pytest.raises(Conflict, match="BED1") as conflict:
        bind(clinic.other_chair, "BED1", 2)
    assert conflict.value.current == {"chair": "1", "bed": "BED1"}
    assert bind(clinic.chair, "", 3) is True
    assert bind(clinic.other_chair, "BED1", 4) is True
    assert [chair.bed for chair in clinic.store.read(queries.chairs)] == [None, "BED1"]
    assert [one.bed for one in clinic.store.read(queries.bindings, clinic.chair)] == ["BED1", None]
    with pytest.raises(NotFound):
        bind(999, "BED9", 5)


def test_chairs_stand_in_order_and_are_added_once(clinic):
    assert clinic.do(lambda c: chairs.upsert_chair(c, "1", 9)) == clinic.chair
    assert [chair.name for chair in clinic.store.read(queries.chairs)] == ["2", "1"]
    assert clinic.store.read(queries.chair, clinic.other_chair).station == "A"


def test_a_patient_is_corrected_beside_the_old_and_found_by_the_new(clinic):
    married = replace(clinic.a_patient("MRN43", "Nowak"), at=clinic.at(5), birth_date=date(1961, 5, 3))
    clinic.do(lambda c: patients.revise_patient(c, clinic.patient, married))
    now = clinic.store.read(queries.patient, clinic.patient)
    assert (now.family_name, now.birth_date, now.revised_at) == ("Nowak", date(1961, 5, 3), clinic.at(5))
    names = [one.family_name for one in clinic.store.read(queries.patient_revisions, clinic.patient)]
    assert names == ["Kowalska", "Nowak"]
    assert clinic.store.read(queries.patient_by_hospital_id, "MRN42") is None
    assert clinic.store.read(queries.patients, "kowal") == []
    assert clinic.store.read(queries.patients, "nowa mar")[0].id == clinic.patient


def test_one_hospital_id_is_one_patient(clinic):
    with pytest.raises(Conflict) as conflict:
        clinic.do(lambda c: patients.insert_patient(c, clinic.a_patient()))
    assert conflict.value.current == {"patient_id": clinic.patient}
    other = clinic.do(lambda c: patients.insert_patient(c, clinic.a_patient("MRN50")))
    with pytest.raises(Conflict):
        clinic.do(lambda c: patients.revise_patient(c, other, clinic.a_patient("MRN42")))
    with pytest.raises(NotFound):
        clinic.do(lambda c: patients.revise_patient(c, 999, clinic.a_patient("MRN99")))


def test_wildcards_in_a_search_are_letters(clinic):
    assert clinic.store.read(queries.patients, "%") == []
    assert clinic.store.read(queries.patients, "K_w") == []
    assert len(clinic.store.read(queries.patients, "")) == 1


def test_an_event_moves_the_session_and_is_its_history(clinic):
    written = clinic.do(lambda c: sessions.append_event(c, clinic.event(0, "check_in", "scheduled", "preparing")))
    assert (written.version, written.state, written.replayed) == (1, "preparing", False)
    details = {"dose_mg_per_kg": 0.5, "over_min": 40, "note": "für Schmerz"}
    order = clinic.event(1, "record_order", "preparing", "preparing", details=details, reason="plan")
    clinic.do(lambda c: sessions.append_event(c, order))
    history = clinic.store.read(queries.session, clinic.session)
    assert (history.session.version, history.session.state) == (2, "preparing")
    assert [event.event for event in history.events] == ["check_in", "record_order"]
    assert history.events[1].details == details
    assert clinic.store.read(queries.session_events, clinic.session, 1)[0].version == 2


def test_whoever_did_not_see_the_newest_is_told_what_it_is(clinic):
    clinic.do(lambda c: sessions.append_event(c, clinic.event(0, "check_in", "scheduled", "preparing")))
    with pytest.raises(Conflict, match="preparing") as conflict:
        clinic.do(lambda c: sessions.append_event(c, clinic.event(0, "cancel", "scheduled", "cancelled")))
    assert conflict.value.current == {"version": 1, "state": "preparing"}
    with pytest.raises(Conflict):
        clinic.do(lambda c: sessions.append_event(c, clinic.event(1, "cancel", "scheduled", "cancelled")))
    with pytest.raises(NotFound):
        clinic.do(lambda c: sessions.append_event(c, clinic.event(0, "x", "scheduled", "y", session_id=999)))


def test_an_act_on_an_older_version_is_refused_also_when_the_state_is_still_the_same(clinic):
    steps = (("check_in", "scheduled"), ("record_order", "preparing"))
    for version, (event, from_state) in enumerate(steps):
        row = clinic.event(version, event, from_state, "preparing")
        clinic.do(partial(sessions.append_event, row=row))
    with pytest.raises(Conflict) as conflict:
        clinic.do(lambda c: sessions.append_event(c, clinic.event(1, "second_check", "preparing", "preparing")))
    assert conflict.value.current == {"version": 2, "state": "preparing"}


def test_of_two_at_once_exactly_one_acts_and_the_other_is_answered(clinic):
    first = clinic.event(0, "check_in", "scheduled", "preparing")
    second = clinic.event(0, "cancel", "scheduled", "cancelled", person_id=clinic.physician)
    acts = tuple(lambda c, row=row: sessions.append_event(c, row) for row in (first, second))
    done, refused = clinic.store.write(Batch(acts=acts)).answers
    assert done.state == "preparing"
    assert isinstance(refused, Conflict)
    assert len(clinic.store.read(queries.session_events, clinic.session)) == 1


def test_the_same_request_again_gives_the_same_answer_and_no_second_event(clinic):
    check_in = clinic.event(0, "check_in", "scheduled", "preparing")
    once = clinic.do(lambda c: sessions.append_event(c, check_in))
    clinic.do(lambda c: sessions.append_event(c, clinic.event(1, "cancel", "preparing", "cancelled")))
    again = clinic.do(lambda c: sessions.append_event(c, check_in))
    assert again == replace(once, replayed=True)
    assert len(clinic.store.read(queries.session_events, clinic.session)) == 2
    with pytest.raises(Conflict, match="another act"):
        clinic.do(lambda c: sessions.append_event(c, replace(check_in, event="cancel")))


def test_sessions_are_listed_by_day_state_patient_and_chair(clinic):
    row = SessionRow(
        clinic.patient, clinic.other_chair, "scheduled", clinic.a_policy(), clinic.at(86400), False, clinic.at(1)
    )
    tomorrow = clinic.do(lambda c: sessions.insert_session(c, row))
    clinic.do(lambda c: sessions.append_event(c, clinic.event(0, "cancel", "scheduled", "cancelled")))
    listed = lambda **by: [one.id for one in clinic.store.read(queries.sessions, **by)]  # noqa: E731
    assert listed() == [clinic.session, tomorrow]
    assert listed(from_at=clinic.t0, until_at=clinic.at(86400)) == [clinic.session]
    assert listed(states={"scheduled"}) == [tomorrow]
    assert listed(patient_id=999) == []
    assert listed(chair_id=clinic.other_chair) == [tomorrow]
    assert clinic.store.read(queries.policy_text, row.policy.sha256) == row.policy.text


def score(clinic, request_id="s1", **changes) -> AssessmentRow:
    items = {"activity": 2, "breathing": 2}
    at = clinic.at(60)
    row = AssessmentRow(clinic.session, request_id, "aldrete", items, 4, at, at, clinic.nurse)
    return replace(row, **changes)


def test_a_score_is_corrected_beside_the_old_one_by_one_person(clinic):
    first = clinic.do(lambda c: discharge.insert_assessment(c, score(clinic)))
    assert clinic.do(lambda c: discharge.insert_assessment(c, score(clinic))) == first
    second = clinic.do(lambda c: discharge.insert_assessment(c, score(clinic, "s2", total=3, replaces_id=first)))
    with pytest.raises(Conflict) as conflict:
        clinic.do(lambda c: discharge.insert_assessment(c, score(clinic, "s3", replaces_id=first)))
    assert conflict.value.current == {"id": second}
    standing = clinic.store.read(queries.assessments, clinic.session)
    assert [(one.id, one.total) for one in standing] == [(second, 3.0)]
    every = clinic.store.read(queries.assessments, clinic.session, replaced=True)
    assert [(one.id, one.replaced_by_id) for one in every] == [(first, second), (second, None)]


def test_a_score_replaces_only_its_own_kind_and_a_request_id_is_used_once(clinic):
    first = clinic.do(lambda c: discharge.insert_assessment(c, score(clinic)))
    with pytest.raises(NotFound):
        clinic.do(lambda c: discharge.insert_assessment(c, score(clinic, "s2", kind="rass", replaces_id=first)))
    with pytest.raises(Conflict):
        clinic.do(lambda c: discharge.insert_assessment(c, score(clinic, kind="rass")))


def signature(clinic, request_id="g1", person_id=None) -> SignatureRow:
    return SignatureRow(
        session_id=clinic.session,
        request_id=request_id,
        record='{"criteria":[]}',
        meaning="discharge approved",
        person_id=person_id or clinic.nurse,
        printed_name="Dana Wu, RN",
        role="nurse",
        signed_at=clinic.at(7200),
        utc_offset_min=60,
    )


def test_of_two_signatures_of_one_meaning_the_second_is_told_who_and_when(clinic):
    first = clinic.do(lambda c: discharge.insert_signature(c, signature(clinic)))
    assert clinic.do(lambda c: discharge.insert_signature(c, signature(clinic))) == first
    with pytest.raises(Conflict, match="Dana Wu, RN has already signed") as conflict:
        clinic.do(lambda c: discharge.insert_signature(c, signature(clinic, "g2", clinic.physician)))
    assert conflict.value.current["signed_at"] == (clinic.t0 + timedelta(hours=2)).isoformat()
    clinic.do(lambda c: discharge.insert_signature(c, signature(clinic, "g3"), once=False))
    assert len(clinic.store.read(queries.signatures, clinic.session)) == 2


def test_a_signature_carries_the_hash_of_exactly_what_was_signed(clinic):
    clinic.do(lambda c: discharge.insert_signature(c, signature(clinic)))
    (signed,) = clinic.store.read(queries.signatures, clinic.session)
    assert signed.record == '{"criteria":[]}'
    assert signed.record_sha256 == hashlib.sha256(b'{"criteria":[]}').hexdigest()


def test_what_a_program_did_keeps_the_program_s_name(clinic):
    clinic.store.write(
        Batch(
            alarms=(clinic.alarm(),),
            acknowledgements=(AcknowledgementRow("alarm-1", clinic.at(4), None, "high", 86.0, by="export robot"),),
        )
    )
    (alarm,) = clinic.store.read(queries.alarms, clinic.session)
    assert (alarm.acknowledgements[0].person_id, alarm.acknowledgements[0].by) == (None, "export robot")
    check_in = clinic.event(0, "check_in", "scheduled", "preparing", person_id=None, by="export robot")
    clinic.do(lambda c: sessions.append_event(c, check_in))
    assert clinic.store.read(queries.session_events, clinic.session)[0].by == "export robot"
    clinic.do(lambda c: discharge.insert_assessment(c, score(clinic, person_id=None, by="export robot")))
    assert clinic.store.read(queries.assessments, clinic.session)[0].by == "export robot"
