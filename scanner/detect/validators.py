"""Named checks of a matched value: what has the shape of a number is one only when its check digits are right.

A check takes the matched text and returns the value in its shortest form (no separators, upper case), or None where
it is no such value. Values that everybody knows from manuals and forms are none: they leak nothing.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from scanner.detect import known, national_ids

Check = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Validator:
    """A check and what the values that pass it are called.

    `alone` values are none as a piece of a longer number or word.
    """

    kind: str
    check: Check
    alone: bool = True


def luhn(text: str) -> str | None:
    """Check a payment card: a known prefix, its length, and the Luhn digit (ISO/IEC 7812-1)."""
    digits = _compact(text)
    if not _CARD.fullmatch(digits) or digits in known.CARDS or len(set(digits)) < _FEWEST_DIGITS:
        return None
    return digits if luhn_sum(digits) % 10 == 0 else None


def luhn_sum(digits: str) -> int:
    """Return the Luhn sum of a row of digits, the check digit last."""
    return sum(int(digit) for digit in digits[-1::-2]) + sum(_DOUBLED[int(digit)] for digit in digits[-2::-2])


def iban(text: str) -> str | None:
    """Check an account number: the length of its country and the remainder 1 of 97 (ISO 13616)."""
    account = _compact(text)
    if len(account) != _IBAN_LENGTHS.get(account[:2]) or account in known.ACCOUNTS:
        return None
    if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]+", account):
        return None
    number = "".join(str(int(character, 36)) for character in account[4:] + account[:4])
    return account if int(number) % 97 == 1 else None


def entropy(text: str) -> str | None:
    """Check that a token, without the name it is assigned to, looks drawn by lot: at least 3 bits a character."""
    value = _ASSIGNED.sub("", text.rstrip("="), count=1).strip("\"'")
    return None if _SAMPLE_TOKEN.search(value) or bits(value) < _RANDOM_BITS else value


def secret(text: str) -> str | None:
    """Check the right side of an assignment: a real password, no placeholder, variable, call, path or word."""
    value = _ASSIGNED.sub("", text, count=1).strip("\"'`,;")
    if not _SHORTEST_SECRET <= len(value) <= _LONGEST_SECRET or _is_placeholder(value) or _CODE.search(value):
        return None
    kinds = sum(bool(re.search(kind, value)) for kind in (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^A-Za-z0-9]"))
    if kinds < _FEWEST_KINDS or not re.search(r"[0-9]", value) or bits(value) < _SECRET_BITS:
        return None
    return value


def password(text: str) -> str | None:
    """Check what certainly stands where a password does (`PWD=…;`, `//user:…@host`): only placeholders are none."""
    url = _IN_URL.search(text)
    if url and (url["user"] == url["password"] or _EXAMPLE_DOMAIN.search(url["host"].lower())):
        return None
    value = url["password"] if url else _ASSIGNED.sub("", text, count=1).strip("\"'`,;")
    return None if len(value) < _SHORTEST_PASSWORD or _is_placeholder(value) or _CODE.search(value) else value


def email(text: str) -> str | None:
    """Check a mail address: two parts, of which neither is an example's (RFC 2606)."""
    address = text.lower().strip(".")
    _, _, domain = address.partition("@")
    return None if _EXAMPLE_DOMAIN.search(domain) or ".." in address else address


def address(text: str) -> str | None:
    """Check an IPv4 address of a private network (RFC 1918, RFC 6598), but not a network's first or last."""
    parts = [int(part) for part in re.findall(r"[0-9]+", text)[-4:]]
    if len(parts) != 4 or max(parts) > 255 or parts[3] in {0, 255}:  # noqa: PLR2004 - four bytes
        return None
    first, second = parts[:2]
    private = first == 10 or (first, second) == (192, 168) or (first == 172 and 16 <= second < 32)  # noqa: PLR2004 - RFC 1918
    shared = first == 100 and 64 <= second < 128  # noqa: PLR2004 - 100.64.0.0/10
    return ".".join(map(str, parts)) if private or shared else None


def bits(text: str) -> float:
    """Return the Shannon entropy of a text in bits a character."""
    return -sum(count / len(text) * math.log2(count / len(text)) for count in Counter(text).values())


_FEWEST_DIGITS = 4
_RANDOM_BITS = 3.0
_SECRET_BITS = 2.5
_FEWEST_KINDS = 2
_SHORTEST_SECRET = 8
_LONGEST_SECRET = 64
_SHORTEST_PASSWORD = 4
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)

# Visa, Mastercard, American Express, Discover, JCB, Diners Club, UnionPay.
_CARD = re.compile(
    r"4[0-9]{12}(?:[0-9]{3}){0,2}|5[1-5][0-9]{14}|2(?:22[1-9]|2[3-9][0-9]|[3-6][0-9]{2}|7[01][0-9]|720)[0-9]{12}"
    r"|3[47][0-9]{13}|6(?:011|4[4-9][0-9]|5[0-9]{2})[0-9]{12}|35(?:2[89]|[3-8][0-9])[0-9]{12}"
    r"|3(?:0[0-5]|[68][0-9])[0-9]{11}|62[0-9]{14,17}"
)
# ISO 13616-1, the registry of SWIFT.
_IBAN_LENGTHS: Mapping[str, int] = {
    country: int(length)
    for length, countries in {
        "15": "NO",
        "16": "BE BI",
        "18": "DK FI FK FO GL NL SD",
        "19": "MK SI",
        "20": "AT BA EE KZ LT LU MN XK",
        "21": "CH CR HR LI LV",
        "22": "BG BH DE GB GE IE ME RS VA",
        "23": "AE GI IL IQ OM SO TL",
        "24": "AD CZ ES MD PK RO SA SE SK TN VG",
        "25": "LY PT ST",
        "26": "IS TR",
        "27": "DJ FR GR IT MC MR SM",
        "28": "AL AZ BY CY DO GT HU LB NI PL SV",
        "29": "BR EG PS QA UA",
        "30": "JO KW MU YE",
        "31": "MT SC",
        "32": "LC",
        "33": "RU",
    }.items()
    for country in countries.split()
}
_ASSIGNED = re.compile(r"^(?:machine\b.*\bpassword\s+|[^:=]*(?::=|=>|[:=])\s*)", re.DOTALL)
_IN_URL = re.compile(r"://(?P<user>[^/\s:@]*):(?P<password>[^/\s@]+)@(?P<host>[\w.-]*)")
_PLACEHOLDER = re.compile(
    r"change.?(?:me|it)|example|sample|dummy|placeholder|redacted|your.?|my.?(?:secret|pass)|insert|enter|todo|secret"
    r"|pass.?w(?:or)?d|passwort|kennwort|qwerty|letmein|foobar|hunter2|x{4}|\*{3}|\.{3}|_{3}|-{4}|#{4}|1234|abcd|0{6}"
    r"|^pass$|^user|test|default|none|null|true|false|undefined|correct.?horse|lorem|welcome1",
    re.IGNORECASE,
)
_SAMPLE_TOKEN = re.compile(r"example|sample|dummy|placeholder|redacted|your|x{4}|\*{3}|12345|abcde|0{6}", re.IGNORECASE)
# Variables, calls, markup, paths and addresses: what programs and manuals write where a password would stand.
_CODE = re.compile(r"^[$%{<\[(&@/\\#!]|[(){}<>\[\]]|\$\{|://|^[A-Za-z_]+(?:\.[A-Za-z_]\w*)+$|^[A-Za-z]:\\|\\[nrt]")
_EXAMPLE_DOMAIN = re.compile(
    r"(?:^|\.)(?:example\.(?:com|net|org)|(?:[^.]+\.)*(?:example|test|invalid|localhost))$|^domain\.|^email\."
)


def _is_placeholder(value: str) -> bool:
    return _PLACEHOLDER.search(value) is not None


def _compact(text: str) -> str:
    return re.sub(r"[\s.\-/\u2010-\u2015\u00a0]", "", text).upper()


VALIDATORS: Mapping[str, Validator] = {
    "luhn": Validator("payment card", luhn),
    "iban": Validator("bank account", iban),
    "entropy": Validator("token", entropy, alone=False),
    "secret": Validator("password", secret, alone=False),
    "password": Validator("password", password, alone=False),
    "email": Validator("mail address", email, alone=False),
    "private_address": Validator("internal address", address),
} | {name: Validator(kind, check) for name, (kind, check) in national_ids.CHECKS.items()}
