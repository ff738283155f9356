"""Ways for the tests of everything that reads them, and what a reader makes of a film."""

import io

from hypothesis import strategies as st

from opsec.model import Fix, Hint, Point, Reason
from opsec.model.records import Gap
from opsec.readers.telemetry.reader import READER
from tests.fixtures.media.boxes import film

FILM = film()


def way(*places: tuple[float, float]) -> list[Fix]:
    """A fix a second at these places, with every measure that a format may carry."""
    return [Fix(float(at_s), Point(lat, lon), 120.5, 84.0, 8.0, 3.5, -30.0) for at_s, (lat, lon) in enumerate(places)]


def points(raw: bytes) -> list[tuple[float, float]]:
    """Every place of every track of a film, in order."""
    return [(fix.point.lat, fix.point.lon) for hint in hints(raw) for fix in hint.fixes]


def hints(raw: bytes) -> list[Hint]:
    """The tracks that are read in a film."""
    return [one for one in READER.read(io.BytesIO(raw), "mp4") if isinstance(one, Hint)]


def remarks(raw: bytes) -> list[str]:
    """Codes of the remarks on a video beside its tracks; those of gaps with a star."""
    found = READER.read(io.BytesIO(raw), "mp4")
    return [
        f"*{one.reason.code}" if isinstance(one, Gap) else one.code for one in found if isinstance(one, Gap | Reason)
    ]


ANYWHERE = st.tuples(
    st.floats(-89.9, 89.9).map(lambda value: round(value, 6)),
    st.floats(-179.9, 179.9).map(lambda value: round(value, 6)),
).filter(lambda place: max(map(abs, place)) > 0.001)
"""Anywhere but at the pair (0, 0), which means no fix, to a tenth of a metre."""
WAYS = st.lists(ANYWHERE, min_size=1, max_size=6).map(lambda places: way(*places))

PLACES = [(33.1, 43.1), (33.2, 43.2), (33.3, 43.3)]
WAY = way(*PLACES)
"""One that every format tells exactly enough."""
