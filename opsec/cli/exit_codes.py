"""Exit codes of the program and their meanings for the help pages."""

from collections.abc import Mapping

from opsec.i18n.messages import Message, _

OK = 0
FLAGGED = 1
"""A clip is at least as urgent as ``--fail-on``."""
USAGE_ERROR = 2
"""Wrong usage or settings, or output that cannot be written. The errors of ``opsec.errors`` have the same code."""
NOT_FULLY_CHECKED = 3
PROGRAM_FAULT = 4
INTERRUPTED = 130

SIMPLE: Mapping[int, Message] = {
    OK: _("done"),
    USAGE_ERROR: _("wrong usage or settings, or output not writable"),
}
"""For verbs that either succeed or not."""
EXPLAIN: Mapping[int, Message] = {
    **SIMPLE,
    PROGRAM_FAULT: _("a fault in this program; run opsec doctor"),
}
SCAN: Mapping[int, Message] = {
    OK: _("no clip at or above --fail-on"),
    FLAGGED: _("at least one clip is at or above --fail-on"),
    USAGE_ERROR: SIMPLE[USAGE_ERROR],
    NOT_FULLY_CHECKED: _("as 0, but some clips were not fully checked"),
    PROGRAM_FAULT: _("a fault in this program; run opsec doctor"),
    INTERRUPTED: _("interrupted; run again to continue"),
}
CHECK_TEXT: Mapping[int, Message] = {
    OK: _("no exposure found"),
    FLAGGED: _("the text exposes a site"),
    USAGE_ERROR: SIMPLE[USAGE_ERROR],
    NOT_FULLY_CHECKED: _("as 0, but the text was not fully checked"),
    PROGRAM_FAULT: EXPLAIN[PROGRAM_FAULT],
}
DOCTOR: Mapping[int, Message] = {
    OK: _("everything that a scan needs works"),
    USAGE_ERROR: _("something that a scan needs is broken"),
}
SITES_CHECK: Mapping[int, Message] = {
    OK: _("no errors"),
    USAGE_ERROR: _("at least one error; a scan would refuse the sites"),
}
IMPORT: Mapping[int, Message] = {
    OK: _("every bundle was imported"),
    USAGE_ERROR: _("nothing was imported"),
    NOT_FULLY_CHECKED: _("some bundles were refused; the others were imported"),
}
CLEAN: Mapping[int, Message] = {
    OK: _("the copy is clean; with --gate: everything may be posted"),
    FLAGGED: _("something at review or above remains; with --gate: do not post"),
    USAGE_ERROR: SIMPLE[USAGE_ERROR],
    NOT_FULLY_CHECKED: _("not fully checked: do not post"),
    PROGRAM_FAULT: EXPLAIN[PROGRAM_FAULT],
}
WATCH: Mapping[int, Message] = {
    OK: _("ended by SIGTERM; with --once: nothing new at or above --fail-on"),
    FLAGGED: _("with --once: a new finding at or above --fail-on"),
    USAGE_ERROR: SIMPLE[USAGE_ERROR],
    NOT_FULLY_CHECKED: _("with --once: as 0, but some clips were not fully checked"),
    PROGRAM_FAULT: EXPLAIN[PROGRAM_FAULT],
    INTERRUPTED: _("ended by Ctrl-C"),
}
AUDIT: Mapping[int, Message] = {
    OK: _("the audit trail is intact"),
    FLAGGED: _("the audit trail was changed"),
    USAGE_ERROR: SIMPLE[USAGE_ERROR],
}
ISSUED: Mapping[int, Message] = {
    OK: _("done"),
    FLAGGED: _("this case did not issue the file, or it was changed"),
    USAGE_ERROR: SIMPLE[USAGE_ERROR],
}
