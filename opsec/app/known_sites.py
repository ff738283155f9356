"""Sites and zones by what an officer types: those of the findings of a case file, and those of the sites folder.

Sentences name sites by their codes, never by their ids or names: the words of an error reach screens and mails.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from opsec.casefile.finding_list import finding_sites, finding_zones
from opsec.casefile.transactions import Transactions
from opsec.errors import UsageError
from opsec.i18n.messages import _
from opsec.i18n.safe_text import escape_unsafe
from opsec.i18n.suggestions import closest_match
from opsec.model import Site

MAX_NAMED = 12
"""Codes or zones that one sentence names."""
SiteSource = Callable[[], Sequence[Site]]
"""Loads the officer's sites; it is called only for what the case file does not know, so a faulty site file does not
prevent a list of findings."""


def check_site(name: str, transactions: Transactions, load_sites: SiteSource) -> None:
    """Check that a text is the id or the code of a site, in capital or small letters.

    Raises
    ------
    UsageError
        Neither the case file nor the sites folder has it; the sentence names the closest code, or the known ones.
    SitesError
        The case file does not have it, and the sites folder cannot be read.
    """
    codes = _codes(finding_sites(transactions))
    if name.casefold() in codes:
        return
    codes |= _codes((site.id, site.code) for site in load_sites())
    if name.casefold() in codes:
        return
    shown, near = escape_unsafe(name, limit=60), closest_match(name[:60], codes)
    if near is not None:
        raise UsageError(_("{name} is not a site; did you mean {near}?", name=shown, near=codes[near]))
    if codes:
        raise UsageError(_("{name} is not a site; known sites: {known}", name=shown, known=_list(codes)))
    raise UsageError(
        _("{name} is not a site: the case file has no finding, and there is no sites folder; run a scan", name=shown)
    )


def check_zone(name: str, transactions: Transactions, load_sites: SiteSource) -> None:
    """Check that a text is ``zone`` of any site or ``site/zone``; errors as for ``check_site``."""
    site, slash, zone = name.rpartition("/")
    if slash:
        check_site(site, transactions, load_sites)
    zones = _zones(finding_zones(transactions), site if slash else None)
    if zone.casefold() in zones:
        return
    zones |= _zones(
        ((one.id, one.code, own) for one in load_sites() for own in _own_zones(one)), site if slash else None
    )
    if zone.casefold() in zones:
        return
    shown, near = escape_unsafe(zone, limit=60), closest_match(zone[:60], zones)
    if near is not None:
        raise UsageError(_("{name} is not a zone; did you mean {near}?", name=shown, near=zones[near]))
    if zones:
        raise UsageError(_("{name} is not a zone; known zones: {known}", name=shown, known=_list(zones)))
    raise UsageError(
        _("{name} is not a zone: neither the findings nor the fences name one; see opsec sites check", name=shown)
    )


def _codes(sites: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return id and code of each site in small letters → its code."""
    return {key.casefold(): escape_unsafe(code) for pair in sites for code in pair[1:] for key in pair}


def _zones(zones: Iterable[tuple[str, str, str]], site: str | None) -> dict[str, str]:
    """Return the zones of one site, or of all, in small letters → as they were written."""
    wanted = None if site is None else site.casefold()
    return {
        zone.casefold(): escape_unsafe(zone, limit=60)
        for site_id, code, zone in zones
        if wanted is None or wanted in {site_id.casefold(), code.casefold()}
    }


def _own_zones(site: Site) -> set[str]:
    """Return the zones that the fences and the landmarks of a site name."""
    drawn = {fence.name for fence in site.fences if fence.role == "zone" and fence.name}
    return drawn | {landmark.zone for landmark in site.landmarks if landmark.zone}


def _list(known: Mapping[str, str]) -> str:
    """Return the first names in their order, with a mark where there are more."""
    names = sorted(set(known.values()))
    return ", ".join(names[:MAX_NAMED]) + (", …" if len(names) > MAX_NAMED else "")
