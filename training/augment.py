"""The same sentence told differently: other names in it, joined with the next, or written down as dictated."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from anonymizer.detect.ner import features
from corpus import Sentence, as_dictated
from generate import Speech
from rewrite import Rewriter

_BITS = {name: 1 << place for place, name in enumerate(features.LEXICON_CLASSES)}
_FIRST = _BITS["first_name"] | _BITS["foreign_first_name"]
_LAST = _BITS["surname"] | _BITS["foreign_surname"]
_PLACE = _BITS["norwegian_place"] | _BITS["world_place"]
_ORGANISATION = _BITS["organisation"]


class Augmenter:
    """Varies sentences; the same seed varies them in the same way.

    `swap`, `join`, `dictate`, `lower` are the shares of sentences that get other names, are joined with the next
    one or two (as in a turn), written as dictated (lower-case, no punctuation) or only lower-cased; `dialect` is the
    share told in dialect (of the invented ones, which hold dialect already, and of the corpus's).
    """

    def __init__(
        self,
        speech: Speech,
        lexicon: Mapping[str, int],
        *,
        swap: float = 0.4,
        join: float = 0.3,
        dictate: float = 0.15,
        lower: float = 0.04,
        dialect: float = 0.15,
        dictate_invented: float = 0.3,
    ) -> None:
        self.speech, self.lexicon = speech, lexicon
        self.random: random.Random = speech.random
        self.rewriter = Rewriter(self.random)
        self.dialect, self.dictate_invented = dialect, dictate_invented
        self.swap, self.join, self.dictate, self.lower = swap, join, dictate, lower

    def epoch(self, texts: Sequence[Sequence[Sentence]], invented: int, longest: int = 120) -> list[Sentence]:
        """One epoch's sentences: the texts varied, and so many invented ones."""
        out: list[Sentence] = []
        for text in texts:
            place = 0
            while place < len(text):
                count = 1 + (self.random.random() < self.join) * self.random.choice([1, 1, 2])
                out.append(self.vary(join(text[place : place + count])))
                place += count
        for _ in range(invented):
            count = self.random.choice([1, 1, 2, 3])
            told = self.retell(join([self.speech.sentence() for _ in range(count)]))
            out.append(self.write_down(told, self.dictate_invented))
        return [sentence for sentence in out if 0 < len(sentence.words) <= longest]

    def vary(self, sentence: Sentence) -> Sentence:
        """A sentence of the corpus, perhaps changed."""
        if self.random.random() < self.swap:
            sentence = self.rename(sentence)
        return self.write_down(self.retell(sentence), self.dictate)

    def retell(self, sentence: Sentence) -> Sentence:
        """The sentence, perhaps in dialect."""
        return self.rewriter.tell(sentence) if self.random.random() < self.dialect else sentence

    def write_down(self, sentence: Sentence, dictate: float) -> Sentence:
        """The sentence as it is, as dictated, or lower-cased."""
        toss = self.random.random()
        if toss < dictate:
            return as_dictated(sentence)
        if toss < dictate + self.lower:
            return Sentence(tuple(word.lower() for word in sentence.words), sentence.tags, sentence.invented)
        return sentence

    def rename(self, sentence: Sentence) -> Sentence:
        """Other names for some of the mentions; their endings and case stay."""
        words, tags = list(sentence.words), list(sentence.tags)
        for start, end, kind in reversed(sentence.spans()):
            if self.random.random() < 0.35:
                continue
            new = self.other(words[start:end], kind)
            if new:
                words[start:end] = new
                tags[start:end] = [f"B-{kind}", *[f"I-{kind}"] * (len(new) - 1)]
        return Sentence(tuple(words), tuple(tags))

    def other(self, words: Sequence[str], kind: str) -> list[str] | None:
        """Another mention of the same kind, or nothing when it is unclear how this one is built."""
        if kind == "PER":
            return self.other_person(words)
        if kind == "DRV" and len(words) == 1 and words[0].count("-") == 1:
            head, _, tail = words[0].partition("-")
            return [f"{self.speech.derived().rpartition('-')[0]}-{tail}"] if head and tail else None
        if kind not in {"LOC", "ORG"}:
            return None
        wanted = _PLACE if kind == "LOC" else _ORGANISATION
        ending = self.ending(words[-1], wanted)
        if ending is None and not (kind == "ORG" and len(words) > 1):
            return None
        made = self.speech.place() if kind == "LOC" else self.speech.organisation()
        return (made + (ending or "")).split()

    def other_person(self, words: Sequence[str]) -> list[str] | None:
        made: list[str] = []
        for place, word in enumerate(words):
            if len(word.rstrip(".")) <= 1 or not word[0].isalpha():
                made.append(word)
                continue
            last = place == len(words) - 1
            ending = self.ending(word, _FIRST | _LAST) if last else ""
            if ending is None:
                return None
            bare = features.fold(word[: len(word) - len(ending)])
            is_first = self.lexicon.get(bare, 0) & _FIRST and (not last or len(words) == 1)
            name = (self.speech.first() if is_first else self.speech.surname()).split()[0] + ending
            made.append(name.lower() if word.islower() else name.upper() if word.isupper() else name)
        return made

    def ending(self, word: str, wanted: int) -> str | None:
        """The genitive of a word that a lexicon knows without it, "" if it has none, None if it is unknown."""
        low = features.fold(word)
        if self.lexicon.get(low, 0) & wanted:
            return ""
        for ending in ("'s", "s", "'"):
            if low.endswith(ending) and self.lexicon.get(low[: -len(ending)], 0) & wanted:
                return word[-len(ending) :]
        return None


def join(sentences: Sequence[Sentence]) -> Sentence:
    """Several sentences as one turn."""
    return Sentence(
        tuple(word for sentence in sentences for word in sentence.words),
        tuple(tag for sentence in sentences for tag in sentence.tags),
        any(sentence.invented for sentence in sentences),
    )
