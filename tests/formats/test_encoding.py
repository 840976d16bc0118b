"""Which bytes are text, and in which encoding they go back."""

import pytest
from anonymizer import formats
from anonymizer.errors import LimitExceeded, UnreadableInput
from anonymizer.formats.encoding import Encoding, decode, encode
from hypothesis import given
from hypothesis import strategies as st

NORWEGIAN = "I: Hvor bor du?\r\nR: På Gran, i nærheten av Ås. «Ja» – sånn cirka …\r\n"


@pytest.mark.parametrize(
    ("mark", "codec", "found"),
    [
        (b"", "utf-8", Encoding("utf-8")),
        (b"\xef\xbb\xbf", "utf-8", Encoding("utf-8", mark=True)),
        (b"\xff\xfe", "utf-16-le", Encoding("utf-16-le", mark=True)),
        (b"\xfe\xff", "utf-16-be", Encoding("utf-16-be", mark=True)),
        (b"", "utf-16-le", Encoding("utf-16-le")),
        (b"", "utf-16-be", Encoding("utf-16-be")),
        (b"", "cp1252", Encoding("cp1252")),
    ],
)
def test_recognises_the_encodings_that_transcripts_come_in(mark, codec, found):
    source = mark + NORWEGIAN.encode(codec)
    assert decode(source) == (NORWEGIAN, found)
    assert encode(NORWEGIAN, found) == source


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (b"", "empty"),
        (b" \r\n\t\n", "no text"),
        (b"\xef\xbb\xbf", "no text"),
        (b"I: hei\x00du", "zero bytes"),
        (bytes(range(256)) * 4, "zero bytes"),
        (b"I: hei\x07", "control character"),
        ("I: På Gran".encode("utf-32"), "UTF-32"),
        ("R: På Gran, på Ås, på Ål".encode().replace(b"\xa5", b"\x41", 1), "damaged"),
        ("R: Ås på Å".encode()[:-1], "damaged"),
        ("R: Jeg bor på Ås, Kåre er søster".encode("mac-roman"), "encoding|neither"),
        ("R: Jeg bor på Nærøy, Kåre og søster".encode("cp865"), "encoding"),
        (b"\x81\x8d\x8f" + b"abc", "neither"),
        (b"\xff\xfeI\x00\x00\xd8x\x00", "UTF-16"),
        (bytes(range(0x80, 0x100)).replace(b"\x81", b"").replace(b"\x8d", b""), "."),
    ],
)
def test_what_is_not_surely_text_is_refused_and_named(source, message):
    with pytest.raises(UnreadableInput, match=message) as caught:
        formats.read(source, "intervju.txt")
    assert caught.value.where.startswith("intervju.txt")


def test_a_new_name_that_the_encoding_lacks_makes_the_file_utf8_with_a_mark():
    transcript = formats.read("I: Hva heter du?\nR: Åse\n".encode("cp1252"), "a.txt")
    turns = (transcript.turns[0], type(transcript.turns[1])("Áŋŋá", "R", layout=transcript.turns[1].layout))
    written = formats.write(type(transcript)("txt", turns, layout=transcript.layout))
    assert written == b"\xef\xbb\xbf" + "I: Hva heter du?\nR: Áŋŋá\n".encode()
    assert formats.read(written, "a.txt").turns[1].text == "Áŋŋá"


def test_too_many_bytes_or_characters_are_refused():
    with pytest.raises(LimitExceeded, match="bytes"):
        formats.read(b"I: hei" * 10, "a.txt", limits=formats.Limits(source=50))
    with pytest.raises(LimitExceeded, match="characters"):
        formats.read(b"I: hei" * 10, "a.txt", limits=formats.Limits(characters=50))


WORDS = st.text(st.sampled_from("abcæøåÆØÅ éü.,:«»–'\n\t…"), min_size=1).filter(
    lambda text: text.strip() != ""
)


@given(WORDS, st.sampled_from(["utf-8", "utf-16-le", "utf-16-be"]), st.booleans())
def test_text_survives_decoding_and_encoding(text, codec, mark):
    if not mark and codec != "utf-8":
        return
    source = encode(text, Encoding(codec, mark))
    assert decode(source) == (text, Encoding(codec, mark))


@given(st.binary(max_size=200))
def test_any_bytes_are_text_or_refused(source):
    try:
        text, encoding = decode(source)
    except UnreadableInput:
        return
    assert encode(text, encoding) == source
