"""The catalogue of texts holds what the pages say, so that a translation can be complete."""

from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "monitor" / "translations" / "messages.pot"


def test_the_catalogue_holds_every_text_of_the_pages_and_no_other() -> None:
    with (ROOT / "babel.cfg").open(encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping)
    said: set[object] = set()
    for room in ("monitor/web", "templates"):
        top = ROOT / room
        found = extract_from_dir(top, [("**" + Path(pattern).suffix, how) for pattern, how in methods], options)
        said |= {message for _, _, message, _, _ in found}
    with CATALOGUE.open("rb") as file:
        kept = {message.id for message in read_po(file) if message.id}
    assert said - kept == set(), "renew monitor/translations/messages.pot: the command stands in babel.cfg"
    assert kept - said == set(), "renew monitor/translations/messages.pot: the command stands in babel.cfg"
