"""Recognition backend: SIFT and the ratio test, or learned models of the officer's own."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from opsec.errors import SettingsError
from opsec.i18n.messages import Message, _
from opsec.i18n.safe_text import decode_path, escape_unsafe
from opsec.matching.landmarks.model_client import (
    ExtractorProcess,
    LearnedMatcherProcess,
    MatcherProcess,
    ModelProcess,
    ModelProcessError,
)
from opsec.matching.landmarks.pairwise_matches import FeatureMatcher, match_by_ratio_test
from opsec.model.resources import ReaderResources
from opsec.vision.features.local_features import SIFT_EXTRACTOR, FeatureExtractor
from opsec.vision.features.model_folder import LearnedModel, load_learned_matcher, load_learned_model
from opsec.vision.features.onnx_extractor import ModelFile, check_opencv_version, load_model_file

if TYPE_CHECKING:
    from opsec.vision.arrays import GrayImage

MAX_LEARNED_WAIT_S = 60.0
"""Longest time in which a landmark model may load, and may answer for an image or a pair; each takes less than a
second."""
_TRIAL_PX = 600


@dataclass(slots=True)
class LearnedBackend:
    """The landmark models of the officer's folder, each in a process of its own, or why they cannot be used."""

    extractor: ExtractorProcess | None
    matcher: LearnedMatcherProcess | None
    problem: Message | None = None
    """Why they cannot be used, with the next step."""

    @classmethod
    def load(cls, folder: str) -> "LearnedBackend":
        """Check the files of a folder; the models are started when they are first needed."""
        processes = []
        for load in (load_learned_model, load_learned_matcher):
            model = load(Path(folder))
            if isinstance(model, Message):
                return cls(None, None, model)
            processes.append(_learned_process(model, folder))
        extractor, matcher = processes
        return cls(ExtractorProcess(extractor, MAX_LEARNED_WAIT_S), LearnedMatcherProcess(matcher, MAX_LEARNED_WAIT_S))

    def try_model(self) -> tuple[float, float]:
        """Run both models once within the limits of their processes; sets ``problem`` where one does not answer.

        Returns
        -------
        tuple of float
            Processor time in seconds of an image of the size of a frame, and of matching two images; 0 where the
            models cannot be used.
        """
        if self.extractor is None or self.matcher is None:
            return 0.0, 0.0
        path = self.extractor.path
        try:
            self.extractor.start()
            found = self.extractor.extract(_draw_trial_image())
            path = self.matcher.path
            self.matcher.match(found, found)
        except ModelProcessError:
            self.extractor, self.matcher, self.problem = None, None, _(
                "{file} cannot be run here: it is no model of its kind, or it takes more memory or time than it may; "
                "write the folder with opsec models export",
                file=escape_unsafe(decode_path(path)),
            )  # fmt: skip
            return 0.0, 0.0
        return self.extractor.cpu_s, self.matcher.cpu_s


def _learned_process(model: LearnedModel, folder: str) -> ModelProcess:
    return ModelProcess(ModelFile(model.method, Path(folder) / model.file, model.content))


def _draw_trial_image() -> "GrayImage":
    """Draw an image of the size of a frame in which a model finds something."""
    import numpy as np

    across, down = np.meshgrid(np.arange(_TRIAL_PX), np.arange(_TRIAL_PX))
    return np.asarray(127 + 90 * np.sin(across / 7.0) * np.sin(down * across / 4000.0), np.uint8)


@dataclass(frozen=True, slots=True)
class Backend:
    """A feature extractor and a feature matcher that fits it."""

    extractor: FeatureExtractor = SIFT_EXTRACTOR
    feature_matcher: FeatureMatcher = match_by_ratio_test
    learned: "LearnedBackend | None" = None
    """Model for clips in which the extractor above is certain of no landmark."""

    @property
    def extractor_name(self) -> str:
        """Name of the extractor: features of another one are never compared with these."""
        return self.extractor.name

    @property
    def model_names(self) -> tuple[str, ...]:
        """Names of the officer's models in use, on which results depend."""
        learned = (self.learned.extractor, self.learned.matcher) if self.learned else ()
        parts = (self.extractor, self.feature_matcher, *learned)
        processes = (ExtractorProcess, MatcherProcess, LearnedMatcherProcess)
        return tuple(part.name for part in parts if isinstance(part, processes))


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
        learned = kit.learned_models
        return BUILT_IN_BACKEND if learned is None else Backend(learned=LearnedBackend.load(learned))
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
