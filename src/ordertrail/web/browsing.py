"""The description of the API as a page for people, without scripts: it loads nothing, from nowhere."""

import hashlib
import json
from base64 import b64encode
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined
from litestar import Request
from litestar.openapi.plugins import OpenAPIRenderPlugin
from markupsafe import Markup

from ordertrail.web.openapi import METHODS

JSON_AT = "openapi.json"
"""Where the description itself is, beside the page."""

Needed = Mapping[str, tuple[str, ...] | None]


class Kind(NamedTuple):
    """A piece of what says of which type something is; one that refers names a type of the page."""

    text: str
    refers: bool = False


class Field(NamedTuple):
    """A parameter, or a member of a type. `about` is prose whose every second part is code."""

    name: str
    kinds: list[Kind]
    required: bool
    about: list[str]
    where: str = ""


class BrowsablePage(OpenAPIRenderPlugin):
    """The page, made when it is first asked for. `needed` are the permissions of each route, by operationId."""

    def __init__(self, needed: Needed) -> None:
        super().__init__(path="/")
        self._needed = needed
        self._pages: dict[str, bytes] = {}

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """The page."""
        # Relative, so that it is right behind whatever path.
        described_at = JSON_AT if request.scope["raw_path"].endswith(b"/") else f"openapi/{JSON_AT}"
        if described_at not in self._pages:
            self._pages[described_at] = page(openapi_schema, self._needed, described_at).encode()
        return self._pages[described_at]


def page(described: Mapping[str, Any], needed: Needed, described_at: str) -> str:
    """The page of a description, which is found at a relative address."""
    environment = Environment(
        loader=PackageLoader("ordertrail.web", "pages"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    style, _, _ = environment.loader.get_source(environment, "api.css")  # type: ignore[union-attr]
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return environment.get_template("api.html").render(
        info=described["info"],
        described_at=described_at,
        style=Markup(style),
        style_hash=f"sha256-{digest}",
        groups=list(_groups(described, needed)),
        schemas=[_schema(name, schema) for name, schema in sorted(described["components"]["schemas"].items())],
    )


class _Operation(NamedTuple):
    id: str
    method: str
    path: str
    short_path: str
    description: list[str]
    needs: tuple[str, ...] | None
    parameters: list[Field]
    body: list[Kind]
    example: str
    answers: list[dict[str, Any]]


def _groups(described: Mapping[str, Any], needed: Needed) -> Iterable[dict[str, Any]]:
    """The routes by their first tag, as the description orders them."""
    found: dict[str, list[_Operation]] = {}
    for path, item in described["paths"].items():
        for method in METHODS:
            if method in item:
                one = _operation(path, method, item[method], needed)
                found.setdefault(item[method]["tags"][0], []).append(one)
    return ({"name": name, "operations": operations} for name, operations in found.items())


def _operation(path: str, method: str, said: Mapping[str, Any], needed: Needed) -> _Operation:
    body = _content(said.get("requestBody", {}))
    return _Operation(
        id=said["operationId"],
        method=method,
        path=path,
        short_path=path.removeprefix("/v1"),
        description=said["description"].split("`"),
        needs=needed[said["operationId"]],
        parameters=[_parameter(one) for one in said.get("parameters", ())],
        body=_kinds(body["schema"]) if body else [],
        example=json.dumps(body["example"], indent=2, ensure_ascii=False) if "example" in body else "",
        answers=[{"status": status, "kinds": _answer(answer)} for status, answer in said["responses"].items()],
    )


def _parameter(said: Mapping[str, Any]) -> Field:
    about = said.get("description", "").split("`")
    kinds = _kinds(said["schema"])
    if kinds[-2:] == _OR_NULL:
        kinds = kinds[:-2]  # a parameter that is null is left out
    return Field(said["name"], kinds, said.get("required", False), about, f"in the {said['in']}")


def _answer(said: Mapping[str, Any]) -> list[Kind]:
    content = _content(said)
    return _kinds(content["schema"]) if content else []


def _content(said: Mapping[str, Any]) -> dict[str, Any]:
    """What a body or an answer holds: each is described in one form."""
    found: dict[str, Any] = next(iter(said.get("content", {}).values()), {})
    return found


def _schema(name: str, said: Mapping[str, Any]) -> dict[str, Any]:
    required = said.get("required", ())
    members = [
        Field(member, _kinds(schema), member in required, schema.get("description", "").split("`"))
        for member, schema in said.get("properties", {}).items()
    ]
    return {"name": name, "about": said.get("description", "").split("`"), "fields": members, "kinds": _kinds(said)}


_OR_NULL = [Kind(" or "), Kind("null")]

_PLAIN = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false", "null": "null"}


def _kinds(schema: Mapping[str, Any]) -> list[Kind]:
    """Of which type something is, in words."""
    if "$ref" in schema:
        return [Kind(schema["$ref"].rsplit("/", 1)[1], refers=True)]
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return _joined(schema[several])
    if "enum" in schema:
        return [Kind(", ".join(map(json.dumps, schema["enum"])))]
    if isinstance(schema.get("type"), list):
        return _joined([{"type": one} for one in schema["type"]])
    return _typed(schema.get("type", "anything"), schema)


def _typed(kind: str, schema: Mapping[str, Any]) -> list[Kind]:
    if kind == "array":
        return [Kind("list of "), *_kinds(schema.get("items") or {})]
    if kind == "object":
        others = schema.get("additionalProperties")
        return [Kind("object of "), *_kinds(others)] if isinstance(others, dict) and others else [Kind("object")]
    return [Kind(f"{_PLAIN.get(kind, kind)}{_form(schema)}")]


def _joined(schemas: Iterable[Mapping[str, Any]]) -> list[Kind]:
    found: list[Kind] = []
    for schema in schemas:
        found += [Kind(" or "), *_kinds(schema)] if found else _kinds(schema)
    return found


def _form(schema: Mapping[str, Any]) -> str:
    """What else is asked of it."""
    limits = [
        f"{words} {schema[name]}"
        for name, words in (
            ("format", "in the form"), ("minimum", "at least"), ("maximum", "at most"),
            ("minLength", "length at least"), ("maxLength", "length at most"), ("pattern", "like"), ("default", "else"),
        )
        if name in schema
    ]  # fmt: skip
    return f" ({', '.join(limits)})" if limits else ""
