"""Every hiding place of every format is found, and where it is said to be; those that cannot be are named."""

import pytest

from bench.hiding import parts, probes

_PROBES = {f"{probe.kind}: {probe.place}": probe for probe in probes()}


@pytest.mark.parametrize("name", sorted(_PROBES))
def test_a_hiding_place_is_found_where_it_is(name):
    probe = _PROBES[name]
    where = parts(probe)
    if probe.known_miss:
        assert not where, "found after all: no longer a known miss"
    else:
        assert where, "not read"
        assert probe.part is None or probe.part in where
