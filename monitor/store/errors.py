"""What the record says when it cannot be written or must not be opened."""

from monitor.errors import ConfigurationRefused, NotRecording


class WriteFailed(NotRecording):
    """A batch was not stored, no part of it; `__cause__` is why.

    `act` is the index of the act that broke (a fault in that act, not in the database), else None:
    whoever wrote the batch can answer that act and write the rest again.
    """

    def __init__(self, message: str, act: int | None = None) -> None:
        super().__init__(message)
        self.act = act


class SchemaRefused(ConfigurationRefused):
    """The database was made by another version of the product, or by none."""
