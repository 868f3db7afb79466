"""What every session event carries, and the words several of them share. Law: nothing here knows a single event."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from monitor.web.fields import Body, Line, RequestId, Secret, Words

Rate = Annotated[float, Field(description="mL/h")]

DoseUnit = Literal["mg", "ug", "g", "mL", "L/min"]

Route = Literal["iv", "po", "sl", "im", "sc", "in", "inh", "td", "pr"]

Marked = Literal[
    "hr",
    "pr",
    "spo2",
    "rr",
    "nibp_sys",
    "nibp_dia",
    "nibp_mean",
    "abp_sys",
    "abp_dia",
    "abp_mean",
    "temp",
    "etco2",
    "fico2",
    "pi",
]


class SecondPerson(Body):
    """Who saw it too: a colleague's own name and password, checked here and never kept."""

    name: Annotated[Line, Field(max_length=64)]
    password: Secret


class EventBody(Body):
    """What every event carries; `at` is given when it happened earlier."""

    request_id: RequestId
    expected_version: Annotated[int, Field(ge=0)]
    at: AwareDatetime | None = None
    reason: Annotated[Words, Field(max_length=1000)] | None = None


class DoseEvent(EventBody):
    """What may cross a guard rail of the policy: then a second person is asked for."""

    second_person: SecondPerson | None = None
