"""Member checks: what a participant was promised to see, sent, answered, and open until it is (rules.md RGT-05)."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from anonymizer.errors import GateRefused, UsageError
from anonymizer.formats import FORMATS, write
from anonymizer.participants import Duty, Evidence, MemberCheckOf, Scope, due_date
from anonymizer.study.handing import build_folder, outside_study
from anonymizer.study.holds import refuse_held
from anonymizer.study.lineage import turns_of
from anonymizer.study.obligations import close_about, open_obligation
from anonymizer.study.project import letter_of
from anonymizer.study.publication import QUOTE, quotes
from anonymizer.study.sources import read_source
from anonymizer.study.waiving import is_waived
from anonymizer.study.workspace import Workspace, new_id, utc_now
from anonymizer.vault import Master

__all__ = [
    "ANSWERS",
    "MemberCheck",
    "answer_check",
    "gate_publication",
    "member_checks",
    "open_checks",
    "send_check",
    "unchecked",
]

KIND = "member-check"
ANSWERS = ("approved", "changes", "refused", "no-answer")


class MemberCheck(BaseModel):
    """One package sent to one participant, and the answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    participant: str
    what: MemberCheckOf
    transcripts: tuple[str, ...] = ()
    original: bool = False
    sent: dt.date
    due: dt.date
    answered: dt.date | None = None
    answer: str | None = None


def member_checks(space: Workspace) -> dict[str, MemberCheck]:
    """Return every member check, by id."""
    return {key: MemberCheck.model_validate(body) for key, _, body in space.vault.all(KIND)}


def send_check(
    space: Workspace,
    participant: str,
    what: MemberCheckOf,
    to: Path,
    *,
    file: Path | None = None,
    original: bool = False,
    due: dt.date | None = None,
) -> str:
    """Write a package for a participant into a new folder and start its clock; return the check's id.

    Of transcripts it holds the participant's own interviews, pseudonymised unless ``original`` (identity); results are
    the researcher's ``file``, and so are quotes, or else those chosen in the study. A group interview is never sent to
    one of the group.
    """
    space.need(Master.WORK)
    target = outside_study(space, to)
    when = due or due_date(Duty.MEMBER_CHECK, utc_now().date())
    if when < utc_now().date():
        raise UsageError("the answer is due in the past")
    texts: dict[str, bytes] = {}
    chosen: tuple[str, ...] = ()
    if what is MemberCheckOf.TRANSCRIPT:
        if original:
            space.need(Master.IDENTITY)
        own = {key: one for key, one in space.transcripts().items() if one.participants == (participant,)}
        if not own:
            raise UsageError("this participant has no interview of their own")
        for record in own.values():
            refuse_held(space, record)
            text = space.original(record) if original else space.clean(record)
            texts[f"interview-{record.number}{FORMATS[record.format].suffix}"] = write(text, None)
        chosen = tuple(own)
    elif file is None and what is MemberCheckOf.QUOTES:
        texts["quotes.txt"] = _chosen_quotes(space, participant)
    elif file is None:
        raise UsageError(f"the {what} to be checked are a file of yours", hint="use --file FILE")
    else:
        texts[f"{what}{file.suffix}"] = file.read_bytes()
    key = new_id()
    check = MemberCheck(
        participant=participant,
        what=what,
        transcripts=chosen,
        original=original,
        sent=utc_now().date(),
        due=when,
    )
    building = build_folder(target, texts, space.profile.id)
    try:
        with space.vault.change() as tx:
            tx.save(KIND, key, check.model_dump(mode="json", exclude_none=True), owner=participant)
            if original:
                tx.log("identity.opened", object_id=participant, details={"purpose": "member-check"})
                open_obligation(
                    space,
                    tx,
                    Duty.DELETE_COPY,
                    about=participant,
                    owner=participant,
                    place=str(target),
                    cause="member-check",
                )
            open_obligation(space, tx, Duty.MEMBER_CHECK, about=key, due=when)
            tx.log(
                "member-check.sent",
                object_id=key,
                rule="RGT-05",
                details={"what": what, "due": when.isoformat()},
            )
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    if target.exists():
        target.rmdir()
    building.replace(target)
    return key


def _chosen_quotes(space: Workspace, participant: str) -> bytes:
    """Return the quotes that the study means to print of a participant; of a group, those of their own turns alone."""
    records = {record.number: (key, record) for key, record in space.transcripts().items()}
    chosen = []
    for quote in quotes(space):
        key, record = records[quote.number]
        if participant not in record.participants or not quote.text:
            continue
        if len(record.participants) > 1:
            space.need(Master.IDENTITY)  # who speaks which turn of a group is identity
            spoken = turns_of(space, key, participant)
            if not set(range(quote.first, quote.last + 1)) <= spoken:
                continue
        chosen.append(f"«{quote.text}»")
    if not chosen:
        raise UsageError(
            "no quote of this participant is chosen",
            hint="choose them: anonymizer quote add; or give a file of yours: --file FILE",
        )
    return ("\n\n".join(chosen) + "\n").encode()


def answer_check(space: Workspace, key: str, answer: str, *, file: Path | None = None) -> str:
    """Record the answer to a member check; return its id.

    ``changes`` to an interview come with the corrected ``file``: it becomes a new version of the transcript.
    """
    from anonymizer.study.editing import replace_source  # noqa: PLC0415 - only a change needs it

    found = [one for one in member_checks(space) if len(key) >= 4 and one.startswith(key)]
    if len(found) != 1:
        raise UsageError("no single member check begins like this", hint="see: anonymizer membercheck list")
    check = member_checks(space)[found[0]]
    if answer not in ANSWERS:
        raise UsageError("there is no such answer", hint=f"one of {', '.join(ANSWERS)}")
    if check.answered is not None:
        raise UsageError("this member check is answered already")
    if file is not None:
        if answer != "changes" or len(check.transcripts) != 1:
            raise UsageError("a corrected file goes with “changes” to one interview")
        read_source(file)
        record = space.transcript(check.transcripts[0])
        replace_source(space, record.number, file, rectified=True)
    with space.vault.change() as tx:
        done = check.model_copy(update={"answered": utc_now().date(), "answer": answer})
        tx.save(KIND, found[0], done.model_dump(mode="json", exclude_none=True), owner=check.participant)
        close_about(space, tx, Duty.MEMBER_CHECK, found[0], Evidence.HAND)
        tx.log(
            "member-check.answered",
            object_id=found[0],
            rule="RGT-05",
            details={"what": check.what, "answer": answer},
        )
    return found[0]


def open_checks(space: Workspace) -> dict[str, MemberCheckOf]:
    """Return the participants who were promised a member check, or sent one, and have not answered; what of.

    Of someone of whom the study holds no interview there is nothing to be sent; nor is there of quotes that were
    promised, while none is chosen or the participant did not consent to any. One quote of a group counts for all of
    the group: who speaks which turn is identity, and this needs no key.
    """
    checks = member_checks(space).values()
    sent = {one.participant for one in checks if one.answered is None}
    return {
        who: what
        for who, what in unchecked(space).items()
        if who in sent or what is not MemberCheckOf.QUOTES or _may_be_quoted(space, who)
    }


def _may_be_quoted(space: Workspace, participant: str) -> bool:
    """Tell whether a quote of the participant's interviews is chosen, and the newest consent lets it stand."""
    consent = space.participants()[participant].consent
    if consent and Scope.QUOTES not in consent[-1].scopes:
        return False
    own = {key for key, record in space.transcripts().items() if participant in record.participants}
    return any(body["transcript"] in own for _, _, body in space.vault.all(QUOTE))


def unchecked(space: Workspace) -> dict[str, MemberCheckOf]:
    """Return the participants whose words were not approved as promised; what of. Chosen in the study or not.

    A manuscript may quote them all the same, so a scan looks for these.
    """
    waiting = {}
    spoken = {who for record in space.transcripts().values() for who in record.participants}
    checks = list(member_checks(space).values())
    for participant in space.participants():
        mine = [one for one in checks if one.participant == participant]
        unanswered = next((one for one in mine if one.answered is None), None)
        letter = letter_of(space, participant)
        promised = letter.member_check if letter is not None else None
        if unanswered is not None:
            waiting[participant] = unanswered.what
        elif participant in spoken and promised is not None and not any(one.what is promised for one in mine):
            waiting[participant] = promised
    return waiting


def gate_publication(space: Workspace) -> None:
    """Raise ``GateRefused`` (RGT-05) while a member check that was promised or sent is open."""
    waiting = open_checks(space)
    if waiting and not is_waived(space, "RGT-05"):
        raise GateRefused(
            f"{len(waiting)} member check{'s are' if len(waiting) > 1 else ' is'} promised and open",
            rule="RGT-05",
            hint="send them and record the answers: anonymizer membercheck; or waive RGT-05",
        )
