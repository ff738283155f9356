"""What landmarks are recognised with: SIFT and the ratio test, or models of the officer's own."""

from dataclasses import dataclass
from pathlib import Path

from opsec.errors import SettingsError
from opsec.i18n.messages import Message, _
from opsec.i18n.safe_text import path_text, plain
from opsec.matching.landmarks.model_client import FinderProcess, ModelProcess, NoAnswerError, PairingProcess
from opsec.matching.landmarks.pairwise_matches import Pairing, by_ratio
from opsec.model.resources import Kit
from opsec.vision.features.local_features import BY_SIFT, Finder
from opsec.vision.features.onnx_extractor import opened, too_old


@dataclass(frozen=True, slots=True)
class Backend:
    """A finder of features and a pairing that fits it."""

    finder: Finder = BY_SIFT
    pairing: Pairing = by_ratio

    @property
    def maker(self) -> str:
        """Name of the finder: features of another one are never compared with these."""
        return self.finder.maker

    @property
    def models(self) -> tuple[str, ...]:
        """Names of the officer's models in use: a result depends on them."""
        finder = (self.finder.maker,) if isinstance(self.finder, FinderProcess) else ()
        return (*finder, self.pairing.name) if isinstance(self.pairing, PairingProcess) else finder

    @property
    def falls(self) -> int:
        """Pairs of pictures over which the pairing fell, so far: the ratio test stood in for it."""
        return self.pairing.falls if isinstance(self.pairing, PairingProcess) else 0

    @property
    def gave_up(self) -> bool:
        """Whether the pairing fell so often that it is asked no more."""
        return isinstance(self.pairing, PairingProcess) and self.pairing.gave_up


BUILT_IN = Backend()


def backend_of(kit: Kit, lightglue: str | None) -> Backend:
    """The models that are set, loaded and tried; the built-in features when none is.

    Raises
    ------
    SettingsError
        A model that is set is not there, is no such model, or cannot be run here.
    """
    chosen = kit.landmark_model
    if chosen is None:
        return BUILT_IN
    trouble = too_old()
    if trouble is not None:
        raise SettingsError(trouble)
    finder = FinderProcess(_at_work(*chosen))
    return Backend(finder) if lightglue is None else Backend(finder, PairingProcess(_at_work("lightglue", lightglue)))


def _at_work(method: str, path: str) -> ModelProcess:
    file = opened(method, Path(path), f"landmarks.{method}")
    if isinstance(file, Message):
        raise SettingsError(file)
    process = ModelProcess(file)
    try:
        process.start()
    except NoAnswerError as fault:
        raise SettingsError(
            _(
                "landmarks.{method} in opsec.toml names {file}, which is no {method} model (or is damaged); name "
                "another ONNX file, or take that line out",
                method=method,
                file=plain(path_text(file.path)),
            )
        ) from fault
    return process
