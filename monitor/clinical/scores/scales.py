"""The scales a nurse enters, as named items with ranges. Law: a score is complete and in range, or refused.

Source: CLINICAL.md §4.1 (Aldrete), §4.2 (MPADSS), §4.3 (White), §5.1 (MOAA/S), §5.2 (RASS), §5.3 (Ramsay), §5.4
(POSS; 0 stands for S), §5.5 (CADSS-6, nausea), §5.6 (NRS). Item names are ours: the wording of licensed instruments is
not shipped.
"""

from collections.abc import Mapping

from monitor.clinical.scores.items import ScoreItem, ScoreKind, ScoreRefused, check_names, whole_number

__all__ = ["CONFIRMATIONS", "CONFIRMED", "ScoreItem", "ScoreKind", "ScoreRefused", "confirmed", "mpadss_pain"]
__all__ += ["score_kinds", "total"]


def _kind(kind_id: str, title: str, low: int, high: int, source: str, *names: str) -> ScoreKind:
    return ScoreKind(kind_id, title, tuple(ScoreItem(name, low, high) for name in names), source)


CONFIRMATIONS = "confirmations"
CONFIRMED = ("escort_present", "instructions_given", "iv_removed", "belongings_returned", "no_driving_told")

_KINDS: Mapping[str, ScoreKind] = {
    kind.id: kind
    for kind in (
        _kind(
            "aldrete",
            "Aldrete",
            0,
            2,
            "§4.1",
            "activity",
            "respiration",
            "circulation",
            "consciousness",
            "oxygen_saturation",
        ),
        _kind("mpadss", "MPADSS", 0, 2, "§4.2", "vital_signs", "ambulation", "nausea", "pain", "bleeding"),
        _kind(
            "white",
            "Fast-track (White)",
            0,
            2,
            "§4.3",
            "consciousness",
            "activity",
            "haemodynamics",
            "respiration",
            "oxygen_saturation",
            "pain",
            "emetic",
        ),
        _kind("moaas", "MOAA/S", 0, 5, "§5.1", "level"),
        _kind("rass", "RASS", -5, 4, "§5.2", "level"),
        _kind("ramsay", "Ramsay", 1, 6, "§5.3", "level"),
        _kind("poss", "POSS", 0, 4, "§5.4", "level"),
        _kind("cadss6", "CADSS-6", 0, 4, "§5.5", "item_1", "item_2", "item_6", "item_7", "item_15", "item_22"),
        _kind("perception", "Hallucination, distress", 0, 1, "§4.5", "hallucination", "distress"),
        _kind("nrs", "Pain NRS", 0, 10, "§5.6", "pain"),
        _kind("nausea", "Nausea", 0, 3, "§5.5", "level"),
        _kind("gait", "Gait", 0, 2, "§4.2", "level"),  # 2 steady unaided or as before, 1 with help, 0 unable or dizzy
        _kind("orientation", "Orientation", 0, 1, "§4.5", "person", "place", "time"),
        _kind(CONFIRMATIONS, "Confirmations", 0, 1, "§4.5", *CONFIRMED),
    )
}


def score_kinds() -> Mapping[str, ScoreKind]:
    """Every scale by its id."""
    return _KINDS


def total(kind: str, items: Mapping[str, object]) -> int:
    """The sum of a complete score; for confirmations the number confirmed. Raises ScoreRefused with a sentence."""
    scale = _KINDS.get(kind)
    if scale is None:
        raise ScoreRefused(f"There is no score “{kind}”.")
    names = tuple(item.name for item in scale.items)
    if kind == CONFIRMATIONS:
        check_names(scale.title, items, (), names)
        return sum(confirmed(name, items[name]) for name in items)
    check_names(scale.title, items, names, ())
    return sum(whole_number(scale.title, item, items[item.name]) for item in scale.items)


def confirmed(name: str, value: object) -> bool:
    """Whether an item is confirmed: true, or for the escort a name; raises ScoreRefused for anything else."""
    if name == "escort_present":
        person = value.get("name") if isinstance(value, Mapping) else value
        if person is False or person is None:
            return False
        if not isinstance(person, str) or not person.strip():
            raise ScoreRefused("The escort's name is needed.")
        return True
    if not isinstance(value, bool):
        raise ScoreRefused(f"Confirmations, {name}: yes or no is needed.")
    return value


def mpadss_pain(nrs: int, baseline_nrs: int | None) -> int:
    """MPADSS pain, 0 to 2, from NRS 0–3, 4–6, 7–10; or, if better, 2 up to the baseline and 1 up to two above it [D].

    Source: CLINICAL.md §4.2 and §4.5: scored absolutely, a third of these patients could never pass.
    """
    absolute = 2 if nrs <= 3 else 1 if nrs <= 6 else 0
    if baseline_nrs is None:
        return absolute
    relative = 2 if nrs <= baseline_nrs else 1 if nrs <= baseline_nrs + 2 else 0
    return max(absolute, relative)
