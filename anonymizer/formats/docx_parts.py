"""Everything in a Word file besides the running text that may name someone: properties, people, links, styles, names.

All of it becomes parts, so that it is searched; none of it is ever written, for a new file is.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from anonymizer.formats.docx_story import tell
from anonymizer.formats.limits import Place
from anonymizer.formats.ooxml import Package, attribute, local
from anonymizer.formats.timed import Parts

__all__ = ["MARGINS", "gather"]

MARGINS = {"hdr": "header", "ftr": "footer"}
_TOLD_ELSEWHERE = frozenset({"document", "footnotes", "endnotes", "comments", "Types", "Relationships"})
_COUNTS = frozenset(
    [
        "Pages",
        "Words",
        "Characters",
        "Lines",
        "Paragraphs",
        "TotalTime",
        "DocSecurity",
        "AppVersion",
        "ScaleCrop",
        "LinksUpToDate",
        "CharactersWithSpaces",
        "SharedDoc",
        "HyperlinksChanged",
        "Slides",
        "Notes",
        "HiddenSlides",
        "MMClips",
        "i4",
        "i2",
        "bool",
    ]
)
_USUAL_VALUE = re.compile(
    r"Normal(?:\.dotm)?|Microsoft (?:Office |Macintosh )?Word|LibreOffice/[\w.$ ]*|Title|Tittel|\d{1,7}|true|false|",
    re.IGNORECASE,
)
_USUAL_STYLE = re.compile(
    r"(?:Heading|Overskrift|Title|Tittel|Subtitle|Undertittel|Header|Topptekst|Footer|Bunntekst|Body Text|Brødtekst"
    r"|Macro Text|Quote|Sitat|Intense Quote|Sterkt sitat|Comment (?:Text|Subject)|Merknadstekst|Kommentaremne"
    r"|Footnote Text|Fotnotetekst|Endnote Text|Sluttnotetekst|Balloon Text|Bobletekst"
    r"|List Paragraph|Listeavsnitt|Default|Standard"
    r"|Uløst omtale|Unresolved Mention|Table Grid Light|Plain Table)?"
    r"[ ]?\d{0,2}(?:[ ]?(?:Char|Tegn|Teikn)\d?)?",
    re.IGNORECASE,
)
_USUAL_MEMBER = re.compile(
    r"(?:.*/)?(?:image|media|hdphoto|audio|oleObject|Microsoft_\w+|embeddings?|activeX|printerSettings|font|thumbnail"
    r"|fontTable|vbaProject|vbaData|chart|colors|style|drawing|data|layout|quickStyle)?_?\d{0,4}"
    r"\.(?:png|jpe?g|gif|emf|wmf|tiff?|bmp|svg|bin|odttf|fntdata|xlsx|wdp)",
    re.IGNORECASE,
)
_CORE = frozenset(
    [
        "creator",
        "lastModifiedBy",
        "title",
        "subject",
        "description",
        "keywords",
        "category",
        "contentStatus",
        "identifier",
        "language",
        "revision",
        "version",
        "created",
        "modified",
        "lastPrinted",
        "contentType",
    ]
)
_NO_TEXT = frozenset({"theme", "fonts", "webSettings", "latentStyles"})


def gather(package: Package, main: str, parts: Parts, place: Place) -> None:
    """Read every member but the main document, its notes and comments, and keep what could identify someone."""
    authors: set[str] = set()
    for name in package.names:
        if not name.endswith((".xml", ".rels")):
            if not _USUAL_MEMBER.fullmatch(name):
                parts.add("embedded-file", name.rpartition("/")[2])
            continue
        root = package.xml(name)
        if name.endswith(".rels"):
            _links(root, parts)
            continue
        kind = local(root)
        _authors(root, authors, comments=kind == "comments")
        if name != main and kind not in _TOLD_ELSEWHERE:
            _member(root, kind, parts, place)
    for author in sorted(authors):
        parts.add("author", author)


def _member(root: Element, kind: str, parts: Parts, place: Place) -> None:
    if kind in MARGINS:
        text = tell(root, parts, place).plain()
        if text:
            parts.add(MARGINS[kind], text)
    elif kind == "coreProperties":
        for element in root:
            _keep(f"core:{local(element)}" if local(element) in _CORE else "core:other", element.text, parts)
    elif kind == "Properties":
        _properties(root, parts)
    elif kind == "people":
        for element in root.iter():
            if local(element) == "presenceInfo":
                _keep("person", attribute(element, "userId"), parts)
    elif kind in {"styles", "numbering", "settings"}:
        _names(root, kind, parts)
    elif kind not in _NO_TEXT:
        _keep(kind if re.fullmatch(r"[A-Za-z]{1,30}", kind) else "xml", " ".join(_text(root)), parts)


def _properties(root: Element, parts: Parts) -> None:
    for element in root:
        if local(element) == "property":
            value = " ".join(_text(element))
            _keep("custom", f"{attribute(element, 'name') or ''}: {value}", parts)
        elif local(element) not in _COUNTS:
            texts = [text for text in _text(element) if not _USUAL_VALUE.fullmatch(text)]
            _keep(
                f"app:{local(element)}" if re.fullmatch(r"[A-Za-z]{1,30}", local(element)) else "app:other",
                " ".join(texts),
                parts,
            )


def _names(root: Element, kind: str, parts: Parts) -> None:
    """Keep names that people give: of styles, of document variables, of numbering levels, of mail-merge sources."""
    seen: set[str] = set()
    for element in root.iter():
        name = local(element)
        value = attribute(element, "val") or ""
        if kind == "styles" and name == "style" and attribute(element, "customStyle") in {"1", "true"}:
            for child in element:
                value = attribute(child, "val") or ""
                if (
                    local(child) in {"name", "aliases"}
                    and not _USUAL_STYLE.fullmatch(value)
                    and value not in seen
                ):
                    seen.add(value)
                    _keep("style", value, parts)
        elif kind == "numbering" and name == "lvlText" and re.search(r"[^\W\d_]{2}", value):
            _keep("numbering", value, parts)
        elif kind == "settings" and name == "docVar":
            _keep("variable", f"{attribute(element, 'name') or ''}: {value}", parts)
        elif kind == "settings" and name in {"query", "connectString", "addressFieldName", "mailSubject"}:
            _keep("variable", value, parts)


def _links(root: Element, parts: Parts) -> None:
    for element in root.iter():
        if local(element) == "Relationship" and element.get("TargetMode") == "External":
            _keep("link", element.get("Target"), parts)


def _authors(root: Element, authors: set[str], *, comments: bool) -> None:
    """Collect who made a change; the authors of comments stand beside their comment."""
    for element in root.iter():
        if comments and local(element) == "comment":
            continue
        for key, value in element.items():
            if key.rpartition("}")[2] == "author" and value.strip():
                authors.add(value)


def _text(root: Element) -> list[str]:
    return [text.strip() for text in root.itertext() if text.strip()]


def _keep(kind: str, text: str | None, parts: Parts) -> None:
    if text and text.strip():
        if kind.startswith(("core:", "app:")):
            parts.once(kind, text)
        else:
            parts.add(kind, text)
