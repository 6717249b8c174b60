"""One document, with everything packed in it, through identify, extract and detect."""

import io
import zipfile
from collections.abc import Iterator, Sequence

import pytest

from scanner.errors import RuleError
from scanner.extract import Budget, LimitReachedError, readers
from scanner.model.document import Blob, Facts, Member, Problem, Reason, Segment
from scanner.model.finding import Finding, Kind
from scanner.model.limits import Limits
from scanner.model.place import Part, Place
from scanner.pipeline import Early, Item, Pipeline, assemble
from scanner.resources import RuleSource, rule_sources

_MARKED = b"SECRET//NOFORN\n\nThe paper.\n\nSECRET//NOFORN\n"


class _Words:
    """Finds the word `leak`, and says what it looked at."""

    def __init__(self) -> None:
        self.seen: list[tuple[Blob, list[Segment]]] = []

    def detect(self, blob: Blob, segments: Sequence[Segment]) -> Iterator[Finding | Problem]:
        self.seen.append((blob, list(segments)))
        for segment in segments:
            if "leak" in segment.text:
                yield Finding(Kind.YARA, "leak", segment.place)
        if b"slow" in blob.data:
            yield Problem(blob.place, Reason.RULE_FAILED)


class _Reader:
    """A reader that does what the document says."""

    MEDIA_TYPES = frozenset({"text/plain"})

    def extract(self, blob: Blob, budget: Budget) -> Iterator[Segment | Member | Problem]:
        budget.text(len("leak"))
        yield Segment(blob.place, "leak")
        word = blob.data.split()[0] if blob.data.split() else b""
        if word == b"defect":
            raise KeyError
        if word == b"stack":
            raise RecursionError
        if word == b"memory":
            raise MemoryError
        if word == b"spent":
            raise LimitReachedError(Reason.TOO_LARGE, "spent")
        if word == b"matryoshka":
            yield Member(Place(blob.place.file, (*blob.place.members, "inner")), blob.data)


def _pipeline(detector: _Words, limits: Limits | None = None, **rules: tuple[str, ...]) -> Pipeline:
    reader = _Reader()
    return Pipeline({"text/plain": reader, "*/*": reader}, (detector,), limits or Limits(), **rules)


def _problems(items: list[Item]) -> list[Reason]:
    return [item.reason for item in items if isinstance(item, Problem)]


def _findings(items: list[Item]) -> list[Finding]:
    return [item for item in items if isinstance(item, Finding)]


def test_facts_come_first_then_findings():
    facts, finding = _pipeline(_Words()).examine("a.pdf", b"hello")

    assert isinstance(facts, Facts)
    assert (facts.media_type, facts.claimed_type, len(facts.sha256)) == ("text/plain", "application/pdf", 64)
    assert finding == Finding(Kind.YARA, "leak", Place("a.pdf"))


def test_the_name_is_looked_at_too():
    detector = _Words()
    items = list(_pipeline(detector).examine("the leak.txt", b"hello"))

    assert Place("the leak.txt", part=Part.NAME) in [finding.place for finding in _findings(items)]


@pytest.mark.parametrize(
    ("word", "reason"), [(b"defect", Reason.CRASHED), (b"stack", Reason.TOO_DEEP), (b"spent", Reason.TOO_LARGE)]
)
def test_what_was_read_before_a_reader_gave_up_counts(word, reason):
    items = list(_pipeline(_Words()).examine("a", word))

    assert _problems(items) == [reason]
    assert [finding.rule for finding in _findings(items)] == ["leak"]


def test_running_out_of_memory_is_for_the_worker_to_say():
    with pytest.raises(MemoryError):
        list(_pipeline(_Words()).examine("a", b"memory"))


def test_members_are_followed_only_so_deep():
    items = list(_pipeline(_Words(), Limits(depth=3)).examine("a", b"matryoshka"))

    assert _problems(items) == [Reason.TOO_DEEP]
    assert max(len(finding.place.members) for finding in _findings(items)) == 3


def test_members_are_counted_over_the_whole_file():
    items = list(_pipeline(_Words(), Limits(depth=0, members=5)).examine("a", b"matryoshka"))

    assert _problems(items) == [Reason.TOO_MANY_MEMBERS]
    assert len(_findings(items)) == 6


def test_a_detector_may_have_problems_of_its_own():
    assert _problems(list(_pipeline(_Words()).examine("a", b"hello slow"))) == [Reason.RULE_FAILED]


def test_a_file_read_in_part_is_said_and_has_no_hash():
    items = list(_pipeline(_Words()).examine("a", b"hello", whole=False))

    assert items[0] == Facts("text/plain", None, "")
    assert _problems(items) == [Reason.TOO_LARGE]


def test_rules_can_be_kept_and_left_out():
    assert not _findings(list(_pipeline(_Words(), exclude=("leak",)).examine("a", b"x")))
    assert not _findings(list(_pipeline(_Words(), only=("other",)).examine("a", b"x")))
    assert _findings(list(_pipeline(_Words(), only=("leak",)).examine("a", b"x")))


def test_the_shipped_parts_find_a_marking_in_a_packed_file():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("paper.txt", _MARKED)
        archive.writestr("empty.txt", b"")
    items = list(assemble(rule_sources(), Limits(), key=b"k" * 32).examine("a.zip", packed.getvalue()))

    assert not _problems(items)
    assert ("a.zip!/paper.txt", "SECRET//NOFORN") in {
        (str(finding.place), str(finding.label)) for finding in _findings(items)
    }


def test_faulty_rules_are_not_assembled():
    sources = (RuleSource("a.yar", "rule {"), RuleSource("b.toml", "= ="))

    with pytest.raises(RuleError):
        assemble(sources, Limits(), key=b"")


def test_every_kind_of_file_has_a_reader():
    known = readers()

    assert "*/*" in known
    assert all(callable(reader.extract) for reader in known.values())


class _Pieces:
    """A file in the pieces that the test says."""

    def __init__(self, *pieces: bytes, whole: bool = True) -> None:
        self.pieces = pieces
        self.size = sum(map(len, pieces))
        self.limit = 10
        self.whole = whole
        self.sha256 = "f" * 64

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        offset = 0
        for piece in self.pieces:
            yield offset, piece
            offset += len(piece)


def test_a_file_in_pieces_is_one_document_and_its_places_say_where():
    detector = _Words()
    first, *found, facts = _pipeline(detector).examine_pieces("a.txt", "text/plain", _Pieces(b"one", b"two"))

    assert first == Facts("text/plain", None, "")
    assert [finding.place for finding in found] == [Place("a.txt"), Place("a.txt", title="from byte 3")]
    assert facts == Facts("text/plain", None, "f" * 64)
    assert [place.part for _, shown in detector.seen for place in (s.place for s in shown)].count(Part.NAME) == 1


def test_a_file_of_which_not_all_pieces_came_is_too_large():
    items = list(_pipeline(_Words()).examine_pieces("a.txt", "text/plain", _Pieces(b"one", whole=False)))

    assert _problems(items) == [Reason.TOO_LARGE]
    assert _findings(items)


def test_a_budget_ends_the_pieces_and_what_was_found_counts():
    items = list(_pipeline(_Words(), Limits(text=6)).examine_pieces("a.txt", "text/plain", _Pieces(b"one", b"two")))

    assert _problems(items) == [Reason.TOO_LARGE]
    assert len(_findings(items)) == 1


def test_a_finding_says_its_line_where_its_place_has_several():
    paper = b"a paper\n\n\nNATO SECRET\n\nabout things\n"
    known = assemble(rule_sources(), Limits(), key=b"k" * 32)

    (finding,) = _findings(list(known.examine("a.txt", paper)))

    assert finding.line == 4
    assert finding.where() == "a.txt, line 4"


def test_a_finding_says_its_line_in_a_text_of_doubtful_encoding_too():
    paper = "un texte sans accent\n\nDIFFUSION RESTREINTE\n\nà vérifier\n".encode("cp1252")
    known = assemble(rule_sources(), Limits(), key=b"k" * 32)

    assert [finding.line for finding in _findings(list(known.examine("a.txt", paper)))] == [3]


def test_a_later_piece_counts_no_lines():
    paper = b"a paper\n\nNATO SECRET\n\nabout things\n"
    known = assemble(rule_sources(), Limits(), key=b"k" * 32)

    found = list(known.examine_pieces("a.txt", "text/plain", _Pieces(b"ordinary\n" * 10, paper)))

    assert [finding.line for finding in _findings(found)] == [None]


def test_only_text_without_an_archive_behind_it_is_read_in_pieces():
    pipeline = assemble([], Limits(), key=b"k" * 32)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a", "x")

    assert pipeline.piecewise(b"a line\n" * 100) == "text/plain"
    assert pipeline.piecewise(b"%PDF-1.7\n") is None
    assert pipeline.piecewise(b"a line\n" * 100 + packed.getvalue()) is None


def test_much_text_is_looked_at_bit_by_bit_and_the_bytes_once(monkeypatch):
    monkeypatch.setattr("scanner.pipeline._MOST_AT_ONCE", 3)
    detector = _Words()

    items = list(_pipeline(detector).examine("a", b"hello"))

    assert len(_findings(items)) == 1
    assert [(blob.data, [s.text for s in shown]) for blob, shown in detector.seen] == [(b"hello", ["a", "leak"])]

    detector.seen.clear()
    two = Pipeline({"*/*": _Twice()}, (detector,), Limits())
    list(two.examine("a", b"hello"))

    assert [(blob.data, len(shown)) for blob, shown in detector.seen] == [(b"hello", 2), (b"", 1)]


class _Twice:
    """A reader with two texts."""

    MEDIA_TYPES = frozenset({"*/*"})

    def extract(self, blob: Blob, budget: Budget) -> Iterator[Segment | Member | Problem]:
        del budget
        yield Segment(blob.place, "leak")
        yield Segment(blob.place, "no")


_RAW = 'rule key { meta: scope = "raw" severity = "high" strings: $a = "sekrit-key" condition: $a }'


def test_what_rules_find_in_the_bytes_is_said_before_anything_reads_the_file(monkeypatch):
    asked: list[str] = []

    def identified(data: bytes) -> str:
        asked.append(f"identify {len(data)}")
        return "text/plain"

    monkeypatch.setattr("scanner.pipeline.identify", identified)
    pipeline = assemble([RuleSource("raw.yar", _RAW)], Limits(), key=b"k" * 32)

    items = pipeline.examine("a.txt", b"a sekrit-key and more")
    first = next(items)

    assert isinstance(first, Early)
    assert first.finding.rule == "key"
    assert not asked
    assert [finding.rule for finding in _findings(list(items))] == ["key"]


def test_rules_that_ask_for_the_kind_or_give_way_to_others_wait_until_it_is_known():
    asking = 'rule kind { strings: $a = "sekrit" condition: $a and filetype == "" }'
    yielding = 'rule late { meta: fallback = true strings: $a = "sekrit" condition: $a }'
    pipeline = assemble([RuleSource("a.yar", asking), RuleSource("b.yar", yielding)], Limits(), key=b"k" * 32)

    assert not [item for item in pipeline.examine("a.txt", b"a sekrit") if isinstance(item, Early)]


class _Endless(_Reader):
    def extract(self, blob: Blob, budget: Budget) -> Iterator[Segment | Member | Problem]:
        del budget
        yield Segment(blob.place, "leak")
        if blob.data == b"outer":
            yield Member(Place(blob.place.file, ("inner",)), b"inner endless")
            yield Member(Place(blob.place.file, ("other",)), b"other")
        while b"endless" in blob.data:
            pass


def test_a_reader_that_takes_too_long_is_left_and_the_next_member_is_read():
    reader = _Endless()
    pipeline = Pipeline({"*/*": reader}, (_Words(),), Limits(parse_seconds=0.05))

    items = list(pipeline.examine("a.txt", b"outer"))

    assert [(item.reason, item.place.members) for item in items if isinstance(item, Problem)] == [
        (Reason.TIMEOUT, ("inner",))
    ]
    assert {finding.place.members for finding in _findings(items)} == {(), ("inner",), ("other",)}


def test_without_a_limit_no_reader_is_timed():
    pipeline = Pipeline({"*/*": _Reader()}, (_Words(),), Limits(parse_seconds=0))

    assert _findings(list(pipeline.examine("a.txt", b"hello")))


@pytest.mark.parametrize("name", ["report.docx", "scan.pdf", "table.XLSX", "backup.zip", "page.html"])
def test_bytes_that_nobody_knows_are_not_the_document_their_name_promises(name):
    pipeline = assemble(rule_sources(), Limits(), key=b"k" * 32)
    noise = bytes((number * 7919 + number // 3 * 104729) % 251 for number in range(4000))

    items = list(pipeline.examine(name, b"\x81\x8d\xfe\x00" + noise))

    assert [item.reason for item in items if isinstance(item, Problem)] == [Reason.CORRUPT]


@pytest.mark.parametrize("name", ["data.bin", "noname", "._report.docx", "film.mp4"])
def test_bytes_that_promise_no_document_are_looked_at_as_bytes(name):
    pipeline = assemble(rule_sources(), Limits(), key=b"k" * 32)
    noise = bytes((number * 7919 + number // 3 * 104729) % 251 for number in range(4000))

    assert not _problems(list(pipeline.examine(name, b"\x81\x8d\xfe\x00" + noise)))
