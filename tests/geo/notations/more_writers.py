"""Writers of the notations of forms, radios, programs and map services, beside those that people type by hand."""

import base64
import re
from collections.abc import Callable

from opsec.model import Point
from tests.geo.notations.writers import (
    ARABIC_DIGITS,
    CELL_M,
    WRITERS,
    Writer,
    dms,
    filled,
    mgrs,
    mgrs_spaced,
    minutes,
    plus_code,
    utm_parts,
)

_SPELLED = dict(
    zip(
        "ABCDEFGHJKLMNPQRSTUVWXYZ",
        "Alfa Bravo Charlie Delta Echo Foxtrot Golf Hotel Juliett Kilo Lima Mike November Papa Quebec "
        "Romeo Sierra Tango "
        "Uniform Victor Whiskey Xray Yankee Zulu".split(),
        strict=True,
    )
)
_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def _dms_with(degree: str, minute: str, second: str) -> Callable[[Point], str]:
    marks: dict[str, str | int | None] = {"°": degree, "'": minute, '"': second}
    return lambda point: dms(point).translate(str.maketrans(marks))


def _commas(template: str) -> Callable[[Point], str]:
    return lambda point: template.format(
        lat=f"{point.lat:.6f}".replace(".", ","), lon=f"{point.lon:.6f}".replace(".", ",")
    )


def _arabic_commas(template: str, comma: str) -> Callable[[Point], str]:
    return lambda point: _commas(template)(point).translate(ARABIC_DIGITS).replace(",", comma)


def _escaped(point: Point) -> str:
    return "".join(f"\\u{ord(char):04x}" for char in f"{point.lat:.6f}، {point.lon:.6f}".translate(ARABIC_DIGITS))


def dms_dotted(point: Point) -> str:
    """``N31.24.46.2 E042.38.16.6``."""
    (lat, lon), (ns, ew) = (
        [re.split("[°'\"]", angle) for angle in dms(point).split(" ")],
        ("NS"[point.lat < 0], "EW"[point.lon < 0]),
    )
    return f"{ns}{lat[0]}.{lat[1]}.{lat[2]} {ew}{lon[0]}.{lon[1]}.{lon[2]}"


def _mgrs_parts(point: Point) -> tuple[str, str, str, str]:
    reference = mgrs(point).zfill(15)
    return reference[:3], reference[3:5], reference[5:10], reference[10:]


def mgrs_spelled(point: Point) -> str:
    """``38 Romeo Kilo Victor 754 777``."""
    zone, square, east, north = _mgrs_parts(point)
    letters = " ".join(_SPELLED[letter] for letter in zone[2] + square)
    return f"{zone[:2]} {letters} {east[:4]} {north[:4]}"


def _utm(template: str) -> Callable[[Point], str]:
    def write(point: Point) -> str:
        zone, hemisphere, easting, northing = utm_parts(point)
        words = ("north", "شمالا") if hemisphere == "N" else ("south", "جنوبا")
        return template.format(zone=zone, side=words[0], arabic=words[1], e=easting, n=northing)

    return write


def _nmea(template: str) -> Callable[[Point], str]:
    def write(point: Point) -> str:
        lat, lon = (re.split("[°' ]+", angle) for angle in re.split("(?<=[NS]) ", minutes(point)))
        return template.format(lat=f"{int(lat[0]):02}{lat[1]}", ns=lat[2], lon=f"{int(lon[0]):03}{lon[1]}", ew=lon[2])

    return write


def ge0(point: Point) -> str:
    """A code of Organic Maps: the zoom, then nine characters of six bits."""
    lat = round((point.lat + 90) / 180 * (2**30 - 1))
    lon = int((point.lon + 180) / 360 * 2**30 + 0.5)
    digits = []
    for shift in range(27, 0, -3):
        bits = [
            (lat >> shift + 2, lon >> shift + 2),
            (lat >> shift + 1, lon >> shift + 1),
            (lat >> shift, lon >> shift),
        ]
        digits.append(int("".join(f"{one & 1}{other & 1}" for one, other in bits), 2))
    return "w" + "".join(_BASE64[digit] for digit in digits)


def _base64(template: str) -> Callable[[Point], str]:
    return lambda point: base64.urlsafe_b64encode(filled(template)(point).encode()).decode().rstrip("=")


def _geohack(point: Point) -> str:
    return "https://geohack.toolforge.org/geohack.php?params=" + re.sub("[°'\" ]", "_", dms(point)).replace(
        "_N", "_N"
    ).replace("__", "_")


def _link(template: str) -> Writer:
    return Writer(filled(template), "link", 0.2)


MORE_WRITERS: dict[str, Writer] = {
    "HTML entities": Writer(_dms_with("&deg;", "&#39;", "&quot;"), "sexagesimal", 2.5),
    "backslash u": Writer(_escaped, "decimal", 0.2),
    "percent comma": Writer(filled("{lat}%2C{lon}"), "decimal", 0.2),
    "decimal commas, commas between": Writer(_commas("{lat} , {lon}"), "decimal", 0.2),
    "decimal commas, Arabic": Writer(_arabic_commas("{lat} ; {lon}", "،"), "decimal", 0.2),
    "Arabic thousands sign": Writer(_arabic_commas("{lat} {lon}", "٬"), "decimal", 0.2),
    "labels, decimal commas": Writer(_commas("lat {lat} lon {lon}"), "decimal", 0.2),
    "location label, only commas": Writer(_commas("الموقع {lat},{lon}"), "decimal", 0.2),
    "labels, glued": Writer(filled("lat{lat}lng{lon}"), "decimal", 0.2),
    "geo URI, decimal commas": Writer(_commas("geo:{lat},{lon}"), "geo uri", 0.2),
    "vCard": Writer(filled("GEO:{lat};{lon}"), "geo uri", 0.2),
    "DMS, carets": Writer(_dms_with("^", "'", '"'), "sexagesimal", 2.5),
    "DMS, tildes": Writer(_dms_with("~", "'", '"'), "sexagesimal", 2.5),
    "DMS, letter o": Writer(_dms_with("o", "'", '"'), "sexagesimal", 2.5),
    "DMS, Hebrew marks": Writer(_dms_with("°", "׳", "״"), "sexagesimal", 2.5),
    "DMS, diaeresis": Writer(_dms_with("°", "´", "¨"), "sexagesimal", 2.5),
    "DMS, vowel marks": Writer(
        lambda p: _dms_with("°", "\u064e", "\u064b")(p).translate(ARABIC_DIGITS), "sexagesimal", 2.5
    ),
    "DMS, dotted": Writer(dms_dotted, "sexagesimal", 2.5),
    "MGRS, lines": Writer(lambda p: "\n".join(_mgrs_parts(p)), "mgrs", 1.0),
    "MGRS, full stops": Writer(lambda p: ".".join(_mgrs_parts(p)), "mgrs", 1.0),
    "MGRS, hyphens": Writer(lambda p: "-".join(_mgrs_parts(p)), "mgrs", 1.0),
    "MGRS, spelled": Writer(mgrs_spelled, "mgrs", 8.0),
    "MGRS, label, small letters": Writer(lambda p: "mgrs " + mgrs_spaced(p).lower(), "mgrs", 71.0),
    "UTM, zone behind": Writer(_utm("X={e:.0f} Y={n:.0f} UTM zone {zone} {side}"), "utm", 2.5),
    "UTM, thousands": Writer(_utm("E: {e:,.0f} N: {n:,.0f} zone {zone} {side}"), "utm", 2.5),
    "UTM, Arabic": Writer(
        lambda p: _utm("زون {zone} {arabic} شرقيات {e:.0f} شماليات {n:.0f}")(p).translate(ARABIC_DIGITS), "utm", 2.5
    ),
    "UTM, glued": Writer(_utm("UTM{zone} {side} {e:.0f} {n:.0f}"), "utm", 2.5),
    "NMEA GGA": Writer(_nmea("$GPGGA,120000,{lat},{ns},{lon},{ew},1,08,0.9,35.0,M,,M,,*47"), "nmea", 0.2),
    "NMEA RMC": Writer(_nmea("$GNRMC,120000.00,A,{lat},{ns},{lon},{ew},0.5,54.7,161126,,,A*6B"), "nmea", 0.2),
    "ISO 6709": Writer(lambda p: f"{p.lat:+010.6f}{p.lon:+011.6f}/", "iso 6709", 0.2),
    "GeoJSON": Writer(filled('"coordinates":[{lon},{lat}]'), "geometry", 0.2),
    "well-known text": Writer(filled("POINT({lon} {lat})"), "geometry", 0.2),
    "Organic Maps": Writer(lambda p: f"https://omaps.app/{ge0(p)}/Pin", "link", 0.2),
    "Organic Maps, app": Writer(lambda p: f"om://{ge0(p)}/x", "link", 0.2),
    "HERE": Writer(lambda p: "https://wego.here.com/p/s-" + _base64("id=;lat={lat};lon={lon};n=x")(p), "link", 0.2),
    "HERE, JSON": Writer(
        lambda p: "https://share.here.com/p/e-" + _base64('{{"latitude":{lat},"longitude":{lon}}}')(p), "link", 0.2
    ),
    "Yandex, what is here": _link("https://yandex.com/maps/?whatshere%5Bpoint%5D={lon}%2C{lat}&whatshere%5Bzoom%5D=17"),
    "Yandex, route": _link("https://yandex.ru/maps/?rtext=~{lat},{lon}&rtt=auto"),
    "Yandex, app": _link("yandexmaps://maps.yandex.ru/?pt={lon},{lat}&z=12"),
    "Uber": _link("https://m.uber.com/ul/?action=setPickup&dropoff[latitude]={lat}&dropoff[longitude]={lon}"),
    "plus.codes": Writer(lambda p: f"https://plus.codes/{plus_code(p)}", "link", CELL_M + 2),
    "GeoHack": Writer(_geohack, "link", 2.5),
    "Bing, route": _link("https://www.bing.com/maps?rtp=~pos.{lat}_{lon}_X"),
    "Bing, app": _link("bingmaps:?cp={lat}~{lon}&lvl=16"),
    "Windows, drive": _link("ms-drive-to:?destination.latitude={lat}&destination.longitude={lon}"),
    "Apple, coordinate": _link("https://maps.apple.com/place?coordinate={lat},{lon}&name=Pin"),
    "OsmAnd": _link("https://osmand.net/map?pin={lat},{lon}#15/31.41/42.63"),
    "2GIS": _link("https://2gis.ae/geo/70000001/{lon}%2C{lat}?m={lon}%2C{lat}%2F16"),
    "Amap": _link("https://uri.amap.com/marker?position={lon},{lat}&name=x"),
    "Sygic": _link("sygic://coordinate|{lon}|{lat}|drive"),
    "Mapy": _link("https://mapy.cz/zakladni?x={lon}&y={lat}&z=17"),
    "Komoot": _link("https://www.komoot.com/plan/@{lat},{lon},17z"),
    "Google q, decimal commas": Writer(_commas("https://maps.google.com/?q={lat},{lon}"), "link", 0.2),
    "Google loc": _link("https://maps.google.com/maps?q=loc:{lat}+{lon}"),
}  # fmt: skip

ALL_WRITERS = WRITERS | MORE_WRITERS
"""Every notation; the tests of reading and of masking go through all of them."""
