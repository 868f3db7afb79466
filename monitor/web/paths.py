"""Which address may follow a sign-in. Law: only a path of this server, or a link could lead people to a copy of it."""


def safe_next(target: str | None) -> str:
    """A path of this server, else the board."""
    if not target or not target.startswith("/") or target.startswith(("//", "/sign-in", "/api/")):
        return "/"
    if "\\" in target or any(ord(letter) < 33 or ord(letter) == 127 for letter in target):
        return "/"
    return target
