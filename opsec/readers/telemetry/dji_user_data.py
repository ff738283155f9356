"""Where a DJI drone was and where its camera looked when a film began: texts of the film's user data.

ExifTool's tag documentation ("QuickTime UserData Tags") names them: ``©xyz`` the place, ``©gpt`` and
``©gyw`` pitch and yaw of the gimbal, ``©fyw`` yaw of the drone, ``©xsp`` and ``©ysp`` its speed. The
place alone is the container reader's; here it is told together with the view.
"""

import math
from collections.abc import Iterator
from typing import BinaryIO

from opsec.formats.isobmff.sample_table import Survey
from opsec.formats.isobmff.user_data_text import user_texts
from opsec.geo.notations import iso6709
from opsec.model.records import Found
from opsec.readers.telemetry.track_builder import Trail

_VIEW = frozenset({"©gpt", "©gyw", "©fyw", "©xsp", "©ysp"})
MOST_BYTES = 200


def told(file: BinaryIO, survey: Survey) -> Iterator[Found]:
    """One fix, if there is a place and something of the view."""
    texts: dict[str, str] = {}
    for box in survey.boxes:
        if box.parent == "moov/udta" and (box.type == "©xyz" or box.type in _VIEW):
            texts.setdefault(box.type, next(user_texts(box.read(file, MOST_BYTES)), ""))
    start = iso6709.parse(texts.get("©xyz", ""))
    measures = {name: value for name in texts if name in _VIEW and (value := _number(texts[name])) is not None}
    if start is None or start.point is None or not measures:
        return
    across, along = measures.get("©xsp"), measures.get("©ysp")
    trail = Trail("moov/udta ©xyz with " + " ".join(sorted(measures)))
    trail.add(
        0.0, start.point.lat, start.point.lon, altitude_m=start.altitude_m, accuracy_m=start.accuracy_m,
        heading_deg=measures.get("©gyw", measures.get("©fyw")), pitch_deg=measures.get("©gpt"),
        speed_mps=None if across is None or along is None else math.hypot(across, along),
    )  # fmt: skip
    yield from trail.told()


def _number(text: str) -> float | None:
    try:
        value = float(text.strip("\0 ")) if len(text) < 20 else math.nan
    except ValueError:
        return None
    return value if math.isfinite(value) else None
