"""The description of the interface for programs, by OpenAPI 3.1, made of the table of operations and of their types."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

import msgspec

from rasid.web.operations import ALL, Operation, Text
from rasid.web.shapes import Problem

Json = dict[str, Any]

_REF = "#/components/schemas/{name}"
_PROBLEMS = {
    "400": "A parameter that there is none of, or that does not fit; `detail` says which.",
    "401": "The token is missing or wrong, where one is asked for.",
    "404": "There is no such thing.",
    "429": "Too many requests; `Retry-After` says when to come back.",
    "503": "The database does not answer; come back soon.",
}
_ALWAYS = ("400", "401", "429", "503")


def description() -> Json:
    """The whole of it."""
    _, schemas = msgspec.json.schema_components(
        [*(one.answer for one in ALL if one.answer is not Text), Problem], ref_template=_REF
    )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Rasid",
            "version": version("rasid"),
            "summary": "What is known of the projects watched, and what changed, with the evidence.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{}, {"token": []}],
        "paths": {one.path: {"get": _operation(one)} for one in ALL},
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "headers": {
                "ETag": {"description": "The answer's version, for If-None-Match.", "schema": {"type": "string"}},
                "Link": {"description": "The next page (RFC 8288), where there is one.", "schema": {"type": "string"}},
                "Retry-After": {"description": "In so many seconds.", "schema": {"type": "integer", "minimum": 1}},
            },
        },
    }


def _operation(one: Operation[Any, Any]) -> Json:
    return {
        "operationId": one.name,
        "summary": one.summary,
        "parameters": list(_parameters(one)),
        "responses": {
            "200": {
                "description": "The answer.",
                "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in ("ETag", "Link")},
                "content": {one.media: {"schema": _body(one)}},
            },
            "304": {"description": "The answer is the one that the client has (If-None-Match)."},
            **{status: _problem(status) for status in sorted((*_ALWAYS, *(("404",) if one.single else ())))},
        },
    }


def _body(one: Operation[Any, Any]) -> Json:
    return {"type": "string"} if one.answer is Text else {"$ref": _REF.format(name=one.answer.__name__)}


def _parameters(one: Operation[Any, Any]) -> Iterator[Json]:
    _, components = msgspec.json.schema_components([one.query], ref_template=_REF)
    schema = components[one.query.__name__]
    for name, given in schema["properties"].items():
        shape = {key: value for key, value in _absent(given).items() if key != "description"}
        said = given.get("description") or _said(given)
        yield {"name": name, "in": "query", "required": name in schema.get("required", ()), "schema": shape} | (
            {"description": said} if said else {}
        )


def _absent(schema: Json) -> Json:
    """The schema of a value that may be left out: in an address, null is not a value but no parameter."""
    choices: list[Json] = [choice for choice in schema.get("anyOf", ()) if choice != {"type": "null"}]
    rest = {key: value for key, value in schema.items() if key not in ("anyOf", "default")}
    default = {"default": schema["default"]} if schema.get("default") is not None else {}
    if len(choices) == 1:
        return rest | choices[0] | default
    return rest | ({"anyOf": choices} if choices else {}) | default


def _said(schema: Json) -> str | None:
    return next((choice["description"] for choice in schema.get("anyOf", ()) if "description" in choice), None)


def _problem(status: str) -> Json:
    headers = {"headers": {"Retry-After": {"$ref": "#/components/headers/Retry-After"}}} if status == "429" else {}
    content = {"application/problem+json": {"schema": {"$ref": _REF.format(name=Problem.__name__)}}}
    return {"description": _PROBLEMS[status], "content": content} | headers
