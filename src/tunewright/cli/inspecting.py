"""`data`, `recipes`, `report` and `doctor`: commands that only look."""

import json
from pathlib import Path
from typing import Annotated

import typer

# Torch and the plots take seconds to load, so each command imports what it needs when it runs.


def data(
    files: Annotated[list[str], typer.Argument(help="Files of daily prices, or builtin:sp500, builtin:nasdaq.")],
    close: Annotated[str, typer.Option(help="auto, close or adj_close.")] = "auto",
    ticker: Annotated[str | None, typer.Option(help="Which ticker, where a file holds several.")] = None,
    dates: Annotated[str, typer.Option(help="auto, day_first or month_first.")] = "auto",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show the data card: what was read, which close is used, what was repaired, what looks odd."""
    from tunewright.data.source import read_source

    cards = [read_source(file, close=close, ticker=ticker, dates=dates)[1] for file in files]
    if as_json:
        print(json.dumps([card.as_dict() for card in cards], indent=2))
        return
    print("\n\n".join("\n".join(card.lines()) for card in cards))


def list_recipes(context: typer.Context) -> None:
    """List the built-in recipes."""
    from tunewright.experiment.files import recipe_names, recipe_text

    if context.invoked_subcommand is None:
        for name in recipe_names():
            print(f"{name:<16}{recipe_text(name).splitlines()[0].removeprefix('# ')}")


def show_recipe(name: Annotated[str, typer.Argument(help="Name of a recipe.")]) -> None:
    """Print a recipe: save it, change it, and give the file to `tunewright tune`."""
    from tunewright.experiment.files import recipe_text

    print(recipe_text(name), end="")


def report(folder: Annotated[Path, typer.Argument(help="Folder of a finished run.")]) -> None:
    """Write the report of a finished run again."""
    from tunewright.report.write import write_report

    print(f"report: {write_report(folder)}")


def doctor() -> None:
    """Show versions, devices and the measured peak of this machine."""
    from tunewright.training.doctor import examine

    for line in examine():
        print(line)
