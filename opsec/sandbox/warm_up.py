"""Load everything that readers load when they first need it: a locked worker opens no file.

Functions of this program import heavy libraries when they are called. The lists below name these modules; a test walks
the code and fails when one is missing here. Libraries load more by themselves, so the template also reads a few small
files of its own making.
"""

import encodings
import io
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING

from opsec.model import FileKind
from opsec.readers.audio.speech import preload
from opsec.readers.interface import Reader
from opsec.readers.registry import read_file

if TYPE_CHECKING:
    from opsec.model.resources import ReaderResources

WORD_MODULES = (
    "defusedxml.ElementTree",
    "exifread",
    "html.entities",
    "lxml.etree",
    "mgrs.core",
    "rapidfuzz.distance.Levenshtein",
    "rapidfuzz.fuzz",
    "opsec.readers.archive",
)
"""Modules for files of words: exports, lists, sidecars, tracks."""
CONTAINER_MODULES = (
    "av",
    "av.audio.codeccontext",
    "av.subtitles.codeccontext",
    "av.subtitles.subtitle",
    "av.video.codeccontext",
    "numpy",
)
"""Modules for the metadata of films, which a quick scan reads without the modules for pictures. PyAV imports those of a
kind of stream when it meets the first one."""
PICTURE_MODULES = (
    "cv2.utils.logging",
    "faiss",
    "numpy.fft",
    "numpy.random",
    "onnxruntime",
    "opsec.cleaning.clip_copy",
    "opsec.vision.camera_motion.shot",
    "PIL.AvifImagePlugin",
    "PIL.ImageFile",
    "PIL.ImageOps",
    "PIL.JpegImagePlugin",
    "PIL.PngImagePlugin",
    "PIL.TiffImagePlugin",
    "PIL.WebPImagePlugin",
    "pillow_heif",
    "tesserocr",
)
"""Modules for pictures, video and sound; one that is not installed is left out."""
_SAMPLES: tuple[tuple[FileKind, bytes], ...] = (
    ("info_json", b'{"title": "quiet sea 33.3152, 44.3661", "upload_date": "20240102", "extractor": "x"}'),
    ("post_list_csv", "url,caption,posted_at\nhttps://example.org/1,بحر هادئ 38S MB 41 84,2024-01-02\n".encode()),
    ("gpx", b'<gpx><trk><trkseg><trkpt lat="1" lon="2"><time>2024-01-02T00:00:00Z</time></trkpt></trkseg></trk></gpx>'),
    ("html", b"<html><head><title>x</title></head><body><p>caf&eacute;</p></body></html>"),
)


def warm_up(readers: tuple[Reader, ...], kit: "ReaderResources", *, decodes: bool) -> None:
    """Load modules, word lists and models, and read the samples.

    Parameters
    ----------
    readers
        All readers.
    kit
        Models and data of this machine.
    decodes
        Whether workers decode pictures, video or sound.
    """
    for module in pkgutil.iter_modules(encodings.__path__):
        _import(f"encodings.{module.name}")
    reads_containers = decodes or kit.depth == "quick"
    for name in WORD_MODULES + CONTAINER_MODULES * reads_containers + PICTURE_MODULES * decodes:
        _import(name)
    if decodes:
        preload(kit)
    for kind, content in _SAMPLES:
        read_file(io.BytesIO(content), kind, tuple(reader for reader in readers if not reader.decodes))
    samples = _picture_samples() if decodes else _container_samples() if reads_containers else ()
    for kind, content in samples:
        read_file(io.BytesIO(content), kind, readers)


def _import(name: str) -> None:
    try:
        import_module(name)
    except ImportError:  # an optional part, or one of another system
        return


def _picture_samples() -> Iterator[tuple[FileKind, bytes]]:
    """Yield a photo with a line of text, and a video without one; nothing when the libraries are not installed."""
    try:
        import av  # noqa: F401 - whether it is installed
        import cv2
        import numpy as np
    except ImportError:
        return
    blank = np.full((192, 320, 3), 200, np.uint8)
    photo = cv2.putText(blank, "quiet sea", (30, 100), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (20, 20, 20), 2)
    yield "jpeg", cv2.imencode(".jpg", photo)[1].tobytes()
    yield "mp4", _film("mp4")


def _container_samples() -> Iterator[tuple[FileKind, bytes]]:
    """Yield a film whose metadata FFmpeg reads; nothing when it is not installed."""
    try:
        import av  # noqa: F401
    except ImportError:
        return
    yield "matroska", _film("matroska")


def _film(container_format: str) -> bytes:
    import av
    import numpy as np

    blank = np.full((192, 320, 3), 200, np.uint8)
    film = io.BytesIO()
    with av.open(film, "w", container_format) as container:
        stream = container.add_stream("mpeg4", rate=4)
        stream.width, stream.height, stream.pix_fmt = blank.shape[1], blank.shape[0], "yuv420p"
        for _ in range(2):
            frame = av.VideoFrame.from_ndarray(blank, "bgr24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return film.getvalue()
