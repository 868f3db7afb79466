"""Which language a reader is spoken to, and the catalogues the words come from.

Law: the language is the one the record holds for the person, else the one the browser asks for, else English; a text
without a translation is shown in English, never left out.

The catalogues are the `.po` files themselves, read once: there is no compiled file that could be older than its source,
and nothing to build before a start.
"""

from collections.abc import Mapping
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, request
from flask_babel import Babel, Domain, get_locale

from monitor.web.here import services, somebody

DEFAULT = "en"
LANGUAGES: Mapping[str, str] = {"en": "English", "es": "Español"}  # each by its own name
FOLDER = Path(__file__).resolve().parent.parent / "translations"
PAGES = "messages"
PHRASES = "phrases"


class Catalogues(Domain):  # type: ignore[misc]
    """Flask-Babel's view of the catalogues that were read."""

    def get_translations(self) -> NullTranslations:
        """The texts of the pages in the language of this request."""
        return _translations(language())


def register(app: Flask) -> None:
    """Make every page and JSON answer of the application speak the reader's language."""
    babel = Babel(
        app,
        default_locale=DEFAULT,
        locale_selector=_chosen,
        timezone_selector=lambda: services().config.timezone.key,
    )
    babel.domain_instance = Catalogues(domain=PAGES)
    for one in LANGUAGES:
        _translations(one)  # read now: the first reader of a language must not hold up the hub


def language() -> str:
    """The language of this request, one of LANGUAGES."""
    found = get_locale()
    return DEFAULT if found is None else str(found.language)


def text_in(of: str, text: str) -> str:
    """A text of the pages in a language, also where no request is being answered."""
    return str(_translations(of).gettext(text))


def catalogue(of: str, domain: str) -> Catalog | None:
    """A catalogue as its translators wrote it; None for the language the texts are written in."""
    path = FOLDER / of / "LC_MESSAGES" / f"{domain}.po"
    if not path.is_file():
        return None
    with path.open("rb") as file:
        return read_po(file, locale=of, domain=domain)


@cache
def _translations(of: str) -> NullTranslations:
    written = catalogue(of, PAGES)
    if written is None:
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, written)
    compiled.seek(0)
    return Translations(compiled, domain=PAGES)


def _chosen() -> str:
    who = somebody()
    if who is not None and who.language in LANGUAGES:
        return str(who.language)
    return request.accept_languages.best_match(LANGUAGES, DEFAULT) or DEFAULT
