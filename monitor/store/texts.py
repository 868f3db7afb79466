"""How names are compared and searched.

Law: two spellings that a person would call the same name are the same name.
"""

import contextlib
import re
import unicodedata
from datetime import date
from difflib import SequenceMatcher

ALIKE = 0.8  # a letter or two of a usual name
_BETWEEN_WORDS = re.compile(r"[^\w]+|_+")
_ISO_DATE = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})")
_WALL_DATE = re.compile(r"(?P<first>\d{1,2})[./](?P<second>\d{1,2})[./](?P<year>\d{4})")


def name_key(name: str) -> str:
    """The form in which names are compared: compatibility composed, without case, without outer spaces."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def plain(text: str) -> str:
    """A text as it is searched for: without accents, without case."""
    letters = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold()


def words_of(text: str) -> set[str]:
    """The words of a text as they are searched for."""
    return {word for word in _BETWEEN_WORDS.split(plain(text)) if word}


def born_word(born: date) -> str:
    """The word a date of birth is found by; it begins no name."""
    return f"born:{born.isoformat()}"


def patient_words(hospital_id: str, family_name: str, given_name: str, birth_date: date | None) -> set[str]:
    """Every word a patient is found by."""
    born = set() if birth_date is None else {born_word(birth_date)}
    return {plain(hospital_id)} | words_of(hospital_id) | words_of(family_name) | words_of(given_name) | born


def sort_key(family_name: str, given_name: str) -> str:
    """Where a name stands in the list."""
    return f"{plain(family_name)}\t{plain(given_name)}"


def alike(one: str, other: str) -> bool:
    """Whether two names may be one person's: spelled nearly the same, in another order, or with a part left out."""
    ours, theirs = sorted(words_of(one)), sorted(words_of(other))
    fewer, more = sorted((set(ours), set(theirs)), key=len)
    if len(fewer) > 1 and fewer <= more:
        return True
    return SequenceMatcher(None, " ".join(ours), " ".join(theirs), autojunk=False).ratio() >= ALIKE


def search_terms(query: str) -> list[frozenset[str]]:
    """What somebody searched for: every term must be found, by any of its alternatives.

    A date is a date of birth, as 1961-05-04, 4.5.1961 or 4/5/1961; with two readings both count.
    """
    terms = []
    for typed in query.split():
        dates = _dates(typed)
        if dates:
            terms.append(frozenset(born_word(one) for one in dates))
        else:
            terms += [frozenset({word}) for word in sorted(words_of(typed)) or [plain(typed)]]
    return terms


def _dates(typed: str) -> set[date]:
    found = _ISO_DATE.fullmatch(typed)
    if found:
        return _possible([(found["year"], found["month"], found["day"])])
    found = _WALL_DATE.fullmatch(typed)
    if found is None:
        return set()
    first, second, year = found["first"], found["second"], found["year"]
    return _possible([(year, second, first), (year, first, second)])


def _possible(parts: list[tuple[str, str, str]]) -> set[date]:
    dates = set()
    for year, month, day in parts:
        with contextlib.suppress(ValueError):
            dates.add(date(int(year), int(month), int(day)))
    return dates
