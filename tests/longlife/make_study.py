"""Write a small study in the present format into an archive, for later versions to open. Run once per format.

    python tests/longlife/make_study.py tests/longlife/format-1.tar.gz

The archive is made once and never again: it is what the first release wrote. A new format gets an archive of its own.
"""

from __future__ import annotations

import io
import json
import os
import sys
import tarfile
import tempfile
from pathlib import Path

PASSPHRASE = "en setning fra den første utgaven"
REGISTER = """\
code;name;aliases;gender;age;municipality;consent_date;letter_version;scopes;speaker;transcripts
K7QX;Tordis Fjellro;Tora;f;43;Gran;2026-01-13;2;interview|quotes;R;a.txt|b.vtt
M2WD;Halvor Brekkås;;m;58;Voss;2026-01-14;2;interview;H;b.vtt
P4ZT;Maiken Sørvoll;;f;35;;2026-01-15;2;interview;M;c.txt
interviewer;Oda Spørvik;;f;;;;;;I;
"""
SOURCES = {
    "a.txt": "I: Hvem er du?\n\nR: Jeg heter Tordis Fjellro og bor på Gran. (latter)\n",
    "b.vtt": "WEBVTT\n\n1\n00:00:01.000 --> 00:00:03.000\n<v R>Ja, Halvor.</v>\n\n"
    "2\n00:00:03.500 --> 00:00:05.000\n<v H>Ja, Tordis.</v>\n",
    "c.txt": "I: Hei.\n\nM: Jeg heter Maiken og trekker meg senere.\n",
}


def write(archive: Path) -> None:
    """Make the study, one participant withdrawn, a second slot and a recovery key in it, and pack it."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        os.environ.update(XDG_STATE_HOME=str(home / "state"), XDG_DATA_HOME=str(home / "data"))
        from anonymizer.study import Study
        from anonymizer.vault import KdfCost, Master

        (home / "p.csv").write_text(REGISTER, encoding="utf-8")
        for source, text in SOURCES.items():
            (home / source).write_text(text, encoding="utf-8")
        with Study.create(
            home / "s", pack="fictive-names", passphrase=PASSPHRASE, keys=home / "k", kdf_cost=KdfCost.floor()
        ) as study:
            study.run([home / source for source in SOURCES], home / "p.csv", to=home / "out")
            desk = study.review(next(iter(study.transcripts())))
            for finding in desk.waiting()[:1]:
                desk.accept(finding)
            desk.mark_reviewed()
            study.pseudonymise()
            study.withdraw("P4ZT")
            study.erase("P4ZT", confirm="P4ZT")
            study.space.vault.add_slot(
                "assistant",
                "assistant",
                PASSPHRASE + " 2",
                frozenset({Master.WORK}),
                kdf_cost=KdfCost.floor(),
            )
            recovery = study.make_recovery_key()
            study.export_log(home / "log.jsonl")
            facts = {
                "passphrase": PASSPHRASE,
                "work_passphrase": PASSPHRASE + " 2",
                "recovery": recovery,
                "fingerprint": study.fingerprint,
                "originals": {
                    str(record.number): [turn.text for turn in study.space.original(record).turns]
                    for record in study.transcripts().values()
                },
                "clean": {
                    str(record.number): [turn.text for turn in study.space.clean(record).turns]
                    for record in study.transcripts().values()
                    if record.clean_object
                },
                "checkpoint": study.newest_checkpoint(),
                "entries": [entry.action for entry in study.log_entries()],
            }
        (home / "facts.json").write_text(json.dumps(facts, ensure_ascii=False, indent=1), encoding="utf-8")
        wanted = [
            "facts.json",
            "log.jsonl",
            *(f"{f}/{p.name}" for f in ("s", "k") for p in sorted((home / f).iterdir())),
        ]
        wanted += [
            str(path.relative_to(home)) for path in sorted((home / "state").rglob("*")) if path.is_file()
        ]
        with tarfile.open(archive, "x:gz") as packed:
            for inner in wanted:
                path = home / inner
                if not path.is_file() or path.name in {"keys-folder", "study.lock"}:
                    continue
                info = tarfile.TarInfo(inner)
                raw = path.read_bytes()
                info.size = len(raw)
                packed.addfile(info, io.BytesIO(raw))


if __name__ == "__main__":
    write(Path(sys.argv[1]))
