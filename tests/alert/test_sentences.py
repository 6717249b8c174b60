"""What programs are told in a sentence names the file that came, and where one went."""

import pytest

from scanner.alert._forms import told
from scanner.model.alert import Change
from tests.alert._notices import of_document


@pytest.mark.parametrize(
    ("change", "note", "said"),
    [
        (Change.COPIED, "/srv/pub/b", "alert has the same content at another place (/srv/pub/b): "),
        (Change.COPIED, "", "alert has another copy: "),
        (Change.LEFT, "moved to /srv/pub/b", "alert has one copy less (moved to /srv/pub/b): "),
        (Change.WORSENED, "permissions were opened to everyone", "got worse (permissions were opened to everyone): "),
    ],
)
def test_a_sentence_says_which_file_came_and_where_one_went(change, note, said):
    assert said in told(of_document(change=change, note=note)).message


def test_a_name_in_a_sentence_obeys_nobody():
    assert told(of_document(change=Change.COPIED, note="/srv/\x1b[2J\n")).message.isprintable()
