"""Numbers in addresses. Law: a number no row can have is an address of nothing, not a fault of the database."""

from werkzeug.routing import IntegerConverter, Map

from monitor.web.fields import MOST_ROWS


class RowNumber(IntegerConverter):
    """`<int:session_id>` in a route: 0 to MOST_ROWS, without a sign."""

    def __init__(self, map: Map) -> None:  # noqa: A002  # werkzeug's own name for it
        super().__init__(map, max=MOST_ROWS)
