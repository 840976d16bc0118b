"""One self-contained page that shows what was found in files, in its place.

The page holds the text itself: it is for the researcher's own screen, and says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined

from anonymizer.model import Finding, Transcript

__all__ = ["detection_page"]


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    finding: Finding | None


@dataclass(frozen=True, slots=True)
class _Line:
    label: str
    pieces: tuple[_Piece, ...]


@dataclass(frozen=True, slots=True)
class _File:
    path: str
    lines: tuple[_Line, ...]
    counts: tuple[tuple[str, int], ...]


def detection_page(files: Iterable[tuple[str, Transcript, Sequence[Finding]]]) -> str:
    """Return an HTML page that shows each file's turns with the findings marked by tier."""
    environment = Environment(
        loader=PackageLoader("anonymizer.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    shown = [_file(path, transcript, findings) for path, transcript, findings in files]
    return environment.get_template("detection.html").render(files=shown)


def _file(path: str, transcript: Transcript, findings: Sequence[Finding]) -> _File:
    lines = [
        _Line(turn.speaker or "", _pieces(turn.text, [each for each in findings if each.turn == index]))
        for index, turn in enumerate(transcript.turns)
    ]
    lines += [
        _Line(part.name, _pieces(part.text, [each for each in findings if each.part == part.name]))
        for part in transcript.parts
    ]
    counts = Counter(finding.entity_type.value for finding in findings)
    return _File(path, tuple(lines), tuple(counts.most_common()))


def _pieces(text: str, findings: Sequence[Finding]) -> tuple[_Piece, ...]:
    pieces: list[_Piece] = []
    at = 0
    for finding in sorted(findings, key=lambda each: each.start):
        if finding.start > at:
            pieces.append(_Piece(text[at : finding.start], None))
        pieces.append(_Piece(text[finding.start : finding.end], finding))
        at = finding.end
    pieces.append(_Piece(text[at:], None))
    return tuple(pieces)
