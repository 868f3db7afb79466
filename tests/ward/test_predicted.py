"""A session's doses as a model reads them: per kg, in minutes, from the first dose on."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.clinical.dosing.dose import Bolus, RateStep
from monitor.clinical.dosing.orders import Ordered, OrderForm
from monitor.clinical.dosing.pharmacokinetics import Doses, below_from_min, predict
from monitor.ward.course import Course, InfusionOrder, Mark
from monitor.ward.predicted import CURVE_POINTS, expected_clear_at, predicted, predicted_curve
from tests.recorder.house import POLICY

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PREDICTION = POLICY.prediction


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def course(*, ended: bool = False) -> Course:
    """70 kg, 2 mg/mL, 26.25 mL/h for 40 minutes (0.5 mg/kg), a bolus of 7 mg at minute 10."""
    made = Course(weight_kg=70.0, order=InfusionOrder(Ordered(OrderForm.MG_PER_KG, 0.5, 40, 2), Mark("P", START)))
    made.rates, made.boluses = [RateStep(at(0), 26.25)], [Bolus(at(10), 7)]
    if ended:
        made.rates.append(RateStep(at(40), 0))
        made.ended_at = at(40)
    return made


GIVEN = Doses([(0, 0.0125), (40, 0)], [(10, 0.1)])


@pytest.mark.parametrize("minute", [0, 5, 10, 39, 40, 90])
def test_what_is_shown_is_the_model_of_what_was_recorded(minute: float) -> None:
    told = predicted(PREDICTION, course(ended=True), at(minute))
    assert told is not None
    found = predict(PREDICTION.model, GIVEN, minute)
    assert told["plasma_ng_ml"] == round(found.plasma_ng_ml, 1)
    assert told["effect_site_ng_ml"] == round(found.effect_site_ng_ml, 1)
    assert told["words"] == "predicted, not measured"


def test_a_bolus_recorded_before_the_first_rate_counts_from_its_own_time() -> None:
    early = course()
    early.boluses = [Bolus(at(-5), 7)]
    told = predicted(PREDICTION, early, at(10))
    assert told is not None
    found = predict(PREDICTION.model, Doses([(5, 0.0125)], [(0, 0.1)]), 15)
    assert told["plasma_ng_ml"] == round(found.plasma_ng_ml, 1)


@pytest.mark.parametrize("minutes", [0.0, 0.4, 12.5, 40.0, 900.0])
def test_the_curve_runs_from_the_start_to_now_in_few_points(minutes: float) -> None:
    told = predicted_curve(PREDICTION, course(), at(minutes))
    assert told is not None
    times, values = told["at"], told["ng_per_ml"]
    assert isinstance(times, list)
    assert isinstance(values, list)
    assert (times[0], times[-1]) == (at(0).isoformat(), at(minutes).isoformat())
    assert len(times) == len(values) <= CURVE_POINTS + 2
    assert times == sorted(times)
    assert values[0] == 0


def test_nothing_is_predicted_before_weight_order_and_start() -> None:
    for empty in (Course(), Course(weight_kg=70.0), Course(weight_kg=70.0, order=course().order)):
        assert predicted(PREDICTION, empty, at(0)) is None
        assert predicted_curve(PREDICTION, empty, at(0)) is None
        assert expected_clear_at(PREDICTION, empty) is None


def test_an_end_of_the_effect_is_expected_only_once_the_infusion_has_ended() -> None:
    held = course()
    held.rates.append(RateStep(at(20), 0))
    assert expected_clear_at(PREDICTION, held) is None  # held: it may go on
    minute = below_from_min(PREDICTION.model, GIVEN, 50, 0)
    assert minute is not None
    assert expected_clear_at(PREDICTION, course(ended=True)) == at(minute)
