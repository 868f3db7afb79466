"""Each scale takes what its table has and refuses the rest with a sentence (CLINICAL.md §4.1 to §4.3, §5.1 to §5.6)."""

import pytest

from monitor.clinical.scores.items import ScoreRefused
from monitor.clinical.scores.reckoning import (
    Completeness,
    Reckoned,
    ScoresPolicy,
    reckon,
    reckoned_before,
    white_passes,
)
from monitor.clinical.scores.scales import score_kinds
from tests.clinical.bedside import POLICY

POLICY_OF_SCORES = ScoresPolicy(white_min=12, mme_caution=50)

# The scales with the range of their sum, from the tables.
TOTALS = {
    "aldrete": (5, 0, 10),
    "mpadss": (5, 0, 10),
    "white": (7, 0, 14),
    "moaas": (1, 0, 5),
    "rass": (1, -5, 4),
    "ramsay": (1, 1, 6),
    "poss": (1, 0, 4),
    "cadss6": (6, 0, 24),
    "nausea": (1, 0, 3),
    "nrs": (1, 0, 10),
}


@pytest.mark.parametrize(("kind", "size", "least", "most"), [(kind, *row) for kind, row in TOTALS.items()])
def test_a_scale_adds_up_over_its_whole_range_and_no_further(kind, size, least, most):
    scale = score_kinds()[kind]
    assert len(scale.items) == size
    low = {item.name: item.low for item in scale.items}
    high = {item.name: item.high for item in scale.items}
    assert reckon(kind, low, POLICY_OF_SCORES).total == least
    assert reckon(kind, high, POLICY_OF_SCORES).total == most
    for beyond in (
        {**low, scale.items[0].name: scale.items[0].low - 1},
        {**high, scale.items[-1].name: scale.items[-1].high + 1},
    ):
        with pytest.raises(ScoreRefused, match="a whole number from"):
            reckon(kind, beyond, POLICY_OF_SCORES)


@pytest.mark.parametrize("kind", TOTALS)
def test_a_scale_with_an_item_missing_is_refused_and_says_which(kind):
    scale = score_kinds()[kind]
    items = {item.name: item.low for item in scale.items[1:]}
    with pytest.raises(ScoreRefused, match="is not complete") as refused:
        reckon(kind, items, POLICY_OF_SCORES)
    assert refused.value.missing == (scale.items[0].name,)


def test_an_item_nobody_knows_is_refused():
    with pytest.raises(ScoreRefused, match="Pain NRS has no item “mood”"):
        reckon("nrs", {"pain": 3, "mood": 1}, POLICY_OF_SCORES)


@pytest.mark.parametrize("value", [True, 2.0, "2", None])
def test_only_whole_numbers_are_items(value):
    with pytest.raises(ScoreRefused):
        reckon("nrs", {"pain": value}, POLICY_OF_SCORES)


def test_there_are_no_other_kinds():
    with pytest.raises(ScoreRefused, match="There is no score “phq9”"):
        reckon("phq9", {"a": 1}, POLICY_OF_SCORES)


WHITE = [item.name for item in score_kinds()["white"].items]


@pytest.mark.parametrize(
    ("points", "passes"),
    [
        ((2, 2, 2, 2, 2, 2, 2), True),
        ((1, 1, 2, 2, 2, 2, 2), True),  # 12
        ((1, 1, 1, 2, 2, 2, 2), False),  # 11
        ((0, 2, 2, 2, 2, 2, 2), False),  # 12 with an item of 0
    ],
)
def test_fast_track_passes_at_twelve_without_an_item_of_0(points, passes):
    items = dict(zip(WHITE, points, strict=True))
    assert white_passes(items, 12) is passes
    said = "passed" if passes else "not passed"
    assert reckon("white", items, POLICY_OF_SCORES) == Reckoned(float(sum(points)), Completeness.COMPLETE, said)


def test_confirmations_count_what_is_confirmed():
    items = {"iv_removed": True, "instructions_given": False, "escort_present": {"name": "Ana"}}
    assert reckon("confirmations", items, POLICY_OF_SCORES).total == 2
    with pytest.raises(ScoreRefused, match="has no item “shoes”"):
        reckon("confirmations", {"shoes": True}, POLICY_OF_SCORES)


def test_the_shipped_policy_has_the_pass_mark_and_the_caution_of_the_tables():
    assert POLICY.scores == POLICY_OF_SCORES


def test_what_stands_in_the_record_keeps_its_total_and_is_never_refused():
    assert reckoned_before("nrs", {"pain": 3}, 3.0, POLICY_OF_SCORES) == Reckoned(3.0)
    old = reckoned_before("phq9", {"a": 1}, 7.0, POLICY_OF_SCORES)
    assert old == Reckoned(7.0, Completeness.UNKNOWN, "There is no score “phq9”.")


def test_what_stands_in_the_record_says_what_it_said():
    items = {"mood": 8, "walking": 9, "sleep": 7, "work": 4}
    assert reckoned_before("bpi_interference", items, 7.0, POLICY_OF_SCORES).says == "4 of 7 answered"
    full = dict.fromkeys(WHITE, 2)
    assert reckoned_before("white", full, 14.0, POLICY_OF_SCORES).says == "passed"


@pytest.mark.parametrize("nobody", [None, False, {"name": None}, {}])
def test_an_escort_who_is_not_there_is_not_counted(nobody):
    assert reckon("confirmations", {"escort_present": nobody}, POLICY_OF_SCORES).total == 0


def test_an_escort_is_a_name():
    assert reckon("confirmations", {"escort_present": "Ana"}, POLICY_OF_SCORES).total == 1
    for nameless in (True, "", {"name": " "}, {"name": True}, 3):
        with pytest.raises(ScoreRefused, match="The escort's name is needed"):
            reckon("confirmations", {"escort_present": nameless}, POLICY_OF_SCORES)
