"""Set up the relay's host from the environment: which App, which repository, with which key."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from counterpart.findings import UsageError

#: What GitHub as a host needs, and what each variable holds.
GITHUB: Mapping[str, str] = {
    "COUNTERPART_GITHUB_REPOSITORY": "the round's repository, as owner/name",
    "COUNTERPART_GITHUB_APP": "the App's id",
    "COUNTERPART_GITHUB_INSTALLATION": "the id of the App's installation",
    "COUNTERPART_GITHUB_KEY_FILE": "the path of the App's private key, a PEM file",
    "COUNTERPART_RELAY_SECRET": "32 bytes that only the relay knows, as 64 hexadecimal digits",
}


def github_settings(environ: Mapping[str, str]) -> dict[str, str]:
    """What *environ* says of the App, and its key under ``private_key``; a usage error if that cannot work."""
    missing = [f"{name} ({holds})" for name, holds in GITHUB.items() if not environ.get(name)]
    if missing:
        raise UsageError(f"For --forge github, set {', '.join(missing)}.")
    for name in ("COUNTERPART_GITHUB_APP", "COUNTERPART_GITHUB_INSTALLATION"):
        if not environ[name].isascii() or not environ[name].isdigit():
            raise UsageError(f"{name} must be a number.")
    return {
        "repository": environ["COUNTERPART_GITHUB_REPOSITORY"],
        "id": environ["COUNTERPART_GITHUB_APP"],
        "installation": environ["COUNTERPART_GITHUB_INSTALLATION"],
        "private_key": _key(Path(environ["COUNTERPART_GITHUB_KEY_FILE"])),
    }


def _key(path: Path) -> str:
    """The App's key, tried once here, so that a wrong one is noticed before the first applicant comes."""
    try:
        text = path.read_bytes()
        right = isinstance(load_pem_private_key(text, password=None), RSAPrivateKey)
    except OSError:
        raise UsageError("The file that COUNTERPART_GITHUB_KEY_FILE names cannot be read.") from None
    except (ValueError, TypeError):
        right = False
    if not right:
        raise UsageError("COUNTERPART_GITHUB_KEY_FILE must name the App's private key, an RSA key in PEM.")
    return text.decode("ascii", "replace")
