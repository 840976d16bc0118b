"""How long ``anonymizer --help`` takes, as a multiple of ``python -c "import click"``, and detection's first finding.

Run it alone: ``python benchmarks/startup.py``. Ratios of medians in one run; single times mean little.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 9
MODEL = "from anonymizer.detect.ner import load_ner; load_ner()"


def seconds(command: list[str]) -> float:
    """Return how long a process takes from start to end."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def ratio(ours: list[str], base: list[str], rounds: int) -> float:
    """Return the median ratio of two commands run in turn."""
    seconds(ours)
    seconds(base)
    return statistics.median(seconds(ours) / seconds(base) for _ in range(rounds))


def main() -> None:
    """Print both ratios with their limits."""
    python = sys.executable
    help_ratio = ratio([python, "-m", "anonymizer", "--help"], [python, "-c", "import click"], ROUNDS)
    print(f"anonymizer --help / import click: {help_ratio:.2f} (limit 3)")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "a.txt"
        file.write_text("R: Jeg heter Tordis Fjellro.\n", encoding="utf-8")
        base = [python, "-c", f"import presidio_analyzer, spacy; {MODEL}"]
        first = ratio([python, "-m", "anonymizer", "detect", str(file)], base, 5)
    print(f"start to first finding / import presidio and spaCy and load the model: {first:.2f} (limit 1.5)")


if __name__ == "__main__":
    main()
