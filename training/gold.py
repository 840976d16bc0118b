"""The model alone on marked transcripts: what it covers of people, places and bodies, and what it finds for nothing.

    python training/gold.py tests/gold/tuning/2*.txt [--model FOLDER] [--show]

The resolver has other sources and vetoes beside the model; `anonymizer eval` measures the whole.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from anonymizer.detect.gold import GoldMention, parse_gold
from anonymizer.detect.ner import CANDIDATES, MODEL, load_ner
from anonymizer.model import EntityType
from lists import RULES, rows
from spacy.language import Language

LEAST = 0.35
"""The least probability of a candidate that counts here, about what the resolver asks."""
COUNTED = {
    EntityType.PERSON: "PER",
    EntityType.LOCATION: "LOC",
    EntityType.ORGANIZATION: "ORG",
    EntityType.STREET_ADDRESS: "",
    EntityType.DEMONYM: "",
    EntityType.NRP: "",
}


def measure(nlp: Language, paths: Sequence[Path], *, show: bool = False) -> str:
    """One line: shares covered by kind, and how many candidates touch no mention of any type."""
    titles = {row["word"] for row in rows(RULES / "titles_and_kin.tsv")}
    tally: Counter[str] = Counter()
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            gold = parse_gold(line, where=path.name)
            doc = nlp(gold.text)
            group = doc.spans[CANDIDATES]
            found = [
                (span.start_char, span.end_char, span.label_, score)
                for span, score in zip(group, group.attrs["scores"], strict=True)
                if score >= LEAST
            ]
            reached = {at for start, end, _, _ in found for at in range(start, end)}
            marked = {at for mention in gold.mentions for at in range(mention.start, mention.end)}
            for mention in gold.mentions:
                kind = COUNTED.get(mention.entity_type)
                if not kind:
                    continue
                start = _without_title(gold.text, mention, titles)
                covered = all(
                    at in reached or not gold.text[at].isalnum() for at in range(start, mention.end)
                )
                tally.update({kind: 1, f"{kind} covered": covered})
                if show and not covered:
                    print(f"{path.name}:{number} missed {kind} {gold.text[mention.start : mention.end]}")
            for start, end, kind, score in found:
                if not any(at in marked for at in range(start, end)):
                    tally["for nothing"] += 1
                    if show:
                        print(f"{path.name}:{number} for nothing {kind} {score:.2f} {gold.text[start:end]}")
            tally["words"] += len(doc)
    shares = [
        f"{kind} {tally[f'{kind} covered'] / tally[kind]:.3f} of {tally[kind]}"
        for kind in ("PER", "LOC", "ORG")
        if tally[kind]
    ]
    return f"{' | '.join(shares) or 'no mentions'} | for nothing {tally['for nothing']} in {tally['words']} words"


def _without_title(text: str, mention: GoldMention, titles: set[str]) -> int:
    """Where a mention begins after its title or kin term, which the corpus leaves outside."""
    start = mention.start
    while (end := text.find(" ", start, mention.end)) > 0 and text[start:end].lower() in titles:
        start = end + 1
    return start


def main() -> None:
    """Print the line for some transcripts."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--model", type=Path, default=MODEL)
    parser.add_argument("--show", action="store_true", help="list what was missed or found for nothing")
    options = parser.parse_args()
    print(measure(load_ner(options.model), options.paths, show=options.show))


if __name__ == "__main__":
    main()
