"""Is it alive, is it recording, how is it doing.

Law: no patient, bed or name; numbers for this machine's own watchers.
"""

import ipaddress

from flask import Blueprint, Flask, Response, jsonify, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from monitor.errors import NotFound
from monitor.web.doors import open_to_all
from monitor.web.headers import LOOPBACK_NAMES
from monitor.web.here import services

blueprint = Blueprint("health", __name__)
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via")


def register(app: Flask) -> None:
    """Hang up the three addresses."""
    app.register_blueprint(blueprint)


@blueprint.get("/healthz")
@open_to_all("The process watcher must ask without a person.")
def alive() -> ResponseReturnValue:
    """Answers while the hub runs."""
    return jsonify({"alive": True, "version": services().version})


@blueprint.get("/readyz")
@open_to_all("The load balancer and the watcher must ask without a person.")
def ready() -> ResponseReturnValue:
    """503 while nothing is recorded."""
    readiness = {**services().ward.readiness(), "audit": services().trail.state.word}
    return jsonify(readiness), 200 if readiness.get("recording") is True else 503


@blueprint.get("/metrics")
@open_to_all("Prometheus on this machine; refused from anywhere else, and through any proxy.")
def metrics() -> ResponseReturnValue:
    """Prometheus text format, only for this machine."""
    if not _from_this_machine():
        raise NotFound("There is nothing at this address.")
    return Response(generate_latest(services().counters.registry), content_type=CONTENT_TYPE_LATEST)


def _from_this_machine() -> bool:
    """A proxy on this machine also comes from loopback: its marks, or a public Host, give it away."""
    host = request.host if request.host.endswith("]") else request.host.rpartition(":")[0] or request.host
    if host not in LOOPBACK_NAMES or any(name in request.headers for name in _FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
