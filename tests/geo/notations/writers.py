"""Writers of a position in every notation that is parsed, with the precision that each one loses."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from mgrs import MGRS

from opsec.geo.notations import Notation
from opsec.model import Point

ARABIC_DIGITS = str.maketrans("0123456789.", "٠١٢٣٤٥٦٧٨٩٫")
PERSIAN_DIGITS = str.maketrans("0123456789.", "۰۱۲۳۴۵۶۷۸۹٫")
_PLUS_ALPHABET, _GEOHASH_ALPHABET = "23456789CFGHJMPQRVWX", "0123456789bcdefghjkmnpqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Writer:
    """A notation: how to write it, and the error that its digits allow."""

    write: Callable[[Point], str]
    notation: Notation
    within_m: float


def _hemisphere_letters(point: Point) -> tuple[str, str]:
    return ("N" if point.lat >= 0 else "S"), ("E" if point.lon >= 0 else "W")


def _hemisphere_words(point: Point) -> tuple[str, str]:
    return ("شمالا" if point.lat >= 0 else "جنوبا"), ("شرقا" if point.lon >= 0 else "غربا")


def _to_dms(degrees: float) -> tuple[int, int, float]:
    tenths = round(abs(degrees) * 36_000)
    return tenths // 36_000, tenths // 600 % 60, tenths % 600 / 10


def dms(point: Point) -> str:
    """``31°40'06.8"N 40°54'54.8"E``."""
    (a, b, c), (d, e, f), (ns, ew) = _to_dms(point.lat), _to_dms(point.lon), _hemisphere_letters(point)
    return f"""{a}°{b:02}'{c:04.1f}"{ns} {d}°{e:02}'{f:04.1f}"{ew}"""


def dms_spaced(point: Point) -> str:
    """``N31 40 6.8 E40 54 54.8``."""
    (a, b, c), (d, e, f), (ns, ew) = _to_dms(point.lat), _to_dms(point.lon), _hemisphere_letters(point)
    return f"{ns}{a} {b} {c} {ew}{d} {e} {f}"


def dms_arabic(point: Point) -> str:
    """Degrees, minutes and seconds in words."""
    (a, b, c), (d, e, f), (ns, ew) = _to_dms(point.lat), _to_dms(point.lon), _hemisphere_words(point)
    words = f"{a} درجة و {b} دقيقة و {c} ثانية {ns}، {d} درجة و{e} دقيقة و{f} ثانية {ew}"
    return words.translate(ARABIC_DIGITS)


def minutes(point: Point) -> str:
    """``31°46.1171' N 42°04.4958' E``."""
    (ns, ew), parts = _hemisphere_letters(point), []
    for degrees, letter in ((point.lat, ns), (point.lon, ew)):
        whole = round(abs(degrees) * 600_000)
        parts.append(f"{whole // 600_000}°{whole % 600_000 / 10_000:07.4f}' {letter}")
    return " ".join(parts)


def packed_dms(point: Point) -> str:
    """``314006.8N 0405454.8E``."""
    (a, b, c), (d, e, f), (ns, ew) = _to_dms(point.lat), _to_dms(point.lon), _hemisphere_letters(point)
    return f"{a:02}{b:02}{c:04.1f}{ns} {d:03}{e:02}{f:04.1f}{ew}"


def mgrs(point: Point, digits: int = 5) -> str:
    """``38RKA8340008300``, with this many digits in each direction."""
    reference: str = MGRS().toMGRS(point.lat, point.lon, MGRSPrecision=digits)
    return reference


def mgrs_spaced(point: Point) -> str:
    """``38R KA 834 083``."""
    reference = mgrs(point, 3).zfill(11)
    return f"{reference[:3]} {reference[3:5]} {reference[5:8]} {reference[8:]}"


def utm_parts(point: Point) -> tuple[int, str, float, float]:
    """Zone, hemisphere, easting and northing."""
    zone, hemisphere, easting, northing = MGRS().MGRSToUTM(mgrs(point))
    return int(zone), str(hemisphere), float(easting), float(northing)


def utm(point: Point) -> str:
    """``UTM 38R 283450E 3508350N``."""
    zone, hemisphere, easting, northing = utm_parts(point)
    return f"{zone} {'north' if hemisphere == 'N' else 'south'} {easting:.0f}E {northing:.0f}N"


def plus_code(point: Point) -> str:
    """``8H322XXF+FM``: each pair of digits splits the cell before it in twenty by twenty."""
    lat, lon = int((point.lat + 90) * 8000), int((point.lon + 180) * 8000)
    code = ""
    for _pair in range(5):
        code, lat, lon = _PLUS_ALPHABET[lat % 20] + _PLUS_ALPHABET[lon % 20] + code, lat // 20, lon // 20
    return f"{code[:8]}+{code[8:]}"


def geohash(point: Point) -> str:
    """Nine letters."""
    lat, lon = int((point.lat + 90) / 180 * 2**22), int((point.lon + 180) / 360 * 2**23)
    bits = "".join(f"{lon >> at & 1}{lat >> at - 1 & 1 if at else ''}" for at in range(22, -1, -1))
    return "geohash: " + "".join(_GEOHASH_ALPHABET[int(bits[at : at + 5], 2)] for at in range(0, 45, 5))


def filled(template: str) -> Callable[[Point], str]:
    """Writer of a template with ``{lat}`` and ``{lon}``, six decimals each."""
    return lambda point: template.format(lat=f"{point.lat:.6f}", lon=f"{point.lon:.6f}")


def _unsigned(template: str, letters: Callable[[Point], tuple[str, str]]) -> Callable[[Point], str]:
    def write(point: Point) -> str:
        ns, ew = letters(point)
        return template.format(lat=f"{abs(point.lat):.5f}", lon=f"{abs(point.lon):.5f}", ns=ns, ew=ew)

    return write


CELL_M = 111_320 / 8000 * math.sqrt(0.5)
WRITERS: dict[str, Writer] = {
    "bare": Writer(filled("{lat}, {lon}"), "decimal", 0.2),
    "bare, Arabic digits": Writer(lambda p: f"{p.lat:.6f}، {p.lon:.6f}".translate(ARABIC_DIGITS), "decimal", 0.2),
    "bare, Persian digits": Writer(lambda p: f"{p.lat:.6f}؛ {p.lon:.6f}".translate(PERSIAN_DIGITS), "decimal", 0.2),
    "true minus": Writer(lambda p: f"{p.lat:.6f} {p.lon:.6f}".replace("-", "−"), "decimal", 0.2),
    "decimal commas": Writer(lambda p: f"{p.lat:.6f}; {p.lon:.6f}".replace(".", ","), "decimal", 0.2),
    "letters behind": Writer(_unsigned("{lat}{ns} {lon}{ew}", _hemisphere_letters), "decimal", 1.6),
    "letters before": Writer(_unsigned("{ns}{lat} {ew}{lon}", _hemisphere_letters), "decimal", 1.6),
    "longitude first": Writer(_unsigned("{lon}° {ew}, {lat}° {ns}", _hemisphere_letters), "decimal", 1.6),
    "Arabic words": Writer(_unsigned("{lat} {ns}، {lon} {ew}", _hemisphere_words), "decimal", 1.6),
    "labels": Writer(filled("lat: {lat}, lon: {lon}"), "decimal", 0.2),
    "labels, exchanged": Writer(filled("longitude={lon} latitude={lat}"), "decimal", 0.2),
    "JSON": Writer(filled('{{"lat": {lat}, "lng": {lon}}}'), "decimal", 0.2),
    "Arabic labels": Writer(filled("خط عرض {lat} وخط طول {lon}"), "decimal", 0.2),
    "two lines": Writer(filled("الموقع\n{lat}\n{lon}"), "decimal", 0.2),
    "DMS": Writer(dms, "sexagesimal", 2.5),
    "DMS, typographic": Writer(lambda p: dms(p).translate(str.maketrans("'\"°", "’”º")), "sexagesimal", 2.5),
    "DMS, primes": Writer(lambda p: dms(p).translate(str.maketrans("'\"°", "′″˚")), "sexagesimal", 2.5),
    "DMS, two single quotes": Writer(lambda p: dms(p).replace('"', "''"), "sexagesimal", 2.5),
    "DMS, spaced": Writer(dms_spaced, "sexagesimal", 2.5),
    "DMS, Arabic words": Writer(dms_arabic, "sexagesimal", 2.5),
    "minutes": Writer(minutes, "sexagesimal", 0.2),
    "packed DMS": Writer(packed_dms, "sexagesimal", 2.5),
    "MGRS": Writer(mgrs, "mgrs", 1.0),
    "MGRS, small letters": Writer(lambda p: mgrs(p).lower(), "mgrs", 1.0),
    "MGRS, spaced": Writer(mgrs_spaced, "mgrs", 71.0),
    "UTM": Writer(utm, "utm", 2.5),
    "Plus Code": Writer(plus_code, "plus code", CELL_M + 2),
    "geohash": Writer(geohash, "geohash", 4.0),
    "geo URI": Writer(filled("geo:{lat},{lon};u=20"), "geo uri", 0.2),
    "geo URI of Android": Writer(filled("geo:0,0?q={lat},{lon}(here)"), "geo uri", 0.2),
    "Google q": Writer(filled("https://maps.google.com/?q={lat},{lon}"), "link", 0.2),
    "Google q, escaped": Writer(filled("https://maps.google.com/maps?q={lat}%2C{lon}&z=17&hl=en"), "link", 0.2),
    "Google view": Writer(filled("https://www.google.com/maps/@{lat},{lon},17z"), "link", 0.2),
    "Google pin": Writer(filled("https://www.google.com/maps/place/X/@1,2,5z/data=!3d{lat}!4d{lon}"), "link", 0.2),
    "Google place": Writer(filled("https://www.google.com/maps/place/{lat},{lon}/@1,2,5z"), "link", 0.2),
    "Google place in DMS": Writer(
        lambda p: f"https://www.google.com/maps/place/{quote(dms(p)).replace('%20', '+')}", "link", 2.5
    ),
    "Google Plus Code": Writer(lambda p: f"https://maps.google.com/?q={quote(plus_code(p))}", "link", CELL_M + 2),
    "Google destination": Writer(filled("https://google.com/maps/dir/?api=1&destination={lat},{lon}"), "link", 0.2),
    "Google navigation": Writer(filled("google.navigation:q={lat},{lon}"), "link", 0.2),
    "Apple ll": Writer(filled("https://maps.apple.com/?ll={lat},{lon}&z=15"), "link", 0.2),
    "Apple sll": Writer(filled("http://maps.apple.com/?q=Camp&sll={lat},{lon}"), "link", 0.2),
    "OpenStreetMap view": Writer(filled("https://www.openstreetmap.org/#map=17/{lat}/{lon}"), "link", 0.2),
    "OpenStreetMap pin": Writer(filled("https://osm.org/?mlat={lat}&mlon={lon}#map=5/1.00/2.00"), "link", 0.2),
    "Bing": Writer(filled("https://www.bing.com/maps?cp={lat}~{lon}&lvl=16"), "link", 0.2),
    "Waze": Writer(filled("https://waze.com/ul?ll={lat}%2C{lon}&navigate=yes"), "link", 0.2),
    "Waze, geohash": Writer(lambda p: f"https://waze.com/ul/h{geohash(p).rpartition(' ')[2]}", "link", 4.0),
    "Yandex": Writer(filled("https://yandex.com/maps/?pt={lon},{lat}&z=16"), "link", 0.2),
    "WhatsApp": Writer(
        filled("https://wa.me/?text=https%3A%2F%2Fmaps.google.com%2F%3Fq%3D{lat}%2C{lon}"), "link", 0.2
    ),
    "Telegram": Writer(filled("https://t.me/share/url?url=https://maps.google.com/maps?q={lat},{lon}"), "link", 0.2),
}  # fmt: skip
