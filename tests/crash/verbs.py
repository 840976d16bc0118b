"""Every command that writes, on a study in the middle of its life; and how to stop it half-way in a child process."""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import io
import os
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from anonymizer.cli.app import run
from anonymizer.study import Study, verify_log
from anonymizer.study.holds import holds
from anonymizer.vault import KdfCost, failpoints, vault

PHRASE = "fjell bre skog elv"
NAMES = (b"Fjellro", b"Brekk\xc3\xa5s", b"Nesvatn")
REGISTER = """\
code;name;consent_date;letter_version;scopes;speaker;transcripts
K7QX;Tordis Fjellro;2026-01-13;2;interview|audio|quotes;R;a.txt|b.txt
M2WD;Halvor Brekkås;2026-01-14;2;interview;H;b.txt
P5TR;Solveig Nesvatn;2026-01-14;2;interview;S;c.txt
interviewer;Oda Spørvik;;;;I;
"""
FILES = {
    "a.txt": "I: Hei.\n\nR: Jeg heter Tordis Fjellro og bor på Gran.\n\nI: Ja.\n\nR: Det var en fin tid der oppe.\n",
    "b.txt": "I: Hei.\n\nR: Ja, Halvor.\n\nH: Ja, Tordis.\n",
    "c.txt": "I: Hei.\n\nS: Jeg heter Solveig Nesvatn.\n",
    "new.txt": "I: Hei.\n\nH: Noe nytt fra Halvor Brekkås.\n",
    "a2.txt": "I: Hei.\n\nR: Jeg heter Tordis Fjellro og bor på Voss.\n",
    "p.csv": REGISTER,
    "more.csv": "code;name;consent_date;letter_version;scopes\nZ9AB;Eldbjørg Tveitå;2026-01-15;2;interview\n",
    "table.csv": "code;gender;age\nK7QX;f;43\nM2WD;m;58\n",
    "phrase2.txt": "en annen lang setning\n",
    "a.wav": "RIFF sound",
    "b.wav": "RIFF other",
    "signed.txt": "letter 2",
}


@dataclass(frozen=True)
class Verb:
    """A command line, what is typed at its prompts, and what it needs done before."""

    line: str
    typed: str = ""
    before: tuple[str, ...] = ()
    prepare: Callable[[Homes], None] | None = None
    takes_source: bool = False
    """It deletes the source file too. Stopped between the file and the record, it leaves the duty open: a person says
    what became of a file that is not there."""


def on_another_machine(homes: Homes) -> None:
    """Take a backup to where nothing is known of the study."""
    assert code_of("backup copy6") == 0
    for name in ("state", "s", "k"):
        shutil.rmtree(homes.home / name)


def sources_gone(homes: Homes) -> None:
    """Delete what came in, as its duties ask."""
    for name in ("p.csv", "a.txt", "b.txt", "c.txt"):
        (homes.home / "in" / name).unlink()


def everything_done(homes: Homes) -> None:
    """Meet whatever would be in the way of an end."""
    assert code_of(f"membercheck answer {homes.known['check']} approved") == 0
    assert code_of("audio delete in/a.wav") == 0
    sources_gone(homes)
    for name in ("check", "register.csv"):
        path = homes.home / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    with Study.open(homes.home / "s", passphrase=PHRASE) as study:
        waiting = [key for key, _, body in study.space.vault.all("obligation") if not body.get("met")]
    assert [code_of(f"due --done {key}") for key in waiting] == [0] * len(waiting)


# By the name of the command, as `anonymizer --help` lists it. Folders are named from the study's home.
WRITING: dict[str, tuple[Verb, ...]] = {
    "init": (Verb("init s2 --rules sikt-base --keys k2"),),
    "run": (
        Verb("run in/a.txt in/b.txt --participants in/p.csv --new s3 --rules fictive-names --keys k3 --to out3"),
        Verb("run in/a.txt in/c.txt --participants in/p.csv --to out"),
    ),
    "participant add": (Verb("participant add Q3ZZ --consent-date 2026-01-20", "Ola Nygard\n\n"),),
    "participant import": (Verb("participant import in/more.csv"),),
    "participant consent": (Verb("participant consent M2WD --letter 3 --scope interview --evidence oral"),),
    "participant rectify": (
        Verb("participant rectify M2WD --field workplace", "Skolen\n"),
        Verb("participant rectify K7QX --transcript 1 --file in/a2.txt", takes_source=True),
    ),
    "participant request": (Verb("participant request K7QX access"),),
    "participant restrict": (Verb("participant restrict K7QX"),),
    "participant access": (
        Verb("participant access K7QX --to copy", before=("participant request K7QX access",)),
    ),
    "participant withdraw": (
        Verb("participant withdraw P5TR"),
        Verb("participant withdraw K7QX --confirm K7QX"),
        Verb("participant withdraw K7QX --scope quotes --confirm K7QX"),
    ),
    "participant export": (Verb("participant export register.csv"),),
    "participant forget-contact": (Verb("participant forget-contact --confirm"),),
    "participant third-person add": (
        Verb("participant third-person add K7QX --relation søster", "Aud Fjellro\n"),
    ),
    "participant third-person remove": (Verb("participant third-person remove P5TR", "Gro Nesvatn\n"),),
    "participant third-person list": (Verb("participant third-person list P5TR"),),
    "recall": (Verb("recall --turns 1", "\n\n\n\n"),),
    "record events": (Verb("record events --coarsened 1 --undecided 0 --ground in/signed.txt"),),
    "record incident": (
        Verb("record incident --discovered {today} --report not-needed --ground in/signed.txt"),
    ),
    "record institution": (Verb("record institution --pool 30 --ground in/signed.txt"),),
    "ingest": (Verb("ingest in/new.txt --participant M2WD"),),
    "detect": (Verb("detect", before=("ingest in/new.txt --participant M2WD",)),),
    "pseudonymise": (Verb("pseudonymise", before=("ingest in/new.txt --participant M2WD", "detect")),),
    "review": (Verb("review 3", "a\ny\n"),),
    "transcript strike": (Verb("transcript strike 1 1", takes_source=True),),
    "transcript move": (Verb("transcript move 3 --participant M2WD --speaker S=M2WD"),),
    "transcript remove": (Verb("transcript remove 3 --yes"),),
    "transcript replace": (Verb("transcript replace 1 in/a2.txt", takes_source=True),),
    "whois": (Verb("whois {label}"),),
    "export": (Verb("export --to out"), Verb("export --to out4 --format docx")),
    "quote add": (Verb("quote add 1 3"),),
    "quote remove": (Verb("quote remove {quote}"),),
    "sample-table": (Verb("sample-table in/table.csv --pool 40"),),
    "audio add": (
        Verb("audio add in/b.wav --participant K7QX --recorder nettskjema --seal --remove-source"),
    ),
    "audio delete": (Verb("audio delete in/a.wav"),),
    "membercheck send": (Verb("membercheck send P5TR transcript --original --to check2"),),
    "membercheck answer": (Verb("membercheck answer {check} approved"),),
    "check": (Verb("check"),),
    "waive": (Verb("waive AUD-02 --reason technical --until {today}"),),
    "due": (Verb("due --done {obligation}", prepare=sources_gone),),
    "keys add": (Verb("keys add --role assistant --new-passphrase-file in/phrase2.txt"),),
    "keys remove": (Verb("keys remove {slot}"),),
    "keys rotate": (Verb("keys rotate"),),
    "keys recovery": (Verb("keys recovery"),),
    "backup": (Verb("backup copy5"),),
    "restore": (Verb("restore copy6 s6 --keys k6", prepare=on_another_machine),),
    "report": (Verb("report --to report.html"),),
    "close": (
        Verb("close --ending delete --signed {checklist} --ground in/signed.txt --confirm", prepare=everything_done),
    ),
    "audit export": (Verb("audit export bundle2"),),
}  # fmt: skip
READING = {
    "audio list", "audit checkpoint", "audit key", "audit prove", "audit show",
    "audit verify", "dialect", "eval", "gazetteer list", "keys list",
    "membercheck list", "participant list", "participant show", "quote list", "rules list", "rules show",
    "rules validate", "scan", "status", "transcript list", "transcript show",
}  # fmt: skip
ELSEWHERE = {"gazetteer add"}
"""Writes no study: an index of place names, whole or not at all (tests/detect)."""


TYPED = {"1": "d\n", "third-person": "Gro Nesvatn\n", "rectify": "s.nesvatn@brattkvern.example\n"}
"""What is typed while the study is made, by the second word of the command."""


class Homes:
    """A study in the middle of its life, put back before each command; always at one place, for it knows its paths."""

    def __init__(self, root: Path) -> None:
        self.home = root / "home"
        self.kept = root / "kept"
        self.known: dict[str, str] = {}

    def make(self) -> None:
        """Live through everything that a command may need."""
        (self.home / "in").mkdir(parents=True)
        for name, text in FILES.items():
            (self.home / "in" / name).write_text(text, encoding="utf-8")
        os.chdir(self.home)
        told = self._do(
            "run in/a.txt in/b.txt in/c.txt --participants in/p.csv --new s --rules fictive-names --keys k --to out",
            "audio add in/a.wav --participant K7QX --recorder nettskjema --seal",
            "review 1",
            "pseudonymise",
            "quote add 1 3",
            "keys add --role assistant --new-passphrase-file in/phrase2.txt --without-identity",
            "membercheck send K7QX transcript --original --to check",
            "participant third-person add P5TR --relation søster",
            "participant rectify P5TR --field contact",
        )
        assert told == [0] * 9, told
        with Study.open(self.home / "s", passphrase=PHRASE) as study:
            store = study.space.vault
            (check,) = [key for key, *_ in store.all("member-check")]
            (quote,) = [key for key, *_ in store.all("quote")]
            (slot,) = [one.id for one in store.slots() if one.role == "assistant"]
            obligation = min(
                key for key, _, body in store.all("obligation") if body["duty"] == "delete-source"
            )
        from anonymizer.study import checklist

        self.known = {
            "check": check, "quote": quote, "slot": slot, "obligation": obligation, "checklist": ",".join(checklist()),
            "today": dt.datetime.now(dt.UTC).date().isoformat(),
            "label": next(path.name.split(".")[0] for path in (self.home / "out").iterdir() if path.name[0].isupper()),
        }  # fmt: skip
        shutil.copytree(self.home, self.kept)

    def _do(self, *lines: str) -> list[int]:
        return [code_of(line, typed=TYPED.get([*line.split(), ""][1], "")) for line in lines]

    def ready(self, verb: Verb) -> None:
        """Put everything back, and do what must come before."""
        shutil.rmtree(self.home)
        shutil.copytree(self.kept, self.home)
        os.chdir(self.home)
        for line in verb.before:
            assert code_of(line) == 0, line
        if verb.prepare is not None:
            verb.prepare(self)

    def line(self, verb: Verb) -> str:
        """Return the command line with the ids of this study in it."""
        return verb.line.format(**self.known)


def code_of(line: str, *, typed: str = "", said: io.StringIO | None = None) -> int:
    """Run one command line here and return its exit code; what it prints goes to ``said``."""
    out = said or io.StringIO()
    given = line.split()
    if given[0] not in ("init", "restore") and "--new" not in given:
        given += ["--study", "s"]
    before = sys.stdin
    sys.stdin = io.TextIOWrapper(io.BytesIO(typed.encode()), encoding="utf-8")
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(out):
            return run(given)
    finally:
        sys.stdin = before


# --- stopping it ------------------------------------------------------------------------------------------------------

Act = Callable[[], None]


def in_a_child(line: str, typed: str, number: int, act: Act | None = None) -> tuple[int | None, int, str]:
    """Run a command in a forked child that does ``act`` (default: kill itself) at its ``number``-th fail point.

    Returns its exit code (``None``: killed), how many points it passed, and what it said on stderr.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        code, said = 99, io.StringIO()
        try:
            failpoints._fatal, failpoints._passed = number, 0
            if act is not None:
                failpoints._act = act
            code = code_of(line, typed=typed, said=said)
        except BaseException as error:
            said.write(f"Traceback: {type(error).__name__}")
        finally:
            os.write(writing, f"{code} {failpoints._passed} {said.getvalue()}".encode()[:60_000])
            os._exit(0)
    os.close(writing)
    raw = b""
    while piece := os.read(reading, 65536):
        raw += piece
    os.close(reading)
    os.waitpid(child, 0)
    if not raw:
        return None, number, ""
    code, passed, said = raw.decode(errors="replace").split(" ", 2)
    return int(code), int(passed), said


NEVER = 10**9


def fails_with(number: int) -> Act:
    """Return what makes the disk fail from now on, as far as Python's own calls see it."""

    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    def act() -> None:
        for name in ("fsync", "replace", "rename", "mkdir"):
            setattr(os, name, fail)
        opened = os.open

        def only_reading(path: str, flags: int, *more: int, **named: int) -> int:
            if flags & (os.O_CREAT | os.O_WRONLY | os.O_RDWR):
                fail()
            return opened(path, flags, *more, **named)

        os.open = only_reading  # type: ignore[assignment]

    return act


def pulls_out(folder: Path) -> Act:
    """Return what takes a folder away, as when a stick is pulled out."""
    return lambda: folder.rename(folder.with_name(folder.name + ".away")) and None  # type: ignore[func-returns-value]


FAULTS: dict[str, Callable[[Path], Act]] = {
    "no space": lambda _: fails_with(errno.ENOSPC),
    "input error": lambda _: fails_with(errno.EIO),
    "stick pulled out": lambda home: pulls_out(home / "k"),
}


# --- looking ----------------------------------------------------------------------------------------------------------


TWICE = frozenset({"export", "export-place"})
OF_SOURCES = frozenset({"delete-source met", "place", "place-digest"})
"""An export is logged before its folder appears: killed in between, one was logged that nobody has."""


def summary(home: Path, verb: Verb) -> object:
    """Say what a study holds, leaving out what is drawn by chance: ids, surrogates, numbers, times."""
    but = TWICE | OF_SOURCES if verb.takes_source else TWICE
    found = []
    for name in ("s", "s2", "s3", "s6"):
        if not all((home / name / part).exists() for part in ("study.yaml", "study.db")):
            continue
        keys = home / name.replace("s", "k")
        with Study.open(home / name, passphrase=PHRASE, keys=keys) as study:
            space, store = study.space, study.space.vault
            transcripts = [
                (
                    record.number,
                    record.version,
                    [turn.text for turn in space.original(record).turns],
                    record.clean_object is not None and len(space.clean(record).turns),
                    record.is_reviewed,
                    str(record.state(space.pack.digest)),
                )
                for record in study.transcripts().values()
            ]
            found.append(
                (
                    name,
                    sorted((r.code, len(r.consent)) for r in study.participants().values()),
                    sorted(
                        str(one.cause) for who in study.participants() for one in holds(space, who).values()
                    ),
                    transcripts,
                    sorted((slot.role, sorted(slot.masters)) for slot in store.slots()),
                    _records(study, but),
                    sorted(Counter(info.kind for info in store.objects() if info.kind not in but).items()),
                    sorted(Counter(kind for kind in _row_kinds(study)).items()),
                )
            )
    outside = sorted(
        str(path.relative_to(home))
        for folder in ("copy", "check", "check2", "copy5", "in", "bundle2", "report.html", "register.csv")
        for path in [home / folder, *(home / folder).rglob("*")]
        if path.exists()
    )
    return (
        found,
        outside,
        len(list((home / "out").glob("*"))),
        (home / "out4").exists(),
        (home / "out3").exists(),
    )


def _records(study: Study, but: frozenset[str]) -> list[tuple[str, int]]:
    store = study.space.vault
    kinds = [row[0] for row in store.db.execute("SELECT kind FROM record")]
    met = [f"{body['duty']} met" for _, _, body in store.all("obligation") if body.get("met")]
    return sorted(Counter(kind for kind in (*kinds, *met) if kind not in but).items())


def _row_kinds(study: Study) -> list[str]:
    rows = study.space.vault._table
    assert rows is not None
    return [row.kind for row in rows.rows.values()]


def leftovers(home: Path) -> list[str]:
    """Return what a command that was stopped left lying about, and the next opening did not clear."""
    return sorted(
        str(path.relative_to(home))
        for path in home.rglob("*")
        if path.name.endswith((".next", ".new", ".partial", ".restored"))
        or path.name.startswith((".export-", ".copy-", ".new-"))
    )


def identifying_outside(home: Path) -> list[str]:
    """Return the files that hold a name and are neither what came in nor a copy that was asked for."""
    asked = {"in", "copy", "check", "check2", "register.csv"}
    return [
        str(path.relative_to(home))
        for path in home.rglob("*")
        if path.is_file()
        and path.relative_to(home).parts[0] not in asked
        and any(name in path.read_bytes() for name in NAMES)
    ]


def sound(home: Path) -> None:
    """The log verifies without a passphrase, and everything opens."""
    for name in ("s", "s2", "s3", "s6"):
        if all((home / name / part).exists() for part in ("study.yaml", "study.db")):
            assert not verify_log(home / name).broken, name


@contextlib.contextmanager
def prepared(root: Path) -> Iterator[Homes]:
    """Make the study, with the cheapest lock there is."""
    here = Path.cwd()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(root / "home" / "state"))
        patch.setenv("XDG_DATA_HOME", str(root / "home" / "data"))
        patch.setenv("ANONYMIZER_PASSPHRASE", PHRASE)
        patch.delenv("ANONYMIZER_KEYS", raising=False)
        patch.setattr(vault, "KdfCost", KdfCost.floor)
        homes = Homes(root)
        homes.make()
        try:
            yield homes
        finally:
            os.chdir(here)
