"""The report in a real browser: nothing sticks out on a phone, paper is A4, and axe finds nothing serious.

Skipped where no Chromium is found; a path may be given in ``ANONYMIZER_TEST_CHROMIUM``. axe comes with the package
``axe-core-python``, and is skipped where that is not installed.
"""

from __future__ import annotations

import html as escaping
import importlib.util
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from anonymizer.audit import read_entries, verify
from anonymizer.report import build_report, report_page

from .conftest import MADE

CHROMIUM = (
    os.environ.get("ANONYMIZER_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        CHROMIUM is None, reason="no Chromium here; install Debian's to see the report rendered"
    ),
]
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')


@pytest.fixture(params=["nb", "en"])
def page(request, write_bundle):
    bundle, key = write_bundle()
    verdict = verify(bundle, key_fingerprint=key)
    return report_page(build_report(read_entries(bundle), verdict, lang=request.param, made=MADE))


def browse(folder: Path, page: str, *options: str) -> str:
    """Open a page in headless Chromium and return what it prints."""
    source = folder / "page.html"
    source.write_text(page, encoding="utf-8")
    command = [
        str(CHROMIUM),
        *("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"),
        f"--user-data-dir={folder / 'profile'}",
        *options,
        source.as_uri(),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return done.stdout


def probe(folder: Path, page: str, script: str) -> object:
    """Return what a script in the page says of it; the page's own policy, which forbids scripts, is left out."""
    answer = f"<script>{script}</script>"
    out = browse(
        folder, page.replace("</body>", f"{answer}</body>"), "--virtual-time-budget=20000", "--dump-dom"
    )
    found = re.search(r'data-answer="([^"]*)"', out)
    assert found, "the page did not answer"
    return json.loads(escaping.unescape(found[1]))


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_sticks_out_sideways(page, tmp_path, width):
    inner = escaping.escape(POLICY.sub("", page))
    outer = f'<!doctype html><body><iframe width="{width}" height="900" srcdoc="{inner}"></iframe></body>'
    script = (
        "onload = () => { const one = document.querySelector('iframe').contentDocument.documentElement;"
        "document.body.dataset.answer = JSON.stringify([one.scrollWidth, one.clientWidth]); }"
    )
    needed, there = probe(tmp_path, outer, script)
    assert needed <= there


def test_it_prints_on_a4(page, tmp_path):
    target = tmp_path / "report.pdf"
    browse(tmp_path, page, "--no-pdf-header-footer", f"--print-to-pdf={target}")
    boxes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", target.read_bytes())
    assert boxes
    for wide, high in boxes:
        assert (float(wide), float(high)) == pytest.approx((595.28, 841.89), abs=1)


def test_axe_finds_nothing_serious(page, tmp_path):
    package = importlib.util.find_spec("axe_core_python")
    if package is None or package.origin is None:
        pytest.skip("axe-core-python is not installed")
    axe = next(Path(package.origin).parent.rglob("axe.min.js")).read_text(encoding="utf-8")
    script = (
        axe.replace("</script", "<\\/script")
        + ";axe.run(document).then(found => { document.body.dataset.answer = JSON.stringify("
        "found.violations.map(one => [one.id, one.impact])); })"
    )
    found = probe(tmp_path, POLICY.sub("", page), script)
    assert not [one for one in found if one[1] in {"serious", "critical"}], found
