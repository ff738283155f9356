"""Read the ``loci`` box of mobile phones: a position in fixed point (3GPP TS 26.244, clause 8.5).

After version and language come the place name (UTF-8, or UTF-16 with a byte order mark), its role, longitude before
latitude, the altitude, and the astronomical body.
"""

import struct
from collections.abc import Iterator

from opsec.formats.isobmff.user_data_text import decode_text
from opsec.geo.positions import receiver_accuracy_m, valid_altitude_m, valid_point
from opsec.model import Hint
from opsec.model.notes import make_note
from opsec.model.records import ReaderOutput
from opsec.readers.field_values import invalid_position, place_name_hint

STEP_DEG = 1 / 65_536
FICTIONAL_ROLE = 2
"""Role of a fictional place, which is not that of the camera."""


def loci_hints(payload: bytes, *, reader: str, field: str) -> Iterator[ReaderOutput]:
    """Yield the position and the place name, or a remark when the numbers are not a position."""
    name, rest = _parse_name(payload[6:])
    if len(rest) < 13:
        yield invalid_position(field)
        return
    role, lon, lat, height = struct.unpack_from(">Biii", rest)
    point = valid_point(lat * STEP_DEG, lon * STEP_DEG)
    if point is None or not _is_earth(rest[13:]):
        yield invalid_position(field)
        return
    yield Hint(
        kind="position", family="META", reader=reader, field=field, point=point,
        accuracy_m=receiver_accuracy_m(point.lat, STEP_DEG), altitude_m=valid_altitude_m(height * STEP_DEG),
        notes=(make_note("fictional_place"),) if role == FICTIONAL_ROLE else (),
    )  # fmt: skip
    if name:
        yield place_name_hint(name, reader=reader, field=field)


def _parse_name(raw: bytes) -> tuple[str, bytes]:
    """Text up to its terminator, whose width is that of its characters, and the rest."""
    if raw[:2] in (b"\xfe\xff", b"\xff\xfe"):
        end = next((at for at in range(2, len(raw) - 1, 2) if raw[at : at + 2] == b"\0\0"), len(raw))
        return decode_text(raw[:end]).strip(), raw[end + 2 :]
    name, _, rest = raw.partition(b"\0")
    return decode_text(name).strip(), rest


def _is_earth(raw: bytes) -> bool:
    """Whether the body is Earth; an empty name means Earth, as most phones leave it."""
    return _parse_name(raw)[0].casefold() in ("", "earth")
