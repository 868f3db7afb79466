"""What IT settles about one source, and the sentences for what cannot be settled so."""

from zoneinfo import ZoneInfo

import pytest

from monitor.errors import ConfigurationRefused
from monitor.hl7.source import EVERY_OTHER, SourceSettings, parse_sources

BASE = SourceSettings(zone=ZoneInfo("Europe/Madrid"))


def test_a_source_says_what_it_says_and_takes_the_rest_from_every_other() -> None:
    text = '[source."*"]\nack_form = "original"\n[source.PIIC]\nclock = "device"\napnoea = true\nzone = "UTC"\n'
    sources = parse_sources(text, BASE)
    assert sources["PIIC"] == SourceSettings("device", ZoneInfo("UTC"), "original", "PV1-3.3", True)
    assert sources[EVERY_OTHER] == SourceSettings("server", ZoneInfo("Europe/Madrid"), "original")
    assert not sources[EVERY_OTHER].apnoea, "nobody is taken to show an apnoea who was not said to"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[source", "not TOML"),
        ("[other]\n", "holds only tables"),
        ("[source.A]\napnea = true\n", "no setting 'apnea'"),
        ("[source.A]\napnoea = 1\n", "apnoea is true or false"),
        ('[source.A]\nclock = "mine"\n', "clock is server or device"),
        ('[source.A]\nzone = "Mars/Base"\n', "Mars/Base"),
        ('[source.A]\nbed_field = "ZZZ-1"\n', "bed field"),
        ("[source]\nA = 1\n", "is not a table"),
    ],
)
def test_what_cannot_be_settled_is_refused_by_name(text: str, says: str) -> None:
    with pytest.raises(ConfigurationRefused, match=says):
        parse_sources(text, BASE)
