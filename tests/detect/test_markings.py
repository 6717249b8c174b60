"""Markings are told from mentions by what stands around them, and cost little on any text."""

import json
import time
from pathlib import Path

import pytest

from scanner.detect.markings import MarkingDetector
from scanner.detect.scheme import load_schemes
from scanner.model.document import Blob, Problem, Reason, Segment
from scanner.model.finding import Finding, Kind, Role, Severity, Status
from scanner.model.place import Part, Place
from scanner.resources import RuleSource, rule_sources

_CORPUS = Path(__file__).parents[3] / "shared/corpus/markings"
_BODY = "\n".join(f"On day {day} the committee met and spoke of the plan for the coming year." for day in range(20))


@pytest.fixture(scope="module")
def detector():
    return MarkingDetector(load_schemes(rule_sources()))


@pytest.fixture
def find(detector):
    def find(*segments):
        return list(detector.detect(Blob(Place("a.docx"), "text/plain", b""), segments))

    return find


def _pages(text):
    return [Segment(Place("a.pdf", page=number), page) for number, page in enumerate(text.split("\f"), 1)]


def _part(part, text, **place):
    return Segment(Place("a.docx", part=part, **place), text)


def _said(found):
    return {(str(item.label), item.status.value) for item in found}


def test_a_finding_says_what_was_written_and_where(find):
    text = f"Annual report\n\n  *** SECRET // NOFORN ***  Page 1 of 3\n\n{_BODY}"
    (found,) = find(*_pages(text))

    assert (found.kind, found.rule, str(found.label)) == (Kind.MARKING, "us", "SECRET//NOFORN")
    assert (found.role, found.status, found.severity) == (Role.BANNER, Status.MARKED, Severity.CRITICAL)
    assert found.evidence == "SECRET // NOFORN"
    assert text[found.span.start : found.span.end] == "SECRET // NOFORN"
    assert found.reasons[0] == "full_grammar"
    assert 0.9 < found.confidence < 1.0


def test_the_same_banner_on_every_page_is_one_finding_at_the_first(find):
    (found,) = find(*_pages("\f".join(f"SECRET\n\nPage {page} tells of the depot.\n" for page in range(40))))

    assert str(found.place) == "a.pdf#page 1"
    assert {"repeated_pages", "most_pages"} <= set(found.reasons)


def test_evidence_is_the_marking_and_nothing_around_it(find):
    found = find(*_pages("SECRET//NOFORN   Operation Bluebird\n\nThe bird flies.\n\nSECRET//NOFORN\n"))

    assert all("Bluebird" not in item.evidence for item in found)


@pytest.mark.parametrize(
    ("part", "text", "status"),
    [
        (Part.HEADER, "CONFIDENTIAL", "marked"),
        (Part.FOOTER, "SECRET\tPage 3", "marked"),
        (Part.WATERMARK, "CONFIDENTIAL", "marked"),
        (Part.HEADER, "Ministry of Works\tSECRET\t12 May 2024", "marked"),
        (Part.HEADER, "Draft 2  |  OFFICIAL-SENSITIVE  |  Page 3", "marked"),
        (Part.FOOTER, "Confidential", "suspect"),
        (Part.TEXT_BOX, "NATO SECRET", "marked"),
        (Part.RAW, "NATO SECRET", "suspect"),
        (Part.PROPERTY, "SECRET//NOFORN", "marked"),
    ],
)
def test_the_part_of_the_page_is_evidence(find, part, text, status):
    (found,) = find(_part(Part.BODY, _BODY), _part(part, text))

    assert found.status == status
    assert found.place.part is part


def test_a_word_in_small_letters_needs_more_than_its_line(find):
    once = find(*_pages(f"Secret\n\n{_BODY}"))
    twice = find(*_pages(f"Secret\n\n{_BODY}\n\nSecret"))

    assert _said(once) <= {("SECRET", "suspect")}
    assert _said(twice) == {("SECRET", "marked")}


def test_a_word_in_capitals_alone_on_a_line_is_marked(find):
    assert _said(find(*_pages(f"{_BODY}\nSECRET\n{_BODY}"))) == {("SECRET", "marked")}


def test_no_register_number_is_told_of_where_none_stands(find):
    (found,) = find(*_pages("GEHEIM - amtlich geheimgehalten\n\nDie Akte.\n"))

    assert found.status is Status.MARKED
    assert "officially_kept_secret" in found.reasons
    assert "register_number_beside" not in found.reasons


def test_a_text_without_pages_has_no_reason_that_speaks_of_several(find):
    found = find(Segment(Place("a.txt"), f"SECRET//NOFORN\n\n{_BODY}\n\nSECRET//NOFORN\n"))

    assert {"repeated_pages", "most_pages"}.isdisjoint(reason for item in found for reason in item.reasons)


@pytest.mark.parametrize(
    "line",
    [
        "VERTRAULICH - Personalakte Erika Maier",
        "STRENG VERTRAULICH, nur für Herrn Dr. Hans Maier persönlich",
        "CONFIDENTIAL – personnel file of Jane Roe",
        "CONFIDENTIEL - dossier de Jean Martin",
    ],
)
def test_a_first_line_that_goes_on_with_whom_it_is_for_is_a_suspicion(find, line):
    found = find(*_pages(f"{line}\n\nSehr geehrte Frau Maier,\n\n{_BODY}"))

    assert [item.status for item in found] == [Status.SUSPECT]
    assert "addressed" in found[0].reasons
    assert find(*_pages(f"{_BODY}\n{line}\n{_BODY}")) == []


@pytest.mark.parametrize(
    "line",
    [
        "Confidential - a film",
        "TOP SECRET: THE STORY OF A SPY",
        "SECRET - A LIFE",
        "CONFIDENTIAL information, of which nobody speaks aloud",
        "GEHEIM - Akte Maier",
    ],
)
def test_a_title_that_begins_with_a_level_is_none(find, line):
    assert find(*_pages(f"{line}\n\n{_BODY}")) == []


def test_a_header_that_equals_the_footer_counts_more(find):
    apart = find(_part(Part.HEADER, "Confidential", number=1))
    both = find(_part(Part.HEADER, "Confidential", number=1), _part(Part.FOOTER, "Confidential", number=1))

    assert "header_equals_footer" in both[0].reasons
    assert both[0].confidence > apart[0].confidence


@pytest.mark.parametrize(
    "text",
    [
        "CONFIDENTIAL\n\nNON-DISCLOSURE AGREEMENT\n\n" + _BODY,
        "CLEARANCE\nTOP SECRET\n\n" + _BODY,
        "OFFICIAL\n\nGAZETTE\n\n" + _BODY,
        "RESTRICTED\n\nUnder 17 requires an adult\n\n" + _BODY,
        "PROTECT\n\nyour skin\n\n" + _BODY,
        "FOR OFFICIAL USE ONLY\nDate received: ________\n\n" + _BODY,
        "LIMITE\n\nLa limite est ici.\n\n" + _BODY,
        "item\tlevel\n" + "".join(f"{row}\tSECRET\n" for row in range(30)),
        "".join(f"Memorandum {row}, 2 pages.\tSECRET\n" for row in range(30)),
        "INSERT INTO levels VALUES\n('NATO SECRET'),\n('NATO RESTRICTED');\n",
        "enum Level {\n  UNCLASSIFIED,\n  CONFIDENTIAL,\n  SECRET,\n}\n",
        "3.2 NATO RESTRICTED\n\nHandled with care.\n\n3.3 NATO CONFIDENTIAL\n\nLocked away.\n\n" + _BODY,
        "Data classes\n\nRESTRICTED\nLoss would harm.\n\nCONFIDENTIAL\nFor staff only.\n\n" + _BODY,
        "TLP:RED\nTLP:AMBER\n\n" + _BODY,
        "NATO_SECRET\n",
        "| level | meaning |\n|---|---|\n| SECRET | grave harm |\n| NATO SECRET | as above |\n",
        "FORMERLY RESTRICTED DATA ........ 12\nFOR OFFICIAL USE ONLY ........ 14\nNATO SECRET ........... 15\n",
        _BODY + "\nOn the folder was stamped:\n\nTOP SECRET\n\nShe opened it.\n" + _BODY,
        "TLP:RED\nNot for disclosure.\n\nTLP:AMBER\nLimited.\n\nTLP:GREEN\nLimited.\n\nTLP:CLEAR\nNot limited.\n",
        "绝密★启用前\n\n英  语\n\n注意事项：\n1．本科满分150分。",
    ],
)
def test_what_only_looks_like_a_marking_is_not_marked(find, text):
    marked = [item for item in find(*_pages(text)) if item.status is Status.MARKED and item.label.level.rank]

    assert marked == []


def test_a_document_full_of_different_markings_is_a_guide(find):
    lines = ["SECRET//NOFORN", "TOP SECRET//SI", "NATO SECRET", "TLP:RED", "VS-NfD", "SECRET UE", "CONFIDENTIAL//FISA"]
    text = (
        "Chapter\n" * 5 + "".join(f"\n{_BODY[:150]}\n\n{line}\n\n{_BODY[:150]}\n\n" * 2 for line in lines) + "End\n" * 5
    )
    found = find(*_pages(text))

    assert not [item for item in found if item.status is Status.MARKED]


def test_a_release_stamp_makes_a_marking_declassified_and_does_not_hide_it(find):
    (found,) = find(*_pages(f"DECLASSIFIED\nAuthority NND 927605\n\nSECRET//NOFORN\n\n{_BODY}"))

    assert (found.status, str(found.label)) == (Status.DECLASSIFIED, "SECRET//NOFORN")


def test_a_mention_of_declassification_changes_nothing(find):
    (found,) = find(*_pages(f"SECRET//NOFORN\n\nThe older papers were declassified in 1999.\n{_BODY}"))

    assert found.status is Status.MARKED


def test_caveats_on_the_next_line_belong_to_the_marking(find):
    (found,) = find(*_pages(f"SECRET\nNOFORN\n\n{_BODY}\n\nSECRET\nNOFORN"))

    assert str(found.label) == "SECRET//NOFORN"
    assert "caveat_line" in found.reasons


def test_the_language_of_the_document_chooses_among_schemes(find):
    text = "SECRET\n\nLes essais qui ont eu lieu dans la rade pour la marine sont sur une carte.\n"
    found = find(*_pages(f"{text}\f{text}"))

    assert {item.rule for item in found} == {"fr"}


def test_a_marking_that_one_scheme_only_knows_decides_for_the_words_several_know(find):
    found = find(*_pages(f"UK SECRET\n\n{_BODY}\n\nUK SECRET\fSECRET\n\n{_BODY}\n\nSECRET"))

    assert {item.rule for item in found} == {"uk"}


def test_among_words_that_several_schemes_know_the_one_that_knows_most_of_them_is_taken(find):
    spanish = "que para por una se les sur plus est dans qui pour par cette elle"
    found = find(*_pages(f"CONFIDENTIAL\n\n{spanish}\n{_BODY}\fpage\n\nSECRET\n\n{spanish * 9}\n{_BODY}"))

    assert {item.rule for item in found} == {"us"}


@pytest.mark.parametrize(
    ("country", "rule"), [("Republik Österreich, Wien, am 12. Jänner", "at"), ("Amt für Umwelt, am 12. Januar", "de")]
)
def test_words_of_a_country_choose_among_schemes_of_one_language(find, country, rule):
    body = "Der Plan wird dem Amt für den Bau nicht vor Montag gezeigt und eine Kopie bleibt hier.\n" * 6
    (found,) = find(*_pages(f"STRENG GEHEIM\n\n{country}\n\n{body}\nSTRENG GEHEIM"))

    assert found.rule == rule


@pytest.mark.parametrize("header", ["SECRET. CITE PARIS 1234", "SECRET 132235Z CITE PORT AU PRINCE 0864", "SECRET }"])
def test_what_a_cable_or_a_speck_leaves_beside_a_marking_is_no_word(find, header):
    assert _said(find(*_pages(f"{header}\n\n{_BODY}"))) == {("SECRET", "marked")}


def test_a_field_of_a_form_supports_a_stamp_of_the_same_level(find):
    stamped = f"Report\n{_BODY}\n's SECRET\n{_BODY}"
    form = f"Title: report\nClassification: Secret\n{_BODY}"

    assert {status for _, status in _said(find(*_pages(stamped)))} == {"suspect"}
    assert ("SECRET", "marked") in _said(find(*_pages(f"{form}\f{stamped}")))


def test_portion_marks_are_folded_into_one_finding_a_label(find):
    text = "".join(f"{number}. (S//NF) The agent met the courier.\n\n(U) The sun shone.\n\n" for number in range(500))
    found = find(*_pages(text))

    assert _said(found) == {("SECRET//NOFORN", "marked"), ("UNCLASSIFIED", "marked")}
    assert {item.role for item in found} == {Role.PORTION}
    assert found[0].evidence == "(S//NF)"


def test_portion_marks_speak_for_the_banner(find):
    text = f"SECRET\n\n(S) The agent met the courier.\n\n(U) The sun shone.\n\n(S) They parted.\n\n{_BODY}"
    banner = next(item for item in find(*_pages(text)) if item.role is Role.BANNER)

    assert banner.status is Status.MARKED
    assert "portion_marks" in banner.reasons


@pytest.mark.parametrize(
    "text",
    [
        "(A) one\n(B) two\n(C) three\n(S) four\n",
        "(C) 2024 by the publisher\n",
        "(c) small\n(s) small\n",
        "word (S) word\n" * 9,
    ],
)
def test_letters_in_brackets_are_no_portion_marks(find, text):
    assert find(*_pages(text)) == []


def test_a_foreign_portion_is_read(find):
    found = find(*_pages("(//GBR S) The ally reports.\n\n(S//NF) We agree.\n\n(U) All is well.\n"))

    assert "SECRET//FGI GBR" in {str(item.label) for item in found}


@pytest.mark.parametrize("damaged", ["CONADENTIAL", "CONNDENTIAL", "CONFOENTIAL", "CONFIDENTITAL"])
def test_two_letters_of_a_long_name_may_run_into_one_and_one_may_fall_apart(find, damaged):
    assert len(find(*_pages(f"{damaged}\n\n{_BODY}\n\n{damaged}"))) == 1


@pytest.mark.parametrize("damaged", ["SEGRET", "SECREI", "SECKET", "S-E-G-R-E-T", "SECRE"])
def test_a_damaged_word_is_marked_and_less_sure_than_a_whole_one(find, damaged):
    whole = find(*_pages(f"SECRET\n\n{_BODY}"))
    once = find(*_pages(f"{damaged}\n\n{_BODY}"))

    assert _said(once) == {("SECRET", "marked")}
    assert "damaged_letters" in once[0].reasons
    assert once[0].confidence < whole[0].confidence


@pytest.mark.parametrize(
    ("written", "label"),
    [
        ("TОP SЕCRET//NОFORN", "TOP SECRET//NOFORN"),
        ("SEC\u200bRET//NO\u200bFORN", "SECRET//NOFORN"),
        ("SE\u00adCRET//NOFORN", "SECRET//NOFORN"),
        ("\u202eNROFON//TERCES\u202c", "SECRET//NOFORN"),
        ("\u202eTERCES", "SECRET"),
        ("S\u0336E\u0336C\u0336R\u0336E\u0336T\u0336//NOFORN", "SECRET//NOFORN"),
        ("S\u0301\u0323ECRET", "SECRET"),
        ("ＳＥＣＲＥＴ／／ＮＯＦＯＲＮ", "SECRET//NOFORN"),
        ("𝐒𝐄𝐂𝐑𝐄𝐓//𝐍𝐎𝐅𝐎𝐑𝐍", "SECRET//NOFORN"),
        ("SECRET\U000e0041//NOFORN", "SECRET//NOFORN"),
        ("机\u200b密★10年", "机密★10年"),
    ],
)
def test_a_disguised_marking_is_found_said_to_be_disguised_and_rated_higher(find, written, label):
    found = find(*_pages(f"{written}\n\n{_BODY}\n\n{written}"))
    plain = find(*_pages(f"{label}\n\n{_BODY}\n\n{label}"))

    assert _said(found) == {(label, "marked")}
    assert "obfuscated" in found[0].reasons
    assert "obfuscated" not in plain[0].reasons
    assert found[0].severity == min(plain[0].severity + 1, Severity.CRITICAL)


@pytest.mark.parametrize(
    "written", ["TRÈS SECRET", "ŚCIŚLE TAJNE", "СОВЕРШЕННО СЕКРЕТНО", "ΑΠΟΡΡΗΤΟ", "S E C R E T", "极 密"]
)
def test_an_alphabet_of_its_own_is_no_disguise(find, written):
    found = find(*_pages(f"{written}\n\n{_BODY}\n\n{written}"))

    assert not any("obfuscated" in item.reasons for item in found)


def test_what_several_schemes_write_the_same_names_them_all(find):
    (found,) = find(*_pages(f"SECRET\n\n{_BODY}\n\nSECRET"))

    assert found.rule == "us"
    assert {"uk", "ca", "au", "nz", "in"} <= {label.scheme for label in found.also}


@pytest.mark.parametrize("word", ["SECRETE", "SECRETS", "SACRED", "PROJECT", "LIMITED", "OFFICIALS", "DAHEIM"])
def test_another_word_is_no_damaged_marking(find, word):
    assert find(*_pages("\f".join(f"{word}\n\nPage {page} of it.\n\n{word}" for page in range(3)))) == []


def test_the_evidence_of_a_damaged_marking_is_what_was_written(find):
    text = "\f".join(["CONFIDENTIEL DÉFEN8E\n\nLa note.\n\nCONFIDENTIEL DÉFEN8E"] * 2)
    (found,) = find(*_pages(text))

    assert found.evidence == "CONFIDENTIEL DÉFEN8E"
    assert str(found.label) == "CONFIDENTIEL DÉFENSE"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Plan (VS-NfD).pdf", {("VS-NUR FÜR DEN DIENSTGEBRAUCH", "marked")}),
        ("TLP-RED_report.pdf", {("TLP:RED", "marked")}),
        ("机密★10年 报告.doc", {("机密★10年", "suspect")}),
        ("[SECRET] plan.docx", {("SECRET", "suspect")}),
        ("SECRET", {("SECRET", "suspect")}),
        ("Sample (VS-NfD).pdf", {("VS-NUR FÜR DEN DIENSTGEBRAUCH", "example")}),
        ("The Secret Garden.epub", set()),
        ("secret.txt", set()),
        ("OFFICIAL.docx", set()),
        ("caf\udce9.txt", set()),
    ],
)
def test_a_name_counts_for_little_unless_nothing_else_can_be_meant(find, name, said):
    found = find(_part(Part.NAME, name))

    assert _said(found) == said
    assert all(item.evidence in name and item.place.part is Part.NAME for item in found)


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        ("[OFFICIAL-SENSITIVE] Budget", {("OFFICIAL-SENSITIVE", "marked")}),
        ("Re: CONFIDENTIAL", {("CONFIDENTIAL", "suspect")}),
        ("Secret Santa", set()),
    ],
)
def test_a_subject_is_read_like_a_name(find, subject, said):
    found = find(_part(Part.MAIL_HEADER, subject, title="Subject"))

    assert _said(found) == said


def test_the_properties_of_electronic_labels_are_left_to_their_own_detector(find):
    assert find(_part(Part.PROPERTY, "NATO SECRET", title="MSIP_Label_0a1b2c3d_Name")) == []


def test_a_column_of_a_very_long_line_is_still_read(find):
    text = "\t".join(["cell"] * 2000 + ["SECRET//NOFORN"] + ["cell"] * 2000)

    assert ("SECRET//NOFORN", "marked") in _said(find(_part(Part.HEADER, text)))


@pytest.mark.parametrize("sign", ["\r\n", "\r", "\u2028", "\v"])
def test_every_kind_of_line_break_ends_a_line(find, sign):
    text = sign.join(["NATO SECRET", "The plan.", "NATO SECRET"])
    (found,) = find(*_pages(text))

    assert text[found.span.start : found.span.end] == "NATO SECRET"


def test_a_page_break_inside_a_text_begins_a_page(find):
    found = find(Segment(Place("a.txt"), f"{_BODY}\fNATO SECRET\n\n{_BODY}"))

    assert [str(item.place) for item in found] == ["a.txt#page 2"]


def test_more_pages_break_off_a_page_that_has_a_number(find):
    found = find(Segment(Place("a.txt", page=3), f"{_BODY}\fNATO SECRET\n\n{_BODY}"))

    assert [str(item.place) for item in found] == ["a.txt#page 4"]


@pytest.mark.parametrize(
    "text",
    [
        "the quick secret brown fox confidential jumps over " * 20_000,
        "SECRET//NOFORN TOP SECRET " * 40_000,
        "SECRET\tfoo\t" * 25_000,
        "//S//NF\n" * 15_000,
        "SECRET\n" * 25_000,
        "THE SACRED CONFIDANT WAS RESTRICTEE OF OFFICE\n" * 10_000,
        "(" * 500_000 + "(A " * 100_000,
        " " * 1_000_000 + "\n" * 500_000,
        "S E C R E T " * 100_000,
        "SECRET" + "_" * 1_000_000 + "=" * 200,
        "密" * 500_000 + "\n机密★" * 5_000,
    ],
    ids=lambda text: text[:20],
)
def test_a_hostile_text_is_read_in_seconds(find, text):
    begun = time.process_time()
    find(Segment(Place("a.txt"), text))

    assert time.process_time() - begun < 5.0


def test_a_document_with_too_many_different_candidates_counts_as_not_read_in_full(find, monkeypatch):
    monkeypatch.setattr("scanner.detect.markings._MOST_LINES", 50)
    few = [f"SECRET//COPY{number}\n" for number in range(40)]
    many = [f"SECRET//COPY{number}\n" for number in range(60)]
    problems = [item for item in find(Segment(Place("a"), "".join(many * 2))) if isinstance(item, Problem)]

    assert [(item.reason, item.place) for item in problems] == [(Reason.PARTIAL, Place("a.docx"))]
    assert "more than 50 different lines could hold a marking" in problems[0].detail
    assert not any(isinstance(item, Problem) for item in find(Segment(Place("a"), "".join(few * 2))))


def test_a_line_that_comes_again_is_no_new_candidate(find):
    found = find(Segment(Place("a"), "NATO SECRET\n\nThe plan.\n" * 30_000))

    assert {type(item) for item in found} == {Finding}


def test_a_scheme_of_an_outsider_works_beside_the_others():
    scheme = """
        [scheme]
        id = "acme"
        title = "Acme papers"
        source = "house rule 1"
        [[level]]
        id = "closed"
        name = "ACME CLOSED"
        order = 1
        rank = 2
        [[caveat]]
        name = "BOARD"
        [[evidence]]
        name = "acme_head"
        weight = 2.0
        reach = "above"
        patterns = ["^Acme Inc"]
        [[example]]
        text = "ACME CLOSED"
        label = "ACME CLOSED"
        [[counterexample]]
        text = "Acme closed early."
        why = "prose"
    """
    detector = MarkingDetector(load_schemes([*rule_sources(), RuleSource("acme.toml", scheme)]))
    text = f"Acme Inc\n\nACME CLOSED/BOARD\n\n{_BODY}"
    (found,) = detector.detect(Blob(Place("a"), "text/plain", b""), _pages(text))

    assert str(found.label) == "ACME CLOSED//BOARD"
    assert "acme_head" in found.reasons


@pytest.mark.skipif(not _CORPUS.is_dir(), reason="the shared texts are not here")
def test_no_shared_trap_is_marked(find):
    rows = [json.loads(line) for line in (_CORPUS / "traps.jsonl").read_text(encoding="utf-8").splitlines()]
    marked = {
        row["id"]
        for row in rows
        for item in find(*_pages(row["text"]))
        if item.status is Status.MARKED and item.label.level.rank
    }

    assert marked == set()


@pytest.mark.skipif(not _CORPUS.is_dir(), reason="the shared texts are not here")
def test_at_most_one_ordinary_text_in_three_hundred_is_marked(find):
    rows = [json.loads(line) for line in (_CORPUS / "negatives.jsonl").read_text(encoding="utf-8").splitlines()][::2]
    marked = [
        row["id"]
        for row in rows
        if any(item.status is Status.MARKED and item.label.level.rank for item in find(*_pages(row["text"])))
    ]

    assert len(marked) * 300 <= len(rows)


def test_a_guide_to_portion_marks_shows_examples(find):
    rule = "Each portion mark stands before its portion; the banner line shows the highest of the portion markings.\n\n"
    found = find(*_pages(f"{rule * 3}(S//NF) This is one.\n\n(TS//SI) And this.\n\n{_BODY}"))

    assert {item.status for item in found} == {Status.EXAMPLE}


@pytest.mark.parametrize(
    "line",
    [
        "☐ UNCLASSIFIED ☐ CONFIDENTIAL ☒ SECRET",
        "[ ] CONFIDENTIAL  [x] SECRET",
        "( ) Confidential (X) SECRET",
        "☑ SECRET",
    ],
)
def test_the_level_with_the_ticked_box_is_the_one_that_counts(find, line):
    found = find(*_pages(f"Form 12\n\n{line}\n\nName: ______\n\n{_BODY}"))

    assert {(str(item.label), item.status.value) for item in found} == {("SECRET", "marked")}
    assert "ticked_box" in found[0].reasons


@pytest.mark.parametrize("line", ["☐ UNCLASSIFIED ☐ CONFIDENTIAL ☐ SECRET", "[ ] CONFIDENTIAL  [ ] SECRET", "☐ SECRET"])
def test_an_empty_box_is_nothing(find, line):
    assert find(*_pages(f"Form 12\n\n{line}\n\nName: ______\n\n{_BODY}")) == []


def test_a_whole_marking_among_other_words_counts_in_a_header_and_is_a_suspicion_in_a_comment(find):
    header = find(_part(Part.HEADER, "DRAFT for Anna SECRET//NOFORN", number=1))
    comment = find(_part(Part.COMMENT, "SECRET//NOFORN - please remove this page before sending"))

    assert _said(header) == {("SECRET//NOFORN", "marked")}
    assert _said(comment) == {("SECRET//NOFORN", "suspect")}
    assert find(*_pages(f"{_BODY}\nHe had written SECRET//NOFORN on the box that stood there.\n{_BODY}")) == []


def test_letters_before_short_answers_are_no_portions(find):
    assert find(*_pages("1. (C) Paris\n2. (S) South\n3. (U) None\n4. (C) Rome\n(C) 2026 Acme")) == []
