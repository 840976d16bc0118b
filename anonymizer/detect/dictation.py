"""Numbers that are read aloud: in pieces, with corrections in the middle, over several turns.

A *run* is a stretch of a turn where numbers follow each other with nothing between but hesitation. A *chain* is a run
that goes on in the speaker's next turns while the other says ``ja`` or repeats. The figures of a chain are put
together, with and without what was corrected, and the rules whose window is ``turns`` look at the whole; what they
recognise becomes one proposal for each turn that holds a piece of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import regex

from anonymizer.detect.number_words import number_words
from anonymizer.detect.patterns import ALMOST_CERTAIN, CompiledRule, has_digit
from anonymizer.detect.proposal import Proposal
from anonymizer.detect.text import View

__all__ = ["Spoken", "dictated"]

MAX_TURNS = 16
"""Turns a chain may span, the other speaker's included."""
MAX_BACKCHANNEL = 5
"""Words another speaker may say between two pieces."""
MAX_FILLERS = 4
MAX_DOUBTFUL = 4
MAX_TAKEN_BACK = 3
"""Numbers that one correction may replace: ``tolv null, nei, ett to``."""
MAX_AROUND = 5
"""Words that may stand before or after a long piece that goes on in another turn: ``… skal jeg ta alt``."""
LONG, LONGEST_AROUND = 5, 60
_LOOSE = frozenset("12")
"""``Ett`` and ``to`` are said of other things too."""
MAX_BROKEN_OFF = 11
"""Figures said before a correction that are taken for the beginning of the same number."""
MAX_FIGURES = 24
"""No identifier has more figures: past this a chain goes no further and doubts are not weighed."""
CONTEXT = 160
FIGURE_BY_FIGURE = 6
"""So many figures said one by one are read from somewhere,"""
DICTATED = 0.3
"""which adds this to the score of what they make."""

_TOKEN = regex.compile(r"\d{1,20}|[^\W\d_]{1,40}|[@+]")
_BREAK = regex.compile(r"(?<!\.)[.!?;:/]\s|[()%\[\]]|\bkr\b")


@dataclass(frozen=True, slots=True)
class Spoken:
    """One turn as dictation sees it: its plain text and who speaks (``None``: not known)."""

    text: str
    speaker: str | None
    numerals: View
    """The same text with number words read as figures."""


@dataclass(frozen=True, slots=True)
class _Number:
    turn: int
    start: int
    end: int
    digits: str
    said: bool
    corrects: bool
    apart: str = ""
    """The figures if tens and ones that were written apart are two numbers: ``nitti fem`` as 90 and 5."""


@dataclass(frozen=True, slots=True)
class _Run:
    turn: int
    numbers: tuple[_Number, ...]
    opens: bool
    """Nothing but hesitation stands before it in its turn."""
    closes: bool
    """Nothing but hesitation stands after it in its turn."""

    @property
    def digits(self) -> str:
        return "".join(number.digits for number in self.numbers)


def dictated(turns: Sequence[Spoken], rules: Iterable[CompiledRule]) -> Iterator[tuple[int, Proposal]]:
    """Yield (turn, proposal) for every identifier that was said in pieces; a chain's pieces share ``entity``."""
    rules = tuple(rules)
    runs: dict[int, list[_Run]] = {}
    for at, turn in enumerate(turns):
        found = list(_runs(at, turn.text, turn.numerals))
        if found:
            runs[at] = found
    for at, found in runs.items():
        for run in found:
            yield from _proposals(turns, [run], rules, alone=True)
        chain = _chain(turns, runs, at)
        # Two numbers may be dictated one after the other: every length of the chain is weighed.
        for length in range(2, len(chain) + 1):
            yield from _proposals(turns, chain[:length], rules, alone=False)


def _runs(turn: int, text: str, view: View) -> Iterator[_Run]:
    words = number_words()
    reading = view.text
    if not has_digit(reading):
        return
    numbers: list[_Number] = []
    corrected = False
    fillers = words_before = 0
    previous_end = 0
    plus: int | None = None
    for token in _TOKEN.finditer(reading):
        word = token[0].lower()
        gap = reading[previous_end : token.start()]
        broken = bool(_BREAK.search(gap)) and bool(numbers)
        if numbers and word == numbers[-1].digits and (".." in gap or "…" in gap):
            corrected = True  # broken off and said again
        previous_end = token.end()
        is_number = word[0].isdigit()
        is_filler = word in words.fillers or word in words.corrections or word == "+"
        if numbers and (broken or not (is_number or is_filler) or fillers > MAX_FILLERS):
            yield _run(
                turn, numbers, words_before, reading[token.start() : token.start() + LONGEST_AROUND + 1]
            )
            numbers, corrected, fillers, words_before = [], False, 0, MAX_AROUND + 1
        if is_number:
            start, end = view.below(token.start(), token.end())
            start = plus if plus is not None and not numbers else start
            said = not has_digit(text[start:end])
            two_words = said and len(word) == 2 and text[start:end].count(" ") == 1
            apart = f"{word[0]}0{word[1]}" if two_words else ""
            numbers.append(_Number(turn, start, end, word, said, corrected, apart))
            corrected, fillers = False, 0
            plus = None
        elif numbers:
            fillers += 1
            corrected = corrected or word in words.corrections
        else:
            corrected = word in words.corrections
            words_before += not is_filler
            plus = view.below(token.start(), token.end())[0] if word in {"+", "pluss"} else None
    if numbers:
        yield _run(turn, numbers, words_before, "")


def _run(turn: int, numbers: list[_Number], words_before: int, after: str) -> _Run:
    """Return a run; around a long one a few words may stand and it still goes on from or into another turn."""
    few = MAX_AROUND if sum(len(number.digits) for number in numbers) >= LONG else 0
    closes = len(after) <= LONGEST_AROUND and not has_digit(after) and len(after.split()) <= few
    return _Run(turn, tuple(numbers), words_before <= few, closes)


def _chain(turns: Sequence[Spoken], runs: dict[int, list[_Run]], at: int) -> list[_Run]:
    """Return the run that ends turn ``at`` and what goes on from it in later turns; repeats add no figures."""
    first = runs[at][-1]
    if not first.closes:
        return []
    speaker = turns[at].speaker
    chain = [first]
    quiet = 0
    for later in range(at + 1, min(at + MAX_TURNS, len(turns))):
        found = runs.get(later)
        if found is None or not found[0].opens:
            if len(turns[later].text.split()) > MAX_BACKCHANNEL or quiet >= 2:
                break
            quiet += 1
            continue
        quiet = 0
        run = found[0]
        said = "".join(one.digits for one in chain)
        if (turns[later].speaker != speaker or speaker is None) and run.digits in said:
            chain.append(
                _Run(run.turn, tuple(_echo(number) for number in run.numbers), run.opens, run.closes)
            )
            continue
        if turns[later].speaker != speaker:
            break
        chain.append(run)
        if not run.closes or len(said) + len(run.digits) > MAX_FIGURES:
            break
    return chain


def _echo(number: _Number) -> _Number:
    """Return a repeated number: covered with the rest, but adding no figures."""
    return _Number(number.turn, number.start, number.end, "", number.said, corrects=False)


def _proposals(
    turns: Sequence[Spoken], chain: list[_Run], rules: Sequence[CompiledRule], *, alone: bool
) -> Iterator[tuple[int, Proposal]]:
    numbers = [number for run in chain for number in run.numbers]
    if sum(len(number.digits) for number in numbers) < 4:
        return
    corrected = any(number.corrects for number in numbers)
    said = any(number.said for number in numbers) or _hesitant(turns, numbers)
    if alone and not corrected and (len(numbers) < 2 or not said):
        return  # figures on paper: the rules have seen them as they stand
    if alone and all(len(number.digits) == 4 for number in numbers):
        return  # years, not a number
    first = chain[0]
    start = first.numbers[0].start
    before = turns[first.turn].text[max(0, start - CONTEXT) : start]
    for earlier in range(first.turn - 1, max(first.turn - 3, -1), -1):
        if len(before) >= CONTEXT:
            break
        before = turns[earlier].text[-CONTEXT:] + " " + before
    last = chain[-1].numbers[-1]
    after = turns[last.turn].text[last.end : last.end + 40]
    for kept in _readings(numbers, corrected=corrected):
        yield from _matched(kept, numbers, before, after, rules)


def _hesitant(turns: Sequence[Spoken], numbers: list[_Number]) -> bool:
    """Tell whether a word stands between the figures: ``118488, eh, 38464``."""
    return any(
        one.turn == other.turn and any(map(str.isalpha, turns[one.turn].text[one.end : other.start]))
        for one, other in pairwise(numbers)
    )


def _readings(numbers: list[_Number], *, corrected: bool) -> Iterator[list[_Number]]:
    """Yield the ways to understand what was said: as it stands; each correction for one number; for all before."""
    yield [number for number in numbers if number.digits]
    yield from _apart(numbers)
    if numbers[0].said and numbers[0].digits in _LOOSE:
        yield [number for number in numbers[1:] if number.digits]  # ett og ett, altså: to seks …
    if not corrected:
        return
    for taken_back in range(1, MAX_TAKEN_BACK + 1):
        replaced: list[_Number] = []
        for number in numbers:
            if number.corrects:
                del replaced[-taken_back:]
            replaced.append(number)
        yield [number for number in replaced if number.digits]
    restarted: list[_Number] = []
    for number in numbers:
        if number.corrects:
            restarted = []
        restarted.append(number)
    yield [number for number in restarted if number.digits]


def _apart(numbers: list[_Number]) -> Iterator[list[_Number]]:
    """Yield the readings in which tens and ones that were written apart are two numbers, here or there."""
    if sum(len(number.digits) for number in numbers) > MAX_FIGURES:
        return
    doubtful = [at for at, number in enumerate(numbers) if number.apart and number.digits][:MAX_DOUBTFUL]
    for chosen in range(1, 1 << len(doubtful)):
        reading = list(numbers)
        for bit, at in enumerate(doubtful):
            if chosen >> bit & 1:
                reading[at] = replace(numbers[at], digits=numbers[at].apart)
        yield [number for number in reading if number.digits]


def _matched(
    kept: list[_Number], numbers: list[_Number], before: str, after: str, rules: Sequence[CompiledRule]
) -> Iterator[tuple[int, Proposal]]:
    reading = "".join(number.digits for number in kept)
    # A very long run of figures is no identifier that any rule knows; its windows would be as many as its figures.
    if len(reading) > 400:
        return
    whole = f"{before} {reading} {after}"
    offset = len(before) + 1
    for compiled in rules:
        if compiled.rule.window != "turns":
            continue
        for match in compiled.matches(reading):
            score = compiled.in_context(match.score, whole, offset + match.start, offset + match.end)
            if score and sum(number.said and len(number.digits) == 1 for number in kept) >= FIGURE_BY_FIGURE:
                score = max(score, min(ALMOST_CERTAIN, score + DICTATED))
            # The pieces from the first to the last that the match touches, what was corrected between them included.
            touched = _touched(kept, match.start, match.end)
            starts = [(number.turn, number.start) for number in numbers]
            low, high = (starts.index((one.turn, one.start)) for one in (touched[0], touched[-1]))
            if low and numbers[low].corrects and _figures_before(numbers, low) <= MAX_BROKEN_OFF:
                low = 0
            entity = f"dictated:{touched[0].turn}:{touched[0].start}"
            by_turn: dict[int, tuple[int, int]] = {}
            for number in numbers[low : high + 1]:
                start, end = by_turn.get(number.turn, (number.start, number.end))
                by_turn[number.turn] = (min(start, number.start), max(end, number.end))
            for turn, (start, end) in by_turn.items():
                yield turn, Proposal(start, end, compiled.rule.entity_type, score, compiled.rule.id, entity)


def _figures_before(numbers: list[_Number], low: int) -> int:
    return sum(len(number.digits) for number in numbers[:low])


def _touched(kept: list[_Number], start: int, end: int) -> list[_Number]:
    touched: list[_Number] = []
    at = 0
    for number in kept:
        if at < end and at + len(number.digits) > start:
            touched.append(number)
        at += len(number.digits)
    return touched
