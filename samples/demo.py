"""``make demo``: the whole pipeline on the samples, without a question asked."""

from __future__ import annotations

import os
import secrets
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEMO = ROOT / "demo"
SAMPLES = ROOT / "samples"
WORDS = [
    "fjell",
    "bre",
    "skog",
    "elv",
    "sti",
    "vind",
    "stein",
    "mose",
    "lyng",
    "snø",
    "lys",
    "natt",
    "bukt",
    "holme",
    "båe",
    "tjern",
    "myr",
    "kløft",
    "ur",
    "varde",
]


def main() -> None:
    """Build ``demo/`` anew and show what came out."""
    if DEMO.exists():
        shutil.rmtree(DEMO)
    DEMO.mkdir(mode=0o700)
    os.environ["XDG_STATE_HOME"] = str(DEMO / "state")
    os.environ.pop("ANONYMIZER_KEYS", None)
    passphrase = DEMO / "passphrase.txt"
    passphrase.touch(mode=0o600)
    passphrase.write_text(" ".join(secrets.choice(WORDS) for _ in range(8)) + "\n", encoding="utf-8")

    from anonymizer.cli.app import run  # noqa: PLC0415 - the environment comes first

    sources = sorted(
        str(path) for path in SAMPLES.iterdir() if path.suffix in {".txt", ".vtt", ".srt", ".json", ".docx"}
    )
    study, keys, clean = DEMO / "study", DEMO / "keys", DEMO / "clean"
    common = ["--passphrase-file", str(passphrase), "--keys", str(keys)]
    register = str(SAMPLES / "participants.csv")
    target = ["--new", str(study), "--rules", "fictive-names", "--to", str(clean)]
    code = run(["run", *sources, "--participants", register, *target, *common])
    if code:
        sys.exit(code)
    print("\nThe log, verified:")
    sys.exit(run(["audit", "verify", "--study", str(study)]) or show(study, clean, keys, passphrase))


def show(study: Path, clean: Path, keys: Path, passphrase: Path) -> int:
    """Print an excerpt before and after, and where everything is."""
    from anonymizer.formats import read  # noqa: PLC0415

    before = SAMPLES / "01-bokmaal.txt"
    turns = read(before.read_bytes(), before.name).turns
    for path in sorted(clean.glob("*.txt")):
        after = read(path.read_bytes(), path.name).turns
        if len(after) == len(turns) and after[0].text == turns[0].text:
            print("\nBefore and after:")
            changed = [(old, new) for old, new in zip(turns, after, strict=True) if old.text != new.text]
            for old, new in changed[:4]:
                print(f"  - {old.speaker}: {old.text[:240]}")
                print(f"  + {new.speaker}: {new.text[:240]}")
            break
    print("\nClean transcripts:", clean)
    print("The log:          ", study / "study.db", "(anonymizer audit show --study demo/study)")
    print("The key folder:   ", keys)
    print("The passphrase:   ", passphrase)
    return 0


if __name__ == "__main__":
    main()
