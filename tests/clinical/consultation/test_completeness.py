"""What a consultation must hold before it is signed, and which one speaks for a series."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.clinical.consultation.completeness import RULES, Asked, lacking
from monitor.clinical.consultation.evaluation import (
    Consultation,
    Decision,
    Expectation,
    Found,
    Reason,
    ReasonFound,
    RiskFound,
    Team,
    TeamTold,
    open_stops,
)
from monitor.clinical.consultation.standing import SeriesOpened, Signed, standing_for
from monitor.clinical.policy.preparation_parts import AppliesWhen, ScreeningClass, ScreeningItem
from monitor.clinical.preparation.entries import Answer

TODAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
STOP = ScreeningItem("hypersensitivity", "Hypersensitivity", ScreeningClass.STOP, AppliesWhen.ALWAYS, "s", "V")
WARN = ScreeningItem("maoi", "MAO inhibitor", ScreeningClass.WARN, AppliesWhen.ALWAYS, "s", "V")
ITEMS = (STOP, WARN)
COMPLETE = Consultation(
    reasons={one: ReasonFound(Found.YES) for one in Reason},
    risks={one.id: RiskFound(Answer.CLEAR) for one in ITEMS},
    expectations=frozenset(Expectation),
    teams={
        **{one: TeamTold(told=False) for one in Team},
        Team.ONCOLOGY: TeamTold(told=True, name="Dr Roe", what="Six infusions planned", on=TODAY),
    },
    decision=Decision.ACCEPT,
)


def ids(form: Consultation) -> list[str]:
    return [one.id for one in lacking(Asked(form, ITEMS, TODAY))]


def test_a_complete_acceptance_lacks_nothing() -> None:
    assert ids(COMPLETE) == []


def test_an_empty_form_lacks_only_the_decision_and_then_all_that_an_acceptance_needs() -> None:
    assert ids(Consultation()) == ["decision"]
    accepted = ids(Consultation(decision=Decision.ACCEPT))
    assert accepted == [
        *("risks.hypersensitivity", "risks.maoi"),
        *(f"expectations.{one}" for one in Expectation),
        *(f"teams.{one}" for one in Team),
        "reason",
    ]


@pytest.mark.parametrize("decision", [Decision.DECLINE, Decision.DEFER])
def test_a_refusal_needs_its_reason_and_nothing_else(decision: Decision) -> None:
    assert ids(Consultation(decision=decision)) == ["reason"]
    assert ids(Consultation(decision=decision, reason="brain metastases being staged")) == []


@pytest.mark.parametrize("found", [Found.NO, Found.UNKNOWN, None])
@pytest.mark.parametrize("reason", Reason)
def test_an_acceptance_against_a_reason_says_why(reason: Reason, found: Found | None) -> None:
    others = {one: ReasonFound(Found.YES) for one in Reason if one is not reason}
    against = replace(COMPLETE, reasons=others if found is None else {**others, reason: ReasonFound(found)})
    assert ids(against) == ["reason"]
    assert ids(replace(against, reason="agreed with the tumour board")) == []


@pytest.mark.parametrize("item", ITEMS)
@pytest.mark.parametrize("answer", [Answer.PRESENT, Answer.UNKNOWN])
def test_a_risk_that_is_not_clear_needs_a_note(item: ScreeningItem, answer: Answer) -> None:
    risky = replace(COMPLETE, risks={**COMPLETE.risks, item.id: RiskFound(answer)})
    assert ids(risky) == [f"risks.{item.id}"]
    assert ids(replace(risky, risks={**COMPLETE.risks, item.id: RiskFound(answer, "seen by cardiology")})) == []


def test_hard_stops_are_named_and_warnings_are_not() -> None:
    present = {one.id: RiskFound(Answer.PRESENT, "n") for one in ITEMS}
    assert open_stops(ITEMS, present) == (STOP,)
    assert open_stops(ITEMS, {STOP.id: RiskFound(Answer.UNKNOWN)}) == (STOP,)
    assert open_stops(ITEMS, COMPLETE.risks) == ()


@pytest.mark.parametrize(
    "told",
    [TeamTold(True, "", "x", TODAY), TeamTold(True, "x", "", TODAY), TeamTold(True, "x", "x", None),
     TeamTold(True, "x", "x", TODAY + timedelta(days=1))],
)  # fmt: skip
@pytest.mark.parametrize("decision", Decision)
def test_a_team_that_was_told_was_told_by_name_what_and_when(told: TeamTold, decision: Decision) -> None:
    form = replace(COMPLETE, decision=decision, reason="because", teams={**COMPLETE.teams, Team.PAIN: told})
    assert ids(form) == ["teams.pain"]


WORDS = st.sampled_from(["", "words"])
FORMS = st.builds(
    Consultation,
    reasons=st.dictionaries(st.sampled_from(Reason), st.builds(ReasonFound, st.sampled_from(Found), WORDS)),
    risks=st.dictionaries(
        st.sampled_from([one.id for one in ITEMS]), st.builds(RiskFound, st.sampled_from(Answer), WORDS)
    ),
    expectations=st.frozensets(st.sampled_from(Expectation)),
    teams=st.dictionaries(
        st.sampled_from(Team),
        st.builds(TeamTold, st.booleans(), WORDS, WORDS, st.sampled_from([None, TODAY, date(2027, 1, 1)])),
    ),
    decision=st.one_of(st.none(), st.sampled_from(Decision)),
    reason=WORDS,
)


@given(FORMS)
def test_no_acceptance_is_signed_with_a_gap_and_every_gap_is_named_at_once(form: Consultation) -> None:
    gaps = set(ids(form))
    if form.decision is Decision.ACCEPT and not gaps:
        assert set(form.risks) == {one.id for one in ITEMS}
        assert all(one.answer is Answer.CLEAR or one.note for one in form.risks.values())
        assert form.expectations == frozenset(Expectation)
        assert set(form.teams) == set(Team)
        assert form.reason or all(form.reasons[one].found is Found.YES for one in Reason)
    if form.decision is not Decision.ACCEPT and not gaps:
        assert form.decision is not None
        assert form.reason
    if not gaps:
        assert all(not one.told or (one.name and one.what and one.on == TODAY) for one in form.teams.values())
    elif form.decision is not None:  # closing exactly what was named leaves nothing: nothing was kept back
        mended = replace(
            form,
            risks={one.id: RiskFound(Answer.CLEAR) if f"risks.{one.id}" in gaps or one.id not in form.risks
                   else form.risks[one.id] for one in ITEMS} if form.decision is Decision.ACCEPT else form.risks,
            expectations=form.expectations | {one for one in Expectation if f"expectations.{one}" in gaps},
            teams={**form.teams, **{one: TeamTold(told=False) for one in Team if f"teams.{one}" in gaps}},
            reason="because" if "reason" in gaps else form.reason,
        )  # fmt: skip
        assert ids(mended) == []


def test_every_rule_of_the_table_can_stand_in_the_way() -> None:
    broken = {
        "risks": replace(COMPLETE, risks={}),
        "risk_notes": replace(COMPLETE, risks={**COMPLETE.risks, "maoi": RiskFound(Answer.PRESENT)}),
        "expectations": replace(COMPLETE, expectations=frozenset()),
        "teams": replace(COMPLETE, teams={}),
        "told": replace(COMPLETE, teams={**COMPLETE.teams, Team.PAIN: TeamTold(told=True)}),
        "decision": replace(COMPLETE, decision=None),
        "why": replace(COMPLETE, decision=Decision.DEFER),
        "why_all_the_same": replace(COMPLETE, reasons={}),
    }
    assert set(broken) == {rule.id for rule in RULES}
    for name, form in broken.items():
        assert ids(form), name


def signed(key: int, series_id: int | None, day: int, decision: Decision = Decision.ACCEPT, **more: int) -> Signed:
    return Signed(key, series_id, decision, NOON + timedelta(days=day), "Dr A", **more)


FIRST, SECOND = SeriesOpened(1, NOON + timedelta(days=2)), SeriesOpened(2, NOON + timedelta(days=60))


def standing(series_id: int, *given: Signed) -> int | None:
    found = standing_for(series_id, [FIRST, SECOND], given)
    return None if found is None else found.id


def test_an_evaluation_without_a_series_speaks_for_the_series_it_led_to_and_for_no_later_one() -> None:
    assert standing(1, signed(10, None, 0)) == 10
    assert standing(2, signed(10, None, 0)) is None


def test_an_evaluation_of_one_series_is_none_of_another() -> None:
    assert standing(2, signed(10, 1, 5)) is None
    assert standing(1, signed(10, 1, 5)) == 10


def test_a_later_refusal_stands_whether_or_not_it_names_the_series() -> None:
    accepted = signed(10, 1, 5)
    assert standing(1, accepted, signed(11, 1, 6, Decision.DEFER)) == 11
    assert standing(1, accepted, signed(11, None, 6, Decision.DECLINE)) == 11


def test_what_was_replaced_stands_no_more() -> None:
    assert standing(1, signed(10, 1, 5), signed(11, 2, 6, replaces=10)) is None
