"""What is said beside a marking makes no example of it, unless it speaks of the marking."""

import pytest

from scanner.detect._firm import is_running
from scanner.detect.markings import MarkingDetector
from scanner.detect.scheme import load_schemes
from scanner.model.document import Blob, Segment
from scanner.model.finding import Status
from scanner.model.place import Place
from scanner.resources import rule_sources

_DETECTOR = MarkingDetector(load_schemes(rule_sources()))
_BANNERS = [
    "NATO SECRET",
    "SECRET//NOFORN",
    "TOP SECRET",
    "GEHEIM",
    "VS-NUR FÜR DEN DIENSTGEBRAUCH",
    "SECRET DÉFENSE",
    "SEGRETO",
    "СЕКРЕТНО",
    "机密",
    "TAJNE",
]
_SENTENCES = [
    "For example, the brigade crosses at dawn.",
    "Truppen, for example Panzer",
    "The samples were lost, and the template of the form is an example of what we spoke of.",
    "This is for training purposes only, as the classification markings show.",
    "The banner line of the annex and the portion markings are marked as follows.",
    "Das Muster wurde von Max Beispiel geprüft, zum Beispiel am Dienstag.",
    "Par exemple, la brigade traverse le fleuve à l'aube.",
    "Por ejemplo, la brigada cruza al amanecer.",
    "Ad esempio, la brigata attraversa il fiume.",
    "例如，部队在黎明渡河，这是示例。",
    "Например, бригада идёт на рассвете, как показывает пример.",
    "He wrote a novel and a film, saw the disclaimer, lost his clearance and read chapter one.",
    "Dear friend, click here if you have received the next of kin form, which is a comedy.",
    "The folder was stamped as the intended recipient only said it was in the example:",
]
_NAMES = ["Max Beispiel", "Hans Beispielmann", "Erika Mustermann", "Jane Sample", "Peter Muster"]


def _statuses(text):
    found = _DETECTOR.detect(Blob(Place("a"), "text/plain", b""), [Segment(Place("a"), text)])
    return {item.status for item in found if item.label is not None and item.label.level.rank}


@pytest.mark.parametrize("banner", _BANNERS)
@pytest.mark.parametrize("sentence", _SENTENCES)
def test_a_sentence_never_takes_a_banner_at_top_and_bottom_below_suspect(banner, sentence):
    for lines in (
        [banner, "", sentence, "", banner],
        [banner, sentence, banner],
        [banner, "", "The bridge is held.", sentence, "", banner],
        [sentence, "", banner, "", "The bridge is held.", "", banner],
        [banner, "", "The bridge is held.", "", banner, "", sentence],
        [banner, "", *[sentence] * 8, "", banner],
    ):
        assert _statuses("\n".join(lines)) & {Status.MARKED, Status.SUSPECT}, lines


@pytest.mark.parametrize("sentence", _SENTENCES)
def test_a_sentence_under_a_first_line_that_means_nothing_else_makes_no_example(sentence):
    assert _statuses(f"NATO SECRET\n\n{sentence}\n") & {Status.MARKED, Status.SUSPECT}


@pytest.mark.parametrize("name", _NAMES)
def test_the_name_of_a_person_makes_no_example(name):
    block = f"Classified By: {name}\nDerived From: Guide 7\nDeclassify On: 20450101"

    assert _statuses(f"SECRET//NOFORN\n\n{block}\n\nThe bridge is held.\n") == {Status.MARKED}
    assert _statuses(f"{block}\n\nSECRET//NOFORN\n\nThe bridge is held.\n") == {Status.MARKED}
    assert _statuses(f"Von: {name}\n\nVS-VERTRAULICH\n\nDie Lage.\n") == {Status.MARKED}
    assert _statuses(f"{name}\n\nNATO SECRET\n\nDie Lage.\n") == {Status.MARKED}


@pytest.mark.parametrize(
    "text",
    [
        "Example:\n\nNATO SECRET\n",
        "Write it as in the following example\n\nNATO SECRET\n\nand go on.\n",
        "Muster\n\nVS-VERTRAULICH\n",
        "Beispiel für eine Kopfzeile:\n\nVS-VERTRAULICH\n",
        "Sample cover page\n\nNATO SECRET\n",
        "Voici un exemple :\n\nTRÈS SECRET\n",
        "NATO SECRET\n\nFOR TRAINING PURPOSES ONLY\n\nThe enemy is blue.\n",
        "NATO SECRET\n\nThis document is for training purposes only.\n\nThe enemy is blue.\n",
        "NATO SECRET\n\nEXERCISE EXERCISE EXERCISE\n\nThe enemy is blue.\n",
        "VS-VERTRAULICH\n\nNur zu Übungszwecken\n\nLage der Partei Blau\n",
    ],
)
def test_what_speaks_of_the_marking_makes_an_example(text):
    assert Status.MARKED not in _statuses(text)


@pytest.mark.parametrize("notice", ["FOR TRAINING PURPOSES ONLY", "Sample", "Example:", "Nur zu Übungszwecken"])
def test_a_notice_between_two_banners_leaves_a_suspicion(notice):
    assert _statuses(f"NATO SECRET\n\n{notice}\n\nThe bridge is held.\n\nNATO SECRET\n") <= {
        Status.MARKED,
        Status.SUSPECT,
    }
    assert _statuses(f"{notice}\n\nNATO SECRET\n\nThe bridge is held.\n\nNATO SECRET\n") <= {
        Status.MARKED,
        Status.SUSPECT,
    }


def test_words_of_a_guide_do_not_hide_portions_under_a_banner():
    talk = "The banner line and the portion markings are classification markings. " * 4
    text = f"SECRET//NOFORN\n\n(S//NF) The bridge is held.\n\n{talk}\n\n(S//NF) It is mined.\n\nSECRET//NOFORN\n"

    assert _statuses(text) <= {Status.MARKED, Status.SUSPECT}


@pytest.mark.parametrize(
    ("line", "running"),
    [
        ("For example, tanks.", True),
        ("the folder that was found by the guard on his way", True),
        ("例如，部队在黎明渡河，这是示例。", True),
        ("FOR TRAINING ONLY", False),
        ("Sample", False),
        ("2019年普通高等学校招生全国统一考试", False),
        ("Example:", False),
    ],
)
def test_running_text_has_words_and_a_stop_or_many_words(line, running):
    assert is_running(line) is running
