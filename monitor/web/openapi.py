"""The description of the API, made from what the routes declare. Law: what is not declared is not described, and a test

compares the two, so the description cannot drift from the program.
"""

import re
from collections.abc import Iterator
from typing import Any

from flask import Flask
from pydantic.json_schema import models_json_schema
from werkzeug.routing import Rule

from monitor.security.roles import MAY
from monitor.web.doors import Door, door_of

PREFIX = "/api/v1"
_ARGUMENT = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")
_REF = "#/components/schemas/{model}"
_REFUSALS = {
    "400": "The request is not valid.",
    "401": "Nobody is signed in, or the token is not known.",
    "403": "This role may not do this.",
    "404": "No such thing.",
    "409": "Somebody else acted first; `current` says what stands now.",
    "422": "Not possible yet; `missing` says what must be done first.",
    "429": "Asked too often; see Retry-After.",
    "503": "Nothing can be recorded at the moment.",
}
_FOR_WRITES = ("400", "409", "422", "429", "503")


def describe(app: Flask, version: str) -> dict[str, object]:
    """The OpenAPI 3.1 document of every route below /api/v1."""
    paths: dict[str, dict[str, object]] = {}
    schemas: dict[str, Any] = {}
    for rule, method, door in api_routes(app):
        path = _ARGUMENT.sub(r"{\g<name>}", rule.rule.removeprefix(PREFIX))
        view = app.view_functions[rule.endpoint]
        paths.setdefault(path, {})[method.lower()] = _operation(rule, method, door, view.__doc__ or "", schemas)
    schemas.update(_refusal_schemas())
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Infusion Monitor",
            "version": version,
            "description": "Whatever a page can do. Not a primary alarm device: rely on the bedside monitor.",
        },
        "servers": [{"url": PREFIX}],
        "security": [{"token": []}, {"signedIn": [], "csrf": []}],
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": dict(sorted(schemas.items())), "securitySchemes": _SCHEMES},
    }


def api_routes(app: Flask) -> Iterator[tuple[Rule, str, Door]]:
    """Every declared route below /api/v1 with its method and door."""
    for rule in app.url_map.iter_rules():
        door = door_of(app.view_functions[rule.endpoint])
        if rule.rule.startswith(PREFIX + "/") and door is not None:
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule, method, door


_SCHEMES = {
    "token": {"type": "http", "scheme": "bearer", "description": "python run.py token add NAME --role ROLE"},
    "signedIn": {"type": "apiKey", "in": "cookie", "name": "monitor", "description": "The cookie of a signed-in page."},
    "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRFToken", "description": "With the cookie, on writes."},
}


def _operation(rule: Rule, method: str, door: Door, doc: str, schemas: dict[str, Any]) -> dict[str, object]:
    operation: dict[str, object] = {
        "operationId": f"{method.lower()}_{rule.endpoint.rpartition('.')[2]}",
        "summary": door.summary or doc.strip().split("\n")[0],
        "tags": [rule.endpoint.split(".")[-2]],
        "parameters": [*_path_parameters(rule), *_query_parameters(door, schemas)],
        "responses": _responses(method, door, schemas),
    }
    if door.action is None:
        operation["security"] = []
    else:
        operation["x-action"] = door.action.value
        operation["x-roles"] = sorted(MAY[door.action])
    if door.body is not None:
        schema = _schema(door.body, "validation", schemas)
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    return operation


def _responses(method: str, door: Door, schemas: dict[str, Any]) -> dict[str, object]:
    done: dict[str, object] = {"description": "Done."}
    if door.answer is not None:
        done["content"] = {"application/json": {"schema": _schema(door.answer, "serialization", schemas)}}
    codes = {"400", "401", "403", "404", *(_FOR_WRITES if method != "GET" else ("503",))}
    refusal = {"application/json": {"schema": {"$ref": _REF.format(model="Refusal")}}}
    refusals = {code: {"description": _REFUSALS[code], "content": refusal} for code in sorted(codes)}
    return {str(door.status): done, **refusals}


def _path_parameters(rule: Rule) -> list[dict[str, object]]:
    return [
        {
            "name": match["name"],
            "in": "path",
            "required": True,
            "schema": {"type": "integer" if match["kind"] == "int" else "string"},
        }
        for match in _ARGUMENT.finditer(rule.rule)
    ]


def _query_parameters(door: Door, schemas: dict[str, Any]) -> list[dict[str, object]]:
    if door.query is None:
        return []
    whole = door.query.json_schema(ref_template=_REF, mode="validation")
    schemas.update(whole.pop("$defs", {}))
    required = whole.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": schema}
        for name, schema in whole.get("properties", {}).items()
    ]


def _schema(adapter: Any, mode: Any, schemas: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401
    """One type's schema; its named parts go to the shared components."""
    schema: dict[str, Any] = adapter.json_schema(ref_template=_REF, mode=mode)
    schemas.update(schema.pop("$defs", {}))
    title = schema.get("title")
    if isinstance(title, str) and title.isidentifier() and schema.get("type") == "object":
        schemas[title] = schema
        return {"$ref": _REF.format(model=title)}
    return schema


def _refusal_schemas() -> dict[str, Any]:
    from monitor.web.fields import Refusal  # noqa: PLC0415

    _, whole = models_json_schema([(Refusal, "serialization")], ref_template=_REF)
    return dict(whole["$defs"])
