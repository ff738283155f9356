"""Sentences for values that pydantic refuses in a file of the officer: the key, and the closest known one."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from opsec.i18n.messages import Message, _, translatable
from opsec.i18n.safe_text import escape_unsafe
from opsec.i18n.suggestions import closest_match


def first_error_message(error: ValidationError, file: str, model: type[BaseModel]) -> Message:
    """Build the message for the first error that pydantic found in a file: the key, and the closest known one.

    Parameters
    ----------
    error
        Raised by the validation of the file's content.
    file
        Name of the file, safe to print.
    model
        The model that was validated, whose keys are known.
    """
    return error_messages(error, file, model)[0]


def error_messages(error: ValidationError, file: str, model: type[BaseModel]) -> list[Message]:
    """Build the messages for all errors that pydantic found in a file; parameters as above."""
    return [_error_message(fault, file, model) for fault in error.errors(include_url=False)]


def _error_message(fault: ErrorDetails, file: str, model: type[BaseModel]) -> Message:
    key = escape_unsafe(".".join(str(part) for part in fault["loc"]), limit=100) or "?"
    if fault["type"] == "extra_forbidden":
        near = closest_match(str(fault["loc"][-1])[:80], _known_keys(model, fault["loc"][:-1]))
        if near is None:
            return _(
                "{file}: unknown key {key}; remove it, or see the known keys in the file that opsec init writes",
                file=file,
                key=key,
            )
        return _("{file}: unknown key {key}; did you mean {near}?", file=file, key=key, near=near)
    if fault["type"] == "missing":
        return _("{file}: the key {key} is missing; add it", file=file, key=key)
    if fault["type"] == "literal_error":
        return _invalid_choice(str(fault["input"]), re.findall("'([^']*)'", fault["ctx"]["expected"]), file, key)
    if fault["type"] in _BOUND_MESSAGES:
        name, sentence = _BOUND_MESSAGES[fault["type"]]
        return Message(sentence, {"file": file, "key": key, "bound": fault["ctx"][name]})
    return _(
        "{file}: {key} is invalid: {detail}; fix it and run again",
        file=file,
        key=key,
        detail=escape_unsafe(fault["msg"]),
    )


_BOUND_MESSAGES: Mapping[str, tuple[str, str]] = {
    "greater_than_equal": ("ge", translatable("{file}: {key} must be {bound} or more; fix it and run again")),
    "greater_than": ("gt", translatable("{file}: {key} must be more than {bound}; fix it and run again")),
    "less_than_equal": ("le", translatable("{file}: {key} must be {bound} or less; fix it and run again")),
    "less_than": ("lt", translatable("{file}: {key} must be less than {bound}; fix it and run again")),
    "two_models": (
        "example",
        translatable(
            "{file}: {key} names two models, of which only one can be used ({bound}); remove one of the lines"
        ),
    ),
    "no_finder": (
        "example",
        translatable("{file}: {key}.lightglue matches the features of another model; name that model too ({bound})"),
    ),
    "no_land": (
        "example",
        translatable(
            "{file}: {key} must be south, west, north, east in degrees, such as {bound}; fix it and run again"
        ),
    ),
}


def _invalid_choice(word: str, known: list[str], file: str, key: str) -> Message:
    """Message for a value that is not one of the allowed words."""
    shown, near = escape_unsafe(word, limit=60), closest_match(word[:60], known)
    if near is None:
        words = ", ".join(known)
        return _("{file}: {key} cannot be {word}; use one of {known}", file=file, key=key, word=shown, known=words)
    return _("{file}: {key} cannot be {word}; did you mean {near}?", file=file, key=key, word=shown, near=near)


def _known_keys(model: type[BaseModel], loc: tuple[Any, ...]) -> list[str]:
    """Keys allowed at a location in the file, found by following it through the model."""
    for part in loc:
        field = model.model_fields.get(str(part))
        inner = field.annotation if field else None
        if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
            return []
        model = inner
    return [field.alias or name for name, field in model.model_fields.items()]
