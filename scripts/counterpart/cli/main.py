"""``counterpart``: the verbs, loaded when they are asked for, and the guard that no traceback passes."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
import traceback
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click

from counterpart.cli.context import Context
from counterpart.findings import CertificateError, ProgramError, UsageError

#: verb -> (module:attribute, one line for --help), in the order of a round's life
VERBS = {
    "sample": ("counterpart.cli.sample:command", "Make up a round of fictional people, to try things out."),
    "today": ("counterpart.cli.today:command", "Say what is due, overdue and awaited, in every round."),
    "round": ("counterpart.cli.round:command", "Begin a new round, and move its dates."),
    "keys": ("counterpart.cli.keys:command", "Make and destroy the keys that open applications."),
    "check": ("counterpart.cli.check:command", "Say what is wrong with the programme's files."),
    "publish": ("counterpart.cli.publish:command", "Build the site and push it to where it is shown."),
    "form": ("counterpart.cli.form:command", "Make the page on which people apply to a round."),
    "intake": ("counterpart.cli.intake:command", "Take in applications that came as files."),
    "guard": ("counterpart.cli.guard:command", "Say whether a pull request adds one application and no more."),
    "open": ("counterpart.cli.open:command", "Show who applied: open a sealed part with your key."),
    "merge": ("counterpart.cli.merge:command", "Take in the applicants' branches that pass, all at once."),
    "relay": ("counterpart.cli.relay:command", "Take applications from the form into a repository."),
    "outlook": ("counterpart.cli.outlook:command", "While people apply: how good can this round get?"),
    "admit": ("counterpart.cli.admit:command", "Decide who takes part, and freeze the pool."),
    "mail": ("counterpart.cli.mail:command", "Write to everybody what became of the application."),
    "memory": ("counterpart.cli.memory:command", "Pass on what a round remembers of earlier ones."),
    "match": ("counterpart.cli.match:command", "Propose the best pairing there is, and prove it."),
    "propose": ("counterpart.cli.propose:command", "Match, and put the proposal on a branch to be reviewed."),
    "verify": ("counterpart.cli.verify:command", "Recompute a proposal and check its proof."),
    "erase": ("counterpart.cli.erase:command", "Erase one person, and say what remains."),
    "decide": ("counterpart.cli.decide:command", "Add a decision about a pair or a person."),
    "review": ("counterpart.cli.review:command", "Make the page on which a proposal is reviewed."),
    "rehearse": ("counterpart.cli.rehearse:command", "Say what would change under other weights or rules."),
    "approve": ("counterpart.cli.approve:command", "Say that a proposal may be introduced."),
    "preview": ("counterpart.cli.preview:command", "Show the mails of a round as they would arrive."),
    "introduce": ("counterpart.cli.introduce:command", "Introduce partners to each other, by mail."),
    "links": ("counterpart.cli.pulse:links", "Make the key of the personal links in mails."),
    "pulse": ("counterpart.cli.pulse:pulse", "Say who is silent, who asked for something, who is away."),
    "voices": ("counterpart.cli.voices:command", "Show the words of those who agreed to be quoted."),
    "statement": ("counterpart.cli.statement:command", "Write statements of participation."),
    "close": ("counterpart.cli.close:command", "Close a round: what is removed, and what remains."),
    "end": ("counterpart.cli.rematch:end", "Say that a partnership has ended, without blame."),
    "rematch": ("counterpart.cli.rematch:rematch", "Propose new partners within a round, and prove it."),
    "ledger": ("counterpart.cli.ledger:command", "Say which mails went, and which need a coordinator."),
    "report": ("counterpart.cli.report:command", "Publish a finished round in figures; nobody can be found."),
    "explain": ("counterpart.cli.explain:command", "Say why two people are paired, or why not."),
}

LIFE = """\b
A round, from its announcement to its pairs:
  1. Write rounds/2027-1/round.yaml: dates, topics, weights.
  2. Applications arrive as files in applicants/2027-1.
  3. counterpart check             is everything as it must be?
  4. counterpart outlook 2027-1    whom to recruit before applications close?
  5. counterpart match 2027-1      writes pairings.yaml and certificate.json.
  6. counterpart explain 2027-1 A  why is A paired so? Change what you know
     better in decisions.yaml, and match again.
  7. counterpart verify 2027-1     is the proposal still right, and the best?

Exit codes: 0 all is well, 1 findings, 2 the command was wrong,
3 a bug of ours (nothing was written)."""


def _set_root(context: click.Context, _: click.Parameter, value: Path | None) -> None:
    settings = context.ensure_object(Context)
    if value is not None:
        settings.root = value


def _root_option() -> click.Option:
    return click.Option(
        ["--root"],
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        expose_value=False,
        callback=_set_root,
        help="The programme's folder; without it, the one around the working directory.",
    )


class _Unheard(Exception):
    """Whoever read our output had enough."""


class Verbs(click.Group):
    """A group that imports a verb's module when the verb is used, and takes ``--root`` before and after it."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The verbs whose modules are there."""
        return [verb for verb, (target, _) in VERBS.items() if importlib.util.find_spec(target.split(":")[0])]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verb's command, or None when there is no such verb."""
        if cmd_name not in self.list_commands(ctx):
            return None
        module, _, name = VERBS[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        command.name = cmd_name
        if not any(parameter.name == "root" for parameter in command.params):
            command.params.append(_root_option())
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the verb. A broken pipe must not reach click, which ends with 1: with us, that means findings."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise _Unheard from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the verbs without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(verb, VERBS[verb][1]) for verb in self.list_commands(ctx)])


def _print_version(context: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        click.echo(f"counterpart {version('counterpart-mentoring')}")
        context.exit()


group = Verbs(
    "counterpart",
    help=f"Run an international peer-mentoring programme from its files.\n\n{LIFE}",
    params=[
        _root_option(),
        click.Option(
            ["--version"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_print_version,
            help="Show the version and exit.",
        ),
    ],
    epilog="counterpart COMMAND --help tells more about each.",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit with its code; whatever happens, in sentences and without a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    sys.exit(_guarded(list(sys.argv[1:] if arguments is None else arguments)))


def _guarded(arguments: list[str]) -> int:
    try:
        code: Any = group.main(arguments, prog_name="counterpart", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "counterpart"
        return _stop(f"{error.format_message()}\nTry '{command} --help'.", 2)
    except click.ClickException as error:
        return _stop(error.format_message(), 2)
    except (UsageError, ProgramError) as error:
        return _stop(str(error), 2)
    except (click.Abort, KeyboardInterrupt):
        return _stop("Stopped. No file was left half written.", 130)
    except (_Unheard, BrokenPipeError):
        # Keep Python from writing the rest when it ends.
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
        return 141
    except CertificateError as error:
        return _stop(f"This is a bug in Counterpart, not in your files: {error} Nothing was written.", 3)
    except Exception as error:
        return _stop(f"This is a bug in Counterpart, not in your files: {_origin(error)}.", 3)


def _origin(error: Exception) -> str:
    """The kind of an unexpected error and where in the code it arose; never its text, which may hold data."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if f"{os.sep}counterpart{os.sep}" in frame.filename] or frames
    return f"{type(error).__name__} in {Path(ours[-1].filename).name}, line {ours[-1].lineno}"


def _stop(sentence: str, code: int) -> int:
    click.echo(f"counterpart: {sentence}", err=True)
    return code
