"""Any sequence of register, consent, ingest, decide, withdraw, restrict, rectify, reopen and crash.

A model remembers what each participant has said and whether they have withdrawn. After every step the study holds
exactly that: nothing lost wrongly, nothing kept wrongly.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from anonymizer.errors import GateRefused
from anonymizer.model import Decision, EntityType, Verdict
from anonymizer.participants import ParticipantRow, Scope
from anonymizer.study import Study, verify_log
from anonymizer.study.holds import held_because
from anonymizer.vault import KdfCost, Master
from anonymizer.vault import failpoints as points
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

PHRASE = "fjell bre skog elv"
TODAY = dt.datetime.now(dt.UTC).date()
NAMES = {"K7QX": "Tordis Fjellro", "M2WD": "Halvor Brekkås", "S4LV": "Solveig Myrbråten"}
CODES = st.sampled_from(sorted(NAMES))
KILLED = st.just(0) | st.integers(1, 20)
"""At which fail point the process ends, 0 for none."""


class Killed(BaseException):
    """Stands for the end of the process."""


@dataclass
class Told:
    """What the model knows of a transcript: the turns (code or None for a withdrawn one, words), decided words."""

    turns: list[tuple[str | None, str]]
    decided: set[str] = field(default_factory=set)


class Life(RuleBasedStateMachine):
    """A study and what should be in it."""

    @initialize()
    def begin(self) -> None:
        self.base = Path(tempfile.mkdtemp(prefix="machine-"))
        self.patch = pytest.MonkeyPatch()
        self.patch.setenv("XDG_STATE_HOME", str(self.base / "state"))
        self.patch.delenv("ANONYMIZER_KEYS", raising=False)
        self.study = Study.create(
            self.base / "s",
            pack="fictive-names",
            passphrase=PHRASE,
            keys=self.base / "k",
            kdf_cost=KdfCost.floor(),
        )
        self.known: set[str] = set()
        self.consented: set[str] = set()
        self.withdrawn: set[str] = set()
        self.held: dict[str, set[str]] = {}
        self.told: dict[str, Told] = {}
        self.count = 0

    def teardown(self) -> None:
        if hasattr(self, "study"):
            self.study.close()
            assert not verify_log(self.base / "s").broken
            shutil.rmtree(self.base)
            self.patch.undo()

    def active(self, code: str) -> bool:
        return code in self.known and code not in self.withdrawn

    @rule(code=CODES)
    def register(self, code: str) -> None:
        row = ParticipantRow(code, NAMES[code], speaker=(f"L{code}",))
        imported = self.study.import_rows([row])
        if code in self.withdrawn:
            assert imported.withdrawn == 1
            assert not imported.added
        self.known.add(code)

    @rule(code=CODES)
    def consent(self, code: str) -> None:
        if self.active(code):
            self.study.record_consent(code, letter="2", date=TODAY, scopes=[Scope.INTERVIEW])
            self.consented.add(code)

    @rule(first=CODES, second=st.none() | CODES, killed_at=KILLED)
    def ingest(self, first: str, second: str | None, killed_at: int) -> None:
        people = sorted({first} | ({second} if second else set()))
        if not all(map(self.active, people)):
            return
        self.count += 1
        turns: list[tuple[str | None, str]] = [(None, "Hei.")]
        turns += [(code, f"Ord nummer {self.count} fra {code.lower()}.") for code in people]
        path = self.base / f"t{self.count}.txt"
        path.write_text(
            "\n\n".join(f"{'I' if code is None else f'L{code}'}: {words}" for code, words in turns),
            encoding="utf-8",
        )
        allowed = all(code in self.consented and not self.held.get(code) for code in people)
        try:
            self._kill(killed_at, lambda: self.study.ingest(path, participants=people))
        except GateRefused:
            assert not allowed
            return
        new = set(self.study.transcripts()) - set(self.told)
        assert len(new) == 1 or (killed_at and not new)
        # Killed while a refusal was being logged, it was not let in either.
        assert allowed or not new
        self.told |= {key: Told(turns) for key in new}

    @rule(data=st.data())
    @precondition(lambda self: getattr(self, "told", None))
    def decide(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.told)))
        told = self.told[key]
        turn = data.draw(st.sampled_from([at for at, (code, _) in enumerate(told.turns) if code] or [0]))
        words = told.turns[turn][1].split()[-1].rstrip(".")
        space = self.study.space
        record = space.transcript(key)
        start = told.turns[turn][1].index(words)
        new = Decision(Verdict.ADD, record.version, start, start + len(words), EntityType.USERNAME, turn=turn)
        with space.vault.change() as tx:
            record = space.seal_decisions(tx, key, record, (*space.decisions(record), new))
            space.save_transcript(tx, key, record)
            details = {"decision": "add", "type": "USERNAME", "tier": "strong", "source": "person"}
            tx.log("decision.made", object_id=key, details={**details, "version": record.version, "count": 1})
        told.decided.add(words)

    @rule(code=CODES)
    def freeze(self, code: str) -> None:
        if self.active(code):
            self.study.withdraw(code)
            self.held.setdefault(code, set()).add("withdrawal")

    @rule(code=CODES)
    def thaw(self, code: str) -> None:
        if "withdrawal" in self.held.get(code, set()) and self.active(code):
            self.study.undo_withdrawal(code)
            self.held[code].discard("withdrawal")

    @rule(code=CODES)
    def restrict(self, code: str) -> None:
        if self.active(code) and "restriction" not in self.held.get(code, set()):
            self.study.restrict(code)
            self.held.setdefault(code, set()).add("restriction")

    @rule(code=CODES)
    def lift(self, code: str) -> None:
        if self.active(code) and "restriction" in self.held.get(code, set()):
            self.study.lift_restriction(code)
            self.held[code].discard("restriction")

    @rule(code=CODES, killed_at=KILLED)
    def erase(self, code: str, killed_at: int) -> None:
        if not self.active(code):
            return
        self.held.setdefault(code, set()).add("withdrawal")
        self._kill(killed_at, lambda: self.study.erase(code, confirm=code))
        if killed_at and code in {record.code for record in self.study.participants().values()}:
            # A kill before the freeze was committed leaves even that undone.
            who = self.study.space.participant_by_code(code)
            self.held[code] = {body["cause"] for _, _, body in self.study.space.vault.all("hold", who)}
            return
        self._gone(code)

    def _gone(self, code: str) -> None:
        self.withdrawn.add(code)
        self.held.pop(code, None)
        for key, told in tuple(self.told.items()):
            speakers = {who for who, _ in told.turns if who}
            if speakers == {code}:
                del self.told[key]
            elif code in speakers:
                told.turns = [
                    (None, "[utsagn trukket]") if who == code else (who, words) for who, words in told.turns
                ]
                told.decided.discard(code.lower())

    def _kill(self, number: int, act: Callable[[], object]) -> None:
        """Do something, killed at fail point ``number`` (0: not at all), and open the study again if it was."""

        def die(*_: object) -> None:
            points._fatal = 0
            raise Killed

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(points.os, "kill", die)
            patch.setattr(points, "_fatal", number)
            patch.setattr(points, "_passed", 0)
            try:
                act()
            except Killed:
                points._fatal = 0
                self.study.close()
                self.study = Study.open(self.base / "s", passphrase=PHRASE, keys=self.base / "k")

    @rule(data=st.data(), killed_at=KILLED)
    @precondition(lambda self: getattr(self, "told", None))
    def rectify(self, data: st.DataObject, killed_at: int) -> None:
        key = data.draw(st.sampled_from(sorted(self.told)))
        told = self.told[key]
        record = self.study.space.transcript(key)
        if held_because(self.study.space, record) or not any(who for who, _ in told.turns):
            return
        old, new = ("Hei", "Hallo") if "Hei" in told.turns[0][1] else ("Hallo", "Hei")
        changed = [(who, words.replace(old, new)) for who, words in told.turns]
        path = self.base / "changed.txt"
        path.write_text(
            "\n\n".join(
                f"L{who}: {words}" if who else words if words.startswith("[") else f"I: {words}"
                for who, words in changed
            ),
            encoding="utf-8",
        )
        if any(words.startswith("[") for _, words in changed):
            return  # a turn without label is part of the one before it in a .txt
        self._kill(killed_at, lambda: self.study.replace(record.number, path, rectified=True))
        after = self.study.space.transcript(key).version
        assert after == record.version + 1 or (killed_at and after == record.version)
        if after != record.version:
            told.turns = changed

    @rule()
    def reopen(self) -> None:
        self.study.close()
        self.study = Study.open(self.base / "s", passphrase=PHRASE, keys=self.base / "k")

    @invariant()
    def the_study_holds_exactly_what_it_should(self) -> None:
        if not hasattr(self, "study"):
            return
        space = self.study.space
        records = space.transcripts()
        assert set(records) == set(self.told)
        for key, record in records.items():
            text = space.original(record)
            assert [turn.text for turn in text.turns] == [words for _, words in self.told[key].turns]
            decided = {
                text.turns[one.turn].text[one.start : one.end]
                for one in space.decisions(record)
                if one.turn is not None
            }
            assert decided == self.told[key].decided
            people = {space.participants()[who].code for who in record.participants}
            assert people == {who for who, _ in self.told[key].turns if who}
            assert (held_because(space, record) is not None) == any(self.held.get(code) for code in people)
        here = {record.code for record in self.study.participants().values()}
        assert here == self.known - self.withdrawn
        assert {body["name"] for body in space.identities().values()} == {NAMES[code] for code in here}
        assert Master.IDENTITY in space.vault.masters


Life.TestCase.settings = settings(
    max_examples=int(os.environ.get("ANONYMIZER_EXAMPLES", "12")),
    stateful_step_count=14,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestLife = Life.TestCase
