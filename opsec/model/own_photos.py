"""Which photos of our own landmarks a scan refers to."""

from opsec.model import Scan


def photo_key(site: str, landmark: str | None, photo: str) -> str:
    """Under which a scan carries one of our own photos."""
    return f"{site}/{landmark}/{photo}"


def wanted_photos(scan: Scan) -> set[tuple[str, str, str]]:
    """Site, landmark and file name of every photo that a scan's sightings speak of."""
    return {
        (match.site, match.landmark, match.sighting.photo)
        for result in scan.results
        for match in result.matches
        if match.sighting and match.landmark
    }
