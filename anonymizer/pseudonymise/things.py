"""Rows for places and organisations: what each is called instead, the same for every owner who speaks of it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from anonymizer.data import Naming, Pack
from anonymizer.model import EntityType
from anonymizer.pseudonymise.identify import new_id
from anonymizer.pseudonymise.keytable import KeyTable, OrganisationRow, PlaceRow
from anonymizer.pseudonymise.material import Material, mentions
from anonymizer.pseudonymise.organisations import organisation_wording
from anonymizer.pseudonymise.places import PlaceFinder, place_wording, rung_rule, split_compound
from anonymizer.pseudonymise.wordings import fold

__all__ = ["extend_organisations", "extend_places"]

_PLACES = frozenset({EntityType.LOCATION, EntityType.DEMONYM})


def extend_places(
    table: KeyTable, material: Sequence[Material], pack: Pack, finder: PlaceFinder, rng: random.Random
) -> KeyTable:
    """Return the table with a row for every place, at the pack's rung; rows of another rule are made anew."""
    treatment = pack.treatment(EntityType.LOCATION)
    rule = rung_rule(treatment)
    alone = pack.participants.naming is Naming.NONE  # no number may link files
    rows = [row for row in table.places if row.rung == rule]
    stale = [row for row in table.places if row.rung != rule]
    texts = [
        (one.owner, mention.text)
        for one in material
        for mention in mentions(one.transcript, one.findings)
        if mention.finding.entity_type in _PLACES
    ]
    texts += [(row.owner, form) for row in stale for form in row.forms]
    known = {(row.owner, form) for row in rows for form in row.forms}
    mine = {(row.owner, row.place): at for at, row in enumerate(rows)}
    first: dict[str, PlaceRow] = {}
    numbers: Counter[tuple[str, str]] = Counter()  # how many places a wording stands for
    for row in rows:
        first.setdefault(row.place, row)
        numbers[_scope(row.owner, alone), row.nb] = max(
            numbers[_scope(row.owner, alone), row.nb], row.number or 1
        )
    for owner, text in texts:
        name = _bare(split_compound(text)[0], finder)
        form = fold(name)
        if (owner, form) in known:
            continue
        known.add((owner, form))
        facts = finder.places(name)
        canonical = "|".join(sorted({one.place for one in facts})) or f"form:{form}"
        at = mine.get((owner, canonical))
        if at is not None:
            rows[at] = replace(rows[at], forms=tuple(sorted({*rows[at].forms, form})))
            continue
        if canonical in first and not alone:
            row = replace(first[canonical], id=new_id(rng), owner=owner, forms=(form,))
        else:
            said = place_wording(name, facts, treatment)
            key = (_scope(owner, alone), said.nb)
            numbers[key] += 1
            number = numbers[key] if numbers[key] > 1 else None
            row = PlaceRow(new_id(rng), owner, canonical, (form,), said.nb, said.nn, rule, number)
            first.setdefault(canonical, row)
        mine[owner, canonical] = len(rows)
        rows.append(row)
    return replace(table, places=tuple(sorted(rows, key=lambda one: (one.owner, one.id))))


def _bare(name: str, finder: PlaceFinder) -> str:
    """Return the name without a genitive ending, where the same place is known without it."""
    folded = fold(name)
    for ending in ("'s", "s", "'"):
        if folded.endswith(ending) and len(folded) > len(ending) + 1:
            bare = name[: -len(ending)]
            if (facts := finder.places(bare)) and list(facts) == list(finder.places(name)):
                return bare
    return name


def _scope(owner: str, alone: bool) -> str:
    """Return within what places are numbered: the study, or one owner where no number may link files."""
    return owner if alone else ""


def extend_organisations(table: KeyTable, material: Sequence[Material], rng: random.Random) -> KeyTable:
    """Return the table with a row for every organisation."""
    rows = list(table.organisations)
    known = {(row.owner, form) for row in rows for form in row.forms}
    numbers: Counter[tuple[str, str]] = Counter()
    for row in rows:
        numbers[row.owner, row.nb] = max(numbers[row.owner, row.nb], row.number or 1)
    for one in material:
        for mention in mentions(one.transcript, one.findings):
            form = fold(mention.text)
            forms = {form, form.removesuffix("s").removesuffix("'")}
            if mention.finding.entity_type is not EntityType.ORGANIZATION or any(
                (one.owner, each) in known for each in forms
            ):
                continue
            known.add((one.owner, form))
            said = organisation_wording(mention.text)
            numbers[one.owner, said.nb] += 1
            count = numbers[one.owner, said.nb]
            number = count if count > 1 else None
            rows.append(OrganisationRow(new_id(rng), one.owner, (form,), said.nb, said.nn, number))
    return replace(table, organisations=tuple(sorted(rows, key=lambda one: (one.owner, one.id))))
