"""What the data decides of an experiment on prices."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from tunewright.core.errors import ConfigError
from tunewright.prices.data.source import BUILTIN_PREFIX
from tunewright.prices.data.table import PriceTable
from tunewright.prices.experiment.checks import may_forecast_close
from tunewright.prices.experiment.settings import Experiment, feature_lists
from tunewright.prices.preparation.features import RETURN_FEATURES, VOLATILITY_FEATURES, available, check_columns
from tunewright.prices.preparation.names import CUSTOM, LEVELS


def resolve_features(experiment: Experiment, table: PriceTable) -> Experiment:
    """The experiment, its volatility resolved, with `features = "auto"` replaced by the names that the data allows."""
    if experiment.preparation.features != "auto":
        return experiment
    names = available(table, VOLATILITY_FEATURES if experiment.preparation.target == "volatility" else RETURN_FEATURES)
    if may_forecast_close(experiment):
        names = (*names, "close")
    if experiment.preparation.target == "volatility" and experiment.preparation.volatility == "absolute_return":
        names = (*names, "log_absolute_return")
    content = experiment.model_dump()
    content["preparation"]["features"] = list(names)
    return Experiment.model_validate(content)


def check_features(experiment: Experiment, table: PriceTable, *, returned: Mapping[str, tuple[str, ...]]) -> None:
    """Raise DataError where the data lacks a column of any feature that is tried; `returned` as in `check_columns`."""
    for names in feature_lists(experiment):
        check_columns(table, names, returned=returned)


def unused(experiment: Experiment, tickers: Sequence[str]) -> str | None:
    """What to say where joined tickers are read by no input that is tried, so that they change nothing.

    tickers: those joined. The features are resolved. The user's functions may read every series.
    """
    owners = {name.rpartition(".")[0] for names in feature_lists(experiment) for name in names}
    idle = [] if CUSTOM in owners else [ticker for ticker in tickers if ticker not in owners]
    if not idle:
        return None
    names = ", ".join(f'"{name}"' for name in ("log_return", f"{idle[0]}.log_return"))
    return (
        f"no input uses {' or '.join(idle)}, which data.with joins, so it changes nothing; use a feature of it, such "
        f"as preparation.features = [{names}], or leave it out"
    )


def later_dividends(experiment: Experiment, *, adjusted: str) -> str | None:
    """What to say where a level of adjusted prices is learnt or forecast; None where none is.

    adjusted: as in `DataCard`. The features are resolved.
    """
    inputs = {name for names in feature_lists(experiment) for name in names if name.rpartition(".")[2] in LEVELS}
    told = [f'the input "{name}"' for name in sorted(inputs)]
    if may_forecast_close(experiment):
        told.append('the target "close"')
    if adjusted != "yes" or not told:
        return None
    return (
        "adjusted prices count the dividends and splits of all later days, so the level of an early day tells a little "
        f"of the future, and {' and '.join(told)} {'is such a level' if len(told) == 1 else 'are such levels'}; "
        'returns, as the target "log_return" and the input "log_return", are free of that'
    )


def resolve_volatility(experiment: Experiment, table: PriceTable) -> Experiment:
    """The experiment with `volatility = "auto"` replaced by the best measure that the data allows, where it matters.

    Raises ConfigError where the log range is wanted of data without high and low.
    """
    settings, has_range = experiment.preparation, {"high", "low"} <= set(table.columns)
    if settings.target != "volatility":
        return experiment
    if settings.volatility == "log_range" and not has_range:
        raise ConfigError(
            f"the volatility 'log_range' needs the columns high and low, but the data has only "
            f"{', '.join(table.columns)}; give data with them, or set preparation.volatility = 'absolute_return'"
        )
    if settings.volatility != "auto":
        return experiment
    measure = "log_range" if has_range else "absolute_return"
    return experiment.model_copy(update={"preparation": settings.model_copy(update={"volatility": measure})})


def with_full_path(experiment: Experiment) -> Experiment:
    """The experiment with its data files by full path, so that a run goes on from any folder."""
    source, *others = (_full_path(source) for source in (experiment.data.source, *experiment.data.others))
    data = experiment.data.model_copy(update={"source": source, "others": others})
    return experiment.model_copy(update={"data": data})


def _full_path(source: str) -> str:
    return source if source.startswith(BUILTIN_PREFIX) else str(Path(source).resolve())
