"""`data`, `recipes`, `report` and `doctor`: commands that only look."""

import json
from pathlib import Path
from typing import Annotated

import typer

from tunewright.cli.guard import error_line
from tunewright.cli.saying import say
from tunewright.core.errors import InputError

# Torch and the plots take seconds to load, so each command imports what it needs when it runs.


def data(
    files: Annotated[list[str], typer.Argument(help="Files of daily prices, sets of images, or builtin:NAME.")],
    close: Annotated[str | None, typer.Option(help="auto, close or adj_close.")] = None,
    ticker: Annotated[str | None, typer.Option(help="Which ticker, where a file holds several.")] = None,
    dates: Annotated[str | None, typer.Option(help="auto, day_first or month_first.")] = None,
    decimals: Annotated[
        str | None, typer.Option(help="auto, point or comma: what marks the decimals of numbers.")
    ] = None,
    size: Annotated[str | None, typer.Option(help="Resize a folder of images: HEIGHTxWIDTH, such as 32x32.")] = None,
    colour: Annotated[str | None, typer.Option(help="Bring image files of any mode to rgb or grey.")] = None,
    labels: Annotated[
        str | None, typer.Option(help="Classes of image files: folders, or a table's path from their folder on.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show the data card: what was read, which close is used, what was repaired, what looks odd."""
    from tunewright.entrance import read_card

    told = {"close": close, "ticker": ticker, "dates": dates, "decimals": decimals}
    told |= {"size": size, "colour": colour, "labels": labels}
    options = {name: value for name, value in told.items() if value not in (None, "auto")}
    cards, errors = [], []
    for file in files:
        try:
            cards.append(read_card(file, options))
        except InputError as error:
            errors.append(error)
    if as_json and (cards or not errors):
        print(json.dumps([card.as_dict() for card in cards], indent=2))
    elif cards:
        say("\n\n".join("\n".join(card.lines()) for card in cards))
    for problem in errors:
        say(error_line(problem), aside=True)
    if errors:
        raise typer.Exit(2)


def list_recipes(context: typer.Context) -> None:
    """List the built-in recipes."""
    from tunewright.experiment.shipped import recipe_names, recipe_text

    if context.invoked_subcommand is None:
        names = recipe_names()
        width = max(map(len, names))
        for name in names:
            print(f"{name:<{width}}  {recipe_text(name).splitlines()[0].removeprefix('# ')}")


def show_recipe(name: Annotated[str, typer.Argument(help="Name of a recipe.")]) -> None:
    """Print a recipe: save it, change it, and give the file to `tunewright tune`."""
    from tunewright.experiment.shipped import recipe_text

    print(recipe_text(name), end="")


def report(folder: Annotated[Path, typer.Argument(help="Folder of a finished run.")]) -> None:
    """Write the report of a finished run again."""
    from tunewright.entrance import write_report

    say(f"report: {write_report(folder)}")


def doctor() -> None:
    """Show versions, devices and the measured peak of this machine."""
    from tunewright.training.doctor import examine

    for line in examine():
        say(line)
