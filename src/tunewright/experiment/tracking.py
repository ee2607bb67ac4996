"""The key `trackers` of an experiment file: which other tools are told of a run."""

from typing import Annotated, Literal, TypeAlias, get_args

from pydantic import AfterValidator

TrackerName: TypeAlias = Literal["mlflow", "tensorboard"]
TRACKERS: tuple[TrackerName, ...] = get_args(TrackerName)


def _different(names: list[TrackerName]) -> list[TrackerName]:
    if len(set(names)) != len(names):
        raise ValueError(f"expected different names out of {', '.join(TRACKERS)}, found {names}")
    return names


Trackers = Annotated[list[TrackerName], AfterValidator(_different)]
"""They only look on: no result depends on them, so that a study is known without them."""
