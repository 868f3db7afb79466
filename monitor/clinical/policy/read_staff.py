"""From the [[course]] and [staff] tables to who must be trained. Law: what an act needs is a course that is written."""

import math

from monitor.clinical.policy.faults import NOTHING
from monitor.clinical.policy.reader import Part
from monitor.clinical.staff import Course, StaffAct, StaffPolicy

DAY_S = 86_400


def read_staff(parts: tuple[Part, ...], part: Part) -> StaffPolicy:
    """The [[course]] tables and the [staff] table; an act that needs none has an empty list written."""
    courses: dict[str, Course] = {}
    for one in parts:
        course = Course(one.text("id"), one.text("words"), one.text("source"), one.mark())
        if course.id and course.id in courses:
            one.refuse("id", f"“{course.id}” is written twice", "each name once")
        courses[course.id] = course
        one.close()
    policy = StaffPolicy(
        courses=courses,
        needs={act: _needed(part, act, courses) for act in StaffAct},
        warn_days=_days(part, "expiry_warning"),
    )
    part.text("source")
    part.mark()
    part.close()
    return policy


def _days(part: Part, key: str) -> int:
    days = part.quantity(key, "d", between=(1, 365)) / DAY_S
    if math.isnan(days):
        return 1
    if days != int(days):
        part.refuse(f"{key}.value", f"{days:g} is written", "a whole number of days")
        return 1
    return int(days)


def _needed(part: Part, act: StaffAct, courses: dict[str, Course]) -> tuple[str, ...]:
    if not part.has(act.value):
        part.refuse(act.value, NOTHING, "a list of courses, empty for none")
    names = part.texts(act.value)
    for name in names:
        if name not in courses:
            part.refuse(act.value, f"there is no course “{name}”", " or ".join(sorted(courses)))
    return tuple(name for name in names if name in courses)
