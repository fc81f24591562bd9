"""``counterpart form --compare``: the published page is the one that the files make, or it is told where not."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml

from tests.intake.test_form import programme as programme
from tests.intake.test_form import rewrite, run

ROOT = Path(__file__).parents[2]
FOLDER = "apply/2027-1"
FILES = ("apply.js", "answer.js", "worker.js", "apply.css", "answer.html", "index.html")
SAME = "The published page is the one that these files make: 6 files, byte for byte.\n"


@pytest.fixture
def site(programme: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("site")
    assert run("--root", str(programme), "form", "2027-1", "--out", str(out)) == 0
    return out


class Handler(SimpleHTTPRequestHandler):
    """Says nothing of what it is asked; leads away from /moved/."""

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        if self.path.startswith("/moved/"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/moved"))
            self.end_headers()
        else:
            super().do_GET()


@pytest.fixture
def address(site: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(site)))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


def compared(programme: Path, site: object, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, str]:
    capsys.readouterr()
    code = run("--root", str(programme), "form", "2027-1", "--compare", str(site), *more)
    said = capsys.readouterr()
    return code, " ".join((said.out + said.err).split()) + "\n"


def test_the_page_that_was_made_is_the_same_in_a_folder_and_on_the_web(
    programme: Path, site: Path, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert compared(programme, site, capsys) == (0, SAME)
    assert compared(programme, address, capsys) == (0, SAME)
    assert compared(programme, f"{address}/", capsys) == (0, SAME)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("place", ["first", "middle", "last"])
def test_one_byte_that_is_altered_is_told_with_its_place(
    programme: Path, site: Path, address: str, name: str, place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = site / FOLDER / name
    content = bytearray(path.read_bytes())
    at = {"first": 0, "middle": len(content) // 2, "last": len(content) - 1}[place]
    content[at] ^= 1
    path.write_bytes(bytes(content))
    told = (
        f"{FOLDER}/{name} differs, from byte {at + 1:,} on. "
        "The published page is not the one that these files make: 1 difference.\n"
    )

    assert compared(programme, site, capsys) == (1, told)
    assert compared(programme, address, capsys) == (1, told)


def test_what_is_longer_shorter_missing_or_leads_elsewhere_is_told(
    programme: Path, site: Path, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    long, short = site / FOLDER / "apply.js", site / FOLDER / "apply.css"
    sizes = [path.stat().st_size for path in (long, short)]
    long.write_bytes(long.read_bytes() + b"\n")
    short.write_bytes(short.read_bytes()[:-1])
    (site / FOLDER / "worker.js").unlink()
    told = (
        f"{FOLDER}/apply.js differs, from byte {sizes[0] + 1:,} on. {FOLDER}/worker.js is not there. "
        f"{FOLDER}/apply.css differs, from byte {sizes[1]:,} on. "
        "The published page is not the one that these files make: 3 differences.\n"
    )
    assert compared(programme, site, capsys) == (1, told)
    assert compared(programme, address, capsys) == (1, told)
    code, said = compared(programme, f"{address}/moved", capsys)
    assert code == 1
    assert said.count("cannot be read: the site answers 302.") == len(FILES)


def test_a_site_that_does_not_answer_is_no_success(programme: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = compared(programme, "http://127.0.0.1:1", capsys)

    assert code == 1
    assert said.count("cannot be read: the site does not answer.") == len(FILES)


def test_other_keys_or_another_relay_are_another_page(
    programme: Path, site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = compared(programme, site, capsys, "--relay", "http://localhost:9")
    assert code == 1
    assert f"{FOLDER}/index.html differs" in said
    rewrite(programme, "zone: Australia/Sydney", "zone: Australia/Perth")
    assert compared(programme, site, capsys)[0] == 1


def test_the_page_is_the_same_when_another_process_makes_it(programme: Path, site: Path) -> None:
    script = "import sys; from counterpart.cli.main import main; main(sys.argv[1:])"
    command = [sys.executable, "-c", script, "--root", str(programme), "form", "2027-1", "--compare", str(site)]
    for seed in ("1", "2"):
        done = subprocess.run(command, env=dict(os.environ, PYTHONHASHSEED=seed), capture_output=True)
        assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("options", [[], ["--out", "site", "--compare", "site"]])
def test_the_page_is_either_made_or_compared(
    programme: Path, options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--root", str(programme), "form", "2027-1", *options) == 2
    assert "Give either --out, to make the page, or --compare" in capsys.readouterr().err


def test_an_address_that_a_page_could_not_have_is_refused(
    programme: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = compared(programme, "http://www.example.org", capsys)

    assert code == 2
    assert "--compare must be an address that begins with https://" in said


def test_the_workflow_compares_and_the_owners_of_what_it_trusts_are_named() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/canary.yml").read_text(encoding="utf-8"))
    owners = (ROOT / ".github/CODEOWNERS").read_text(encoding="utf-8").splitlines()
    steps = workflow["jobs"]["canary"]["steps"]

    assert workflow["jobs"]["canary"]["permissions"] == {"contents": "read"}
    assert steps[-1]["run"].startswith('counterpart form "$ROUND" --compare "$SITE" ')
    owned = {line.split()[0]: line.split()[1:] for line in owners if line.startswith("/")}
    assert {"/.github/", "/schemas/", "/scripts/", "/rounds/*/keys.yaml", "/rounds/*/round.yaml"} <= owned.keys()
    assert all(owned.values())
