"""A wheel and an editable install are the same program, with its data and without stray top-level packages."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import anonymizer
import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--quiet"]
    subprocess.run([*command, "--wheel-dir", str(folder), str(ROOT)], check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_package_and_rules_and_nothing_beside(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"anonymizer"}
    for needed in (
        "anonymizer/py.typed",
        "anonymizer/rules/packs/sikt-base.yaml",
        "anonymizer/rules/lexicon/first_names.tsv",
        "anonymizer/rules/messages/audit.yaml",
        "anonymizer/report/templates/detection.html",
        "anonymizer/detect/ner/model/meta.json",
    ):
        assert needed in names
    assert not [
        name for name in names if name.endswith((".pyc", ".iob.gz", ".conll.gz")) or "/tests/" in name
    ]


def test_the_wheel_works_where_no_checkout_is(wheel, tmp_path):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    (tmp_path / "a.txt").write_text("R: Jeg heter Tordis Fjellro.\n", encoding="utf-8")
    program = (
        "import sys; sys.path = [p for p in sys.path if p != sys.argv[1]]; sys.path.insert(0, sys.argv[2]);"
        "import anonymizer; assert anonymizer.__file__.startswith(sys.argv[2]), anonymizer.__file__;"
        "from anonymizer.cli.app import run;"
        "sys.exit(run(['rules', 'list']) or run(['detect', 'a.txt', '--format', 'jsonl']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(ROOT), str(tmp_path / "site")],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "fictive-names" in done.stdout
    assert "Tordis Fjellro" in done.stdout


def test_the_checkout_finds_its_own_rules():
    assert (Path(anonymizer.__file__).parent.parent / "rules" / "packs").is_dir() or (
        Path(anonymizer.__file__).parent / "rules" / "packs"
    ).is_dir()
