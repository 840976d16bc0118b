"""Nothing leaks: names that stand nowhere else go through the whole product, and are looked for where they must not be.

Every command at ``--verbose`` with all loggers at DEBUG, the error paths among them (see ``story.py``).
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from .conftest import CANARIES, NAME, OTHER, PHRASE, Product, environment

SHOWS_TEXT = {"broken-files", "review", "whois", "show", "identity"}
"""Commands whose very purpose is to show text or identity to whoever holds the key, on the terminal."""

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "latin-1")


def canaries_in(content: bytes | str) -> list[str]:
    """Return the canaries that stand in ``content``, in any usual encoding and any case."""
    raw = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    folded = raw.lower()
    return [
        name
        for name in CANARIES
        if any(form.encode(code) in folded for code in ENCODINGS for form in (name.lower(), name))
    ]  # fmt: skip


def unpacked(path: Path) -> bytes:
    """Return a file's bytes, and of a zip also what its members hold."""
    raw = path.read_bytes()
    if zipfile.is_zipfile(io.BytesIO(raw)):
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            raw += b"\n".join(name.encode() + archive.read(name) for name in archive.namelist())
            raw += archive.comment
    return raw


def test_the_net_has_no_hole(product: Product) -> None:
    """The story did what it says, and the search finds what is there."""
    codes = {step["step"]: step["code"] for step in product.said}
    assert (codes["run"], codes["again"], codes["review"], codes["show"]) == (0, 0, 0, 0)
    failing = (
               "broken-docx", "broken-files", "label", "broken-ingest", "csv-age", "csv-date", "csv-scope",
               "csv-twice", "csv-column", "gold", "bad-pack", "bad-profile", "no-such-code", "whois-nobody",
    )  # fmt: skip
    assert {name: codes[name] for name in failing} == dict.fromkeys(failing, 2)
    assert codes["wrong"] == 4
    assert NAME in product.step("show")["out"]
    assert NAME in product.step("identity")["out"]
    assert canaries_in(product.step("show")["out"])
    for path in product.files("in"):
        assert canaries_in(unpacked(path)), path.name
    assert canaries_in("...ZORGWULF...".encode("utf-16-le")) == ["Zorgwulf"]


def test_no_command_says_a_name(product: Product) -> None:
    for step in product.said:
        assert canaries_in(step["err"]) == [], f"stderr of {step['step']}"
        assert "Traceback" not in step["err"], step["step"]
        if step["step"] not in SHOWS_TEXT:
            assert canaries_in(step["out"]) == [], f"stdout of {step['step']}"


def test_an_error_is_one_line_that_helps(product: Product) -> None:
    for step in product.said:
        if step["code"] and step["err"]:
            lines = [line for line in step["err"].splitlines() if line.startswith("anonymizer: ")]
            assert lines, step["step"]
            assert "internal error" not in step["err"], step["step"]


def test_no_logger_says_a_name(product: Product) -> None:
    assert canaries_in(product.log) == []


@pytest.mark.parametrize("folder", ["s", "k", "state", "data", "tmp"])
def test_no_file_of_the_study_holds_a_name(product: Product, folder: str) -> None:
    for path in product.files(folder):
        assert canaries_in(path.read_bytes()) == [], path.name
        assert canaries_in(str(path.relative_to(product.home))) == []


def test_nothing_that_leaves_holds_a_name(product: Product) -> None:
    """Neither in the text nor in a file's name, its metadata, headers, comments or the manifest."""
    paths = list(product.files("out"))
    assert {path.suffix for path in paths} == {".txt", ".docx", ".json", ".csv", ".vtt"}
    for path in paths:
        assert canaries_in(unpacked(path)) == [], path.name
        assert canaries_in(path.name) == []


def test_the_bundle_for_a_reviewer_holds_no_name_and_no_code(product: Product) -> None:
    raw = (product.home / "out-bundle").read_bytes()
    assert canaries_in(raw) == []
    assert b"K7QX" not in raw
    assert b"M2WD" not in raw


def test_a_word_document_leaves_with_no_author_and_no_year_of_ours(product: Product) -> None:
    documents = [path for path in product.files("out") if path.suffix == ".docx"]
    assert documents
    for path in documents:
        with zipfile.ZipFile(path) as archive:
            assert {info.date_time[0] for info in archive.infolist()} == {1980}
            core = (
                archive.read("docProps/core.xml").decode()
                if "docProps/core.xml" in archive.namelist()
                else ""
            )
        assert "2026" not in core
        assert canaries_in(core) == []


def test_nothing_is_written_beside_the_folders_that_were_named(product: Product) -> None:
    """No temporary file elsewhere, not even for a moment: each file that was opened for writing is known."""
    home = str(product.home)
    known = tuple(f"{home}/{name}" for name in ("s", "k", "state", "data", "out", "s2"))
    for path in product.written:
        plain = path.removeprefix("file://").partition("?")[0]
        if plain in {":memory:", "/dev/null"}:
            continue
        full = os.path.normpath(os.path.join(home, plain))  # noqa: PTH118 - not to be resolved
        assert full.startswith(known) or full.startswith(f"{home}/.out-bundle"), full
        assert canaries_in(full) == []
    assert list(product.files("tmp")) == []


def test_no_process_is_given_a_name_or_a_secret_as_argument(product: Product) -> None:
    for line in product.started:
        assert canaries_in(line) == []


def test_a_passphrase_is_never_an_option(product: Product) -> None:
    """An argument stands in the process list and the shell's history for everyone on the machine to read."""
    import click
    from anonymizer.cli.app import VERBS, cli

    def options(command: click.Command) -> list[str]:
        own = [name for parameter in command.params for name in parameter.opts]
        if isinstance(command, click.Group):
            context = click.Context(command)
            for name in command.list_commands(context):
                inner = command.get_command(context, name)
                assert inner is not None
                own += options(inner)
        return own

    named = options(cli)
    assert len(VERBS) < len(named)
    assert {name for name in named if "pass" in name} == {"--passphrase-file", "--new-passphrase-file"}
    assert "--name" not in named


def test_an_unforeseen_error_shows_the_place_and_nothing_else(study: Path) -> None:
    """A defect in a library deep down: its message quotes the text, the traceback would show the locals."""
    code = (
        "import sys\n"
        "import anonymizer.cli.app as app\n"
        "from anonymizer.detect import Detector\n"
        f"def explode(*_): raise ValueError('did not find word {NAME}')\n"
        "Detector.detect = explode\n"
        "sys.exit(app.run(['detect', 'in/ett.txt', '--verbose']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-c", code],
        cwd=study,
        env=environment(study, ANONYMIZER_PASSPHRASE=PHRASE),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "internal error (ValueError at anonymizer." in done.stderr
    assert canaries_in(done.stderr) == []
    assert canaries_in(done.stdout) == []


def test_no_core_dump_holds_a_transcript(study: Path) -> None:
    """A process that reads transcripts, with or without a study, leaves no memory image when it dies."""
    pytest.importorskip("resource")
    high = "import resource as r; r.setrlimit(r.RLIMIT_CORE, (r.getrlimit(r.RLIMIT_CORE)[1],) * 2)\n"
    for arguments in (["detect", "in/ett.txt"], ["status", "--study", "s"]):
        code = (
            "import sys, resource\n"
            "import anonymizer.cli as cli\n"
            "try: cli.main(sys.argv[1:])\n"
            "except SystemExit: pass\n"
            "print('core limit', resource.getrlimit(resource.RLIMIT_CORE)[0])\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", high + code, *arguments],
            cwd=study,
            env=environment(study, ANONYMIZER_PASSPHRASE=PHRASE),
            capture_output=True,
            text=True,
            check=False,
        )  # fmt: skip
        assert done.stdout.splitlines()[-1] == "core limit 0", arguments


def test_the_debugging_of_presidio_stays_silent(product: Product) -> None:
    """Presidio prints context words and decisions when its loggers may; whoever turns them up hears nothing."""
    code = (
        "import logging, sys\n"
        "from anonymizer import detect\n"
        f"detect('Jeg heter {NAME}.')\n"
        "for name in ('presidio-analyzer', 'presidio-anonymizer', 'decision_process', 'spacy'):\n"
        "    logging.getLogger(name).setLevel(logging.DEBUG)\n"
        "logging.basicConfig(level=logging.DEBUG, stream=sys.stderr, force=True)\n"
        f"assert detect('Jeg heter {NAME}, sa {OTHER}. Ring 48 52 01 47.')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(product.home),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, canaries_in(done.stderr) or done.stderr
    assert canaries_in(done.stderr) == []
