"""The named checks of matched values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.detect import known
from scanner.detect.mask import Mask
from scanner.detect.validators import VALIDATORS, bits, luhn_sum

# Numbers of published examples, and numbers drawn by lot with check digits of their own.
GOOD = {
    "luhn": ["4332 2453 8323 6405", "4755-9200-4871-8306", "6250941006528599"],
    "iban": [
        "DE36 6244 4565 5441 1349 07",
        "FR0753554216939384779873967",
        "gb30 kxqz 4306 6095 1770 21",
    ],
    "cn_id": ["11010519491231002X", "310165198510175808"],
    "us_ssn": ["536-22-1849", "536 22 1849"],
    "nino": ["JG 10 37 59 B", "jg103759b"],
    "nir": ["2 69 05 49 588 157 80", "185050509003279", "1 55 08 2A 004 012 36"],
    "de_tax_id": ["86 095 742 719", "47036892816", "65929970489", "57549285017"],
    "dni_es": ["23141330H", "X1234567L", "Y-7687454-V", "23.141.330-H"],
    "pesel": ["44051401359", "63120668251", "02270803624"],
    "codice_fiscale": ["RSSMRA85T10A562S", "mrtmtt25d09f205z", "RSSMRA70T16H501V"],
    "ch_ahv": ["756.9217.0769.85", "7562100186389"],
    "br_cpf": ["111.444.777-35", "89442851284"],
    "kr_rrn": ["621202-1826311"],
    "email": ["a.b@corp.de", "X@Y.org"],
    "private_address": ["10.20.1.5", "192.168.1.1", "172.31.0.9", "100.64.0.1"],
    "entropy": ["ghp_9fK2mQ7xLr4TzW8vBn3YcJ6sHd1PgE5uRaZe", 'key = "q7Jd0sLwXv4R2bNcT9mKp6ZyHg8EfUaQ1iOtW5rS"'],
    "secret": ["password = vR9t-LzWp4B", "Kennwort: Sommer#2031", 'pwd := "Tr7-kQ2mXv"', "p => Kx2mQvRt9L"],
    "password": ["Pwd=tiger;", "ldap://svc:Kx2mQ@db01.corp.lan", "machine a login b password Kx2mQvRt9L"],
}
BAD = {
    "luhn": ["4332 2453 8323 6406", "4111 1111 1111 1111", "9332245383236405", "4444444444444448", "433224538323640"],
    "iban": [
        "DE36 6244 4565 5441 1349 08",
        "DE89370400440532013000",
        "ZZ36624445655441134907",
        "DE3662444565544113490",
        "DE366244456554411349_7",
    ],
    "cn_id": ["110105194912310021", "11010519491331002X", "99010519491231002X", "1101051949123100"],
    "us_ssn": ["078-05-1120", "000-22-1849", "666-22-1849", "936-22-1849", "536-00-1849", "536-22-0000", "555-55-5555"],
    "nino": ["QQ103759B", "GB103759B", "AB123456C", "JG103759E"],
    "nir": ["269054958815781", "2 69 15 49 588 157 80", "569054958815780"],
    "de_tax_id": ["86095742718", "06095742719", "12345678903", "11111111111", "12345678901", "11223344556"],
    "dni_es": ["23141330J", "12345678Z", "X1234567M"],
    "pesel": ["44051401358", "44151401359", "44053201359", "4405140135"],
    "codice_fiscale": ["RSSMRA85T10A562T", "RSSMRA85T00A562S", "RSSMRA85Z10A562S"],
    "ch_ahv": ["756.9217.0769.86", "755.9217.0769.85", "756.1234.5678.97"],
    "br_cpf": ["111.444.777-36", "11111111111", "123.456.789-09"],
    "kr_rrn": ["621202-1826312", "621302-1826311", "621202-9826311"],
    "email": ["a@example.com", "a@mail.example.org", "a@b.test", "a..b@corp.de"],
    "private_address": ["8.8.8.8", "10.0.0.0", "10.0.0.255", "10.1.2", "10.300.1.1", "172.32.0.1"],
    "entropy": ["ghp_xxxxxxxxxxxxxxxxxxxx", "AKIAIOSFODNN7EXAMPLE", "aaaabbbbaaaabbbb", "key="],
    "secret": [
        "password = changeme1",
        "password=${PASS_1}",
        "p = get(user2)",
        "p: at4",
        "password: Character",
        "p = os.env1.b",
        "a: 11111111",
        "p: http://a1b2c3d4",
    ],
    "password": [
        "Pwd=myPassword;",
        "ftp://user:pass@host",
        "ftp://jane:jane@corp.lan",
        "ftp://a:Kx2mQ@www.example.com",
        "Pwd={0}",
        "Pwd=abc",
    ],
}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in GOOD.items() for text in texts])
def test_a_right_value_passes(name, text):
    assert VALIDATORS[name].check(text)


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in BAD.items() for text in texts])
def test_a_wrong_or_well_known_value_does_not_pass(name, text):
    assert VALIDATORS[name].check(text) is None


def test_every_check_is_tried_here():
    assert set(GOOD) == set(BAD) == set(VALIDATORS)


@pytest.mark.parametrize(
    "name", ["luhn", "cn_id", "nir", "de_tax_id", "dni_es", "pesel", "codice_fiscale", "ch_ahv", "br_cpf"]
)
def test_every_slip_of_one_sign_is_noticed_but_where_the_check_cannot_see_it(name):
    check = VALIDATORS[name].check
    value = check(GOOD[name][0])
    slips = [
        value[:at] + digit + value[at + 1 :] for at in range(len(value)) for digit in "0123456789" if value[at] != digit
    ]
    passing = [slip for slip in slips if check(slip)]

    assert len(passing) <= len(slips) // 26


@given(name=st.sampled_from(sorted(VALIDATORS)), text=st.text(max_size=60))
def test_a_check_takes_any_text_and_never_raises(name, text):
    value = VALIDATORS[name].check(text)

    assert value is None or isinstance(value, str)


@given(digits=st.text("0123456789", min_size=1, max_size=20))
def test_each_row_of_digits_has_exactly_one_luhn_digit(digits):
    assert sum(luhn_sum(f"{digits}{last}") % 10 == 0 for last in range(10)) == 1


def test_sample_cards_and_accounts_are_right_numbers_that_are_left_out_on_purpose():
    assert all(luhn_sum(card) % 10 == 0 for card in known.CARDS)
    assert not any(VALIDATORS["luhn"].check(card) for card in known.CARDS)
    assert not any(VALIDATORS["iban"].check(account) for account in known.ACCOUNTS)


def test_entropy_is_that_of_shannon():
    assert bits("aaaa") == 0
    assert bits("abcd") == pytest.approx(2)
    assert bits("") == 0


@given(value=st.text(min_size=5, max_size=40))
def test_a_masked_value_is_not_in_what_is_said_of_it(value):
    said = Mask(b"key").describe("K", value, value)

    assert said == f"K, {len(value)} characters, #{Mask(b'key').hash(value)}"


def test_a_value_is_shown_in_part_when_it_is_long_and_only_when_asked_for():
    said = Mask(b"key", show=True).describe("K", "ab" * 500, "c")

    assert said.startswith("K, 1 character, #")
    assert said.endswith(": " + "ab" * 100)
    assert Mask(b"", show=True).describe("K", "", "") == "K"
