"""``Study``: the face of everything that can be done with a study, one method a verb."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from anonymizer.audit import Entry, fingerprint, prove_entry, prove_growth, read_note
from anonymizer.data import Linkability, load_pack
from anonymizer.errors import UsageError
from anonymizer.model import Finding, Transcript
from anonymizer.participants import (
    INTERVIEWER,
    Ending,
    MemberCheckOf,
    ParticipantRow,
    ProfileChange,
    Scope,
    ThirdPerson,
    check_code,
    parse_profile,
)
from anonymizer.policy import CheckResult, Label, Step
from anonymizer.risk import RiskReport
from anonymizer.study import whois as _whois
from anonymizer.study.access import AccessCopy, access_copy
from anonymizer.study.audio import (
    DeletedRecording,
    add_recording,
    delete_recording,
    recordings,
)
from anonymizer.study.audio_gate import unnamed_service
from anonymizer.study.backups import make_backup, restore_study, settle_backup
from anonymizer.study.checking import check_study, label_of
from anonymizer.study.closing import Closed, Obstacle, close_project, obstacles, promised_endings
from anonymizer.study.consenting import (
    Capacity,
    Ground,
    assign_sample,
    record_consent,
    record_ground,
    set_capacity,
)
from anonymizer.study.contacts import Forgotten, forget_contacts
from anonymizer.study.create import create_study
from anonymizer.study.deadlines import DueItem, due, due_calendar, settle
from anonymizer.study.detecting import Detected, Progress, detect_study, mark_known_names
from anonymizer.study.editing import Replaced, move, remove, replace_source, strike
from anonymizer.study.erasing import Erased, erase
from anonymizer.study.exporting import Exported, export_study
from anonymizer.study.guarding import guard_new, guard_open, ingest_warnings
from anonymizer.study.holds import holds
from anonymizer.study.ingest import Ingested, ingest_file
from anonymizer.study.judgements import judge_events, log_scan, name_institution, record_incident
from anonymizer.study.measuring import log_report, risk_of, sign_risk
from anonymizer.study.memberchecks import MemberCheck, answer_check, member_checks, send_check
from anonymizer.study.opening import bring_up_to_date
from anonymizer.study.people import identity_of, people_of
from anonymizer.study.profiling import change_profile, take_up_profile
from anonymizer.study.pseudonymising import Cleaned, pseudonymise_study
from anonymizer.study.publication import Quote, quotes
from anonymizer.study.publishing import add_quote, remove_quote, set_sample_table
from anonymizer.study.reading import read_transcript
from anonymizer.study.recall import RecallSample, draw_recall_sample
from anonymizer.study.records import ParticipantRecord, Recording, TranscriptRecord
from anonymizer.study.register_export import export_register
from anonymizer.study.registering import Imported, import_rows
from anonymizer.study.relating import add_third_person, remove_third_person, third_persons
from anonymizer.study.reviewing import Desk, decide_everywhere, open_desk
from anonymizer.study.rights import (
    Right,
    answer,
    extend,
    lift_restriction,
    object_to,
    rectify_register,
    request,
    restrict,
)
from anonymizer.study.running import RunReport, import_register, run_study
from anonymizer.study.scanning import ScanFacts, scan_facts
from anonymizer.study.status import Status, SummaryRow, study_status, study_summary
from anonymizer.study.waiving import end_waiver, waive
from anonymizer.study.withdrawing import Frozen, freeze, refuse_erasure, unfreeze
from anonymizer.study.workspace import Workspace, find_places
from anonymizer.vault import KdfCost, Master, Slot

__all__ = ["Study"]

BOTH = frozenset(Master)


class Study:
    """An open study. Close it, or use it in a ``with`` block, so that the keys leave memory."""

    def __init__(self, space: Workspace) -> None:
        self.space = space

    @classmethod
    def create(
        cls,
        directory: Path | str,
        *,
        pack: str,
        passphrase: str,
        keys: Path | None = None,
        profile: dict[str, Any] | None = None,
        kdf_cost: KdfCost | None = None,
    ) -> Self:
        """Make a study and return it open; raise ``UsageError`` naming the keys of a wrong profile."""
        if profile:
            parse_profile(profile, where="the profile")
        guard_new(load_pack(pack), find_places(Path(directory), "new", keys))
        study = cls(
            create_study(
                Path(directory),
                pack=pack,
                passphrase=passphrase,
                keys=keys,
                profile=profile,
                kdf_cost=kdf_cost,
            )
        )
        take_up_profile(study.space)
        return study

    @classmethod
    def open(
        cls,
        directory: Path | str,
        *,
        passphrase: str | None = None,
        keys: Path | None = None,
        masters: frozenset[Master] = BOTH,
    ) -> Self:
        """Open a study; without a passphrase only plain facts and the log. Raises ``Locked`` for a wrong one.

        With the work key, what study.yaml says now is taken up first (PRJ-05).
        """
        asked = masters if passphrase is not None else frozenset()
        study = cls(Workspace.open(Path(directory), keys=keys, passphrase=passphrase, masters=asked))
        if passphrase is not None:
            try:
                bring_up_to_date(study.space)
                guard_open(study.space)
            except BaseException:
                study.close()
                raise
        return study

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Forget the keys and let go of the study."""
        self.space.vault.close()

    @property
    def fingerprint(self) -> str:
        """Return the log key's fingerprint, as a reviewer compares it."""
        return fingerprint(self.space.log_key)

    def expect_pack(self, pack: str | None) -> None:
        """Raise ``UsageError`` if the study goes by another rule pack than ``pack``, where one is named."""
        if pack is not None and load_pack(pack).digest != self.space.pack.digest:
            raise UsageError(
                f"the study goes by another rule pack ({self.space.pack.id})",
                where=str(self.space.places.study),
                hint="leave --new and --rules out and use --study DIR, or choose a new folder",
            )

    def participants(self) -> dict[str, ParticipantRecord]:
        """Return the participants' records by id: codes and consent, no identity."""
        return self.space.participants()

    def add_participant(self, row: ParticipantRow) -> Imported:
        """Put one participant into the register, or bring one up to date."""
        check_code(row.code, "participant")
        return self.import_rows([row])

    def import_rows(self, rows: Sequence[ParticipantRow]) -> Imported:
        """Bring the register up to these rows."""
        return self._marked(import_rows(self.space, rows))

    def _marked(self, imported: Imported) -> Imported:
        mark_known_names(self.space, people_of(self.space, (*imported.added, *imported.updated)))
        return imported

    def import_register(self, path: Path, *, remove_source: bool = False) -> Imported:
        """Read a participants.csv into the register; ``remove_source`` deletes the file once all of it is read back."""
        return import_register(self.space, path, remove_source=remove_source)[0]

    def export_register(self, to: Path | str) -> int:
        """Write the register into a new file, identity and all; return how many rows. Logged, and an obligation."""
        return export_register(self.space, Path(to))

    def third_persons(self, code: str) -> tuple[ThirdPerson, ...]:
        """Return whom a participant speaks of, as far as the register says; the reading is logged."""
        return third_persons(self.space, self.space.participant_by_code(code))

    def add_third_person(self, code: str, relation: str, name: str) -> Imported:
        """Register someone a participant speaks of, by relation or role."""
        return self._marked(
            add_third_person(self.space, self.space.participant_by_code(code), relation, name)
        )

    def remove_third_person(self, code: str, name: str) -> Imported:
        """Take a third person out of the register again."""
        return remove_third_person(self.space, self.space.participant_by_code(code), name)

    def forget_contacts(self, codes: Iterable[str] = ()) -> Forgotten:
        """Forget the contact details of these participants, or of all; everything else stays."""
        keys = [self.space.participant_by_code(code) for code in codes] or list(self.space.participants())
        return forget_contacts(self.space, keys)

    def identity(self, code: str) -> dict[str, Any]:
        """Return what the register knows of a participant, name and all; the reading is logged."""
        return identity_of(self.space, self.space.participant_by_code(code))

    def record_consent(
        self, code: str, *, letter: str, date: dt.date, scopes: Iterable[Scope], evidence: str = "form"
    ) -> None:
        """Add a consent: which letter, when, to what, and what shows it."""
        who = self.space.participant_by_code(code)
        record_consent(self.space, who, letter=letter, date=date, scopes=scopes, evidence=evidence)

    def record_ground(self, code: str, ground: Ground, *, date: dt.date, document: str) -> None:
        """Record a ground other than consent, with its document."""
        record_ground(self.space, self.space.participant_by_code(code), ground, date=date, document=document)

    def set_capacity(self, code: str, capacity: Capacity) -> None:
        """Record the capacity to consent; doubt freezes the material, reconfirming frees it."""
        set_capacity(self.space, self.space.participant_by_code(code), capacity)

    def assign_sample(self, code: str, sample: str) -> None:
        """Put a participant into a sample of the profile."""
        assign_sample(self.space, self.space.participant_by_code(code), sample)

    def change_profile(self, profile: dict[str, Any]) -> tuple[ProfileChange, ...]:
        """Put another profile in force and return what changed, and whether it must be reported."""
        return change_profile(self.space, profile)

    def due(self) -> tuple[DueItem, ...]:
        """Return everything that has a date, the most urgent first."""
        return due(self.space)

    def due_calendar(self, lang: str = "nb") -> str:
        """Return the dates as an iCalendar file."""
        return due_calendar(self.space, lang)

    def settle(self, obligation: str, *, document: str = "") -> str:
        """Record that a person has done what an obligation asks, and where that stands; its first digits are enough."""
        return settle(self.space, obligation, document=document)

    def waive(self, rule: str, *, reason: str, expires: dt.date) -> str:
        """Make a named, expiring exception from a rule; return its id."""
        return waive(self.space, rule, reason=reason, expires=expires)

    def end_waiver(self, waiver: str) -> None:
        """Take an exception back."""
        end_waiver(self.space, waiver)

    def request(self, code: str, right: Right, *, received: dt.date | None = None) -> str:
        """Start the one-month clock of a participant's request; return its id."""
        return request(self.space, self.space.participant_by_code(code), right, received=received)

    def extend_request(self, request_id: str, months: int) -> dt.date:
        """Give a complex request one or two further months; return the new date."""
        return extend(self.space, request_id, months)

    def access_copy(self, code: str, to: Path | str, *, portable: bool = False) -> AccessCopy:
        """Write a participant's copy of their own material, third persons masked, into a new folder."""
        who = self.space.participant_by_code(code)
        return access_copy(self.space, who, Path(to), portable=portable)

    def rectify(self, code: str, **changes: object) -> Imported:
        """Correct what the register says of a participant; keys are columns of participants.csv."""
        who = self.space.participant_by_code(code)
        imported = self._marked(rectify_register(self.space, who, **changes))
        answer(self.space, who, Right.RECTIFICATION)
        return imported

    def restrict(self, code: str, scopes: Iterable[Scope] = ()) -> None:
        """Restrict the processing of a participant's material."""
        restrict(self.space, self.space.participant_by_code(code), scopes)

    def object(self, code: str, *, received: dt.date | None = None) -> None:
        """Record a participant's objection; the material stands still until it is answered."""
        object_to(self.space, self.space.participant_by_code(code), received=received)

    def lift_restriction(self, code: str) -> None:
        """Lift a restriction or an objection."""
        lift_restriction(self.space, self.space.participant_by_code(code))

    def add_recording(
        self,
        path: Path | str,
        *codes: str,
        recorder: str,
        recorded: dt.date,
        seal: bool = False,
        remove_source: bool = False,
    ) -> str:
        """Register a recording of one participant or a group by its content; return its id."""
        return add_recording(
            self.space,
            Path(path),
            [self.space.participant_by_code(code) for code in codes],
            recorder=recorder,
            recorded=recorded,
            seal=seal,
            remove_source=remove_source,
        )

    def recordings(self) -> dict[str, Recording]:
        """Return the recordings there still are, by id."""
        return recordings(self.space)

    def unnamed_service(self, recorder: str) -> bool:
        """Tell whether a recorder is a service that the profile does not name as a processor (AUD-02)."""
        return unnamed_service(self.space, recorder)

    def delete_recording(self, what: str, *, by_hand: bool = False) -> DeletedRecording:
        """Delete a recording, named by its id or a file with its content, and certify it."""
        return delete_recording(self.space, what, by_hand=by_hand)

    def send_member_check(
        self,
        code: str,
        what: MemberCheckOf,
        to: Path | str,
        *,
        file: Path | None = None,
        original: bool = False,
        due: dt.date | None = None,
    ) -> str:
        """Write a participant's package into a new folder and start its clock; return the check's id."""
        who = self.space.participant_by_code(code)
        return send_check(self.space, who, what, Path(to), file=file, original=original, due=due)

    def answer_member_check(self, check: str, answer: str, *, file: Path | None = None) -> str:
        """Record the answer to a member check; a corrected interview becomes a new version."""
        return answer_check(self.space, check, answer, file=file)

    def member_checks(self) -> dict[str, MemberCheck]:
        """Return every member check, by id."""
        return member_checks(self.space)

    def backup(self, to: Path | str, *, until: dt.date | None = None) -> str:
        """Copy the study and its keys, sealed, into a new folder; return the backup's id."""
        return make_backup(self.space, Path(to), until=until)

    def settle_backup(self, backup: str) -> None:
        """Record that a backup was deleted by hand."""
        settle_backup(self.space, backup)

    @classmethod
    def restore(
        cls,
        source: Path | str,
        directory: Path | str,
        *,
        passphrase: str,
        keys: Path | None = None,
        keys_only: bool = False,
        checkpoints: Iterable[Path] = (),
    ) -> Self:
        """Put a backup where no study stands, and open it; by ``checkpoints`` kept elsewhere an old one is told."""
        return cls(
            restore_study(
                Path(source),
                Path(directory),
                passphrase=passphrase,
                keys=keys,
                keys_only=keys_only,
                checkpoints=tuple(checkpoints),
            )
        )

    def obstacles(self, ending: Ending, signed: Iterable[str] = ()) -> tuple[Obstacle, ...]:
        """Return what is still in the way of closing the project."""
        return obstacles(self.space, ending, set(signed))

    def promised_endings(self, ending: Ending) -> dict[str, Ending]:
        """Return each participant's ending: the strictest of the chosen one and what the letter promises."""
        return promised_endings(self.space, ending)

    def close_project(self, ending: Ending, *, signed: Iterable[str], ground: str) -> Closed:
        """End the project for ever, as it was promised."""
        return close_project(self.space, ending, signed=set(signed), ground=ground)

    def withdraw(self, code: str, scopes: Iterable[Scope] = ()) -> Frozen:
        """Freeze what a participant withdraws, everything unless ``scopes`` says less, and tell what erasing takes."""
        return freeze(self.space, self.space.participant_by_code(code), scopes)

    def held(self) -> dict[str, tuple[str, ...]]:
        """Return why the material of participants stands still, by code."""
        causes: dict[str, tuple[str, ...]] = {}
        people = self.space.participants()
        for one in holds(self.space).values():
            code = people[one.participant].code
            causes[code] = (*causes.get(code, ()), one.cause.value)
        return causes

    def undo_withdrawal(self, code: str) -> None:
        """Take a withdrawal back that was not confirmed."""
        unfreeze(self.space, self.space.participant_by_code(code))

    def refuse_erasure(self, code: str, exception: str, why: str) -> None:
        """Record a statutory ground for not erasing; what is frozen stays frozen."""
        refuse_erasure(self.space, self.space.participant_by_code(code), exception, why)

    def erase(self, code: str, *, confirm: str, scopes: Iterable[Scope] = ()) -> Erased:
        """Erase what a participant has withdrawn; ``confirm`` is the code said again."""
        if confirm != code:
            raise UsageError("the code said again is another one", hint="nothing was erased")
        erased = erase(self.space, self.space.participant_by_code(code), scopes)
        risk_of(self.space)  # whoever is left stands out more than before
        return erased

    def ingest(
        self,
        path: Path | str,
        *,
        participants: Iterable[str] = (),
        speakers: Mapping[str, str] | None = None,
        remove_source: bool = False,
    ) -> Ingested:
        """Seal one transcript; ``participants`` and the values of ``speakers`` are codes.

        ``remove_source`` deletes the file once its sealed copy has been read back and compared.
        """
        code = self.space.participant_by_code
        told = {label: who if who == INTERVIEWER else code(who) for label, who in (speakers or {}).items()}
        return ingest_file(
            self.space,
            Path(path),
            participants=[code(who) for who in participants],
            speakers=told,
            remove_source=remove_source,
        )

    def transcripts(self) -> dict[str, TranscriptRecord]:
        """Return the transcripts' records by id."""
        return self.space.transcripts()

    def read(self, number: int, *, original: bool = False) -> Transcript:
        """Return transcript ``number``, pseudonymised or (identity, logged) as it came."""
        return read_transcript(self.space, number, original=original)

    def strike(self, number: int, turns: Iterable[int]) -> int:
        """Strike turns (from 0) from every version of a transcript; return its new version."""
        return strike(self.space, number, set(turns))

    def replace(
        self, number: int, path: Path | str, *, keep_old: str = "", rectified: bool = False
    ) -> Replaced:
        """Put another file in a transcript's place; decisions on unchanged words stay."""
        return replace_source(self.space, number, Path(path), keep_old=keep_old, rectified=rectified)

    def move(
        self, number: int, participants: Iterable[str], *, speakers: Mapping[str, str] | None = None
    ) -> None:
        """Give a transcript to other participants; all are codes."""
        code = self.space.participant_by_code
        told = {label: who if who == INTERVIEWER else code(who) for label, who in (speakers or {}).items()}
        move(self.space, number, [code(who) for who in participants], told)

    def remove(self, number: int) -> None:
        """Remove a transcript with everything made from it."""
        remove(self.space, number)

    def detect(self, *, progress: Progress | None = None) -> tuple[Detected, ...]:
        """Search every transcript that needs it."""
        return detect_study(self.space, progress=progress)

    def review(self, transcript: str) -> Desk:
        """Lay one transcript open for a person's decisions."""
        return open_desk(self.space, transcript)

    def decide_everywhere(
        self, desk: Desk, finding: Finding, *, accept: bool, reason: str | None = None
    ) -> int:
        """Rule alike on the same words in the whole study; return on how many findings."""
        return decide_everywhere(self.space, desk, finding, accept=accept, reason=reason)

    def keep_everywhere(self, desk: Desk, finding: Finding, *, pool: int) -> int:
        """Let the same words stand in the whole study, since they point at ``pool`` people; return how many."""
        return decide_everywhere(self.space, desk, finding, accept=False, pool=pool)

    def pseudonymise(self, *, progress: Progress | None = None) -> tuple[Cleaned, ...]:
        """Write every transcript anew that is due."""
        return pseudonymise_study(self.space, progress=progress)

    def export(
        self,
        to: Path | str,
        *,
        purpose: str = "analysis",
        to_format: str | None = None,
        transcripts: Iterable[str] | None = None,
    ) -> Exported:
        """Write what may leave into a folder; what goes to readers is measured anew first."""
        if purpose != "analysis":
            risk_of(self.space)
        return export_study(
            self.space, Path(to), purpose=purpose, to_format=to_format, transcripts=transcripts
        )

    def run(
        self,
        files: Sequence[Path],
        participants: Path,
        *,
        to: Path,
        to_format: str | None = None,
        progress: Progress | None = None,
    ) -> RunReport:
        """Take files through all stages."""
        return run_study(self.space, files, participants, to=to, to_format=to_format, progress=progress)

    def check(self, *, step: Step | None = None) -> list[CheckResult]:
        """Return what the pack's checks say of the study; logged where it was opened with a passphrase."""
        return check_study(self.space, step=step)

    @property
    def label(self) -> Label:
        """Return what the material may be called today: identifiable, pseudonymised, or what was earned at the end."""
        return label_of(self.space)

    def open_before_ingest(self) -> list[CheckResult]:
        """Return what guards taking in transcripts, failed or is unanswered, and does not keep them out."""
        return ingest_warnings(self.space)

    def add_quote(self, number: int, first: int, last: int, *, linkable: Linkability | None = None) -> Quote:
        """Choose turns ``first`` to ``last`` (from 0) of transcript ``number`` for publication."""
        return add_quote(self.space, number, first, last, linkable=linkable)

    def quotes(self) -> tuple[Quote, ...]:
        """Return the quotes meant for publication."""
        return quotes(self.space)

    def remove_quote(self, quote: str) -> None:
        """Take a quote out."""
        remove_quote(self.space, quote)

    def set_sample_table(
        self, path: Path | str, *, pool: int | None = None, figures: Iterable[str] = ()
    ) -> RiskReport:
        """Take in the background table and return who it singles out, with the quotes."""
        return set_sample_table(self.space, Path(path), pool=pool, figures=figures)

    def scan_facts(self) -> ScanFacts:
        """Return what a manuscript is held against: originals, turns, consents; needs both keys and is logged."""
        return scan_facts(self.space)

    def risk(self) -> RiskReport:
        """Measure the sample table and the quotes as they stand."""
        return risk_of(self.space)

    def sign_risk(self, *, singling_out: str, linkability: str, inference: str) -> None:
        """Record a person's answers (no, unlikely, possible) to the three questions of WP216."""
        answers = {"singling_out": singling_out, "linkability": linkability, "inference": inference}
        sign_risk(self.space, answers)

    def name_institution(self, *, pool: int, ground: str) -> str:
        """Record the decision to name an institution that stands for ``pool`` people; return its id."""
        return name_institution(self.space, pool=pool, ground=ground)

    def judge_events(self, *, coarsened: int, undecided: int, ground: str) -> None:
        """Record that a person looked for events that can be found elsewhere."""
        judge_events(self.space, coarsened=coarsened, undecided=undecided, ground=ground)

    def log_scan(self, *, block: int, warn: int, words: int | None = None) -> None:
        """Record what a scan of the manuscript came to."""
        log_scan(self.space, block=block, warn=warn, words=words)

    def record_incident(
        self, *, discovered: dt.datetime, report: str, ground: str, incident: str = ""
    ) -> str:
        """Record a breach, or what became of one; return its id."""
        return record_incident(
            self.space, discovered=discovered, report=report, ground=ground, incident=incident
        )

    def draw_recall_sample(self, turns: int) -> RecallSample:
        """Draw turns at random for a person to read again, blind."""
        return draw_recall_sample(self.space, turns)

    def log_report(self, *, lang: str, form: str) -> None:
        """Record that a report was made; without a passphrase nothing is recorded."""
        log_report(self.space, lang, form)

    def status(self) -> Status:
        """Return where each transcript stands, what is stale and what comes next."""
        return study_status(self.space)

    def summary(self, exported: Exported | None = None) -> tuple[SummaryRow, ...]:
        """Return for each transcript what was found, replaced, flagged and left, and why (work)."""
        return study_summary(self.space, exported)

    def log_entries(self) -> Iterator[Entry]:
        """Yield the entries of the log."""
        return self.space.vault.log.entries()

    def newest_checkpoint(self) -> str:
        """Return the newest signed head of the log, to be kept elsewhere."""
        return self.space.vault.log.newest() or ""

    def prove_entry(self, seq: int) -> str:
        """Return a proof that an entry stands in the log, for someone who sees nothing else of it."""
        return prove_entry(self.space.vault.log, seq)

    def prove_growth(self, since: Path) -> str:
        """Return a proof that the log only grew since an older checkpoint, given as a file."""
        return prove_growth(self.space.vault.log, read_note(since))

    def verifier_key(self) -> str:
        """Return the log's public key as other C2SP tools take it."""
        key = self.space.vault.log.key
        return key.to_vkey() if key is not None else ""

    def export_log(self, path: Path) -> int:
        """Write the log with its checkpoints and public key to a file; return the number of entries."""
        return self.space.vault.export_log(path)

    def slots(self) -> tuple[Slot, ...]:
        """Return the unlock slots: id, role, master keys."""
        return self.space.vault.slots()

    def add_slot(self, *, role: str, passphrase: str, masters: frozenset[Master]) -> str:
        """Add a slot with its own passphrase; return its id."""
        return self.space.vault.add_slot(role, role, passphrase, masters)

    def remove_slot(self, slot_id: str) -> None:
        """Remove a slot and make the master keys anew."""
        self.space.vault.remove_slot(slot_id)

    def rotate_keys(self) -> None:
        """Make the master keys anew."""
        self.space.vault.rotate()

    def make_recovery_key(self) -> str:
        """Add a slot for a printed recovery key and return the key; it is shown only now."""
        return self.space.vault.make_recovery()

    def whois(self, label: str) -> tuple[_whois.Answer, ...]:
        """Return who stands behind a surrogate or a file number; the question is logged."""
        return _whois.whois(self.space, label)
