"""Comparisons as TOML: an experiment on prices, and what is compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeAlias, get_args

from pydantic import AfterValidator, Field

from tunewright.core.errors import ConfigError
from tunewright.experiment.describing import validated
from tunewright.experiment.pretrained import NO_WEIGHTS
from tunewright.experiment.sections import ParameterSettings, Section
from tunewright.prices.experiment.settings import Experiment, SearchSettings, identity_of_model

ComparisonKind: TypeAlias = Literal["feature-study", "leakage-ladder"]
COMPARISON_KINDS: tuple[ComparisonKind, ...] = get_args(ComparisonKind)

MISTAKE_NAMES = (
    *("whole_series_scaler", "random_split", "stopping_on_test", "same_day_column", "newest_first", "smoothed_series"),
)
NEEDS_RANGE = "same_day_column"
"""The mistake that needs the columns high and low."""


def _mistakes(names: list[str]) -> list[str]:
    if not names or len(set(names)) != len(names) or not set(names) <= set(MISTAKE_NAMES):
        raise ValueError(f"expected different names out of {', '.join(MISTAKE_NAMES)}, found {names!r}")
    return names


class StudySettings(Section):
    """repeats: trainings of each set, each with seeds of its own."""

    repeats: int = Field(10, ge=2, le=1000)


class LadderSettings(Section):
    """mistakes: those that are made, in this order."""

    repeats: int = Field(5, ge=2, le=1000)
    mistakes: Annotated[list[str], AfterValidator(_mistakes)] = Field(list(MISTAKE_NAMES))


@dataclass(frozen=True)
class Comparison:
    """base: the experiment that all variants share; its [space] is tuned first, and then fixed."""

    kind: ComparisonKind
    settings: StudySettings | LadderSettings
    base: Experiment

    @property
    def mistakes(self) -> tuple[str, ...] | None:
        """Those that are made; None where sets of features are compared."""
        return tuple(made) if (made := getattr(self.settings, "mistakes", None)) is not None else None

    @property
    def name(self) -> str:
        return self.base.name

    @property
    def seed(self) -> int:
        return self.base.seed

    @property
    def search(self) -> SearchSettings:
        return self.base.search

    @property
    def space(self) -> Mapping[str, ParameterSettings]:
        return self.base.space

    @property
    def trackers(self) -> Sequence[str]:
        return self.base.trackers

    def with_sets(self) -> Experiment:
        """Its base, with all of its sets of features as if they were tuned: all that it honestly looks at."""
        if self.kind != "feature-study":
            return self.base
        sets = ParameterSettings(choices=[*self.base.preparation.feature_sets])
        return self.base.model_copy(update={"space": {**self.base.space, "feature_set": sets}})

    def as_dict(self) -> dict[str, Any]:
        """What its file says, with every default."""
        return {**self.base.as_dict(), "kind": self.kind, "comparison": self.settings.model_dump()}

    def identity(self) -> dict[str, Any]:
        """What its studies are known by."""
        content = self.as_dict()
        for key in ("trackers", "final", "resources", "scale", "transfer"):
            content.pop(key, None)
        model = identity_of_model(content["model"], exclude_none=True)
        return {**content, "model": model, **self.base.transfer.identity()}


def comparison_of(content: Mapping[str, Any]) -> Comparison:
    """The comparison that a file describes, its base not checked any further.

    Raises ConfigError.
    """
    kind: ComparisonKind = content["kind"]
    settings: type[StudySettings] | type[LadderSettings]
    settings = StudySettings if kind == "feature-study" else LadderSettings
    own = content.get("comparison", {})
    try:
        compared = validated(settings, own)
    except ConfigError as error:
        raise ConfigError(f"[comparison] {error}") from None
    rest = {key: value for key, value in content.items() if key not in ("kind", "comparison")}
    base = validated(Experiment, rest)
    if kind == "feature-study":
        _check_sets(base)
    if base.search.second_objective is not None:
        raise ConfigError("search.second_objective: a comparison tunes for one objective; take it out")
    if base.scale.tune_width is not None or base.model.shared.weights != NO_WEIGHTS:
        raise ConfigError(
            "[scale] and model.weights mean nothing to a comparison, which trains all from the start; remove them"
        )
    return Comparison(kind, compared, base)


def _check_sets(base: Experiment) -> None:
    if base.preparation.feature_set is None or len(base.preparation.feature_sets) < 2:
        raise ConfigError(
            "a feature study needs [preparation.feature_sets] with two sets or more, and preparation.feature_set: the "
            f"one that all others are compared with; found {', '.join(base.preparation.feature_sets) or 'no set'} and "
            f"feature_set = {base.preparation.feature_set!r}"
        )
    if "feature_set" in base.space:
        raise ConfigError("[space] feature_set: a feature study compares the sets, so it cannot tune them; remove it")
