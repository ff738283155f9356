"""``opsec schema``: the published JSON Schemas of a scan's JSON and of a week's."""

import json

import typer

from opsec.cli import exit_codes, options
from opsec.cli.command_help import add_command
from opsec.cli.stdio import guard_stdout
from opsec.errors import UsageError
from opsec.i18n.messages import _
from opsec.i18n.safe_text import escape_unsafe


def add_to(app: typer.Typer) -> None:
    """Add the verb."""

    @add_command(
        app,
        "schema",
        _("Print the JSON Schema of results."),
        example="opsec schema week",
        exit_codes=exit_codes.SIMPLE,
    )
    def schema(
        name: str = options.make_argument(
            "scan", text=_("JSON Schema to print: scan or week; default: scan"), metavar="[scan|week]"
        ),
    ) -> None:
        from opsec.reports.json_schema import build_json_schema
        from opsec.reports.weekly_schema import build_weekly_schema

        builders = {"scan": build_json_schema, "week": build_weekly_schema}
        if name not in builders:
            raise UsageError(_("{name} is not a schema; use scan or week", name=escape_unsafe(name, limit=40)))
        with guard_stdout() as stream:
            stream.write(json.dumps(builders[name](), ensure_ascii=False, indent=2) + "\n")
