"""Read the position of a DJI drone and the direction of its camera at the start of a video, from user data.

ExifTool's tag documentation ("QuickTime UserData Tags") names the boxes: ``©xyz`` position, ``©gpt`` and ``©gyw`` pitch
and yaw of the gimbal, ``©fyw`` yaw of the drone, ``©xsp`` and ``©ysp`` its speed. The MP4 reader reads the position
alone; here it is combined with the direction.
"""

import math
from collections.abc import Iterator
from typing import BinaryIO

from opsec.formats.isobmff.sample_table import TrackTable
from opsec.formats.isobmff.user_data_text import user_data_texts
from opsec.geo.notations import iso6709
from opsec.model.records import ReaderOutput
from opsec.readers.telemetry.track_builder import TrackBuilder

_GIMBAL_KEYS = frozenset({"©gpt", "©gyw", "©fyw", "©xsp", "©ysp"})
MAX_TEXT_BYTES = 200


def read_user_data(file: BinaryIO, survey: TrackTable) -> Iterator[ReaderOutput]:
    """Yield one fix, if there is a position and some camera angle."""
    texts: dict[str, str] = {}
    for box in survey.boxes:
        if box.parent == "moov/udta" and (box.type == "©xyz" or box.type in _GIMBAL_KEYS):
            texts.setdefault(box.type, next(user_data_texts(box.read(file, MAX_TEXT_BYTES)), ""))
    start = iso6709.parse_iso6709(texts.get("©xyz", ""))
    measures = {name: value for name in texts if name in _GIMBAL_KEYS and (value := _number(texts[name])) is not None}
    if start is None or start.point is None or not measures:
        return
    across, along = measures.get("©xsp"), measures.get("©ysp")
    trail = TrackBuilder("moov/udta ©xyz with " + " ".join(sorted(measures)))
    trail.add(
        0.0, start.point.lat, start.point.lon, altitude_m=start.altitude_m, accuracy_m=start.accuracy_m,
        heading_deg=measures.get("©gyw", measures.get("©fyw")), pitch_deg=measures.get("©gpt"),
        speed_mps=None if across is None or along is None else math.hypot(across, along),
    )  # fmt: skip
    yield from trail.hint_records()


def _number(text: str) -> float | None:
    try:
        value = float(text.strip("\0 ")) if len(text) < 20 else math.nan
    except ValueError:
        return None
    return value if math.isfinite(value) else None
