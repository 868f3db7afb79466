"""The discharge gate: evaluated inside the signing transaction on what is stored; UNKNOWN is never MET."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from monitor.clinical.policy.policy import parse_policy
from monitor.clinical.scores.scales import CONFIRMED, score_kinds
from monitor.clinical.session import SessionState
from monitor.errors import Conflict, MonitorError, NotAllowed, Refused
from monitor.recorder.acts import Actor, Assess, SignDischarge
from monitor.store.queries.sessions import session_events
from tests.recorder import house as tests_house
from tests.recorder.house import START_AT, HandClock, House, open_house, oru

BEST = {"aldrete": 2, "mpadss": 2, "moaas": 5, "rass": 0, "poss": 1, "cadss6": 0, "perception": 0, "nrs": 0,
        "nausea": 0, "gait": 2, "orientation": 1}  # fmt: skip

Files = Mapping[str, bytes]
KEPT = ("record.db", "signing_key", "signing_key.public")


def score(house: House, session_id: int, kind: str, value: int) -> None:
    items = {item.name: value for item in score_kinds()[kind].items}
    number = int(house.clock.passed_s)
    house.desk.assess(Assess(session_id, f"{kind}-{number}", kind, items, house.nurse))


def confirm(house: House, session_id: int) -> None:
    items: dict[str, object] = dict.fromkeys(CONFIRMED, True) | {"escort_present": "a sister"}
    house.desk.assess(Assess(session_id, "confirmed", "confirmations", items, house.nurse))


def breathe(house: House, minutes: int, source: str = "MONITOR", **values: float) -> None:
    calm = {"hr": 74.0, "spo2": 97.0, "rr": 14.0, **values}
    for minute in range(minutes):
        for half in range(2):
            house.wait(30)
            cuff = {"nibp_sys": 126.0, "nibp_dia": 76.0, "nibp_mean": 93.0} if minute % 4 == 0 and half == 0 else {}
            house.send(oru(house.clock.now(), source=source, **calm, **cuff))


def ready(house: House, source: str = "MONITOR") -> int:
    """A session whose every criterion is met."""
    session_id = house.prepared()
    for kind in ("nrs", "cadss6"):
        score(house, session_id, kind, 0)
    house.act(session_id, "start", rate_ml_per_h=52.5)
    breathe(house, 40, source)
    house.act(session_id, "end_infusion")
    breathe(house, 70, source)
    for kind in ("aldrete", "mpadss"):
        score(house, session_id, kind, 2)
    breathe(house, 20, source)
    for kind, value in BEST.items():
        score(house, session_id, kind, value)
    confirm(house, session_id)
    return session_id


def sign(house: House, session_id: int, **changes: object) -> SignDischarge:
    act = SignDischarge(session_id, "sign-1", house.discharge_staff)
    return replace(act, **changes)  # type: ignore[arg-type]


def put(made: Files, folder: Path) -> None:
    """A record with the key that signed in it, in place of the folder's own."""
    for name, content in made.items():
        (folder / name).touch(mode=0o600)
        (folder / name).write_bytes(content)


def signatures(house: House) -> int:
    """How many there are beside the order's."""
    asked = text("select count(*) from discharge_signatures where meaning != 'order'")
    return int(str(house.read(lambda c: c.execute(asked).scalar())))


@pytest.fixture(scope="module")
def ready_record(furnished: bytes, tmp_path_factory: pytest.TempPathFactory) -> tuple[Files, float, int]:
    """A record in which one session may be discharged, made once."""
    folder = tmp_path_factory.mktemp("ready")
    (folder / "record.db").touch(mode=0o600)
    (folder / "record.db").write_bytes(furnished)
    with open_house(folder) as house:
        session_id = ready(house)
        house.store.checkpoint()
        passed_s = house.clock.passed_s
    return {name: (folder / name).read_bytes() for name in KEPT}, passed_s, session_id


@pytest.fixture
def at_the_door(ready_record: tuple[Files, float, int], folder: Path) -> Iterator[tuple[House, int]]:
    made, passed_s, session_id = ready_record
    put(made, folder)
    clock = HandClock()
    clock.passed_s = passed_s
    with open_house(folder, clock=clock) as house:
        yield house, session_id


def test_with_every_criterion_met_discharge_staff_sign_once(at_the_door: tuple[House, int]) -> None:
    house, session_id = at_the_door
    assert house.desk.discharge(session_id)["missing"] == []
    first = house.desk.sign_discharge(sign(house, session_id))
    assert first["state"] == "discharged"
    assert house.desk.sign_discharge(sign(house, session_id)) == first  # its answer was lost on the way
    assert signatures(house) == 1
    assert house.chair().session is None
    with pytest.raises(Conflict, match="Staff has already signed") as told:
        house.desk.sign_discharge(sign(house, session_id, request_id="sign-2", person=house.nurse))
    assert told.value.current["signed_by"] == "Staff"
    assert signatures(house) == 1


@pytest.mark.parametrize("ahead_s", [0, 5])
def test_a_reading_that_arrives_before_the_signature_is_seen_by_it(
    at_the_door: tuple[House, int], ahead_s: float
) -> None:
    house, session_id = at_the_door
    assert house.desk.discharge(session_id)["missing"] == []
    for number in range(2):  # not waited for; one sample in twenty may be out of limits
        at = house.clock.now() + timedelta(seconds=ahead_s + number)
        house.arrive(oru(at, source="MONITOR", hr=74, spo2=84, rr=14))
    with pytest.raises(Refused) as refused:
        house.desk.sign_discharge(sign(house, session_id))
    assert "breathing" in refused.value.missing
    assert signatures(house) == 0
    assert house.live(session_id).course.state is SessionState.OBSERVING


def test_what_became_unknown_because_it_is_old_is_refused(at_the_door: tuple[House, int]) -> None:
    house, session_id = at_the_door
    house.wait(900)
    with pytest.raises(Refused) as refused:
        house.desk.sign_discharge(sign(house, session_id))
    assert {"circulation", "breathing"} <= set(refused.value.missing)


def test_a_physician_overrides_with_a_reason_and_nobody_else(at_the_door: tuple[House, int]) -> None:
    house, session_id = at_the_door
    house.wait(900)
    for person in (house.nurse, house.discharge_staff):
        with pytest.raises(NotAllowed):
            house.desk.sign_discharge(sign(house, session_id, person=person, override_reason="transport waits"))
    for reason in ("", "   "):
        with pytest.raises(Refused):
            house.desk.sign_discharge(sign(house, session_id, person=house.physician, override_reason=reason))
    with pytest.raises(Refused):
        house.desk.sign_discharge(sign(house, session_id, person=house.physician))
    override = sign(house, session_id, person=house.physician, override_reason="transport waits")
    alone = (None, house.physician, Actor(None, "probe", "nurse"))
    for second in alone:
        with pytest.raises(Refused) as refused:
            house.desk.sign_discharge(replace(override, second_person=second))
        assert refused.value.missing == ("second_person",)
    with pytest.raises(NotAllowed):
        house.desk.sign_discharge(replace(override, second_person=replace(house.nurse, role="pharmacist")))
    assert signatures(house) == 0
    done = house.desk.sign_discharge(replace(override, second_person=house.nurse))
    assert done["state"] == "discharged"
    chosen = "where meaning != 'order' order by id"
    what = f"select meaning, printed_name, role, override_reason from discharge_signatures {chosen}"
    stored = house.read(lambda c: c.execute(text(what)).all())
    assert [tuple(row) for row in stored] == [  # type: ignore[attr-defined]
        ("discharge approved", "Physician", "physician", "transport waits"),
        ("witnessed", "Nurse", "nurse", "transport waits"),
    ]


def test_a_program_signs_nothing(at_the_door: tuple[House, int]) -> None:
    house, session_id = at_the_door
    with pytest.raises(NotAllowed):
        house.desk.sign_discharge(sign(house, session_id, person=Actor(None, "probe", "physician")))


def test_a_session_that_is_not_observed_is_not_discharged(house: House) -> None:
    session_id = house.infusing()
    with pytest.raises(Refused) as refused:
        house.desk.sign_discharge(sign(house, session_id))
    assert refused.value.missing == ("observing",)


def test_a_session_a_simulator_fed_is_signed_in_demo_mode_only(at_the_door: tuple[House, int]) -> None:
    house, session_id = at_the_door
    house.send(oru(house.clock.now(), source="SIM^1", hr=74, spo2=97, rr=14))
    with pytest.raises(Refused) as refused:
        house.desk.sign_discharge(sign(house, session_id))
    assert refused.value.missing == ("demo_mode",)
    with pytest.raises(MonitorError):
        house.desk.sign_discharge(sign(house, session_id, person=house.physician, override_reason="a reason"))
    assert signatures(house) == 0


def test_the_demonstration_signs_simulated_sessions(ready_record: tuple[Files, float, int], folder: Path) -> None:
    made, passed_s, session_id = ready_record
    put(made, folder)
    clock = HandClock()
    clock.passed_s = passed_s
    with open_house(folder, clock=clock, demo=True) as house:
        house.send(oru(house.clock.now(), source="SIM^1", hr=74, spo2=97, rr=14))
        assert house.desk.sign_discharge(sign(house, session_id))["state"] == "discharged"
        assert house.clock.now() > START_AT


def turn(house: House, session_id: int, kind: str, value: int) -> None:
    house.wait(1)
    score(house, session_id, kind, value)


def test_a_criterion_that_turned_while_it_was_being_signed_is_named_from_what_to_what(
    at_the_door: tuple[House, int],
) -> None:
    house, session_id = at_the_door
    criteria = house.desk.discharge(session_id)["criteria"]
    assert isinstance(criteria, list)
    seen = {one["id"]: one["result"] for one in criteria}
    turn(house, session_id, "nausea", 3)
    with pytest.raises(Refused) as refused:
        house.desk.sign_discharge(sign(house, session_id, seen=seen))
    [turned] = refused.value.changed
    assert (turned["id"], turned["from"], turned["to"]) == ("comfort", "met", "not_met")
    assert "Nausea 3" in str(turned["evidence"])
    assert signatures(house) == 0


def test_an_override_speaks_only_for_what_its_physician_saw_open(at_the_door: tuple[House, int]) -> None:
    house, session_id = at_the_door
    turn(house, session_id, "nausea", 3)
    criteria = house.desk.discharge(session_id)["criteria"]
    assert isinstance(criteria, list)
    seen = {one["id"]: one["result"] for one in criteria}
    turn(house, session_id, "gait", 0)  # the same criterion is still open: nothing new to see
    turn(house, session_id, "cadss6", 4)
    asked = sign(
        house, session_id, person=house.physician, override_reason="known nausea", second_person=house.nurse, seen=seen
    )
    with pytest.raises(Refused, match="has turned since you looked") as refused:
        house.desk.sign_discharge(asked)
    assert refused.value.missing == ("dissociation",)
    assert signatures(house) == 0
    house.desk.sign_discharge(replace(asked, seen={**seen, "dissociation": "not_met"}))
    assert signatures(house) == 2


def test_who_leaves_or_is_transferred_takes_along_what_was_open_at_that_moment(at_the_door: tuple[House, int]) -> None:
    house, session_id = at_the_door
    turn(house, session_id, "nausea", 3)
    house.act(session_id, "leave_against_advice", reason="wants to go home", told="may faint", capacity="has_capacity")
    [left] = [one for one in house.store.read(session_events, session_id) if one.event == "leave_against_advice"]
    open_criteria = left.details["open_criteria"]
    assert isinstance(open_criteria, list)
    assert [(one["id"], one["result"]) for one in open_criteria] == [("comfort", "not_met")]
    assert left.details["told"] == "may faint"


def test_a_transfer_in_the_middle_of_an_infusion_is_never_kept_waiting(house: House) -> None:
    session_id = house.infusing()
    house.act(session_id, "transfer", reason="chest pain", service="emergency department", how="ambulance")
    [gone] = [one for one in house.store.read(session_events, session_id) if one.event == "transfer"]
    open_criteria = gone.details["open_criteria"]
    assert isinstance(open_criteria, list)
    assert {"time", "awake", "scores"} <= {one["id"] for one in open_criteria}


def test_a_policy_changed_in_the_middle_changes_no_criterion_of_a_session_that_runs(
    ready_record: tuple[Files, float, int], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, passed_s, session_id = ready_record
    put(made, folder)
    stricter, changed = re.subn(r"(?m)^after_end = \{ value = 60", "after_end = { value = 240", tests_house.POLICY_TEXT)
    assert changed == 1
    newest = parse_policy(stricter)
    monkeypatch.setattr(tests_house, "POLICY", newest)
    clock = HandClock()
    clock.passed_s = passed_s
    with open_house(folder, clock=clock) as house:
        assert house.desk.discharge(session_id)["missing"] == []
        house.desk.sign_discharge(sign(house, session_id))
        [_, signed] = house.desk.signatures(session_id)  # after the order
    policy = json.loads(str(signed["record"]))["policy"]
    assert policy["sha256"] == hashlib.sha256(tests_house.POLICY_TEXT.encode()).hexdigest() != newest.sha256


def test_two_who_confirm_at_once_lose_nothing_and_take_back_nothing_of_each_other(house: House) -> None:
    session_id = house.infusing()

    def say(by: Actor, **items: object) -> None:
        house.wait(1)
        house.desk.assess(Assess(session_id, f"said-{house.clock.passed_s}", "confirmations", items, by))

    say(house.nurse, iv_removed=True, instructions_given=True)
    say(house.discharge_staff, escort_present={"name": "a sister"})
    say(house.second_nurse, iv_removed=False)
    scores = house.desk.discharge(session_id)["scores"]
    assert isinstance(scores, dict)
    confirmed = scores["confirmations"]
    assert confirmed["items"] == {
        "iv_removed": False, "instructions_given": True, "escort_present": {"name": "a sister"},
    }  # fmt: skip
    assert {name: one["by"] for name, one in confirmed["said"].items()} == {
        "iv_removed": "Second", "instructions_given": "Nurse", "escort_present": "Staff",
    }  # fmt: skip
