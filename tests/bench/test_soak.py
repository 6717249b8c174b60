"""The command that looks for what grows tells growth from noise."""

from bench.soak import Sample, Soak, faults, soak

_MIB = 1 << 20


def _sample(
    at: float, *, agent: int = 30 * _MIB, warden: int = 120 * _MIB, agent_open: int = 10, living: int = 2
) -> Sample:
    return Sample(at, agent, warden, agent_open, 6, living)


def _seen(*samples: Sample) -> Soak:
    return Soak([*samples], {1}, 100)


def test_what_stays_as_it_is_has_no_faults():
    assert list(faults(_seen(*(_sample(at) for at in range(100))), workers=1)) == []


def test_growth_before_a_quarter_of_the_time_does_not_count():
    early = [_sample(at, agent=at * _MIB, agent_open=at) for at in range(20)]

    assert list(faults(_seen(*early, *(_sample(at) for at in range(20, 100))), workers=1)) == []


def test_growth_of_the_agent_and_of_the_warden_is_told():
    seen = _seen(*(_sample(at, agent=at * _MIB, warden=at * _MIB // 10) for at in range(100)))

    assert list(faults(seen, workers=1)) == ["the agent grew", "the warden grew"]


def test_one_more_descriptor_is_told():
    seen = _seen(*(_sample(at, agent_open=10 + at // 95) for at in range(100)))

    assert list(faults(seen, workers=1)) == ["agent: more descriptors than before"]


def test_children_that_are_left_and_wardens_that_are_replaced_are_told():
    seen = _seen(*(_sample(at, living=3) for at in range(100)))
    seen.wardens.add(2)

    assert list(faults(seen, workers=1)) == ["children are not buried", "2 wardens instead of one"]


def test_files_without_an_answer_and_with_two_are_told():
    seen = _seen(_sample(1))
    seen.lost, seen.twice = 1, 2

    assert len(list(faults(seen, workers=1))) == 2


def test_documents_are_read_again_and_again_until_the_time_is_over(tmp_path):
    for number in range(3):
        (tmp_path / f"{number}.txt").write_text("text")

    seen = soak([str(path) for path in tmp_path.iterdir()], workers=1, seconds=0.2, every=0.1, seed=1)

    assert seen.files > 3
    assert seen.samples
    assert seen.lost == seen.twice == 0
