"""SIGKILL at every durable step of an erasure: nothing sealed is erased and all is frozen, or all of it is erased.

After going on, no byte of the participant's name, words, recording or data keys is in any file of the study, the keys,
the state, the exports or temp; everyone else's words stand as they stood, and every slot opens them.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from anonymizer.errors import UsageError
from anonymizer.participants import ParticipantRow, Scope
from anonymizer.study import Study, verify_log
from anonymizer.study.holds import Cause, holds
from anonymizer.vault import KdfCost, Master
from anonymizer.vault import failpoints as points

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

PHRASES = ("fjell bre skog elv", "veilederens setning")
ASSISTANT = "assistentens setning"
TODAY = dt.datetime.now(dt.UTC).date()
CANARIES = ("Zorgwulfine", "Quvvix", "Trallebybukt", "hemmelighetskremmer", "41 00 19 63")
SOUND = b"RIFF" + bytes(range(7, 247)) * 80
GROUP_SOUND = b"RIFF" + bytes(range(246, 6, -1)) * 80
OWN = "I: Hei.\n\nR: Jeg er Zorgwulfine Quvvix fra Trallebybukt, hemmelighetskremmer. Ring 41 00 19 63.\n"
GROUP = "I: Hei.\n\nR: Hemmelighetskremmer var jeg.\n\nH: Takk, Zorgwulfine. Det var fint.\n\nS: Ja, fint.\n"
OTHER = "I: Hei.\n\nH: Quvvix var der. Jeg plukker multer.\n"
KEPT = {
    "Hei. [utsagn trukket] Takk, [navn trukket]. Det var fint. Ja, fint.",
    "Hei. [navn trukket] var der. Jeg plukker multer.",
}


class Place:
    """A study with everything that one participant can leave in it, put back as it was before each kill."""

    def __init__(self, base: Path) -> None:
        self.work, self.snapshot = base / "w", base / "snapshot"
        self.keys: set[bytes] = set()

    def make(self) -> None:
        self.work.mkdir()
        (self.work / "tmp").mkdir()
        for name, text in {"own.txt": OWN, "group.txt": GROUP, "other.txt": OTHER}.items():
            (self.work / name).write_text(text, encoding="utf-8")
        (self.work / "own.wav").write_bytes(SOUND)
        (self.work / "group.wav").write_bytes(GROUP_SOUND)
        with Study.create(
            self.work / "s",
            pack="fictive-names",
            passphrase=PHRASES[0],
            keys=self.work / "k",
            kdf_cost=KdfCost.floor(),
        ) as study:
            self._fill(study)
            self._remember_keys(study)
        shutil.copytree(self.work, self.snapshot)

    def _fill(self, study: Study) -> None:
        vault = study.space.vault
        vault.add_slot("v", "supervisor", PHRASES[1], frozenset(Master), kdf_cost=KdfCost.floor())
        vault.add_slot("a", "assistant", ASSISTANT, [Master.WORK], kdf_cost=KdfCost.floor())
        everything = {"letter_version": "1", "consent_date": TODAY, "scopes": frozenset(Scope)}
        study.import_rows(
            [
                ParticipantRow(
                    "K7QX", "Zorgwulfine Quvvix", contact="41 00 19 63", speaker=("R",), **everything
                ),
                ParticipantRow("M2WD", "Halvor Brekkås", speaker=("H",), **everything),
                ParticipantRow("S4LV", "Solveig Myrbråten", speaker=("S",), **everything),
            ]
        )
        how = {"recorder": "recorder", "recorded": TODAY, "seal": True}
        study.add_recording(self.work / "own.wav", "K7QX", **how)
        study.add_recording(self.work / "group.wav", "K7QX", "M2WD", "S4LV", **how)
        own = study.ingest(self.work / "own.txt", participants=["K7QX"]).transcript
        study.ingest(self.work / "group.txt", participants=["K7QX", "M2WD", "S4LV"])
        study.ingest(self.work / "other.txt", participants=["M2WD"])
        study.detect()
        desk = study.review(own)
        desk.accept(desk.waiting()[0])
        for key in study.transcripts():
            study.review(key).mark_reviewed()
        study.pseudonymise()
        assert len(study.export(self.work / "exports").files) == 3
        study.add_quote(1, 1, 1)

    def _remember_keys(self, study: Study) -> None:
        """Note every data key that opens something of theirs, as it is and as it is wrapped."""
        vault, who = study.space.vault, study.space.participant_by_code("K7QX")
        sound = {key for key, one in study.recordings().items() if len(one.participants) > 1}
        shared = {key for key, one in study.transcripts().items() if len(one.participants) == 3}
        ring = vault._ring
        assert ring is not None
        owners = {who, *sound, *shared}
        for owner, master, number in ring.owner_keys:
            if owner in owners:
                self.keys.add(ring.owner_keys[owner, master, number])
        for owner in owners:
            self.keys |= {bytes(vault.owner_key(owner, master).secret) for master in Master}
        assert len(self.keys) >= 12

    def reset(self) -> None:
        shutil.rmtree(self.work)
        shutil.copytree(self.snapshot, self.work)

    def open(self, phrase: str = PHRASES[0], **how: object) -> Study:
        return Study.open(self.work / "s", passphrase=phrase, keys=self.work / "k", **how)

    def everything(self) -> bytes:
        return b"\n".join(
            str(path).encode() + b"\n" + path.read_bytes()
            for path in sorted(self.work.rglob("*"))
            if path.is_file()
        )


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    base = tmp_path_factory.mktemp("killed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(base / "w" / "state"))
        patch.setenv("TMPDIR", str(base / "w" / "tmp"))
        patch.setattr(tempfile, "tempdir", None)
        made = Place(base)
        made.make()
        yield made


def erase_and_die(place: Place, number: int) -> bool:
    """Erase in a process that is killed at fail point ``number``; tell whether it was, or came to its end."""
    child = os.fork()
    if not child:
        try:
            points._fatal, points._passed = number, 0
            with place.open() as study:
                study.erase("K7QX", confirm="K7QX")
            os._exit(0)
        except BaseException:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert status in (0, signal.SIGKILL), "the erasure broke off by itself"
    return status != 0


def texts(study: Study) -> set[str]:
    return {
        " ".join(turn.text for turn in study.space.original(record).turns)
        for record in study.transcripts().values()
    }


def go_on(place: Place) -> None:
    """Open the study again and end what was begun, as the person at the screen would."""
    assert not verify_log(place.work / "s").broken
    with place.open() as study:
        codes = {record.code for record in study.participants().values()}
        if "K7QX" in codes:
            who = study.space.participant_by_code("K7QX")
            assert {one.cause for one in holds(study.space, who).values()} <= {Cause.WITHDRAWAL}
            assert any("Zorgwulfine" in text for text in texts(study))
            study.erase("K7QX", confirm="K7QX")
        assert texts(study) == KEPT
        with pytest.raises(UsageError):
            study.space.participant_by_code("K7QX")
        assert study.recordings() == {}
        assert study.quotes() == ()


def nothing_is_left(place: Place) -> None:
    content = place.everything()
    for word in CANARIES:
        for form in (word, word.casefold(), word.upper()):
            for code in ("utf-8", "utf-16-le", "utf-16-be"):
                assert form.encode(code) not in content, word
    assert SOUND[4:250] not in content
    assert GROUP_SOUND[4:250] not in content
    for key in place.keys:
        assert key not in content
        assert key.hex().encode() not in content
    assert not [path for path in place.work.rglob(".*") if path.name.startswith((".export-", ".copy-"))]


def data_keys(study: Study) -> set[bytes]:
    """Return every data key that the key ring still opens."""
    vault = study.space.vault
    ring, masters = vault._ring, vault._masters
    assert ring is not None
    return {
        bytes(ring._unwrapped(masters[master], owner, master, number).secret)
        for owner, master, number in ring.owner_keys
    }


def others_are_whole(place: Place) -> None:
    for phrase in PHRASES:
        with place.open(phrase) as study:
            assert texts(study) == KEPT
            assert study.identity("M2WD")["name"] == "Halvor Brekkås"
            assert not place.keys & data_keys(study)
            study.detect()
            study.pseudonymise()
            assert "multer" in " ".join(turn.text for turn in study.read(3).turns)
    with place.open(ASSISTANT, masters=frozenset({Master.WORK})) as study:
        assert all(study.read(row.number).turns for row in study.status().transcripts)


def test_killed_at_every_step_an_erasure_is_whole_or_nothing(place: Place) -> None:
    number = 0
    while True:
        number += 1
        place.reset()
        killed = erase_and_die(place, number)
        go_on(place)
        (certificate,) = (place.work / "s" / "certificates").glob("*.json")
        assert json.loads(certificate.read_bytes())["what"] == "erasure"
        # What others keep in plain is theirs: the sources of the group and of the other one stay for a person.
        for name in ("group.txt", "other.txt"):
            (place.work / name).unlink()
        nothing_is_left(place)
        assert not verify_log(place.work / "s").broken
        if number % 8 == 1 or not killed:
            others_are_whole(place)
        if not killed:
            break
    assert number > 20, "the fail points are not passed any more"
