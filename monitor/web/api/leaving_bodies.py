"""What the events take that end a visit without a discharge, and those of adverse events.

Law: it is asked for so that it is not forgotten; “not assessed” and “refused” are answers too, and nothing that may be
unknown keeps a transfer waiting.
"""

from typing import Annotated, Literal

from pydantic import Field

from monitor.web.api.event_body import EventBody
from monitor.web.fields import Line, RowId, Secret, Words
from monitor.web.signer import SignerName

Term = Annotated[Line, Field(max_length=64)]
AdverseGrade = Annotated[int, Field(ge=1, le=5, description="CTCAE; 5 is death")]
Related = Literal["unrelated", "unlikely", "possible", "probable", "definite"]
Acted = Literal["none", "watched", "treated", "rate_lowered", "held", "ended"]
SeriousBy = Annotated[
    list[Literal["hospitalisation", "disability", "life_threatening", "death", "other"]], Field(max_length=5)
]
Described = Annotated[str, Field(max_length=1000)]
_Answered = Literal["yes", "no", "refused"]
_Told = Annotated[Words, Field(max_length=1000)]


class AdverseEventRecord(EventBody):
    """An adverse event with its CTCAE grade; `at` is its onset, `action` what was done, `serious` empty when it is not.

    Grade 5 is death and needs `death` among `serious`. Of a session that is over it is signed with a password (`name`
    when a program carries it).
    """

    event: Literal["record_adverse_event"]
    name: SignerName | None = None
    password: Secret | None = None
    term: Term
    grade: AdverseGrade
    relation: Related
    action: Acted
    serious: SeriousBy = Field(default_factory=list)
    description: Described = ""


class AdverseEventOver(EventBody):
    """An adverse event is over since `at`; `adverse_event` is its `id`. Signed once the session is over."""

    event: Literal["resolve_adverse_event"]
    name: SignerName | None = None
    password: Secret | None = None
    adverse_event: RowId


class Leaving(EventBody):
    """The patient leaves against advice; the `reason` (what was said) is required.

    `told` is what the patient was told of the risks, `signed` whether they signed it on paper, `witness` who saw it.
    """

    event: Literal["leave_against_advice"]
    told: _Told
    capacity: Literal["has_capacity", "lacks_capacity", "not_assessed"]
    escort: _Answered
    signed: _Answered
    witness: Line | None = None


class Transfer(EventBody):
    """The patient goes to a higher level of care; the `reason` is required, `service` is where they go."""

    event: Literal["transfer"]
    service: Line
    how: Literal["on_foot", "wheelchair", "stretcher", "ambulance"]
    person: Line | None = None
    phone: Annotated[Line, Field(max_length=40)] | None = None
