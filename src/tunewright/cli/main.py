"""The program `tunewright`: its commands."""

from typing import Annotated

import typer

from tunewright.cli import auditing, comparing, inspecting, listing, predicting, shipping, showing, tuning
from tunewright.cli.guard import OneLineGroup, guarded
from tunewright.cli.saying import say
from tunewright.core.collecting import collect_rarely

app = typer.Typer(
    name="tunewright",
    cls=OneLineGroup,
    help="Tune neural networks and hear the truth about the result.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for command in (
    tuning.demo,
    tuning.tune,
    tuning.resume,
    inspecting.report,
    listing.runs,
    comparing.compare,
    showing.dashboard,
    predicting.predict,
    shipping.export,
    shipping.refit,
    inspecting.data,
    auditing.audit,
    inspecting.doctor,
):
    app.command()(guarded(command))


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        say(f"tunewright {version('tunewright')}")
        raise typer.Exit


@app.callback()
def program(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Tune neural networks and hear the truth about the result."""
    collect_rarely()


recipes = typer.Typer(help="List the built-in recipes, or show one.", rich_markup_mode=None)
recipes.callback(invoke_without_command=True)(guarded(inspecting.list_recipes))
recipes.command("show")(guarded(inspecting.show_recipe))
app.add_typer(recipes, name="recipes")
