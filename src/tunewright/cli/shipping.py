"""`export` and `refit`: a tuned model for use elsewhere."""

import json
from pathlib import Path
from typing import Annotated

import typer

from tunewright.cli.saying import say

# Torch takes seconds to load, so each command imports what it needs when it runs.

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def export(
    run: Annotated[Path, typer.Argument(help="A run folder, or the bundle in it.")],
    form: Annotated[
        str | None,
        typer.Option("--format", help="onnx, torch or keras; by default keras for a Keras model, else onnx."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="The file; by default of the bundle's name, in export/ beside the bundle.")
    ] = None,
    custom: Annotated[
        list[str] | None,
        typer.Option(metavar="FILE.py:NAME", help="The function that makes a custom network; the file is executed."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write the model for other programs, compared with the bundle's own forecasts, and beside it what goes in and
    out."""
    from tunewright.entrance import export

    made = export(run, format=form, out=out, custom=custom or ())
    told = {"file": made.file, "about": made.about, "format": made.form, "difference": made.difference}
    say(json.dumps(told, indent=2, default=str) if as_json else "\n".join(made.lines))


def refit(
    run: Annotated[Path, typer.Argument(help="The folder of a run that has ended.")],
    as_json: AsJson = False,
) -> None:
    """Train the winner once more on all there is, the sealed test too, for use: a model that no test has judged."""
    from tunewright.bundle.folder import open_bundle
    from tunewright.bundle.refitted import refit_of
    from tunewright.entrance import refit

    if not as_json:
        say(f"running   refit of {run}, on all its data")  # which may take as long as the run's final model did
    path = refit(run)
    made = refit_of(open_bundle(path))
    assert made is not None, "it was just made"
    lines = [*made.lines(), "", f"bundle: {path}"]
    say(json.dumps({"bundle": str(path), **made.as_dict()}, indent=2) if as_json else "\n".join(lines))
