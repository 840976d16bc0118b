"""The whole product in one process, everything told that could be told: run as a script by ``conftest.product``.

Each step is a command line as a user types it, at ``--verbose``, with every logger at DEBUG. What each step wrote to
stdout and stderr, every log record, every warning and every file that was opened for writing are kept for the tests.
"""

from __future__ import annotations

import contextlib
import faulthandler
import io
import json
import logging
import os
import subprocess
import sys
import warnings
from pathlib import Path

WRITTEN: set[str] = set()
STARTED: list[str] = []


def watch(event: str, arguments: tuple[object, ...]) -> None:
    """Note every file opened for writing and every process started (PEP 578)."""
    if event == "open":
        path, _, flags = arguments
        writes = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        if writes and isinstance(path, (str, bytes)):
            WRITTEN.add(os.path.abspath(os.fsdecode(path)))  # noqa: PTH100 - a link must stay as it was named
    elif event in {"sqlite3.connect", "os.mkdir"}:
        WRITTEN.add(str(arguments[0]))
    elif event in {"subprocess.Popen", "os.posix_spawn", "os.exec", "os.system"}:
        STARTED.append(repr(arguments[:2]))


def main(script: Path, result: Path) -> None:
    """Carry out the steps of ``script`` and write down what was said."""
    records = io.StringIO()
    handler = logging.StreamHandler(records)
    handler.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s %(exc_text)s"))
    logging.basicConfig(level=logging.DEBUG, handlers=[handler], force=True)
    logging.captureWarnings(True)
    warnings.simplefilter("always")
    faulthandler.enable()

    from anonymizer.cli.app import cli, run
    from anonymizer.vault import KdfCost, vault
    from click.testing import CliRunner

    # The cheapest lock that is accepted: hundreds of openings follow.
    vault.KdfCost = KdfCost.floor  # type: ignore[assignment,misc]

    sys.addaudithook(watch)
    said = []
    for step in json.loads(script.read_text(encoding="utf-8")):
        os.environ["ANONYMIZER_PASSPHRASE"] = step.get("passphrase", os.environ["STORY_PASSPHRASE"])
        for name in list(logging.root.manager.loggerDict):
            # Whoever debugs turns on everything they find.
            if not name.startswith(("presidio", "decision_process")):
                logging.getLogger(name).setLevel(logging.DEBUG)
        if "input" in step:
            done = CliRunner().invoke(cli, step["arguments"], input=step["input"])
            said.append({"step": step["name"], "code": done.exit_code, "out": done.output, "err": ""})
            continue
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run([*step["arguments"], "--verbose"])
        said.append({"step": step["name"], "code": code, "out": out.getvalue(), "err": err.getvalue()})
    status = Path("/proc/self/cmdline")
    if status.exists():
        STARTED.append(status.read_bytes().decode(errors="replace"))
        children = (
            subprocess.run(["/bin/ps", "-eo", "args"], capture_output=True, text=True, check=False).stdout
            if Path("/bin/ps").exists()
            else ""
        )
        STARTED.append("\n".join(line for line in children.splitlines() if "anonymizer" in line))
    result.write_text(
        json.dumps({"said": said, "log": records.getvalue(), "written": sorted(WRITTEN), "started": STARTED}),
        encoding="utf-8",
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
