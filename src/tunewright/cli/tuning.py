"""`demo`, `tune` and `resume`."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from tunewright.cli.running import Shown, carry_out, saved
from tunewright.cli.saying import others_aside, say

# Torch and the plots take seconds to load, so each command imports what it needs when it runs.

Workers = Annotated[
    int | None,
    typer.Option(
        min=1, help="Processes that train, by default as many as the cores feed; the study is the same for any number."
    ),
]
Executor = Annotated[
    str, typer.Option(help="Where trials run: processes of this machine, or ray; the study is the same.")
]
Address = Annotated[
    str | None,
    typer.Option(
        metavar="HOST:PORT",
        help="Of the Ray cluster that this machine is a node of, or auto; by default a Ray of this machine alone.",
    ),
]
Checkpoints = Annotated[
    str | None,
    typer.Option(metavar="URL", help="Where trials under way are kept, if the nodes share no folder: s3://..."),
]
Out = Annotated[Path | None, typer.Option(help="Run folder; by default the first free runs/NAME.")]
Seed = Annotated[int | None, typer.Option(help="Seed of every random stream.")]
Trials = Annotated[int | None, typer.Option(help="Finished trials of the whole study.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Print nothing but how it ended.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print nothing but how it ended, as JSON.")]


def demo(
    out: Out = None,
    trials: Trials = None,
    workers: Workers = None,
    executor: Executor = "processes",
    address: Address = None,
    checkpoints: Checkpoints = None,
    seed: Seed = None,
) -> None:
    """Tune an LSTM on the built-in S&P 500: 20 trials, 3 walk-forward folds, a report at the end."""
    tune(
        "prices-lstm",
        out=out,
        trials=trials,
        workers=workers,
        executor=executor,
        address=address,
        checkpoints=checkpoints,
        seed=seed,
    )


def tune(
    experiment: Annotated[str, typer.Argument(help="An experiment file in TOML, or the name of a recipe.")],
    data: Annotated[
        str | None, typer.Option(help="Daily prices, a set of images, or builtin:NAME, such as builtin:sp500.")
    ] = None,
    others: Annotated[
        list[str] | None,
        typer.Option("--with", metavar="FILE", help="Prices of another ticker, joined a day late; once for each."),
    ] = None,
    ticker: Annotated[str | None, typer.Option(help="Which ticker, where the file holds several.")] = None,
    trials: Trials = None,
    sampler: Annotated[str | None, typer.Option(help="auto, grid, random, qmc, tpe, gp or cmaes.")] = None,
    workers: Workers = None,
    executor: Executor = "processes",
    address: Address = None,
    checkpoints: Checkpoints = None,
    seed: Seed = None,
    out: Out = None,
    storage: Annotated[
        str | None, typer.Option(help="Storage URL of the study; by default study.db in the folder.")
    ] = None,
    changes: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Change a key, such as training.epochs=30.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Read and check everything and say what would be run, and no more.")
    ] = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Run an experiment: search, final model, sealed test, report."""
    from tunewright.entrance import announced, begin, load_experiment, rehearsed
    from tunewright.experiment.files import parse_changes
    from tunewright.trials.choosing import place_of

    place = place_of(executor, workers, address=address, checkpoints=checkpoints)
    short = {
        "data.source": data,
        "data.ticker": ticker,
        "search.trials": trials,
        "search.sampler": sampler,
        "seed": seed,
    }
    given: dict[str, Any] = {key: value for key, value in short.items() if value is not None}
    if others:
        given["data.with"] = others
    loaded = load_experiment(experiment, {**parse_changes(changes or []), **given})
    shown = Shown(quiet or as_json, as_json)
    shown.line(announced(loaded))  # before anything is loaded that takes seconds
    if dry_run:
        lines = rehearsed(loaded, place=place)
        say(json.dumps({"lines": lines}, indent=2) if as_json else "\n".join(lines))
        return
    with others_aside(active=shown.quiet):
        run = begin(loaded, out=out, storage=storage, place=place)
    with saved(run.folder.path):
        carry_out(run, shown, place)


def resume(
    folder: Annotated[Path, typer.Argument(help="The folder of an interrupted run.")],
    workers: Workers = None,
    executor: Executor = "processes",
    address: Address = None,
    checkpoints: Checkpoints = None,
    trials: Trials = None,
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Change search.trials, stop.* or widen the space."),
    ] = None,
    storage: Annotated[
        str | None, typer.Option(help="Storage URL of the study, where it has moved or its password is to be given.")
    ] = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Go on where a run was, to the same end as if it had never stopped."""
    from tunewright.entrance import reopen, write_report
    from tunewright.experiment.files import parse_changes
    from tunewright.trials.choosing import place_of

    place = place_of(executor, workers, address=address, checkpoints=checkpoints)
    given = {**parse_changes(changes or []), **({} if trials is None else {"search.trials": trials})}
    shown = Shown(quiet or as_json, as_json)
    with saved(folder):
        run = reopen(folder, given, storage=storage)
        if not run.folder.results.exists() or given:
            carry_out(run, shown, place)
            return
    if not run.folder.report.exists():  # stopped on the very last step
        report = write_report(folder)
        if not as_json:
            say(f"report: {report}")
    finished = f"{folder} is finished; `tunewright report {folder}` writes its report again"
    if not as_json:
        say(finished)
        return
    shown.end(run, [finished])
