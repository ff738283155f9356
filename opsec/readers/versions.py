"""Versions of all readers, and which files they decode, without importing one of them.

Most scans find every reading in the case file: they must know the version of the readers, but importing the readers
would cost more than the rest of the scan. ``tests/readers/test_versions.py`` compares these tables with the readers.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from opsec.model import FileKind
from opsec.model.depth import Depth, with_depth
from opsec.model.resources import ReaderResources
from opsec.model.vocabulary import MOVING_IMAGE_KINDS, STILL_IMAGE_KINDS, VIDEO_KINDS

RECORDS_VERSION = 4
"""Increase it when the form of a kept reading changes, or what every text reader finds, so that files are read again.

2: typed notes. 3: more notations of a position, notes on bare pairs. 4: made by a locked process that read nothing
else, so that readings of a process that another file may have changed are not used again."""

FILE_READERS: tuple[tuple[str, int], ...] = (
    ("container", 4),
    ("telemetry", 4),
    ("stream_telemetry", 3),
    ("embedded_telemetry", 1),
    ("insta360_photo", 1),
    ("picture", 2),
    ("exif", 3),
    ("xmp", 2),
    ("iptc", 2),
    ("picture words", 1),
    ("motion photo", 1),
    ("tags", 5),
    ("subtitles", 1),
    ("sidecar", 6),
    ("export", 9),
    ("subtitle_track", 3),
    ("receiver_log", 1),
    ("route", 3),
    ("map_track", 3),
    ("training_log", 1),
    ("activity_log", 1),
    ("styled_subtitles", 2),
    ("xmp_file", 1),
    ("xml_file", 2),
    ("post_list_csv", 7),
    ("post_list_jsonl", 6),
    ("text_file", 4),
    ("html", 5),
    ("archive", 2),
)
"""Name and version of the readers of ``registry.READERS``, in their order."""
PICTURES: tuple[str, int] = ("pictures", 2)
SPEECH: tuple[str, int] = ("speech", 1)
SIGNS: tuple[str, int] = ("signs", 7)
LANDMARKS: tuple[str, int] = ("landmarks", 6)
CAMERA: tuple[str, int] = ("camera", 5)
FRAME_HASHES: tuple[str, int] = ("frame_hashes", 1)
"""Name and version of each frame analyser."""


def installed_version(resources: ReaderResources) -> str:
    """Return ``readers_version(configured_readers(resources))`` of the registry, computed from the tables alone."""
    readers = [*FILE_READERS, (_picture_reader_name(resources), PICTURES[1])]
    if resources.speech_model is not None:
        from opsec.readers.audio.speech import model_identity

        readers.append((f"{SPEECH[0]}({model_identity(Path(resources.speech_model))})", SPEECH[1]))
    return combine_versions(readers, resources.depth)


def combine_versions(readers: Iterable[tuple[str, int]], depth: Depth) -> str:
    """Hash names and versions; a kept reading with another hash is read again."""
    names = ",".join([f"records={RECORDS_VERSION}", *(f"{name}={version}" for name, version in readers)])
    return with_depth(hashlib.sha256(names.encode()).hexdigest()[:16], depth)


def decoded_kinds(resources: ReaderResources) -> frozenset[FileKind]:
    """Return the types of files of which a reader decodes pictures or sound."""
    if resources.depth == "quick":
        return frozenset()
    pictures = MOVING_IMAGE_KINDS | STILL_IMAGE_KINDS
    return pictures | VIDEO_KINDS if resources.speech_model is not None else pictures


def _picture_reader_name(resources: ReaderResources) -> str:
    from opsec.readers.video.ocr_resources import describe_resources

    analysers = (
        (SIGNS, describe_resources(resources)),
        (LANDMARKS, _landmark_models(resources)),
        (CAMERA, ""),
        (FRAME_HASHES, ""),
    )
    return picture_reader_name((name, version, description) for (name, version), description in analysers)


def picture_reader_name(analysers: Iterable[tuple[str, int, str]]) -> str:
    """Return a name that changes with every analyser and its resources, so that no stored reading outlives them."""
    return f"{PICTURES[0]}({','.join(f'{name}={version}{resource}' for name, version, resource in analysers)})"


def _landmark_models(resources: ReaderResources) -> str:
    if resources.learned_models is None and resources.landmark_model is None:
        return ""
    from opsec.readers.video.landmark_features import resource_fingerprint

    return resource_fingerprint(resources)
