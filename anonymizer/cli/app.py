"""The command group. Each verb has a file of its own, loaded only when it is called or asked for help."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import click

from anonymizer.cli.common import Settings, common_options, printable
from anonymizer.errors import AnonymizerError

__all__ = ["main", "run"]

VERBS = {
    "audio": "Keep account of recordings, and delete them when promised.",
    "audit": "Show, verify or export the log.",
    "check": "Check the study against its pack's rules.",
    "backup": "Copy the study and its keys, sealed.",
    "close": "End the project as it was promised.",
    "detect": "Find identifiers in files, or in the transcripts of the study.",
    "dialect": "Show each speaker's dialect area, or normalise dialect words.",
    "due": "Show what must be done by when.",
    "eval": "Measure recall and precision on gold markup.",
    "export": "Write what may leave into a folder.",
    "gazetteer": "List the name and place lists, or add one.",
    "ingest": "Seal transcripts in the study.",
    "init": "Make a study.",
    "keys": "Say who can unlock what.",
    "membercheck": "Send participants what they were promised to see.",
    "participant": "Keep the register of participants.",
    "pseudonymise": "Write every due transcript anew.",
    "quote": "Choose quotes for publication.",
    "recall": "Read a random sample again, blind, and measure what was missed.",
    "record": "Record what a person judged: institutions, events, breaches.",
    "report": "Write the reviewer's report, from the study or from an exported log.",
    "restore": "Put a backup back.",
    "review": "Go through what was found and decide.",
    "rules": "List, show or validate rule packs.",
    "run": "Take transcripts through all stages.",
    "sample-table": "Take in the background table and measure who it singles out.",
    "scan": "Check manuscripts before publication.",
    "status": "Show where each transcript stands and what comes next.",
    "transcript": "List, show and mend the sealed transcripts.",
    "waive": "Make a named, expiring exception from a rule.",
    "whois": "Say who stands behind a surrogate or a file number.",
}


class _Verbs(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            return None
        module = importlib.import_module(f"anonymizer.cli.{cmd_name.replace('-', '_')}_cmd")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))


@click.command(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="anonymizer", prog_name="anonymizer")
@common_options
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Clean interview transcripts of what identifies people, and prove what was done."""
    ctx.ensure_object(Settings)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with the contract's code."""
    if os.name == "posix":
        _keep_to_oneself()
    try:
        code = run(arguments)
    except BrokenPipeError:
        # Whoever read the output has gone; nothing more can be said.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.exit(code)


def _keep_to_oneself() -> None:
    """Whatever this process writes is its user's alone, and its memory, which holds text, is never written."""
    import resource  # exists on POSIX only

    os.umask(0o077)
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))


def run(arguments: list[str] | None) -> int:
    """Run one command and return the contract's exit code; every foreseen error is one line on stderr."""
    try:
        result: Any = cli.main(args=arguments, prog_name="anonymizer", standalone_mode=False)
    except AnonymizerError as error:
        return _say(str(error), error.exit_code)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return 2
    except click.ClickException as error:
        return _say(_wrong_usage(error), 2)
    except (click.Abort, KeyboardInterrupt):
        return _say("stopped", 130)
    except BrokenPipeError:
        raise
    except MemoryError:
        return _say("there is not enough memory for this input; split it into smaller files", 2)
    except OSError as error:
        # Such as a full disk, a folder without rights, a stick pulled out.
        where = f"{os.fsdecode(error.filename)}: " if isinstance(error.filename, (str, bytes)) else ""
        reason = error.strerror or type(error).__name__
        return _say(
            printable(f"{where}the system refused ({reason}); check the disk and its rights, and repeat"), 2
        )
    except Exception as error:
        return _say(
            f"internal error ({_place(error)}); please report these words, nothing was changed by halves", 2
        )
    return result if isinstance(result, int) else 0


def _wrong_usage(error: click.ClickException) -> str:
    """Return wrong usage in one line, with where to read more."""
    what = " ".join(error.format_message().split()).rstrip(".")
    context = error.ctx if isinstance(error, click.UsageError) else None
    way = f"; see {context.command_path} --help" if context is not None else ""
    return printable(f"{what[:1].lower()}{what[1:]}{way}")


def _place(error: BaseException) -> str:
    """Return where an unforeseen error arose, without its message, which may quote a transcript."""
    trace = error.__traceback__
    place = "?"
    while trace is not None:
        name = trace.tb_frame.f_globals.get("__name__", "?")
        if str(name).startswith("anonymizer"):
            place = f"{name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(error).__name__} at {place}"


def _say(message: str, code: int) -> int:
    click.echo(f"anonymizer: {message}", err=True)
    return code
