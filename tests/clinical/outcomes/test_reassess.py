"""When a physician looks again."""

from dataclasses import replace

from monitor.clinical.outcomes.facts import Graded, SeriesFacts
from monitor.clinical.outcomes.reassess import Answered, Asked, Decision, asked_before, still_open, stopped
from monitor.clinical.policy.outcome_parts import ReassessRule
from tests.clinical.outcomes.series import DAY, START, all_told, infusions, outcome

LITTLE = ReassessRule("little_relief", "less than 30 % relief", 4, 30, None, "x", "D")
HARM = ReassessRule("harm", "grade 3 or worse", 2, None, 3, "x", "D")
RULES = (LITTLE, HARM)


def ask(number: int, average: int | None, *events: Graded) -> tuple[Asked, ...]:
    given_ = infusions(3)
    given_ = (replace(given_[0], events=events), *given_[1:])
    told = () if average is None else all_told(given_, average)
    return asked_before(RULES, number, outcome(SeriesFacts(given_, told)))


def answer(asked: Asked, decision: Decision = Decision.CONTINUE) -> Answered:
    return Answered(asked.rule.id, decision, asked.seen, START + 50 * DAY, "Dr. Ruiz", "seen")


def test_too_little_relief_is_asked_about_before_the_fourth_infusion_and_later() -> None:
    assert ask(3, 7) == ()
    assert [one.words for one in ask(4, 7)] == ["relief 12 %"]
    assert [one.rule.id for one in ask(6, 7)] == ["little_relief"]
    assert ask(4, 5) == ()


def test_relief_that_nobody_knows_asks_as_loudly() -> None:
    (asked,) = ask(4, None)
    assert asked.words == "relief unknown: no follow-up recorded yet"


def test_a_bad_adverse_event_asks_before_the_next_infusion() -> None:
    assert ask(2, 4, Graded(START, "hypertension", 2)) == ()
    (asked,) = ask(2, 4, Graded(START, "hypertension", 3))
    assert asked.words == "hypertension, grade 3"


def test_an_answer_covers_what_it_saw_and_nothing_worse() -> None:
    (asked,) = ask(4, 7)
    assert still_open((asked,), (answer(asked),)) == ()
    (worse,) = ask(5, 8)
    assert still_open((worse,), (answer(asked),)) == (worse,)
    (unknown,) = ask(5, None)
    assert still_open((unknown,), (answer(asked),)) == (unknown,)


def test_a_newer_adverse_event_asks_again_and_so_does_a_worse_one() -> None:
    (asked,) = ask(2, 4, Graded(START, "hypertension", 3))
    answered = answer(asked)
    assert still_open((asked,), (answered,)) == ()
    (newer,) = ask(3, 4, Graded(answered.at + DAY, "hypertension", 3))
    (worse,) = ask(3, 4, Graded(START, "hypertension", 4))
    assert still_open((newer, worse), (answered,)) == (newer, worse)


def test_an_answer_to_one_rule_is_none_to_another() -> None:
    little, harm = ask(4, 7, Graded(START, "hypertension", 3))
    assert still_open((little, harm), (answer(harm),)) == (little,)


def test_a_stop_covers_nothing_until_somebody_decides_anew() -> None:
    (asked,) = ask(4, 7)
    stop = answer(asked, Decision.STOP)
    assert still_open((asked,), (stop,)) == (asked,)
    assert stopped((stop,)) is stop
    assert stopped((stop, replace(answer(asked), at=stop.at + DAY))) is None
    assert stopped(()) is None
