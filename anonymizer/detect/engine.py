"""Presidio under our own roof: our pipeline, our recognisers, nothing skipped in silence.

``TurnNlpEngine`` runs a spaCy pipeline that was handed to it (nothing is ever downloaded). ``GuardedRecognizer``
turns a time-out or an error of one recogniser into a problem of the turn, where Presidio would log and go on.
"""

from __future__ import annotations

import logging
from abc import abstractmethod
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextvars import ContextVar
from functools import cached_property
from typing import TYPE_CHECKING, Any

from presidio_analyzer import AnalyzerEngine, EntityRecognizer, RecognizerRegistry, RecognizerResult
from presidio_analyzer.context_aware_enhancers import ContextAwareEnhancer
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine

from anonymizer.detect.patterns import CompiledRule, has_digit
from anonymizer.detect.proposal import Proposal
from anonymizer.detect.reading import Reading
from anonymizer.detect.speech_numbers import numerals_view
from anonymizer.detect.text import LONGEST_TOKEN, View
from anonymizer.model import EntityType

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Span

__all__ = [
    "LANGUAGE",
    "Analyzer",
    "GuardedRecognizer",
    "RuleRecognizer",
    "TurnArtifacts",
    "TurnNlpEngine",
    "silence_loggers",
]

LANGUAGE = "nb"
BATCH_LENGTH = 40_000
"""Code points the language model reads at once."""


def silence_loggers() -> None:
    """Keep Presidio and spaCy from writing: at DEBUG and INFO they print the text itself."""
    for name in ("presidio-analyzer", "presidio-anonymizer", "decision_process", "spacy", "tldextract"):
        logger = logging.getLogger(name)
        logger.handlers = [logging.NullHandler()]
        logger.propagate = False
        logger.setLevel(logging.CRITICAL + 1)


silence_loggers()

_problems: ContextVar[list[tuple[str, str]] | None] = ContextVar("problems", default=None)
_at_hand: ContextVar[Sequence[EntityRecognizer] | None] = ContextVar("at_hand", default=None)


class TurnArtifacts(NlpArtifacts):
    """What the pipeline found in one stretch; readings and word lists are made when first asked for."""

    def __init__(self, text: str, doc: Doc) -> None:
        self.text = text
        self.tokens = doc
        self.language = LANGUAGE
        self.nlp_engine = None

    @cached_property
    def entities(self) -> list[Span]:  # type: ignore[override]
        """Return the model's mentions."""
        return list(self.tokens.ents)

    @cached_property
    def scores(self) -> list[float]:  # type: ignore[override]
        """Return a score for each mention, as Presidio's own recognisers expect them."""
        return [0.85] * len(self.entities)

    @cached_property
    def lower(self) -> str:
        """Return the text in lower case."""
        return self.text.lower()

    @cached_property
    def numerals(self) -> View:
        """Return the text with number words read as figures."""
        return numerals_view(self.text)

    @cached_property
    def reading(self) -> Reading:
        """Return the text as words with what the word lists hint of each."""
        return Reading(self.text)

    @cached_property
    def has_digit(self) -> bool:
        """Tell whether the text holds a figure."""
        return has_digit(self.text)

    @cached_property
    def has_numeral(self) -> bool:
        """Tell whether the text holds a figure once number words are read as figures."""
        return self.has_digit or bool(self.numerals.pieces)

    @cached_property
    def lemmas(self) -> list[str]:  # type: ignore[override]
        """Return the words in lower case: speech has no lemmatiser worth its time."""
        return [token.lower_ for token in self.tokens]

    @cached_property
    def keywords(self) -> list[str]:  # type: ignore[override]
        """Return the words in lower case, for Presidio's own recognisers."""
        return [token.lower_ for token in self.tokens if not token.is_punct]

    @cached_property
    def tokens_indices(self) -> list[int]:  # type: ignore[override]
        """Return where each word begins."""
        return [token.idx for token in self.tokens]


class TurnNlpEngine(NlpEngine):
    """Presidio's door to a spaCy pipeline that is already there."""

    def __init__(self, nlp: Language) -> None:
        self.nlp = nlp

    def load(self) -> None:
        """Do nothing: the pipeline came loaded, and nothing is fetched."""

    def is_loaded(self) -> bool:
        """Return True: the pipeline came loaded."""
        return True

    def process_text(self, text: str, language: str = LANGUAGE) -> TurnArtifacts:
        """Run the pipeline on one stretch."""
        return TurnArtifacts(text, self.nlp(_short_tokens(text)))

    def process_batch(
        self,
        texts: Iterable[str],
        language: str = LANGUAGE,
        batch_size: int = 256,
        n_process: int = 1,
        **kwargs: Any,  # noqa: ANN401 - Presidio's signature
    ) -> Iterator[tuple[str, TurnArtifacts]]:
        """Run the pipeline over stretches in batches; yield each with what was found, in order."""
        batch: list[str] = []
        length = 0
        for text in texts:
            # A batch is bounded in text too: what the model holds in memory grows with it.
            if batch and (len(batch) >= batch_size or length + len(text) > BATCH_LENGTH):
                yield from self._process(batch)
                batch, length = [], 0
            batch.append(text)
            length += len(text)
        yield from self._process(batch)

    def _process(self, batch: list[str]) -> Iterator[tuple[str, TurnArtifacts]]:
        docs = self.nlp.pipe((_short_tokens(text) for text in batch), batch_size=max(1, len(batch)))
        for text, doc in zip(batch, docs, strict=True):
            yield text, TurnArtifacts(text, doc)

    def blank(self, text: str) -> TurnArtifacts:
        """Return artifacts without any language model's word, for a stretch on which it failed."""
        return TurnArtifacts(text, self.nlp.make_doc(_short_tokens(text)))

    def is_stopword(self, word: str, language: str = LANGUAGE) -> bool:
        """Tell whether ``word`` is a function word."""
        return bool(self.nlp.vocab[word].is_stop)

    def is_punct(self, word: str, language: str = LANGUAGE) -> bool:
        """Tell whether ``word`` is punctuation."""
        return bool(self.nlp.vocab[word].is_punct)

    def get_supported_entities(self) -> list[str]:
        """Return the types the pipeline's labels become."""
        return [str(EntityType.PERSON), str(EntityType.LOCATION), str(EntityType.ORGANIZATION)]

    def get_supported_languages(self) -> list[str]:
        """Return the one language code used inside."""
        return [LANGUAGE]


def _short_tokens(text: str) -> str:
    """Break runs without a space, same length: the tokeniser's time grows with the square of a token's length."""
    if len(text) <= LONGEST_TOKEN or max(map(len, text.split(" "))) <= LONGEST_TOKEN:
        return text
    broken: list[str] = []
    for run in text.split(" "):
        if len(run) <= LONGEST_TOKEN:
            broken.append(run)
        else:
            broken.append(
                "".join(" " if at % LONGEST_TOKEN == LONGEST_TOKEN - 1 else c for at, c in enumerate(run))
            )
    return " ".join(broken)


class GuardedRecognizer(EntityRecognizer):
    """A recogniser whose failure is a problem of the transcript, never a silent gap.

    Subclasses give ``propose``; their proposals are offsets in the text they were given.
    """

    name: str

    def __init__(self, name: str, entity_types: Sequence[EntityType]) -> None:
        super().__init__(
            supported_entities=[str(entity_type) for entity_type in entity_types],
            name=name,
            supported_language=LANGUAGE,
        )

    def load(self) -> None:
        """Do nothing: data is read when the recogniser is made."""

    @abstractmethod
    def propose(self, text: str, artifacts: TurnArtifacts) -> Iterable[Proposal]:
        """Yield what this recogniser takes for identifiers in ``text``."""

    def analyze(  # type: ignore[override]
        self, text: str, entities: list[str], nlp_artifacts: TurnArtifacts
    ) -> list[RecognizerResult]:
        """Return the proposals as Presidio's results; on any failure note a problem and return none."""
        try:
            return [self._result(proposal) for proposal in self.propose(text, nlp_artifacts)]
        except (
            Exception
        ) as error:  # whatever it is, the turn was not searched; the cause's text may hold the turn's
            problems = _problems.get()
            if problems is None:
                raise
            problems.append(
                (self.name, "time-out" if isinstance(error, TimeoutError) else type(error).__name__)
            )
            return []

    def _result(self, proposal: Proposal) -> RecognizerResult:
        return RecognizerResult(
            entity_type=str(proposal.entity_type),
            start=proposal.start,
            end=proposal.end,
            score=proposal.score,
            recognition_metadata={
                RecognizerResult.RECOGNIZER_NAME_KEY: proposal.recognizer,
                RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
            },
        )


class RuleRecognizer(GuardedRecognizer):
    """One rule of ``rules/recognisers/`` as a Presidio recogniser."""

    def __init__(self, compiled: CompiledRule) -> None:
        self.compiled = compiled
        self._type = compiled.rule.entity_type
        self._numerals = compiled.rule.reads == "numerals"
        self.needs_figure = compiled.needs_figure
        super().__init__(compiled.rule.id, [compiled.rule.entity_type])

    def may_match(self, *, digit: bool, numeral: bool) -> bool:
        """Tell whether the rule can match at all in a text with or without figures, or number words."""
        return not self.needs_figure or (numeral if self._numerals else digit)

    def analyze(  # type: ignore[override]
        self, text: str, entities: list[str], nlp_artifacts: TurnArtifacts
    ) -> list[RecognizerResult]:
        """Return the matches as Presidio's results; most turns have nothing that most rules need."""
        digit = nlp_artifacts.has_numeral if self._numerals else nlp_artifacts.has_digit
        if not self.compiled.may_match(nlp_artifacts.lower, digit):
            return []
        return super().analyze(text, entities, nlp_artifacts)

    def propose(self, text: str, artifacts: TurnArtifacts) -> Iterable[Proposal]:
        """Yield the matches of the rule's patterns."""
        digit = artifacts.has_numeral if self._numerals else artifacts.has_digit
        view = artifacts.numerals if self._numerals else None
        for match in self.compiled.matches(view.text if view else text, artifacts.lower, digit):
            start, end = view.below(match.start, match.end) if view else (match.start, match.end)
            yield Proposal(start, end, self._type, match.score, self.name)


class _ContextWords(ContextAwareEnhancer):
    """Presidio's context step, by the rules' own words: linear, where Presidio's is quadratic."""

    def __init__(self, rules: Iterable[CompiledRule]) -> None:
        super().__init__(0.0, 0.0, 0, 0)
        self._rules = {compiled.rule.id: compiled for compiled in rules}

    def enhance_using_context(  # type: ignore[override]
        self,
        text: str,
        raw_results: list[RecognizerResult],
        nlp_artifacts: TurnArtifacts,
        recognizers: list[EntityRecognizer],
        context: list[str] | None = None,
    ) -> list[RecognizerResult]:
        """Move each result's score by the words around it and those said just before (``context``)."""
        before = " ".join(context or ())
        for result in raw_results:
            rule = self._rules.get(result.recognition_metadata[RecognizerResult.RECOGNIZER_NAME_KEY])
            if rule is not None:
                result.score = rule.in_context(result.score, text, result.start, result.end, before)
        return raw_results


class _Engine(AnalyzerEngine):
    """Presidio's engine, whose context step asks every recogniser in turn; ours have one enhancer for all."""

    def _enhance_using_context(
        self,
        text: str,
        raw_results: list[RecognizerResult],
        nlp_artifacts: NlpArtifacts,
        recognizers: list[EntityRecognizer],
        context: list[str] | None = None,
    ) -> list[RecognizerResult]:
        if not raw_results:
            return raw_results
        enhancer: ContextAwareEnhancer = self.context_aware_enhancer
        return enhancer.enhance_using_context(text, raw_results, nlp_artifacts, recognizers, context)


class _FixedRegistry(RecognizerRegistry):
    """A registry that holds our recognisers and no others; Presidio asks it once a turn, so it answers at once."""

    def get_recognizers(self, *args: Any, **kwargs: Any) -> list[EntityRecognizer]:  # noqa: ANN401 - Presidio's
        """Return every recogniser that may find something in the turn at hand."""
        return list(_at_hand.get() or self.recognizers)


class Analyzer:
    """Presidio's analyzer over our pipeline, rules and recognisers, one stretch of text at a time."""

    def __init__(
        self,
        nlp: Language,
        rules: Sequence[CompiledRule],
        recognizers: Sequence[GuardedRecognizer],
        min_score: float,
    ) -> None:
        self.nlp_engine = TurnNlpEngine(nlp)
        self.recognizers = [*(RuleRecognizer(rule) for rule in rules), *recognizers]
        registry = _FixedRegistry(recognizers=self.recognizers, supported_languages=[LANGUAGE])
        self._min_score = min_score
        self._engine = _Engine(
            registry=registry,
            nlp_engine=self.nlp_engine,
            supported_languages=[LANGUAGE],
            context_aware_enhancer=_ContextWords(rules),
            default_score_threshold=min_score,
        )
        # Most turns hold no figure and most rules need one: those are not even asked.
        self._by_figures = {
            (digit, numeral): [
                one
                for one in self.recognizers
                if not isinstance(one, RuleRecognizer) or one.may_match(digit=digit, numeral=numeral)
            ]
            for digit in (False, True)
            for numeral in (False, True)
        }
        self._entities = sorted({entity for one in self.recognizers for entity in one.supported_entities})

    def prepare(self, texts: Sequence[str]) -> Iterator[tuple[TurnArtifacts, str | None]]:
        """Run the pipeline over ``texts`` in batches; yield each one's artifacts, or a blank and the cause.

        What is said word for word several times (``Mm, ja.``) is read once.
        """
        said = Counter(texts)
        read = self._read(list(said))
        again: dict[str, tuple[TurnArtifacts, str | None]] = {}
        for text in texts:
            if text in again:
                yield again[text]
                continue
            first = next(read)
            if said[text] > 1:
                again[text] = first
            yield first

    def _read(self, texts: Sequence[str]) -> Iterator[tuple[TurnArtifacts, str | None]]:
        done = 0
        try:
            for _, artifacts in self.nlp_engine.process_batch(texts):
                yield artifacts, None
                done += 1
        except Exception:  # the batch broke: go on one by one, so that only the text at fault is marked
            for text in texts[done:]:
                try:
                    yield self.nlp_engine.process_text(text), None
                except Exception as error:
                    yield self.nlp_engine.blank(text), type(error).__name__

    def analyze(
        self, artifacts: TurnArtifacts, before: str = ""
    ) -> tuple[list[Proposal], list[tuple[str, str]]]:
        """Return the proposals in one stretch and what failed (recogniser and cause); ``before`` is context."""
        problems: list[tuple[str, str]] = []
        token = _problems.set(problems)
        asked = _at_hand.set(self._by_figures[artifacts.has_digit, artifacts.has_numeral])
        try:
            results = self._engine.analyze(
                artifacts.text,
                language=LANGUAGE,
                entities=self._entities,
                nlp_artifacts=artifacts,
                score_threshold=self._min_score,
                context=[before] if before else None,
            )
        except Exception as error:
            return [], [*problems, ("presidio", type(error).__name__)]
        finally:
            _problems.reset(token)
            _at_hand.reset(asked)
        name = RecognizerResult.RECOGNIZER_NAME_KEY
        found = [
            Proposal(
                one.start, one.end, EntityType(one.entity_type), one.score, one.recognition_metadata[name]
            )
            for one in results
        ]
        return found, problems
