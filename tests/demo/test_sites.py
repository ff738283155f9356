"""The example sites in the repository equal the output of their script and are valid."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from opsec.demo.sites import write_example_sites
from opsec.settings import Settings
from opsec.sites.load import load_sites
from opsec.sites.validation import check_sites

REPOSITORY = Path(__file__).parent.parent.parent / "geofences"
MOST_PHOTO_BYTES = 60 * 1024


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("examples")
    write_example_sites(folder)
    return folder


def picture(path: Path) -> NDArray[np.uint8]:
    found = cv2.imread(str(path), cv2.IMREAD_COLOR)
    assert found is not None, path
    return found.astype(np.uint8)


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_the_repository_contains_exactly_the_generated_files(written: Path) -> None:
    names = files(written)
    assert [name for name in files(REPOSITORY) if name != "README.md"] == names
    for name in names:
        mine, kept = written / name, REPOSITORY / name
        if mine.suffix == ".jpg":  # encoders of other builds may differ slightly
            assert np.abs(picture(mine).astype(int) - picture(kept).astype(int)).mean() < 2, name
        else:
            assert mine.read_bytes() == kept.read_bytes(), name


def test_the_examples_are_complete_and_valid(written: Path) -> None:
    written.chmod(0o700)
    home = Settings().home
    assert check_sites(written, home).complaints == ()
    sites = load_sites(written, home)
    assert [site.id for site in sites] == ["falcon-camp", "palm-airfield"]
    for site in sites:
        assert {"ar", "en", "ckb"} <= site.names.keys() and site.weak_names and site.unit_names
        roles = [fence.role for fence in site.fences]
        assert roles.count("zone") >= 4 and roles.count("building") >= 5
        assert len({fence.zone_class for fence in site.fences if fence.role == "zone"}) >= 4
        assert [len(landmark.photos) for landmark in site.landmarks] == [3, 3]


def test_photos_are_small_and_distinct(written: Path) -> None:
    photos = [path.read_bytes() for path in written.rglob("*.jpg")]
    assert len(photos) == len(set(photos)) == 12
    assert max(map(len, photos)) < MOST_PHOTO_BYTES


def test_three_photos_of_a_landmark_show_one_place_and_no_other(written: Path) -> None:
    """The premise of landmark matching: a photo has more in common with one of the same place than with any other."""
    finder = cv2.ORB.create(nfeatures=800)
    features = {
        path.relative_to(written).as_posix(): finder.detectAndCompute(picture(path), None)[1]
        for path in sorted(written.rglob("*.jpg"))
    }
    matcher = cv2.BFMatcher(cv2.NORM_HAMMING)

    def alike(one: str, other: str) -> int:
        pairs = matcher.knnMatch(features[one], features[other], k=2)
        return sum(first.distance < 0.75 * second.distance for first, second in pairs)

    for name in (name for name in features if name.endswith("-1.jpg")):
        same = max(alike(name, name.replace("-1.jpg", f"-{side}.jpg")) for side in (2, 3))
        others = max(alike(name, other) for other in features if Path(other).parent != Path(name).parent)
        assert same > others, name
