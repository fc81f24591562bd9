"""How the relay is set up for GitHub, who counts as one sender, and which field an error names."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519
from tests.intake.test_merge import bare as bare  # the same real repository
from tests.relay.test_forge_github import keys
from tests.relay.test_relay import Client, relay_of
from tests.submissions import application as document_of

from counterpart.cli import main as cli
from counterpart.findings import UsageError
from counterpart.forge.local import LocalForge
from counterpart.intake.relay.limits import SIZE, Limits
from counterpart.intake.relay_setup import github_settings


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    key = tmp_path / "app.pem"
    key.write_text(keys()[0], encoding="ascii")
    return {
        "COUNTERPART_GITHUB_REPOSITORY": "library/round-2027-1",
        "COUNTERPART_GITHUB_APP": "7261",
        "COUNTERPART_GITHUB_INSTALLATION": "72610",
        "COUNTERPART_GITHUB_KEY_FILE": str(key),
        "COUNTERPART_RELAY_SECRET": "5a" * 32,
    }


def test_the_app_is_read_from_the_environment(environ: dict[str, str]) -> None:
    assert github_settings(environ) == {
        "repository": "library/round-2027-1",
        "id": "7261",
        "installation": "72610",
        "private_key": keys()[0],
    }


@pytest.mark.parametrize(
    ("name", "holds"),
    [
        ("COUNTERPART_GITHUB_REPOSITORY", "the round's repository, as owner/name"),
        ("COUNTERPART_GITHUB_APP", "the App's id"),
        ("COUNTERPART_GITHUB_INSTALLATION", "the id of the App's installation"),
        ("COUNTERPART_GITHUB_KEY_FILE", "the path of the App's private key, a PEM file"),
        ("COUNTERPART_RELAY_SECRET", "32 bytes that only the relay knows, as 64 hexadecimal digits"),
    ],
)
def test_a_missing_variable_is_named_with_what_it_holds(environ: dict[str, str], name: str, holds: str) -> None:
    del environ[name]
    with pytest.raises(UsageError) as wrong:
        github_settings(environ)
    assert str(wrong.value) == f"For --forge github, set {name} ({holds})."


def test_a_key_that_is_none_is_noticed_before_anybody_applies(environ: dict[str, str], tmp_path: Path) -> None:
    other = ed25519.Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = tmp_path / "other.pem"
    environ["COUNTERPART_GITHUB_KEY_FILE"] = str(file)
    with pytest.raises(UsageError, match=r"^The file that COUNTERPART_GITHUB_KEY_FILE names cannot be read\.$"):
        github_settings(environ)
    for content in (b"", b"canary song", other):
        file.write_bytes(content)
        with pytest.raises(UsageError) as wrong:
            github_settings(environ)
        assert str(wrong.value) == (
            "COUNTERPART_GITHUB_KEY_FILE must name the App's private key, an RSA key in PEM."
        )


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("COUNTERPART_GITHUB_APP", "x", "COUNTERPART_GITHUB_APP must be a number."),
        (
            "COUNTERPART_GITHUB_REPOSITORY",
            "a/../b",
            "COUNTERPART_GITHUB_REPOSITORY must be written as owner/name.",
        ),
    ],
)
def test_a_wrong_setting_stops_the_command(
    environ: dict[str, str],
    name: str,
    value: str,
    sentence: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for each, content in {**environ, name: value}.items():
        monkeypatch.setenv(each, content)
    with pytest.raises(SystemExit) as ended:
        cli.main(["relay", "--forge", "github"])
    assert ended.value.code == 2
    assert capsys.readouterr().err == f"counterpart: {sentence}\n"


def test_the_addresses_of_one_network_of_ipv6_count_as_one_sender() -> None:
    limits = Limits(b"s" * 32)
    for number in range(SIZE):
        assert limits.wait(f"2001:db8:0:7::{number:x}", 0.0) is None
    assert limits.wait("2001:db8:0:7:ffff::1", 0.0) == 6
    assert limits.wait("2001:db8:0:8::1", 0.0) is None
    assert limits.wait("no address at all", 0.0) is None


def test_an_error_names_the_field_as_the_page_calls_it(bare: Path) -> None:
    async def story() -> list[Any]:
        client = Client(relay_of(LocalForge(bare)))
        wrong = {**document_of()["profile"], "country": "ZZ", "interests": ["nothing"]}
        answers = [
            await client.send(document_of(profile=wrong)),
            await client.send({**document_of(), "format": 2}),
        ]
        await client.http.aclose()
        return [answer.json() for answer in answers]

    profile, shape = asyncio.run(story())
    assert [each["field"] for each in profile["fields"]] == ["profile.country", "profile.interests"]
    assert [each["field"] for each in shape["fields"]] == ["format"]
