"""How names are compared.

Law: two spellings that a person would call the same name are the same name.
"""

import unicodedata


def name_key(name: str) -> str:
    """The form in which names are compared: compatibility composed, without case, without outer spaces."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def like_prefix(text: str) -> str:
    """A LIKE pattern for what begins with a text, its own wildcards meant literally (escape character: backslash)."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
