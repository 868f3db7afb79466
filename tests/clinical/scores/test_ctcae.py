"""CTCAE v5 as CLINICAL.md §5.7 has it: a grade exists for a term, or it is refused with those that do."""

import pytest

from monitor.clinical.scores.ctcae import TERMS, PressureHistory, check_grade, hypertension_grade, term_of
from monitor.clinical.scores.items import ScoreRefused

# §5.7, the grades that are not “–”.
GRADES = {
    "hypertension": (1, 2, 3, 4),
    "hypotension": (1, 2, 3, 4),
    "sinus_tachycardia": (1, 2, 3),
    "sinus_bradycardia": (1, 2, 3, 4),
    "hypoxia": (2, 3, 4),
    "apnea": (3, 4),
    "nausea": (1, 2, 3),
    "vomiting": (1, 2, 3, 4),
    "dizziness": (1, 2, 3),
    "somnolence": (1, 2, 3, 4),
    "hallucinations": (1, 2, 3, 4),
    "headache": (1, 2, 3),
}


@pytest.mark.parametrize(("term", "grades"), GRADES.items())
def test_a_term_takes_its_grades_and_0_and_names_them_when_it_refuses(term, grades):
    assert tuple(TERMS[term].grades) == grades
    assert all(TERMS[term].grades.values())
    for grade in range(-1, 7):
        if grade == 0 or grade in grades:
            check_grade(term, grade)
            continue
        accepted = ", ".join(map(str, grades))
        with pytest.raises(ScoreRefused, match=f"has no grade {grade}; accepted: {accepted}, or 0 when it is gone"):
            check_grade(term, grade)


@pytest.mark.parametrize(
    ("said", "term"),
    [
        ("drowsiness", "somnolence"),
        ("Itching", "pruritus"),
        ("Sinus tachycardia", "sinus_tachycardia"),
        (" nausea ", "nausea"),
        ("apnoea", "apnea"),
        ("hallucination", "hallucinations"),
        ("bradycardia", "sinus_bradycardia"),
        ("tachycardia", "sinus_tachycardia"),
    ],
)
def test_the_words_of_the_bedside_name_their_terms(said, term):
    assert term_of(said) is TERMS[term]


def test_free_text_takes_any_grade_of_ctcae():
    assert term_of("hiccups") is None
    assert term_of("dissociation") is None
    for grade in range(6):
        check_grade("hiccups", grade)
    with pytest.raises(ScoreRefused, match="hiccups has no grade 6"):
        check_grade("hiccups", 6)


@pytest.mark.parametrize(
    ("systolic", "diastolic", "grade"),
    [
        (119, 79, 0),
        (120, 79, 1),
        (119, 80, 1),
        (139, 89, 1),
        (140, 79, 2),
        (119, 90, 2),
        (159, 99, 2),
        (160, 70, 3),
        (119, 100, 3),
        (250, 130, 3),
    ],
)
def test_hypertension_by_the_pressure(systolic, diastolic, grade):
    assert hypertension_grade(systolic, diastolic) == grade


@pytest.mark.parametrize(
    ("pressure", "history", "grade"),
    [
        ((125, 75), {"recurrent": True}, 2),
        ((119, 79), {"recurrent": True}, 0),
        ((118, 85), {"symptomatic": True, "baseline_diastolic": 64}, 2),
        ((118, 85), {"symptomatic": True, "baseline_diastolic": 65}, 1),
        ((118, 85), {"symptomatic": False, "baseline_diastolic": 60}, 1),
        ((118, 85), {"symptomatic": True}, 1),
        ((118, 70), {"drugs": 1}, 2),
        ((118, 70), {"drugs": 2}, 3),
        ((118, 70), {"intensified": True}, 3),
        ((118, 70), {"life_threatening": True}, 4),
        ((200, 120), {"life_threatening": True}, 4),
    ],
)
def test_hypertension_by_its_history(pressure, history, grade):
    assert hypertension_grade(*pressure, PressureHistory(**history)) == grade
