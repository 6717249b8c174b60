"""What findings mean in a zone, case by case, and the laws that hold over all of them."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.judge import effective_labels, judge, matching_roots, zone_of
from scanner.judge.offences import unmarked
from scanner.model.document import Document, Problem, Reason
from scanner.model.exposure import Acl, Audience, Exposure, Right
from scanner.model.finding import Finding, Kind, Severity, Status
from scanner.model.label import Label, Level
from scanner.model.place import Place
from scanner.model.verdict import Breach, Outcome
from scanner.model.zone import Unread, Zone

_US = [Level("us", name.lower(), name, order, rank) for order, (name, rank) in enumerate(
    [("UNCLASSIFIED", 0), ("CUI", 2), ("CONFIDENTIAL", 3), ("SECRET", 4), ("TOP SECRET", 5)]
)]  # fmt: skip
_NATO = [Level("nato", name[5:].lower(), name, order, rank) for order, (name, rank) in enumerate(
    [("NATO UNCLASSIFIED", 0), ("NATO RESTRICTED", 2), ("NATO CONFIDENTIAL", 3), ("NATO SECRET", 4)]
)]  # fmt: skip
_LEVELS = {level.name: level for level in (*_US, *_NATO)}


def _label(text: str) -> Label:
    level, *rest = text.split("//")
    label = Label(_LEVELS[level])
    for part in rest:
        if part.startswith("REL TO "):
            label = replace(label, releasable_to=frozenset(part[7:].split(", ")))
        elif part in {"SI", "TK"}:
            label = replace(label, compartments=label.compartments | {part})
        else:
            label = replace(label, caveats=label.caveats | {part})
    return label


def _marking(text: str, **changes) -> Finding:
    return Finding(Kind.MARKING, "us", Place("a"), _label(text), **changes)


def _match(*tags: str, **changes) -> Finding:
    return Finding(Kind.YARA, "private-key", Place("a"), tags=tags, **{"severity": Severity.HIGH, **changes})


def _zone(*ceilings: str, **changes) -> Zone:
    return Zone("z", ("/srv",), tuple(map(_label, ceilings)), **changes)


def _judge(zone: Zone, *findings: Finding, problems=(), accept=frozenset({Reason.IMAGE})):
    return judge(Document("/srv/a"), zone, findings, problems, accept)


_ENCRYPTED = Problem(Place("a.zip", ("b.pdf",)), Reason.ENCRYPTED)
_IMAGE = Problem(Place("a.png"), Reason.IMAGE)
_DAMAGED = Problem(Place("a.pdf"), Reason.CORRUPT)
_FORBIDDEN = Problem(Place("a.pdf"), Reason.FORBIDDEN)


@pytest.mark.parametrize(
    ("ceilings", "label", "outcome", "why"),
    [
        ([], "UNCLASSIFIED", "permitted", "UNCLASSIFIED may stand in this zone"),
        ([], "SECRET", "violation", "SECRET in a zone where only unclassified documents may stand"),
        ([], "CUI", "violation", "CUI in a zone where only unclassified documents may stand"),
        ([], "UNCLASSIFIED//X", "violation", "UNCLASSIFIED//X in a zone where only unclassified documents may stand"),
        ([], "UNCLASSIFIED//REL TO USA, GBR", "permitted", "UNCLASSIFIED//REL TO USA, GBR may stand in this zone"),
        (["UNCLASSIFIED"], "SECRET//NOFORN", "violation", "SECRET//NOFORN in a zone whose ceiling is UNCLASSIFIED"),
        (["SECRET"], "SECRET", "permitted", "SECRET may stand in this zone"),
        (["SECRET"], "CONFIDENTIAL", "permitted", "CONFIDENTIAL may stand in this zone"),
        (["SECRET"], "SECRET//REL TO USA, GBR", "permitted", "SECRET//REL TO USA, GBR may stand in this zone"),
        (
            ["SECRET"],
            "SECRET//NOFORN",
            "violation",
            "SECRET//NOFORN in a zone whose ceiling is SECRET, which does not admit NOFORN",
        ),
        (
            ["TOP SECRET//SI//NOFORN"],
            "TOP SECRET//TK//SI//NOFORN",
            "violation",
            "TOP SECRET//SI/TK//NOFORN in a zone whose ceiling is TOP SECRET//SI//NOFORN, which does not admit TK",
        ),
        (["TOP SECRET//SI//NOFORN"], "SECRET//NOFORN", "permitted", "SECRET//NOFORN may stand in this zone"),
        (
            ["SECRET//REL TO USA, GBR"],
            "SECRET",
            "violation",
            "SECRET in a zone whose ceiling is SECRET//REL TO USA, GBR, which is open to people it is not released to",
        ),
        (["SECRET//REL TO USA, GBR"], "UNCLASSIFIED", "permitted", "UNCLASSIFIED may stand in this zone"),
        (
            ["NATO SECRET"],
            "SECRET",
            "violation",
            "SECRET in a zone whose ceiling is NATO SECRET, with none for markings of this scheme (us)",
        ),
        (["NATO SECRET"], "UNCLASSIFIED", "permitted", "UNCLASSIFIED may stand in this zone"),
        (["NATO SECRET", "SECRET"], "NATO CONFIDENTIAL", "permitted", "NATO CONFIDENTIAL may stand in this zone"),
    ],
)  # fmt: skip
def test_a_label_is_held_against_the_ceiling_of_its_scheme(ceilings, label, outcome, why):
    verdict = _judge(_zone(*ceilings), _marking(label))

    assert (verdict.outcome, verdict.why) == (outcome, why)
    assert verdict.alerting is (outcome == "violation")


@pytest.mark.parametrize(
    ("ceilings", "label", "outcome"),
    [
        (["NATO SECRET"], "SECRET", "permitted"),
        (["NATO CONFIDENTIAL"], "SECRET", "violation"),
        (["NATO SECRET"], "CONFIDENTIAL//NOFORN", "violation"),
        (["NATO SECRET"], "CONFIDENTIAL//SI", "violation"),
        (["SECRET", "NATO SECRET"], "SECRET//NOFORN", "violation"),
        ([], "CUI", "violation"),
    ],
)
def test_equivalents_compare_ranks_and_fail_closed_on_anything_else(ceilings, label, outcome):
    assert _judge(_zone(*ceilings, equivalents=True), _marking(label)).outcome == outcome


def test_a_zone_with_several_ceilings_names_them_where_none_applies():
    verdict = _judge(Zone("z", ceilings=(_label("SECRET"), _label("NATO SECRET"))), _marking("SECRET"), _other())

    assert "whose ceilings are SECRET and NATO SECRET, with none for markings of this scheme (de)" in verdict.why
    assert verdict.label.scheme == "de"


def _other() -> Finding:
    return Finding(Kind.MARKING, "de", Place("a"), Label(Level("de", "sg", "STRENG GEHEIM", 4, 5)))


def test_the_high_water_mark_counts_and_not_the_single_marking():
    verdict = _judge(_zone("SECRET//NOFORN"), _marking("TOP SECRET"), _marking("CONFIDENTIAL//NOFORN"))

    assert verdict.outcome is Outcome.VIOLATION
    assert verdict.why.startswith("TOP SECRET//NOFORN in a zone")


def test_a_bare_unclassified_portion_does_not_close_a_release():
    zone = _zone("SECRET//REL TO USA, GBR")

    assert _judge(zone, _marking("SECRET//REL TO USA, GBR"), _marking("UNCLASSIFIED")).outcome is Outcome.PERMITTED
    assert _judge(zone, _marking("SECRET//REL TO USA, GBR"), _marking("CUI")).outcome is Outcome.VIOLATION


def test_labels_of_several_schemes_are_each_judged_and_the_most_sensitive_comes_first():
    verdict = _judge(_zone("SECRET"), _marking("NATO RESTRICTED"), _marking("SECRET"))

    assert [str(label) for label in verdict.labels] == ["SECRET", "NATO RESTRICTED"]
    assert verdict.outcome is Outcome.VIOLATION
    assert verdict.severity is Severity.MEDIUM


@pytest.mark.parametrize("status", [Status.SUSPECT, Status.DECLASSIFIED, Status.EXAMPLE])
def test_other_than_marked_is_recorded_and_violates_only_where_the_zone_says_so(status):
    finding = _marking("SECRET", status=status)
    recorded = _judge(_zone(), finding)
    violating = _judge(_zone(violating=frozenset({Status.MARKED, status})), finding)

    assert (recorded.outcome, recorded.labels, recorded.findings) == (Outcome.CLEAN, (), (finding,))
    assert recorded.why == "nothing in it counts against this zone"
    assert violating.outcome is Outcome.VIOLATION
    assert violating.why.split(" SECRET ")[0] in {"suspected", "declassified", "example"}


_UK = Label(Level("uk", "secret", "SECRET", 6, 4))
_UK_TOP = Label(Level("uk", "top-secret", "TOP SECRET", 7, 5))


def test_what_several_schemes_write_the_same_is_read_in_the_one_that_the_zone_has_a_ceiling_in():
    shared = _marking("SECRET", also=(_other().label, _UK))

    assert _judge(Zone("z", ceilings=(_UK,)), shared).outcome is Outcome.PERMITTED
    assert _judge(Zone("z", ceilings=(_UK,)), shared).labels == (_UK,)
    assert _judge(Zone("z", ceilings=(_UK,)), _marking("SECRET")).outcome is Outcome.VIOLATION
    assert _judge(_zone("SECRET"), shared).labels == (_label("SECRET"),)
    assert _judge(_zone("NATO SECRET"), shared).labels == (_label("SECRET"),)


def test_another_reading_is_held_against_the_ceiling_like_any_marking():
    verdict = _judge(Zone("z", ceilings=(_UK,)), _marking("TOP SECRET", also=(_UK_TOP,)))

    assert verdict.outcome is Outcome.VIOLATION
    assert verdict.why == "TOP SECRET in a zone whose ceiling is SECRET"
    assert verdict.label == _UK_TOP


def test_the_findings_that_decided_come_first_the_highest_and_surest_of_them_before_the_others():
    least = _match("x", severity=Severity.LOW)
    restricted = _marking("NATO RESTRICTED")
    doubtful, sure = _marking("SECRET", confidence=0.6), _marking("SECRET", confidence=0.9)
    lower = _marking("CONFIDENTIAL", confidence=0.99)

    assert _judge(_zone(), least, restricted, lower, doubtful, sure).findings == (
        sure,
        doubtful,
        lower,
        least,
        restricted,
    )
    assert _judge(_zone("SECRET", tags=frozenset({"x"})), least, doubtful, sure).findings == (least, doubtful, sure)


def test_a_disguised_marking_makes_the_violation_as_severe_as_it_is_itself():
    plain = _judge(_zone(), _marking("CONFIDENTIAL", severity=Severity.CRITICAL))
    disguised = _judge(_zone(), _marking("CONFIDENTIAL", severity=Severity.CRITICAL, reasons=("obfuscated",)))
    slight = _judge(_zone(), _marking("CONFIDENTIAL", severity=Severity.LOW, reasons=("obfuscated",)))

    assert (plain.severity, disguised.severity, slight.severity) == (
        Severity.HIGH,
        Severity.CRITICAL,
        Severity.HIGH,
    )


def test_an_electronic_label_counts_whatever_its_status():
    finding = replace(_marking("SECRET", status=Status.SUSPECT), kind=Kind.LABEL)
    verdict = _judge(_zone(), finding)

    assert verdict.outcome is Outcome.VIOLATION
    assert verdict.why.startswith("SECRET in")


def test_a_marking_no_scheme_could_read_is_recorded():
    assert _judge(_zone(), replace(_marking("SECRET"), label=None)).outcome is Outcome.CLEAN


@pytest.mark.parametrize(
    ("allowed", "finding", "outcome"),
    [
        ([], _match("credentials"), "violation"),
        (["credentials"], _match("credentials"), "permitted"),
        (["source-code"], _match("credentials"), "violation"),
        (["credentials"], _match("cloud", "credentials"), "permitted"),
        ([], _match(), "violation"),
        ([], _match("credentials", severity=Severity.INFO), "clean"),
        ([], _match("credentials", status=Status.SUSPECT), "clean"),
        ([], _match("credentials", severity=Severity.LOW), "violation"),
    ],
)
def test_a_yara_match_violates_unless_the_zone_allows_one_of_its_tags(allowed, finding, outcome):
    assert _judge(_zone(tags=frozenset(allowed)), finding).outcome == outcome


def test_a_yara_violation_says_what_and_takes_its_severity():
    verdict = _judge(_zone(), _match("credentials", "key", title="a private key", severity=Severity.CRITICAL))

    three = _judge(_zone(), _match("credentials", "token", "cloud"))

    assert verdict.why == "a private key in a zone that does not allow credentials or key"
    assert three.why == "private-key in a zone that does not allow credentials, token or cloud"
    assert verdict.severity is Severity.CRITICAL
    assert _judge(_zone(), _match()).why == "private-key in a zone that does not allow it"


def test_the_worst_comes_first_and_the_rest_is_counted():
    keys = [_match("credentials", title="a key"), _match("credentials", title="a key"), _match("x", title="a card")]
    verdict = _judge(_zone(), *keys, _marking("TOP SECRET"))

    assert verdict.why == "TOP SECRET in a zone where only unclassified documents may stand (and 2 more)"


@pytest.mark.parametrize(
    ("label", "severity"),
    [
        ("UNCLASSIFIED//FOUO", Severity.LOW),
        ("CUI", Severity.MEDIUM),
        ("CONFIDENTIAL", Severity.HIGH),
        ("SECRET", Severity.CRITICAL),
        ("TOP SECRET", Severity.CRITICAL),
    ],
)
def test_severity_follows_the_rank_of_the_label(label, severity):
    assert _judge(_zone(), _marking(label)).severity is severity


def test_a_problem_makes_undetermined_and_names_each_reason_once():
    verdict = _judge(
        _zone(), _marking("UNCLASSIFIED"), problems=(_ENCRYPTED, _ENCRYPTED, Problem(Place("a"), Reason.TOO_DEEP))
    )

    assert verdict.outcome is Outcome.UNDETERMINED
    assert verdict.why == "could not be read in full: encrypted, too deep"
    assert (verdict.accepted, verdict.alerting, verdict.severity) == (False, False, Severity.MEDIUM)


@pytest.mark.parametrize(
    ("problems", "unread", "accepted", "alerting", "severity"),
    [
        ([_IMAGE], Unread.ALERT, True, False, Severity.INFO),
        ([_IMAGE, _ENCRYPTED], Unread.ALERT, False, True, Severity.MEDIUM),
        ([_ENCRYPTED], Unread.ALERT, False, True, Severity.MEDIUM),
        ([_ENCRYPTED], Unread.RECORD, False, False, Severity.MEDIUM),
        ([_DAMAGED], Unread.ALERT, False, True, Severity.MEDIUM),
        ([_DAMAGED], Unread.RECORD, False, False, Severity.LOW),
        ([_DAMAGED, _IMAGE], Unread.RECORD, False, False, Severity.LOW),
        ([_FORBIDDEN], Unread.RECORD, False, True, Severity.HIGH),
        ([_FORBIDDEN, _IMAGE], Unread.ALERT, False, True, Severity.HIGH),
    ],
)
def test_what_could_not_be_read_alerts_where_the_zone_says_so_and_it_is_not_accepted(
    problems, unread, accepted, alerting, severity
):
    verdict = _judge(_zone(undetermined=unread), problems=problems)

    assert (verdict.accepted, verdict.alerting, verdict.severity) == (accepted, alerting, severity)


def test_a_reason_that_is_accepted_adds_nothing_to_the_severity_of_the_others():
    verdict = _judge(_zone(), problems=(_ENCRYPTED, _DAMAGED), accept={Reason.ENCRYPTED})

    assert (verdict.accepted, verdict.severity) == (False, Severity.LOW)


def test_a_forbidden_operation_is_never_accepted_and_says_what_it_may_mean():
    verdict = _judge(_zone(), problems=(_DAMAGED, _FORBIDDEN), accept=frozenset(Reason))

    assert (verdict.outcome, verdict.accepted, verdict.alerting) == (Outcome.UNDETERMINED, False, True)
    assert verdict.why == "a parser attempted a forbidden operation: the file may have tried to take over its reader"
    assert verdict.severity is Severity.HIGH


def test_a_forbidden_operation_is_told_of_beside_a_violation_and_makes_it_at_least_as_severe():
    slight = _judge(_zone(), _marking("UNCLASSIFIED//FOUO"), problems=(_FORBIDDEN,))
    grave = _judge(_zone(), _marking("SECRET"), problems=(_FORBIDDEN,))

    assert (slight.outcome, slight.severity, grave.severity) == (Outcome.VIOLATION, Severity.HIGH, Severity.CRITICAL)
    assert slight.why.endswith("only unclassified documents may stand (and a parser attempted a forbidden operation)")


def test_a_violation_stays_one_when_not_everything_could_be_read():
    verdict = _judge(_zone(), _marking("SECRET"), problems=(_IMAGE,))

    assert verdict.outcome is Outcome.VIOLATION
    assert verdict.alerting
    assert verdict.problems == (_IMAGE,)


def test_a_slight_violation_in_a_file_that_was_not_read_in_full_is_as_bad_as_not_reading_it():
    zone = _zone(undetermined=Unread.ALERT)

    assert _judge(zone, _marking("UNCLASSIFIED//FOUO")).severity is Severity.LOW
    assert _judge(zone, _marking("UNCLASSIFIED//FOUO"), problems=(_ENCRYPTED,)).severity is Severity.MEDIUM
    assert _judge(zone, _marking("SECRET"), problems=(_ENCRYPTED,)).severity is Severity.CRITICAL


def test_nothing_at_all_is_clean():
    verdict = _judge(_zone())

    assert (verdict.outcome, verdict.why, verdict.guidance) == (Outcome.CLEAN, "nothing was found in it", "")
    assert (verdict.severity, verdict.accepted, verdict.alerting) == (Severity.INFO, False, False)


def test_allowed_matches_are_permitted_and_said_so():
    assert _judge(_zone(tags=frozenset({"t"})), _match("t")).why == "what was found in it is allowed in this zone"


@pytest.mark.parametrize(
    ("zone", "finding", "guidance"),
    [
        (_zone(guidance="Ask the desk."), _match(guidance="Change the key."), "Ask the desk."),
        (_zone(), _match(guidance="Change the key."), "Change the key."),
        (_zone(), _marking("SECRET", guidance="See the manual."), "See the manual."),
        (_zone(owner="joe"), _match(), "Move it to a folder that may hold it, or ask joe, who owns this zone."),
        (_zone(), _match(), "Move it to a folder that may hold it, or ask whoever owns this folder."),
    ],
)
def test_guidance_is_the_zones_then_the_rules_then_to_ask_the_owner(zone, finding, guidance):
    assert _judge(zone, finding).guidance == guidance


def test_guidance_about_an_unread_file_is_to_look_at_it():
    verdict = _judge(_zone(owner="joe"), problems=(_ENCRYPTED,))

    assert verdict.guidance == "Look at it by hand, or ask joe, who owns this zone: nobody knows what is in it."
    assert verdict.owner == "joe"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/srv/share/a.txt", "share"),
        ("/srv/share", "share"),
        ("/srv/share/public/a.txt", "public"),
        ("/srv/share/publication/a.txt", "share"),
        ("/srv/share/pub\udcff/a", "bytes"),
        ("/srv//share/./public/a", "public"),
        ("/srv/plan.pdf", "file"),
        ("/srv/plan.pdf.bak", "default"),
        ("/srv", "default"),
        ("srv/share/a", "default"),
        ("-", "default"),
        ("/", "default"),
    ],
)
def test_the_zone_is_that_of_the_longest_root_by_components(path, name):
    zones = [
        Zone("share", ("/srv/share/",)),
        Zone("public", ("/elsewhere", "/srv/share/public")),
        Zone("bytes", ("/srv/share/pub\udcff",)),
        Zone("file", ("/srv/plan.pdf",)),
    ]

    assert zone_of(path, zones, Zone("default")).name == name


def test_a_zone_over_everything_yields_to_every_other():
    zones = [Zone("all", ("/",)), Zone("share", ("/srv",))]

    assert zone_of("/srv/a", zones, Zone("default")).name == "share"
    assert zone_of("/home/a", zones, Zone("default")).name == "all"
    assert [root for root, _ in matching_roots("/srv/a", zones)] == ["/srv", "/"]


@pytest.mark.parametrize(
    ("tags", "severity", "finding", "outcome"),
    [
        ([], Severity.LOW, _match("t", severity=Severity.LOW), "permitted"),
        ([], Severity.LOW, _match("t", severity=Severity.MEDIUM), "violation"),
        (["t"], Severity.LOW, _match("t", severity=Severity.CRITICAL), "permitted"),
        ([], Severity.CRITICAL, _match("t", severity=Severity.CRITICAL), "permitted"),
        ([], Severity.LOW, _marking("CONFIDENTIAL", severity=Severity.LOW), "violation"),
    ],
)
def test_what_a_rule_finds_may_stand_up_to_a_severity_or_with_a_tag(tags, severity, finding, outcome):
    assert _judge(_zone(tags=frozenset(tags), severity=severity), finding).outcome == outcome


def _judge_file(zone: Zone, *findings: Finding, problems=(), **document):
    document = {"media_type": "application/pdf", **document}
    return judge(Document("/srv/a", **document), zone, findings, problems, frozenset({Reason.IMAGE}))


_STRICT = _zone("SECRET", require_marking=True)


@pytest.mark.parametrize("kind", ["application/pdf", "text/plain", "message/rfc822"])
def test_a_document_without_a_marking_is_in_violation_where_each_needs_one(kind):
    verdict = _judge_file(_STRICT, media_type=kind)

    assert (verdict.outcome, verdict.severity, verdict.alerting) == (Outcome.VIOLATION, Severity.LOW, True)
    assert (verdict.why, verdict.breaches) == ("no marking, and this zone requires one", (Breach.UNMARKED,))
    assert verdict.guidance == "Mark it as what it is, or ask whoever owns this folder."
    assert _judge_file(_zone("SECRET"), media_type=kind).outcome is Outcome.CLEAN


@pytest.mark.parametrize("kind", ["image/png", "application/x-empty", "application/zip", "application/x-dosexec", ""])
def test_what_is_no_document_needs_no_marking(kind):
    assert _judge_file(_STRICT, media_type=kind).outcome is Outcome.CLEAN


@pytest.mark.parametrize(
    ("finding", "outcome"),
    [
        (_marking("UNCLASSIFIED"), "permitted"),
        (_marking("SECRET"), "permitted"),
        (_marking("SECRET", status=Status.DECLASSIFIED), "clean"),
        (replace(_marking("SECRET"), label=None), "clean"),
        (replace(_marking("SECRET"), kind=Kind.LABEL, label=None), "clean"),
        (_marking("SECRET", status=Status.SUSPECT), "clean"),
        (_marking("SECRET", status=Status.EXAMPLE), "violation"),
        (_match("t", severity=Severity.INFO), "violation"),
    ],
)
def test_a_marking_even_in_doubt_or_lifted_and_any_electronic_label_are_enough(finding, outcome):
    assert _judge_file(_STRICT, finding).outcome == outcome


def test_an_example_is_no_marking_and_is_said():
    verdict = _judge_file(_STRICT, _marking("SECRET", status=Status.EXAMPLE))

    assert verdict.why == "no marking but an example of one, and this zone requires one"
    assert not verdict.labels


def test_what_could_not_be_read_may_bear_the_marking_and_is_told_of_all_the_same():
    verdict = _judge_file(_STRICT, problems=(_DAMAGED,))

    assert (verdict.outcome, verdict.alerting, verdict.breaches) == (Outcome.UNDETERMINED, True, ())
    assert verdict.why == "could not be read in full: corrupt; in the rest no marking, and this zone requires one"
    assert not _judge_file(_zone("SECRET"), problems=(_DAMAGED,)).alerting


def test_a_picture_in_a_document_does_not_stand_for_its_marking():
    verdict = _judge_file(_STRICT, problems=(_IMAGE,))

    assert (verdict.outcome, verdict.accepted) == (Outcome.VIOLATION, True)


_OPEN = Exposure(0o644, frozenset({Right.READ}), frozenset({Right.READ}))
_SHARED = Exposure(0o640, frozenset({Right.READ}))
_NAMED = Exposure(0o660, named=frozenset({Right.READ, Right.CHANGE}), users=1, groups=2, acl=Acl.READ)
_HIDDEN = Exposure(0o640, frozenset({Right.READ}), acl=Acl.UNREAD)
_OWN = Exposure(0o600)


@pytest.mark.parametrize(
    ("exposure", "audience", "outcome"),
    [
        (_OPEN, Audience.NAMED, "violation"),
        (_OPEN, Audience.EVERYONE, "permitted"),
        (_NAMED, Audience.GROUP, "violation"),
        (_NAMED, Audience.NAMED, "permitted"),
        (_HIDDEN, Audience.GROUP, "violation"),
        (_HIDDEN, Audience.NAMED, "permitted"),
        (_SHARED, Audience.OWNER, "violation"),
        (_SHARED, Audience.GROUP, "permitted"),
        (_OWN, Audience.OWNER, "permitted"),
        (None, Audience.OWNER, "permitted"),
    ],
)
def test_a_marked_file_that_more_people_may_have_is_in_violation_even_where_its_label_may_stand(
    exposure, audience, outcome
):
    verdict = _judge_file(_zone("SECRET", audience=audience), _marking("SECRET"), exposure=exposure)

    assert verdict.outcome == outcome
    assert verdict.breaches == ((Breach.EXPOSURE,) if outcome == "violation" else ())


@pytest.mark.parametrize("label", ["UNCLASSIFIED", "UNCLASSIFIED//REL TO USA"])
def test_a_file_without_a_label_that_restricts_may_be_open(label):
    zone = _zone("SECRET", audience=Audience.OWNER)

    assert _judge_file(zone, exposure=_OPEN).outcome is Outcome.CLEAN
    assert _judge_file(zone, _marking(label), exposure=_OPEN).outcome is Outcome.PERMITTED
    assert _judge_file(zone, _match("t", severity=Severity.INFO), exposure=_OPEN).outcome is Outcome.CLEAN


@pytest.mark.parametrize(
    ("exposure", "audience", "words"),
    [
        (_OPEN, Audience.OWNER, "everybody may read and its group may read (mode 0644)"),
        (_OPEN, Audience.GROUP, "everybody may read (mode 0644)"),
        (_SHARED, Audience.OWNER, "its group may read (mode 0640)"),
        (
            _NAMED,
            Audience.GROUP,
            "1 named user and 2 named groups may read and change (mode 0660, with an access control list)",
        ),
        (
            _HIDDEN,
            Audience.GROUP,
            "an access control list that cannot be read may open to more (mode 0640, with an access control list)",
        ),
    ],
)
def test_an_exposure_says_who_may_do_what(exposure, audience, words):
    verdict = _judge_file(_zone("SECRET//NOFORN", audience=audience), _marking("SECRET//NOFORN"), exposure=exposure)

    assert verdict.why.startswith(
        f"SECRET//NOFORN in a file of which {words}, in a zone where marked files are for their"
    )
    assert verdict.severity is Severity.CRITICAL
    assert verdict.guidance.startswith("Take away what its permissions give to more people than this zone allows")


def test_a_file_in_the_wrong_place_that_is_open_as_well_says_both():
    verdict = _judge_file(_zone(audience=Audience.OWNER), _marking("SECRET"), exposure=_OPEN)

    assert verdict.breaches == (Breach.LABEL, Breach.EXPOSURE)
    assert verdict.why == "SECRET in a zone where only unclassified documents may stand (and 1 more)"
    assert verdict.guidance.startswith("Move it")


def test_guidance_of_the_zone_follows_what_to_do_about_permissions_and_markings():
    zone = _zone("SECRET", guidance="Ask the desk.", require_marking=True, audience=Audience.OWNER)

    assert _judge_file(zone).guidance == "Mark it as what it is. Ask the desk."
    assert _judge_file(zone, _marking("SECRET"), exposure=_OPEN).guidance.endswith("(chmod, setfacl). Ask the desk.")


_ORDER = [Outcome.CLEAN, Outcome.PERMITTED, Outcome.UNDETERMINED, Outcome.VIOLATION]
_LABELS = st.builds(
    Label,
    level=st.sampled_from([*_US, *_NATO]),
    compartments=st.frozensets(st.sampled_from(["SI", "TK"])),
    caveats=st.frozensets(st.sampled_from(["NOFORN", "ORCON"])),
    releasable_to=st.none() | st.frozensets(st.sampled_from(["USA", "GBR", "AUS"])),
)
_FINDINGS = st.builds(
    Finding,
    kind=st.sampled_from(Kind),
    rule=st.just("r"),
    place=st.just(Place("a")),
    label=st.none() | _LABELS,
    tags=st.lists(st.sampled_from(["a", "b"])).map(tuple),
    status=st.sampled_from(Status),
    severity=st.sampled_from(Severity),
)
_ANY_FINDINGS = st.builds(
    replace,
    _FINDINGS,
    also=st.lists(_LABELS, max_size=2).map(tuple),
    reasons=st.sampled_from([(), ("obfuscated",)]),
)
_PROBLEMS = st.builds(Problem, place=st.just(Place("a")), reason=st.sampled_from(Reason))
_ZONES = st.builds(
    Zone,
    name=st.just("z"),
    ceilings=st.lists(_LABELS, max_size=2, unique_by=lambda label: label.scheme).map(tuple),
    tags=st.frozensets(st.sampled_from(["a", "b"])),
    violating=st.frozensets(st.sampled_from(Status)).map(lambda statuses: statuses | {Status.MARKED}),
    equivalents=st.booleans(),
    undetermined=st.sampled_from(Unread),
    severity=st.sampled_from(Severity),
    audience=st.sampled_from(Audience),
)
_STRICT_ZONES = _ZONES.map(lambda zone: replace(zone, require_marking=True))
_RIGHTS = st.frozensets(st.sampled_from(Right))
_EXPOSURES = st.builds(
    lambda group, others, named, acl: Exposure(0o640, group, others, named, users=len(named), acl=acl),
    *(_RIGHTS, _RIGHTS, _RIGHTS, st.sampled_from(Acl)),
)
_DOCUMENTS = st.fixed_dictionaries(
    {"exposure": st.none() | _EXPOSURES, "media_type": st.sampled_from(["", "image/png", "text/plain"])}
)


@given(_ZONES, st.lists(_ANY_FINDINGS), st.lists(_PROBLEMS, max_size=2), _ANY_FINDINGS, _DOCUMENTS)
def test_one_more_finding_never_makes_the_outcome_less_severe(zone, findings, problems, more, document):
    before = _judge_file(zone, *findings, problems=problems, **document)
    after = _judge_file(zone, *findings, more, problems=problems, **document)

    assert _ORDER.index(after.outcome) >= _ORDER.index(before.outcome)
    assert after.severity >= before.severity
    assert after.alerting >= before.alerting


@given(_ZONES, st.lists(_ANY_FINDINGS), st.lists(_PROBLEMS, max_size=2), _PROBLEMS, _DOCUMENTS)
def test_one_more_problem_never_makes_the_outcome_less_severe(zone, findings, problems, more, document):
    before = _judge_file(zone, *findings, problems=problems, **document)
    after = _judge_file(zone, *findings, problems=[*problems, more], **document)

    assert _ORDER.index(after.outcome) >= _ORDER.index(before.outcome)
    assert after.severity >= before.severity
    assert after.outcome not in {Outcome.CLEAN, Outcome.PERMITTED}
    assert after.alerting >= before.alerting


@given(_STRICT_ZONES, st.lists(_ANY_FINDINGS), st.lists(_PROBLEMS, max_size=2), _ANY_FINDINGS, _DOCUMENTS)
def test_where_each_needs_a_marking_one_more_finding_makes_good_for_the_lack_of_one_at_most(
    zone, findings, problems, more, document
):
    before = _judge_file(zone, *findings, problems=problems, **document)
    after = _judge_file(zone, *findings, more, problems=problems, **document)
    lacked = unmarked(Document("/srv/a", **document), findings, zone) is not None
    lacks = unmarked(Document("/srv/a", **document), [*findings, more], zone) is not None

    assert lacked or not lacks
    if lacked == lacks:
        assert _ORDER.index(after.outcome) >= _ORDER.index(before.outcome)
        assert (after.severity, after.alerting) >= (before.severity, before.alerting)
    else:
        assert more.kind is not Kind.YARA


@given(_STRICT_ZONES, st.lists(_ANY_FINDINGS), st.lists(_PROBLEMS, max_size=2), _PROBLEMS, _DOCUMENTS)
def test_where_each_needs_a_marking_one_more_problem_leaves_it_open_at_most_and_silences_nothing(
    zone, findings, problems, more, document
):
    before = _judge_file(zone, *findings, problems=problems, **document)
    after = _judge_file(zone, *findings, problems=[*problems, more], **document)

    assert after.severity >= before.severity
    assert after.alerting >= before.alerting
    if before.breaches == (Breach.UNMARKED,):
        assert after.outcome in {Outcome.VIOLATION, Outcome.UNDETERMINED}
    else:
        assert _ORDER.index(after.outcome) >= _ORDER.index(before.outcome)


@given(_ZONES, st.lists(_ANY_FINDINGS), st.lists(_PROBLEMS, max_size=2), _DOCUMENTS)
def test_to_require_a_marking_never_makes_the_outcome_less_severe(zone, findings, problems, document):
    before = _judge_file(zone, *findings, problems=problems, **document)
    after = _judge_file(replace(zone, require_marking=True), *findings, problems=problems, **document)

    assert _ORDER.index(after.outcome) >= _ORDER.index(before.outcome)
    assert after.severity >= before.severity
    assert after.alerting >= before.alerting


@given(_ZONES | _STRICT_ZONES, st.lists(_ANY_FINDINGS), st.lists(_PROBLEMS, max_size=2), _EXPOSURES, _EXPOSURES)
def test_more_people_or_a_smaller_audience_never_make_the_outcome_less_severe(zone, findings, problems, one, other):
    wider = Exposure(
        0o640, one.group | other.group, one.others | other.others, one.named | other.named, acl=one.acl
    )  # fmt: skip
    before = _judge_file(zone, *findings, problems=problems, exposure=one)

    for stricter, exposure in ((zone, wider), (replace(zone, audience=Audience.OWNER), one)):
        after = _judge_file(stricter, *findings, problems=problems, exposure=exposure)

        assert _ORDER.index(after.outcome) >= _ORDER.index(before.outcome)
        assert after.severity >= before.severity
        assert after.alerting >= before.alerting


@given(_ZONES | _STRICT_ZONES, st.lists(_ANY_FINDINGS), st.lists(_PROBLEMS, max_size=2), _DOCUMENTS)
def test_there_is_a_breach_exactly_where_there_is_a_violation(zone, findings, problems, document):
    verdict = _judge_file(zone, *findings, problems=problems, **document)

    assert bool(verdict.breaches) is (verdict.outcome is Outcome.VIOLATION)


@given(_ZONES, st.lists(_ANY_FINDINGS), st.randoms())
def test_the_order_of_findings_decides_nothing(zone, findings, random):
    shuffled = random.sample(findings, len(findings))
    one, other = _judge(zone, *findings), _judge(zone, *shuffled)

    assert (one.outcome, one.labels, one.severity, one.alerting) == (
        other.outcome,
        other.labels,
        other.severity,
        other.alerting,
    )


@given(_ZONES, st.lists(_FINDINGS))
def test_the_effective_label_dominates_everything_that_counts_but_bare_unclassified(zone, findings):
    marks = {label.scheme: label for label in effective_labels(findings, zone)}
    for finding in findings:
        if finding.label is not None and (finding.kind is Kind.LABEL or finding.status in zone.violating):
            bare = finding.label.level.rank == 0 and finding.label == Label(finding.label.level)

            assert bare or marks[finding.label.scheme].dominates(finding.label)


def test_without_zones_nobody_is_told_of_a_zone():
    default = Zone("default")

    assert _judge(default, _marking("SECRET")).why == "SECRET where only unclassified documents may stand"
    assert _judge(default, _match("credentials")).why.endswith(", which is not allowed here")
