"""Where one speaker stops and the next begins in running text: labels at the start of a line.

A label is believed when it is a known role (``I:``, ``Informant 3:``), when it comes back, or when it looks like a
name in a text whose turns are labelled anyway. What is ordinary speech (``Nei: …``) or the head of a document
(``Dato: …``) is not; the words stand in ``rules/formats/speaker-labels.yaml``.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache

from pydantic import BaseModel, ConfigDict, Field

from anonymizer.data import load_yaml, rules_dir

__all__ = [
    "LINE_END",
    "SPACE",
    "Piece",
    "is_label",
    "is_structure",
    "like_name",
    "plausible",
    "prefix",
    "segment",
]

SPACE = " \t\r\n\x0b\x0c\xa0\u2028\u2029"
LINE_END = re.compile(r"\r\n|[\n\r\x0b\u2028\u2029]")

_TIME = r"\d{1,3}:\d{1,2}(?::\d{1,2})?(?:[.,]\d{1,3})?"
_STAMP = rf"[\[(<{{]?{_TIME}(?:[ \t]{{0,3}}(?:-->|[-–—])[ \t]{{0,3}}{_TIME})?[\])>}}]?"
_GAP = r"[ \t\xa0]{0,40}"
_LABEL = r"[^\W\d_](?:[\w.'’\-/& ]{0,58}?[\w.])??(?:[ ]?\([^\W\d_][^()\n]{0,30}\))?"
_LINE = re.compile(
    rf"""
    (?P<before>{_GAP}(?:[-–—•*#>]{{1,3}}[ \t]{{1,4}})?(?P<stamp>{_STAMP}{_GAP}(?:[-–—:]{_GAP})?)?(?:\*\*|__|[*_\[(<])?)
    (?P<label>{_LABEL})
    (?P<after>
        (?:\*\*|__|[*_\])>])?{_GAP}(?P<timed>{_STAMP}){_GAP}$
      | (?:\*\*|__|[*_\])>])?{_GAP}(?:{_STAMP}{_GAP})?(?P<colon>:)(?!(?<=\d:)\d)(?:\*\*|__|[*_](?=\s|$))?
        (?P<tight>(?=\S))?{_GAP}
      | [ \xa0]{{0,40}}(?P<tab>\t)[ \t\xa0]{{0,40}}(?=\S)(?!{_TIME})
      | (?:\*\*|__|[*_\])>])?{_GAP}(?P<bare>$)
    )
    """,
    re.VERBOSE,
)
_LABEL_ALONE = re.compile(rf"[\[(<*_]{{0,2}}{_LABEL}[\])>*_]{{0,2}}")
_STRUCTURE = re.compile(rf"(?:[\s\ufeff\[\](){{}}<>*_#>•:\-–—]|(?<!\d){_TIME}(?!\d))*")
_STAMP_LINES = re.compile(rf"(?:^|(?<=[\n\r\x0b\u2028\u2029]))(?:{_GAP}{_STAMP}[{SPACE}]*)\Z")
_LEADING_SPACE = re.compile(f"[{SPACE}]*")
_NAME_PARTICLES = frozenset(
    [
        "van",
        "von",
        "de",
        "den",
        "der",
        "da",
        "di",
        "du",
        "dos",
        "av",
        "af",
        "bin",
        "ibn",
        "al",
        "el",
        "la",
        "le",
        "og",
    ]
)
_SHORT = re.compile(r"[A-ZÆØÅ]{1,4}[ ._-]?\d{0,3}|(?:SPEAKER|S)_?\d{1,3}")
_NUMBERED = re.compile(r"[ ._#-]{0,2}(?:\d{1,3}[a-z]?|[a-z])?", re.IGNORECASE)
_HEAD_BLOCKS = 5


@dataclass(frozen=True, slots=True)
class Piece:
    """A turn in running text: ``before + (speaker or "") + after + text`` is how it stands in the source.

    ``before`` and ``after`` hold white space, brackets, marks and times only.
    """

    before: str
    speaker: str | None
    after: str
    text: str


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str = Field(min_length=20)
    roles: frozenset[str]
    head: frozenset[str]
    speech: frozenset[str]


@cache
def _words() -> _Words:
    """Return the label words, folded for comparison."""
    words = load_yaml(rules_dir() / "formats" / "speaker-labels.yaml").parse(_Words)
    folded = {
        key: frozenset(each.casefold() for each in getattr(words, key)) for key in ("roles", "head", "speech")
    }
    return _Words(source=words.source, **folded)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A line that may begin with a label; positions count in the whole text."""

    line: int
    start: int
    label_start: int
    label_end: int
    end: int
    label: str
    kind: str
    tight: bool
    stamped: bool

    @property
    def key(self) -> str:
        return self.label.casefold()


def is_structure(text: str) -> bool:
    """Tell whether a stretch is white space, brackets, marks and times alone, and so can identify no one."""
    return _STRUCTURE.fullmatch(text) is not None


def prefix(line: str) -> tuple[str, str, str] | None:
    """Return (before, label, after) of a line that begins with a label and a colon; plausibility is not judged."""
    match = _LINE.match(line)
    if match is None or not match["colon"] or match["stamp"]:
        return None
    return match["before"], match["label"], match["after"]


def is_label(text: str) -> bool:
    """Tell whether a text has the shape of a speaker's label."""
    return _LABEL_ALONE.fullmatch(text) is not None


def plausible(labels: Counter[str], label: str, *, tight: bool = False) -> bool:
    """Tell whether a label followed by a colon names a speaker, given how often each (folded) label stands so."""
    key = label.casefold()
    if _is_role(label):
        return True
    if _is_other(key) or tight:
        return False
    return labels[key] >= 2 and (_is_name(label) or _SHORT.fullmatch(label) is not None or labels[key] >= 3)


def like_name(label: str) -> bool:
    """Tell whether a label reads like a name and is neither ordinary speech nor the head of a document."""
    return _is_name(label) and not _is_other(label.casefold())


def segment(text: str) -> tuple[list[Piece], str]:
    """Return the turns of a running text and the white space after the last one.

    Without any label every paragraph is a turn without speaker. The pieces and the rest, joined, are the text.
    """
    lines = _lines(text)
    candidates = _candidates(text, lines)
    accepted = _accept(text, lines, candidates)
    cuts: list[tuple[int, int, int, int]] = []
    first = accepted[0].start if accepted else len(text)
    opening = _paragraphs(text, lines, first)
    if accepted and opening and _STAMP_LINES.fullmatch(text, opening[-1], first):
        opening.pop()  # the time of the first label stands on a line above it
    cuts.extend((start, start, start, start) for start in opening)
    cuts.extend((each.start, each.label_start, each.label_end, each.end) for each in accepted)
    return _pieces(text, cuts)


def _lines(text: str) -> list[tuple[int, int]]:
    """Return start and end (without line end) of every line."""
    found: list[tuple[int, int]] = []
    start = 0
    for match in LINE_END.finditer(text):
        found.append((start, match.start()))
        start = match.end()
    found.append((start, len(text)))
    return found


def _candidates(text: str, lines: list[tuple[int, int]]) -> list[_Candidate]:
    found = []
    for number, (start, end) in enumerate(lines):
        # A label with its marks and times is far shorter than this; the rest of a long line is speech.
        match = _LINE.match(text[start : min(end, start + 300)])
        if match is None:
            continue
        kind = next(each for each in ("colon", "tab", "timed", "bare") if match[each] is not None)
        if kind == "bare" and match["stamp"]:
            kind = "timed"
        if kind in {"timed", "bare"} and (match["label"].endswith(".") or end - start > 300):
            continue
        found.append(
            _Candidate(
                number,
                start,
                start + match.start("label"),
                start + match.end("label"),
                start + match.end(),
                match["label"],
                kind,
                kind == "colon" and match["tight"] is not None,
                match["stamp"] is not None,
            )
        )
    return found


def _is_role(label: str) -> bool:
    key = label.casefold()
    roles = _words().roles
    if key in roles:
        # A lower-case "i" or "s" before a colon is a word of the text, not the code of a speaker.
        return len(key) > 1 or label.isupper()
    for end in range(len(key), 0, -1):
        if key[:end] in roles and _NUMBERED.fullmatch(key, end) and (end > 1 or label[0].isupper()):
            return not key[end:].isalpha() or len(key[:end]) > 3
    return _SHORT.fullmatch(label) is not None and any(character.isdigit() for character in label)


def _is_other(key: str) -> bool:
    words = _words()
    return key in words.head or key in words.speech


def _is_name(label: str) -> bool:
    parts = re.sub(r"\([^()]*\)", " ", label).split()
    if not 1 <= len(parts) <= 4 or not parts[0][0].isupper():
        return False
    return all(part[0].isupper() or part[0].isdigit() or part.casefold() in _NAME_PARTICLES for part in parts)


def _accept(text: str, lines: list[tuple[int, int]], candidates: list[_Candidate]) -> list[_Candidate]:
    blank = [not text[start:end].strip(SPACE) for start, end in lines]
    counts = {kind: Counter(each.key for each in candidates if each.kind == kind) for kind in _KINDS}
    head = _head(lines, blank, candidates, counts["colon"])
    candidates = [each for each in candidates if each.line >= head]
    accepted = {
        each.line: each
        for each in candidates
        if each.kind == "colon" and plausible(counts["colon"], each.label, tight=each.tight)
    }
    # A name and a time alone on a line, twice, is how meeting programs write; the names need not come back.
    meeting = sum(each.kind == "timed" and like_name(each.label) for each in candidates) > 1
    for each in candidates:
        if each.kind in {"tab", "timed"} and (
            _returns(each, counts[each.kind]) or (meeting and each.kind == "timed" and like_name(each.label))
        ):
            accepted[each.line] = each
    accepted.update((each.line, each) for each in _bare(text, lines, blank, candidates, counts["bare"]))
    accepted.update((each.line, each) for each in _once(text, blank, candidates, accepted, head))
    return [accepted[line] for line in sorted(accepted)]


_KINDS = ("colon", "tab", "timed", "bare")


def _returns(each: _Candidate, counts: Counter[str]) -> bool:
    if _is_other(each.key):
        return False
    return _is_role(each.label) or (counts[each.key] >= 2 and _is_name(each.label))


def _head(
    lines: list[tuple[int, int]], blank: list[bool], candidates: list[_Candidate], counts: Counter[str]
) -> int:
    """Return the number of the first line past the head of the document (date, place, who was there)."""
    by_line = {each.line: each for each in candidates if each.kind == "colon"}
    head = number = 0
    for _ in range(_HEAD_BLOCKS):
        while number < len(lines) and blank[number]:
            number += 1
        block = number
        while number < len(lines) and not blank[number]:
            number += 1
        here = [by_line[line] for line in range(block, number) if line in by_line]
        keys = [each.line for each in here if each.key in _words().head and counts[each.key] < 3]
        last = max(keys, default=None)
        if last is not None:
            rest = [each for each in here if each.line > last]
            head = last + 1 if any(counts[each.key] > 1 for each in rest) else number
        if any(counts[each.key] > 1 and (last is None or each.line > last) for each in here):
            break
    return head


def _bare(
    text: str,
    lines: list[tuple[int, int]],
    blank: list[bool],
    candidates: list[_Candidate],
    counts: Counter[str],
) -> list[_Candidate]:
    """Return the labels that stand alone on a line above what is said, without a colon."""

    def timed(line: int) -> bool:
        start, end = lines[line - 1]
        return line > 0 and _STAMP_LINES.match(text[start:end]) is not None

    def begins(line: int) -> bool:
        return line == 0 or blank[line - 1] or timed(line)

    names = [
        each
        for each in candidates
        if each.kind == "bare"
        and not _is_other(each.key)
        and (_is_role(each.label) or _is_name(each.label))
        and begins(each.line)
        and each.line + 1 < len(lines)
        and not blank[each.line + 1]
    ]
    if not any(counts[each.key] >= 2 or _is_role(each.label) or timed(each.line) for each in names):
        return []
    blocks = sum(not blank[line] and begins(line) for line in range(len(lines)))
    return names if len(names) * 2 >= blocks else []


def _once(
    text: str, blank: list[bool], candidates: list[_Candidate], accepted: dict[int, _Candidate], head: int
) -> list[_Candidate]:
    """Return labels seen once that look like names and stand where the others of this text stand."""
    kinds = {each.kind for each in accepted.values()}
    spaced = [line == 0 or blank[line - 1] for line in accepted if line > head]
    apart = bool(spaced) and all(spaced)
    names = [
        each
        for each in candidates
        if each.line not in accepted
        and each.kind in {"colon", "timed"}
        and not each.tight
        and not _is_other(each.key)
        and _is_name(each.label)
    ]
    if accepted:
        uncased = any(text[each.end : each.end + 1].islower() for each in accepted.values())
        return [
            each
            for each in names
            if (each.kind in kinds or each.stamped)
            and (not apart or each.line == 0 or blank[each.line - 1])
            and (uncased or not text[each.end : each.end + 1].islower())
        ]
    starts = [line for line in range(head, len(blank)) if not blank[line] and (line == 0 or blank[line - 1])]
    every = [line for line in range(head, len(blank)) if not blank[line]]
    found = {each.line for each in names}
    if len(found) >= 2 and (set(starts) <= found if len(starts) > 1 else set(every) <= found):
        return names
    return []


def _paragraphs(text: str, lines: list[tuple[int, int]], stop: int) -> list[int]:
    """Return where the paragraphs before ``stop`` begin: after blank lines, or every line if none is blank."""
    body = [(start, end) for start, end in lines if start < stop]
    full = [bool(text[start:end].strip(SPACE)) for start, end in body]
    apart = any(not each for each in full[: _last(full)]) or _is_wrapped(body, full)
    return [
        start
        for number, (start, _) in enumerate(body)
        if full[number] and (not apart or number == 0 or not full[number - 1])
    ]


def _last(full: list[bool]) -> int:
    return max((number for number, each in enumerate(full) if each), default=0)


def _is_wrapped(body: list[tuple[int, int]], full: list[bool]) -> bool:
    """Tell whether the lines were broken by width, as in e-mail: all but the last nearly as long as the longest."""
    lengths = [end - start for (start, end), each in zip(body, full, strict=True) if each]
    return len(lengths) > 2 and max(lengths) <= 100 and min(lengths[:-1]) > max(lengths) * 0.7


def _pieces(text: str, cuts: list[tuple[int, int, int, int]]) -> tuple[list[Piece], str]:
    pieces: list[Piece] = []
    open_from = 0
    for number, (_, label_start, label_end, end) in enumerate(cuts):
        stop = cuts[number + 1][0] if number + 1 < len(cuts) else len(text)
        labelled = label_end > label_start
        space = _LEADING_SPACE.match(text, end, stop)
        start = space.end() if space else end
        body = text[start:stop].rstrip(SPACE)
        if labelled and number + 1 < len(cuts):
            # A time on a line of its own above the next label belongs to that label.
            stamp = _STAMP_LINES.search(body[-80:])
            if stamp:
                body = body[: max(0, len(body) - 80) + stamp.start()].rstrip(SPACE)
        if not body:
            start = end
        if labelled:
            pieces.append(
                Piece(text[open_from:label_start], text[label_start:label_end], text[label_end:start], body)
            )
        else:
            pieces.append(Piece(text[open_from:start], None, "", body))
        open_from = start + len(body)
    return pieces, text[open_from:]
