"""Recognition backend: SIFT and the ratio test, or learned models of the officer's own."""

from dataclasses import dataclass
from pathlib import Path

from opsec.errors import SettingsError
from opsec.i18n.messages import Message, _
from opsec.i18n.safe_text import decode_path, escape_unsafe
from opsec.matching.landmarks.model_client import ExtractorProcess, MatcherProcess, ModelProcess, ModelProcessError
from opsec.matching.landmarks.pairwise_matches import FeatureMatcher, match_by_ratio_test
from opsec.model.resources import ReaderResources
from opsec.vision.features.local_features import SIFT_EXTRACTOR, FeatureExtractor
from opsec.vision.features.onnx_extractor import check_opencv_version, load_model_file


@dataclass(frozen=True, slots=True)
class Backend:
    """A feature extractor and a feature matcher that fits it."""

    extractor: FeatureExtractor = SIFT_EXTRACTOR
    feature_matcher: FeatureMatcher = match_by_ratio_test

    @property
    def extractor_name(self) -> str:
        """Name of the extractor: features of another one are never compared with these."""
        return self.extractor.name

    @property
    def model_names(self) -> tuple[str, ...]:
        """Names of the officer's models in use, on which results depend."""
        parts = (self.extractor, self.feature_matcher)
        return tuple(part.name for part in parts if isinstance(part, ExtractorProcess | MatcherProcess))


BUILT_IN_BACKEND = Backend()


def load_backend(kit: ReaderResources, lightglue: str | None) -> Backend:
    """Load and try the models that are configured; without any, return the built-in backend.

    Parameters
    ----------
    kit
        Names the feature model.
    lightglue
        Path of the LightGlue model; None: the ratio test.

    Raises
    ------
    SettingsError
        A configured model does not exist, is not valid, or cannot run here.
    """
    if kit.landmark_model is None:
        return BUILT_IN_BACKEND
    problem = check_opencv_version()
    if problem is not None:
        raise SettingsError(problem)
    extractor = ExtractorProcess(_start_model(*kit.landmark_model))
    if lightglue is None:
        return Backend(extractor)
    return Backend(extractor, MatcherProcess(_start_model("lightglue", lightglue)))


def _start_model(method: str, path: str) -> ModelProcess:
    file = load_model_file(method, Path(path), f"landmarks.{method}")
    if isinstance(file, Message):
        raise SettingsError(file)
    process = ModelProcess(file)
    try:
        process.start()
    except ModelProcessError as fault:
        raise SettingsError(
            _(
                "landmarks.{method} in opsec.toml names {file}, which is not a valid {method} model; name another "
                "ONNX file, or remove that line",
                method=method,
                file=escape_unsafe(decode_path(file.path)),
            )
        ) from fault
    return process
