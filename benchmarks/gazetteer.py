"""Measures the gazetteer: loading the shipped lists, and an index of a million generated names."""

from __future__ import annotations

import random
import resource
import tempfile
import time
from pathlib import Path

from anonymizer.detect.gazetteer import Gazetteer, add_dump, shipped_gazetteer


def main() -> None:
    """Print seconds and megabytes."""
    start = time.perf_counter()
    gazetteer = shipped_gazetteer()
    gazetteer.name("Kari")
    named = time.perf_counter()
    gazetteer.places(["Oslo"], 0)
    print(f"shipped lists: names {named - start:.3f} s, places {time.perf_counter() - named:.3f} s")
    rng = random.Random(1)
    firsts = [
        a + b
        for a in ("Bjørn", "Lang", "Stor", "Nord", "Sør", "Tverr", "Grå", "Svart")
        for b in ("e", "a", "s", "")
    ]
    ends = [
        "dalen",
        "vika",
        "neset",
        "haugen",
        "bakken",
        "lia",
        "tjønna",
        "berget",
        "moen",
        "øya",
        "rud",
        "set",
    ]
    with tempfile.TemporaryDirectory() as folder:
        dump = Path(folder) / "NO.txt"
        with dump.open("w", encoding="utf-8") as file:
            for number in range(1_000_000):
                name = f"{rng.choice(firsts)}{number:x}{rng.choice(ends)}"
                file.write(f"{number}\t{name}\t\t\t0\t0\tP\tPPL\tNO\t\t34\t3446" + "\t" * 7 + "\n")
        start = time.perf_counter()
        added = add_dump(dump, folder=Path(folder) / "index")
        built = time.perf_counter() - start
        size = (Path(folder) / "index" / added.index.file).stat().st_size
        print(f"index: {added.index.names} names built in {built:.1f} s, {size / 1e6:.1f} MB on disk")
        before = _memory()
        start = time.perf_counter()
        opened = Gazetteer.with_indexes(Path(folder) / "index")
        seconds = time.perf_counter() - start
        opened.places(["Langedalen"], 0)
        print(f"index: loaded in {seconds:.3f} s, {_memory() - before:.1f} MB more memory")


def _memory() -> float:
    """Return resident memory in megabytes where the system says it, else the peak."""
    status = Path("/proc/self/status")
    if status.is_file():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1e3
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


if __name__ == "__main__":
    main()
