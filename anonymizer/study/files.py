"""Detection in files, without any study: nothing is sealed, logged or kept."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from anonymizer.data import load_pack
from anonymizer.detect import Detector
from anonymizer.errors import AnonymizerError, UnreadableInput
from anonymizer.formats import read
from anonymizer.model import Action, Detection, Finding, Transcript
from anonymizer.study.decisions import text_at
from anonymizer.study.sources import read_source

__all__ = ["STDIN", "FileDetection", "detect_files"]

STDIN = Path("-")


@dataclass(frozen=True, slots=True)
class FileDetection:
    """One file: what was found in it, or why it could not be read."""

    path: Path
    transcript: Transcript | None = None
    detection: Detection | None = None
    error: AnonymizerError | None = None

    def shown(self, *, everything: bool, min_score: float) -> tuple[Finding, ...]:
        """Return what the pack replaces, or with ``everything`` also what it flags."""
        return tuple(
            finding
            for finding in (self.detection.findings if self.detection else ())
            if finding.score >= min_score and (everything or finding.action is Action.REPLACE)
        )


def detect_files(
    paths: Sequence[Path], *, pack: str = "sikt-base", jobs: int = 1, stdin: Callable[[], bytes] | None = None
) -> Iterator[FileDetection]:
    """Yield what stands in each file, in the order given; a file that can't be read does not stop the others.

    ``-`` is read from ``stdin``. With ``jobs`` above 1 files are shared among processes, which send back places
    and types, never text.
    """
    rules = load_pack(pack)
    read_file = _reader(stdin)
    if jobs > 1 and len(paths) > 1 and STDIN not in paths:
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(jobs, mp_context=context, initializer=_start, initargs=(pack,)) as pool:
            yield from (_fill(read_file, *result) for result in pool.map(_detect_apart, paths))
        return
    detector: Detector | None = None
    for path in paths:
        try:
            transcript = read_file(path)
        except AnonymizerError as error:
            yield FileDetection(path, error=error)
            continue
        detector = detector or Detector(rules)
        yield FileDetection(path, transcript, detector.detect(transcript))


def _reader(stdin: Callable[[], bytes] | None) -> Callable[[Path], Transcript]:
    def read_file(path: Path) -> Transcript:
        if path == STDIN:
            if stdin is None:
                raise UnreadableInput("there is no standard input")
            return read(stdin(), "-")
        return read_source(path)[1]

    return read_file


_detector: Detector | None = None


def _start(pack: str) -> None:
    global _detector  # noqa: PLW0603 - one detector for the life of a worker process
    _detector = Detector(load_pack(pack))


def _detect_apart(path: Path) -> tuple[Path, Detection | None, AnonymizerError | None]:
    try:
        transcript = read_source(path)[1]
    except AnonymizerError as error:
        return path, None, UnreadableInput(error.what, where=error.where, hint=error.hint)
    if _detector is None:
        raise RuntimeError("the worker was not started")
    found = _detector.detect(transcript)
    bare = tuple(replace(finding, text="", speaker=None) for finding in found.findings)
    return path, Detection(bare, found.problems), None


def _fill(
    read_file: Callable[[Path], Transcript],
    path: Path,
    detection: Detection | None,
    error: AnonymizerError | None,
) -> FileDetection:
    if detection is None:
        return FileDetection(path, error=error)
    transcript = read_file(path)
    findings = tuple(
        replace(
            finding,
            text=text_at(transcript, finding.turn, finding.part)[finding.start : finding.end],
            speaker=None if finding.turn is None else transcript.turns[finding.turn].speaker,
        )
        for finding in detection.findings
    )
    return FileDetection(path, transcript, Detection(findings, detection.problems))
