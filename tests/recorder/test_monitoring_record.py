"""The monitoring form of a stored session: the same facts as the discharge, read from the record."""

from typing import Any

import pytest

from monitor.errors import NotFound
from tests.recorder.house import House
from tests.recorder.test_signing import at_the_door, ready_record, score, sign  # noqa: F401


def test_a_session_that_was_discharged_tells_its_form_from_the_record(
    at_the_door: tuple[House, int],  # noqa: F811
) -> None:
    house, session_id = at_the_door
    house.desk.sign_discharge(sign(house, session_id))
    house.wait(3600)
    form: dict[str, Any] = dict(house.desk.monitoring_form(session_id))
    assert form["state"] == "discharged"
    assert form["total_min"] == pytest.approx(130, abs=1)  # 40 min of infusion, 90 of observation
    assert form["blood_pressure"]["at_40_min"]["sys"] == 126.0
    assert form["blood_pressure"]["at_end"]["distance_s"] <= 0
    assert (form["sedation"]["seen"], form["dissociation"]["seen"]) == ("no", "no")
    assert form["respiratory_depression"] == {"seen": "no", "signs": []}
    assert form["would_have_been_ready"]["clinical_min"] == pytest.approx(130, abs=1)


def test_before_the_start_nothing_is_claimed(house: House) -> None:
    form: dict[str, Any] = dict(house.desk.monitoring_form(house.prepared()))
    assert (form["started_at"], form["total_min"], form["sedation"]["seen"]) == (None, None, "unknown")
    with pytest.raises(NotFound):
        house.desk.monitoring_form(99)
