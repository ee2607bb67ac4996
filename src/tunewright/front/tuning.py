"""`tune`, `resume`, `load` and `audit`: what the commands of these names do, from Python."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tunewright.core.errors import ConfigError
from tunewright.core.paths import PathName
from tunewright.experiment.shipped import recipe_names
from tunewright.front.given import Data, source_of
from tunewright.front.progress import shown
from tunewright.front.result import Result
from tunewright.front.spaces import SpaceLike, as_tables
from tunewright.kinds import sources_of
from tunewright.runs.kind import Audited
from tunewright.trials.choosing import place_of
from tunewright.trials.places import Place

_RUNS = Path("runs")


def tune(
    data: Data,
    *,
    recipe: PathName | None = None,
    space: SpaceLike | None = None,
    trials: int | None = None,
    sampler: str | None = None,
    settings: Mapping[str, Any] | None = None,
    workers: int | None = None,
    executor: str | Place = "processes",
    address: str | None = None,
    seed: int | None = None,
    out: PathName | None = None,
    progress: bool | None = None,
) -> Result:
    """Tune a network: search, final model, sealed test, bundle and report, in a run folder that can be resumed.

    data: what to tune on: a path, builtin:NAME, a DataFrame or Series of daily prices (newest rows last or first, with
    dates as index or column), or a pair of arrays (images of shape (n, height, width[, channels]), labels of shape
    (n,)). Or else an experiment file or the name of a recipe, which name their own. recipe: the experiment file or
    recipe by which the data are tuned, `prices-lstm` or `digits-cnn` where none is given. space: what is tuned, instead
    of the recipe's [space]. trials: finished ones of the study. settings: other keys of the experiment, as
    {"training.epochs": 30} or {"training": {"epochs": 30}}. workers: processes, by default as many as the cores feed.
    executor: "ray" runs trials on the Ray cluster at `address`, or on one of this machine alone; `RayCluster(...)` says
    more of it. The study is the same anywhere. out: the run folder, by default the first free one of runs/NAME.
    progress: shown or not; by default in a notebook and on a terminal.

    Raises InputError (ConfigError, DataError, RunFolderError) in one line for what cannot be used, StudyFailure where
    no trial succeeds. Interrupted, it goes on with `resume`.
    """
    from tunewright.entrance import begin, load_experiment

    name, changes = _meant(data, recipe, _RUNS if out is None else Path(out).parent)
    own: dict[str, Any] = {"search.trials": trials, "search.sampler": sampler, "seed": seed}
    if space is not None:
        own["space"] = as_tables(space)
    given = {**changes, **_flat(settings or {}), **{key: value for key, value in own.items() if value is not None}}
    place = place_of(executor, workers, address=address)
    run = begin(load_experiment(name, given), out=out, place=place)
    return _conducted(run, place, progress=progress)


def resume(
    run: PathName,
    *,
    trials: int | None = None,
    settings: Mapping[str, Any] | None = None,
    workers: int | None = None,
    executor: str | Place = "processes",
    address: str | None = None,
    progress: bool | None = None,
) -> Result:
    """Go on with an interrupted run, to the same end as if it had never stopped; or with more trials.

    settings: `stop.*` and wider ranges of [space]. Arguments and errors as of `tune`.
    """
    from tunewright.entrance import reopen

    place = place_of(executor, workers, address=address)
    more = {} if trials is None else {"search.trials": trials}
    given = {**_flat(settings or {}), **more}
    opened = reopen(run, given)
    if opened.folder.report.exists() and not given:
        return load(run)
    return _conducted(opened, place, progress=progress)


def load(run: PathName) -> Result:
    """A finished run. Raises RunFolderError where the folder is none, or not finished."""
    return Result.of(Path(run))


def audit(data: Data, *, recipe: PathName | None = None, settings: Mapping[str, Any] | None = None) -> Audited:
    """Look for leaks in the inputs and targets of an experiment on prices; `findings` are empty where there is none.

    Arguments and errors as of `tune`; the sealed test stays closed.
    """
    from tunewright.entrance import audit_experiment, load_experiment

    name, changes = _meant(data, recipe, _RUNS)
    return audit_experiment(load_experiment(name, {**changes, **_flat(settings or {})}))


def _meant(data: Data, recipe: PathName | None, folder: Path) -> tuple[str, dict[str, Any]]:
    """The experiment that is meant, and what is changed in it for the data. folder: for data in memory."""
    if recipe is None and isinstance(data, str | os.PathLike) and _is_experiment(os.fspath(data)):
        return os.fspath(data), {}
    source = source_of(data, lambda: folder / "data")
    if recipe is None:
        recipe = sources_of(source).recipe
    return os.fspath(recipe), {"data.source": _absolute(source)}


def _is_experiment(name: str) -> bool:
    return name.endswith(".toml") or (name in recipe_names() and not Path(name).exists())


def _absolute(source: str) -> str:
    """A path in an experiment file starts at that file's folder, and here at the working folder."""
    return str(Path(source).absolute()) if Path(source).exists() else source


def _flat(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Sections as dotted keys."""
    if not isinstance(settings, Mapping):
        raise ConfigError(f'settings: expected a mapping such as {{"training.epochs": 30}}, found {settings!r}')
    return dict(_keys(settings))


def _keys(settings: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in settings.items():
        if isinstance(value, Mapping) and "." not in key and key != "space":
            yield from ((f"{key}.{name}", one) for name, one in value.items())
        else:
            yield key, value


def _conducted(run: Any, place: Place, *, progress: bool | None) -> Result:
    from tunewright.entrance import page_of
    from tunewright.report.page import write_page
    from tunewright.runs.life import conduct

    with shown(run.prepared.experiment.search.trials, progress=progress) as watch:
        conduct(run, place=place, watch=watch)
        page = page_of(run.folder.path)
        write_page(run.folder.path, page)
    return Result.of(run.folder.path, page)
