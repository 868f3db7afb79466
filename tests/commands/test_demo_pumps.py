"""What is recorded of an infusion is done at the simulated pump of its chair, once and in its order."""

from datetime import UTC, datetime, timedelta

from monitor.clinical.dosing.dose import Bolus, RateStep
from monitor.clinical.dosing.orders import Ordered, OrderForm
from monitor.clinical.preparation.entries import Mark
from monitor.commands.demo_pumps import Hand
from monitor.ward.course import Course, InfusionOrder
from simulators.pump import Pump, check_words

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
ORDER = "program 0.5000 mg/kg over 40.0000 min, 1.0000 mg/mL, 70.00 kg"


def ordered() -> Course:
    order = InfusionOrder(Ordered(OrderForm.MG_PER_KG, 0.5, 40, 1.0), Mark("Dr. Voss", AT - timedelta(minutes=15)))
    return Course(order=order, weight_kg=70.0)


def turn(course: Course, minute: float, ml_per_h: float) -> None:
    course.rates.append(RateStep(AT + timedelta(minutes=minute), ml_per_h))


def done(hand: Hand, course: Course, session_id: int = 1) -> list[str]:
    return [words for _, words in hand.follow(session_id, course)]


def test_an_order_is_programmed_once_and_anew_when_it_is_written_anew_before_the_start() -> None:
    hand, course = Hand(), Course()
    assert done(hand, course) == []
    course = ordered()
    assert done(hand, course) == [ORDER]
    assert done(hand, course) == []
    course.weight_kg = 72.0
    assert done(hand, course) == [ORDER.replace("70.00", "72.00")]


def test_start_change_hold_resume_and_end_are_done_at_the_pump_when_they_are_recorded() -> None:
    hand, course = Hand(), ordered()
    done(hand, course)
    for minute, ml_per_h, words in (
        (0, 52.5, ["rate 52.50", "start"]),
        (5, 30.0, ["rate 30.00"]),
        (8, 0.0, ["stop"]),
        (9, 30.0, ["rate 30.00", "start"]),
        (40, 0.0, ["stop"]),
    ):
        turn(course, minute, ml_per_h)
        assert done(hand, course) == words
    course.boluses.append(Bolus(AT + timedelta(minutes=41), 2.0))
    assert done(hand, course) == ["bolus 2.00"]


def test_a_session_that_already_ran_is_done_with_the_times_of_its_record() -> None:
    course = ordered()
    turn(course, 0, 52.5)
    turn(course, 10, 0.0)
    course.boluses.append(Bolus(AT + timedelta(minutes=4), 1.0))
    acts = list(Hand().follow(1, course))
    minutes = [(at - AT).total_seconds() / 60 for at, _ in acts]
    assert [words for _, words in acts] == [ORDER, "rate 52.50", "start", "bolus 1.00", "stop"]
    assert minutes == [-15, 0, 0, 4, 10]
    pump = Pump(None)
    pump.begin_at(minutes[0] * 60)
    for minute, (_, words) in zip(minutes, acts, strict=True):
        check_words(words)
        pump.advance(minute * 60)
        pump.obey(words)
    assert round(pump.state().delivered_ml, 2) == round(1 + 52.5 * (600 - 6) / 3600, 2)


def test_a_pump_left_running_by_a_session_that_is_gone_is_stopped_before_the_next_is_programmed() -> None:
    hand, course = Hand(), ordered()
    turn(course, 0, 52.5)
    done(hand, course)
    turned_over = ordered()
    turned_over.weight_kg = 60.0
    turn(turned_over, 60, 45.0)
    assert done(hand, turned_over, 2)[:2] == ["stop", ORDER.replace("70.00", "60.00")]
    assert [words for _, words in hand.leave()] == ["stop"]
    assert list(hand.leave()) == []
