"""Where a request really came from when a reverse proxy of the clinic stands between.

Law: a forwarded address is believed from a proxy named in the settings and from nobody else; host and scheme are never
taken from a request, as the clinic's origin is a setting.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from monitor.networks import Network, holds, is_address

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Proxies:
    """WSGI wrapper: puts the browser's own address where the proxy's stood, so that limits count people apart."""

    def __init__(self, inner: "WSGIApplication", trusted: tuple[Network, ...]) -> None:
        self.inner = inner
        self._trusted = trusted

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request."""
        came_from = self._came_from(str(environ.get("REMOTE_ADDR", "")), str(environ.get("HTTP_X_FORWARDED_FOR", "")))
        if came_from is not None:
            environ["REMOTE_ADDR"] = came_from
        return self.inner(environ, start_response)

    def _came_from(self, peer: str, forwarded: str) -> str | None:
        """The last address a trusted proxy saw that is not a proxy itself; None to leave what stands there.

        A browser can put anything before it: only what our proxies appended, read from the right, is believed.
        """
        if not forwarded or not holds(self._trusted, peer):
            return None
        for hop in reversed([part.strip() for part in forwarded.split(",")]):
            if not holds(self._trusted, hop):
                return hop if is_address(hop) else None
        return None
