"""``opsec schema``: the published JSON Schema of a scan's JSON."""

import json

import typer

from opsec.cli.stdio import results
from opsec.i18n.messages import _, say


def add_to(app: typer.Typer) -> None:
    """Add the verb."""

    @app.command("schema", help=say(_("Print the JSON Schema of the JSON that scan writes.")))
    def schema() -> None:
        from opsec.reports.json_schema import json_schema

        with results() as stream:
            stream.write(json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n")
