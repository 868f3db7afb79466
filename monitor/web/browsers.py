"""What a browser is, in words. Law: the program and the system it names; never the whole of its own word.

It helps a person to know their own sign-ins again and decides nothing: a browser says of itself what it likes.
"""

# The first that is found counts: each browser also names those it wants to be taken for.
_PROGRAMS = {
    "Edg": "Edge", "OPR/": "Opera", "SamsungBrowser/": "Samsung", "Firefox/": "Firefox", "FxiOS/": "Firefox",
    "CriOS/": "Chrome", "Chrome/": "Chrome", "Chromium/": "Chromium", "Safari/": "Safari",
}  # fmt: skip
_SYSTEMS = {
    "iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "Windows": "Windows", "Macintosh": "Mac",
    "CrOS": "ChromeOS", "Linux": "Linux",
}  # fmt: skip


def browser_words(user_agent: str) -> str | None:
    """ "Chrome · Windows", which is the same in every language; None for what is not known."""
    parts = (_first(_PROGRAMS, user_agent), _first(_SYSTEMS, user_agent))
    return " · ".join(part for part in parts if part) or None


def _first(known: dict[str, str], user_agent: str) -> str | None:
    return next((words for mark, words in known.items() if mark in user_agent), None)
