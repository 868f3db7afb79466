"""Opioid doses as oral morphine milligram equivalents (MME) a day, CDC 2022.

Laws
1. An opioid without a factor is UNKNOWN, never 0; with one of them the whole total is unknown, never a part of it.
2. The result always says that it is not for switching opioids.

Source: CLINICAL.md §5.8: CDC 2022 factors [V]; IV morphine x 3 to oral [V, secondary source]; buprenorphine has no
factor [M]. The 2016 table differed (hydromorphone 4, tramadol 0.1, methadone stepped).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monitor.clinical.scores.bedside import number_within
from monitor.clinical.scores.items import ScoreRefused

OPIOIDS = "opioids"
NOT_FOR_SWITCHING = "Do not use these figures for switching from one opioid to another."
AT_MOST_OPIOIDS = 12
DOSE_AT_MOST_MG = 2000.0
DOSE_AT_MOST_UG_PER_H = 1000.0
TIMES_A_DAY_AT_MOST = 24.0


@dataclass(frozen=True, slots=True)
class Opioid:
    """One drug by one route: MME a day for each mg a day (a patch: for each µg/h); `factor` None: there is none."""

    drug: str
    route: str
    factor: float | None
    per_hour: bool = False  # the dose is µg/h, worn all day
    note: str = ""

    @property
    def unit(self) -> str:
        """The unit of one dose."""
        return "µg/h" if self.per_hour else "mg"


KNOWN: tuple[Opioid, ...] = (
    Opioid("buprenorphine", "any", None, note="no CDC factor"),
    Opioid("codeine", "oral", 0.15),
    Opioid("fentanyl", "transdermal", 2.4, per_hour=True),
    Opioid("hydrocodone", "oral", 1.0),
    Opioid("hydromorphone", "oral", 5.0),
    Opioid("methadone", "oral", 4.7, note="long and variable half-life"),
    Opioid("morphine", "oral", 1.0),
    Opioid("morphine", "iv", 3.0, note="IV counted × 3; secondary source, not CDC"),
    Opioid("oxycodone", "oral", 1.5),
    Opioid("oxymorphone", "oral", 3.0),
    Opioid("tapentadol", "oral", 0.4),
    Opioid("tramadol", "oral", 0.2),
)
_BY_NAME: Mapping[tuple[str, str], Opioid] = {(one.drug, one.route): one for one in KNOWN}


@dataclass(frozen=True, slots=True)
class OpioidLine:
    """One opioid as it is taken: `dose` in the opioid's unit, `mme` a day, None when it has no factor."""

    opioid: Opioid
    dose: float
    times_a_day: float
    mme: float | None


@dataclass(frozen=True, slots=True)
class Mme:
    """Every line and the total a day; `total` None when a line has no factor."""

    lines: tuple[OpioidLine, ...]
    total: float | None
    caution: bool  # at or above the policy's number of MME a day
    warning: str = NOT_FOR_SWITCHING

    @property
    def without_factor(self) -> tuple[str, ...]:
        """The drugs that make the total unknown."""
        return tuple(line.opioid.drug for line in self.lines if line.mme is None)


def mme(items: Mapping[str, object], caution_mme: float) -> Mme:
    """MME of `opioids`, a list of {drug, route, dose, times_a_day}; an empty list is 0. Raises ScoreRefused.

    A patch takes its µg/h as the dose and no times a day.
    """
    listed = items.get("opioids")
    if set(items) != {"opioids"} or isinstance(listed, str) or not isinstance(listed, Sequence):
        raise ScoreRefused("Opioids: a list of drug, route, dose and times a day is needed.", ("opioids",))
    if len(listed) > AT_MOST_OPIOIDS:
        raise ScoreRefused(f"Opioids: {len(listed)} lines; at most {AT_MOST_OPIOIDS} are taken.")
    lines = tuple(_line(one) for one in listed)
    known = [line.mme for line in lines if line.mme is not None]
    total = round(sum(known), 6) if len(known) == len(lines) else None
    # A part that alone reaches the caution is enough to be cautious, though the total is unknown.
    return Mme(lines, total, sum(known) >= caution_mme)


def _line(entry: object) -> OpioidLine:
    if not isinstance(entry, Mapping):
        raise ScoreRefused("Opioids: each line is drug, route, dose and times a day.")
    opioid = _opioid(entry)
    what = f"Opioids, {opioid.drug}"
    extra = sorted(set(entry) - {"drug", "route", "dose", "times_a_day"})
    if extra:
        raise ScoreRefused(f"{what}: “{extra[0]}” is not known here.")
    highest = DOSE_AT_MOST_UG_PER_H if opioid.per_hour else DOSE_AT_MOST_MG
    dose = number_within(f"{what}, dose", entry.get("dose"), 0.01, highest, opioid.unit)
    times = entry.get("times_a_day")
    if opioid.per_hour:
        if times is not None:
            raise ScoreRefused(f"{what}: a patch is worn all day; give its µg/h and no times a day.")
        times_a_day = 1.0
    else:
        times_a_day = number_within(f"{what}, times_a_day", times, 0.01, TIMES_A_DAY_AT_MOST, "a day")
    total = None if opioid.factor is None else round(dose * times_a_day * opioid.factor, 6)
    return OpioidLine(opioid, dose, times_a_day, total)


def _opioid(entry: Mapping[str, object]) -> Opioid:
    drug, route = entry.get("drug"), entry.get("route")
    found = _BY_NAME.get((str(drug), str(route))) or _BY_NAME.get((str(drug), "any"))
    if found is not None:
        return found
    routes = [one.route for one in KNOWN if one.drug == drug]
    if routes:
        raise ScoreRefused(f"Opioids, {drug}: the route “{route}” has no factor; accepted: {', '.join(routes)}.")
    names = ", ".join(dict.fromkeys(one.drug for one in KNOWN))
    raise ScoreRefused(f"Opioids: “{drug}” is not in the CDC 2022 table; accepted: {names}.")
