"""Files in, findings out: a manuscript is read, understood, searched and judged."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from anonymizer.data import load_pack
from anonymizer.detect import Detector
from anonymizer.errors import AnonymizerError, UnreadableInput
from anonymizer.formats import limits_in_force, read_manuscript
from anonymizer.model import Finding, Transcript, Turn
from anonymizer.scan.combined import combined
from anonymizer.scan.grouping import findings_of
from anonymizer.scan.judge import judged
from anonymizer.scan.language import names_alone
from anonymizer.scan.model import FileScan, Hit, Severity
from anonymizer.scan.people import People
from anonymizer.scan.reading import Reading
from anonymizer.scan.rules import Rulebook, rulebook
from anonymizer.scan.sections import Section
from anonymizer.scan.thanks import add_thanked
from anonymizer.scan.wording import worded

__all__ = ["Extra", "Scanner"]

Extra = Callable[[Reading], Iterable[Hit]]
"""A further check over a manuscript that was read, such as the comparison with a study."""

_STDIN = Path("-")
_COLUMNS = re.compile(r"(?<=\w) {3,}(?=\w)")
_ENDLESS = re.compile(r"\S{1000}")


def _bounded(path: Path) -> bytes:
    """Read no further than the cap, whatever the size it says it has: a device has none."""
    with path.open("rb") as file:
        return file.read(limits_in_force().source + 1)


class Scanner:
    """Scans manuscripts before publication. One scanner serves any number of files and keeps nothing of them.

    ``extra`` checks are added to those of the rule book. Raises ``PackError`` where a rule or word list is not sound.
    """

    def __init__(self, *, extra: Iterable[Extra] = ()) -> None:
        self._rules: Rulebook = rulebook()
        self._detector = Detector(load_pack("sikt-base"))
        self._extra = tuple(extra)

    def scan_files(
        self, paths: Iterable[Path], *, stdin: Callable[[], bytes] = lambda: b""
    ) -> Iterator[FileScan]:
        """Yield what came of each file, in order; a file that cannot be read gives its error, the others go on."""
        for path in paths:
            try:
                source = stdin() if path == _STDIN else _bounded(path)
                yield self.scan(source, str(path))
            except AnonymizerError as error:
                yield FileScan(str(path), error=error)
            except IsADirectoryError:
                yield _unread(path, "this is a folder", "name a file")
            except OSError:
                yield _unread(path, "the file cannot be read", "check its name and your rights")

    def scan(self, source: bytes, path: str) -> FileScan:
        """Return what came of one file's bytes. Raises ``UnreadableInput`` and ``LimitExceeded``."""
        manuscript = read_manuscript(source, path)
        reading = Reading(manuscript, self._rules)
        found, hits = self._search(reading)
        add_thanked(reading, found, self._rules)
        people = People(reading, found, self._rules)
        hits += judged(reading, found, people, self._rules)
        hits += worded(reading, self._rules)
        hits += combined(reading, self._rules)
        for extra in self._extra:
            hits += extra(reading)
        words = sum(len(block.text.split()) for block in manuscript.blocks)
        return FileScan(path, findings_of(path, reading, hits, self._rules), words)

    def _search(self, reading: Reading) -> tuple[dict[int, list[Finding]], list[Hit]]:
        """Return the identifiers by block, and a hit for each block that could not be searched.

        Entries of the reference list and the table of contents are searched apart, so that the names of authors are
        not looked for in the rest as names that were found.
        """
        found: dict[int, list[Finding]] = defaultdict(list)
        # What has no end of a word is no text a person wrote; searching it would take for ever.
        endless = {passage.index for passage in reading.passages if _ENDLESS.search(passage.block.text)}
        hits = [Hit("not-searched", Severity.BLOCK, index, 0, 0, "") for index in sorted(endless)]
        for apart in (False, True):
            chosen = [
                passage
                for passage in reading.passages
                if passage.index not in endless
                and (passage.entry or passage.section is Section.CONTENTS) is apart
                and passage.block.text.strip()
            ]
            detection = self._detector.detect(
                Transcript("txt", tuple(Turn(_unbroken(passage.block.text)) for passage in chosen))
            )
            for finding in detection.findings:
                if finding.turn is not None:
                    passage = chosen[finding.turn]
                    found[passage.index] += names_alone(passage.block.text, finding)
            for problem in detection.problems:
                number = problem.removeprefix("turn ").partition(":")[0]
                index = chosen[int(number)].index if number.isdigit() and int(number) < len(chosen) else 0
                hits.append(Hit("not-searched", Severity.BLOCK, index, 0, 0, ""))
        return found, hits


def _unbroken(text: str) -> str:
    """Return the text, as long as it was, with line ends as spaces and columns apart.

    So a name that a line end divides is one name, and two that stand in two columns are two.
    """
    plain = text.replace("\n", " ").replace("\t", ";")
    return _COLUMNS.sub(lambda gap: ";" + gap.group()[1:], plain)


def _unread(path: Path, what: str, hint: str) -> FileScan:
    return FileScan(str(path), error=UnreadableInput(what, where=str(path), hint=hint))
