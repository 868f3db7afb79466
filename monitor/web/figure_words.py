"""The session's figure in a reader's language. Law: only texts differ; what is drawn is the same for every reader."""

from collections.abc import Mapping
from functools import partial
from zoneinfo import ZoneInfo

from monitor.web.figures import Window, session_figure
from monitor.web.languages import text_in
from monitor.web.phrases import phrase_book, put_into, said_in

_THOUSANDS = {".": ",", ",": "."}
_SPOKEN_PARTS = ("alarm_spans", "events")


def _text(of: str, text: str) -> str:
    """A text of the figure: of the pages, else a word of the server such as HR."""
    said = text_in(of, text)
    return said_in(of, text) if said == text else said


def figure_in(of: str, snapshot: Mapping[str, object], window: Window, zone: ZoneInfo) -> dict[str, object]:
    """`session_figure` with its words and decimal marks in a language."""
    book = phrase_book(of)
    if book is None:
        return session_figure(snapshot, window, zone)
    said = {name: put_into(of, part) if name in _SPOKEN_PARTS else part for name, part in snapshot.items()}
    figure = session_figure(said, window, zone, partial(_text, of))
    traces, layout = figure["data"], figure["layout"]
    if isinstance(traces, list) and isinstance(layout, dict):
        for trace in traces:
            trace["name"] = book.exact.get(str(trace.get("name", "")), trace.get("name", ""))
        layout["separators"] = book.decimal + _THOUSANDS[book.decimal]
    return figure
