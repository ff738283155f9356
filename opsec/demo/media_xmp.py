"""Writes XMP packets and IPTC records, and the ways pictures and films carry them; and films behind photos.

The counterpart of ``opsec.hints.xmp``, ``opsec.hints.iptc`` and ``opsec.hints.motion``.
"""

import struct
import zlib
from collections.abc import Mapping
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

from opsec.demo.media_boxes import box, inserted
from opsec.demo.media_exif import Shot

Form = Literal["attributes", "elements"]

_SPACES = {
    "exif": "http://ns.adobe.com/exif/1.0/",
    "tiff": "http://ns.adobe.com/tiff/1.0/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "Iptc4xmpCore": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "drone-dji": "http://www.dji.com/drone-dji/1.0/",
    "GCamera": "http://ns.google.com/photos/1.0/camera/",
}
_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_RESOURCE = 0x0404
_AFTER_PNG_HEADER = 8 + 12 + 13


# ── XMP ───────────────────────────────────────────────────────────────────────────────────────
def packet(values: Mapping[str, str], form: Form = "attributes", *, inside: str = "") -> bytes:
    """A packet with these properties by their names (``exif:GPSLatitude``); ``inside`` puts more XML into it."""
    spaces = " ".join(f'xmlns:{prefix}="{address}"' for prefix, address in _SPACES.items())
    if form == "attributes":
        attributes = "".join(f" {name}={quoteattr(text)}" for name, text in values.items())
    else:
        attributes, inside = "", inside + "".join(f"<{name}>{escape(text)}</{name}>" for name, text in values.items())
    described = f'<rdf:Description rdf:about="" {spaces}{attributes}>{inside}</rdf:Description>'
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">{described}</rdf:RDF></x:xmpmeta>'
        '<?xpacket end="w"?>'
    ).encode()


def shot_packet(shot: Shot, form: Form = "attributes") -> bytes:
    """What a camera writes beside the picture, as a packet; minutes with six decimals, a few millimetres."""
    told = {
        "exif:GPSLatitude": None if shot.lat is None else _minutes(shot.lat, "NS"),
        "exif:GPSLongitude": None if shot.lon is None else _minutes(shot.lon, "EW"),
        "exif:GPSAltitude": None if shot.altitude_m is None else f"{round(abs(shot.altitude_m) * 1_000)}/1000",
        "exif:GPSAltitudeRef": None if shot.altitude_m is None else str(int(shot.altitude_m < 0)),
        "exif:GPSImgDirection": None if shot.heading_deg is None else f"{round(shot.heading_deg * 100)}/100",
        "exif:DateTimeOriginal": None if shot.taken_at is None else _moment(shot),
        "tiff:Make": shot.make,
        "tiff:Model": shot.model,
    }
    return packet({name: text for name, text in told.items() if text is not None}, form)


def drone_packet(lat: float, lon: float, heading_deg: float, pitch_deg: float, *, misspelt: bool = False) -> bytes:
    """What a drone writes: decimal degrees, its camera's direction from -180 to 180, and for years a wrong letter."""
    east = "GpsLongtitude" if misspelt else "GpsLongitude"
    told = {
        "drone-dji:GpsLatitude": f"{lat:+.7f}",
        f"drone-dji:{east}": f"{lon:+.7f}",
        "drone-dji:AbsoluteAltitude": "+120.40",
        "drone-dji:RelativeAltitude": "+40.20",
        "drone-dji:GimbalYawDegree": f"{heading_deg if heading_deg <= 180 else heading_deg - 360:+.2f}",
        "drone-dji:GimbalPitchDegree": f"{pitch_deg:+.2f}",
    }
    return packet(told)


def xmp_in_jpeg(picture: bytes, raw: bytes) -> bytes:
    """The JPEG with the packet in an APP1 segment, right after its start."""
    return picture[:2] + _segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + raw) + picture[2:]


def long_xmp_in_jpeg(picture: bytes, raw: bytes, part_bytes: int = 60_000) -> bytes:
    """The JPEG with a packet longer than a segment, in parts (XMP Specification Part 3, 1.1.3.1)."""
    parts = b""
    for at in range(0, len(raw), part_bytes):
        head = b"http://ns.adobe.com/xmp/extension/\0" + b"0123456789ABCDEF" * 2 + struct.pack(">II", len(raw), at)
        parts += _segment(0xE1, head + raw[at : at + part_bytes])
    return picture[:2] + parts + picture[2:]


def xmp_in_png(picture: bytes, raw: bytes, *, packed: bool = False) -> bytes:
    """The PNG with the packet in an ``iTXt`` chunk, right after its header."""
    text = b"XML:com.adobe.xmp\0" + (b"\1" if packed else b"\0") + bytes(3) + (zlib.compress(raw) if packed else raw)
    chunk = struct.pack(">I", len(text)) + b"iTXt" + text + struct.pack(">I", zlib.crc32(b"iTXt" + text))
    return picture[:_AFTER_PNG_HEADER] + chunk + picture[_AFTER_PNG_HEADER:]


def xmp_in_webp(picture: bytes, raw: bytes, width_px: int, height_px: int) -> bytes:
    """The WebP, made an extended one (``VP8X``) with the packet in an ``XMP `` chunk at its end."""
    sizes = (width_px - 1).to_bytes(3, "little") + (height_px - 1).to_bytes(3, "little")
    head = b"VP8X" + struct.pack("<I", 10) + b"\x04\0\0\0" + sizes
    chunks = head + picture[12:] + b"XMP " + struct.pack("<I", len(raw)) + raw + b"\0" * (len(raw) % 2)
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WEBP" + chunks


def xmp_in_film(film: bytes, raw: bytes, *, as_uuid: bool = False) -> bytes:
    """The film with the packet in its user data, as QuickTime has it, or in a ``uuid`` box at its end."""
    return film + box("uuid", _UUID + raw) if as_uuid else inserted(film, "moov/udta", box("XMP_", raw))


# ── IPTC ──────────────────────────────────────────────────────────────────────────────────────
def iptc_in_jpeg(picture: bytes, values: Mapping[int, str], letters: str = "utf-8") -> bytes:
    """The JPEG with these datasets of record 2 (90 city, 92 sub-location, 101 country, 120 caption …)."""
    records = _record(1, 90, b"\x1b%G") if letters == "utf-8" else b""
    records += b"".join(_record(2, dataset, text.encode(letters)) for dataset, text in sorted(values.items()))
    resource = b"8BIM" + struct.pack(">HHI", _RESOURCE, 0, len(records)) + records + b"\0" * (len(records) % 2)
    return picture[:2] + _segment(0xED, b"Photoshop 3.0\0" + resource) + picture[2:]


def _record(record: int, dataset: int, value: bytes) -> bytes:
    return struct.pack(">BBBH", 0x1C, record, dataset, len(value)) + value


# ── motion photos ─────────────────────────────────────────────────────────────────────────────
def motion_photo(picture: bytes, film: bytes, maker: Literal["google", "samsung"] = "google") -> bytes:
    """The photo with a film behind its picture, announced in its XMP, or under the name that Samsung gives it."""
    if maker == "google":
        return (
            xmp_in_jpeg(picture, packet({"GCamera:MicroVideo": "1", "GCamera:MicroVideoOffset": str(len(film))})) + film
        )
    name = struct.pack("<HHI", 0, 0x0A30, 16) + b"MotionPhoto_Data"
    entries = struct.pack("<HHII", 0, 0x0A30, len(name) + len(film), len(name) + len(film))
    table = b"SEFH" + struct.pack("<II", 106, 1) + entries
    return picture + name + film + table + struct.pack("<I", len(table)) + b"SEFT"


def _segment(marker: int, payload: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload


def _minutes(degrees: float, letters: str) -> str:
    whole, part = divmod(round(abs(degrees) * 60_000_000), 60_000_000)
    return f"{whole},{part / 1_000_000:.6f}{letters[degrees < 0]}"


def _moment(shot: Shot) -> str:
    day, _, hour = (shot.taken_at or "").partition(" ")
    return f"{day.replace(':', '-')}T{hour}{shot.offset or ''}"
