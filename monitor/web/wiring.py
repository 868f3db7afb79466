"""Puts the Flask application together. Law: wiring only; every rule it hangs up lives in its own file.

Order on each request: headers and Host (around everything), who asks, origin and CSRF, the door of the route, the view.
"""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from flask import Flask, Request, current_app, request
from flask_login import LoginManager
from flask_wtf.csrf import CSRFProtect

from monitor.security.sign_in import DISPLAY_LONGEST_H
from monitor.security.throttle import RateLimit
from monitor.web import (
    analytics_pages,
    audit_pages,
    break_glass_pages,
    consultation_pages,
    day_pages,
    faults,
    follow_up_pages,
    health,
    languages,
    lock_pages,
    log_pages,
    pages,
    patient_pages,
    people_pages,
    replay_pages,
    review_pages,
    second_step_pages,
    session_list_pages,
    sheet_pages,
    sign_in_list_pages,
    wall_pages,
)
from monitor.web.api import register as register_api
from monitor.web.doors import door_of
from monitor.web.headers import Headers, allowed_hosts
from monitor.web.here import EXTENSION, SignInNeeded, User, bearer, is_api, services, somebody
from monitor.web.proxies import Proxies
from monitor.web.row_addresses import RowNumber
from monitor.web.services import Services

_MOST_BYTES = 64 * 1024
_ROOM = Path(__file__).resolve().parent.parent
_ASKING_ONLY = frozenset({"GET", "HEAD", "OPTIONS"})


def build_flask(given: Services) -> Flask:
    """The application, ready to be served or handed to Socket.IO."""
    app = Flask("monitor.web", template_folder=str(given.templates), static_folder=str(_ROOM / "static"))
    app.url_map.converters["int"] = RowNumber
    app.extensions[EXTENSION] = given
    app.config.update(_settings(given))
    app.json.sort_keys = False  # type: ignore[attr-defined]
    languages.register(app)
    _who_asks(app)
    _forgery(app)
    _pace(app, RateLimit(given.config.writes_a_minute, 60.0))
    faults.register(app)
    pages.register(app)
    day_pages.register(app)
    session_list_pages.register(app)
    replay_pages.register(app)
    review_pages.register(app)
    second_step_pages.register(app)
    people_pages.register(app)
    wall_pages.register(app)
    sheet_pages.register(app)
    follow_up_pages.register(app)
    patient_pages.register(app)
    lock_pages.register(app)
    log_pages.register(app)
    sign_in_list_pages.register(app)
    analytics_pages.register(app)
    audit_pages.register(app)
    break_glass_pages.register(app)
    consultation_pages.register(app)
    register_api(app)
    health.register(app)
    dress(app, given)
    return app


def dress(app: Flask, given: Services) -> None:
    """Put the headers around everything the application now is; again after Socket.IO has wrapped it."""
    inner = app.wsgi_app
    headers = Headers(inner, allowed_hosts(given.config.origins), given.build, secure=given.config.secure)
    app.wsgi_app = Proxies(headers, given.config.trusted_proxies)  # type: ignore[method-assign]


def _settings(given: Services) -> dict[str, object]:
    secure = given.config.secure
    return {
        "SECRET_KEY": given.secret_key,
        "SESSION_COOKIE_NAME": "__Host-monitor" if secure else "monitor",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Strict",
        "SESSION_COOKIE_PATH": "/",
        "SESSION_REFRESH_EACH_REQUEST": False,
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=DISPLAY_LONGEST_H),  # of displays only: see wall_pages
        "SESSION_PROTECTION": None,  # a sign-in is a row of ours, not an address and a browser's name
        "MAX_CONTENT_LENGTH": _MOST_BYTES,
        "MAX_FORM_MEMORY_SIZE": _MOST_BYTES,
        "PREFERRED_URL_SCHEME": "https" if secure else "http",
        "WTF_CSRF_CHECK_DEFAULT": False,  # called below, after it is known who asks
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the sign-in: a board stays open all day
        "WTF_CSRF_SSL_STRICT": False,  # wants a Referer, which our pages never send; the origin is checked instead
        "TRUSTED_HOSTS": None,  # headers.py decides, for /socket.io too
    }


def _who_asks(app: Flask) -> None:
    login = LoginManager(app)

    @login.user_loader  # type: ignore[untyped-decorator]
    def by_cookie(secret: str) -> User | None:
        if bearer() is not None:
            return None  # a request with a token is nobody but the token
        identity = services().sign_ins.identify(secret)
        return None if identity is None else User(identity, secret)

    @login.request_loader  # type: ignore[untyped-decorator]
    def by_token(_: Request) -> User | None:
        token = bearer()
        identity = services().sign_ins.identify_token(token) if token else None
        return None if identity is None else User(identity, "")


def _forgery(app: Flask) -> None:
    csrf = CSRFProtect(app)

    @app.before_request
    def guard() -> None:
        if request.method in _ASKING_ONLY or request.endpoint is None:
            return
        door = door_of(current_app.view_functions[request.endpoint])
        if bearer() is not None or (door is not None and not door.csrf):
            return
        if is_api() and somebody() is None:
            raise SignInNeeded("Sign in first, or send a bearer token.")
        check_origin(request.headers.get, services().config.origins)
        csrf.protect()


def _pace(app: Flask, rates: RateLimit) -> None:
    """At most so many acts a minute of one person or program, wherever they come from; reading is not counted."""

    @app.before_request
    def pace() -> None:
        who = None if request.method in _ASKING_ONLY else somebody()
        if who is not None and who.person_id is not None:
            rates.check(str(who.person_id), services().guard_s())


def check_origin(header: Callable[[str], str | None], origins: tuple[str, ...]) -> None:
    """Refuse what a page of another site sends; raises ForeignOrigin.

    A form of ours arrives with `Origin: null`, as our pages send no referrer; the browser's own Sec-Fetch-Site then
    says where it came from. A program sends neither, and needs the CSRF token all the same.
    """
    site, origin = header("Sec-Fetch-Site"), header("Origin")
    known = origin in (None, *origins) or (origin == "null" and site == "same-origin")
    if not known or site not in (None, "same-origin", "none"):
        raise faults.ForeignOrigin("This was sent from a page of another site. Open the monitor itself and try again.")
