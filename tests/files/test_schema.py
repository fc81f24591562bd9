"""The schemas themselves, and the messages that stand for their keywords."""

from __future__ import annotations

import copy
import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from counterpart.files import schema, yaml_read
from counterpart.files.schema import FORMATS, KINDS
from counterpart.files.schema_words import LOOKS, MESSAGES, VALIDATOR, formats
from counterpart.files.yaml_read import Document
from counterpart.files.yaml_write import dump
from counterpart.model import EVENTS, Rules, Status, Weights, Wish
from counterpart.rounds.check_settings import _NEEDED
from tests.miniature import SOURCE

# Keywords that say what a value is, or where more of the schema stands, and that nothing can break.
SILENT = {"$schema", "title", "description", "examples", "default", "properties", "items"}


def nodes(node: Any) -> Iterator[Mapping[str, Any]]:
    """Every subschema."""
    yield node
    for each in node.get("properties", {}).values():
        yield from nodes(each)
    for keyword in ("items", "additionalProperties"):
        if isinstance(node.get(keyword), dict):
            yield from nodes(node[keyword])


@pytest.mark.parametrize("kind", KINDS)
class TestEverySchema:
    def test_is_a_schema(self, kind: str) -> None:
        Draft202012Validator.check_schema(dict(schema.schema(kind)))
        assert schema.schema(kind)["$schema"] == "https://json-schema.org/draft/2020-12/schema"

    def test_has_a_message_of_ours_for_every_keyword(self, kind: str) -> None:
        used = {keyword for node in nodes(schema.schema(kind)) for keyword in node}
        assert used - SILENT <= MESSAGES.keys()
        assert len(used) > 5

    def test_uses_only_formats_that_are_checked(self, kind: str) -> None:
        used = {node["format"] for node in nodes(schema.schema(kind)) if "format" in node}
        assert used <= FORMATS.keys() == LOOKS.keys()
        assert set(formats.checkers) >= used

    def test_tells_what_every_value_is(self, kind: str) -> None:
        for node in nodes(schema.schema(kind)):
            assert node["title"].strip(), node
            assert node["description"].endswith("."), node
            assert "type" in node

    def test_knows_every_key_of_every_mapping(self, kind: str) -> None:
        for node in nodes(schema.schema(kind)):
            if node["type"] == "object":
                assert "additionalProperties" in node, node["title"]

    def test_matches_whole_texts(self, kind: str) -> None:
        patterns = [node["pattern"] for node in nodes(schema.schema(kind)) if "pattern" in node]
        assert patterns
        for pattern in patterns:
            assert re.fullmatch(r"\^.*\$", pattern), pattern

    def test_has_examples_that_are_right(self, kind: str) -> None:
        for node in nodes(schema.schema(kind)):
            if "pattern" in node:
                assert node["examples"]
            for example in node.get("examples", ()):
                assert VALIDATOR(dict(node), format_checker=formats).is_valid(example), example

    def test_agrees_with_plain_json_schema_on_the_miniature(self, kind: str) -> None:
        # Our own readings of some keywords (see schema.py) must not let pass what others refuse.
        folder = "applicants" if kind == "application" else "rounds"
        name = "*.yaml" if kind == "application" else f"{kind}.yaml"
        texts = [file.read_bytes() for file in (SOURCE / folder).glob(f"2027-1/{name}")]
        if not texts:  # the miniature has no such file: one made of the schema's examples
            properties = schema.schema(kind)["properties"]
            texts = [dump({k: each.get("examples", [1])[0] for k, each in properties.items()}).encode()]
        for text in texts:
            document = yaml_read.read(text, "f.yaml")
            assert isinstance(document, Document)
            assert schema.check(document, kind) == ()
            assert Draft202012Validator(dict(schema.schema(kind))).is_valid(document.data)

    def test_lets_nothing_pass_that_the_slower_validator_refuses(self, kind: str) -> None:
        whole = example_of(schema.schema(kind), 0)
        verdicts: Counter[bool] = Counter()
        chance = random.Random(kind)
        for _ in range(400):
            damaged = broken(copy.deepcopy(whole), chance)
            slow = VALIDATOR(dict(schema.schema(kind)), format_checker=formats).is_valid(damaged)
            assert not schema._accepted(damaged, kind) or slow, damaged
            assert schema.fits(damaged, kind) is slow, damaged
            verdicts[slow] += 1
        assert verdicts[False] > 100  # the damage is damage


#: Values on which two readings of JSON Schema could differ: line ends, digits of other scripts, bounds, numbers.
ODD: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2, 10**30, 2**63, 1.0, 0.5, float("nan"), "", " ", "a", "A", "a\n", "2027-1\n",
    "2027-1", "２０２７-1", "2027-02-30", "20270228", "2027-W01-1", "2027-02-28", "2027-02-28T00:00:00Z",
    "2027-02-28T24:00:00Z", "2027-02-28T00:00:00+00:00", "2027-02-28t00:00:00z", "\ud800", "\u2028", "\x00",
    "\x85", "é" * 60, "😀" * 61, "x" * 41, "x" * 601, "7GQ2MK4XHN", "7gq2mk4xhn", "sha256:" + "0" * 64, "none",
    "any", "index", "https://example.org", "https://example.org\n", "a@b.example", "a..b@example.org", "----",
    [], {}, ["a", "a"], [1, 1.0], [True, 1], {"a": 1}, {"": ""}, ["a"] * 41,
)  # fmt: skip


def example_of(node: Mapping[str, Any], depth: int) -> Any:
    """A value such as a schema describes, made from its examples; with every key that it knows."""
    if "examples" in node:
        return node["examples"][0]
    if "const" in node:
        return node["const"]
    if "enum" in node:
        return node["enum"][0]
    kind = node["type"] if isinstance(node["type"], str) else node["type"][0]
    if kind == "object":
        known = {key: example_of(each, depth + 1) for key, each in node.get("properties", {}).items()}
        more = node.get("additionalProperties")
        return known | ({"7GQ2MK4XHN": example_of(more, depth + 1)} if isinstance(more, Mapping) else {})
    if kind == "array":
        return [example_of(node["items"], depth + 1)] * max(1, node.get("minItems", 1))
    return {"integer": node.get("minimum", 1), "boolean": True, "string": "text", "null": None}[kind]


def broken(value: Any, chance: random.Random) -> Any:
    """The same with one or two places changed: another value, a key or entry more, less or twice."""
    for _ in range(chance.randint(1, 2)):
        node, steps = value, []
        while isinstance(node, (dict, list)) and node and (not steps or chance.random() < 0.8):
            key = chance.choice(list(node)) if isinstance(node, dict) else chance.randrange(len(node))
            steps.append((node, key))
            node = node[key]
        if not steps:
            return copy.deepcopy(chance.choice(ODD))
        inside, key = steps[-1]
        what = chance.random()
        if what < 0.15:
            del inside[key]
        elif what < 0.3 and isinstance(inside, list):
            inside.append(copy.deepcopy(inside[key]))
        elif what < 0.3:
            inside[chance.choice(["removd", "", "\u2028", "7GQ2MK4XHN\n"])] = node
        else:
            inside[key] = copy.deepcopy(chance.choice(ODD))
    return value


def test_every_schema_in_the_folder_is_used() -> None:
    files = resources.files("counterpart.schemas").iterdir()
    assert {file.name for file in files if file.name.endswith(".json")} == {
        f"{kind}.schema.json" for kind in KINDS
    }


def test_the_schemas_name_the_same_things_as_the_model() -> None:
    settings = schema.schema("round")["properties"]
    assert settings["calendar"]["items"]["properties"]["event"]["enum"] == list(EVENTS)
    assert set(_NEEDED) < set(EVENTS)
    assert [key.replace("-", "_") for key in settings["rules"]["properties"]] == list(Rules.__slots__)
    assert list(settings["weights"]["properties"]) == list(Weights.__slots__)
    place = schema.schema("roll")["properties"]["people"]["additionalProperties"]["properties"]
    assert place["status"]["enum"] == list(Status)
    wishes = schema.schema("application")["properties"]["profile"]["properties"]["wishes"]["properties"]
    assert [wish["enum"] for wish in wishes.values()] == [list(Wish)] * 2


def messages(kind: str, text: str) -> list[str]:
    document = yaml_read.read(text.encode("utf-8"), "f.yaml")
    assert isinstance(document, Document)
    found = sorted(schema.check(document, kind))
    return [f"{f.location.line}:{f.location.column} {f.rule}: {f.message} {f.help}" for f in found]


def test_errors_stand_at_the_key_or_value_that_they_are_about() -> None:
    text = "format: 2\nround: 2027-1\nremovd: []\npins:\n  - {people: [7GQ2MK4XHN], by: Anna Smith, reason: x}\n"
    assert messages("decisions", text) == [
        "1:9 value-not-listed: `format` must be 1, not 2. Choose one of the values that are listed.",
        "3:1 key-unknown: Each key here must be one of `format`, `round`, `pins`, `forbids`, `removed`, "
        "`overrule`, `ended`; this one is not. Did you mean `removed`?",
        "5:14 list-too-short: `people` must have at least 2 entries. Add what is missing.",
        "5:32 value-form: `by` must look like 'coordinator-2'. Who decided, as a role without a name.",
    ]


def test_a_value_of_the_wrong_type_is_one_finding() -> None:
    text = "format: 1\nround: 20271\npins: none\n"
    assert messages("decisions", text) == [
        "2:8 value-type: `round` must be text, not a number. Put quotes around it.",
        "3:7 value-type: `pins` must be a list, not text. Write the value in the form that is asked for.",
    ]
