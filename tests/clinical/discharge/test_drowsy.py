"""RASS at discharge: calm passes; a little drowsy passes when a physician accepted it at that value, after the end."""

from dataclasses import replace

import pytest

from monitor.clinical.discharge.drowsy import calm, may_accept
from monitor.clinical.discharge.evidence import DischargeEvidence, RassAccepted
from monitor.clinical.discharge.findings import Result
from tests.clinical.bedside import POLICY
from tests.clinical.home_time import HOME, NOW, at, one, scores

GATE = POLICY.discharge


def drowsy(rass: int, *accepted: RassAccepted, minute: float = 70) -> DischargeEvidence:
    return replace(scores(rass=one(minute, level=rass)), rass_accepted=accepted)


@pytest.mark.parametrize(("rass", "may"), [(-5, False), (-2, False), (-1, True), (0, False), (1, False)])
def test_only_a_little_drowsy_may_be_accepted(rass: int, may: bool) -> None:
    assert may_accept(GATE, rass) is may


def test_calm_passes_by_itself() -> None:
    assert calm(GATE, HOME, at(NOW)).result is Result.MET


def test_drowsy_passes_only_when_it_was_accepted_and_says_by_whom() -> None:
    open_yet = calm(GATE, drowsy(-1), at(NOW))
    assert (open_yet.result, open_yet.evidence) == (Result.NOT_MET, "RASS -1, a physician may accept it")
    found = calm(GATE, drowsy(-1, RassAccepted(-1, "Dr Ruiz", at(72))), at(NOW))
    assert (found.result, found.evidence, found.since) == (Result.MET, "RASS -1, accepted by Dr Ruiz", at(72))
    before = calm(GATE, drowsy(-1, RassAccepted(-1, "Dr Ruiz", at(65))), at(NOW))
    assert before.since == at(70)


@pytest.mark.parametrize(
    ("why", "accepted", "met"),
    [
        ("at the moment of the end", RassAccepted(-1, "x", at(0)), True),
        ("before the end", RassAccepted(-1, "x", at(-1)), False),
        ("at this moment", RassAccepted(-1, "x", at(NOW)), True),
        ("later", RassAccepted(-1, "x", at(NOW + 1)), False),
        ("for a sleepier patient", RassAccepted(-2, "x", at(72)), True),
        ("for a calm one", RassAccepted(0, "x", at(72)), False),
    ],
)
def test_an_acceptance_counts_between_the_end_and_now_for_its_value(
    why: str, accepted: RassAccepted, met: bool
) -> None:
    assert (calm(GATE, drowsy(-1, accepted), at(NOW)).result is Result.MET) is met, why


def test_the_newest_acceptance_is_named() -> None:
    found = calm(GATE, drowsy(-1, RassAccepted(-1, "first", at(71)), RassAccepted(-1, "second", at(73))), at(NOW))
    assert (found.evidence, found.since) == ("RASS -1, accepted by second", at(73))


def test_asleep_and_agitated_are_never_accepted() -> None:
    for rass in (-2, 1):
        found = calm(GATE, drowsy(rass, RassAccepted(rass, "x", at(72))), at(NOW))
        assert (found.result, found.evidence) == (Result.NOT_MET, f"RASS {rass}")


def test_an_old_rass_stays_unknown_though_accepted() -> None:
    evidence = drowsy(-1, RassAccepted(-1, "x", at(72)), minute=NOW - 30)
    assert calm(GATE, evidence, at(NOW)).result is Result.UNKNOWN


def test_nothing_is_accepted_before_the_infusion_ended() -> None:
    evidence = replace(drowsy(-1, RassAccepted(-1, "x", at(72))), ended_at=None)
    assert calm(GATE, evidence, at(NOW)).result is Result.UNKNOWN
