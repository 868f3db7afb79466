"""What must hold of the Spanish words, read from the catalogues: neither browser nor server is needed."""

import re
from collections import Counter
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from monitor.web.languages import PAGES, PHRASES, catalogue
from tests.architecture.spoken import phrases

ROOT = Path(__file__).parents[2]
# A text without Spanish is shown in English: so many may wait for their translation at a time, none in a release.
MAY_WAIT = 25
_HOLES = re.compile(r"\{\w+(?::n)?\}|%\(\w+\)s|%%")


def spanish(domain: str) -> Catalog:
    found = catalogue("es", domain)
    assert found is not None
    return found


def texts(domain: str) -> list[Message]:
    return [message for message in spanish(domain) if message.id]


@pytest.mark.parametrize("domain", [PAGES, PHRASES])
def test_hardly_a_text_waits_for_its_spanish(domain: str) -> None:
    waiting = [message.id for message in texts(domain) if not message.string or message.fuzzy]
    assert len(waiting) <= MAY_WAIT, f"{len(waiting)} texts wait: {waiting}"


@pytest.mark.parametrize("domain", [PAGES, PHRASES])
def test_what_stands_for_a_value_is_the_same_in_both_languages(domain: str) -> None:
    odd = [
        m.id for m in texts(domain) if m.string and Counter(_HOLES.findall(m.string)) != Counter(_HOLES.findall(m.id))
    ]
    assert odd == []


def test_every_sentence_of_the_server_is_known_to_the_phrases() -> None:
    missing = phrases(ROOT) - {message.id for message in texts(PHRASES)}
    assert len(missing) <= MAY_WAIT, f"run `make catalogues`: {sorted(missing)}"
