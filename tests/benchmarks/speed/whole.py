"""Whole programs: a scan of clips by class and depth, and what a scan costs whatever it reads."""

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np

from tests.benchmarks.speed.clips import make_clip
from tests.benchmarks.speed.measures import Figure, imports_s, median_run, run_opsec
from tests.benchmarks.speed.stages import decoding_s

PHOTOS = 100
_KINDS = (("معسكر", "Camp"), ("قاعدة", "Base"), ("ثكنة", "Barracks"), ("سيطرة", "Checkpoint"), ("ميدان", "Range"))
_ARABIC, _LATIN = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي", "abcdefghijklmnoprstuwyz"
_WORDS = ("good morning", "صباح الخير", "شاي العصر", "night shift", "with the boys", "يوم جديد", "back at base", "مطعم")


def write_sites(folder: Path, count: int, names: int, photos: int = 0, seed: int = 4) -> Path:
    """Write folders of sites with names of random letters in two languages; photos of walls go to the first sites."""
    chance = random.Random(seed)
    for number in range(count):
        site = folder / f"s{number}"
        site.mkdir(parents=True)
        arabic, english = [], []
        for _name in range(max(1, names // count // 2)):
            first, second = chance.choice(_KINDS)
            arabic.append(f"{first} ال{_word(chance, _ARABIC, 4, 7)}")
            english.append(f"{_word(chance, _LATIN, 5, 9).title()} {second}")
        lat, lon = round(chance.uniform(30, 36), 4), round(chance.uniform(40, 47), 4)
        (site / "site.toml").write_text(
            f'id = "s{number}"\nkind = "base"\ncode = "S-{number}"\nposition = [{lat}, {lon}]\nradius_m = 300\n'
            f"[names]\nar = {json.dumps(arabic, ensure_ascii=False)}\nen = {json.dumps(english)}\n",
            "utf-8",
        )
    for number in range(photos):
        landmark = folder / f"s{number // 10 % count}" / "landmarks" / f"l{number // 10}"
        landmark.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(landmark / f"{number % 10}.jpg"), _wall(number // 10, number % 10))
    return folder


def _word(chance: random.Random, letters: str, least: int, most: int) -> str:
    return "".join(chance.choice(letters) for _letter in range(chance.randint(least, most)))


def _wall(seed: int, view: int) -> np.ndarray:
    """Draw one landmark from a slightly different place each time."""
    noise = np.random.default_rng(seed).normal(0, 1, (60, 80)).astype(np.float32)
    wall = np.clip(128 + 50 * cv2.resize(noise, (1200, 900)), 0, 255).astype(np.uint8)
    jitter = np.random.default_rng(1000 * seed + view).uniform(-60, 60, (4, 2)).astype(np.float32)
    corners = np.array([[0, 0], [1200, 0], [1200, 900], [0, 900]], np.float32)
    turned = cv2.warpPerspective(wall, cv2.getPerspectiveTransform(corners, corners + jitter), (1200, 900))
    return np.asarray(turned, np.uint8)


def write_captions(file: Path, count: int) -> Path:
    """Write a list of posts without media."""
    chance = random.Random(3)
    rows = (
        {
            "url": f"https://example.org/{number}",
            "caption": f"{chance.choice(_WORDS)} {chance.choice(_WORDS)} {number}",
            "author": f"a{number % 50}",
        }
        for number in range(count)
    )
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return file


def measure_scans(clips: Mapping[str, Sequence[Path]], work: Path, jobs: Sequence[int]) -> Iterator[Figure]:
    """Yield the cost of whole scans of each class, less what one costs whatever it reads, and their memory."""
    sites = write_sites(work / "sites", 10, 20, PHOTOS)
    case = work / "case.db"
    tiny = work / "tiny.jpg"
    cv2.imwrite(str(tiny), np.full((32, 32, 3), 120, np.uint8))
    run_opsec("scan", tiny, "--sites", sites, "--case", case)  # the features of the photos are cached now
    fixed = run_opsec("scan", tiny, "--sites", sites, "--case", _fresh(case))
    yield Figure(f"scan of one small photo, {PHOTOS} landmark photos", fixed.cpu_s, "s")
    for size, some in clips.items():
        base_s = decoding_s(some)
        for depth in ("normal", "quick"):
            run = run_opsec("scan", *some, "--sites", sites, "--case", _fresh(case), "--depth", depth, "--jobs", "1")
            yield Figure(f"scan, {depth}", run.cpu_s / base_s, "D", size)
            yield Figure(f"scan, {depth}, without start-up", (run.cpu_s - fixed.cpu_s) / base_s, "D", size)
            yield Figure(f"scan, {depth}, memory", run.peak_mib, "MiB", size)
        for number in jobs:
            run = run_opsec("scan", *some, "--sites", sites, "--case", _fresh(case), "--jobs", str(number))
            yield Figure(f"scan, --jobs {number}", run.cpu_s / base_s, "D", size)


def measure_fixed_costs(work: Path) -> Iterator[Figure]:
    """Yield the CPU seconds of scans that read next to nothing."""
    few = write_sites(work / "few", 2, 4)
    many = write_sites(work / "many", 1_000, 10_000)
    names = write_sites(work / "names", 10, 10_000)
    clip = work / "small.mp4"
    clip.write_bytes(make_clip("576p", 0, 0.2))
    captions, case = write_captions(work / "captions.jsonl", 1_000), work / "fixed.db"
    yield Figure("opsec --version", run_opsec("--version").cpu_s, "s")
    yield Figure("check-text, 2 sites", run_opsec("check-text", "night shift", "--sites", few).cpu_s, "s")
    yield Figure("scan of one small file", run_opsec("scan", clip, "--sites", few, "--case", case).cpu_s, "s")
    again = run_opsec("scan", clip, "--sites", few, "--case", case)
    yield Figure("scan of one clip read before", again.cpu_s, "s")
    for name, sites in (("2 sites", few), ("10 sites, 10,000 names", names), ("1,000 sites, 10,000 names", many)):
        run = run_opsec("scan", captions, "--sites", sites, "--case", _fresh(case))
        yield Figure(f"1,000 captions, {name}", run.cpu_s, "s")
        yield Figure(f"1,000 captions, {name}, memory", run.peak_mib, "MiB")


def measure_start(work: Path, repeats: int = 5) -> Iterator[Figure]:
    """Yield the median CPU seconds of whole scans that read next to nothing, with all processes, and of imports."""
    few, many = write_sites(work / "few", 2, 4), write_sites(work / "many", 1_000, 10_000)
    names = write_sites(work / "names", 10, 10_000)
    clip, case = work / "small.mp4", work / "start.db"
    clip.write_bytes(make_clip("576p", 0, 0.2))
    captions = write_captions(work / "captions.jsonl", 1_000)

    def median_s(path: Path, sites: Path, *, again: bool = False) -> float:
        fresh = (lambda: case) if again else (lambda: _fresh(case))
        return median_run(repeats, "scan", path, "--sites", sites, "--case", case, fresh=fresh).cpu_s

    yield Figure("imports of a scan", imports_s(["opsec.app.scan", "opsec.cli.output", "opsec.cli.scan"]), "s")
    yield Figure("imports of the readers", imports_s(["opsec.readers.registry"]), "s")
    yield Figure("scan of one small file", median_s(clip, few), "s")
    yield Figure("scan of one clip read before", median_s(clip, few, again=True), "s")
    yield Figure("1,000 captions, 2 sites", median_s(captions, few), "s")
    yield Figure("1,000 captions, 10 sites, 10,000 names", median_s(captions, names), "s")
    yield Figure("1,000 captions, 1,000 sites, 10,000 names", median_s(captions, many), "s")


def _fresh(case: Path) -> Path:
    """Remove a case file, but keep the features of landmark photos beside it."""
    for ending in ("", "-wal", "-shm"):
        case.with_name(case.name + ending).unlink(missing_ok=True)
    return case
