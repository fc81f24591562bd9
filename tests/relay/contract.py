"""The host's own description of its addresses, and what breaks it, in requests and in answers."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote

from openapi_schema_validator import OAS30ReadValidator, OAS30WriteValidator, oas30_format_checker

_FILE = Path(__file__).with_name("openapi.json")
#: Answers that the host gives at any address: no rights, limits, and its own failures.
ANYWHERE = {401, 403, 404, 429, 500, 502, 503}


@cache
def description() -> dict[str, Any]:
    """The description, with what is referred to in place."""
    whole = json.loads(_FILE.read_text(encoding="utf-8"))

    def resolved(node: Any) -> Any:
        if isinstance(node, list):
            return [resolved(each) for each in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            target = whole
            for step in node["$ref"].removeprefix("#/").split("/"):
                target = target[step]
            return resolved(target)
        # A discriminator points to where a part was; with the parts in place, their own `type` tells them apart.
        return {key: resolved(value) for key, value in node.items() if key != "discriminator"}

    paths: dict[str, Any] = resolved(whole["paths"])
    return paths


def operation(method: str, path: str) -> tuple[str, dict[str, Any]] | None:
    """The description of one address: its template, and what it says of the method."""
    for template, methods in description().items():
        # A branch or a file's path holds slashes; the host takes them as they are.
        pattern = re.sub(r"\\\{(path|ref)\\\}", ".+", re.escape(template))
        pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", pattern)
        if re.fullmatch(pattern, path) and method.lower() in methods:
            return template, methods[method.lower()]
    return None


def wrong_request(method: str, path: str, query: str, body: bytes) -> list[str]:
    """Everything about a request that the description does not allow. Unknown keys count: they are misspelt."""
    found = operation(method, unquote(path))
    if found is None:
        return [f"{method} {path}: there is no such address"]
    _, what = found
    known = {each["name"]: each["schema"] for each in what.get("parameters", ()) if each["in"] == "query"}
    wrong = [f"unknown parameter {name}" for name, _ in parse_qsl(query) if name not in known]
    for name, value in parse_qsl(query):
        schema = known.get(name, {})
        typed: Any = int(value) if schema.get("type") == "integer" and value.isdecimal() else value
        wrong += _against(OAS30WriteValidator, schema, typed, name)
    declared = what.get("requestBody")
    if declared is None:
        return wrong + (["a body where none is taken"] if body else [])
    schema = declared["content"]["application/json"]["schema"]
    data = json.loads(body) if body else None
    if data is None:
        return wrong + (["no body"] if declared.get("required") else [])
    wrong += [f"unknown key {key}" for key in data if key not in schema["properties"]]
    return wrong + _against(OAS30WriteValidator, schema, data, "body")


def wrong_answer(method: str, path: str, status: int, body: bytes) -> list[str]:
    """Everything about an answer that the description does not say."""
    found = operation(method, unquote(path))
    if found is None:
        return [f"{method} {path}: there is no such address"]
    said = found[1]["responses"].get(str(status))
    if said is None:
        return [] if status in ANYWHERE else [f"no answer {status} is described"]
    schema = said.get("content", {}).get("application/json", {}).get("schema")
    if schema is None:
        return ["a body where none is described"] if body else []
    return _against(OAS30ReadValidator, schema, json.loads(body), "answer")


def _against(validator: Any, schema: Any, data: Any, what: str) -> list[str]:
    errors = validator(schema, format_checker=oas30_format_checker).iter_errors(data)
    return list(dict.fromkeys(f"{what}{error.json_path[1:]}: {error.validator}" for error in errors))


def smallest(schema: Any) -> Any:
    """A value with no more than the description requires."""
    if schema.get("nullable"):
        return None
    for key in ("allOf", "anyOf", "oneOf"):
        if key in schema and "properties" not in schema:
            parts = schema[key] if key == "allOf" else schema[key][:1]
            made = [smallest(each) for each in parts]
            return {k: v for each in made for k, v in each.items()} if isinstance(made[0], dict) else made[0]
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "object")
    if kind == "object":
        properties = schema.get("properties", {})
        return {key: smallest(properties[key]) for key in schema.get("required", ()) if key in properties}
    if kind == "string":
        texts = {"uri": "https://api.example.org/", "date-time": "2027-01-14T06:12:09Z"}
        return texts.get(schema.get("format", ""), "")
    return {"array": [], "integer": 1, "number": 1, "boolean": False}[kind]


def described(method: str, path: str, status: int) -> Any:
    """The smallest right answer of an address."""
    found = operation(method, path)
    assert found is not None
    return smallest(found[1]["responses"][str(status)]["content"]["application/json"]["schema"])
