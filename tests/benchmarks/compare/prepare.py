"""Write the inputs of every set of files."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.benchmarks.compare.inputs import (
    MADE_CAPTIONS,
    MADE_NAMES,
    METRES_PER_DEGREE,
    POSTS,
    SETTINGS,
    SITES,
    copy_files,
    drone_subtitles,
    evenly,
    json_lines,
    listed,
    plain_png,
    print_line,
    record,
    route,
    scene_of,
    write_fence,
    write_gazetteer,
    write_json,
    write_list,
    write_made_site,
    write_site,
)

SETTINGS_TEXT = """\
home = [-90.0, -180.0, 90.0, 180.0]   # the reference files come from everywhere
[limits]                              # a loaded machine must not change a result
wall_base_s = 1200.0
cpu_base_s = 600.0
"""

MAX_LANDMARK_CLIPS = 50

MAX_FILMED_CLIPS = 20


# ── prepare ───────────────────────────────────────────────────────────────────────────────────
def prepare(shared: Path, work: Path, python: str) -> int:
    """Write the posts and sites of every set into a new folder."""
    if work.exists() and any(work.iterdir()):
        print_line(f"{work} is not empty; name a new folder, so that no old input stays among the new ones")
        return 2
    for name, make in MAKERS.items():
        folder = work / name
        for part in (POSTS, SITES):
            (folder / part).mkdir(parents=True)
        make(shared / "corpus", folder, python)
        print_line(f"{name}: {sum(path.is_file() for path in (folder / POSTS).rglob('*'))} files of posts")
    (work / SETTINGS).write_text(SETTINGS_TEXT, "utf-8")
    return 0


def _metadata(corpus: Path, folder: Path, _python: str) -> None:
    """All reference files, and a fence around each true position; every third fence is 300 m off."""
    copy_files(corpus / "metadata" / "files", folder / POSTS)
    listed = json.loads((corpus / "metadata" / "manifest.json").read_text("utf-8"))["files"]
    placed = [entry["expected"] for entry in listed if entry["expected"]["location"]]
    for number, expected in enumerate(one for one in placed if not (one.get("optional") or one.get("unscored"))):
        lat, lon = expected["first"]
        lat += (300.0 if number % 3 == 2 else 0.0) / METRES_PER_DEGREE * (-1 if lat > 0 else 1)
        site = folder / SITES / f"reference-{number}"
        write_site(site, "other", {"en": [f"Reference Point {number}"]})
        write_fence(site, (lat, lon), perimeter=(0, 0, 400, 400), zones={"gate": (0, 100, 300, 150)})


def _captions(corpus: Path, folder: Path, _python: str) -> None:
    """Every text as a caption of a list; comments, subtitles and file names also as what they are."""
    texts = json_lines(corpus / "text" / "captions.jsonl")
    others = (corpus / "text" / "extra_negatives.txt").read_text("utf-8").split("\n")
    captions = [(text["id"], text["text"]) for text in texts]
    captions += [(f"extra-{number:03}", line) for number, line in enumerate(filter(str.strip, others))]
    write_list(folder / POSTS / "captions.jsonl", [listed(id_, caption) for id_, caption in captions])
    beside = folder / POSTS / "beside"
    beside.mkdir()
    for text in texts:
        if text["kind"] == "comment":
            write_json(beside / f"{text['id']}.info.json", record(text["id"], comments=[{"text": text["text"]}]))
        elif text["kind"] == "subtitle":
            (beside / f"{text['id']}.srt").write_text(text["text"] + "\n", "utf-8")
        elif text["kind"] == "filename":
            (beside / text["text"]).write_bytes(plain_png())
    write_gazetteer(corpus, folder / SITES)


def _frames(corpus: Path, folder: Path, _python: str) -> None:
    """Images with text in them, and the sites that the text names."""
    copy_files(corpus / "text" / "frames", folder / POSTS)
    write_gazetteer(corpus, folder / SITES)


def _landmarks(corpus: Path, folder: Path, python: str) -> None:
    """Clips rendered from photos, with a separate site for every landmark; unused photos are landmarks too."""
    source = corpus / "landmarks"
    manifest = json.loads((source / "manifest.json").read_text("utf-8"))
    photos = {mark["id"]: list(mark["refs"]) for mark in manifest["landmarks"]}
    used = {clip["photo"] for clip in manifest["clips"]} | {photo for refs in photos.values() for photo in refs}
    scenes = {scene_of(photo) for photo in used}
    spare = [entry["photo"] for entry in manifest["photos"] if scene_of(entry["photo"]) not in scenes]
    photos |= {f"other-{number}": [photo] for number, photo in enumerate(spare)}
    for number, (mark, refs) in enumerate(photos.items()):
        id_, position = mark.replace("_", "-"), (31.0 + number / 10, 43.0)
        site = folder / SITES / id_
        landmark = site / "landmarks" / id_
        landmark.mkdir(parents=True)
        write_site(site, "landmark", {"en": [f"Landmark {id_}"]})
        write_fence(site, position, perimeter=(0, 0, 400, 400), zones={"gate": (0, -100, 100, 100)})
        (landmark / "landmark.toml").write_text(
            f'position = [{position[0]}, {position[1]}]\nheading = 180.0\nzone = "gate"\n[names]\nen = ["{id_}"]\n',
            "utf-8",
        )
        for photo in refs:
            shutil.copyfile(source / "photos" / photo, landmark / photo)
    ids = [clip["id"] for clip in evenly(manifest["clips"], MAX_LANDMARK_CLIPS)]
    script = [source / "render_clips.py", source / "manifest.json", source / "photos", folder / POSTS]
    subprocess.run([python, *map(str, script), "--only", *ids], check=True, stdout=subprocess.DEVNULL)


def _layout(corpus: Path, folder: Path, _python: str) -> None:
    """Clips of a moving camera that a caption assigns to one site; some with a track file or a place tag."""
    copy_files(corpus / "layout" / "clips", folder / POSTS)
    for number, clip in enumerate(sorted((folder / POSTS).glob("*.mp4"))):
        caption = MADE_CAPTIONS[number % len(MADE_CAPTIONS)]
        tag = {"location": MADE_NAMES["en"][0]} if number % 4 == 3 else {}
        write_json(clip.with_suffix(".info.json"), record(clip.stem, description=caption, **tag))
        high = "aerial" in clip.stem or "oblique" in clip.stem
        if number % 3 == 1:
            clip.with_suffix(".srt").write_text(drone_subtitles(number, height_m=80.0 if high else 1.6), "utf-8")
        elif number % 3 == 2:
            clip.with_suffix(".gpx").write_text(route(number), "utf-8")
    write_made_site(folder / SITES)


def _forms(corpus: Path, folder: Path, _python: str) -> None:
    """Records, exports, containers and codecs as they occur in the wild, with the sites that they show."""
    for case in json.loads((corpus / "cases-media" / "cases.json").read_text("utf-8")):
        if case["mode"] == "scan":
            copy_files(corpus / "cases-media" / "cases" / case["id"], folder / POSTS / case["id"])
            site, target = case["site"], folder / SITES / case["id"]
            write_site(target, "base", site["names"], position=site["position"], radius_m=site["radius_m"])


def _words(corpus: Path, folder: Path, _python: str) -> None:
    """Unusual spellings, notations and lettering, in captions, images and clips."""
    source = corpus / "cases-words"
    copy_files(source / "sites", folder / SITES)
    copy_files(source / "media", folder / POSTS / "media")
    cases = json_lines(source / "cases.jsonl")
    write_list(folder / POSTS / "cases.jsonl", [listed(case["id"], case["text"]) for case in cases if "text" in case])


def _hostile(corpus: Path, folder: Path, _python: str) -> None:
    """Broken and malicious files: what is refused, and with which reason."""
    script = corpus / "hostile" / "make_hostile.py"
    subprocess.run([sys.executable, str(script), str(folder / POSTS)], check=True, stdout=subprocess.DEVNULL)
    write_made_site(folder / SITES)


def _filmed(corpus: Path, folder: Path, _python: str) -> None:
    """Clips from real cameras, none of which shows the site."""
    for clip in evenly(sorted((corpus / "realvid" / "clips").iterdir()), MAX_FILMED_CLIPS):
        shutil.copyfile(clip, folder / POSTS / clip.name)
    write_made_site(folder / SITES)


MAKERS: Mapping[str, Callable[[Path, Path, str], None]] = {
    "metadata": _metadata,
    "captions": _captions,
    "frames": _frames,
    "landmarks": _landmarks,
    "layout": _layout,
    "forms": _forms,
    "words": _words,
    "hostile": _hostile,
    "filmed": _filmed,
}
"""Name of a set → what writes its posts and sites."""
