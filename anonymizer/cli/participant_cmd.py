"""``anonymizer participant``: the register."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from anonymizer.cli.common import Settings, counted, echo_rows, note, open_study, pass_settings
from anonymizer.cli.participant_rights import RIGHTS
from anonymizer.errors import UsageError


@click.group("participant")
def command() -> None:
    """Keep the register of participants, and what they may ask for."""


for _right in RIGHTS:
    command.add_command(_right)


@command.command("add")
@click.argument("code")
@click.option("--alias", "aliases", multiple=True, help="Another name the participant goes by.")
@click.option("--gender", type=click.Choice(["f", "m", "x"]))
@click.option("--age", type=click.IntRange(1, 129))
@click.option("--municipality", default="")
@click.option("--workplace", default="")
@click.option("--consent-date", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--letter-version", default="")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice(["interview", "audio", "quotes", "archive", "recontact"]),
)
@click.option("--evidence", type=click.Choice(["form", "audio", "oral", "electronic"]))
@click.option("--sample", default="", help="The sample of the profile that CODE belongs to.")
@click.option("--speaker", "speaker", multiple=True, help="The label in the transcript.")
@pass_settings
def add(
    settings: Settings,
    code: str,
    *,
    aliases: tuple[str, ...],
    gender: str | None,
    age: int | None,
    municipality: str,
    workplace: str,
    consent_date: dt.datetime | None,
    letter_version: str,
    scopes: tuple[str, ...],
    evidence: str | None,
    sample: str,
    speaker: tuple[str, ...],
) -> None:
    """Put the participant CODE into the register. The name is asked for, so that no shell history keeps it."""
    from anonymizer.participants import ConsentEvidence, ParticipantRow, Scope

    with open_study(settings) as study:
        named = study.space.pack.participants.identity == "required"
        name = click.prompt("Name", err=True) if named else ""
        contact = (
            click.prompt("Contact (may be empty)", default="", show_default=False, err=True) if named else ""
        )
        study.add_participant(
            ParticipantRow(
                code=code,
                name=name,
                aliases=aliases,
                gender=gender,
                age=age,
                municipality=municipality,
                workplace=workplace,
                contact=contact,
                consent_date=consent_date.date() if consent_date else None,
                letter_version=letter_version,
                scopes=frozenset(Scope(scope) for scope in scopes),
                speaker=speaker,
                evidence=ConsentEvidence(evidence) if evidence else None,
                sample=sample,
            )
        )
    note(settings, "registered")
    if not consent_date and not letter_version:
        note(settings, f"no consent is recorded yet: anonymizer participant consent {code} --letter …")


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--remove-source", is_flag=True, help="Delete the file once everyone in it is sealed.")
@pass_settings
def import_(settings: Settings, file: Path, remove_source: bool) -> None:
    """Bring the register up to a participants.csv."""
    with open_study(settings) as study:
        imported = study.import_register(file, remove_source=remove_source)
    note(
        settings,
        f"{len(imported.added)} added, {len(imported.updated)} updated, {imported.unchanged} as before",
    )
    if imported.withdrawn:
        note(settings, f"{imported.withdrawn} left out: they have withdrawn; take their rows out of the file")


@command.command("consent")
@click.argument("code")
@click.option("--letter", help="The version of the information letter.")
@click.option("--date", type=click.DateTime(["%Y-%m-%d"]), help="When it was given (default: today).")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice(["interview", "audio", "quotes", "archive", "recontact"]),
    help="What it covers; may be repeated.",
)
@click.option("--evidence", type=click.Choice(["form", "audio", "oral", "electronic"]), default="form")
@click.option(
    "--ground",
    type=click.Choice(["public-interest", "exemption", "assent", "guardian", "other-basis"]),
    help="A ground other than consent; needs --document.",
)
@click.option(
    "--document", default="", help="Where the ground is written down, such as a reference; no name."
)
@click.option("--capacity", type=click.Choice(["ok", "doubt", "declined", "reconfirmed"]))
@click.option("--sample", help="The sample of the profile that CODE belongs to.")
@pass_settings
def consent(
    settings: Settings,
    code: str,
    *,
    letter: str | None,
    date: dt.datetime | None,
    scopes: tuple[str, ...],
    evidence: str,
    ground: str | None,
    document: str,
    capacity: str | None,
    sample: str | None,
) -> None:
    """Record the consent of CODE, another ground, or the capacity to consent. Doubt freezes the material."""
    from anonymizer.participants import Scope
    from anonymizer.study import Capacity, Ground

    if letter is None and ground is None and capacity is None and sample is None:
        raise UsageError("nothing to record", hint="use --letter, --ground, --capacity or --sample")
    day = date.date() if date is not None else dt.datetime.now(dt.UTC).date()
    with open_study(settings) as study:
        if letter is not None:
            covered = [Scope(scope) for scope in scopes] or [Scope.INTERVIEW]
            study.record_consent(code, letter=letter, date=day, scopes=covered, evidence=evidence)
        if ground is not None:
            study.record_ground(code, Ground(ground), date=day, document=document)
        if capacity is not None:
            study.set_capacity(code, Capacity(capacity))
        if sample is not None:
            study.assign_sample(code, sample)
    if letter is not None and evidence == "oral":
        note(
            settings,
            "warning: CON-05: an oral consent alone is hard to document; record it or have it signed",
        )
    note(settings, "recorded")


@command.command("export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@pass_settings
def export(settings: Settings, file: Path) -> None:
    """Write the register, names and all, into the new FILE. Logged as a reading of the key table."""
    with open_study(settings) as study:
        count = study.export_register(file)
    note(settings, f"{counted(count, 'row')}: {file}")
    note(settings, "the file names everyone: keep it apart and delete it (see: anonymizer due)")


@command.command("forget-contact")
@click.argument("codes", nargs=-1, metavar="[CODE]...")
@click.option("--confirm", is_flag=True, help="Do it without being asked, in a script.")
@pass_settings
def forget_contact(settings: Settings, codes: tuple[str, ...], confirm: bool) -> None:
    """Forget the contact details of CODE (default: everyone's) for good; names and interviews stay."""
    with open_study(settings) as study:
        who = ", ".join(codes) or "everyone"
        if not confirm and not click.confirm(f"Forget the contact details of {who} for ever?", err=True):
            note(settings, "nothing was changed")
            return
        done = study.forget_contacts(codes)
    note(settings, f"forgotten: {done.count}; certificate: {done.folder / done.certificate}.txt")
    if done.backups:
        note(
            settings,
            f"still held by {counted(done.backups, 'backup')}: to be deleted (see: anonymizer due)",
        )


@command.group("third-person")
def third_person() -> None:
    """Keep account of those whom participants speak of, by relation or role."""


@third_person.command("add")
@click.argument("code")
@click.option(
    "--relation", required=True, help="What they are to CODE, or their role: søster, fastlege, sjef …"
)
@pass_settings
def add_third_person(settings: Settings, code: str, relation: str) -> None:
    """Register someone CODE speaks of. The name is asked for, so that no shell history keeps it."""
    with open_study(settings) as study:
        name = click.prompt("Name", err=True)
        study.add_third_person(code, relation, name)
    note(settings, "registered; it is searched for from now on: anonymizer detect, then pseudonymise")


@third_person.command("list")
@click.argument("code")
@click.option("--format", "form", type=click.Choice(["table", "jsonl"]), default="table")
@pass_settings
def list_third_persons(settings: Settings, code: str, form: str) -> None:
    """Show whom CODE speaks of, names and all. The reading is logged."""
    with open_study(settings) as study:
        rows = [{"relation": one.relation, "name": one.name} for one in study.third_persons(code)]
    echo_rows(rows, form, empty="no third person is named")


@third_person.command("remove")
@click.argument("code")
@pass_settings
def remove_third_person(settings: Settings, code: str) -> None:
    """Take someone out of the register again; the name is asked for."""
    with open_study(settings) as study:
        study.remove_third_person(code, click.prompt("Name", err=True))
    note(settings, "removed")


@command.command("list")
@click.option("--format", "form", type=click.Choice(["table", "jsonl"]), default="table")
@pass_settings
def list_(settings: Settings, form: str) -> None:
    """List codes and consent. Needs no passphrase and shows no identity."""
    with open_study(settings, masters=()) as study:
        held = study.held()
        rows = [
            {
                "code": record.code,
                "letter": record.consent[-1].letter_version if record.consent else "",
                "consent": record.consent[-1].date.isoformat()
                if record.consent and record.consent[-1].date
                else "",
                "scopes": [scope.value for scope in record.consent[-1].scopes] if record.consent else [],
                "evidence": (record.consent[-1].evidence or "") if record.consent else "",
                "held": list(held.get(record.code, ())),
            }
            for record in study.participants().values()
        ]
    echo_rows(rows, form, empty="no participant is registered")


@command.command("show")
@click.argument("code")
@click.option("--format", "form", type=click.Choice(["table", "jsonl"]), default="table")
@pass_settings
def show(settings: Settings, code: str, form: str) -> None:
    """Show what the register knows of CODE, identity and all. The reading is logged."""
    with open_study(settings) as study:
        body = study.identity(code)
    if form == "jsonl":
        echo_rows([body], form)
    else:
        echo_rows([{"field": key, "value": value} for key, value in body.items()], form)
