"""Word documents (Word, Teams, LibreOffice): every part is read, and what is written is always a new file.

The running text is cut into turns as plain text is; a table with a column of labels gives one turn a row. Comments,
notes, headers and footers are parts that are written again, comments without their author. Properties, people, tracked
changes, links, fields and pictures are not written.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from xml.etree.ElementTree import Element

from anonymizer.formats import labels
from anonymizer.formats.docx_parts import gather
from anonymizer.formats.docx_story import Table, Text, tell
from anonymizer.formats.limits import Place
from anonymizer.formats.ooxml import Package, attribute, local
from anonymizer.formats.timed import Parts
from anonymizer.model import Transcript, Turn

__all__ = ["read", "write"]

_BREAK = re.compile(r"[\n\x0b]")
_STAMP = re.compile(
    r"\s*[\[(]?\d{1,3}:\d{1,2}(?::\d{1,2})?(?:[.,]\d{1,3})?(?:\s*(?:-->|[-–—])\s*[\d:.,]{4,14})?[\])]?\s*"
)
_NOTE_STORIES = {"footnotes": "footnote", "endnotes": "endnote"}
_ILLEGAL = re.compile("[^\t\n\r\x0b\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read(source: bytes, place: Place) -> Transcript:
    """Return the transcript of a .docx.

    Raises ``UnreadableInput`` for a broken, encrypted or foreign file, for document types, entities and embedded
    documents, and where there is no text; ``LimitExceeded`` past the caps.
    """
    package = Package(source, place)
    main = package.main()
    parts = Parts()
    notes = _notes(package, main, parts, place)
    body = next((child for child in package.xml(main) if local(child) == "body"), None)
    if body is None:
        raise place.unreadable("the document has no body", hint="open it in Word and save it anew")
    story = tell(body, parts, place)
    gather(package, main, parts, place)
    turns: list[Turn] = []
    loose = set(notes.values())
    for number, block in enumerate(_merged(story.blocks)):
        found = _text_turns(block, notes) if isinstance(block, Text) else _table_turns(block, number, notes)
        for turn in found:
            loose.difference_update(turn.layout.get("notes", ()))
            turns.append(turn)
    if len(turns) > place.limits.turns:
        raise place.too_large("the file has too many turns", place.limits.turns)
    if not any(turn.text.strip() for turn in turns):
        raise place.unreadable("the document holds no text")
    layout = {"loose_notes": sorted(loose)} if loose else {}
    return Transcript("docx", tuple(turns), parts.as_tuple(), layout).with_joined_offsets()


def _merged(blocks: Iterable[Text | Table]) -> list[Text | Table]:
    """Return the blocks without tables that hold no text, and so with no two texts beside each other."""
    merged: list[Text | Table] = []
    for block in blocks:
        if isinstance(block, Table):
            if any(cell.text.strip() for row in block.rows for cell in row):
                merged.append(block)
        elif merged and isinstance(merged[-1], Text):
            moved = (replace(anchor, at=anchor.at + len(merged[-1].text)) for anchor in block.anchors)
            merged[-1] = Text(merged[-1].text + block.text, [*merged[-1].anchors, *moved])
        else:
            merged.append(block)
    return merged


def _notes(package: Package, main: str, parts: Parts, place: Place) -> dict[tuple[str, str], str]:
    """Keep comments and notes as parts; return their part's name by kind and id."""
    names: dict[tuple[str, str], str] = {}
    for member in package.names:
        if not member.endswith(".xml") or member == main:
            continue
        root = package.xml(member)
        kind = _NOTE_STORIES.get(local(root)) or ("comment" if local(root) == "comments" else None)
        if kind is None:
            continue
        for element in root:
            if local(element) != kind:
                continue
            text = tell(element, parts, place).plain()
            if text or kind == "comment":
                name = parts.add(kind, text)
                names[kind, attribute(element, "id") or ""] = name
                _who(element, name.partition(":")[2], parts)
    return names


def _who(element: Element, number: str, parts: Parts) -> None:
    for key in ("author", "initials"):
        value = attribute(element, key)
        if value and value.strip():
            parts.once(f"comment-{key}:{number}", value)


def _text_turns(block: Text, notes: Mapping[tuple[str, str], str]) -> Iterator[Turn]:
    pieces, _ = labels.segment(block.text)
    position = 0
    for number, piece in enumerate(pieces):
        start = position
        position += len(piece.before) + len(piece.speaker or "") + len(piece.after) + len(piece.text)
        last = number + 1 == len(pieces)
        here = [
            notes[anchor.kind, anchor.reference]
            for anchor in block.anchors
            if (start < anchor.at or number == 0)
            and (anchor.at <= position or last)
            and (anchor.kind, anchor.reference) in notes
        ]
        layout: dict[str, Any] = {"before": piece.before}
        if piece.speaker is not None:
            layout["after"] = piece.after
        yield Turn(_kept_breaks(piece.text, layout), speaker=piece.speaker, layout=_noted(layout, here))


def _kept_breaks(text: str, layout: dict[str, Any]) -> str:
    """Return the text with line feeds alone; which of them end no paragraph is noted in the layout."""
    if "\x0b" in text:
        layout["breaks"] = "".join("p" if each == "\n" else "l" for each in _BREAK.findall(text))
    return text.replace("\x0b", "\n")


def _noted(layout: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    unique = list(dict.fromkeys(names))
    if unique:
        layout["notes"] = unique
    return layout


def _table_turns(table: Table, number: int, notes: Mapping[tuple[str, str], str]) -> Iterator[Turn]:
    """Yield a turn for each cell with text; a cell with a label or a time belongs to the next cell of its row."""
    times, speakers = _columns(table)
    width = max((len(row) for row in table.rows), default=0)
    for row_number, row in enumerate(table.rows):
        label: tuple[int, str] | None = None
        stamps: dict[str, str] = {}
        texts = [column for column, cell in enumerate(row) if cell.text.strip()]
        for column in texts:
            text = row[column].text
            later = any(each > column and each != times for each in texts)
            if column == times and _STAMP.fullmatch(text) and len(texts) > 1:
                stamps[str(column)] = text.replace("\x0b", " ")
                continue
            if column == speakers and later and row_number >= 0 and labels.is_label(text.strip().rstrip(":")):
                label = (column, text)
                continue
            layout: dict[str, Any] = {"table": number, "row": row_number, "column": column, "width": width}
            speaker = None
            if label is not None:
                speaker = label[1].strip().rstrip(":").rstrip()
                layout["label_column"] = label[0]
                if label[1].rstrip().endswith(":"):
                    layout["colon"] = True
            if stamps:
                layout["stamps"] = stamps
            anchors = [
                anchor
                for each in (row[column], *([row[label[0]]] if label else []))
                for anchor in each.anchors
            ]
            here = [notes[a.kind, a.reference] for a in anchors if (a.kind, a.reference) in notes]
            label, stamps = None, {}
            yield Turn(_kept_breaks(text, layout), speaker=speaker, layout=_noted(layout, here))


def _columns(table: Table) -> tuple[int | None, int | None]:
    """Return the column of times and the column of labels, where a table has them."""
    times = speakers = None
    width = max((len(row) for row in table.rows), default=0)
    for column in range(width):
        cells = [
            row[column].text.strip() for row in table.rows if column < len(row) and row[column].text.strip()
        ]
        if not cells:
            continue
        if times is None and sum(_STAMP.fullmatch(cell) is not None for cell in cells) * 2 > len(cells):
            times = column
        elif (
            speakers is None
            and column + 1 < width
            and _are_labels([cell.rstrip(":").rstrip() for cell in cells])
        ):
            speakers = column
    return times, speakers


def _are_labels(cells: list[str]) -> bool:
    counts = Counter(cell.casefold() for cell in cells)
    fitting = sum(labels.is_label(cell) and labels.plausible(counts, cell) for cell in cells)
    return fitting * 2 > len(cells)


# ---------------------------------------------------------------------------------------------------------- writing


def write(transcript: Transcript) -> bytes:
    """Return any transcript as a new Word document without author, properties, changes or times of day.

    The same transcript always gives the same bytes.
    """
    from anonymizer.formats.docx_new import NewDocument  # noqa: PLC0415

    document = NewDocument({part.name: part.text for part in transcript.parts})
    for number, turn in enumerate(transcript.turns):
        if "table" in turn.layout:
            document.cell(turn.layout, _label(turn), legal(_paragraphs(turn)))
        else:
            before, after = _around(transcript, turn, first=number == 0)
            document.text(before)
            if turn.speaker is not None:
                document.text(legal(turn.speaker), bold=True)
                document.text(after)
            document.text(legal(_paragraphs(turn)))
        document.notes(turn.layout.get("notes", ()))
    document.notes(transcript.layout.get("loose_notes", ()))
    return document.finish()


def _around(transcript: Transcript, turn: Turn, *, first: bool) -> tuple[str, str]:
    """Return what stands before and after a label: as in the source where that was running text."""
    if transcript.format in {"txt", "docx"} and "before" in turn.layout:
        before = labels.LINE_END.sub(
            lambda match: match.group() if match.group() == "\x0b" else "\n",
            turn.layout["before"].replace("\x0c", "\n"),
        )
        after = labels.LINE_END.sub(
            lambda match: match.group() if match.group() == "\x0b" else "\n", turn.layout.get("after", ": ")
        )
        return before, after
    return ("" if first else "\n"), ": "


def _paragraphs(turn: Turn) -> str:
    """Return the text with vertical tabs where a line ends but no paragraph."""
    text = re.sub(r"\r\n|[\r\x0c\u2028\u2029]", "\n", turn.text)
    breaks = turn.layout.get("breaks", "")
    if breaks and text.count("\n") == len(breaks):
        kinds = iter(breaks)
        return re.sub("\n", lambda _: "\n" if next(kinds) == "p" else "\x0b", text)
    return text


def _label(turn: Turn) -> str | None:
    if turn.speaker is None:
        return None
    return legal(turn.speaker) + (":" if turn.layout.get("colon") else "")


def legal(text: str) -> str:
    """Return the text without the characters that XML cannot hold."""
    return _ILLEGAL.sub(" ", text)
