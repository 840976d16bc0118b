"""One study taken through the whole product, shared by the attacks that only look; and how to make small ones."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

PHRASE = "vaffel torv kvist 83 seglduk"

# Names that stand in no list and no other file: a hit anywhere is a leak. The persons are invented, the numbers are
# nobody's (month + 80; a telephone series that is not allotted; an .example domain).
NAME = "Zorgwulf Qvistbekkedal"
OTHER = "Ximenja Wraabjellnes"
ALIAS = "Qvisterompa"
STRANGER = "Yttrixa Pjorrehaug"
PLACE = "Wrøysundskaret"
PHONE = "48 52 01 47"
MAIL = "zorgwulf.q@brattkvern.example"
FNR = "01838330041"
NOTE = "Kvirrelkvæve"
CANARIES = (
    "Zorgwulf", "Qvistbekkedal", "Ximenja", "Wraabjellnes", ALIAS, "Yttrixa", "Pjorrehaug", "Wrøysund", "48 52 01 47",
    "48520147", "brattkvern", FNR, NOTE, "kvist 83 seglduk",
)  # fmt: skip

REGISTER = f"""\
code;name;aliases;gender;age;municipality;workplace;contact;consent_date;letter_version;scopes;speaker;transcripts
K7QX;{NAME};{ALIAS};m;43;Gran;{NOTE} AS;{MAIL};2026-01-13;2;interview|quotes;Zorgwulf;ett.txt|fire.docx|fem.vtt
M2WD;{OTHER};;f;58;Voss;;;2026-01-14;2;interview;Ximenja;to.txt
interviewer;Oda Spørvik;;f;;;;;;;;I;
"""

ETT = f"""\
I: Hvem er du?

Zorgwulf: Jeg heter {NAME}, de kaller meg {ALIAS}. Jeg kjenner {OTHER}, og læreren {STRANGER}.

I: Hvor kan jeg nå deg?

Zorgwulf: På {PHONE} eller {MAIL}. Fødselsnummeret er {FNR}. Jeg bor i {PLACE} kommune.
"""

TO = f"""\
I: Og du?

Ximenja: Jeg er {OTHER}. Jeg jobber hos {NOTE} AS, sammen med Zorgwulf.
"""

VTT = f"""\
WEBVTT

NOTE skrevet av {NAME}

1
00:00:01.000 --> 00:00:04.000
<v Zorgwulf>Jeg heter {NAME}.</v>
"""


def docx_of(path: Path) -> None:
    """Write a document whose every corner names somebody."""
    import docx

    document = docx.Document()
    document.core_properties.author = NAME
    document.core_properties.last_modified_by = OTHER
    document.core_properties.title = f"Intervju med {NAME}"
    document.core_properties.comments = MAIL
    document.sections[0].header.paragraphs[0].text = f"Topp: {NAME}"
    document.sections[0].footer.paragraphs[0].text = f"Bunn: {OTHER}"
    document.add_paragraph("I: Hei.")
    run = document.add_paragraph(f"Zorgwulf: Jeg er {NAME}.").runs[0]
    document.add_comment(run, text=f"Ring {NAME}", author=NAME, initials="ZQ")
    document.save(str(path))


@dataclass
class Product:
    """What is left behind and what was said."""

    home: Path
    said: list[dict[str, Any]] = field(default_factory=list)
    log: str = ""
    written: list[str] = field(default_factory=list)
    started: list[str] = field(default_factory=list)

    def step(self, name: str) -> dict[str, Any]:
        return next(step for step in self.said if step["step"] == name)

    def files(self, *folders: str) -> Iterator[Path]:
        for folder in folders:
            root = self.home / folder
            yield from (path for path in sorted(root.rglob("*")) if path.is_file())


def environment(home: Path, **more: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("ANONYMIZER_", "XDG_"))}
    return {
        **kept,
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_DATA_HOME": str(home / "data"),
        "TMPDIR": str(home / "tmp"),
        "PYTHONDEVMODE": "",
        **more,
    }


def command(home: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "anonymizer", *arguments],
        cwd=home,
        env=environment(home, **{"ANONYMIZER_PASSPHRASE": PHRASE, **more}),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def material(home: Path) -> None:
    (home / "in").mkdir(parents=True)
    (home / "tmp").mkdir()
    (home / "in" / "participants.csv").write_text(REGISTER, encoding="utf-8")
    (home / "in" / "ett.txt").write_text(ETT, encoding="utf-8")
    (home / "in" / "to.txt").write_text(TO, encoding="utf-8")
    (home / "in" / "fem.vtt").write_text(VTT, encoding="utf-8")
    docx_of(home / "in" / "fire.docx")
    bad = home / "bad"
    bad.mkdir()
    (bad / "broken.docx").write_bytes(b"PK\x03\x04" + NAME.encode())
    (bad / "broken.vtt").write_text(f"WEBVTT\n\nnår {NAME} --> \n{ETT}", encoding="utf-8")
    (bad / "broken.json").write_text(
        f'{{"segments": [{{"text": "{NAME}", "start": "{PHONE}"', encoding="utf-8"
    )
    (bad / "latin.txt").write_bytes(b"\x00\xff\xfe\x00" + NAME.encode("utf-16-le") + b"\x81\x00\x01")
    (bad / "label.txt").write_text(
        f"I: Hei.\n\n{STRANGER}: Ja.\n\nI: Og?\n\n{STRANGER}: Nei.\n", encoding="utf-8"
    )
    head = REGISTER.splitlines()[0]
    (bad / "age.csv").write_text(f"{head}\nP9AA;{NAME};;f;{NAME};;;;;;;;;\n", encoding="utf-8")
    (bad / "date.csv").write_text(f"{head}\nP9AA;{NAME};;f;40;;;;{PHONE};;;;\n", encoding="utf-8")
    (bad / "scope.csv").write_text(f"{head}\nP9AA;{NAME};;f;40;;;;;;{NAME};;\n", encoding="utf-8")
    (bad / "twice.csv").write_text(
        f"{head}\nP9AA;{NAME};;f;40\nP9AA;{OTHER};;f;40;;;;;;;;\n", encoding="utf-8"
    )
    (bad / "column.csv").write_text(f"code;name;dysleksi\nP9AA;{NAME};{PHONE}\n", encoding="utf-8")
    (bad / "gold.txt").write_text(f"{{{{PERSON:{NAME}", encoding="utf-8")
    (bad / "pack.yaml").write_text(f"id: x\n{NAME}: [", encoding="utf-8")
    (bad / "profile.yaml").write_text(f"- {NAME}\n- [", encoding="utf-8")


def steps() -> list[dict[str, Any]]:
    where = ["--study", "s"]
    sources = [f"in/{name}" for name in ("ett.txt", "to.txt", "fire.docx", "fem.vtt")]
    told = [
        ("run", ["run", *sources, "--participants", "in/participants.csv", "--new", "s", "--rules", "fictive-names",
                 "--keys", "k", "--to", "out/run"]),
        ("again", ["run", *sources, "--participants", "in/participants.csv", *where, "--to", "out/run"]),
        ("status", ["status", *where]),
        ("detect", ["detect", *where]),
        ("pseudonymise", ["pseudonymise", *where]),
        *((f"export-{form}", ["export", *where, "--to", f"out/{form}", "--format", form])
          for form in ("txt", "docx", "json", "csv")),
        ("list", ["transcript", "list", *where]),
        ("participants", ["participant", "list", *where]),
        ("keys", ["keys", "list", *where]),
        ("audit-show", ["audit", "show", *where]),
        ("audit-jsonl", ["audit", "show", *where, "--format", "jsonl"]),
        ("audit-verify", ["audit", "verify", *where]),
        ("audit-export", ["audit", "export", "out-bundle", *where]),
        ("whois-nobody", ["whois", STRANGER, *where]),
        ("broken-docx", ["detect", "bad/broken.docx"]),
        ("broken-files", ["detect", "bad/broken.vtt", "bad/broken.json", "bad/latin.txt", "--format", "html"]),
        ("label", ["ingest", "bad/label.txt", "--participant", "K7QX", *where]),
        ("broken-ingest", ["ingest", "bad/broken.docx", "--participant", "K7QX", *where]),
        *((f"csv-{name}", ["participant", "import", f"bad/{name}.csv", *where])
          for name in ("age", "date", "scope", "twice", "column")),
        ("gold", ["eval", "bad/gold.txt"]),
        ("bad-pack", ["rules", "validate", "bad/pack.yaml"]),
        ("bad-profile", ["init", "s2", "--rules", "fictive-names", "--profile", "bad/profile.yaml"]),
        ("no-such-code", ["participant", "show", NAME, *where]),
        ("no-such-withdraw", ["participant", "withdraw", NAME, *where]),
    ]  # fmt: skip
    script: list[dict[str, Any]] = [{"name": name, "arguments": arguments} for name, arguments in told]
    script.append({"name": "wrong", "arguments": ["detect", *where], "passphrase": f"{NAME} {PHRASE}"})
    script.append(
        {
            "name": "review",
            "arguments": ["review", *where, "1"],
            "input": f"m\n{STRANGER}\nPERSON\nm\n{NOTE}xyz\na\nA\nd\n",
        }
    )
    script.append({"name": "after-review", "arguments": ["pseudonymise", *where]})
    script.append({"name": "export-last", "arguments": ["export", *where, "--to", "out/last"]})
    script.append({"name": "whois", "arguments": ["whois", "1", *where], "input": ""})
    script.append(
        {"name": "show", "arguments": ["transcript", "show", "1", "--original", *where], "input": ""}
    )
    script.append({"name": "identity", "arguments": ["participant", "show", "K7QX", *where], "input": ""})
    return script


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Product:
    """Return a study after a working day; the tests look at it and change nothing."""
    home = tmp_path_factory.mktemp("product")
    material(home)
    (home / "script.json").write_text(json.dumps(steps()), encoding="utf-8")
    # A careless umask: what is private must be so by the product's own doing.
    old = os.umask(0)
    try:
        done = subprocess.run(
            [sys.executable, Path(__file__).with_name("story.py"), "script.json", "result.json"],
            cwd=home,
            env=environment(home, STORY_PASSPHRASE=PHRASE),
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
    finally:
        os.umask(old)
    assert done.returncode == 0, "the story broke off"
    result = json.loads((home / "result.json").read_text(encoding="utf-8"))
    made = Product(home, **result)
    made.said.append({"step": "process", "code": 0, "out": done.stdout, "err": done.stderr})
    return made


@pytest.fixture
def study(product: Product, tmp_path: Path) -> Path:
    """Return a copy of the finished study's folders under a home of its own, to be attacked."""
    home = tmp_path / "home"
    home.mkdir()
    for name in ("s", "k", "in"):
        shutil.copytree(product.home / name, home / name)
    shutil.copytree(product.home / "state", home / "state")
    for note in (home / "state").rglob("keys-folder"):
        note.write_text(f"{home / 'k'}\n", encoding="utf-8")
    (home / "tmp").mkdir()
    return home


@pytest.fixture
def inside(study: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let commands of this process work in the copy."""
    for name, value in environment(study, ANONYMIZER_PASSPHRASE=PHRASE).items():
        if name.startswith(("XDG_", "ANONYMIZER_", "TMPDIR")):
            monkeypatch.setenv(name, value)
    monkeypatch.delenv("ANONYMIZER_KEYS", raising=False)
    monkeypatch.chdir(study)
    return study


def mode(path: Path) -> str:
    return oct(stat.S_IMODE(path.stat().st_mode))
