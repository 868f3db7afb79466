"""The few errors the product raises on purpose, each with a sentence a nurse or an engineer can act on.

Law: `code` is for programs and never changes; `message` is for people.
"""


class MonitorError(Exception):
    """Base of every error this product raises on purpose."""

    code = "error"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class ConfigurationRefused(MonitorError):
    """A setting, policy or code table that must not be used; the program does not start with it."""

    code = "configuration_refused"


class NotAllowed(MonitorError):
    """The signed-in person's role may not do this."""

    code = "not_allowed"


class NotFound(MonitorError):
    """No such thing, or not for this person."""

    code = "not_found"


class Conflict(MonitorError):
    """Somebody else acted first; `current` says what stands now so the page can show it."""

    code = "conflict"

    def __init__(self, message: str, current: dict[str, object] | None = None) -> None:
        super().__init__(message)
        self.current = current or {}


class Refused(MonitorError):
    """The act is not possible now; `missing` names what must be done first.

    `changed` says what is no longer as the person saw it: plain values a page can show.
    """

    code = "refused"

    def __init__(
        self, message: str, missing: tuple[str, ...] = (), changed: tuple[dict[str, object], ...] = ()
    ) -> None:
        super().__init__(message)
        self.missing = missing
        self.changed = changed


class NotRecording(MonitorError):
    """The database does not take writes; nothing that must be recorded may be done."""

    code = "not_recording"
