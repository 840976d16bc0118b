"""Reads every entry of a log once: form, number and link to the one before; and names what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from anonymizer.audit.actions import ACTIONS
from anonymizer.audit.entry import FIRST_PREV, MAX_ENTRY, Entry
from anonymizer.audit.merkle import hash_leaf
from anonymizer.audit.sources import Source
from anonymizer.audit.verdict import BrokenLog, Fault
from anonymizer.errors import IntegrityError

__all__ = ["Scan"]


class _Patterns(dict[bytes, Callable[[bytes], "re.Match[bytes] | None"] | None]):
    """The matcher of each action by its name, made when first asked for."""

    def __missing__(self, name: bytes) -> Callable[[bytes], re.Match[bytes] | None] | None:
        action = ACTIONS.get(name.decode("ascii", "replace"))
        if action is None:
            return None
        self[name] = action.line.fullmatch
        return self[name]


_PATTERNS = _Patterns()


@dataclass
class Scan:
    """What reading the entries gave; filled as far as the reading came."""

    leaves: list[bytes] = field(default_factory=list)
    unknown: int = 0
    clock_back: list[int] = field(default_factory=list)

    def read(self, source: Source) -> None:
        """Read all entries of ``source``; raise ``BrokenLog`` at the first that is not as it must be.

        The pattern of each action proves canonical form without parsing, which keeps a million entries within
        a few times the cost of reading them as JSON; what no pattern fits is parsed and written again.
        """
        add = self.leaves.append
        prev, before = FIRST_PREV.encode(), b""
        for expected, (row, raw) in enumerate(source.entries(), 1):
            fast = _PATTERNS[raw[11 : raw.find(b'"', 11)]]
            match = fast(raw) if fast is not None and len(raw) <= MAX_ENTRY else None
            if match is not None:
                link, seq, time = match.groups()
                number = int(seq)
            else:
                try:
                    entry = Entry.from_bytes(raw)
                except IntegrityError as error:
                    raise BrokenLog(Fault.ALTERED, expected, error.what) from None
                link, number, time = entry.prev.encode(), entry.seq, entry.time.encode()
                self.unknown += not entry.known
            if number != expected or row != expected:
                raise _out_of_order(source, expected, number, row)
            if link != prev:
                raise _bad_link(source, expected)
            if time < before:
                self.clock_back.append(expected)
            before = time
            leaf = hash_leaf(raw)
            add(leaf)
            prev = leaf.hex().encode()


def _out_of_order(source: Source, expected: int, number: int, row: int) -> BrokenLog:
    if number == expected:
        return BrokenLog(Fault.ALTERED, expected, f"it stands under the number {row}")
    elsewhere = any(at > expected and _number(raw) == expected for at, raw in source.entries())
    if elsewhere or number < expected:
        return BrokenLog(Fault.REORDERED, expected, f"entry {number} stands in the place of entry {expected}")
    return BrokenLog(Fault.MISSING, expected, f"entry {number} stands in its place")


def _bad_link(source: Source, at: int) -> BrokenLog:
    """Entry ``at`` does not name the leaf before it; which of the two was altered shows in the one after."""
    if at == 1:
        return BrokenLog(Fault.ALTERED, 1, "the first entry names an entry before it")
    entries = source.entries()
    here = next(raw for number, (_, raw) in enumerate(entries, 1) if number == at)
    following = next(entries, None)
    if following is not None:
        try:
            intact = Entry.from_bytes(following[1]).prev == hash_leaf(here).hex()
        except IntegrityError:
            intact = False
        if intact:
            return BrokenLog(
                Fault.ALTERED, at - 1, "the entry after it was written after another text than this"
            )
        return BrokenLog(Fault.ALTERED, at, "neither it nor the entry after it fits the one before")
    list(entries)  # a bundle's checkpoints come after its entries
    return BrokenLog(Fault.ALTERED, at - 1, f"the last entry, {at}, was written after another text than this")


def _number(raw: bytes) -> int | None:
    try:
        return Entry.from_bytes(raw).seq
    except IntegrityError:
        return None
