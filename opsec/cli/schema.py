"""``opsec schema``: the published JSON Schema of a scan's JSON."""

import json

import typer

from opsec.cli import exit_codes
from opsec.cli.command_help import add_command
from opsec.cli.stdio import guard_stdout
from opsec.i18n.messages import _


def add_to(app: typer.Typer) -> None:
    """Add the verb."""

    @add_command(
        app,
        "schema",
        _("Print the JSON Schema of scan results."),
        example="opsec schema",
        exit_codes=exit_codes.SIMPLE,
    )
    def schema() -> None:
        from opsec.reports.json_schema import build_json_schema

        with guard_stdout() as stream:
            stream.write(json.dumps(build_json_schema(), ensure_ascii=False, indent=2) + "\n")
