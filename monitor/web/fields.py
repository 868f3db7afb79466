"""The parts bodies and answers are made of.

Law: what is not named is refused, and nothing is guessed into another type.
"""

import re
import unicodedata
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

_TIME_WITH_LOST_PLUS = re.compile(r"(.*T[\d:.]+) (\d{2}:?\d{2})")


class Body(BaseModel):
    """What a person or program sends: strict types, no unknown keys, no NaN."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class Query(BaseModel):
    """What stands behind the question mark: text, read into types; no unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Answer(BaseModel):
    """What is answered, made from a row or named values."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


def _single_line(text: str) -> str:
    if any(unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") for letter in text):
        raise ValueError("control characters and line breaks are not allowed here")
    return unicodedata.normalize("NFC", text)


def _free_text(text: str) -> str:
    if any(unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\n\t" for letter in text):
        raise ValueError("control characters are not allowed here")
    return unicodedata.normalize("NFC", text)


def _mend_plus(value: object) -> object:
    """A `+00:00` that was not escaped in an address arrives as a space."""
    if isinstance(value, str) and (match := _TIME_WITH_LOST_PLUS.fullmatch(value)):
        return f"{match[1]}+{match[2]}"
    return value


Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(_single_line)
]
Words = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000), AfterValidator(_free_text)
]
Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
RequestId = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{1,64}$"),
    Field(description="Chosen by the caller; sent again, it gives the same answer and has no second effect."),
]
Secret = Annotated[str, StringConstraints(min_length=1, max_length=1024)]
QueryTime = Annotated[AwareDatetime, BeforeValidator(_mend_plus)]
Time = datetime
MOST_ROWS = 2**53
RowId = Annotated[int, Field(ge=1, le=MOST_ROWS)]


class Page(Query):
    """A part of a long list: newest first, `before` the id of the last one seen."""

    limit: Annotated[int, Field(ge=1, le=500)] = 100
    before: RowId | None = None


class Refusal(BaseModel):
    """Every error: a code for programs, a sentence for people."""

    error: str = Field(description="Stable code.")
    message: str = Field(description="What happened and what to do next.")
    missing: list[str] | None = Field(default=None, description="What must be done or sent first.")
    changed: list[dict[str, object]] | None = Field(
        default=None, description="On a refused signature: each criterion that is not as it was seen."
    )
    current: dict[str, object] | None = Field(default=None, description="On 409: what stands now.")
    fields: list[str] | None = Field(default=None, description="On 400: which parts of the request are wrong.")
