"""What makes verdicts stale, and what does not."""

from dataclasses import replace

import pytest

from scanner.app.parts import Bench, Judge, policy_digest
from scanner.model.exposure import Audience
from scanner.model.finding import Severity
from scanner.model.quiet import QuietHours
from scanner.model.zone import Zone
from scanner.settings.schema import Settings

_ZONE = Zone("z", ("/srv",))


def _digest(zone: Zone) -> str:
    return policy_digest(Bench((), Settings().limits, 1), Settings(zones=(zone,)))


@pytest.mark.parametrize(
    "changes",
    [
        *({"audience": Audience.OWNER}, {"require_marking": True}, {"severity": Severity.LOW}, {"roots": ("/srv/*",)}),
    ],
)
def test_another_policy_makes_verdicts_stale(changes):
    assert _digest(replace(_ZONE, **changes)) != _digest(_ZONE)


def test_hours_in_which_nobody_is_told_decide_nothing():
    assert _digest(replace(_ZONE, quiet_hours=(QuietHours((5,), 0, 60),))) == _digest(_ZONE)


def test_permissions_are_asked_for_where_some_zone_limits_them():
    limits = replace(_ZONE, audience=Audience.NAMED)

    assert Judge((limits,), Zone("default"), frozenset()).asks_permissions
    assert Judge((), replace(limits, roots=()), frozenset()).asks_permissions
    assert not Judge((_ZONE,), Zone("default"), frozenset()).asks_permissions
