"""The command that measures the sandbox compares like with like."""

from bench.overhead import ratio, rounds_of, small_documents


def test_the_ratio_is_the_median_over_rounds():
    assert ratio([2.0, 3.0, 100.0], [1.0, 2.0, 10.0]) == 2.0


def test_small_office_documents_are_taken_one_of_each_kind_after_the_other(tmp_path):
    for number in range(3):
        (tmp_path / f"{number}.txt").write_text("x")
    (tmp_path / "a.docx").write_text("x")
    (tmp_path / "large.pdf").write_bytes(bytes(1 << 16))
    (tmp_path / "picture.png").write_text("x")

    chosen = small_documents(str(tmp_path))

    assert sorted(path.rpartition(".")[2] for path in chosen[:2]) == ["docx", "txt"]
    assert len(chosen) == 4


def test_no_document_is_in_two_rounds_and_all_rounds_have_as_many():
    rounds = rounds_of([f"{number}" for number in range(11)], 3, 100)

    assert [len(part) for part in rounds] == [3, 3, 3]
    assert len({path for part in rounds for path in part}) == 9
