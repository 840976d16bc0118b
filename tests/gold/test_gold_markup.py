"""The gold files hold what they promise: sound marks, the same text as the samples, sound check digits."""

from __future__ import annotations

import csv
import importlib.util
import json
import re
import zipfile
from collections import Counter
from pathlib import Path
from types import ModuleType

import docx
import phonenumbers
import pytest
from phonenumbers import carrier

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "samples"
HELDOUT = ROOT / "tests" / "gold" / "heldout"
TUNING = ROOT / "tests" / "gold" / "tuning"
TYPES = frozenset(
    [
        "PERSON",
        "LOCATION",
        "ORGANIZATION",
        "DATE_TIME",
        "PHONE_NUMBER",
        "EMAIL_ADDRESS",
        "URL",
        "IP_ADDRESS",
        "IBAN_CODE",
        "NRP",
        "NO_FODSELSNUMMER",
        "NO_D_NUMBER",
        "NO_H_NUMBER",
        "NO_DUF_NUMBER",
        "NO_HPR_NUMBER",
        "NO_BANK_ACCOUNT",
        "NO_ORGANISATION_NUMBER",
        "NO_VEHICLE_REGISTRATION",
        "STREET_ADDRESS",
        "POSTCODE",
        "AGE",
        "DEMONYM",
        "ROLE",
        "CASE_NUMBER",
        "USERNAME",
        "DIALECT",
        "SPECIAL_CATEGORY",
    ]
)
FLAGGED = frozenset({"ROLE", "DIALECT", "SPECIAL_CATEGORY"})
MARK = re.compile(r"\{\{([A-Z_]+)(?:\|([a-z]+[0-9]+))?:([^{}|]+)\}\}")
NO_IDENTIFIER = sorted(HELDOUT.glob("uten-funn-*.txt"))
INTERVIEWS = sorted(HELDOUT.glob("[0-9]*.txt"))
GOLD = sorted([*(SAMPLES / "gold").glob("*.txt"), *TUNING.glob("[0-9]*.txt"), *HELDOUT.glob("*.txt")])


def marks(path: Path) -> list[tuple[str, str | None, str]]:
    return [(m[1], m[2], m[3]) for m in MARK.finditer(path.read_text(encoding="utf-8"))]


def all_marks(entity_type: str) -> list[str]:
    return [text for path in GOLD for kind, _, text in marks(path) if kind == entity_type]


def digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit())


def written(*entity_types: str) -> list[str]:
    """The digits of the numbers in figures; one with words in it may be said, or corrected midway."""
    numbers = [digits(n) for kind in entity_types for n in all_marks(kind) if not re.search(r"[^\W\d_]", n)]
    assert numbers
    return numbers


def remainder(number: str, weights: str) -> int:
    """The weighted digit sum modulo 11; 0 where the last digit checks the ones before it."""
    return sum(int(d) * int(w) for d, w in zip(number, weights, strict=True)) % 11


@pytest.fixture(scope="module")
def build() -> ModuleType:
    spec = importlib.util.spec_from_file_location("samples_build", SAMPLES / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("path", GOLD, ids=lambda p: p.stem)
def test_every_mark_is_sound(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    rest = MARK.sub(r"\3", text)
    assert not re.search(r"[{}|]", rest), "a mark that does not parse, or one inside another"
    for kind, entity, marked in marks(path):
        assert kind in TYPES
        assert entity, "every mark names its entity"
        assert marked == marked.strip()
        assert marked[-1] not in ",;:?!"


@pytest.mark.parametrize("path", GOLD, ids=lambda p: p.stem)
def test_an_entity_keeps_its_type(path: Path) -> None:
    types: dict[str, set[str]] = {}
    for kind, entity, _ in marks(path):
        types.setdefault(str(entity), set()).add(kind)
    assert [e for e, kinds in types.items() if len(kinds) > 1] == []


@pytest.mark.parametrize("path", GOLD, ids=lambda p: p.stem)
def test_a_marked_name_is_marked_wherever_it_stands(path: Path) -> None:
    """A name of a person, once marked, is not left unmarked with the same capital letter elsewhere."""
    text = path.read_text(encoding="utf-8")
    rest = MARK.sub(" ¤ ", text)
    names = {t for kind, _, t in marks(path) if kind in {"PERSON", "LOCATION"} and len(t) >= 4}
    assert [n for n in sorted(names) if re.search(rf"(?<!\w){re.escape(n)}(?!\w)", rest)] == []


def test_heldout_is_large_enough_to_measure() -> None:
    counted = Counter(kind for path in INTERVIEWS for kind, _, _ in marks(path) if kind not in FLAGGED)
    assert len(INTERVIEWS) >= 14
    assert sum(counted.values()) >= 700


def test_four_transcripts_hold_no_identifier() -> None:
    assert len(NO_IDENTIFIER) == 4
    for path in NO_IDENTIFIER:
        assert marks(path) == []
        assert 350 <= len(path.read_text(encoding="utf-8").split()) <= 600


def test_fodselsnummer_and_d_numbers_are_synthetic_with_sound_check_digits() -> None:
    for number in written("NO_FODSELSNUMMER", "NO_D_NUMBER"):
        assert len(number) == 11
        assert 81 <= int(number[2:4]) <= 92, "month + 80: no one can hold it"
        assert remainder(number[:10], "3761894521") == 0
        assert remainder(number, "54327654321") == 0


def test_bank_accounts_have_sound_check_digits_and_a_register_number_not_in_use() -> None:
    for number in written("NO_BANK_ACCOUNT"):
        assert remainder(number, "54327654321") == 0
        assert number.startswith("000")


def test_organisation_numbers_are_synthetic_with_sound_check_digits() -> None:
    for number in written("NO_ORGANISATION_NUMBER"):
        assert remainder(number, "327654321") == 0
        assert number.startswith("31"), "the series of synthetic units"


def test_iban_codes_are_sound() -> None:
    codes = [re.sub(r"\W", "", code) for code in all_marks("IBAN_CODE")]
    assert codes
    for code in codes:
        assert int("".join(str(int(c, 36)) for c in code[4:] + code[:4])) % 97 == 1
        assert remainder(code[4:], "54327654321") == 0


def test_phone_numbers_lie_in_series_without_an_operator() -> None:
    for number in (n[-8:] for n in written("PHONE_NUMBER") if len(n) >= 8):
        parsed = phonenumbers.parse(f"+47{number}")
        assert number[0] in "23456789"
        assert carrier.name_for_number(parsed, "en") == ""


def test_registration_plates_lie_below_the_first_number_given_out() -> None:
    figures = [digits(plate) for plate in all_marks("NO_VEHICLE_REGISTRATION")]
    assert any(figures)
    assert all(int(number) < 10000 for number in figures if number)


def test_mail_and_web_addresses_can_belong_to_no_one() -> None:
    for address in all_marks("EMAIL_ADDRESS") + all_marks("URL"):
        assert re.search(r"(?:\.example|punktum example)\b", address)


def sample_words(path: Path) -> list[str]:
    """The words of a sample as a reader sees them, read with nothing of the package."""
    if path.suffix == ".json":
        return json.loads(path.read_text(encoding="utf-8"))["text"].split()
    if path.suffix == ".docx":
        text = "\n".join(p.text for p in docx.Document(str(path)).paragraphs)
        return re.sub(r"(?m)^(.+?)   \d+:\d\d$", r"\1:", text).split()
    raw = path.read_bytes()
    encoding = {"07-liten-kommune": "cp1252", "08-minoritet": "utf-16"}.get(path.stem, "utf-8-sig")
    text = raw.decode(encoding).replace("\r\n", "\n")
    if path.suffix not in {".vtt", ".srt"}:
        return text.split()
    words: list[str] = []
    speaker = None
    for block in text.split("\n\n"):
        _, arrow, payload = block.partition(" --> ")
        if not arrow:
            continue
        spoken = payload.partition("\n")[2].strip().removesuffix("</v>")
        voice = re.match(r"<v ([^>]+)>", spoken)
        if voice:
            spoken = spoken[voice.end() :]
            if voice[1] != speaker:
                speaker = voice[1]
                words += f"{speaker}:".split()
        words += spoken.split()
    return words


@pytest.mark.parametrize("gold", sorted((SAMPLES / "gold").glob("*.txt")), ids=lambda p: p.stem)
def test_a_sample_says_what_its_gold_says(gold: Path) -> None:
    (sample,) = (p for p in SAMPLES.glob(f"{gold.stem}.*"))
    assert sample_words(sample) == MARK.sub(r"\3", gold.read_text(encoding="utf-8")).split()


def test_building_again_gives_the_same_samples(build: ModuleType, tmp_path: Path) -> None:
    build.build(tmp_path)
    for name in build.SAMPLES:
        fresh, kept = tmp_path / name, SAMPLES / name
        if name.endswith(".docx"):
            with zipfile.ZipFile(fresh) as a, zipfile.ZipFile(kept) as b:
                assert a.namelist() == b.namelist()
                assert [n for n in a.namelist() if a.read(n) != b.read(n)] == []
        else:
            assert fresh.read_bytes() == kept.read_bytes()


def test_every_sample_is_covered_by_the_participants() -> None:
    with (SAMPLES / "participants.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines, delimiter=";"))
    assert len({row["code"] for row in rows}) == len(rows)
    speakers: dict[str, set[str]] = {}
    for row in rows:
        for name in row["transcripts"].split("|"):
            speakers.setdefault(name, set()).update(row["speaker"].split("|"))
    samples = {p.name for p in SAMPLES.iterdir() if p.suffix in {".txt", ".vtt", ".srt", ".json", ".docx"}}
    assert set(speakers) == samples
    for gold in (SAMPLES / "gold").glob("*.txt"):
        (name,) = (n for n in samples if Path(n).stem == gold.stem)
        text = MARK.sub(r"\3", gold.read_text(encoding="utf-8"))
        used = set(re.findall(r"(?m)^([^\n:]{1,40}): ", text))
        assert used <= speakers[name]
        assert bool(used) == (name not in {"06-talegjenkjenning.json", "10-notater.txt"})
