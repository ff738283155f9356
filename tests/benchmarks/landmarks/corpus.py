"""Recall, false matches and cost of landmark recognition in the shared clips.

    OPSEC_SHARED=../shared python -m tests.benchmarks landmarks [--one]
        [--aliked FILE | --disk FILE | --models DIR] [--lightglue FILE]

Clips are rendered with the corpus' own script (``--probe 4``: four instants of each) into a folder that is kept
between runs (``--clips``). Every clip is read as the reading process reads it and matched as a scan matches it.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import gettempdir

import av
import cv2

from opsec.matching.landmarks.backend import BUILT_IN_BACKEND, Backend, load_backend
from opsec.matching.landmarks.feature_cache import FeatureCache
from opsec.matching.landmarks.recogniser import LandmarkMatch, LandmarkRecogniser
from opsec.model import Hint, Landmark, Site
from opsec.model.resources import ReaderResources
from opsec.readers.video.landmark_features import LandmarkFeatureAnalyser, create
from opsec.sites.reference_photos import ReferencePhoto
from opsec.vision.decoding.video import VideoDecoder

FLAGS = ("probable", "strong")
NO_MODEL = ReaderResources()


@dataclass(frozen=True, slots=True)
class Clip:
    """One clip of the corpus."""

    id: str
    landmark: str | None
    mirrored: bool
    hints: tuple[Hint, ...]


def main() -> int:
    """Print the figures; without the corpus print that nothing was measured, and return 0."""
    wanted = _arguments()
    on_one_thread()
    shared = os.environ.get("OPSEC_SHARED")
    folder = Path(shared) / "corpus" / "landmarks" if shared else None
    if folder is None or not (folder / "manifest.json").is_file():
        _print_line("no shared corpus of landmarks here (OPSEC_SHARED); nothing was measured")
        return 0
    cv2.setNumThreads(1)
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    resources = ReaderResources(aliked=wanted.aliked, disk=wanted.disk, learned_models=wanted.models)
    clips = list(_clips(manifest, folder, wanted.clips, resources))
    backend, cache = load_backend(resources, wanted.lightglue), FeatureCache(wanted.clips / "cache")
    recogniser = landmarks(manifest, folder, backend, one=wanted.one, cache=cache)
    _recognise(clips[0], recogniser)  # the photos are enrolled and the index is built
    spent, matches = {}, {}
    for clip in clips:
        started = time.process_time()
        matches[clip.id] = _recognise(clip, recogniser)
        spent[clip.id] = time.process_time() - started
    _report(clips, matches, len(manifest["landmarks"]))
    _cost(clips, spent, wanted.clips)
    return 0


def on_one_thread() -> None:
    """Restart this process unless NumPy uses one thread: it reads the setting once; the program itself sets it too."""
    if os.environ.get("OPENBLAS_NUM_THREADS") != "1":
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], os.environ | {"OPENBLAS_NUM_THREADS": "1"})


def _cost(clips: Sequence[Clip], spent: dict[str, float], where: Path) -> None:
    """Print the cost of a match in CPU time and as a multiple of decoding the same clips."""
    for name, some in (
        ("shown", [clip for clip in clips if clip.landmark]),
        ("not shown", [clip for clip in clips if not clip.landmark]),
    ):
        frames = sum(len(clip.hints) for clip in some)
        each_s = sum(spent[clip.id] for clip in some) / frames
        decoding_s = decoding([where / f"{clip.id}.mp4" for clip in some])
        _print_line(f"{name}: {each_s * 1e3:.1f} ms a frame, {each_s / decoding_s:.1f} x its decoding; {frames} frames")


def decoding(clips: Sequence[Path]) -> float:
    """CPU seconds in which a frame of these clips is decoded, on one thread."""
    frames, started = 0, time.process_time()
    for clip in clips:
        with av.open(str(clip)) as film:
            track = film.streams.video[0]
            track.codec_context.thread_count = 1
            frames += sum(1 for _picture in film.decode(track))
    return (time.process_time() - started) / frames


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=Path, default=Path(gettempdir()) / "opsec-landmark-clips")
    parser.add_argument("--one", action="store_true", help="one photo a landmark")
    for method in ("aliked", "disk", "lightglue"):
        parser.add_argument(f"--{method}", help="an ONNX file, as in opsec.toml")
    parser.add_argument("--models", help="a folder of models, as in opsec.toml")
    return parser.parse_args()


def _clips(
    manifest: dict[str, list[dict[str, str]]], folder: Path, where: Path, resources: ReaderResources
) -> Iterator[Clip]:
    rendered(folder, where)
    for clip in manifest["clips"]:
        hints = tuple(read(where / f"{clip['id']}.mp4", resources))
        yield Clip(clip["id"], clip["landmark"], bool(clip["mirror"]), hints)


def rendered(folder: Path, where: Path) -> None:
    """Render the missing clips with the corpus' own script."""
    where.mkdir(parents=True, exist_ok=True)
    script = [sys.executable, str(folder / "render_clips.py"), str(folder / "manifest.json"), str(folder / "photos")]
    subprocess.run([*script, str(where), "--probe", "4"], check=True, stdout=subprocess.DEVNULL)


def read(path: Path, resources: ReaderResources = NO_MODEL) -> Iterator[Hint]:
    """Hints about landmarks that the reading process gives for a clip."""
    with path.open("rb") as file:
        video, analyser = VideoDecoder(file, "mp4"), create(resources)
        assert isinstance(analyser, LandmarkFeatureAnalyser), analyser
        for frame in video.frames():
            analyser.process_frame(frame)
        for number, found in enumerate(analyser.finish(), 1):
            assert isinstance(found, Hint)
            yield replace(found, id=f"h{number}")


def landmarks(
    manifest: dict[str, list[dict[str, str]]],
    folder: Path,
    backend: Backend = BUILT_IN_BACKEND,
    *,
    one: bool,
    cache: FeatureCache,
) -> LandmarkRecogniser:
    """A recogniser: every landmark is a site of its own, and each photo that no clip or landmark uses is one too."""
    used = {clip["photo"] for clip in manifest["clips"]}
    named = [(mark["id"], list(mark["refs"])[: 1 if one else None]) for mark in manifest["landmarks"]]
    used |= {photo for _id, photos in named for photo in photos}
    used |= {photo for mark in manifest["landmarks"] for photo in mark["refs"]}
    scenes = {photo.split("__")[0] for photo in used}
    named += [
        (f"other-{number}", [entry["photo"]])
        for number, entry in enumerate(manifest["photos"])
        if entry["photo"] not in used and entry["photo"].split("__")[0] not in scenes
    ]
    sites = [
        Site(id=id_, kind="base", code=id_, names={}, landmarks=(Landmark(id=id_, photos=tuple(photos)),))
        for id_, photos in named
    ]
    files = [
        ReferencePhoto(id_, id_, folder / "photos" / photo, _sha256(folder / "photos" / photo))
        for id_, photos in named
        for photo in photos
    ]
    return LandmarkRecogniser(sites, files, cache, backend)


def _sha256(path: Path) -> str:
    import hashlib

    return hashlib.sha256(path.read_bytes()).hexdigest()


def _recognise(clip: Clip, recogniser: LandmarkRecogniser) -> list[LandmarkMatch]:
    return recogniser.recognise(clip.hints, "ran")[0]


def _report(clips: Sequence[Clip], matches: dict[str, list[LandmarkMatch]], landmarks: int) -> None:
    shown = [clip for clip in clips if clip.landmark]
    flagged = {clip.id: {one.landmark.id for one in matches[clip.id] if one.grade in FLAGS} for clip in clips}
    found = [clip for clip in shown if clip.landmark in flagged[clip.id]]
    false = [(clip.id, name) for clip in clips for name in flagged[clip.id] if name != clip.landmark]
    possible = [
        (clip.id, one.landmark.id)
        for clip in clips
        for one in matches[clip.id]
        if one.grade == "possible" and one.landmark.id != clip.landmark
    ]
    _print_line(
        f"clips with a landmark {len(shown)}, without {len(clips) - len(shown)}; pairs {len(clips) * landmarks}"
    )
    _print_line(f"recall at the flagging grade {len(found)}/{len(shown)} = {len(found) / len(shown):.3f}")
    for mirrored in (False, True):
        of = [clip for clip in shown if clip.mirrored == mirrored]
        right = sum(clip in found for clip in of)
        _print_line(f"  {'mirrored' if mirrored else 'as filmed'} {right}/{len(of)} = {right / len(of):.3f}")
    _print_line(f"false at the flagging grade {len(false)} {false}; false and only possible {len(possible)} {possible}")
    _print_line("missed:", [clip.id for clip in shown if clip not in found])
    _print_line(f"grades of the landmark that is shown: {grades((matches[clip.id], clip.landmark) for clip in shown)}")
    margins = sorted(
        (
            max((one.sighting.inliers for one in matches[clip.id] if one.landmark.id == clip.landmark), default=0),
            clip.id,
        )
        for clip in shown
    )
    _print_line("fewest inliers:", margins[:6])


def grades(matched: Iterable[tuple[Sequence[LandmarkMatch], str | None]]) -> str:
    """How often clips that show a landmark get each grade: the source of ``landmark_detection`` in the table."""
    counts = Counter(next((one.grade for one in matches if one.landmark.id == id_), "none") for matches, id_ in matched)
    return ", ".join(f"{grade} {counts[grade]}" for grade in (*FLAGS[::-1], "possible", "none"))


def _print_line(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")


if __name__ == "__main__":
    raise SystemExit(main())
