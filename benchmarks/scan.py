"""Words per second of the scan beside those of the bare detector, on a 100-page manuscript in each kind of file.

The bar (issue on the scan): half the detector's speed or more for .docx and .pdf.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from anonymizer.data import load_pack
from anonymizer.detect import Detector
from anonymizer.model import Transcript, Turn
from anonymizer.scan import Scanner
from tests.scan import printed
from tests.scan.thesis import make

ROUNDS = 3


def main() -> int:
    thesis = make(words=35_000)
    text = printed.as_pdf_text(thesis, blank=False)
    files = {
        "docx": printed.as_docx(thesis),
        "pdf": printed.as_pdf(text.split("\f")),
        "txt": text.encode(),
    }
    turns = tuple(Turn(words) for kind, words in thesis.blocks if kind != "table")
    detector, scanner = Detector(load_pack("sikt-base")), Scanner()
    detector.detect(Transcript("txt", turns[:50]))
    scanner.scan(text[:5000].encode(), "a.txt")
    bare = max(
        _speed(lambda: detector.detect(Transcript("txt", turns)), _words(turns)) for _ in range(ROUNDS)
    )
    print(f"bare detector  {bare:8.0f} words a second")
    slow = False
    for kind, source in files.items():
        words = scanner.scan(source, f"a.{kind}").words
        fast = max(_speed(lambda: scanner.scan(source, f"a.{kind}"), words) for _ in range(ROUNDS))  # noqa: B023
        print(f"scan {kind:<9} {fast:8.0f} words a second, {fast / bare:.0%} of the detector's")
        slow = slow or fast < bare / 2
    return int(slow)


def _words(turns: tuple[Turn, ...]) -> int:
    return sum(len(turn.text.split()) for turn in turns)


def _speed(work: object, words: int) -> float:
    start = time.process_time()
    work()  # type: ignore[operator]
    return words / (time.process_time() - start)


if __name__ == "__main__":
    sys.exit(main())
