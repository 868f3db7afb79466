"""Grades of adverse events, CTCAE v5 (public domain). Law: a grade the term does not have is refused, naming those it
has; 0 says that it is gone.

The labels are ours and short. Grade 5 (death) is no entry beside a listed term. Source: CLINICAL.md §5.7:
hypertension and nausea [V], the others [M]; terms beyond that table (marked so below) are from memory too.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.clinical.scores.items import ScoreRefused

GONE = 0
FREE_TEXT_GRADES = (1, 2, 3, 4, 5)
_LIFE = "life-threatening"


@dataclass(frozen=True, slots=True)
class Term:
    """One adverse event: its CTCAE name and the grades it has, each with a short label."""

    id: str
    title: str
    grades: Mapping[int, str]


def _term(term_id: str, title: str, *labels: str) -> Term:
    return Term(term_id, title, {grade: label for grade, label in enumerate(labels, 1) if label})


TERMS: Mapping[str, Term] = {
    term.id: term
    for term in (
        _term("hypertension", "Hypertension", "120–139 / 80–89", "140–159 / 90–99", "≥ 160 / ≥ 100", _LIFE),
        _term("hypotension", "Hypotension", "asymptomatic", "non-urgent treatment", "medical treatment", _LIFE),
        _term("sinus_tachycardia", "Sinus tachycardia", "asymptomatic", "symptomatic", "urgent treatment"),
        _term("sinus_bradycardia", "Sinus bradycardia", "asymptomatic", "no treatment", "treatment", _LIFE),
        _term("hypoxia", "Hypoxia", "", "with exertion < 88 %", "at rest < 88 %", "airway compromise"),
        _term("apnea", "Apnea", "", "", "treatment", _LIFE),
        _term("nausea", "Nausea", "eats as usual", "eats less", "intake inadequate"),
        _term("vomiting", "Vomiting", "no treatment", "outpatient IV fluid", "tube feeding or hospital", _LIFE),
        _term("dizziness", "Dizziness", "mild", "moderate", "severe"),
        _term("somnolence", "Somnolence", "mild", "moderate", "stupor", _LIFE),
        _term("hallucinations", "Hallucinations", "mild", "moderate", "severe, hospital", _LIFE),
        _term("headache", "Headache", "mild", "moderate", "severe"),
        # Beyond the table of §5.7, because the page has them [M].
        _term("anxiety", "Anxiety", "mild", "moderate", "severe, hospital", _LIFE),
        _term("agitation", "Agitation", "mild", "moderate", "severe, hospital", _LIFE),
        _term("pruritus", "Pruritus", "mild", "widespread", "constant, limits care or sleep"),
    )
}

# Words of the bedside for the same event. “Dissociation” has no CTCAE term of its own and stays a free word.
_SAID: Mapping[str, str] = {
    "drowsiness": "somnolence",
    "apnoea": "apnea",
    "hallucination": "hallucinations",
    "itching": "pruritus",
    "tachycardia": "sinus_tachycardia",
    "bradycardia": "sinus_bradycardia",
}


def term_of(symptom: str) -> Term | None:
    """The CTCAE term of a symptom's word; None for free text."""
    word = symptom.strip().casefold().replace(" ", "_")
    return TERMS.get(_SAID.get(word, word))


def check_grade(symptom: str, grade: int) -> None:
    """Refuse a grade that the symptom's term does not have; free text takes 1 to 5, and 0 always says gone."""
    term = term_of(symptom)
    accepted = tuple(term.grades) if term is not None else FREE_TEXT_GRADES
    if grade != GONE and grade not in accepted:
        name = symptom if term is None else term.title
        grades = ", ".join(str(one) for one in accepted)
        raise ScoreRefused(f"{name} has no grade {grade}; accepted: {grades}, or 0 when it is gone.", ("grade",))


@dataclass(frozen=True, slots=True)
class PressureHistory:
    """What the grade of hypertension asks beside the pressure; `baseline_diastolic` in mmHg."""

    recurrent: bool = False  # again, or for 24 h and more
    symptomatic: bool = False
    baseline_diastolic: float | None = None
    drugs: int = 0  # antihypertensive drugs needed for it
    intensified: bool = False  # more intensive treatment than before
    life_threatening: bool = False  # crisis, neurological deficit


def hypertension_grade(systolic: float, diastolic: float, history: PressureHistory | None = None) -> int:
    """CTCAE v5 grade of hypertension in an adult, 0 to 4, from a pressure in mmHg and its history."""
    known = history or PressureHistory()
    if known.life_threatening:
        return 4
    if systolic >= 160 or diastolic >= 100 or known.drugs > 1 or known.intensified:
        return 3
    if systolic >= 140 or diastolic >= 90 or known.drugs == 1 or _symptomatic_rise(diastolic, known):
        return 2
    raised = systolic >= 120 or diastolic >= 80
    return (2 if known.recurrent else 1) if raised else 0


def _symptomatic_rise(diastolic: float, history: PressureHistory) -> bool:
    """A symptomatic rise of the diastolic by more than 20 mmHg (a pressure above 140/90 is grade 2 by itself)."""
    base = history.baseline_diastolic
    return history.symptomatic and base is not None and diastolic - base > 20
