"""Files of ways as drones, dash cameras and loggers write them, of our own making."""

import io
from collections.abc import Sequence
from functools import reduce
from operator import xor

from opsec.ingest.file_type import HEAD_BYTES, detect_file_kind
from opsec.model import Hint, Reading
from opsec.readers.registry import read_file

Place = tuple[float, float]


def reading(name: str, text: str | bytes) -> Reading:
    """What the readers give of a file of this name."""
    data = text if isinstance(text, bytes) else text.encode()
    return read_file(io.BytesIO(data), detect_file_kind(data[:HEAD_BYTES], name))


def tracks(found: Reading) -> list[Hint]:
    """The ways in a reading."""
    return [hint for hint in found.hints if hint.kind == "track"]


def places(hint: Hint) -> list[Place]:
    """Latitude and longitude of every fix, to a tenth of a metre."""
    return [(round(fix.point.lat, 6), round(fix.point.lon, 6)) for fix in hint.fixes]


def srt(lines: Sequence[str]) -> str:
    """A subtitle a second, from the second 1 on."""
    cues = (f"{n}\n00:00:{n:02},000 --> 00:00:{n + 1:02},000\n{line}\n" for n, line in enumerate(lines, 1))
    return "\n".join(cues)


def sentence(words: str, *, wrong: bool = False) -> str:
    """A sentence of a receiver with its checksum."""
    return f"${words}*{reduce(xor, words.encode(), 0) ^ wrong:02X}\r\n"


def minutes(degrees: float, width: int) -> str:
    """Degrees as a receiver writes them: DDMM.MMMM."""
    whole, rest = divmod(round(abs(degrees) * 60, 4), 60)
    return f"{int(whole):0{width}}{rest:07.4f}"


def rmc(place: Place, second: int, *, status: str = "A", wrong: bool = False) -> str:
    """``RMC`` of one place, at so many seconds past 08:30."""
    lat, lon = place
    sides = ("N" if lat >= 0 else "S", "E" if lon >= 0 else "W")
    words = (
        f"GPRMC,0830{second:02}.00,{status},{minutes(lat, 2)},{sides[0]},{minutes(lon, 3)},{sides[1]},"
        "10.0,145.0,161126,,,A"
    )
    return sentence(words, wrong=wrong)


def gpx(places: Sequence[Place], point: str = "trkpt") -> str:
    """A route with a point every two seconds."""
    points = "".join(
        f'<{point} lat="{lat}" lon="{lon}"><ele>41.5</ele><time>2026-11-16T08:30:{2 * n:02}Z</time></{point}>'
        for n, (lat, lon) in enumerate(places)
    )
    return f'<?xml version="1.0"?><gpx xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>{points}</trkseg></trk></gpx>'
