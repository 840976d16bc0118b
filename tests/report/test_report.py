# ruff: noqa: E501 - one line an entry reads as the log does
"""The reviewer's report from a bundle alone: what it says, and what it must never say."""

from __future__ import annotations

import json
import re

import pytest
from anonymizer.audit import ACTIONS, Entry, Outcome, Verdict, read_entries, verify
from anonymizer.data import rules_dir
from anonymizer.report import build_report, report_page
from anonymizer.report.findings import wilson
from anonymizer.report.messages import messages
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from tests.audit.test_log import example

from .conftest import ANNA, BIRK, CELIA, MADE, RESPONSIBLE, START, STORY, STUDY, T1, T3

PACKAGE = rules_dir().parent / "anonymizer" / "report"


@pytest.fixture
def report(write_bundle):
    bundle, key = write_bundle()

    def build(lang="en", **more):
        verdict = verify(bundle, key_fingerprint=key)
        return build_report(read_entries(bundle), verdict, lang=lang, made=MADE, fingerprint=key, **more)

    return build


def section(report, name):
    return next(one for one in report.as_json()["sections"] if one["id"] == name)


def rows(report, name, table):
    return next((one["rows"] for one in section(report, name)["tables"] if one["id"] == table), [])


def said(report, name):
    return [one["id"] for one in section(report, name)["paragraphs"]]


def test_the_right_key_confirms_the_whole_log(report):
    made = report()
    assert made.outcome == "confirmed"
    assert said(made, "verification")[0] == "confirmed"
    facts = {row["what"]: row["value"] for row in rows(made, "verification", "verdict")}
    assert facts["entries"] == facts["confirmed"] == len(STORY)


def test_without_the_fingerprint_the_report_asks_for_it(write_bundle):
    bundle, key = write_bundle()
    made = build_report(read_entries(bundle), verify(bundle), lang="nb", made=MADE)
    assert said(made, "verification")[0] == "consistent"
    assert key in report_page(made)


def test_a_bundle_forged_with_another_key_is_told_apart_and_says_nothing(write_bundle):
    _, true_key = write_bundle(name="true.jsonl")
    forged, _ = write_bundle(seed=7, name="forged.jsonl")
    verdict = verify(forged, key_fingerprint=true_key)
    made = build_report(read_entries(forged), verdict, lang="nb", made=MADE, fingerprint=true_key)
    assert [one.id for one in made.sections] == ["verification"]
    assert said(made, "verification")[0] == "other-key"
    assert made.label is None
    page = report_page(made)
    assert "en annen nøkkel enn den du oppga" in page
    assert ANNA[:8] not in page


def test_an_altered_bundle_is_no_other_key(write_bundle):
    bundle, key = write_bundle()
    bundle.write_bytes(bundle.read_bytes().replace(b'"missed":2', b'"missed":0'))
    verdict = verify(bundle, key_fingerprint=key)
    made = build_report((), verdict, lang="en", made=MADE, fingerprint=key)
    assert said(made, "verification")[:2] == ["broken", "verdict"]


def test_the_fingerprint_may_be_typed_with_spaces_and_capitals(write_bundle):
    bundle, key = write_bundle()
    typed = key.upper().replace("-", " ")
    verdict = verify(bundle, key_fingerprint=typed)
    made = build_report(read_entries(bundle), verdict, made=MADE, fingerprint=typed)
    assert said(made, "verification")[0] == "confirmed"


def test_while_a_key_exists_the_label_is_pseudonymised(report, write_bundle):
    assert report().label == "pseudonymised"
    early, key = write_bundle(STORY[:10], name="early.jsonl")
    made = build_report(read_entries(early), verify(early, key_fingerprint=key), made=MADE)
    assert made.label == "identifiable"


def closing(*without):
    lines = [line for line in STORY if line[2] != "check.done"]
    end = {
        "check.done": (31, RESPONSIBLE, "check.done", STUDY, "TXT-03", {"step": "close", "verdict": "pass", "severity": "block"}),
        "risk.signed": (32, RESPONSIBLE, "risk.signed", STUDY, "END-04", {"singling_out": "no", "linkability": "no", "inference": "no"}),
        "key.shredded": (33, RESPONSIBLE, "key.shredded", STUDY, "END-02", {"generation": 3, "cause": "close"}),
        "study.closed": (33, RESPONSIBLE, "study.closed", STUDY, "END-02", {"ending": "anonymise"}),
        "label.set": (33, RESPONSIBLE, "label.set", STUDY, "END-04", {"label": "anonymised"}),
    }  # fmt: skip
    if "risk.signed" in without:
        lines = [line for line in lines if line[2] != "risk.signed"]
    return lines + [line for name, line in end.items() if name not in without]


@pytest.mark.parametrize(
    ("without", "label"),
    [
        ((), "anonymised"),
        (("study.closed",), "pseudonymised"),
        (("key.shredded",), "pseudonymised"),
        (("risk.signed",), "pseudonymised"),
        (("check.done",), "pseudonymised"),
        (("label.set",), "pseudonymised"),
    ],
)
def test_anonymised_takes_all_of_the_end(write_bundle, without, label):
    bundle, key = write_bundle(closing(*without))
    made = build_report(read_entries(bundle), verify(bundle, key_fingerprint=key), made=MADE)
    assert made.label == label
    overclaimed = label != "anonymised" and "label.set" not in without
    assert ("label-not-borne-out" in said(made, "summary")) is overclaimed


def test_the_consent_matrix_has_a_row_for_everyone(report):
    made = report()
    matrix = {row["participant"]: row for row in rows(made, "consent", "consent")}
    assert list(matrix) == [ANNA, BIRK, CELIA]
    assert (matrix[ANNA]["letter"], matrix[ANNA]["quotes"], matrix[BIRK]["quotes"]) == ("2", True, False)
    assert matrix[BIRK]["capacity"] == "reconfirmed"
    assert matrix[CELIA]["state"] == "withdrawn"
    # Celia's consent was never recorded, but her material is gone: nobody is lacking.
    assert "consent-lacking" not in said(made, "consent")


def test_a_withdrawn_scope_no_longer_counts_as_given(write_bundle):
    part = (
        40, RESPONSIBLE, "withdrawal.erased", ANNA, "RGT-02",
        {"scopes": ["quotes"], "transcripts": 0, "rewritten": 0, "recordings": 0, "quotes": 1, "exports": 0, "outside": 0},
    )  # fmt: skip
    bundle, key = write_bundle([*STORY, part])
    made = build_report(read_entries(bundle), verify(bundle, key_fingerprint=key), made=MADE)
    anna = rows(made, "consent", "consent")[0]
    assert (anna["interview"], anna["quotes"], anna["state"]) == (True, False, "in-study")


def test_access_and_every_opening_of_the_key_table_are_shown(report):
    made = report()
    assert [(row["role"], row["masters"]) for row in rows(made, "access", "slots")] == [
        ("responsible", "work, identity"),
        ("assistant", "work"),
    ]
    assert [(row["purpose"], row["times"]) for row in rows(made, "access", "keytable")] == [("detect", 1)]


def test_checks_show_the_latest_and_worst_outcome_and_waivers_stand_apart(report):
    made = report(rules={"TXT-03": "Small groups (WP216)"})
    checks = {row["rule"]: row for row in rows(made, "checks", "checks")}
    assert checks["TXT-03"]["verdict"] == "fail"
    assert checks["TXT-03"]["looked-at"] == 7
    assert checks["TXT-03"]["requirement"] == "Small groups (WP216)"
    assert checks["KEY-01"]["verdict"] == "pass"
    assert [row["rule"] for row in rows(made, "checks", "waived")] == ["PRJ-07"]
    assert rows(made, "checks", "waived")[0]["state"] == "ended"
    assert [row["rule"] for row in rows(made, "checks", "gates")] == ["TXT-01"]


def test_obligations_over_their_term_come_first(report):
    listed = rows(report(), "obligations", "obligations")
    assert [(row["obligation"], row["state"]) for row in listed] == [
        ("delete-paper", "overdue"),
        ("delete-backup", "open"),
    ]


def test_identifiers_are_those_of_the_latest_search_of_what_is_there(report):
    made = report()
    types = {(row["type"], row["tier"]): row for row in rows(made, "identifiers", "types")}
    # 7 and 5: the first search of T1 (9) was done again, and T3 (50) is gone.
    person = types["PERSON", "direct"]
    assert (person["found"], person["replaced"], person["by-person"], person["rejected"]) == (12, 14, 1, 2)
    assert types["DIALECT", "flagged"]["found"] == 24
    tiers = {row["tier"]: row["found"] for row in rows(made, "identifiers", "tiers")}
    assert tiers == {"direct": 12, "strong": 2, "indirect": 12, "flagged": 24}
    assert {row["source"]: row["found"] for row in rows(made, "identifiers", "sources")} == {
        "detector": 50,
        "person": 1,
    }
    assert "incomplete" not in said(made, "identifiers")
    reasons = {
        (row["decision"], row["reason"], row["pool"]) for row in rows(made, "identifiers", "decisions")
    }
    assert reasons == {("reject", "common-word", None), ("add", "missed", None), ("keep", "large-pool", 45)}


def test_recall_comes_with_its_interval_and_without_a_sample_is_unknown(report, write_bundle):
    text = next(
        one["text"] for one in section(report("nb"), "identifiers")["paragraphs"] if one["id"] == "recall"
    )
    assert "38 av 40" in text
    assert "95,0 %" in text
    bundle, key = write_bundle([line for line in STORY if line[2] != "recall.sampled"], name="none.jsonl")
    made = build_report(read_entries(bundle), verify(bundle, key_fingerprint=key), made=MADE)
    assert "recall-none" in said(made, "identifiers")


def test_a_hundred_per_cent_is_never_claimed(write_bundle):
    perfect = [
        (*line[:5], {"sampled": 40, "missed": 0}) if line[2] == "recall.sampled" else line for line in STORY
    ]
    bundle, key = write_bundle(perfect)
    made = build_report(read_entries(bundle), verify(bundle, key_fingerprint=key), lang="en", made=MADE)
    text = next(
        one["text"] for one in section(made, "identifiers")["paragraphs"] if one["id"] == "recall-all"
    )
    assert "91.2 %" in text
    assert "100" not in text


def test_wilsons_interval_is_the_published_one():
    # Newcombe (1998), Statistics in Medicine 17, table I: 81 of 263 is 0.2553 to 0.3662; 0 of 20 is 0 to 0.1611.
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share(counts):
    found, sampled = counts
    low, high = wilson(found, sampled)
    assert 0 <= low <= found / sampled <= high <= 1
    assert low < 1


def test_what_was_withdrawn_is_gone_from_inventory_and_quotes(report):
    made = report()
    states = {row["transcript"]: row["state"] for row in rows(made, "inventory", "transcripts")}
    assert (states[T1], states[T3]) == ("present", "removed")
    assert rows(made, "publication", "quotes") == [{"linkable": "pseudonym", "count": 1}]
    assert {"key-destroyed"} == {
        row["method"] for row in rows(made, "deletions", "deletions") if row["method"]
    }
    assert {"deletion-limits", "backups-open"} <= set(said(made, "deletions"))


def test_the_three_questions_and_the_lines_to_sign(report):
    answers = {row["question"]: row["answer"] for row in rows(report(), "wp216", "wp216")}
    assert answers == {"singling_out": "unlikely", "linkability": "possible", "inference": "no"}
    assert len(section(report(), "statement")["to_fill_in"]) == 5


def test_what_the_log_cannot_know_is_marked_as_stated(report):
    alone, told = report(), report(stated={"title": "Natt på <værestedet>", "purpose": ""})
    assert "stated-missing" in said(alone, "project")
    table = section(told, "project")["tables"][0]
    assert table["stated_by_researcher"]
    assert table["rows"] == [{"what": "title", "value": "Natt på <værestedet>"}]
    page = report_page(told)
    assert "Natt på &lt;værestedet&gt;" in page
    assert "<værestedet>" not in page


def test_html_and_json_say_the_same(report):
    for lang in ("nb", "en"):
        made = report(lang)
        page = html.fromstring(report_page(made))
        for one in made.sections:
            (part,) = page.xpath(f"//section[@id='{one.id}']")
            text = " ".join(part.text_content().split())
            for paragraph in one.paragraphs:
                assert " ".join(paragraph.text.split()) in text
            shown = [len(table.findall(".//tbody/tr")) for table in part.findall(".//table")]
            assert shown == [len(table.rows) for table in one.tables]
        json.dumps(made.as_json())


def test_the_page_is_whole_quiet_and_readable_by_machine_and_ear(report):
    text = report_page(report("nb"))
    page = html.fromstring(text)
    assert "default-src 'none'" in text
    assert not page.xpath("//script | //link | //img | //iframe | //*[@src] | //*[@onclick]")
    assert all(link.startswith("#") for link in page.xpath("//a/@href"))
    assert page.xpath("//html/@lang | //@lang") == ["nb"]
    assert len(page.xpath("//h1")) == 1
    for table in page.xpath("//table"):
        assert table.xpath("./caption")
        assert all(head.get("scope") == "col" for head in table.xpath("./thead//th"))
        assert all(row.xpath("./th[@scope='row']") for row in table.xpath("./tbody/tr"))
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in page.xpath("//a/@href")} <= set(ids)


def test_colours_have_contrast_enough():
    """WCAG 2.2, 1.4.3: at least 4.5 to 1 for text, against white and the field behind the contents."""
    style = (PACKAGE / "templates" / "report.html").read_text(encoding="utf-8")
    colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", style))

    def light(colour):
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for name in ("ink", "soft", "good", "warn", "bad"):
        for ground in ("#ffffff", colours["field"]):
            assert (light(ground) + 0.05) / (light(colours[name]) + 0.05) >= 4.5, name


def test_an_entry_of_a_later_version_is_counted_and_its_content_left_out():
    strange = Entry(
        1, "2026-03-02T08:00:00Z", RESPONSIBLE, "moon.landed", STUDY, None, {"x": "<b>Tordis</b>"}, "0" * 64
    )
    verdict = Verdict(Outcome.CONSISTENT, 1, unknown=1)
    made = build_report([strange], verdict, made=MADE, lang="en")
    assert "unknown" in said(made, "verification")
    assert "Tordis" not in report_page(made)
    assert "Tordis" not in json.dumps(made.as_json())


@pytest.mark.parametrize("lang", ["nb", "en"])
@pytest.mark.parametrize("action", ACTIONS.values(), ids=lambda action: action.name)
def test_every_action_of_the_log_can_stand_in_a_report(action, lang):
    full = {key: example(kind) for key, kind in action.details.items()}
    entries = [
        Entry(at, "2026-03-02T08:00:00Z", RESPONSIBLE, action.name, T1, "TXT-03", details, "0" * 64)
        for at, details in enumerate((full, {key: full[key] for key in action.required}), start=1)
    ]
    made = build_report(entries, Verdict(Outcome.CONSISTENT, 2), made=MADE, lang=lang)
    assert "consistent" in said(made, "verification")
    assert report_page(made)


def test_a_day_the_calendar_lacks_stops_nothing(write_bundle):
    odd = [
        (
            1,
            RESPONSIBLE,
            "obligation.opened",
            T1,
            "END-02",
            {"obligation": "delete-paper", "due": "2026-02-31"},
        )
    ]
    bundle, key = write_bundle([*STORY[:1], *odd])
    made = build_report(read_entries(bundle), verify(bundle, key_fingerprint=key), made=MADE)
    assert [row["state"] for row in rows(made, "obligations", "obligations")] == ["open"]


def test_a_log_of_one_entry_makes_a_whole_report(write_bundle):
    bundle, key = write_bundle(STORY[:1])
    for lang in ("nb", "en"):
        made = build_report(read_entries(bundle), verify(bundle, key_fingerprint=key), lang=lang, made=START)
        assert "None" not in report_page(made)


def test_every_text_of_the_catalogue_is_used_and_every_text_used_is_there():
    source = "".join(
        path.read_text(encoding="utf-8") for path in (*PACKAGE.glob("*.py"), *PACKAGE.glob("templates/*"))
    )
    words = set(re.findall(r"[\"']([a-z0-9][a-z0-9-]*)[\"']", source))
    known = messages()
    made_up = {f"label-{label}" for label in ("identifiable", "pseudonymised", "anonymised")}
    made_up |= {"singling-out", "linkability", "inference"}
    for group in (known.sections, known.texts, known.tables, known.columns, known.states):
        assert set(group) <= words | made_up, set(group) - words - made_up


def test_the_report_tells_a_story_in_both_languages(report):
    pages = {lang: report_page(report(lang)) for lang in ("nb", "en")}
    assert "Transkripsjon 7c350010 ble tatt inn og forseglet" in pages["nb"]
    assert "og 2 til av samme slag" in pages["nb"]
    assert "Can the log be trusted?" in pages["en"]
    assert "anonymt" not in pages["nb"]
    assert "anonymous" not in pages["en"].replace("anonymizer", "")
