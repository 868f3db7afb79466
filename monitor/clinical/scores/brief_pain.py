"""The Brief Pain Inventory as numbers. Law: fewer answers than the instrument asks for is INCOMPLETE, never a mean.

Source: CLINICAL.md §5.6: severity is the mean of worst, least, average and now; interference the mean of seven items,
valid with at least four answers. The instrument is licensed: only numbers and our own short labels are kept, the
wording is on the clinic's licensed sheet.
"""

from collections.abc import Mapping

from monitor.clinical.scores.items import ScoreItem, ScoreRefused, check_names, whole_number

SEVERITY = ("worst", "least", "average", "now")
INTERFERENCE = ("activity", "mood", "walking", "work", "relations", "sleep", "enjoyment")
INTERFERENCE_ANSWERS_NEEDED = 4
_LOW, _HIGH = 0, 10


def severity(items: Mapping[str, object]) -> float:
    """BPI severity, 0 to 10: the mean of all four; raises ScoreRefused when one is missing or least is above worst."""
    check_names("BPI severity", items, SEVERITY, ())
    values = {name: _value("BPI severity", name, items[name]) for name in SEVERITY}
    if values["least"] > values["worst"]:
        raise ScoreRefused(f"BPI severity: least {values['least']} is above worst {values['worst']}.")
    return sum(values.values()) / len(SEVERITY)


def interference(items: Mapping[str, object]) -> float | None:
    """BPI interference, 0 to 10: the mean of what was answered; None (incomplete) with fewer than four answers."""
    check_names("BPI interference", items, (), INTERFERENCE)
    answered = [_value("BPI interference", name, value) for name, value in items.items() if value is not None]
    if len(answered) < INTERFERENCE_ANSWERS_NEEDED:
        return None
    return sum(answered) / len(answered)


def answered_of(items: Mapping[str, object]) -> int:
    """How many of the items have an answer."""
    return sum(1 for value in items.values() if value is not None)


def _value(title: str, name: str, value: object) -> int:
    return whole_number(title, ScoreItem(name, _LOW, _HIGH), value)
