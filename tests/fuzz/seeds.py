"""Seeds of every harness: small valid files, all written by the project's own generators and always the same."""

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from functools import cache

from opsec.demo.media_boxes import box, with_apple_place, with_keys, with_loci, with_moov_compressed, with_xyz
from opsec.demo.media_exif import Shot, exif_block
from opsec.demo.sites import EXAMPLES
from opsec.model import Claim, FileKind, Fix, Hint, ListedPost, Member, Point, Post, Reading
from opsec.model.notes import NOTES, make_note
from opsec.model.vocabulary import STILL_IMAGE_KINDS
from opsec.sandbox.protocol import FileHeader, PartialResult, ReadResult, UnpackDone, encode
from opsec.sandbox.template_messages import TemplateReady, WorkerEnded, WorkerStarted
from tests.fixtures.media import boxes, transport_streams, xmp
from tests.fuzz.seed_texts import EXPORTS, PAGES, TEXTS
from tests.geo.notations.forms_and_links import MUST_FIND
from tests.geo.notations.more_writers import MORE_WRITERS
from tests.geo.notations.writers import WRITERS
from tests.readers.telemetry.files import test_fit
from tests.readers.telemetry.routes import FILM, WAY
from tests.readers.telemetry.test_round_trip import FORMATS
from tests.sites.importing import maps as map_files

_HERE = (33.98, 43.25)
_SHOT = Shot(lat=_HERE[0], lon=_HERE[1], accuracy_m=4.0, taken_at="2026:11:16 14:02:58", offset="+03:00", make="X")
_SIZE_PX = (48, 32)


@cache
def of_kind(kind: FileKind) -> list[bytes]:
    """Return the files of one type."""
    if kind in _GENERATED:
        return _GENERATED[kind]()
    if kind in STILL_IMAGE_KINDS or kind == "gif":
        return _images(kind)
    return [text.encode() for text in TEXTS[kind]]


def _films() -> list[bytes]:
    """Return films with every kind of place, track, date and name that is read."""
    here = (*_HERE, 41.0)
    found = [one.write(FILM, WAY) for one in FORMATS.values()]
    found += [with_xyz(FILM, *here), with_loci(FILM, *here, name="gate"), with_apple_place(FILM, _SHOT)]
    found += [
        with_keys(FILM, {"com.apple.quicktime.title": "at the gate"}),
        with_moov_compressed(with_xyz(FILM, *here)),
    ]
    found += [boxes.film(boxes.mvhd(version=1), boxes.tkhd(), boxes.loci(*_HERE), boxes.nested("meta", 5))]
    found += [xmp.xmp_in_film(FILM, xmp.shot_packet(_SHOT), as_uuid=as_uuid) for as_uuid in (False, True)]
    found.append(FILM + box("moof", box("traf", box("tfhd", bytes(16)))))
    return [one for one in found if len(one) < 1 << 17]


def _streams() -> list[bytes]:
    sets = transport_streams.local_set(transport_streams.sensor(*_HERE))
    cells = transport_streams.mdpm(transport_streams.dms(0xB2, _HERE[0]))
    return [
        transport_streams.stream([(0.0, sets), (1.0, transport_streams.cell(sets))]),
        transport_streams.stream([(0.0, sets)], kind=transport_streams.METADATA, stream_id=0xFC),
        transport_streams.video([cells, cells]),
    ]


_GENERATED: Mapping[FileKind, Callable[[], list[bytes]]] = {
    "mp4": _films,
    "mpegts": _streams,
    "json": lambda: EXPORTS,
    "html": lambda: [page.encode() for page in PAGES],
    "fit": lambda: [test_fit.fit(test_fit.activity(order=order)) for order in "<>"],
    "matroska": lambda: [
        b"\x1a\x45\xdf\xa3\x9fB\x82\x88matroska\x18S\x80g\x90\x11M\x9bt\x8bM\xbb\x88S\xab\x84\x15I\xa9f"
    ],
    "avi": lambda: [b"RIFF\x1c\0\0\0AVI LIST\x10\0\0\0INFOISFT\x04\0\0\0x\0\0\0"],
    **dict.fromkeys(("flv", "mxf", "asf", "mpegps"), lambda: [bytes(24)]),
}


def _images(kind: FileKind) -> list[bytes]:
    from PIL import Image

    blank = Image.new("RGB", _SIZE_PX, (90, 120, 150))
    forms = {"jpeg": "JPEG", "png": "PNG", "webp": "WEBP", "tiff": "TIFF", "gif": "GIF", "heif": "AVIF"}
    out = io.BytesIO()
    blank.save(out, forms[kind], **({} if kind == "gif" else {"exif": exif_block(_SHOT)}))
    raw, packet = out.getvalue(), xmp.shot_packet(_SHOT)
    match kind:
        case "jpeg":
            words = xmp.iptc_in_jpeg(raw, {120: "at the gate", 90: "Falcon"})
            moving = xmp.motion_photo(raw, FILM)
            return [raw, words, moving, xmp.xmp_in_jpeg(raw, packet), xmp.long_xmp_in_jpeg(raw, packet, 600)]
        case "png":
            return [raw, xmp.xmp_in_png(raw, packet), xmp.xmp_in_png(raw, packet, packed=True)]
        case "webp":
            return [raw, xmp.xmp_in_webp(raw, packet, *_SIZE_PX)]
        case "tiff":
            return [raw, exif_block(_SHOT), exif_block(_SHOT, ">")]
    return [raw]


def archives() -> list[bytes]:
    """Return ZIP archives with stored and deflated members."""
    found = []
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", method) as archive:
            archive.writestr("folder/", "")
            archive.writestr("folder/note.txt", "at the gate " * 30)
            archive.writestr("صورة.jpg", b"\xff\xd8\xff\xe0" + bytes(40))
        found.append(out.getvalue())
    return found


def texts() -> list[bytes]:
    """Return a position in every notation."""
    here = Point(*_HERE)
    written = [writer.write(here) for writer in (*WRITERS.values(), *MORE_WRITERS.values())]
    return [text.encode() for text in (*written, *MUST_FIND)]


@cache
def site_files() -> Mapping[str, bytes]:
    """Return the text files of an example site, by their path in its folder."""
    example = EXAMPLES["falcon-camp"]
    lat, lon = example.centre
    ring = [[lon + east_m / 92_000, lat + north_m / 111_000] for east_m, north_m in example.perimeter]
    fence = {
        "type": "Feature",
        "properties": {"role": "perimeter"},
        "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
    }
    landmarks = {f"landmarks/{name}/landmark.toml": text for name, text in example.landmarks.items()}
    texts_of_site = {"site.toml": example.toml, "fence.geojson": json.dumps(fence)} | {
        name: text.format(lat=lat, lon=lon) for name, text in landmarks.items()
    }
    return {name: text.encode() for name, text in texts_of_site.items()}


def replaced_site_files() -> list[bytes]:
    """Return the files of the example site, each after the number by which it is chosen."""
    return [bytes([number % 256]) + content for number, content in enumerate(site_files().values())]


def maps() -> list[bytes]:
    """Return maps in every format that can be imported."""
    parts = map_files.kml(map_files.outline("Falcon Camp"), map_files.spot("gate"))
    ring = [[43.2, 34.0], [43.22, 34.0], [43.22, 34.02], [43.2, 34.0]]
    feature = {"type": "Feature", "properties": {"name": "x"}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    line = map_files.line("fence", [(43.2, 34.0), (43.22, 34.0), (43.22, 34.02), (43.2, 34.0)])
    gpx = b'<gpx><wpt lat="34.0" lon="43.2"><name>gate</name></wpt></gpx>'
    return [parts, map_files.kml(line), map_files.kmz({"doc.kml": parts}), map_files.document(feature), gpx]


def packs() -> list[bytes]:
    """Return the archive inside a pack of sites."""
    from opsec.sites.packed_tree import pack_files

    return [pack_files((f"falcon-camp/{name}", content) for name, content in site_files().items())]


def replies() -> list[bytes]:
    """Return messages of workers and templates."""
    note = next(make_note(code) for code, kind in NOTES.items() if not kind.blank_names)
    fixes = (Fix(0.0, Point(*_HERE)),)
    hint = Hint(kind="track", family="META", reader="x", field="GPS5", at_s=0.5, fixes=fixes, notes=(note,))
    reading = Reading(
        hints=(hint,),
        claim=Claim(12.5, 1920, 1080),
        post=Post(caption="at the gate"),
        posts=(ListedPost(Post(caption="x"), media="a.mp4"),),
        members=(Member(3, "a.jpg", 40),),
    )
    messages = (FileHeader(Claim(1.0, 2, 3)), PartialResult(reading), ReadResult(reading), UnpackDone())
    template = (TemplateReady(1, ("seccomp",)), WorkerStarted(7), WorkerEnded(-9, 0.5))
    return [encode(message) for message in (*messages, *template)] + [encode(ReadResult(reading))[4:]]
