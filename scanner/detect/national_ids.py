"""Checks of national identity numbers by their check digits, dates and reserved ranges.

Each takes the text as it stands and returns the number without separators, or None where it is none. The rules are
those the issuing state publishes; the docstring names them.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date

from scanner.detect import known


def cn_id(text: str) -> str | None:
    """Check a Chinese identity number: province, birthday and ISO 7064 MOD 11-2 (GB 11643-1999)."""
    number = _compact(text)
    if not re.fullmatch(r"[1-8][0-9]{16}[0-9X]", number) or not _PROVINCES.match(number):
        return None
    if not _is_day(int(number[6:10]), int(number[10:12]), int(number[12:14])):
        return None
    total = _weighed(number[:17], (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2))
    return number if "10X98765432"[total % 11] == number[17] else None


def us_ssn(text: str) -> str | None:
    """Check a US social security number: no reserved area, group or serial (SSA, POMS RM 10201.035)."""
    number = _compact(text)
    if not re.fullmatch(r"(?!000|666|9)[0-9]{3}(?!00)[0-9]{2}(?!0000)[0-9]{4}", number):
        return None
    return None if number in known.SSNS or len(set(number)) == 1 else number


def nino(text: str) -> str | None:
    """Check a British national insurance number: its allotted prefixes and suffix (HMRC, NIM39110)."""
    number = _compact(text)
    if not re.fullmatch(r"(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][0-9]{6}[A-D]", number):
        return None
    return None if number[2:8] in {"123456", "000000", "111111"} else number


def nir(text: str) -> str | None:
    """Check a French social security number: month, and the key 97 minus the number modulo 97 (INSEE)."""
    number = _compact(text)
    if not re.fullmatch(r"[1-478][0-9]{4}(?:[0-9]{2}|2[AB])[0-9]{8}", number):
        return None
    month = int(number[3:5])
    if not (1 <= month <= 12 or 20 <= month <= 42 or month >= 50):  # noqa: PLR2004 - 20 and up: month not known
        return None
    plain = number[:13].replace("2A", "19", 1) if number[5:7] == "2A" else number[:13].replace("2B", "18", 1)
    return number if 97 - int(plain) % 97 == int(number[13:]) else None


def de_tax_id(text: str) -> str | None:
    """Check a German tax number: one digit twice or thrice, and ISO 7064 MOD 11,10 (§ 139b AO; BZSt)."""
    number = _compact(text)
    if not re.fullmatch(r"[1-9][0-9]{10}", number) or number in known.GERMAN_TAX_NUMBERS:
        return None
    repeats = sorted(number[:10].count(digit) for digit in set(number[:10]))
    if repeats[-1] not in {2, 3} or repeats[-2] != 1:
        return None
    product = 10
    for digit in number[:10]:
        product = ((int(digit) + product) % 10 or 10) * 2 % 11
    return number if (11 - product) % 10 == int(number[10]) else None


def dni_es(text: str) -> str | None:
    """Check a Spanish DNI or NIE: its letter is the number modulo 23 (Real Decreto 1553/2005)."""
    number = _compact(text)
    if not re.fullmatch(r"[0-9XYZ][0-9]{7}[A-Z]", number) or number[:8] in {"12345678", "00000000", "11111111"}:
        return None
    digits = str("XYZ".find(number[0])) + number[1:8] if number[0] in "XYZ" else number[:8]
    return number if "TRWAGMYFPDXBNJZSQVHLCKE"[int(digits) % 23] == number[8] else None


def pesel(text: str) -> str | None:
    """Check a Polish PESEL: birthday with its century, and the weighed sum (ustawa o ewidencji ludności)."""
    number = _compact(text)
    if not re.fullmatch(r"[0-9]{11}", number):
        return None
    century, month = divmod(int(number[2:4]), 20)
    year = (1900, 2000, 2100, 2200, 1800)[century] + int(number[:2])
    if not _is_day(year, month, int(number[4:6])):
        return None
    return number if _weighed(number, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)) % 10 == 0 else None


def codice_fiscale(text: str) -> str | None:
    """Check an Italian tax code: month, day, and its check letter (D.M. 23/12/1976)."""
    code = _compact(text)
    if not re.fullmatch(r"[A-Z]{6}[0-9LMNP-V]{2}[A-EHLMPRST][0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{3}[A-Z]", code):
        return None
    day = int("".join(str(_OMOCODES.find(mark)) if mark in _OMOCODES else mark for mark in code[9:11])) % 40
    if not 1 <= day <= 31:  # noqa: PLR2004 - days of a month; women's are 40 more
        return None
    total = sum(_ODD[int(mark, 36)] for mark in code[:15:2])
    total += sum(int(mark, 36) - 10 if mark.isalpha() else int(mark) for mark in code[1:15:2])
    return code if chr(ord("A") + total % 26) == code[15] else None


def ch_ahv(text: str) -> str | None:
    """Check a Swiss AHV number: 756 and the check digit of EAN-13 (AHVV, art. 133)."""
    number = _compact(text)
    if not re.fullmatch(r"756[0-9]{10}", number) or number == "7561234567897":
        return None
    return number if _weighed(number, (1, 3) * 6 + (1,)) % 10 == 0 else None


def br_cpf(text: str) -> str | None:
    """Check a Brazilian CPF: two check digits modulo 11 (Receita Federal)."""
    number = _compact(text)
    if not re.fullmatch(r"[0-9]{11}", number) or len(set(number)) == 1 or number == "12345678909":
        return None
    first = _weighed(number[:9], range(10, 1, -1)) * 10 % 11 % 10
    second = _weighed(number[:10], range(11, 1, -1)) * 10 % 11 % 10
    return number if number[9:] == f"{first}{second}" else None


def kr_rrn(text: str) -> str | None:
    """Check a Korean resident number: birthday and weighed sum (주민등록법 시행규칙)."""
    number = _compact(text)
    if not re.fullmatch(r"[0-9]{6}[1-8][0-9]{6}", number):
        return None
    century = 1900 if number[6] in "1256" else 2000
    if not _is_day(century + int(number[:2]), int(number[2:4]), int(number[4:6])):
        return None
    total = _weighed(number[:12], (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5))
    return number if (11 - total % 11) % 10 == int(number[12]) else None


_PROVINCES = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
_OMOCODES = "LMNPQRSTUV"
# Values of 0-9 and A-Z on odd places: D.M. 23/12/1976.
_ODD_DIGITS = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21)
_ODD = (*_ODD_DIGITS, *_ODD_DIGITS, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)


def _compact(text: str) -> str:
    return re.sub(r"[\s.\-/\u2010-\u2015\u00a0]", "", text).upper()


def _weighed(digits: str, weights: "tuple[int, ...] | range") -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        return date(1850, 1, 1) <= date(year, month, day) <= date.today()  # noqa: DTZ011 - a day is all there is
    except ValueError:
        return False


CHECKS: Mapping[str, tuple[str, Callable[[str], str | None]]] = {
    "cn_id": ("Chinese identity number", cn_id),
    "us_ssn": ("US social security number", us_ssn),
    "nino": ("UK national insurance number", nino),
    "nir": ("French social security number", nir),
    "de_tax_id": ("German tax number", de_tax_id),
    "dni_es": ("Spanish identity number", dni_es),
    "pesel": ("Polish PESEL", pesel),
    "codice_fiscale": ("Italian tax code", codice_fiscale),
    "ch_ahv": ("Swiss AHV number", ch_ahv),
    "br_cpf": ("Brazilian CPF", br_cpf),
    "kr_rrn": ("Korean resident number", kr_rrn),
}
