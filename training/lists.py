"""The name lists: what the generator draws from, and what the network is told of a word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from anonymizer.detect.ner import features

LISTS = Path(__file__).parent / "lists"
RULES = Path(__file__).parent.parent / "rules" / "lexicon"


#: What the product's own lexicon adds: the file, the list it joins, the columns that hold names.
RULE_FILES = (
    ("first_names", "first_names", ("name",)),
    ("surnames", "surnames", ("name",)),
    ("municipalities", "norwegian_places", ("name", "parallel", "also")),
    ("former_municipalities", "norwegian_places", ("name",)),
    ("counties", "norwegian_places", ("name", "parallel")),
    ("settlements", "norwegian_places", ("name",)),
    ("sami_kven_places", "norwegian_places", ("name",)),
    ("nature", "norwegian_places", ("name",)),
    ("abroad", "world_places", ("name", "also")),
    ("organisations", "organisations", ("name", "also")),
    ("word_names", "words", ("word",)),
)
HOME = {"", "no", "sami", "kven"}
#: Classes of everyday words that may open a sentence and be taken for a name.
CONTENT = {"noun", "verb", "adjective"}


def read_lists(folder: Path = LISTS, rules: Path = RULES) -> dict[str, list[str]]:
    """The name lists, one entry a line, `#` begins a comment; and the names of the product's own lexicon."""
    out: dict[str, list[str]] = {}
    for path in sorted(folder.glob("*.txt")):
        lines = (line.partition("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines())
        out[path.stem] = [line for line in lines if line]
    for name, kind, columns in RULE_FILES:
        for row in rows(rules / f"{name}.tsv"):
            joined = kind if row.get("origin", "") in HOME else f"foreign_{kind}"
            entries = [entry for column in columns for entry in row.get(column, "").split("|")]
            out.setdefault(joined, []).extend(entry for entry in entries if entry)
    return {name: sorted(set(entries)) for name, entries in out.items()}


def read_special(lists: Mapping[str, list[str]], rules: Path = RULES) -> dict[str, list[str]]:
    """Names that a fair draw from the long lists would seldom bring: everyday words, Sami and Kven names.

    `wfirst`, `wlast`, `wplace` are everyday words too, `sami` and `samiplace` Sami or Kven.
    """
    content = {row["word"] for row in rows(rules / "word_names.tsv") if row["class"] in CONTENT}
    first = list(rows(rules / "first_names.tsv"))
    used = {row["name"] for row in first if row["origin"] in HOME and row["use"] != "rare"}
    out = {
        "wfirst": [name for name in lists["first_names"] if name in used and name.lower() in content],
        "wlast": [name for name in lists["surnames"] if name.lower() in content],
        "wplace": [name for name in lists["norwegian_places"] if name.lower() in content],
        "sami": [row["name"] for row in first if row["origin"] in {"sami", "kven"}],
        "samiplace": [row["name"] for row in rows(rules / "sami_kven_places.tsv")],
    }
    return {name: sorted(set(entries)) for name, entries in out.items()}


def rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a table with a head, `#` begins a comment."""
    lines = [
        line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")
    ]
    head = lines[0].split("\t")
    for line in lines[1:]:
        yield dict(zip(head, line.split("\t"), strict=False))


#: Which list says what of a word.
LIST_CLASSES = {
    "first_names": "first_name",
    "nordic_first_names": "first_name",
    "surnames": "surname",
    "nordic_surnames": "surname",
    "foreign_first_names": "foreign_first_name",
    "foreign_surnames": "foreign_surname",
    "norwegian_places": "norwegian_place",
    "world_places": "world_place",
    "countries": "world_place",
    "organisations": "organisation",
    "words": "word",
}


def lexicon(lists: Mapping[str, list[str]]) -> dict[str, int]:
    """Class bits of every folded single word in the lists."""
    out: dict[str, int] = {}
    for name, entries in lists.items():
        bit = 1 << features.LEXICON_CLASSES.index(LIST_CLASSES[name])
        for entry in entries:
            if " " not in entry:
                key = features.fold(entry)
                out[key] = out.get(key, 0) | bit
    return out
