"""What can be entered: the opioids that have a factor, the grades of adverse events."""

from typing import Annotated

from flask import Blueprint
from pydantic import Field

from monitor.clinical.scores.ctcae import TERMS, PressureHistory, hypertension_grade
from monitor.clinical.scores.opioids import KNOWN, NOT_FOR_SWITCHING
from monitor.security.roles import Action
from monitor.web.doors import allowed
from monitor.web.fields import Answer, Query

blueprint = Blueprint("scales", __name__)
Mmhg = Annotated[float, Field(ge=20, le=350, description="mmHg")]


class OpioidAnswer(Answer):
    """One opioid by one route: MME a day for each `unit` a day; `factor` null: there is none, its MME is unknown."""

    drug: str
    route: str
    unit: str
    factor: float | None
    note: str


class OpioidsAnswer(Answer):
    """The table, and what it must not be used for."""

    opioids: list[OpioidAnswer]
    warning: str


class TermAnswer(Answer):
    """An adverse event with the grades it has and a short label for each."""

    id: str
    title: str
    grades: dict[int, str]


class Pressure(Query):
    """A pressure and what the grade asks beside it."""

    systolic: Mmhg
    diastolic: Mmhg
    recurrent: bool = False
    symptomatic: bool = False
    baseline_diastolic: Mmhg | None = None
    drugs: Annotated[int, Field(ge=0, le=10)] = 0
    intensified: bool = False
    life_threatening: bool = False


class GradeAnswer(Answer):
    """A CTCAE v5 grade; 0 is none."""

    grade: int
    label: str


@blueprint.get("/opioids")
@allowed(Action.VIEW_SESSION, answer=OpioidsAnswer)
def list_opioids() -> OpioidsAnswer:
    """The opioids of the CDC 2022 table; a list of them is recorded as a score of the kind `opioids`."""
    told = [
        OpioidAnswer(drug=one.drug, route=one.route, unit=one.unit, factor=one.factor, note=one.note) for one in KNOWN
    ]
    return OpioidsAnswer(opioids=told, warning=NOT_FOR_SWITCHING)


@blueprint.get("/ctcae")
@allowed(Action.VIEW_SESSION, answer=list[TermAnswer])
def list_terms() -> list[TermAnswer]:
    """The adverse events whose grades a symptom is checked against."""
    return [TermAnswer(id=term.id, title=term.title, grades=dict(term.grades)) for term in TERMS.values()]


@blueprint.get("/ctcae/hypertension")
@allowed(Action.VIEW_SESSION, query=Pressure, answer=GradeAnswer)
def grade_hypertension(query: Pressure) -> GradeAnswer:
    """The grade of hypertension for a pressure and its history."""
    history = PressureHistory(
        recurrent=query.recurrent,
        symptomatic=query.symptomatic,
        baseline_diastolic=query.baseline_diastolic,
        drugs=query.drugs,
        intensified=query.intensified,
        life_threatening=query.life_threatening,
    )
    grade = hypertension_grade(query.systolic, query.diastolic, history)
    return GradeAnswer(grade=grade, label=TERMS["hypertension"].grades.get(grade, "none"))
