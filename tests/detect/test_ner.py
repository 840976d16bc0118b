"""The shipped model: what it finds in speech, that batches do not matter, and that its files are what was shipped."""

from __future__ import annotations

import gzip
import itertools
import re
import shutil
import socket
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from anonymizer.detect.ner import CANDIDATES, LABELS, MODEL, load_ner, model_digest
from anonymizer.detect.ner import features as word_features
from anonymizer.detect.ner.decode import TAGS, best_labels, mentions
from anonymizer.detect.ner.network import Network
from anonymizer.errors import IntegrityError
from hypothesis import example, given, settings
from hypothesis import strategies as st
from spacy.language import Language

ROOT = Path(__file__).parents[2]
NORNE = ROOT.parent / "shared" / "data" / "norne"


@pytest.fixture(scope="module")
def ner() -> Language:
    return load_ner()


def found(ner: Language, text: str) -> set[tuple[str, str]]:
    return {(entity.text, entity.label_) for entity in ner(text).ents}


# What it finds


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jeg heter Kari Nordli og kommer fra Gran.", {("Kari Nordli", "PER"), ("Gran", "LOC")}),
        ("Eg heiter Torbjørg og er frå Førde.", {("Torbjørg", "PER"), ("Førde", "LOC")}),
        ("han Per bor i Sogndal", {("Per", "PER"), ("Sogndal", "LOC")}),
        ("æ e fra mosjøen og ho kari va med", {("mosjøen", "LOC"), ("kari", "PER")}),
        ("Jeg ringte Solveigs mor i Trondheim.", {("Solveigs", "PER"), ("Trondheim", "LOC")}),
        ("Mannen min, Yonas, kommer fra Eritrea.", {("Yonas", "PER"), ("Eritrea", "LOC")}),
        ("Han jobba på Universitetet i Bergen.", {("Universitetet i Bergen", "ORG")}),
    ],
)
def test_mentions_in_speech(ner: Language, text: str, expected: set[tuple[str, str]]) -> None:
    assert found(ner, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Det er et langt liv, en dag om gangen.",
        "Jeg så en bjørn i skogen da vi gikk på ski.",
        "Nei, jeg vet ikke, det var bare sånn det var.",
        "æ va så trøtt at æ la mæ",
        "Eg gjekk heim til mor og far.",
        "",
        " \n",
    ],
)
def test_everyday_words_are_no_names(ner: Language, text: str) -> None:
    assert found(ner, text) == set()


def test_line_ends_are_nothing_said(ner: Language) -> None:
    assert found(ner, "Jeg heter\n\nKari\n  Nordli.\n \t\n") == {("Kari\n  Nordli", "PER")}


def test_a_word_that_is_also_a_name_is_decided_by_context(ner: Language) -> None:
    assert ("Bjørn", "PER") in found(ner, "Læreren min het Bjørn Solheim, og Bjørn var streng.") | found(
        ner, "Så kom Bjørn inn, og han ringte Kari."
    )
    assert found(ner, "De hadde sett en bjørn.") == set()


@pytest.mark.parametrize(
    "text",
    [
        "Bjørn lusker rundt her om natta, så vi tar inn søpla.",
        "Liv er det nok av i fjæra.",
        "Sol tåler jeg ikke.",
        "Vi hogg bjørk og gran.",
        "Finn heller fram noe tørt å ha på deg.",
        "Svale og stær hekker i naustet vårt.",
        "Ask brenner seint, gran brenner fort.",
        "vi fyrte med furu og litt gran den vinteren",
        "han frøs og ho frøs og ingen sa noko",
        "det var stein og berg og myr så langt vi så",
    ],
)
def test_words_that_are_names_elsewhere_are_no_names_here(ner: Language, text: str) -> None:
    assert found(ner, text) == set()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bjørn ringte meg i går kveld.", {("Bjørn", "PER")}),
        ("Stein og Odd reiste til Voss.", {("Stein", "PER"), ("Odd", "PER"), ("Voss", "LOC")}),
        ("Jeg spurte Tor om han ville bo på Ski.", {("Tor", "PER"), ("Ski", "LOC")}),
        ("hun sol bor i første etasje", {("sol", "PER")}),
        ("søstera mi liv og mannen hennes arne", {("liv", "PER"), ("arne", "PER")}),
        ("Vera? Hun var oldemora mi.", {("Vera", "PER")}),
        ("Storm var en venn av meg.", {("Storm", "PER")}),
    ],
)
def test_the_same_words_as_names(ner: Language, text: str, expected: set[tuple[str, str]]) -> None:
    assert found(ner, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("jeg var lærling hos nilsen bil og dekk i to år", "nilsen bil og dekk"),
        ("ho mor song i tingelstad sanglag", "tingelstad sanglag"),
        ("så ringte jeg helsestasjonen på lade", "helsestasjonen på lade"),
        ("eg var innlagt på sjukehuset i volda", "sjukehuset i volda"),
        ("han Snekker-Lars bodde der", "Snekker-Lars"),
        ("Han Oddvar'n var ikke hjemme.", "Oddvar'n"),
        ("naboen min Jouni Guttorm hadde rein", "Jouni Guttorm"),
        ("mannen min heter hassan mohamud", "hassan mohamud"),
    ],
)
def test_what_talk_names_is_covered(ner: Language, text: str, expected: str) -> None:
    doc = ner(text)
    start = text.index(expected)
    reached = {at for span in doc.spans[CANDIDATES] for at in range(span.start_char, span.end_char)}
    missed = [at for at in range(start, start + len(expected)) if text[at].isalnum() and at not in reached]
    assert not missed


# What it gives


def test_pipeline_does_nothing_but_find_names(ner: Language) -> None:
    assert ner.pipe_names == ["turn_ner"]
    assert ner.get_pipe("turn_ner").labels == LABELS == ("PER", "LOC", "ORG", "DRV")


def test_candidates_reach_every_entity_and_carry_a_score_each(ner: Language) -> None:
    doc = ner("Trine på NAV i Vadsø sa at Rolf Arne og Mette var Oslo-folk, de bodde i Storgata 7.")
    candidates = doc.spans[CANDIDATES]
    scores = candidates.attrs["scores"]
    assert len(scores) == len(candidates) > 0
    assert all(0.0 <= score <= 1.0 for score in scores)
    reached = {token.i for span in candidates for token in span}
    assert {token.i for entity in doc.ents for token in entity} <= reached


def test_one_by_one_and_in_batches_is_the_same(ner: Language) -> None:
    texts = ["Kari bor i Oslo.", "", "Ja.", "Eg traff Ola Nordvik på Voss. " * 9, "mm", "ho Berit fra Bodø"]
    alone = [[(e.start_char, e.end_char, e.label_) for e in ner(text).ents] for text in texts]
    together = [
        [(e.start_char, e.end_char, e.label_) for e in doc.ents] for doc in ner.pipe(texts, batch_size=4)
    ]
    assert alone == together


def test_a_very_long_turn_is_read_to_its_end(ner: Language) -> None:
    sentence = "Så sa Torunn Bakkejord at vi måtte reise til Hammerfest . "
    doc = ner(sentence * 60)
    expected = {
        (i * len(sentence) + sentence.index(name)) for i in range(60) for name in ("Torunn", "Hammerfest")
    }
    assert {entity.start_char for entity in doc.ents} >= expected


@settings(max_examples=60, deadline=None)
@example("\x00")
@example("Kari\x00 Nordli \ufeff\u202e Oslo")
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200))
def test_any_text_gives_ordered_mentions_inside_it(ner: Language, text: str) -> None:
    doc = ner(text)
    edges = [place for entity in doc.ents for place in (entity.start, entity.end)]
    assert edges == sorted(edges)
    assert doc.text == text


def test_needs_no_network(ner: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(socket, "socket", refuse)
    assert load_ner()("Kari bor i Oslo.").ents


# The files


def test_model_is_small() -> None:
    assert sum(path.stat().st_size for path in MODEL.rglob("*") if path.is_file()) <= 20_000_000


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    shutil.copytree(MODEL, tmp_path / "model")
    shutil.copy(MODEL.with_name("model.sha256"), tmp_path / "model.sha256")
    return tmp_path / "model"


def test_a_faithful_copy_loads_and_is_the_same_model(copied: Path) -> None:
    assert load_ner(copied)("Kari bor i Oslo.").ents
    assert model_digest(copied) == model_digest()


@pytest.mark.parametrize(
    "name", ["turn_ner/network.npz", "turn_ner/lexicon.marisa", "config.cfg", "tokenizer"]
)
def test_an_altered_file_is_refused(copied: Path, name: str) -> None:
    content = bytearray((copied / name).read_bytes())
    content[len(content) // 2] ^= 1
    (copied / name).write_bytes(content)
    with pytest.raises(IntegrityError, match=name):
        load_ner(copied)


def test_a_missing_or_added_file_is_refused(copied: Path) -> None:
    (copied / "more.py").write_text("")
    with pytest.raises(IntegrityError, match=r"more\.py"):
        load_ner(copied)
    (copied / "more.py").unlink()
    (copied / "meta.json").unlink()
    with pytest.raises(IntegrityError, match=r"meta\.json"):
        load_ner(copied)


def test_a_model_without_digests_is_refused(copied: Path) -> None:
    copied.with_name("model.sha256").unlink()
    with pytest.raises(IntegrityError):
        load_ner(copied)


# Its parts


def test_features_are_the_same_on_every_machine() -> None:
    assert word_features.rows("Kari")[:5] == [7799, 2743, 5974, 1739, 4727]
    assert word_features.rows("1987") == word_features.rows("2024")
    assert word_features.rows("Kari")[:-1] == word_features.rows("kari")[:-1]
    assert word_features.rows("Kari")[-1] != word_features.rows("kari")[-1]


def test_lexicons_see_through_endings_and_hyphens() -> None:
    first, place = (
        1 << word_features.LEXICON_CLASSES.index(name) for name in ("first_name", "norwegian_place")
    )
    known = {"kari": first, "oslo": place}
    size = len(word_features.LEXICON_CLASSES)

    def classes(word: str) -> list[int]:
        bits = word_features.lexicon_bits(word, known)
        return [
            sum(bit << i for i, bit in enumerate(bits[at : at + size])) for at in range(0, 3 * size, size)
        ]

    assert classes("Kari") == [first, 0, 0]
    assert classes("Karis") == [0, first, 0]
    assert classes("Oslo-gutt") == [0, 0, place]
    assert classes("bord") == [0, 0, 0]


@given(
    st.integers(1, 4).flatmap(
        lambda words: st.lists(
            st.lists(st.floats(-8, 0, width=32), min_size=len(TAGS), max_size=len(TAGS)),
            min_size=words,
            max_size=words,
        )
    ),
    st.sampled_from([0.0, 2.0]),
)
def test_best_labels_are_the_best_of_all_well_formed_ones(table: list[list[float]], bias: float) -> None:
    logs = np.array(table, dtype=np.float32)
    best = best_labels([logs], bias)[0]
    unwanted = np.array([tag == "O" or tag.endswith("MISC") for tag in TAGS]) * bias
    rows = (logs - unwanted).astype(np.float64)
    # The best sequence in small: labels that are not among the three best of a word and may follow anything
    # cannot win, so O, every B and every I are tried, word by word.
    score = {number: rows[0, number] for number, tag in enumerate(TAGS) if tag[0] != "I"}
    for row in rows[1:]:
        score = {
            number: row[number]
            + max(value for before, value in score.items() if tag[0] != "I" or TAGS[before][1:] == tag[1:])
            for number, tag in enumerate(TAGS)
            if tag[0] != "I" or any(TAGS[before][1:] == tag[1:] for before in score)
        }
    assert sum(rows[i, number] for i, number in enumerate(best)) == pytest.approx(
        max(score.values()), abs=1e-3
    )
    names = ["O", *(TAGS[number] for number in best)]
    assert all(b[0] != "I" or a[1:] == b[1:] for a, b in itertools.pairwise(names))


def test_bias_turns_a_doubtful_word_into_a_mention() -> None:
    chances = np.full((1, len(TAGS)), 0.01, dtype=np.float32)
    chances[0, TAGS.index("O")], chances[0, TAGS.index("B-PER")] = 0.7, 0.2
    logs = [np.log(chances)]
    assert mentions(best_labels(logs, 0.0)[0], chances) == []
    (mention,) = mentions(best_labels(logs, 2.0)[0], chances)
    assert (mention.start, mention.end, mention.label) == (0, 1, "PER")
    assert mention.score == pytest.approx(0.21, abs=1e-3)


def plain_lstm(weights: dict[str, np.ndarray], name: str, inputs: np.ndarray) -> np.ndarray:
    """One LSTM over one sentence, word by word, as the textbook writes it."""
    state = cell = np.zeros(weights[f"{name}.weight_hh_l0"].shape[1])
    out = []
    for word in inputs:
        sums = weights[f"{name}.weight_ih_l0"] @ word + weights[f"{name}.weight_hh_l0"] @ state
        let_in, keep, new, let_out = np.split(
            sums + weights[f"{name}.bias_ih_l0"] + weights[f"{name}.bias_hh_l0"], 4
        )
        cell = cell / (1 + np.exp(-keep)) + np.tanh(new) / (1 + np.exp(-let_in))
        state = np.tanh(cell) / (1 + np.exp(-let_out))
        out.append(state)
    return np.array(out)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 7), max_size=6), st.integers(0, 2**31))
def test_batched_network_equals_the_textbook(lengths: list[int], seed: int) -> None:
    chance = np.random.default_rng(seed)
    size, width = 3, 5
    weights = {"mix.bias": np.zeros(width), "out.weight": chance.normal(size=(len(TAGS), 2 * size))}
    weights["out.bias"] = chance.normal(size=len(TAGS))
    for layer, taken in ((0, width), (1, 2 * size)):
        for way in ("forwards", "backwards"):
            name = f"{way}.{layer}"
            weights[f"{name}.weight_ih_l0"] = chance.normal(size=(4 * size, taken))
            weights[f"{name}.weight_hh_l0"] = chance.normal(size=(4 * size, size))
            weights[f"{name}.bias_ih_l0"] = chance.normal(size=4 * size)
            weights[f"{name}.bias_hh_l0"] = chance.normal(size=4 * size)
    vectors = chance.normal(size=(9, width)).astype(np.float32)
    sentences = [chance.integers(0, 9, size=length) for length in lengths]
    given_out = Network(weights, {}).probabilities(vectors, sentences)
    for sentence, part in zip(sentences, given_out, strict=True):
        hidden = vectors[sentence].astype(np.float64)
        for layer in (0, 1):
            if not len(sentence):
                break
            ahead = plain_lstm(weights, f"forwards.{layer}", hidden)
            behind = plain_lstm(weights, f"backwards.{layer}", hidden[::-1])[::-1]
            read = np.concatenate([ahead, behind], axis=1)
            hidden = read + hidden if layer else read
        assert part.shape == (len(sentence), len(TAGS))
        if len(sentence):
            raw = np.exp(hidden @ weights["out.weight"].T + weights["out.bias"])
            assert part == pytest.approx(raw / raw.sum(axis=1, keepdims=True), abs=1e-4)


# Its training material


def invented(seed: int) -> str:
    command = [sys.executable, "training/generate.py", "--count", "300", "--seed", str(seed)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True).stdout


def test_invented_speech_is_the_same_for_the_same_seed_and_well_labelled() -> None:
    text = invented(1)
    assert text == invented(1) != invented(2)
    for line in text.splitlines():
        tags = [
            "O",
            *(word.rpartition("/")[2] if re.search(r"/[BI]-[A-Z]+$", word) else "O" for word in line.split()),
        ]
        assert all(b[0] != "I" or a[2:] == b[2:] for a, b in itertools.pairwise(tags)), line


# How good it is


MERGED = {"PER": "PER", "ORG": "ORG", "DRV": "DRV", "LOC": "LOC", "GPE_LOC": "LOC", "GPE_ORG": "LOC"}
Gold = set[tuple[int, int, str]]


def read_norne(path: Path) -> list[tuple[str, Gold]]:
    """Every third sentence, its words parted by blanks, and its mentions in characters."""
    out = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        blocks = lines.read().strip().split("\n\n")
    for block in blocks[::3]:
        text, gold = "", []
        for row in block.split("\n"):
            word, tag = row.split("\t")
            start = len(text) + bool(text)
            text = f"{text} {word}" if text else word
            kind = MERGED.get(tag[2:], "")
            if kind and tag[0] == "I":
                gold[-1] = (gold[-1][0], len(text), kind)
            elif kind:
                gold.append((start, len(text), kind))
        out.append((text, set(gold)))
    return out


@pytest.mark.skipif(not NORNE.is_dir(), reason="the NorNE corpus is not part of the project")
@pytest.mark.parametrize("variety", ["nob", "nno"])
def test_scores_on_the_development_sets_are_those_promised(ner: Language, variety: str) -> None:
    sentences = read_norne(NORNE / f"{variety}-dev.iob.gz")
    count: Counter[str] = Counter()
    docs = ner.pipe([text for text, _ in sentences], batch_size=256)
    for doc, (text, gold) in zip(docs, sentences, strict=True):
        found = {(entity.start_char, entity.end_char, entity.label_) for entity in doc.ents}
        count.update(gold=len(gold), found=len(found), right=len(gold & found))
        candidates = [(span.start_char, span.end_char) for span in doc.spans[CANDIDATES]]
        reached = {place for start, end in candidates for place in range(start, end)}
        named = {place for start, end, _ in gold for place in range(start, end)}
        for start, end, kind in gold:
            if kind != "DRV":
                whole = all(place in reached or text[place] == " " for place in range(start, end))
                count.update(mentions=1, covered=whole)
        count.update(candidates=len(candidates))
        count.update(touching=sum(any(place in named for place in range(*span)) for span in candidates))
    assert 2 * count["right"] / (count["gold"] + count["found"]) >= 0.87
    assert count["covered"] / count["mentions"] >= 0.96
    assert count["touching"] / count["candidates"] >= 0.90
