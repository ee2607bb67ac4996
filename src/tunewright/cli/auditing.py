"""`audit`."""

import json
from typing import Annotated

import typer

from tunewright.cli.saying import say

LEAKS = 3
"""The exit code where a leak was found."""

# Torch takes seconds to load, so the command imports what it needs when it runs.


def audit(
    experiment: Annotated[str, typer.Argument(help="An experiment or comparison on prices in TOML, or a recipe.")],
    data: Annotated[str | None, typer.Option(help="A file of daily prices, or builtin:sp500, builtin:nasdaq.")] = None,
    others: Annotated[
        list[str] | None,
        typer.Option(
            "--with", metavar="FILE[:TICKER]", help="Prices of another ticker, joined a day late; once for each."
        ),
    ] = None,
    changes: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Change a key, as for `tune`.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Change the future and see whether anything computed before moves; exit code 3 where it does: a leak."""

    from tunewright.entrance import audit_experiment, load_experiment
    from tunewright.experiment.files import parse_changes

    given = parse_changes(changes or [])
    given.update({} if data is None else {"data.source": data})
    given.update({"data.with": others} if others else {})
    audited = audit_experiment(load_experiment(experiment, given))
    say(json.dumps(audited.as_dict(), indent=2) if as_json else "\n".join(audited.lines()))
    if audited.findings:
        raise typer.Exit(LEAKS)
