"""The answers of the gate of a posting desk: one line or one JSON record for each file."""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from opsec.i18n.messages import Lang, Message, _
from opsec.reports.masking import mask_path
from opsec.reports.reason_text import render_reason
from opsec.reports.value_format import join_list
from opsec.verdict.rules import load_rule

if TYPE_CHECKING:
    from opsec.app.gate import GateAnswer


def gate_message(one: "GateAnswer", lang: Lang) -> Message:
    """Return the line of one file; no site is named, only the kinds of exposure."""
    file = mask_path(one.path)
    if one.answer == "post":
        return _("{file}: may be posted", file=file)
    if one.answer == "do_not_post":
        kinds = join_list((load_rule(rule).title(lang) for rule in one.rules), lang)
        return _("{file}: do NOT post: {kinds}", file=file, kinds=kinds)
    reasons = "; ".join(render_reason(reason, lang) for reason in one.reasons)
    return _("{file}: do NOT post yet, it was not fully checked: {reason}", file=file, reason=reasons)


def gate_json(answers: "Iterable[GateAnswer]") -> bytes:
    """Return the answers as a JSON array."""
    content = [
        {
            "path": one.path,
            "answer": one.answer,
            "action": one.action,
            "rules": list(one.rules),
            "not_checked": [reason.code for reason in one.reasons],
        }
        for one in answers
    ]
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "backslashreplace")
