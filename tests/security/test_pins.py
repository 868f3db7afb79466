"""What a PIN must be."""

import pytest

from monitor.errors import Refused
from monitor.security.pins import check_pin


@pytest.mark.parametrize("pin", ["739164", "58203917", "640917358264"])
def test_digits_without_a_pattern_are_a_pin(pin: str) -> None:
    check_pin(pin)


@pytest.mark.parametrize("pin", ["", "73916", "7391645820391", "73916a", "７３９１６４", "73 164", "-739164"])
def test_a_pin_has_six_to_twelve_digits_and_nothing_else(pin: str) -> None:
    with pytest.raises(Refused, match="6 to 12 digits"):
        check_pin(pin)


@pytest.mark.parametrize(
    "pin", ["123456", "987654", "567890", "111111", "121212", "135135", "112211", "147258", "159357", "24680246"]
)
def test_what_somebody_tries_first_is_no_pin(pin: str) -> None:
    with pytest.raises(Refused, match="first that somebody would try"):
        check_pin(pin)


@pytest.mark.parametrize("pin", ["310785", "073185", "850731", "31071985", "07311985", "19850731", "290204"])
def test_a_date_is_no_pin_however_it_is_written(pin: str) -> None:
    with pytest.raises(Refused, match="read as a date"):
        check_pin(pin)
