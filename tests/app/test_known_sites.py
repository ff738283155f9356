"""Sites and zones that a case file or the sites folder knows, and the sentence for those that neither knows."""

from collections.abc import Iterator, Sequence

import pytest
from sqlalchemy import update

from opsec.app.known_sites import MAX_NAMED, check_site, check_zone
from opsec.casefile.case_file import CaseFile, open_case
from opsec.casefile.finding_evidence import Places
from opsec.casefile.schema import findings
from opsec.errors import SitesError, UsageError
from opsec.i18n.messages import _
from opsec.model import Geofence, Landmark, Site
from tests.casefile.made import Judged, a_finding, a_post, keep

DEPOT = Site(
    id="heron-depot",
    kind="depot",
    names={"en": ("Heron Depot",)},
    code="H-02",
    fences=(Geofence(role="zone", rings=(), name="Fuel store"), Geofence(role="building", rings=(), name="Hangar")),
    landmarks=(Landmark(id="mast", photos=(), zone="Radar hill"),),
)


@pytest.fixture
def case() -> Iterator[CaseFile]:
    """A case with one finding, at one site and in one zone."""
    with open_case(":memory:") as opened:
        keep(opened, a_post(), Judged(findings=[a_finding("a")]))
        with opened.transactions.write() as connection:
            connection.execute(update(findings).values(places=Places((), ("North gate",)).to_json()))
        yield opened


def not_needed() -> Sequence[Site]:
    raise AssertionError("the case file has it: no site is loaded")


def faulty() -> Sequence[Site]:
    raise SitesError(_("done"))


def none() -> Sequence[Site]:
    return ()


def depot() -> Sequence[Site]:
    return (DEPOT,)


def test_what_the_case_file_knows_needs_no_sites_folder(case: CaseFile) -> None:
    for name in ("F-07", "f-07", "Falcon-Camp"):
        check_site(name, case.transactions, not_needed)
    for name in ("north gate", "f-07/North Gate", "falcon-camp/north gate"):
        check_zone(name, case.transactions, not_needed)


def test_what_only_the_sites_folder_knows(case: CaseFile) -> None:
    for name in ("h-02", "heron-depot"):
        check_site(name, case.transactions, depot)
    for name in ("fuel store", "H-02/radar hill"):
        check_zone(name, case.transactions, depot)


@pytest.mark.parametrize(
    ("name", "named"),
    [("F-08", "did you mean F-07?"), ("falcon-cmp", "did you mean F-07?"), ("bogus", "known sites: F-07, H-02")],
)
def test_an_unknown_site_gives_the_closest_code_or_all(case: CaseFile, name: str, named: str) -> None:
    with pytest.raises(UsageError, match=named) as caught:
        check_site(name, case.transactions, depot)
    assert "heron" not in str(caught.value).lower()


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("fuel stor", "did you mean Fuel store?"),
        ("hangar", "known zones: Fuel store, North gate, Radar hill"),
        ("H-02/north gate", "known zones: Fuel store, Radar hill"),
        ("X-99/north gate", "known sites: F-07, H-02"),
        ("/north gate", "known sites: F-07, H-02"),
    ],
)
def test_an_unknown_zone_gives_the_closest_one_or_all(case: CaseFile, name: str, named: str) -> None:
    with pytest.raises(UsageError, match=named):
        check_zone(name, case.transactions, depot)


def test_nothing_is_known_without_a_finding_and_without_sites() -> None:
    with open_case(":memory:") as empty:
        with pytest.raises(UsageError, match="the case file has no finding"):
            check_site("F-07", empty.transactions, none)
        with pytest.raises(UsageError, match="sites check"):
            check_zone("gate", empty.transactions, none)


def test_a_faulty_sites_folder_is_named_instead_of_calling_the_site_unknown(case: CaseFile) -> None:
    with pytest.raises(SitesError):
        check_site("H-02", case.transactions, faulty)
    with pytest.raises(SitesError):
        check_zone("fuel store", case.transactions, faulty)


def test_a_sentence_names_some_of_many_sites(case: CaseFile) -> None:
    def many() -> Sequence[Site]:
        return [Site(id=f"site-{n:02}", kind="base", names={}, code=f"S-{n:02}") for n in range(40)]

    with pytest.raises(UsageError) as caught:
        check_site("bogus", case.transactions, many)
    assert str(caught.value).count(",") == MAX_NAMED
    assert "…" in str(caught.value)
