"""Every byte of a small study turned over, one at a time: what is then read must be an error, or what was there.

``make flips`` takes every byte of every file (``ANONYMIZER_FLIPS=all``); the test suite takes a sample. A flip that
nobody notices must lie where nothing of the study stands; where that is, ``region`` says and docs/flips.md argues.
"""

from __future__ import annotations

import contextlib
import json
import random
import struct
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from anonymizer.audit import LogKey, verify
from anonymizer.crypto import Key
from anonymizer.errors import AnonymizerError
from anonymizer.study import Study, load_profile, verify_log
from anonymizer.vault import KdfCost, Master, files, keyring

PHRASE = "fjell bre skog elv"
REGISTER = """\
code;name;consent_date;letter_version;scopes;speaker;transcripts
K7QX;Tordis Fjellro;2026-01-13;2;interview;R;a.txt|b.txt
M2WD;Halvor Brekkås;2026-01-14;2;interview;H;b.txt
P5TR;Solveig Nesvatn;2026-01-14;2;interview;S;c.txt
interviewer;Oda Spørvik;;;;I;
"""
TEXTS = {
    "a.txt": "I: Hei.\n\nR: Jeg heter Tordis Fjellro og bor på Gran.\n",
    "b.txt": "I: Hei.\n\nR: Ja, Halvor.\n\nH: Ja, Tordis.\n",
    "c.txt": "I: Hei.\n\nS: Jeg heter Solveig.\n",
}


def make(home: Path) -> None:
    """Make a study with a group interview, an erased participant, an assistant's slot, exports and a bundle."""
    (home / "in").mkdir(parents=True)
    for name, text in {**TEXTS, "p.csv": REGISTER}.items():
        (home / "in" / name).write_text(text, encoding="utf-8")
    with Study.create(
        home / "s", pack="fictive-names", passphrase=PHRASE, keys=home / "k", kdf_cost=KdfCost.floor()
    ) as study:
        study.run([home / "in" / name for name in TEXTS], home / "in" / "p.csv", to=home / "out")
        study.withdraw("P5TR")
        study.erase("P5TR", confirm="P5TR")
        study.space.vault.add_slot("x", "assistant", PHRASE + "2", [Master.WORK], kdf_cost=KdfCost.floor())
        study.export(home / "out")
        study.export_log(home / "bundle")


@contextlib.contextmanager
def quickly() -> Iterator[None]:
    """Remember what is slow and depends on its arguments alone: Argon2id, Ed25519, the tables a file should have."""
    known: dict[tuple[object, ...], bytes] = {}
    derive, wanted = keyring.key_from_passphrase, files.FileFormat.wanted
    tables: dict[str, list[Any]] = {}

    def derived(passphrase: str, salt: bytes, cost: KdfCost, *, key_id: str) -> Key:
        about = (passphrase, salt, cost.parts(), key_id)
        if about not in known:
            known[about] = bytes(derive(passphrase, salt, cost, key_id=key_id).secret)
        return Key(key_id, known[about])

    def remembered(self: files.FileFormat) -> list[Any]:
        if self.name not in tables:
            tables[self.name] = wanted(self)
        return tables[self.name]

    judged: dict[tuple[bytes, bytes, bytes], bool] = {}
    judge = LogKey.verifies

    def verifies(self: LogKey, message: bytes, signature: bytes) -> bool:
        about = (self.public, message, signature)
        if about not in judged:
            judged[about] = judge(self, message, signature)
        return judged[about]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LogKey, "verifies", verifies)
        patch.setattr(keyring, "key_from_passphrase", derived)
        patch.setattr(files.FileFormat, "wanted", remembered)
        yield


def sealed_content(home: Path) -> object:
    """Read all that a study holds, through the doors that the program uses."""
    with Study.open(home / "s", passphrase=PHRASE) as study:
        vault = study.space.vault
        owners = sorted({info.owner for info in vault.objects()} | vault.owners())
        kinds = [row[0] for row in vault.db.execute("SELECT DISTINCT kind FROM record ORDER BY kind")]
        return (
            {kind: list(vault.all(kind)) for kind in kinds},
            {owner: [list(vault.owned(owner)), vault.objects(owner)] for owner in owners},
            {info.id: (info, vault.unseal(info.id)) for info in vault.objects()},
            list(vault.rows()),
            vault.slots(),
            [entry.to_bytes() for entry in vault.log.entries()],
            list(vault.log.notes()),
            study.space.profile.id,
            str(verify_log(home / "s")),
        )


def go_on(home: Path) -> None:
    """Work on: what was overlooked must not become harm by the next change."""
    with Study.open(home / "s", passphrase=PHRASE) as study:
        vault = study.space.vault
        with vault.change() as tx:
            tx.save("flip", "flip", {"x": "y" * 9000}, owner=None)
            made = tx.seal("flip", "study", Master.WORK, bytes(20_000))
            tx.log("log.exported", details={"size": 1})
        with vault.change() as tx:
            tx.drop("flip", "flip")
            tx.destroy(made)
            tx.log("log.exported", details={"size": 2})


def stays(content: Any, entries: int, notes: int) -> object:
    """Leave out of the content what ``go_on`` adds to the log."""
    *before, logged, signed, id_, _ = content
    return before, logged[:entries], signed[:notes], id_


def profile_content(home: Path) -> object:
    """Read the profile; nothing rests on the day it says it was made, since the log knows."""
    profile = load_profile(home / "s")
    return sealed_content(home), profile.model_copy(update={"created": None})


def bundle_content(home: Path) -> object:
    """Verify the exported log."""
    verdict = verify(home / "bundle")
    if verdict.broken:
        raise AnonymizerError(str(verdict))
    return str(verdict)


def exported_content(home: Path) -> object:
    """Export again: whatever is not what was written is written anew, or the folder refused."""
    with Study.open(home / "s", passphrase=PHRASE) as study:
        if not study.export(home / "out").unchanged:
            raise AnonymizerError("an exported file is not what was written")
    manifest = json.loads((home / "out" / "manifest.json").read_bytes())
    return {key: value for key, value in manifest.items() if key != "software"}


def certified_content(home: Path) -> object:
    """Let the certificates be brought up to date, as each look at what is due does."""
    with Study.open(home / "s", passphrase=PHRASE) as study:
        study.due()
    return {path.name: path.read_bytes() for path in (home / "s" / "certificates").iterdir()}


# --- where in an SQLite file nothing stands (https://www.sqlite.org/fileformat2.html) ---------------------------------


def regions(raw: bytes) -> list[str]:
    """Return for each byte of a database what stands there: a few named parts that carry no fact, or ``used``."""
    size = struct.unpack(">H", raw[16:18])[0]
    what = ["used"] * len(raw)

    def mark(start: int, end: int, name: str) -> None:
        what[start:end] = [name] * (end - start)

    mark(18, 19, "header: write version")
    mark(24, 28, "header: change counter")
    mark(40, 44, "header: schema cookie")
    mark(44, 48, "header: schema format")
    mark(48, 52, "header: suggested cache size")
    mark(56, 60, "header: text encoding")
    mark(72, 92, "header: reserved")
    mark(92, 100, "header: version valid for, library version")
    free = _free_pages(raw, size, what)
    for number in range(1, len(raw) // size + 1):
        start = (number - 1) * size
        head = start + (100 if number == 1 else 0)
        kind = raw[head]
        if number in free or kind not in (2, 5, 10, 13):
            continue
        first_free, cells, content = struct.unpack(">HHH", raw[head + 1 : head + 7])
        pointers = head + (12 if kind in (2, 5) else 8) + 2 * cells
        mark(pointers, start + (content or 65536), "between the cells")
        while first_free:
            following, length = struct.unpack(">HH", raw[start + first_free : start + first_free + 4])
            mark(start + first_free + 4, start + first_free + length, "freed within a page")
            mark(start + first_free, start + first_free + 4, "list of what is free in a page")
            first_free = following
        mark(head + 7, head + 8, "count of fragments")
        taken = bytearray(size)
        for cell in struct.unpack(f">{cells}H", raw[pointers - 2 * cells : pointers]):
            end, row, first = _cell(raw, start + cell, kind, size)
            taken[cell : end - start] = b"\x01" * (end - start - cell)
            mark(*row, "number of a row")
            if first and raw[first] == 0:
                mark(first, first + 1, "kind of an empty column")
        for at in range(content or 65536, size):
            if not taken[at] and what[start + at] == "used":
                mark(start + at, start + at + 1, "fragment")
    return what


def _varint(raw: bytes, at: int) -> tuple[int, int]:
    value = 0
    for count in range(1, 10):
        byte = raw[at + count - 1]
        value = value << 8 | byte if count == 9 else value << 7 | byte & 127
        if count == 9 or byte < 128:
            break
    return value, at + count


def _cell(raw: bytes, at: int, kind: int, size: int) -> tuple[int, tuple[int, int], int]:
    """Return where a cell ends, where its row's number stands, and where the kind of its first column."""
    if kind in (2, 5):
        at += 4
    if kind == 5:
        _, end = _varint(raw, at)
        return end, (at, end), 0
    payload, at = _varint(raw, at)
    row = (at, at)
    if kind == 13:
        _, at = _varint(raw, at)
        row = (row[0], at)
    most = size - 35 if kind == 13 else (size - 12) * 64 // 255 - 23
    least = (size - 12) * 32 // 255 - 23
    local = payload
    if payload > most:
        local = least + (payload - least) % (size - 4)
        local = (local if local <= most else least) + 4
    _, first = _varint(raw, at)
    return at + local, row, first if kind == 13 else 0


def _free_pages(raw: bytes, size: int, what: list[str]) -> set[int]:
    free: set[int] = set()
    trunk = struct.unpack(">I", raw[32:36])[0]
    while trunk:
        start = (trunk - 1) * size
        following, count = struct.unpack(">II", raw[start : start + 8])
        leaves = struct.unpack(f">{count}I", raw[start + 8 : start + 8 + 4 * count])
        what[start : start + 8 + 4 * count] = ["list of free pages"] * (8 + 4 * count)
        what[start + 8 + 4 * count : start + size] = ["free page"] * (size - 8 - 4 * count)
        for leaf in leaves:
            what[(leaf - 1) * size : leaf * size] = ["free page"] * size
        free |= {trunk, *leaves}
        trunk = following
    return free


@dataclass
class Account:
    """Every flip of one file: who noticed it, or where it lay."""

    file: str
    size: int
    flips: int = 0
    noticed: Counter[str] = field(default_factory=Counter)
    harmless: Counter[str] = field(default_factory=Counter)
    unaccounted: list[str] = field(default_factory=list)

    def line(self) -> str:
        """Return the account as a row of a table."""
        seen = ", ".join(f"{name} {count}" for name, count in sorted(self.noticed.items()))
        rest = ", ".join(f"{name} {count}" for name, count in sorted(self.harmless.items()))
        return f"| {self.file} | {self.size} | {self.flips} | {sum(self.noticed.values())} | {seen} | {rest or '–'} |"


# --- the campaign -----------------------------------------------------------------------------------------------------


class Home:
    """A study's folders, whose files can be put back as they were."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.kept = {path: path.read_bytes() for path in self._files()}

    def _files(self) -> list[Path]:
        folders = [self.home / name for name in ("s", "k", "out", "state")]
        return [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()] + [
            self.home / "bundle"
        ]

    def put_back(self) -> None:
        """Bring every file back."""
        for path in self._files():
            if path not in self.kept:
                path.unlink()
        for path, raw in self.kept.items():
            path.write_bytes(raw)

    def named(self) -> dict[str, Path]:
        """Return every file that has bytes, under a name that is the same for every study."""
        names = {}
        for path, raw in self.kept.items():
            place = path.relative_to(self.home)
            name = f"{place.parts[0]}/{place.name}" if len(place.parts) > 1 else place.name
            if place.parent.name == "certificates":
                name = f"s/certificates/*{place.suffix}"
            elif place.parts[0] == "out" and place.suffix == ".txt":
                name = f"out/{len([one for one in names if one.startswith('out/')])}.txt"
            if raw:
                names[name] = path
        return names


EMPTY = frozenset({"between the cells", "free page", "freed within a page"})
"""Parts of a database that are never read; hundreds of thousands of bytes, for which ``fill_account`` stands."""


def account_of(home: Home, name: str, positions: Iterable[int]) -> Account:
    """Flip one bit of each of these bytes and account for what happened."""
    path = home.named()[name]
    raw = home.kept[path]
    what = regions(raw) if name.endswith(".db") else [HARMLESS.get(name, "used")] * len(raw)
    done = Account(name, len(raw))
    content = CONTENT.get(name, sealed_content)
    want = content(home.home)
    for at in positions:
        changed = {at: raw[at] ^ 1 << at % 8}
        _try(home, path, changed, what[at], done, want)
    return done


def fill_account(home: Home, name: str, rounds: int, chance: random.Random) -> Account:
    """Put noise on all bytes at once where nothing stands, ``rounds`` times: none of them is ever read."""
    path = home.named()[name]
    raw = home.kept[path]
    empty = [at for at, where in enumerate(regions(raw)) if where in EMPTY]
    done = Account(f"{name}, noise on {len(empty)} bytes where nothing stands", len(raw))
    want = sealed_content(home.home)
    for _ in range(rounds):
        noise = dict(zip(empty, chance.randbytes(len(empty)), strict=True))
        _try(home, path, noise, "where nothing stands", done, want)
    return done


def _try(home: Home, path: Path, changed: dict[int, int], where: str, done: Account, want: object) -> None:
    raw = bytearray(home.kept[path])
    for at, value in changed.items():
        raw[at] = value
    path.write_bytes(raw)
    name = next(name for name, known in home.named().items() if known == path)
    named = f"byte {min(changed)}" if len(changed) == 1 else "noise"
    done.flips += 1
    try:
        found = CONTENT.get(name, sealed_content)(home.home)
        if found == want and path.suffix == ".db":
            found = _after(home, want)
    except AnonymizerError as error:
        done.noticed[error.code] += 1
    except Exception as error:  # the finding is that it is none of ours
        done.unaccounted.append(f"{named}: {type(error).__name__} ({where})")
    else:
        if found != want:
            done.unaccounted.append(f"{named}: read otherwise ({where})")
        elif where == "used":
            done.unaccounted.append(f"{named}: unnoticed")
        else:
            done.harmless[where] += 1
    home.put_back()


def _after(home: Home, want: Any) -> object:
    """Return ``want`` if working on harms nothing, else something else."""
    go_on(home.home)
    after = sealed_content(home.home)
    sizes = len(want[5]), len(want[6])
    return want if stays(after, *sizes) == stays(want, *sizes) else "lost by working on"


CONTENT: dict[str, Callable[[Path], object]] = {
    "bundle": bundle_content,
    "out/manifest.json": exported_content,
    **{f"out/{number}.txt": exported_content for number in range(9)},
    **{f"s/certificates/*.{suffix}": certified_content for suffix in ("json", "txt")},
    "s/study.yaml": profile_content,
}
HARMLESS = {
    "s/certificates/*.json": "written again from the sealed record",
    "s/certificates/*.txt": "written again from the sealed record",
    "s/study.yaml": "comment, or the day it was made",
    "out/manifest.json": "name of the program's version",
}
"""Where a flip in a file that is no database may go unnoticed, as long as what is read is the same."""
