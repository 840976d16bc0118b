"""What all verbs share: the common options, the passphrase, finding the study, printing.

Rules for talk: data goes to stdout alone, everything else to stderr; lines begin small and end without a full
stop; nothing printed on stderr ever holds text or an identifier of a transcript.
"""

from __future__ import annotations

import functools
import json
import os
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from anonymizer.errors import Locked, UsageError

if TYPE_CHECKING:
    from anonymizer.study import Study
    from anonymizer.vault import Master

__all__ = [
    "WARNINGS",
    "Settings",
    "common_options",
    "counted",
    "echo_rows",
    "find_study",
    "json_line",
    "note",
    "note_claims",
    "note_open_questions",
    "open_study",
    "pass_settings",
    "passphrase_for",
    "printable",
    "progress",
    "read_stdin",
    "walk",
]

F = TypeVar("F", bound=Callable[..., Any])

WARNINGS = {
    "same-volume": "the keys lie on the same disk as the study; whoever takes it has both (use --keys)",
    "synced": "the key folder is synchronised by a cloud service; choose another with --keys",
    "open-to-others": "others on this machine may read the key folder; change its rights to 0700",
}
"""What weakens the separation of keys from data, in words."""


@dataclass
class Settings:
    """What the common options say, before or after the verb."""

    study: Path | None = None
    keys: Path | None = None
    passphrase_file: Path | None = None
    quiet: bool = False
    verbose: bool = False


def _store(ctx: click.Context, param: click.Parameter, value: Any) -> None:  # noqa: ANN401 - click's signature
    settings = ctx.find_root().ensure_object(Settings)
    if value not in (None, False) and param.name is not None:
        setattr(settings, param.name, value)


def common_options(function: F) -> F:
    """Add the options that every verb understands."""
    folder = click.Path(path_type=Path, file_okay=False)
    file = click.Path(path_type=Path, dir_okay=False, exists=True)
    shared: dict[str, Any] = {"expose_value": False, "callback": _store, "is_eager": False}
    for option in reversed(
        [
            click.option(
                "--study", "-s", type=folder, help="The study's folder (default: found upwards).", **shared
            ),
            click.option("--keys", type=folder, help="The key folder, if it was moved.", **shared),
            click.option("--passphrase-file", type=file, help="Read the passphrase from a file.", **shared),
            click.option("--quiet", "-q", is_flag=True, help="Say only what went wrong.", **shared),
            click.option("--verbose", "-v", is_flag=True, help="Say more on the way.", **shared),
        ]
    ):
        function = option(function)
    return function


def pass_settings(function: F) -> F:
    """Give a verb the ``Settings`` as its first argument, and add the common options to it."""

    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - a decorator
        settings = click.get_current_context().find_root().ensure_object(Settings)
        return function(settings, *args, **kwargs)

    return common_options(wrapper)  # type: ignore[return-value]


def find_study(settings: Settings) -> Path:
    """Return the study's folder: as told, or the nearest parent that holds study.yaml."""
    if settings.study is not None:
        return settings.study
    here = Path.cwd().resolve()
    for folder in (here, *here.parents):
        if (folder / "study.yaml").is_file():
            return folder
    raise UsageError("no study here or above", hint="go into its folder, or use --study DIR")


def passphrase_for(settings: Settings, *, confirm: bool = False) -> str:
    """Return the passphrase from the file, the environment or a prompt, in this order."""
    if settings.passphrase_file is not None:
        try:
            text = settings.passphrase_file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            raise UsageError(
                "the passphrase file cannot be read", where=str(settings.passphrase_file)
            ) from None
        return text.rstrip("\r\n")
    if os.environ.get("ANONYMIZER_PASSPHRASE"):
        return os.environ["ANONYMIZER_PASSPHRASE"]
    if not sys.stdin.isatty():
        raise Locked(
            "no passphrase was given", hint="use a terminal, --passphrase-file FILE or ANONYMIZER_PASSPHRASE"
        )
    answer: str = click.prompt("Passphrase", hide_input=True, confirmation_prompt=confirm, err=True)
    return answer


def open_study(settings: Settings, *, masters: Iterable[Master] | None = None) -> Study:
    """Open the study with the keys a verb needs; ``masters`` empty opens it without any, None with all."""
    from anonymizer.study import Study

    folder = find_study(settings)
    if not (folder / "study.yaml").is_file():  # before a passphrase is asked for
        raise UsageError(
            "here is no study", where=str(folder), hint="make one with: anonymizer init DIR --rules PACK"
        )
    if masters is None:
        return Study.open(folder, passphrase=passphrase_for(settings), keys=settings.keys)
    wanted = frozenset(masters)
    if not wanted:
        return Study.open(folder, keys=settings.keys)
    return Study.open(folder, passphrase=passphrase_for(settings), keys=settings.keys, masters=wanted)


def note_open_questions(settings: Settings, study: Study) -> None:
    """Say in one line which rules before taking in transcripts are open, and where they are told in full."""
    rules = [one.id for one in study.open_before_ingest()]
    if rules:
        note(
            settings,
            f"warning: not met or not answered yet: {', '.join(rules)} (anonymizer check --step ingest)",
        )


def note_claims(settings: Settings, name: str) -> None:
    """Warn of a name of a folder or file that calls pseudonymised material more than that (END-04)."""
    from anonymizer.policy import Label, overclaims

    if overclaims(name.replace("_", " ").replace("-", " "), Label.PSEUDONYMISED):
        note(
            settings,
            "warning: the folder's name says that the texts are anonymous; they are pseudonymised (END-04)",
        )


def counted(count: int, one: str, many: str = "") -> str:
    """Return a number with its noun, ``many`` where the plural is not ``one`` and an s: 1 transcript, 2 entries."""
    return f"{count} {one if count == 1 else many or f'{one}s'}"


def note(settings: Settings, message: str) -> None:
    """Say something that is no data."""
    if not settings.quiet:
        click.echo(printable(message), err=True)


def printable(text: str) -> str:
    """Return ``text`` without what could drive a terminal or turn its words round; line ends and tabs stay."""
    # Cc are control characters, Cs halves of characters (in names of files); the rest reorder what is seen.
    return "".join(
        "\N{REPLACEMENT CHARACTER}"
        if (unicodedata.category(sign) in {"Cc", "Cs"} and sign not in "\n\t") or sign in _TURNING
        else sign
        for sign in text
    )


_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Unicode's directional overrides and isolates (UAX 9)."""


@contextmanager
def progress(settings: Settings) -> Iterator[Callable[[str, int, int], None] | None]:
    """Yield a progress callback that draws a bar on a terminal, and nothing elsewhere."""
    if settings.quiet or not sys.stderr.isatty():
        yield None
        return
    bars: dict[str, Any] = {}

    def show(stage: str, done: int, total: int) -> None:
        bar = bars.get(stage)
        if bar is None:
            bar = bars[stage] = click.progressbar(length=max(total, 1), label=f"{stage:<13}", file=sys.stderr)
            bar.__enter__()
        bar.update(done - bar.pos)
        if done >= total:
            bar.__exit__(None, None, None)

    yield show


def echo_rows(
    rows: Sequence[dict[str, Any]], form: str, columns: Sequence[str] | None = None, *, empty: str = ""
) -> None:
    """Print rows as a table for people or as JSON Lines for programs; ``empty`` tells people that there are none."""
    if form == "jsonl":
        for row in rows:
            click.echo(json_line(row))
        return
    if not rows:
        if empty:
            note(click.get_current_context().find_root().ensure_object(Settings), empty)
        return
    names = list(columns or rows[0])
    table = [names, *([_cell(row.get(name)) for name in names] for row in rows)]
    widths = [max(len(line[index]) for line in table) for index in range(len(names))]
    for line in table:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def json_line(row: dict[str, Any]) -> str:
    """Return a row as one line of JSON; a file's name that is no text is escaped as JSON has it."""
    line = json.dumps(row, ensure_ascii=False)
    return (
        line if line.isascii() or not any("\ud800" <= sign <= "\udfff" for sign in line) else json.dumps(row)
    )


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(_cell(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{key} {_cell(item)}" for key, item in value.items())
    # A control character in a cell could drive the terminal.
    return "".join(character if character.isprintable() else " " for character in str(value))


def read_stdin() -> bytes:
    """Return standard input, no more of it than a source may hold and one byte to show that there was more."""
    from anonymizer.formats import limits_in_force

    return sys.stdin.buffer.read(limits_in_force().source + 1)


def walk(paths: Sequence[Path], suffixes: Iterable[str] | None = None) -> list[Path]:
    """Return the files named, and those of the known kinds in the folders named, in a steady order.

    ``suffixes`` None is every format that can be read. Links inside a folder are not followed: they may lead out.
    """
    if suffixes is None:
        from anonymizer.formats import FORMATS

        suffixes = [form.suffix for form in FORMATS.values() if form.readable]
    known = {suffix.casefold() for suffix in suffixes}
    result: list[Path] = []
    for path in paths:
        if path.is_dir():
            result.extend(
                sorted(
                    inner
                    for inner in path.rglob("*")
                    if inner.suffix.casefold() in known
                    and inner.is_file()
                    and not inner.is_symlink()
                    and not any(part.startswith(".") for part in inner.relative_to(path).parts)
                )
            )
        else:
            result.append(path)
    return list(dict.fromkeys(result))
