"""What is written down before the start: identifiers, escort, fasting, pregnancy, line, drug, oxygen, rescue drugs.

Laws
1. An entry is checked when it is made and judged again at every look, since fasting grows and drugs expire.
2. What is not as it should be is OPEN; where a note may accept it, the note is asked for. What nobody wrote is OPEN.

Source: CLINICAL.md §1.4 "Fasting", §1.5 "Antidote/rescue at hand", §7.2 "Intake" and "Pre".
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from monitor.clinical.policy.preparation_parts import PreparationItem, PreparationPolicy
from monitor.clinical.preparation.entries import Mark, PreparationEntry, Said
from monitor.errors import Refused


class ItemResult(StrEnum):
    """Where one item stands."""

    DONE = "done"
    NOTED = "noted"  # not as it should be, and a note says why it is accepted
    NOTE_NEEDED = "note_needed"
    OPEN = "open"


ITEM_PASSES = frozenset({ItemResult.DONE, ItemResult.NOTED})
# What may be accepted with a note; the others are done or they are open.
_WITH_NOTE = frozenset({PreparationItem.FASTING, PreparationItem.PREGNANCY, PreparationItem.CAPNOGRAPHY})
_PREGNANCY_TESTS = ("negative", "positive", "not_done")


class EntryRefused(Refused):
    """An entry that is incomplete or impossible."""

    code = "entry_refused"


@dataclass(frozen=True, slots=True)
class ItemState:
    """One item, what was found about it in words, and who wrote it."""

    item: PreparationItem
    result: ItemResult
    required: bool
    evidence: str = ""
    entry: PreparationEntry | None = None


def prepare(policy: PreparationPolicy, said: Said, now: datetime, *, etco2_measured: bool) -> tuple[ItemState, ...]:
    """Every item, also those the policy does not require."""
    return tuple(_state(policy, item, said.items.get(item), now, etco2_measured) for item in PreparationItem)


def _state(
    policy: PreparationPolicy, item: PreparationItem, entry: PreparationEntry | None, now: datetime, etco2: bool
) -> ItemState:
    required = item in policy.required
    if item is PreparationItem.CAPNOGRAPHY and etco2:
        return ItemState(item, ItemResult.DONE, required, "EtCO₂ is measured", entry)
    if entry is None:
        return ItemState(item, ItemResult.OPEN, required)
    good, evidence = _JUDGED[item](policy, entry.values, now)
    if good or item not in _WITH_NOTE:
        return ItemState(item, ItemResult.DONE if good else ItemResult.OPEN, required, evidence, entry)
    return ItemState(item, ItemResult.NOTED if entry.note else ItemResult.NOTE_NEEDED, required, evidence, entry)


def check_entry(name: str, values: Mapping[str, object]) -> None:
    """Raise EntryRefused for an unknown item, a missing or an impossible value."""
    if name not in tuple(PreparationItem):
        raise EntryRefused(f"There is no item “{name}” in the preparation.", (name,))
    _FORMS[PreparationItem(name)](values)


# --- what an entry must hold ---


def _yes(values: Mapping[str, object]) -> None:
    _flag(values, "confirmed")


def _flag(values: Mapping[str, object], name: str) -> bool:
    value = values.get(name)
    if not isinstance(value, bool):
        raise EntryRefused(f"“{name}” must be yes or no.", (name,))
    return value


def _words(values: Mapping[str, object], name: str) -> str:
    value = values.get(name)
    if not isinstance(value, str) or not value.strip():
        raise EntryRefused(f"“{name}” is needed.", (name,))
    return value.strip()


def _when(values: Mapping[str, object], name: str) -> datetime:
    try:
        at = datetime.fromisoformat(_words(values, name))
    except ValueError:
        raise EntryRefused(f"“{name}” must be a time.", (name,)) from None
    if at.tzinfo is None:
        raise EntryRefused(f"“{name}” must be a time with its zone.", (name,))
    return at


def _day(values: Mapping[str, object], name: str) -> date:
    try:
        return date.fromisoformat(_words(values, name))
    except ValueError:
        raise EntryRefused(f"“{name}” must be a day such as 2027-04-30.", (name,)) from None


def _escort_form(values: Mapping[str, object]) -> None:
    _words(values, "name")


def _fasting_form(values: Mapping[str, object]) -> None:
    _when(values, "solids_at")
    _when(values, "clear_liquids_at")


def _pregnancy_form(values: Mapping[str, object]) -> None:
    if _flag(values, "possible") and values.get("test") not in _PREGNANCY_TESTS:
        raise EntryRefused(f"The pregnancy test is one of {', '.join(_PREGNANCY_TESTS)}.", ("test",))


def _iv_form(values: Mapping[str, object]) -> None:
    _words(values, "site")


def _drug_form(values: Mapping[str, object]) -> None:
    _words(values, "lot")
    _day(values, "expires_on")


def _oxygen_form(values: Mapping[str, object]) -> None:
    _flag(values, "on_air")


_FORMS: Mapping[PreparationItem, Callable[[Mapping[str, object]], None]] = {
    PreparationItem.IDENTITY: _yes,
    PreparationItem.ESCORT: _escort_form,
    PreparationItem.FASTING: _fasting_form,
    PreparationItem.PREGNANCY: _pregnancy_form,
    PreparationItem.IV_ACCESS: _iv_form,
    PreparationItem.DRUG: _drug_form,
    PreparationItem.OXYGEN: _oxygen_form,
    PreparationItem.RESCUE_READY: _yes,
    PreparationItem.CAPNOGRAPHY: _yes,
}


# --- what it means now ---

Judged = tuple[bool, str]


def _confirmed(policy: PreparationPolicy, values: Mapping[str, object], now: datetime) -> Judged:
    return values["confirmed"] is True, "confirmed" if values["confirmed"] is True else "not confirmed"


def _escort(policy: PreparationPolicy, values: Mapping[str, object], now: datetime) -> Judged:
    return True, str(values["name"])


def _fasting(policy: PreparationPolicy, values: Mapping[str, object], now: datetime) -> Judged:
    solids_s = (now - _when(values, "solids_at")).total_seconds()
    clear_s = (now - _when(values, "clear_liquids_at")).total_seconds()
    words = f"solids {solids_s / 3600:.1f} h ago, clear liquids {clear_s / 3600:.1f} h ago"
    return solids_s >= policy.fasting_solids_s and clear_s >= policy.fasting_clear_s, words


def _pregnancy(policy: PreparationPolicy, values: Mapping[str, object], now: datetime) -> Judged:
    if values["possible"] is False:
        return True, "not possible"
    spoken = str(values["test"]).replace("_", " ")
    # A positive test is not a matter of a note here: the screening stops on it.
    return values["test"] != "not_done", f"test {spoken}"


def _iv_access(policy: PreparationPolicy, values: Mapping[str, object], now: datetime) -> Judged:
    gauge = values.get("gauge")
    return True, f"{values['site']}" + (f", {gauge} G" if gauge else "")


def _drug(policy: PreparationPolicy, values: Mapping[str, object], now: datetime) -> Judged:
    words = f"lot {values['lot']}, expires {values['expires_on']}"
    return _day(values, "expires_on") >= now.date(), words


def _oxygen(policy: PreparationPolicy, values: Mapping[str, object], now: datetime) -> Judged:
    return True, "room air" if values["on_air"] is True else "oxygen is given"


_JUDGED: Mapping[PreparationItem, Callable[[PreparationPolicy, Mapping[str, object], datetime], Judged]] = {
    PreparationItem.IDENTITY: _confirmed,
    PreparationItem.ESCORT: _escort,
    PreparationItem.FASTING: _fasting,
    PreparationItem.PREGNANCY: _pregnancy,
    PreparationItem.IV_ACCESS: _iv_access,
    PreparationItem.DRUG: _drug,
    PreparationItem.OXYGEN: _oxygen,
    PreparationItem.RESCUE_READY: _confirmed,
    PreparationItem.CAPNOGRAPHY: _confirmed,
}


def who_prepared(said: Said) -> Mark | None:
    """Who drew up the drug; None when nobody said so."""
    entry = said.items.get(PreparationItem.DRUG)
    return None if entry is None else entry.mark
