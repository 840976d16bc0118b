"""The samples through the whole pipeline: every gold span is replaced, and nothing of it stands anywhere.

What is looked through: the exports (unpacked), study.db, the key databases, the log, what is left in the
temporary folder, and what the command line said.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from functools import cache
from pathlib import Path

import pytest
from anonymizer.audit import verify
from anonymizer.cli.app import run
from anonymizer.data import load_pack
from anonymizer.formats import read
from anonymizer.model import Action, EntityType

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "samples"
SUFFIXES = {".txt", ".vtt", ".srt", ".json", ".docx"}
PACKS = ("fictive-names", "small-community")
MARKUP = re.compile(r"\{\{([A-Z_]+)(?:\|[^:}]*)?:([^{}]*)\}\}")
SHORT = 6
ENCODINGS = ("utf-8", "utf-16-le", "cp1252")
WORD = re.compile(r"[^\W\d_]{4,}|\d{6,}")


def sample_files() -> list[Path]:
    return sorted(path for path in SAMPLES.iterdir() if path.suffix in SUFFIXES)


@cache
def gold(stem: str) -> tuple[tuple[EntityType, str], ...]:
    text = (SAMPLES / "gold" / f"{stem}.txt").read_text(encoding="utf-8")
    return tuple((EntityType(kind), span) for kind, span in MARKUP.findall(text))


@cache
def bare_words(stem: str) -> frozenset[str]:
    """Words that also stand outside the markup: they are no secret of their own."""
    text = (SAMPLES / "gold" / f"{stem}.txt").read_text(encoding="utf-8")
    return frozenset(word.casefold() for word in WORD.findall(MARKUP.sub(" ", text)))


def secrets_of(stem: str, pack: str) -> dict[str, set[str]]:
    """Return the words that must go, in lower case, each with the ways it is written in the gold."""
    rules = load_pack(pack)
    found: dict[str, set[str]] = {}
    for kind, span in gold(stem):
        if rules.action(kind) is Action.REPLACE:
            for word in WORD.findall(span):
                found.setdefault(word.casefold(), set()).add(word)
    return {word: ways for word, ways in found.items() if word not in bare_words(stem)}


def left_in(content: bytes, secret: dict[str, set[str]]) -> list[str]:
    """Return which secret words stand in a file.

    A short word may stand in sealed bytes by chance, so it counts only as it was written and beside a space, a
    quotation mark or the like.
    """
    texts = [unpacked(content).decode(encoding, "replace") for encoding in ENCODINGS]
    folded = {word.casefold() for text in texts for word in WORD.findall(text)}
    return sorted(
        word
        for word, ways in secret.items()
        if word in folded and (len(word) >= SHORT or any(stands(way, text) for way in ways for text in texts))
    )


def stands(word: str, text: str) -> bool:
    beside = r"[\s\"'“”«»,.:;!?()\[\]/<>-]"
    return (
        re.search(rf"(?:^|{beside}){word}(?!\w)|(?<!\w){word}(?:{beside}|$)", text, re.MULTILINE) is not None
    )


def unpacked(content: bytes) -> bytes:
    content = content.replace(
        b"NOT NULL", b""
    )  # SQLite's own words; a phone number said aloud has "null" in it
    if content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return b"\n".join(archive.read(name) for name in archive.namelist())
    return content


@pytest.fixture(scope="module", params=PACKS)
def outcome(request, tmp_path_factory):
    base = tmp_path_factory.mktemp(request.param)
    temporary = base / "tmp"
    temporary.mkdir()
    phrase = base / "passphrase.txt"
    phrase.write_text("fjell bre skog elv", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(base / "state"))
        patch.setenv("TMPDIR", str(temporary))
        patch.setattr("tempfile.tempdir", None)
        said_out, said_err = io.StringIO(), io.StringIO()
        patch.setattr("sys.stdout", said_out)
        patch.setattr("sys.stderr", said_err)
        code = run(
            [
                "run",
                *map(str, sample_files()),
                "--participants",
                str(SAMPLES / "participants.csv"),
                "--new",
                str(base / "study"),
                "--keys",
                str(base / "keys"),
                "--rules",
                request.param,
                "--to",
                str(base / "clean"),
                "--passphrase-file",
                str(phrase),
            ]
        )
    return request.param, base, code, said_out.getvalue() + said_err.getvalue()


def exported(base: Path) -> dict[str, Path]:
    manifest = json.loads((base / "clean" / "manifest.json").read_text(encoding="utf-8"))
    return {entry["file"]: base / "clean" / entry["file"] for entry in manifest["files"]}


def test_every_sample_comes_out(outcome):
    _, base, code, said = outcome
    assert code == 0, said
    assert len(exported(base)) == len(sample_files()) == 10
    assert verify(base / "study" / "study.db").exit_code == 0


@pytest.mark.parametrize("stem", [path.stem for path in sample_files()])
def test_no_word_of_a_gold_span_leaves_or_lies_about(outcome, stem):
    pack, base, _, said = outcome
    secret = secrets_of(stem, pack)
    for folder in ("clean", "study", "keys", "state", "tmp"):
        for path in sorted((base / folder).rglob("*")):
            if path.is_file():
                if folder == "clean" and path.name != "manifest.json":
                    continue
                assert left_in(path.read_bytes(), secret) == [], path.relative_to(base)
    assert left_in(said.encode(), secret) == []


def test_each_export_lacks_the_words_of_its_own_gold(outcome):
    pack, base, _, _ = outcome
    missing = {
        source.stem: left
        for source in sample_files()
        if (
            left := left_in(
                exported(base)[counterpart(source, base)].read_bytes(), secrets_of(source.stem, pack)
            )
        )
    }
    assert missing == {}


def counterpart(source: Path, base: Path) -> str:
    """Return the export that has as many turns of the same lengths in kind as ``source``."""
    before = read(source.read_bytes(), source.name)
    best, most = "", -1
    for name, path in exported(base).items():
        after = read(path.read_bytes(), name)
        if after.format == before.format and len(after.turns) == len(before.turns):
            alike = sum(
                old.text[:12] == new.text[:12] for old, new in zip(before.turns, after.turns, strict=True)
            )
            if alike > most:
                best, most = name, alike
    assert best, source.name
    return best


def test_timed_formats_keep_cues_times_and_words_in_order(outcome):
    _, base, _, _ = outcome
    for source in sample_files():
        if source.suffix not in {".vtt", ".srt", ".json"}:
            continue
        before = read(source.read_bytes(), source.name)
        name = counterpart(source, base)
        after = read((base / "clean" / name).read_bytes(), name)
        times = [
            [(cue.start_time, cue.end_time) for turn in each.turns for cue in turn.cues]
            for each in (before, after)
        ]
        assert times[0] == times[1]
        words = [word.start_time for turn in after.turns for word in turn.words]
        assert words == sorted(words)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b'{"name":"Oslo"}', ["oslo"]),
        ("i Oslo".encode("utf-16-le"), ["oslo"]),
        (b"\x00\x81HAUGSRUD\x9d", ["haugsrud"]),
        (b"\xd7Oslo\xb0", []),
        (b"Oslofjord", []),
    ],
)
def test_the_search_finds_what_it_looks_for(content, found):
    assert left_in(content, {"oslo": {"Oslo"}, "haugsrud": {"Haugsrud"}}) == found
