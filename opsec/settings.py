"""``opsec.toml``: where things lie, how much a clip may cost, and which sum leads to which word.

Only numbers that an officer may have a reason to change are here. A key that is not known is an
error that names the nearest known one: a typing error must not switch protection off.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import PydanticCustomError

from opsec.errors import SettingsError
from opsec.i18n.messages import Message, _, marked
from opsec.i18n.safe_text import path_text, plain
from opsec.i18n.suggestions import nearest

FILE_NAME = "opsec.toml"
LANDMARKS_ENDING = ".landmarks"
"""Of the folder beside a case file that keeps what is known of our landmarks."""
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Unit = Annotated[float, Field(ge=0, le=1)]
_IRAQ = (29.0, 38.5, 37.6, 49.0)


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Limits(_Section):
    """What one file may cost. Wall and processor time: ``base + per_megapixel_second × duration × pixels``."""

    file_mib: Annotated[int, Field(gt=0)] = 8192
    """A larger file is not opened."""
    wall_base_s: Positive = 60.0
    cpu_base_s: Positive = 30.0
    wall_s_per_megapixel_second: Positive = 6.0
    cpu_s_per_megapixel_second: Positive = 3.0
    speech_s_per_second: Positive = 2.0
    """Of wall and of processor time, where a model of speech is set: a small model needs half of it."""
    landmark_model_s: Positive = 120.0
    """Of wall and of processor time, where a model for landmarks is set: it looks at eight pictures of a clip."""
    most_s: Positive = 1800.0
    """No claim of a file can buy it more wall time than this."""
    memory_mib: Annotated[int, Field(ge=128)] = 1024
    """Of one reading process."""
    reply_mib: Annotated[int, Field(gt=0)] = 16
    """The longest answer a reading process may send."""
    workers: Annotated[int, Field(ge=1, le=256)] | None = None
    """Reading processes at a time; none: one for each processor."""
    archive_members: Annotated[int, Field(gt=0)] = 20_000


class Thresholds(_Section):
    """Likelihood and severity at which each action word begins; printed with every verdict."""

    act_now_likelihood: Unit = 0.90
    act_now_severity: Unit = 0.60
    act_today_likelihood: Unit = 0.70
    review_likelihood: Unit = 0.20
    watch_likelihood: Unit = 0.12

    @model_validator(mode="after")
    def _in_order(self) -> "Thresholds":
        steps = (self.watch_likelihood, self.review_likelihood, self.act_today_likelihood, self.act_now_likelihood)
        if list(steps) != sorted(steps):
            raise ValueError("watch ≤ review ≤ act_today ≤ act_now must hold for the likelihoods")
        return self


class Terminal(_Section):
    """How text is drawn on the officer's screen."""

    bidi: Literal["auto", "terminal", "program"] = "auto"
    """Who puts Arabic in order: the terminal itself, or this program for terminals that cannot."""


class Signage(_Section):
    """Words in the picture."""

    tessdata: str | None = None
    """Folder with the language data of tesseract; none: where the system keeps them."""


class Speech(_Section):
    """Words that are spoken."""

    model: str | None = None
    """Folder of a faster-whisper model on this machine; none: speech is not read. Nothing is ever downloaded."""


class LandmarkModels(_Section):
    """Models for landmarks on this machine; none: the built-in features are used. Nothing is ever downloaded."""

    aliked: str | None = None
    """ONNX file of ALIKED."""
    disk: str | None = None
    """ONNX file of DISK, instead."""
    lightglue: str | None = None
    """ONNX file of LightGlue that was made for the one or the other."""

    @model_validator(mode="after")
    def _one_finder(self) -> "LandmarkModels":
        if self.aliked is not None and self.disk is not None:
            raise PydanticCustomError("two_models", "one of them", {"example": "aliked, disk"})
        if self.lightglue is not None and self.aliked is None and self.disk is None:
            raise PydanticCustomError("no_finder", "nothing to pair", {"example": "aliked, disk"})
        return self


class Settings(_Section):
    """Everything that an officer can set; the defaults are meant to be right."""

    sites: str = "geofences"
    case: str = "opsec-case.db"
    lang: Literal["en", "ar"] | None = None
    home: tuple[float, float, float, float] = _IRAQ
    """South, west, north, east of the land where the sites lie, in degrees. A fence outside it that would
    fall inside with its numbers swapped was drawn latitude first. The whole globe switches the test off."""
    limits: Limits = Limits()
    thresholds: Thresholds = Thresholds()
    signage: Signage = Signage()
    speech: Speech = Speech()
    landmarks: LandmarkModels = LandmarkModels()
    terminal: Terminal = Terminal()

    @field_validator("home")
    @classmethod
    def _a_land(cls, home: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
        south, west, north, east = home
        if not (-90 <= south < north <= 90 and -180 <= west < east <= 180):
            raise PydanticCustomError("no_land", "no land lies there", {"example": str([*_IRAQ])})
        return home

    def sha256(self, models: Sequence[str] = ()) -> str:
        """Fingerprint of all that can change a result; where files lie and how text is drawn cannot.

        ``models``: names of the models for landmarks in use, which change with their files.
        """
        telling = self.model_dump(mode="json", include={"limits": {"file_mib", "archive_members"}, "thresholds": True})
        telling |= {"models": list(models)} if models else {}
        return hashlib.sha256(json.dumps(telling, sort_keys=True).encode()).hexdigest()


def load(path: Path | None = None) -> Settings:
    """Settings of a file, or of ``opsec.toml`` in the current folder, or the defaults.

    Paths inside the file are taken from the file's own folder.

    Raises
    ------
    SettingsError
        The file named is missing, is no TOML, or holds an unknown key or a value out of bounds.
    """
    chosen = path or Path(FILE_NAME)
    if path is None and not chosen.is_file():
        return Settings()
    shown = plain(path_text(chosen))
    try:
        raw = tomllib.loads(chosen.read_text("utf-8"))
        settings = Settings.model_validate(raw)
    except OSError as error:
        raise SettingsError(
            _(
                "{file} cannot be opened ({error}); check the path given with --config",
                file=shown,
                error=error.strerror or "",
            )
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(
            _("{file} is not valid TOML: {error}; mend that line and run again", file=shown, error=plain(str(error)))
        ) from error
    except ValidationError as error:
        raise SettingsError(first_fault(error, shown, Settings)) from error
    return _anchored(settings, chosen.parent)


def _anchored(settings: Settings, folder: Path) -> Settings:
    case = settings.case if "://" in settings.case else str(folder / settings.case)
    found: dict[str, Any] = {"sites": str(folder / settings.sites), "case": case}
    if settings.signage.tessdata is not None:
        found["signage"] = Signage(tessdata=str(folder / settings.signage.tessdata))
    if settings.speech.model is not None:
        found["speech"] = Speech(model=str(folder / settings.speech.model))
    named = settings.landmarks.model_dump(exclude_none=True)
    if named:
        found["landmarks"] = LandmarkModels(**{key: str(folder / path) for key, path in named.items()})
    return settings.model_copy(update=found)


def first_fault(error: ValidationError, file: str, model: type[BaseModel]) -> Message:
    """One sentence for the first fault pydantic found in a file: which key, and the nearest known one."""
    fault = error.errors(include_url=False)[0]
    key = plain(".".join(str(part) for part in fault["loc"]), limit=100) or "?"
    if fault["type"] == "extra_forbidden":
        near = nearest(str(fault["loc"][-1])[:80], _known_keys(model, fault["loc"][:-1]))
        if near is None:
            return _(
                "{file}: the key {key} is not known; take it out, or see the known ones in what opsec init writes",
                file=file,
                key=key,
            )
        return _("{file}: the key {key} is not known; did you mean {near}?", file=file, key=key, near=near)
    if fault["type"] == "missing":
        return _("{file}: the key {key} is missing; add it", file=file, key=key)
    if fault["type"] == "literal_error":
        return _no_such_word(str(fault["input"]), re.findall("'([^']*)'", fault["ctx"]["expected"]), file, key)
    if fault["type"] in _BOUNDS:
        name, sentence = _BOUNDS[fault["type"]]
        return Message(sentence, {"file": file, "key": key, "bound": fault["ctx"][name]})
    return _(
        "{file}: {key} cannot be used: {detail}; mend it and run again", file=file, key=key, detail=plain(fault["msg"])
    )


_BOUNDS: Mapping[str, tuple[str, str]] = {
    "greater_than_equal": ("ge", marked("{file}: {key} must be {bound} or more; mend it and run again")),
    "greater_than": ("gt", marked("{file}: {key} must be more than {bound}; mend it and run again")),
    "less_than_equal": ("le", marked("{file}: {key} must be {bound} or less; mend it and run again")),
    "less_than": ("lt", marked("{file}: {key} must be less than {bound}; mend it and run again")),
    "two_models": (
        "example",
        marked("{file}: {key} names two models of which only one is used ({bound}); take one of the lines out"),
    ),
    "no_finder": (
        "example",
        marked("{file}: {key}.lightglue pairs what another model finds; name that model too ({bound})"),
    ),
    "no_land": (
        "example",
        marked("{file}: {key} must be south, west, north, east in degrees, as {bound}; mend it and run again"),
    ),
}


def _no_such_word(word: str, known: list[str], file: str, key: str) -> Message:
    """A value that must be one of a few words, and is not."""
    shown, near = plain(word, limit=60), nearest(word[:60], known)
    if near is None:
        words = ", ".join(known)
        return _("{file}: {key} cannot be {word}; write one of {known}", file=file, key=key, word=shown, known=words)
    return _("{file}: {key} cannot be {word}; did you mean {near}?", file=file, key=key, word=shown, near=near)


def _known_keys(model: type[BaseModel], loc: tuple[Any, ...]) -> list[str]:
    """Keys allowed at a place of the file, found by walking the model along it."""
    for part in loc:
        field = model.model_fields.get(str(part))
        inner = field.annotation if field else None
        if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
            return []
        model = inner
    return [field.alias or name for name, field in model.model_fields.items()]
