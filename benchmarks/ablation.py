"""What each recogniser is good for: recall with it switched off, on the tuning transcripts and the samples.

    python benchmarks/ablation.py [--markdown] [FILE ...]

Prints figures only, never a word of a transcript. A row says by how many mentions recall falls (percentage points, over
what is replaced) and how many characters no other recogniser finds as the same, those that are only flagged included.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from anonymizer.data import Pack, load_pack
from anonymizer.detect import Detector, evaluate
from anonymizer.detect.detector import _Source
from anonymizer.detect.gold import parse_gold
from anonymizer.detect.proposal import Proposal
from anonymizer.formats import read
from anonymizer.model import Finding

ROOT = Path(__file__).resolve().parents[1]
STAGES = ("speaker-label", "name-again")
"""What finds names without being one of Presidio's recognisers."""


class Ablated(Detector):
    """The detector with one recogniser switched off (``off``); the texts are read by the others once only."""

    def __init__(self, pack: Pack) -> None:
        super().__init__(pack)
        self.off = ""
        self.seen: set[str] = set()
        self._read: dict[tuple[str, ...], list[list[Proposal]]] = {}

    def _analyze(self, sources: list[_Source], problems: list[str]) -> None:
        key = tuple(source.text for source in sources)
        if key not in self._read:
            super()._analyze(sources, problems)
            self._read[key] = [list(source.proposals) for source in sources]
        for source, proposals in zip(sources, self._read[key], strict=True):
            source.proposals = [one for one in proposals if one.recognizer != self.off]

    def _decide(self, source: _Source) -> Iterator[Finding]:
        self.seen.update(one.recognizer for one in source.proposals)
        source.proposals = [one for one in source.proposals if one.recognizer != self.off]
        return super()._decide(source)


def _covered(detector: Ablated, paths: list[Path]) -> set[tuple[str, int | None, str | None, int, str]]:
    """Return every place that is found and as what."""
    covered = set()
    for path in paths:
        gold = parse_gold(path.read_text(encoding="utf-8"), where=path.name)
        transcript = read(gold.text.encode(), path.name)
        for one in detector.detect(transcript).findings:
            kind = one.entity_type.value
            covered |= {(path.name, one.turn, one.part, at, kind) for at in range(one.start, one.end)}
    return covered


def main() -> None:
    """Switch each recogniser off in turn and print what is lost."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--markdown", action="store_true")
    arguments = parser.parse_args()
    gold = [*(ROOT / "tests/gold/tuning").glob("*.txt"), *(ROOT / "samples/gold").glob("*.txt")]
    paths = sorted(arguments.files or gold)
    pack = load_pack("sikt-base")
    detector = Ablated(pack)
    whole = evaluate(paths, pack, detector=detector)
    everything = _covered(detector, paths)
    rows = []
    for name in sorted(detector.seen | set(STAGES)):
        detector.off = name
        without = evaluate(paths, pack, detector=detector)
        lost = whole.recall().hits - without.recall().hits
        points = 100 * (whole.recall().value - without.recall().value)
        places = len(everything - _covered(detector, paths))
        rows.append((name, lost, points, places))
    bar, edge = (" | ", "| ") if arguments.markdown else ("  ", "")
    heads = bar.join((f"{'recogniser':24}", f"{'mentions lost':>13}", "points", f"{'characters lost':>15}"))
    print(f"{edge}{heads}{edge[::-1]}")
    if arguments.markdown:
        print("| --- | ---: | ---: | ---: |")
    for name, lost, points, places in sorted(rows, key=lambda row: (-row[1], -row[3], row[0])):
        print(f"{edge}{name:24}{bar}{lost:13}{bar}{points:6.2f}{bar}{places:15}{edge[::-1]}")
    recall = whole.recall()
    print(f"\n{recall.total} mentions in {whole.files} files; all recognisers together: {recall.value:.4f}")


if __name__ == "__main__":
    main()
