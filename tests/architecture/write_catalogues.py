"""Brings the catalogues up to what the program says: `make catalogues`. Law: a translation is never thrown away unseen.

`messages.pot` and `es/…/messages.po` hold the texts of the pages, found by Babel; `es/…/phrases.po` holds the sentences
the server makes, found by spoken.py. A new text stands in the catalogue without a translation until somebody writes it.
"""

import subprocess
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from monitor.web.languages import DEFAULT, FOLDER, LANGUAGES, PAGES, PHRASES
from tests.architecture.spoken import phrases

ROOT = Path(__file__).parents[2]
_TEMPLATE = FOLDER / f"{PAGES}.pot"


def main() -> None:
    """Write the template and every catalogue."""
    babel = [sys.executable, "-m", "babel.messages.frontend", "-q"]
    options = ["-F", "babel.cfg", "--no-location", "--sort-output", "--project", "Infusion Monitor"]
    subprocess.run([*babel, "extract", *options, "-o", str(_TEMPLATE), "."], cwd=ROOT, check=True)
    with _TEMPLATE.open("rb") as file:
        pages = read_po(file)
    spoken = Catalog(charset="utf-8")
    for sentence in sorted(phrases(ROOT)):
        spoken.add(sentence)
    for language in LANGUAGES:
        if language != DEFAULT:
            _bring_up(language, PAGES, pages)
            _bring_up(language, PHRASES, spoken)


def _bring_up(language: str, domain: str, said: Catalog) -> None:
    path = FOLDER / language / "LC_MESSAGES" / f"{domain}.po"
    kept = Catalog(locale=language, project="Infusion Monitor", charset="utf-8")
    if path.is_file():
        with path.open("rb") as file:
            kept = read_po(file, locale=language)
    kept.update(said, no_fuzzy_matching=True)
    kept.obsolete.clear()  # git remembers them
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, kept, no_location=True, sort_output=True, omit_header=True, width=120)


if __name__ == "__main__":
    main()
