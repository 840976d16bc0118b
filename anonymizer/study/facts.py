"""The snapshot that the checks read, assembled from what the study holds in plain: records, log, pack, study.yaml.

Opens no key and reads no transcript. What is recorded nowhere stays ``None``, and the check says that evidence is
missing. What happened (recordings, requests, risk) is read from the log, whose words are fixed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from anonymizer import policy
from anonymizer.audit import Outcome
from anonymizer.detect import rules_digest
from anonymizer.policy import Facts
from anonymizer.study.frame import facts_of_frame, keys_warnings
from anonymizer.study.log import verify_log
from anonymizer.study.memberchecks import member_checks, open_checks
from anonymizer.study.records import TranscriptRecord
from anonymizer.study.story import Story
from anonymizer.study.workspace import Workspace

__all__ = ["facts_of"]


def facts_of(space: Workspace, *, transcripts: Collection[str] | None = None, verify: bool = True) -> Facts:
    """Return the facts of a study, about all its transcripts or those named.

    ``verify`` checks the whole log as well (LOG-01); without it that is left unanswered.
    """
    people = space.participants()
    all_records = space.transcripts()
    records = {key: one for key, one in all_records.items() if transcripts is None or key in transcripts}
    story = Story(set(people), {key: one.participants for key, one in all_records.items()})
    for entry in space.vault.log.entries():
        story.read(entry)
    outcome = verify_log(space.places.study).outcome if verify else None
    return Facts(
        **facts_of_frame(space),
        transcripts=_transcripts(space, records, story),
        requests=tuple(policy.Request(**body) for body in story.requests),
        recordings=tuple(policy.Recording(**body) for body in story.recordings.values()),
        member_checks=tuple(
            policy.MemberCheck(what=one.what, due=one.due, answer=one.answer)
            for one in member_checks(space).values()
        ),
        member_checks_waiting=len(open_checks(space)),
        keys=policy.Keys(
            warnings=keys_warnings(space),
            slots=tuple(story.slots.values()),
            recovery=len(story.recovery),
            self_test=True,
            destroyed=story.closed,
            neutral_codes=_codes_neutral(space, all_records),
        ),
        risk=policy.Risk(**story.risk),
        publication=policy.Publication(
            quotes=len(story.quotes),
            linkability=tuple(story.quotes.values()),
            sample_table=story.sample_table,
            institutions=tuple(story.pools),
            rare_events=story.rare_events,
            manuscript_blocks=story.manuscript_blocks,
            # What was chosen instead of marks (fictive names, moved dates) is said in the manifest of each export.
            unmarked=sum(one.clean_object is not None and not one.choices for one in records.values()),
        ),
        incidents=tuple(policy.Incident(**body) for body in story.incidents.values()),
        first_ingest=story.first_ingest,
        restricted_touched=story.touched,
        exported_label=story.label,
        closed=story.closed,
        log_intact=None if outcome is None else outcome is not Outcome.BROKEN,
        log_anchored=None if outcome is None else outcome is Outcome.CONFIRMED,
    )


def _transcripts(
    space: Workspace, records: Mapping[str, TranscriptRecord], story: Story
) -> tuple[policy.Transcript, ...]:
    pack, rules = space.pack.digest, rules_digest(space.pack) if records else ""
    return tuple(
        policy.Transcript(
            number=one.number,
            participants=one.participants,
            state=one.state(pack).value,
            reviewed=one.is_reviewed,
            stale=bool(one.stale_because(pack, rules)),
            leaks=one.leaks,
            problems=one.problems,
            unresolved=sum(one.unresolved.values()),
            types=story.types.get(key),
            gender_neutralised=story.gender.get(key),
            third_persons=story.third_persons.get(key),
        )
        for key, one in records.items()
    )


def _codes_neutral(space: Workspace, records: Mapping[str, TranscriptRecord]) -> bool | None:
    """Tell whether the codes are no running numbers in the order of the interviews; initials only a name would show."""
    order: dict[str, None] = {}
    for record in records.values():
        order.update(dict.fromkeys(record.participants))
    people = space.participants()
    codes = [people[key].code for key in order if key in people]
    if not codes:
        return None
    parts = [re.fullmatch(r"(\D*)(\d+)", code) for code in codes]
    numbers = [int(one[2]) for one in parts if one is not None]
    same_word = len({one[1] for one in parts if one is not None}) == 1
    running = len(codes) > 1 and len(numbers) == len(codes) and same_word
    return not (running and numbers == list(range(numbers[0], numbers[0] + len(numbers))))
