"""Named checks that a rule file can ask for: check digits, dates, numbering plans.

A check reads the figures (or the text) of a match and says ``VALID`` (it can hardly be anything else),
``POSSIBLE`` (nothing speaks against it) or ``INVALID`` (it is not this kind of number). Rules name checks by
word, never by a path into the code.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from enum import Enum
from itertools import pairwise
from types import MappingProxyType

__all__ = ["CHECKS", "Check", "Validity", "digits_of", "mod11", "national_id_kind"]


class Validity(Enum):
    """What a check says of a match."""

    VALID = "valid"
    POSSIBLE = "possible"
    INVALID = "invalid"


Check = Callable[[str], Validity]


def digits_of(text: str) -> str:
    """Return the figures of ``text`` alone."""
    return "".join(character for character in text if "0" <= character <= "9")


def mod11(digits: str, weights: tuple[int, ...]) -> int:
    """Return the weighted sum of ``digits`` modulo 11."""
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False)) % 11


_K1 = (3, 7, 6, 1, 8, 9, 4, 5, 2)
_K2 = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)


def _national_check_digits(digits: str) -> bool:
    # From 2032 the first check digit may leave a remainder of 0, 1, 2 or 3; the second stays as it was.
    # Source: Skatteetaten, "Nytt fødselsnummer fra 2032" (skatteetaten.github.io/folkeregisteret-api-dokumentasjon).
    first = (mod11(digits[:9], _K1) + int(digits[9])) % 11
    return first in {0, 1, 2, 3} and mod11(digits, _K2) == 0


def _is_day(day: int, month: int, year: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= monthrange(2000 if year % 4 == 0 else 2001, month)[1]


def national_id_kind(digits: str) -> str | None:
    """Return ``fnr``, ``d``, ``h`` or ``fh`` for what eleven figures can be by their date part, else ``None``.

    D-number: day + 40. H-number: month + 40. FH-number: first figure 8 or 9, the rest random. Test persons have
    month + 80 (Tenor) or month + 65 (NAV's own), which are read as what they imitate.
    """
    if len(digits) != 11:
        return None
    day, month, year = int(digits[:2]), int(digits[2:4]), int(digits[4:6])
    if day >= 80:
        return "fh"
    dnumber = day > 40
    day -= 40 if dnumber else 0
    for shift, kind in ((0, "fnr"), (40, "h"), (80, "fnr"), (65, "fnr")):
        if _is_day(day, month - shift, year):
            return "d" if dnumber and kind == "fnr" else kind
    return None


def _national(kinds: frozenset[str], text: str) -> Validity:
    digits = digits_of(text)
    kind = national_id_kind(digits)
    if kind not in kinds:
        return Validity.INVALID
    if _national_check_digits(digits):
        return Validity.VALID
    return Validity.POSSIBLE


def fodselsnummer(text: str) -> Validity:
    """Check a fødselsnummer: date part and both check digits (old rule and that of 2032)."""
    return _national(frozenset({"fnr"}), text)


def d_number(text: str) -> Validity:
    """Check a D-number: day + 40."""
    return _national(frozenset({"d"}), text)


def h_number(text: str) -> Validity:
    """Check both kinds of hjelpenummer: month + 40, or FH-number with first figure 8 or 9 (nhn.no)."""
    digits = digits_of(text)
    kind = national_id_kind(digits)
    if kind not in {"h", "fh"}:
        return Validity.INVALID
    if _national_check_digits(digits):
        return Validity.VALID
    return Validity.INVALID if kind == "fh" else Validity.POSSIBLE


def bank_account(text: str) -> Validity:
    """Check a Norwegian bank account: eleven figures, the last a mod-11 check digit."""
    digits = digits_of(text)
    if len(digits) != 11 or len(set(digits)) == 1:
        return Validity.INVALID
    valid = mod11(digits, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)) == 0
    return Validity.POSSIBLE if valid else Validity.INVALID


def organisation_number(text: str) -> Validity:
    """Check an organisation number: nine figures from 8 or 9 (2 and 3 are reserved), mod-11 check digit."""
    digits = digits_of(text)
    if len(digits) != 9 or digits[0] not in "2389":
        return Validity.INVALID
    return Validity.VALID if mod11(digits, (3, 2, 7, 6, 5, 4, 3, 2, 1)) == 0 else Validity.INVALID


def duf_number(text: str) -> Validity:
    """Check a DUF-number: year, six figures, and the remainder of a weighted sum as two check digits.

    The weights are those that public validators use (lovas.info, "Identitetsnummer i Norge"); not confirmed by UDI.
    """
    digits = digits_of(text)
    if len(digits) != 12 or not 1975 <= int(digits[:4]) <= 2060:
        return Validity.INVALID
    remainder = mod11(digits[4:10] + digits[:4], (4, 6, 3, 2, 7, 5, 4, 6, 3, 2))
    return Validity.VALID if int(digits[10:]) == remainder else Validity.POSSIBLE


_IBAN_LENGTHS = MappingProxyType(
    {"NO": 15, "SE": 24, "DK": 18, "FI": 18, "IS": 26, "DE": 22, "GB": 22, "PL": 28, "LT": 20, "LV": 21, "EE": 20,
     "NL": 18, "BE": 16, "FR": 27, "ES": 24, "IT": 27, "PT": 25, "CH": 21, "AT": 20, "IE": 22, "TR": 26, "RO": 24,
     "BG": 22, "UA": 29}
)  # fmt: skip


def iban(text: str) -> Validity:
    """Check an IBAN: length of its country and remainder 1 modulo 97 (ISO 13616)."""
    code = "".join(text.split()).replace("-", "").upper()
    if _IBAN_LENGTHS.get(code[:2], len(code)) != len(code) or not 15 <= len(code) <= 34:
        return Validity.INVALID
    number = "".join(str(int(character, 36)) for character in code[4:] + code[:4] if character.isalnum())
    return Validity.VALID if int(number) % 97 == 1 else Validity.INVALID


def luhn(text: str) -> Validity:
    """Check a card number by the Luhn sum (ISO/IEC 7812)."""
    digits = [int(digit) for digit in digits_of(text)]
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2]]
    return Validity.VALID if (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0 else Validity.INVALID


def norwegian_phone(text: str) -> Validity:
    """Check eight figures (or +47 and eight) against the Norwegian numbering plan (Nkom, E.164).

    Mobiles begin with 4, 9 and 59; fixed lines with 2, 3, 5, 6, 7; 80, 81, 82, 85, 88 are service numbers.
    Counting aloud (``12345678``) and a single figure repeated are no numbers.
    """
    digits = digits_of(text)
    for prefix in ("0047", "47"):
        if len(digits) > 8 and digits.startswith(prefix):
            digits = digits[len(prefix) :]
            break
    if len(digits) != 8 or digits[0] in "01" or digits in "0123456789" or digits in "9876543210":
        return Validity.INVALID
    if len(set(digits)) == 1:
        return Validity.INVALID
    if digits[0] == "8" and digits[1] not in "0123589":
        return Validity.INVALID
    pairs = [int(digits[at : at + 2]) for at in range(0, 8, 2)]
    if len({b - a for a, b in pairwise(pairs)}) == 1 and pairs[1] - pairs[0] in {1, 5, 10}:
        return Validity.INVALID
    return Validity.POSSIBLE


def calendar_date(text: str) -> Validity:
    """Check that figures in the order day, month, year (or year, month, day) are a day of the calendar."""
    import regex  # noqa: PLC0415 - checks are imported by the loader, which must stay light

    numbers = [int(number) for number in regex.findall(r"\d{1,4}", text)]
    if len(numbers) == 3 and numbers[0] > 31:
        numbers.reverse()
    if len(numbers) < 2:
        return Validity.INVALID
    day, month = numbers[0], numbers[1]
    year = numbers[2] if len(numbers) > 2 else 2000
    if not _is_day(day, month, year) or 100 <= year < 1800 or year > 2100:
        return Validity.INVALID
    return Validity.POSSIBLE


def human_age(text: str) -> Validity:
    """Check that the first number is an age a person can have."""
    import regex  # noqa: PLC0415

    number = regex.search(r"\d{1,4}", text)
    return Validity.POSSIBLE if number and 0 < int(number[0]) <= 115 else Validity.INVALID


def ip_address(text: str) -> Validity:
    """Check an IPv4 or IPv6 address."""
    import ipaddress  # noqa: PLC0415

    try:
        ipaddress.ip_address(text)
    except ValueError:
        return Validity.INVALID
    return Validity.VALID


CHECKS: MappingProxyType[str, Check] = MappingProxyType(
    {
        check.__name__: check
        for check in (
            bank_account,
            calendar_date,
            d_number,
            duf_number,
            fodselsnummer,
            h_number,
            human_age,
            iban,
            ip_address,
            luhn,
            norwegian_phone,
            organisation_number,
        )
    }
)
"""Every check a rule file may name."""
