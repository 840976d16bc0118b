"""Sealed objects against Fernet on the same bytes, in one run: at least 2.5 times as fast, both ways together.

Run with ``python benchmarks/seal.py``; prints MiB a second and the ratios, exits 1 if the promise is not kept.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable

from anonymizer.crypto import Key, open_bytes, seal_bytes
from cryptography.fernet import Fernet

PROMISED = 2.5


def best(action: Callable[[], object], rounds: int) -> float:
    """Return the shortest of ``rounds`` runs, in seconds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mib", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    content = os.urandom(args.mib << 20)
    key, fernet = Key.random(), Fernet(Fernet.generate_key())
    sealed, token = seal_bytes(key, content, context=b"benchmark"), fernet.encrypt(content)
    ours = (
        best(lambda: seal_bytes(key, content, context=b"benchmark"), args.rounds),
        best(lambda: open_bytes(key, sealed, context=b"benchmark"), args.rounds),
    )
    theirs = (
        best(lambda: fernet.encrypt(content), args.rounds),
        best(lambda: fernet.decrypt(token), args.rounds),
    )
    for name, mine, other in zip(("seal", "open"), ours, theirs, strict=True):
        print(
            f"{name}: sealed objects {args.mib / mine:7.0f} MiB/s, Fernet {args.mib / other:5.0f} MiB/s,"
            f" {other / mine:5.1f} times as fast"
        )
    ratio = sum(theirs) / sum(ours)
    print(f"both: {ratio:.1f} times as fast as Fernet (promised {PROMISED}); ", end="")
    print(f"size +{(len(sealed) / len(content) - 1):.2%} against +{(len(token) / len(content) - 1):.0%}")
    return 0 if min(other / mine for mine, other in zip(ours, theirs, strict=True)) >= PROMISED else 1


if __name__ == "__main__":
    sys.exit(main())
