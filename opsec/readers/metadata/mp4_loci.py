"""The ``loci`` box of mobile phones: a place in fixed point numbers (3GPP TS 26.244, clause 8.5).

After version and language stand the place's name (UTF-8, or UTF-16 after a byte order mark), its
role, longitude before latitude, the altitude, and the heavenly body it lies on.
"""

import struct
from collections.abc import Iterator

from opsec.formats.isobmff.user_data_text import decoded
from opsec.geo.positions import altitude, place, recorded_m
from opsec.model import Hint
from opsec.model.records import Found
from opsec.readers.field_values import bad_place, place_name

STEP_DEG = 1 / 65_536
FICTIONAL = 2
"""Role of a place where the story happens, not the camera."""


def loci_told(payload: bytes, *, reader: str, field: str) -> Iterator[Found]:
    """The position, and the place's name when it has one; a remark when the numbers are no place on Earth."""
    name, rest = _name(payload[6:])
    if len(rest) < 13:
        yield bad_place(field)
        return
    role, lon, lat, height = struct.unpack_from(">Biii", rest)
    point = place(lat * STEP_DEG, lon * STEP_DEG)
    if point is None or not _on_earth(rest[13:]):
        yield bad_place(field)
        return
    yield Hint(
        kind="position", family="META", reader=reader, field=field, point=point,
        accuracy_m=recorded_m(point.lat, STEP_DEG), altitude_m=altitude(height * STEP_DEG),
        note="fictional place" if role == FICTIONAL else None,
    )  # fmt: skip
    if name:
        yield place_name(name, reader=reader, field=field)


def _name(raw: bytes) -> tuple[str, bytes]:
    """The text before its terminator, which is as wide as its letters, and what follows."""
    if raw[:2] in (b"\xfe\xff", b"\xff\xfe"):
        end = next((at for at in range(2, len(raw) - 1, 2) if raw[at : at + 2] == b"\0\0"), len(raw))
        return decoded(raw[:end]).strip(), raw[end + 2 :]
    name, _, rest = raw.partition(b"\0")
    return decoded(name).strip(), rest


def _on_earth(raw: bytes) -> bool:
    """An empty name means Earth, as most phones leave it."""
    return _name(raw)[0].casefold() in ("", "earth")
