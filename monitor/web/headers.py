"""What every answer carries, and which names this server answers to.

Law: set around the whole application, so that errors, static files and /socket.io have them too.
The policy was tried with plotly.js; the one hash is that of the empty style element it creates at load.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "media-src 'self'",
        "base-uri 'none'",
        "object-src 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "report-uri /csp-report",
    )
)
_POWERS_OFF = [
    "accelerometer",
    "autoplay",
    "camera",
    "display-capture",
    "encrypted-media",
    "gamepad",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "serial",
    "storage-access",
    "usb",
    "xr-spatial-tracking",
]
# The powers kept are those a station needs: to stay lit, to sound an alarm, and to ask for a passkey at sign-in.
_POWERS_KEPT = ["autoplay=(self)", "publickey-credentials-get=(self)", "screen-wake-lock=(self)"]
PERMISSIONS_POLICY = ", ".join([f"{power}=()" for power in _POWERS_OFF if power != "autoplay"] + _POWERS_KEPT)
_ALWAYS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS_POLICY,
}
_A_YEAR_S = 31_536_000
_STATIC = "/static/"
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
# Asked by this machine's own watchers, under whatever loopback name they know.
LOOPBACK_PATHS = frozenset({"/healthz", "/readyz", "/metrics"})


def allowed_hosts(origins: Iterable[str]) -> frozenset[str]:
    """The Host headers that belong to the public origins, with and without a default port."""
    hosts = set()
    for origin in origins:
        parts = urlsplit(origin)
        hosts.add(parts.netloc.lower())
        if parts.port is None:
            hosts.add(parts.netloc.lower() + _DEFAULT_PORTS.get(parts.scheme, ""))
    return frozenset(hosts)


class Headers:
    """WSGI wrapper: refuses foreign Host headers and puts the security headers on every answer."""

    def __init__(self, inner: "WSGIApplication", hosts: frozenset[str], build: str, *, secure: bool) -> None:
        self.inner = inner
        self._hosts = hosts
        self._build = build
        self._always = dict(_ALWAYS)
        if secure:
            self._always["Strict-Transport-Security"] = f"max-age={_A_YEAR_S}; includeSubDomains"

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request."""
        start = self._dressing(environ, start_response)
        if not self._welcome(environ):
            start("421 Misdirected Request", [("Content-Type", "text/plain; charset=utf-8")])
            return [b"This server does not answer to that name. Use the address the clinic gave you.\n"]
        return self.inner(environ, start)

    def _welcome(self, environ: "WSGIEnvironment") -> bool:
        host = str(environ.get("HTTP_HOST", "")).lower()
        if host in self._hosts:
            return True
        name = host if host.endswith("]") else host.rpartition(":")[0] or host
        return environ.get("PATH_INFO") in LOOPBACK_PATHS and name in LOOPBACK_NAMES

    def _dressing(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> "StartResponse":
        path = str(environ.get("PATH_INFO", ""))
        query = str(environ.get("QUERY_STRING", ""))

        def start(status: str, headers: list[tuple[str, str]], *rest: object) -> Callable[[bytes], object]:
            ours = {**self._always, "Cache-Control": self._caching(path, query, status)}
            names = {name.lower() for name in ours} | {"server"}
            kept = [(name, value) for name, value in headers if name.lower() not in names]
            return start_response(status, kept + list(ours.items()), *rest)  # type: ignore[arg-type]

        return start

    def _caching(self, path: str, query: str, status: str) -> str:
        """Nothing is kept but static files; those asked for by the build's own query may be kept for ever."""
        if not path.startswith(_STATIC) or status[:3] not in ("200", "206", "304"):
            return "no-store"
        if parse_qs(query).get("v") == [self._build]:
            return f"public, max-age={_A_YEAR_S}, immutable"
        return "no-cache"
