"""Write the sample transcripts from their gold text.

``samples/gold/<stem>.txt`` holds the text of each sample once, with its identifiers marked. This
script strips the marks and writes the sample in the format it stands for. Times are invented from
the number of words, so that every run writes the same files.

    python samples/build.py [FOLDER]      # default: the folder this file lies in
"""

from __future__ import annotations

import io
import json
import re
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import docx
from docx.document import Document
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

HERE = Path(__file__).resolve().parent
MARK = re.compile(r"\{\{[A-Z_]+(?:\|[a-z]+[0-9]+)?:([^{}]+)\}\}")
LABELLED = re.compile(r"(?s)([^\n:]{1,40}): (.*)")
SECONDS_PER_WORD = 0.4
WORDS_PER_CUE = 14
TRANSCRIBER = "Ingvild Sæterbakken"
WRITTEN = datetime(2025, 3, 20, 9, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Turn:
    """One paragraph of a gold file: its speaker label, or none, and its text."""

    label: str | None
    text: str


@dataclass(frozen=True)
class Cue:
    """A piece of a turn with its times in seconds; ``first`` opens the turn."""

    turn: Turn
    first: bool
    text: str
    start: float
    end: float


def strip(gold: str) -> str:
    """Return *gold* without its marks."""
    return MARK.sub(r"\1", gold)


def turns(gold: str, *, labelled: bool) -> list[Turn]:
    """Split the stripped text of a gold file into turns, one a paragraph."""
    found = []
    for paragraph in strip(gold).strip().split("\n\n"):
        match = LABELLED.fullmatch(paragraph) if labelled else None
        found.append(Turn(match[1], match[2]) if match else Turn(None, paragraph))
    return found


def pieces(text: str) -> Iterator[str]:
    """Cut *text* as captions are cut: at sentence ends, and long sentences in the middle."""
    words = text.split()
    piece: list[str] = []
    for word in words:
        piece.append(word)
        if len(piece) >= WORDS_PER_CUE or (len(piece) >= 5 and word[-1] in ".?!"):
            yield " ".join(piece)
            piece = []
    if piece:
        yield " ".join(piece)


def cues(spoken: list[Turn]) -> Iterator[Cue]:
    """Give every piece of every turn its times."""
    clock = 1.2
    for turn in spoken:
        for index, piece in enumerate(pieces(turn.text)):
            end = clock + SECONDS_PER_WORD * len(piece.split())
            yield Cue(turn, index == 0, piece, round(clock, 3), round(end, 3))
            clock = end + 0.16
        clock += 0.5


def stamp(seconds: float, mark: str) -> str:
    """Write *seconds* as ``00:01:02.500``, with *mark* before the milliseconds."""
    whole, rest = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}{mark}{rest:03d}"


def lines_txt(spoken: list[Turn]) -> str:
    """``Label: text``, a blank line between turns."""
    return "\n\n".join(f"{t.label}: {t.text}" if t.label else t.text for t in spoken) + "\n"


def own_line_txt(spoken: list[Turn]) -> str:
    """The label on a line of its own, the text under it."""
    return "\n\n".join(f"{t.label}:\n{t.text}" for t in spoken) + "\n"


def plain_vtt(spoken: list[Turn]) -> str:
    """WebVTT with numbered cues, voice tags left open and a note at the top."""
    blocks = ["WEBVTT - Transkripsjon", "NOTE\nSkrevet ut ordrett, uklar tale merket [uklart]."]
    for number, cue in enumerate(cues(spoken), 1):
        times = f"{stamp(cue.start, '.')} --> {stamp(cue.end, '.')}"
        blocks.append(f"{number}\n{times}\n<v {cue.turn.label}>{cue.text}")
    return "\n\n".join(blocks) + "\n"


def teams_vtt(spoken: list[Turn]) -> str:
    """WebVTT as Teams writes it: a cue id of meeting and number, closed voice tags with the full name."""
    meeting = "5b0e7c52-9d3f-4c1a-8e76-0a4d2f9b6c13"
    blocks = ["WEBVTT"]
    for number, cue in enumerate(cues(spoken), 7):
        times = f"{stamp(cue.start, '.')} --> {stamp(cue.end, '.')}"
        blocks.append(f"{meeting}/{number}-0\n{times}\n<v {cue.turn.label}>{cue.text}</v>")
    return "\n\n".join(blocks) + "\n"


def srt(spoken: list[Turn]) -> str:
    """SubRip, the label before the first cue of each turn."""
    blocks = []
    for number, cue in enumerate(cues(spoken), 1):
        text = f"{cue.turn.label}: {cue.text}" if cue.first else cue.text
        blocks.append(f"{number}\n{stamp(cue.start, ',')} --> {stamp(cue.end, ',')}\n{text}")
    return "\n\n".join(blocks) + "\n"


def whisper_json(spoken: list[Turn]) -> str:
    """openai-whisper's result with word times; it knows no speakers."""
    segments: list[dict[str, Any]] = []
    for number, cue in enumerate(cues(spoken)):
        words = cue.text.split()
        step = (cue.end - cue.start) / len(words)
        timed = [
            {
                "word": f" {word}",
                "start": round(cue.start + step * at, 2),
                "end": round(cue.start + step * (at + 1), 2),
                "probability": round(0.62 + (len(word) * 7 + at * 3) % 37 / 100, 4),
            }
            for at, word in enumerate(words)
        ]
        segments.append(
            {
                "id": number,
                "seek": int(cue.start // 30) * 3000,
                "start": round(cue.start, 2),
                "end": round(cue.end, 2),
                "text": f" {cue.text}",
                "tokens": [50364, *(1000 + len(word) for word in words), 50364 + 20 * len(words)],
                "temperature": 0.0,
                "avg_logprob": -0.31,
                "compression_ratio": 1.58,
                "no_speech_prob": 0.02,
                "words": timed,
            }
        )
    text = "".join(str(segment["text"]) for segment in segments)
    return (
        json.dumps({"text": text, "segments": segments, "language": "no"}, ensure_ascii=False, indent=1)
        + "\n"
    )


def add_runs(paragraph: Paragraph, text: str) -> None:
    """Add *text* in runs cut as Word cuts them: anywhere, also inside a word."""
    for at in range(0, len(text), 61):
        paragraph.add_run(text[at : at + 61])


def word_docx(spoken: list[Turn]) -> bytes:
    """A document written in Word: bold labels, a page header, a comment in the margin."""
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Utskrift av intervju, ikke for deling"
    for turn in spoken:
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{turn.label}: ").bold = True
        add_runs(paragraph, turn.text)
        if "Oddbjørg" in turn.text and not list(document.comments):
            document.add_comment(
                paragraph.runs,
                text="Hør gjennom en gang til. Er det Oddbjørg?",
                author=TRANSCRIBER,
                initials="IS",
            )
    return packed(document)


def teams_docx(spoken: list[Turn]) -> bytes:
    """A document as Teams writes it: name and time on one line, the text below."""
    document = docx.Document()
    starts = {id(cue.turn): cue.start for cue in cues(spoken) if cue.first}
    for turn in spoken:
        seconds = int(starts[id(turn)])
        paragraph = document.add_paragraph()
        paragraph.add_run(str(turn.label)).bold = True
        paragraph.add_run(f"   {seconds // 60}:{seconds % 60:02d}").add_break()
        add_runs(paragraph, turn.text)
    return packed(document)


def packed(document: Document) -> bytes:
    """Save *document* with fixed times, so that the same text gives the same file."""
    for comment in document.comments:
        comment._comment_elm.set(qn("w:date"), "2025-03-20T09:30:00Z")
    core = document.core_properties
    core.author = core.last_modified_by = TRANSCRIBER
    core.title = "Utskrift"
    core.comments = ""
    core.created = core.modified = WRITTEN
    saved = io.BytesIO()
    document.save(saved)
    result = io.BytesIO()
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, WRITTEN.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return result.getvalue()


def encoded(
    write: Callable[[list[Turn]], str], encoding: str = "utf-8", newline: str = "\n"
) -> Callable[..., bytes]:
    """Let *write* give bytes in *encoding*, with line ends as *newline*."""
    return lambda spoken: write(spoken).replace("\n", newline).encode(encoding)


# File name: whether the gold paragraphs carry labels, and how the sample is written.
SAMPLES: dict[str, tuple[bool, Callable[[list[Turn]], bytes]]] = {
    "01-bokmaal.txt": (True, encoded(lines_txt)),
    "02-nynorsk.docx": (True, word_docx),
    "03-troendersk.vtt": (True, encoded(plain_vtt)),
    "04-nordnorsk.srt": (True, encoded(srt, newline="\r\n")),
    "05-bergensk.docx": (True, teams_docx),
    "06-talegjenkjenning.json": (False, encoded(whisper_json)),
    "07-liten-kommune.txt": (True, encoded(lines_txt, "cp1252", "\r\n")),
    "08-minoritet.txt": (True, encoded(own_line_txt, "utf-16", "\r\n")),
    "09-fokusgruppe.vtt": (True, encoded(teams_vtt)),
    "10-notater.txt": (False, encoded(lines_txt, "utf-8-sig")),
}


def build(target: Path) -> None:
    """Write every sample into the folder *target*."""
    for name, (labelled, write) in SAMPLES.items():
        gold = (HERE / "gold" / name).with_suffix(".txt").read_text(encoding="utf-8")
        (target / name).write_bytes(write(turns(gold, labelled=labelled)))


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
