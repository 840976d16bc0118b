"""``anonymizer dialect``: each speaker's area, or the text with its dialect words normalised."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from anonymizer.cli.common import Settings, note, pass_settings, read_stdin, walk
from anonymizer.errors import AnonymizerError, UnreadableInput, UsageError, worst_exit_code

if TYPE_CHECKING:
    from anonymizer.model import Transcript


@click.command("dialect")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["table", "jsonl"]), default="table")
@click.option(
    "--normalise",
    "standard",
    type=click.Choice(["nb", "nn"]),
    help="Write the text with dialect words in Bokmål (nb) or Nynorsk (nn).",
)
@click.option(
    "--to", "target", type=click.Path(path_type=Path, dir_okay=False), help="Write the normalised text here."
)
@pass_settings
def command(
    settings: Settings, paths: tuple[Path, ...], form: str, standard: str | None, target: Path | None
) -> int:
    """Show each speaker's dialect area in files (PATH..., - for standard input), and the words that show it."""
    files = walk(paths)
    if target is not None and standard is None:
        raise UsageError("--to needs --normalise", hint="say --normalise nb or --normalise nn")
    if standard is not None:
        return _normalise(settings, files, standard, target)
    codes: list[int] = []
    for path in files:
        try:
            _show(path, form)
        except AnonymizerError as error:
            click.echo(f"anonymizer: {error}", err=True)
            codes.append(error.exit_code)
    return worst_exit_code(codes)


def _read(path: Path) -> Transcript:
    from anonymizer.formats import limits_in_force, read

    if str(path) == "-":
        return read(read_stdin(), "-")
    try:
        if path.stat().st_size > limits_in_force().source:
            raise UnreadableInput(f"is larger than {limits_in_force().source} bytes", where=str(path))
        source = path.read_bytes()
    except OSError as error:
        raise UnreadableInput(
            f"cannot be read ({error.strerror or 'input error'})",
            where=str(path),
            hint="check the path and its rights",
        ) from None
    return read(source, str(path))


def _show(path: Path, form: str) -> None:
    from anonymizer.detect.dialect import speaker_areas

    for speaker, found in speaker_areas(_read(path)).items():
        row = {
            "path": str(path),
            "speaker": speaker,
            "area": found.area,
            "probabilities": {area: round(share, 4) for area, share in found.probabilities.items()},
            "words": list(found.words),
        }
        if form == "jsonl":
            click.echo(json.dumps(row, ensure_ascii=False))
            continue
        likely = sorted(found.probabilities.items(), key=lambda item: item[1], reverse=True)
        shares = ", ".join(f"{area} {share:.2f}" for area, share in likely if share >= 0.005)
        line = f"{path}  {speaker or '-'}  {shares}  {' '.join(found.words) or '-'}"
        click.echo("".join(character if character.isprintable() else " " for character in line))


def _normalise(settings: Settings, files: list[Path], standard: str, target: Path | None) -> int:
    from anonymizer.detect.dialect import normalise_transcript
    from anonymizer.formats import write
    from anonymizer.model import Standard

    if len(files) != 1:
        raise UsageError(f"--normalise takes one file, not {len(files)}", hint="give the files one at a time")
    transcript, changed = normalise_transcript(_read(files[0]), Standard(standard))
    written = write(transcript, "txt")
    if target is None:
        click.echo(written, nl=False)
    else:
        try:
            target.write_bytes(written)
        except OSError as error:
            raise UsageError(
                f"cannot be written ({error.strerror or 'output error'})",
                where=str(target),
                hint="choose another --to",
            ) from None
    note(settings, f"{changed} dialect words normalised; nothing was pseudonymised")
    return 0
