"""Plain text, read and written byte for byte: labels, blank lines, times and line ends stay where they were."""

from __future__ import annotations

from anonymizer.formats.encoding import Encoding, decode, encode
from anonymizer.formats.labels import Piece, segment
from anonymizer.formats.limits import Place
from anonymizer.model import Transcript, Turn

__all__ = ["read", "render", "write"]


def read(source: bytes, place: Place) -> Transcript:
    """Return the transcript of a .txt; every turn's ``offset`` counts in the decoded file."""
    text, encoding = decode(source, place.name, place.limits)
    pieces, rest = segment(text)
    if len(pieces) > place.limits.turns:
        raise place.too_large("the file has too many turns", place.limits.turns)
    turns = []
    position = 0
    for piece in pieces:
        position += len(piece.before) + len(piece.speaker or "") + len(piece.after)
        turns.append(Turn(piece.text, speaker=piece.speaker, offset=position, layout=_layout(piece)))
        position += len(piece.text)
    layout = {"encoding": encoding.name, "mark": encoding.mark, "rest": rest}
    return Transcript("txt", tuple(turns), layout=layout)


def _layout(piece: Piece) -> dict[str, str]:
    return (
        {"before": piece.before, "after": piece.after}
        if piece.speaker is not None
        else {"before": piece.before}
    )


def write(transcript: Transcript) -> bytes:
    """Return the file a .txt transcript came from, with its present texts and labels."""
    out = []
    for number, turn in enumerate(transcript.turns):
        out.append(str(turn.layout.get("before", "\n\n" if number else "")))
        if turn.speaker is not None:
            out.append(turn.speaker + str(turn.layout.get("after", ": ")))
        out.append(turn.text)
    out.append(str(transcript.layout.get("rest", "\n")))
    encoding = Encoding(transcript.layout.get("encoding", "utf-8"), transcript.layout.get("mark", False))
    return encode("".join(out), encoding)


def render(transcript: Transcript) -> bytes:
    """Return any transcript as UTF-8 text: ``Label: text``, turns apart by a blank line."""
    turns = (
        turn.text if turn.speaker is None else f"{turn.speaker}: {turn.text}" for turn in transcript.turns
    )
    return ("\n\n".join(turns) + "\n").encode("utf-8")
