"""How well detection does on gold markup: what was missed, what was taken for nothing.

- *mention recall*: a mention counts if every code point of it that is no space is covered by findings;
- *entity recall* (Text Anonymization Benchmark): an entity counts only if every mention of it is covered;
- *character precision*: of the code points that findings cover, the share that some mention covers.

Only types that the pack replaces count, on both sides; whether the type agrees is told apart (``typed``). Intervals
are Wilson's, 95 %. Recall is over mentions that are independent only within limits: of one transcript they are not.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from anonymizer.data import Pack
from anonymizer.detect.detector import Detector
from anonymizer.detect.gold import GoldMention, parse_gold
from anonymizer.errors import UnreadableInput
from anonymizer.formats import read
from anonymizer.model import Action, EntityType, Finding, Tier, Transcript

__all__ = ["Evaluation", "Share", "evaluate", "wilson"]

_Z = 1.959964


def wilson(hits: int, total: int) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a share (Wilson 1927); of nothing, it is 0 to 1."""
    if total == 0:
        return 0.0, 1.0
    share = hits / total
    scale = 1 + _Z**2 / total
    centre = (share + _Z**2 / (2 * total)) / scale
    half = _Z * math.sqrt(share * (1 - share) / total + _Z**2 / (4 * total**2)) / scale
    return max(0.0, centre - half), min(1.0, centre + half)


@dataclass(frozen=True, slots=True)
class Share:
    """``hits`` of ``total``, with its 95 % interval."""

    hits: int
    total: int

    @property
    def value(self) -> float:
        """Return the share; 1 where there was nothing to find."""
        return self.hits / self.total if self.total else 1.0

    @property
    def interval(self) -> tuple[float, float]:
        """Return Wilson's 95 % interval."""
        return wilson(self.hits, self.total)


@dataclass(frozen=True, slots=True)
class Miss:
    """A mention that no finding covers whole, or a finding that covers none: where it stands and what it says."""

    path: str
    line: int
    entity_type: EntityType
    kind: str
    text: str
    recognizer: str = ""


@dataclass(slots=True)
class Evaluation:
    """What ``evaluate`` counted."""

    files: int = 0
    mentions: Counter[EntityType] = field(default_factory=Counter)
    covered: Counter[EntityType] = field(default_factory=Counter)
    typed: Counter[EntityType] = field(default_factory=Counter)
    entities: Counter[EntityType] = field(default_factory=Counter)
    entities_covered: Counter[EntityType] = field(default_factory=Counter)
    characters: Counter[EntityType] = field(default_factory=Counter)
    right_characters: Counter[EntityType] = field(default_factory=Counter)
    misses: list[Miss] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    tiers: dict[EntityType, Tier] = field(default_factory=dict)

    def recall(self, *types: EntityType) -> Share:
        """Return mention recall over ``types`` (all, if none are given)."""
        return _share(self.covered, self.mentions, types)

    def entity_recall(self, *types: EntityType) -> Share:
        """Return entity recall over ``types`` (all, if none are given)."""
        return _share(self.entities_covered, self.entities, types)

    def precision(self, *types: EntityType) -> Share:
        """Return character precision of findings of ``types`` (all, if none are given)."""
        return _share(self.right_characters, self.characters, types)

    def of_tier(self, tier: Tier) -> tuple[EntityType, ...]:
        """Return the types of a tier that the pack replaces."""
        return tuple(entity_type for entity_type, its in self.tiers.items() if its is tier)

    def rows(self) -> list[dict[str, object]]:
        """Return the table: a row for all, one a tier, one a type that occurs; shares are null where nothing counts."""
        rows = [self._row("all", "", ())]
        for tier in Tier:
            types = self.of_tier(tier)
            if types:
                rows.append(self._row(tier.value, tier.value, types))
        for entity_type in EntityType:
            if self.mentions[entity_type] or self.characters[entity_type]:
                rows.append(self._row(entity_type.value, self.tiers[entity_type].value, (entity_type,)))
        return rows

    def _row(self, name: str, tier: str, types: tuple[EntityType, ...]) -> dict[str, object]:
        row: dict[str, object] = {"what": name, "tier": tier}
        shares = (
            ("mention_recall", self.recall(*types)),
            ("entity_recall", self.entity_recall(*types)),
            ("character_precision", self.precision(*types)),
        )
        for key, share in shares:
            low, high = share.interval
            row[key] = round(share.value, 4) if share.total else None
            row[f"{key}_low"] = round(low, 4) if share.total else None
            row[f"{key}_high"] = round(high, 4) if share.total else None
            row[f"{key}_of"] = share.total
        row["typed"] = sum(self.typed[one] for one in (types or self.typed))
        return row

    def errors(self, *, show_text: bool = False) -> list[dict[str, object]]:
        """Return what was missed and what was found for nothing; the words themselves only if asked for."""
        return [
            {
                "path": miss.path,
                "line": miss.line,
                "kind": miss.kind,
                "entity_type": miss.entity_type.value,
                "recognizer": miss.recognizer,
                **({"text": miss.text} if show_text else {}),
            }
            for miss in self.misses
        ]


def _share(hits: Counter[EntityType], total: Counter[EntityType], types: Sequence[EntityType]) -> Share:
    chosen = types or tuple(total.keys() | hits.keys())
    return Share(sum(hits[one] for one in chosen), sum(total[one] for one in chosen))


def evaluate(paths: Iterable[Path], pack: Pack, *, detector: Detector | None = None) -> Evaluation:
    """Measure detection on gold files; raise ``UnreadableInput`` for a file whose markup is not sound."""
    detector = detector or Detector(pack)
    result = Evaluation(
        tiers={one: pack.tier(one) for one in EntityType if pack.action(one) is Action.REPLACE}
    )
    for path in paths:
        try:
            marked = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError):
            raise UnreadableInput("the gold file cannot be read as UTF-8", where=path.name) from None
        gold = parse_gold(marked, where=path.name)
        transcript = read(gold.text.encode("utf-8"), path.with_suffix(".txt").name)
        detection = detector.detect(transcript)
        result.files += 1
        result.problems += [f"{path.name}: {problem}" for problem in detection.problems]
        _count(result, path.name, gold.text, gold.mentions, _spans(transcript, detection.findings, gold.text))
    return result


def _spans(transcript: Transcript, findings: Iterable[Finding], text: str) -> list[tuple[int, int, Finding]]:
    """Return where findings stand in the file; a speaker's label, wherever it stands before a turn."""
    spans: list[tuple[int, int, Finding]] = []
    for finding in findings:
        if finding.action is not Action.REPLACE:
            continue
        if finding.turn is not None:
            offset = transcript.turns[finding.turn].offset
            spans.append((offset + finding.start, offset + finding.end, finding))
        elif finding.part is not None and finding.part.startswith("speaker:"):
            label = transcript.speakers[int(finding.part.partition(":")[2]) - 1]
            for turn in transcript.turns:
                if turn.speaker == label:
                    at = text.rfind(label, max(0, turn.offset - len(label) - 80), turn.offset)
                    if at >= 0:
                        spans.append((at + finding.start, at + finding.end, finding))
    return spans


def _count(
    result: Evaluation,
    name: str,
    text: str,
    mentions: Sequence[GoldMention],
    spans: Sequence[tuple[int, int, Finding]],
) -> None:
    found: dict[int, EntityType] = {
        at: one.entity_type for start, end, one in spans for at in range(start, end)
    }
    gold: set[int] = set()
    entities: dict[tuple[EntityType, str], bool] = {}
    for number, mention in enumerate(mentions):
        stretch = [at for at in range(mention.start, mention.end) if not text[at].isspace()]
        gold.update(range(mention.start, mention.end))
        if mention.entity_type not in result.tiers:
            continue
        covered = all(at in found for at in stretch)
        result.mentions[mention.entity_type] += 1
        result.covered[mention.entity_type] += covered
        result.typed[mention.entity_type] += covered and all(
            found[at] is mention.entity_type for at in stretch
        )
        key = (mention.entity_type, mention.entity or f"#{number}")
        entities[key] = entities.get(key, True) and covered
        if not covered:
            line = text.count("\n", 0, mention.start) + 1
            words = text[mention.start : mention.end]
            result.misses.append(Miss(name, line, mention.entity_type, "missed", words))
    for (entity_type, _), covered in entities.items():
        result.entities[entity_type] += 1
        result.entities_covered[entity_type] += covered
    for start, end, finding in spans:
        right = sum(at in gold for at in range(start, end))
        result.characters[finding.entity_type] += end - start
        result.right_characters[finding.entity_type] += right
        if right < end - start:
            line = text.count("\n", 0, start) + 1
            kind = "too much" if right else "for nothing"
            result.misses.append(
                Miss(name, line, finding.entity_type, kind, finding.text, finding.recognizer)
            )
