"""Text in, findings out: every turn and part searched by every recogniser, or a problem that says it was not."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from anonymizer.data import Pack, load_pack, rules_dir
from anonymizer.detect.dictation import Spoken, dictated
from anonymizer.detect.gazetteer import list_indexes
from anonymizer.detect.known import SURE_NAME, FoundNames, KnownNames
from anonymizer.detect.labels import label_proposal
from anonymizer.detect.patterns import compiled_rules
from anonymizer.detect.proposal import Proposal
from anonymizer.detect.resolve import resolve
from anonymizer.detect.speech_numbers import numerals_view
from anonymizer.detect.text import View, part_view, plain_view, windows
from anonymizer.model import Detection, EntityType, Finding, KnownPerson, Transcript, Turn

if TYPE_CHECKING:
    from spacy.language import Language

    from anonymizer.detect.engine import Analyzer

__all__ = ["MIN_SCORE", "Detector", "detect_text", "rules_digest"]

MIN_SCORE = 0.4
"""A proposal below this is no finding."""

_LONGEST_WORD = 100
"""Code points by which a proposal is widened at most to cover the word it stands in."""

_BEFORE = 120
"""Code points of what was said just before a turn that count as its context (a question, most often)."""


@dataclass(slots=True)
class _Source:
    """One text to be searched: a turn, a part, or a speaker's label."""

    text: str
    turn: int | None
    part: str | None
    speaker: str | None
    view: View
    numerals: View | None = None
    proposals: list[Proposal] = field(default_factory=list)

    @property
    def is_label(self) -> bool:
        return self.part is not None and self.part.startswith("speaker:")

    @property
    def place(self) -> str:
        return f"turn {self.turn}" if self.turn is not None else f"part {self.part}"


class Detector:
    """Finds identifiers in transcripts, as a pack weighs them and with the people a study knows.

    ``known`` are searched for everywhere. Proposals below ``min_score`` are dropped. One detector serves any
    number of transcripts; of them only single words stay in the process's memory (caches). Raises ``PackError``
    where a rule or word list is not sound.
    """

    def __init__(
        self, pack: Pack, known: Sequence[KnownPerson] = (), *, min_score: float = MIN_SCORE
    ) -> None:
        self._pack = pack
        self._known = KnownNames(known)
        self._min_score = min_score

    @cached_property
    def _analyzer(self) -> Analyzer:
        # Presidio and spaCy take a second to import: only detecting pays for it.
        from anonymizer.detect.engine import Analyzer  # noqa: PLC0415
        from anonymizer.detect.recognisers import code_recognisers  # noqa: PLC0415

        with _collector_paused():
            return Analyzer(self._load_pipeline(), compiled_rules(), code_recognisers(), self._min_score)

    def _load_pipeline(self) -> Language:
        return _shipped_pipeline()

    @cached_property
    def digest(self) -> str:
        """Return what this detector's findings depend on as one hash; see ``rules_digest``."""
        return rules_digest(self._pack, self._min_score)

    def detect(self, transcript: Transcript) -> Detection:
        """Return the findings of one transcript, in order and without overlap, and what could not be searched."""
        sources = _sources(transcript)
        problems: list[str] = []
        self._analyze(sources, problems)
        self._guard(problems, "transcript", "dictation", lambda: self._dictated(sources))
        for source in sources:
            self._guard(problems, source.place, "known", partial(self._search_known, source))
        self._guard(problems, "transcript", "labels", lambda: _labels(sources, self._known))
        self._guard(problems, "transcript", "found names", lambda: self._search_found(sources))
        findings = [finding for source in sources for finding in self._decide(source)]
        return Detection(tuple(findings), tuple(dict.fromkeys(problems)))

    def detect_many(self, transcripts: Iterable[Transcript]) -> Iterator[Detection]:
        """Yield the detection of each transcript, in order."""
        for transcript in transcripts:
            yield self.detect(transcript)

    def _guard(self, problems: list[str], place: str, name: str, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:  # fail closed: its message may hold text, its type may not
            cause = "time-out" if isinstance(error, TimeoutError) else type(error).__name__
            problems.append(f"{place}: {name}: {cause}")

    def _analyze(self, sources: list[_Source], problems: list[str]) -> None:
        stretches = [
            (source, offset, text)
            for source in sources
            if not source.is_label
            for offset, text in windows(source.view.text)
            if text.strip()
        ]
        prepared = self._analyzer.prepare([text for _, _, text in stretches])
        before = ""
        for (source, offset, text), (artifacts, failure) in zip(stretches, prepared, strict=True):
            if failure:
                problems.append(f"{source.place}: language model: {failure}")
            if len(text) == len(source.view.text):
                source.numerals = artifacts.numerals
            proposals, failed = self._analyzer.analyze(artifacts, before)
            problems.extend(f"{source.place}: {name}: {cause}" for name, cause in failed)
            source.proposals.extend(
                Proposal(
                    one.start + offset,
                    one.end + offset,
                    one.entity_type,
                    one.score,
                    one.recognizer,
                    one.entity,
                )
                for one in proposals
            )
            before = text[-_BEFORE:] if source.turn is not None else ""

    def _dictated(self, sources: list[_Source]) -> None:
        turns = [source for source in sources if source.turn is not None]
        spoken = [
            Spoken(source.view.text, source.speaker, source.numerals or numerals_view(source.view.text))
            for source in turns
        ]
        for at, proposal in dictated(spoken, compiled_rules()):
            turns[at].proposals.append(proposal)

    def _search_known(self, source: _Source) -> None:
        source.proposals.extend(self._known.search(source.view.text))

    def _search_found(self, sources: list[_Source]) -> None:
        """Look for every name that was found once in the rest of the transcript."""
        names = _certain_names(sources)
        for source in sources:
            if not source.is_label:
                source.proposals.extend(names.search(source.view.text))

    def _decide(self, source: _Source) -> Iterator[Finding]:
        reading = source.view.text
        proposals = [
            _whole_words(reading, proposal)
            for proposal in source.proposals
            if proposal.score >= self._min_score
        ]
        for proposal in resolve(reading, proposals):
            start, end = source.view.below(proposal.start, proposal.end)
            yield Finding(
                entity_type=proposal.entity_type,
                start=start,
                end=end,
                text=source.text[start:end],
                score=round(proposal.score, 3),
                recognizer=proposal.recognizer,
                turn=source.turn,
                part=source.part,
                speaker=source.speaker,
                tier=self._pack.tier(proposal.entity_type),
                action=self._pack.action(proposal.entity_type),
                entity=proposal.entity,
            )


@cache
def _shipped_pipeline() -> Language:
    from anonymizer.detect.ner import load_ner  # noqa: PLC0415 - spaCy is only paid for by detecting

    return load_ner()


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Look for no garbage while lists and model load: there is none, and looking takes a third of the time."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def rules_digest(pack: Pack, min_score: float = MIN_SCORE) -> str:
    """Return what findings depend on as one hash: rules, word lists, model, code, the pack's actions and tiers.

    Name lists added with `gazetteer add` count too.

    The known people are not in it: whoever adds one knows which transcripts hold the name.
    """
    total = hashlib.sha256(_shipped_digest().encode())
    for index in list_indexes():  # the researcher's own place names, added on this machine
        total.update(index.sha256.encode())
    weights = [(one.value, pack.action(one).value, pack.tier(one).value) for one in EntityType]
    total.update(repr((min_score, weights)).encode())
    return total.hexdigest()


@cache
def _shipped_digest() -> str:
    total = hashlib.sha256()
    for folder in (Path(__file__).parent, rules_dir() / "recognisers", rules_dir() / "lexicon"):
        for path in sorted(folder.rglob("*")):
            hidden = any(part.startswith((".", "__pycache__")) for part in path.relative_to(folder).parts)
            if path.is_file() and not hidden:
                total.update(path.relative_to(folder).as_posix().encode() + b"\0")
                total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _sources(transcript: Transcript) -> list[_Source]:
    sources = [
        _Source(turn.text, at, None, turn.speaker, plain_view(turn.text))
        for at, turn in enumerate(transcript.turns)
    ]
    sources += [
        _Source(part.text, None, part.name, None, part_view(part.name, part.text))
        for part in transcript.parts
    ]
    sources += [
        _Source(speaker, None, f"speaker:{at}", None, plain_view(speaker))
        for at, speaker in enumerate(transcript.speakers, 1)
    ]
    return sources


def _certain_names(sources: list[_Source]) -> FoundNames:
    # A label's capital is a name's, not a sentence's: whoever is labelled Bjørn is Bjørn in the talk too.
    before = ", "
    return FoundNames.within(
        (before + source.view.text, one.start + len(before), one.end + len(before))
        if source.is_label
        else (source.view.text, one.start, one.end)
        for source in sources
        for one in source.proposals
        if one.entity_type is EntityType.PERSON and one.score >= SURE_NAME
    )


def _labels(sources: list[_Source], known: KnownNames) -> None:
    names = _certain_names([source for source in sources if not source.is_label]).names
    for source in sources:
        if source.is_label:
            proposal = label_proposal(source.view.text, known, names)
            source.proposals = [proposal] if proposal else []


def _whole_words(text: str, proposal: Proposal) -> Proposal:
    """Widen a proposal to the words it touches: a finding covers the word as written."""
    start, end = max(0, proposal.start), min(len(text), proposal.end)
    # A run of letters longer than any word is not widened over whole: that would cost its length for each proposal.
    first, last = max(0, start - _LONGEST_WORD), min(len(text), end + _LONGEST_WORD)
    while start > first and _inside(text, start):
        start -= 1
    while end < last and _inside(text, end):
        end += 1
    if (start, end) == (proposal.start, proposal.end):
        return proposal
    return Proposal(start, end, proposal.entity_type, proposal.score, proposal.recognizer, proposal.entity)


def _inside(text: str, at: int) -> bool:
    """Tell whether ``at`` splits a word: a letter or figure on both sides."""
    return text[at - 1].isalnum() and text[at].isalnum()


@cache
def _default_detector() -> Detector:
    return Detector(load_pack("sikt-base"))


def detect_text(text: str, *, pack: Pack | None = None, known: Sequence[KnownPerson] = ()) -> Detection:
    """Return the findings of one text, read as a single turn; the pack is ``sikt-base`` unless given."""
    detector = (
        _default_detector() if pack is None and not known else Detector(pack or load_pack("sikt-base"), known)
    )
    return detector.detect(Transcript(format="txt", turns=(Turn(text),)))
