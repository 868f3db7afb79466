"""The alarm table itself: total, and true to its laws."""

import pytest

from monitor.clinical.alarms.table import ALARM_MOVES, STANDING, AlarmCause, AlarmPriority, AlarmStage, next_stage


def test_every_stage_answers_every_cause():
    assert set(ALARM_MOVES) == set(AlarmStage)
    assert all(set(row) == set(AlarmCause) for row in ALARM_MOVES.values())


@pytest.mark.parametrize("stage", AlarmStage)
def test_missing_data_moves_nothing(stage):
    assert next_stage(stage, AlarmCause.MISSING) is stage


@pytest.mark.parametrize("stage", AlarmStage)
def test_a_worse_held_level_is_heard_from_every_stage(stage):
    assert next_stage(stage, AlarmCause.HELD) is AlarmStage.ACTIVE


def test_only_a_value_inside_or_the_end_of_the_session_ends_what_stands_and_only_a_person_ends_what_latched():
    enders = {
        stage: {cause for cause, to in ALARM_MOVES[stage].items() if to is AlarmStage.NORMAL} for stage in STANDING
    }
    inside = {AlarmCause.INSIDE, AlarmCause.CLOSED}
    assert enders[AlarmStage.ACTIVE] == inside
    assert enders[AlarmStage.ACKNOWLEDGED] == inside | {AlarmCause.INSIDE_LATCHING}
    assert enders[AlarmStage.LATCHED] == {AlarmCause.ACKNOWLEDGED, AlarmCause.CLOSED}


def test_nothing_to_acknowledge_is_refused():
    refused = {stage for stage in AlarmStage if next_stage(stage, AlarmCause.ACKNOWLEDGED) is None}
    assert refused == {AlarmStage.NORMAL, AlarmStage.PENDING}


def test_priorities_have_an_order():
    assert [p.rank for p in (AlarmPriority.LOW, AlarmPriority.MEDIUM, AlarmPriority.HIGH)] == [1, 2, 3]
