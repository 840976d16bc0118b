"""Word documents: every corner is read, nothing of the old file is written."""

import zipfile
from dataclasses import replace
from io import BytesIO

import docx
import pytest
from anonymizer import formats
from anonymizer.errors import LimitExceeded, UnreadableInput

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
SPACES = (
    W + ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml"'
    ' xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml"'
    ' xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def p(*inner):
    return "<w:p>" + "".join(inner) + "</w:p>"


def r(text):
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def word(*body, members=None, prolog=""):
    """Return a Word file of these paragraphs and further members."""
    files = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": f'<Relationships xmlns="{RELS}"><Relationship Id="a" Type="{OFFICE}/officeDocument" '
        'Target="word/document.xml"/></Relationships>',
        "word/document.xml": f"{prolog}<w:document {SPACES}><w:body>{''.join(body)}<w:sectPr/></w:body></w:document>",
        **(members or {}),
    }
    return zipped(files)


def zipped(files, **options):
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, **options) as package:
        for name, content in files.items():
            package.writestr(name, content)
    return out.getvalue()


def parts_of(transcript):
    return {part.name: part.text for part in transcript.parts}


def turns_of(transcript):
    return [(turn.speaker, turn.text) for turn in transcript.turns]


def test_reads_labelled_paragraphs_with_line_breaks_and_tabs():
    source = word(
        p(r("I: Hvor bor du?")),
        p(),
        p(r("R:"), "<w:r><w:tab/></w:r>", r("På Gran"), "<w:r><w:br/></w:r>", r("og på Ås.")),
        p(r("Nytt avsnitt, ba"), "<w:r><w:noBreakHyphen/></w:r>", r("ba.")),
    )
    transcript = formats.read(source, "a.docx")
    assert turns_of(transcript) == [
        ("I", "Hvor bor du?"),
        ("R", "På Gran\nog på Ås.\nNytt avsnitt, ba\u2011ba."),
    ]
    again = formats.read(formats.write(transcript), "b.docx")
    assert again == transcript


def test_a_teams_transcript_has_the_time_beside_the_name():
    source = word(
        p(r("Intervju-20240312"), "<w:r><w:br/></w:r>", r("12. mars 2024")),
        p(r("Kari Nordli   0:03"), "<w:r><w:br/></w:r>", r("Hei på deg.")),
        p(r("Ola Li   0:07"), "<w:r><w:br/></w:r>", r("Hallo.")),
        p(r("Kari Nordli   1:00:11"), "<w:r><w:br/></w:r>", r("Da begynner vi.")),
    )
    transcript = formats.read(source)
    assert turns_of(transcript)[-3:] == [
        ("Kari Nordli", "Hei på deg."),
        ("Ola Li", "Hallo."),
        ("Kari Nordli", "Da begynner vi."),
    ]
    assert "0:07" in docx.Document(BytesIO(formats.write(transcript))).paragraphs[-2].text


def test_inserted_text_is_text_and_deleted_text_a_part():
    source = word(
        p(
            r("R: Jeg heter "),
            '<w:del w:id="1" w:author="Rita Rettesen"><w:r><w:delText>Kari</w:delText></w:r></w:del>',
            f'<w:ins w:id="2" w:author="Rita Rettesen" w:date="2024-01-01T00:00:00Z">{r("Ola")}</w:ins>',
            f'<w:moveFrom w:id="3" w:author="Flytt Flyttesen">{r(" Gammel")}</w:moveFrom>',
            f'<w:moveTo w:id="4" w:author="Flytt Flyttesen">{r(" Ny")}</w:moveTo>',
        )
    )
    transcript = formats.read(source)
    assert turns_of(transcript) == [("R", "Jeg heter Ola Ny")]
    assert parts_of(transcript) == {
        "deleted:1": "Kari",
        "deleted:2": " Gammel",
        "author:1": "Flytt Flyttesen",
        "author:2": "Rita Rettesen",
    }


def test_hyperlinks_content_controls_fields_and_text_boxes_are_read():
    box = f"<w:txbxContent>{p(r('Boks om Gran'))}</w:txbxContent>"
    source = word(
        p(f'<w:hyperlink r:id="x" w:tooltip="skriv til kari">{r("R: en lenke")}</w:hyperlink>'),
        '<w:sdt><w:sdtPr><w:alias w:val="Navn på deltaker"/><w:tag w:val="kari"/></w:sdtPr>'
        f"<w:sdtContent>{p(r('i en kontroll'))}</w:sdtContent></w:sdt>",
        p(
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>HYPERLINK "mailto:kari@uni.example"'
            "</w:instrText></w:r>",
            f'<w:fldSimple w:instr="AUTHOR Ola">{r("felt")}</w:fldSimple>',
        ),
        p(
            "<w:r><mc:AlternateContent><mc:Choice Requires='wps'>"
            f"<w:drawing><wp:docPr id='1' name='Bilde 1' descr='Foto av Kari'/>{box}</w:drawing></mc:Choice>"
            f"<mc:Fallback><w:pict><v:shape alt='Hytta på Gran'>{box}</v:shape></w:pict></mc:Fallback>"
            "</mc:AlternateContent></w:r>",
            '<w:bookmarkStart w:id="1" w:name="Kari_Nordli"/><w:bookmarkStart w:id="2" w:name="_GoBack"/>',
        ),
        p("<m:oMath><m:r><m:t>x=2</m:t></m:r></m:oMath>"),
        members={
            "word/_rels/document.xml.rels": f'<Relationships xmlns="{RELS}"><Relationship Id="x" TargetMode="External" '
            f'Type="{OFFICE}/hyperlink" Target="mailto:kari@uni.example"/></Relationships>'
        },
    )
    transcript = formats.read(source)
    said = "\n".join(turn.text for turn in transcript.turns)
    for text in ("en lenke", "i en kontroll", "felt", "Boks om Gran", "x=2"):
        assert said.count(text) == 1
    texts = [part.text for part in transcript.parts]
    for text in (
        "skriv til kari",
        "Navn på deltaker",
        "kari",
        ' HYPERLINK "mailto:kari@uni.example"'.strip(),
        "AUTHOR Ola",
        "Foto av Kari",
        "Kari_Nordli",
        "mailto:kari@uni.example",
    ):
        assert text in texts


def test_what_older_programs_show_is_read_where_it_differs():
    source = word(
        p(
            "<w:r><mc:AlternateContent><mc:Choice Requires='x'><w:t>synlig</w:t></mc:Choice>"
            "<mc:Fallback><w:t>skjult Kari</w:t></mc:Fallback></mc:AlternateContent></w:r>"
        )
    )
    assert "skjult Kari" in formats.read(source).turns[0].text


NOTES = {
    "word/comments.xml": f'<w:comments {W}><w:comment w:id="7" w:author="Ingvild Søk" w:initials="IS">'
    f"{p(r('Er dette Ola?'))}</w:comment></w:comments>",
    "word/footnotes.xml": f'<w:footnotes {W}><w:footnote w:type="separator" w:id="-1">{p()}</w:footnote>'
    f'<w:footnote w:id="2">{p(r("Gran ligger på Hadeland."))}</w:footnote></w:footnotes>',
    "word/endnotes.xml": f'<w:endnotes {W}><w:endnote w:id="2">{p(r("Sluttnote."))}</w:endnote></w:endnotes>',
    "word/header1.xml": f"<w:hdr {W}>{p(r('Intervju med Kari'))}</w:hdr>",
    "word/footer1.xml": f"<w:ftr {W}>{p(r('Side'))}</w:ftr>",
    "word/people.xml": '<w15:people xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml">'
    '<w15:person w15:author="Pål Person"><w15:presenceInfo w15:providerId="AD" w15:userId="pal@uni.example"/>'
    "</w15:person></w15:people>",
    "docProps/core.xml": '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
    'core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>Ingvild Søk</dc:creator>'
    "<cp:keywords>rus, Gran</cp:keywords></cp:coreProperties>",
    "docProps/app.xml": '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    "<Company>Gran kommune</Company><Pages>3</Pages><Application>Microsoft Office Word</Application></Properties>",
    "docProps/custom.xml": '<Properties xmlns="x" xmlns:vt="y"><property name="Informant"><vt:lpwstr>Kari</vt:lpwstr>'
    "</property></Properties>",
    "customXml/item1.xml": "<skjema><navn>Kari Nordli</navn></skjema>",
    "word/diagrams/data1.xml": '<d xmlns:a="z"><a:t>Storebror Per</a:t></d>',
    "word/settings.xml": f'<w:settings {W}><w:docVars><w:docVar w:name="sak" w:val="Karis sak"/></w:docVars>'
    "</w:settings>",
    "word/styles.xml": f'<w:styles {W}><w:style w:customStyle="1"><w:name w:val="Karis stil"/></w:style>'
    '<w:style w:customStyle="1"><w:name w:val="Heading 1 Char"/></w:style></w:styles>',
    "word/embeddings/Karis journal.xlsx": "PK",
    "word/media/image1.png": "\x89PNG",
}
ANCHORED = word(
    p(r("I: Hvor?")),
    p(
        r("R: Der."),
        '<w:commentRangeStart w:id="7"/><w:r><w:commentReference w:id="7"/></w:r>',
        '<w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:endnoteReference w:id="2"/></w:r>',
    ),
    members=NOTES,
)


def test_every_part_of_the_package_is_read():
    assert parts_of(formats.read(ANCHORED)) == {
        "comment:1": "Er dette Ola?",
        "comment-author:1": "Ingvild Søk",
        "comment-initials:1": "IS",
        "footnote:1": "Gran ligger på Hadeland.",
        "endnote:1": "Sluttnote.",
        "header:1": "Intervju med Kari",
        "footer:1": "Side",
        "person:1": "pal@uni.example",
        "core:creator": "Ingvild Søk",
        "core:keywords": "rus, Gran",
        "app:Company": "Gran kommune",
        "custom:1": "Informant: Kari",
        "skjema:1": "Kari Nordli",
        "d:1": "Storebror Per",
        "variable:1": "sak: Karis sak",
        "style:1": "Karis stil",
        "embedded-file:1": "Karis journal.xlsx",
        "author:1": "Pål Person",
    }


def test_comments_and_notes_are_written_anew_and_nothing_else(unpack):
    transcript = formats.read(ANCHORED)
    parts = tuple(
        replace(
            part,
            text=part.text.replace("Ola", "[person 1]").replace("Gran", "[sted]").replace("Kari", "[navn]"),
        )
        for part in transcript.parts
    )
    written = formats.write(replace(transcript, parts=parts))
    content = unpack(written)
    for text in (
        "Er dette [person 1]?",
        "[sted] ligger på Hadeland.",
        "Sluttnote.",
        "Intervju med [navn]",
        "Side",
    ):
        assert content.count(text) == 1
    for text in (
        "Ola",
        "Gran",
        "Ingvild",
        "Pål",
        "Karis",
        "journal",
        "sak",
        "rus,",
        "rsid",
        "dc:creator",
        "w:date",
        "image1",
    ):
        assert text not in content
    again = formats.read(written, "b.docx")
    assert turns_of(again) == turns_of(transcript)
    assert again.turns[1].layout["notes"] == ["comment:1", "footnote:1", "endnote:1"]
    docx.Document(BytesIO(written))


def test_output_is_the_same_bytes_every_time_and_dated_in_no_year_of_ours():
    transcript = formats.read(ANCHORED)
    written = formats.write(transcript)
    assert written == formats.write(transcript)
    with zipfile.ZipFile(BytesIO(written)) as package:
        assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not [name for name in package.namelist() if name.startswith(("docProps", "customXml"))]


def table(*rows):
    cells = "".join(
        "<w:tr>" + "".join(f"<w:tc>{p(r(cell))}</w:tc>" for cell in row) + "</w:tr>" for row in rows
    )
    return f"<w:tbl>{cells}</w:tbl>"


def test_a_table_with_a_column_of_labels_gives_a_turn_a_row():
    source = word(
        p(r("Intervju")),
        table(
            ("00:01", "Intervjuer", "Hei."),
            ("00:03", "Kari", "Hei på deg."),
            ("00:05", "Intervjuer:", "Da så."),
        ),
        p(r("Slutt")),
    )
    transcript = formats.read(source)
    assert turns_of(transcript) == [
        (None, "Intervju"),
        ("Intervjuer", "Hei."),
        ("Kari", "Hei på deg."),
        ("Intervjuer", "Da så."),
        (None, "Slutt"),
    ]
    again = formats.read(formats.write(transcript))
    assert turns_of(again) == turns_of(transcript)
    new = docx.Document(BytesIO(formats.write(transcript))).tables[0]
    assert [cell.text for cell in new.rows[2].cells] == ["00:05", "Intervjuer:", "Da så."]


def test_a_table_without_labels_is_read_cell_by_cell():
    source = word(table(("Tema", "Sitat"), ("Oppvekst", "Jeg vokste opp på Gran"), ("", "og flyttet")))
    transcript = formats.read(source)
    assert [turn.text for turn in transcript.turns] == [
        "Tema",
        "Sitat",
        "Oppvekst",
        "Jeg vokste opp på Gran",
        "og flyttet",
    ]
    assert turns_of(formats.read(formats.write(transcript))) == turns_of(transcript)


# ------------------------------------------------------------------------------------------------- hostile and broken

ENTITY = '<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
LAUGHS = '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'


@pytest.mark.parametrize("prolog", [ENTITY, LAUGHS, "<!DOCTYPE d>"])
def test_document_types_and_entities_are_refused(prolog):
    with pytest.raises(UnreadableInput, match="document type"):
        formats.read(word(p(r("I: Hei")), prolog=prolog), "a.docx")


@pytest.mark.parametrize(
    "member", ["word/comments.xml", "docProps/core.xml", "customXml/item1.xml", "word/_rels/x.xml.rels"]
)
def test_they_are_refused_in_every_member(member):
    with pytest.raises(UnreadableInput, match="document type"):
        formats.read(word(p(r("I: Hei")), members={member: f"{ENTITY}<d>&e;</d>"}), "a.docx")


def test_a_zip_bomb_stops_at_the_cap():
    bomb = word(p(r("I: Hei")), members={"word/comments.xml": "<c>" + " " * 3_000_000 + "</c>"})
    assert len(bomb) < 10_000
    with pytest.raises(LimitExceeded, match="unpacks"):
        formats.read(bomb, "a.docx", limits=formats.Limits(member=1_000_000))
    with pytest.raises(LimitExceeded, match="unpacks"):
        formats.read(bomb, "a.docx", limits=formats.Limits(unpacked=1_000_000))


def test_a_size_declared_too_small_does_not_help_a_bomb():
    bomb = bytearray(word(p(r("I: Hei")), members={"word/comments.xml": "<c>" + " " * 3_000_000 + "</c>"}))
    size = (3_000_007).to_bytes(4, "little")
    while size in bomb:
        at = bomb.index(size)
        bomb[at : at + 4] = (100).to_bytes(4, "little")
    with pytest.raises(UnreadableInput):
        formats.read(bytes(bomb), "a.docx", limits=formats.Limits(member=1_000_000))


def test_too_many_members_and_too_deep_xml_are_refused():
    many = word(p(r("I: Hei")), members={f"x{number}.xml": "<a/>" for number in range(50)})
    with pytest.raises(LimitExceeded, match="members"):
        formats.read(many, limits=formats.Limits(members=20))
    for depth in (500, 100_000):
        with pytest.raises(LimitExceeded, match="deeply"):
            formats.read(word(p("<w:smartTag>" * depth, r("Hei"), "</w:smartTag>" * depth)))


def test_members_that_would_climb_out_are_only_names(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    source = word(p(r("I: Hei")), members={"../../ute.txt": "ute", "/rot.bin": "rot"})
    transcript = formats.read(source)
    assert parts_of(transcript) == {"embedded-file:1": "ute.txt", "embedded-file:2": "rot.bin"}
    assert not list(tmp_path.parent.rglob("ute.txt"))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name_are_refused():
    out = BytesIO(word(p(r("I: Hei"))))
    with zipfile.ZipFile(out, "a") as package:
        package.writestr("word/document.xml", "<x/>")
    with pytest.raises(UnreadableInput, match="one name"):
        formats.read(out.getvalue())


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "password"),
        (b"PK\x03\x04" + b"\x00" * 40, "damaged"),
        (b"Dette er tekst", "not a Word document"),
        (zipped({"innhold.txt": "hei"}), "no Word document"),
        (zipped({"[Content_Types].xml": TYPES}), "no main document"),
        (word(), "no text"),
        (word(p(r("  "))), "no text"),
        (word('<w:altChunk r:id="x"/>', p(r("Hei"))), "embedded"),
        (word(p(r("Hei")))[:-30], "damaged"),
        (word("<w:p>"), "damaged"),
        (b"", "empty"),
    ],
)
def test_what_is_no_word_document_is_refused(source, message):
    with pytest.raises(UnreadableInput, match=message) as caught:
        formats.read(source, "intervju.docx")
    assert str(caught.value).startswith("intervju.docx")


def test_a_workbook_and_an_encrypted_member_are_refused():
    relation = (
        f'<Relationships xmlns="{RELS}"><Relationship Id="a" Type="{OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>'
    )
    workbook = zipped(
        {"[Content_Types].xml": TYPES, "_rels/.rels": relation, "xl/workbook.xml": "<workbook/>"}
    )
    with pytest.raises(UnreadableInput, match="no Word document"):
        formats.read(workbook, "a.docx")
    locked = bytearray(word(p(r("I: Hei"))))
    at = locked.index(b"PK\x01\x02")
    locked[at + 8] |= 1
    with pytest.raises(UnreadableInput, match="encrypted"):
        formats.read(bytes(locked), "a.docx")


def test_characters_that_xml_cannot_hold_do_not_stop_the_writing():
    transcript = formats.read(b"I: Hei\x0cdu\x0bder\r\nR: Ja\r\n", "a.txt")
    again = formats.read(formats.write(transcript, "docx"))
    assert [turn.speaker for turn in again.turns] == ["I", "R"]
