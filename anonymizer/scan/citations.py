"""Who is cited: the authors of the reference list and the names that stand in the form of a citation.

APA (``Hansen, K. & Lie, P. (2019).``), Vancouver (``1. Hansen K, Lie PA.``), Chicago (``Hansen, Kari. 2019.``); in the
text ``(Hansen, 2019)``, ``Hansen og Lie (2020, s. 45)``, ``Hansen m.fl. [12]``, ``ifølge Hansen``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from anonymizer.scan.rules import Rulebook

__all__ = ["Cited", "is_entry", "is_note", "name_words"]

_UP = r"A-ZÆØÅÄÖÜÉÈÓÁČŠŽĐŁÇŃŘ"
_WORD = rf"[{_UP}][\w'’\-]*[\w]"
_PARTICLE = r"(?:(?:van|von|de|der|den|la|le|du|di|da|af|av|ten|ter|dos|del|al|el|bin)\s)*"
_NAME = rf"{_PARTICLE}{_WORD}(?:[ \-]{_WORD})?"
_APA = re.compile(rf"({_PARTICLE}{_WORD}(?:[ \-]{_WORD}){{0,2}}),\s*((?:[{_UP}]\s?\.[\s\-]{{0,2}}){{1,5}})")
_VANCOUVER = re.compile(
    rf"({_PARTICLE}{_WORD}(?:[ \-]{_WORD})?)\s([{_UP}]{{1,3}})(?=[,.;:]|\s(?:og|and|&)\s|\s*$)"
)
_CHICAGO = re.compile(rf"^\W*(?:\[?\d{{1,3}}[\].]\s*)?({_NAME}),\s+({_WORD}(?:\s(?:{_WORD}|[{_UP}]\.))*)")
_FULL = re.compile(
    rf"(?:\s(?:og|and|&)\s|[,;]\s)({_WORD}(?:\s[{_UP}]\.)*)\s({_PARTICLE}{_WORD})(?=[,.;(\s]|$)"
)
_INITIAL_FIRST = re.compile(rf"((?:[{_UP}]\.[\s\-]?){{1,4}})\s?({_PARTICLE}{_WORD})")
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d[a-z]?\b|\bu\.\s?å|\bn\.\s?d|\bi trykk|\bin press", re.IGNORECASE)
_ENTRY = re.compile(
    rf"\W*(?:\[?\d{{1,3}}[\].]?\s+)?(?:{_APA.pattern}|{_PARTICLE}{_WORD}(?:\s{_WORD})?\s[{_UP}]{{1,3}}[,.])"
)
_ENDLESS = re.compile(r"\S{300}")
"""What no name and no entry has; patterns for names would take long over it."""
_PERSONAL = re.compile(
    r"\b(?:takk|telefon|tlf|mob(?:il)?|e-?post:)(?!\w)|\b(?:f\.|født|fødd|born)\s?\d{1,2}[./]\s?\d|^\W*\d{1,2}\.\s?\d{1,2}\.\s?\d{4}\b",
    re.IGNORECASE,
)
"""What a letter or a signature has and an entry that does not begin as one has not."""
_SPOKEN = re.compile(
    r"^\W*(?:intervju|samtale|feltnotat|feltdagbok|personlig|e-post|mail|interview|conversation"
    r"|field ?note|personal comm)"
    r"|\b(?:lydfil|lydopptak|audio file|sound file)\b",
    re.IGNORECASE,
)
_SIGNED = rf"(?:[{_UP}]\.[\s\-]?){{0,4}}{_NAME}"
_NOTE = re.compile(
    rf"\W*(?:(?:jf\.|jfr\.|se|see|cf\.|sitert i|cited in)\s+)?(?:ibid|op\. cit|{_SIGNED}"
    rf"(?:(?:,\s|\s(?:og|and|&)\s){_SIGNED}){{0,4}}"
    rf"(?:\s(?:m\.?\s?fl\.?|et al\.?))?(?:,|\s\()).{{0,260}}\d{{1,4}}\)?\.?\s*$",
    re.DOTALL,
)
"""A footnote that only cites: ``Milroy, Language and social networks, 211.``"""
_TAIL = re.compile(
    r"https?://|\bdoi\b|\bforlag|\bpress\b|\bs\.\s?\d|\bpp?\.\s?\d|\bI:|\bIn:|\b\d+\s?\(\d+\)|\bhentet\b|\bretrieved\b"
    r"|\bISBN\b|\butg\.|\bed\.|\bRed\.|\(red|\bÅrg|\bvol\b",
    re.IGNORECASE,
)


def is_note(text: str) -> bool:
    """Tell whether a footnote only cites a source: it begins with an author and ends with a page or a year."""
    return (
        len(text) < 600
        and _SPOKEN.search(text) is None
        and (_NOTE.fullmatch(text) is not None or is_entry(text, listed=False))
    )


def is_entry(text: str, *, listed: bool) -> bool:
    """Tell whether a block is an entry of a reference list; ``listed`` under a heading that says so.

    Under the heading nearly any line with a year, a page or a publisher is one, or a line of initials; elsewhere the
    entry must begin as one and hold a year. So a letter that follows an unnoticed list is still read.
    """
    head = text[:200]
    if listed and (_YEAR.search(text) or _TAIL.search(text) or _APA.search(head) or _VANCOUVER.search(head)):
        return not (_PERSONAL.search(text) or _SPOKEN.search(text)) or bool(_ENTRY.match(text))
    return bool(
        _ENTRY.match(text[:400]) and _YEAR.search(text[:300]) and len(text) < 900 and _TAIL.search(text)
    )


def name_words(text: str) -> list[str]:
    """Return the words of a name without genitive, titles left in, case set aside."""
    words = re.findall(r"[^\W\d_](?:[\w'’\-]*\w)?", text)
    return [re.sub(r"['’]s?$", "", word).casefold() for word in words]


class Cited:
    """The cited authors by surname, with the initials of their first names where the list gives them."""

    def __init__(self, rules: Rulebook) -> None:
        self._initials: dict[str, set[str]] = defaultdict(set)
        self._bare: set[str] = set()
        shape = rules.shape
        names = rf"{_PARTICLE}{_WORD}(?:\s{_WORD})?"
        joined = rf"{names}(?:(?:,\s|\s?[,;]?\s?(?:og|and|&|med)\s){names}){{0,6}}"
        self._narrative = re.compile(
            rf"({joined})(?:\s(?:{shape.more_authors}))?(?:['’]s?)?\s?,?\s*"
            # A number in round brackets may be someone's age: only square ones number a source.
            rf"(?:[(\[]\s*(?:(?:se|jf\.?|i|in)\s)?(?:{shape.cited_year}|s\.\s?\d|ibid)|\[\d{{1,3}}(?:\s?[,–-]\s?\d{{1,3}})*\])"
        )
        self._more = re.compile(rf"({names})(?:['’]s?)?\s(?:{shape.more_authors})(?=[\s,.;:)(\[]|$)")
        self._by = re.compile(rf"(?<!\w)(?:{shape.cited_by})\s({joined})", re.IGNORECASE)
        self._group = re.compile(
            rf"[(\[]([^()\[\]]{{2,400}}?(?:{shape.cited_year}|ibid)[^()\[\]]{{0,80}})[)\]]"
        )
        self._year = re.compile(rf"\b(?:{shape.cited_year})", re.IGNORECASE)
        self._not_cited = rules.find("not_cited")
        self._names = re.compile(_NAME)

    def add_entries(self, entries: Iterable[str]) -> None:
        """Take the authors (and editors) of entries of the reference list."""
        for entry in entries:
            if _ENDLESS.search(entry):
                continue
            for match in _APA.finditer(entry):
                self._author(match.group(1), match.group(2))
            for match in _VANCOUVER.finditer(entry[:400]):
                self._author(match.group(1), match.group(2))
            for match in _INITIAL_FIRST.finditer(entry):
                self._author(match.group(2), match.group(1))
            year = _YEAR.search(entry)
            head = entry[: year.start() if year and year.start() > 8 else 160]
            if first := _CHICAGO.match(head):
                self._author(first.group(1), first.group(2))
                for other in _FULL.finditer(head[first.end() :]):
                    self._author(other.group(2), other.group(1))

    def add_text(self, text: str) -> None:
        """Take the names that stand in the form of a citation in running text."""
        if not ("(" in text or "[" in text or "." in text) or _ENDLESS.search(text):
            return
        for match in self._group.finditer(text):
            inner = match.group(1)
            if self._not_cited.search(inner):
                continue
            for part in re.split(r";", inner):
                year = self._year.search(part)
                for name in self._names.findall(part[: year.start() if year else len(part)]):
                    self._author(name, "")
        for pattern in (self._narrative, self._more):
            for match in pattern.finditer(text):
                if not self._not_cited.search(match.group()):
                    for name in self._names.findall(match.group(1)):
                        self._author(name, "")

    def _author(self, surname: str, first: str) -> None:
        words = name_words(surname)
        if not words:
            return
        initials = {part[0].casefold() for part in re.findall(rf"[{_UP}]", first)}
        for word in {words[-1], "-".join(words[-2:]), *words[-1].split("-"), *words}:
            if len(word) > 1:
                if initials:
                    self._initials[word] |= initials
                else:
                    self._bare.add(word)

    def __contains__(self, surname: str) -> bool:
        return self._known(surname) is not None

    def _known(self, word: str) -> str | None:
        for form in (word, word.removesuffix("s"), word.removesuffix("'").removesuffix("’")):
            if form and (form in self._initials or form in self._bare):
                return form
        return None

    def covers(self, name: str) -> bool:
        """Tell whether a name as written is a cited author's: surname alone, or first names whose initial fits."""
        words = [word for word in name_words(name) if len(word) > 1 or len(name) < 4]
        if not words:
            return False
        surname = self._known(words[-1])
        if surname is None and "-" in words[-1]:
            surname = self._known(words[-1].split("-")[-1])
        if surname is None:
            return len(words) > 1 and all(self._known(word) for word in words[:-1]) and len(words[-1]) <= 3
        first = words[0]
        if len(words) == 1 or first in self._initials or first in self._bare:
            return True
        # Where the list gives initials, another first name is another person.
        return first[0] in self._initials[surname] if surname in self._initials else True

    def is_cited_here(self, text: str, start: int, end: int) -> bool:
        """Tell whether the name at ``start`` stands in a citation: year, number or ``et al.`` right after it."""
        window = text[max(0, start - 60) : end + 60]
        at = start - max(0, start - 60)
        for pattern in (self._narrative, self._more, self._group):
            for match in pattern.finditer(window):
                if match.start() <= at < match.end() and not self._not_cited.search(match.group()):
                    return True
        return False
