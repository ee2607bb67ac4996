"""What is told of the final models: their settings in the results, and the table in the terminal."""

from types import SimpleNamespace
from typing import Any, cast

import pytest
from torch import nn

from tunewright.images.experiment.settings import ImageExperiment
from tunewright.images.judging.contest import Result, Scores, Seeds
from tunewright.images.run.finals import FinalModel, FinalModels
from tunewright.images.run.life import LIFE
from tunewright.images.run.results import settings_of
from tunewright.images.run.sealed import ImageResult
from tunewright.statistics.proportions import Accuracy

WRITTEN_OUT = {"stages", "width", "max_width", "depth", "widths", "depths"}


@pytest.mark.parametrize(
    ("model", "told"),
    [
        ({}, {"stages", "width", "max_width", "depth"}),
        ({"widths": [4, 8]}, {"widths", "depth"}),
        ({"depths": [0, 1, 1, 2]}, {"stages", "width", "max_width", "depths"}),
        ({"widths": [4, 8], "depths": [0, 1]}, {"widths", "depths"}),
        ({"family": "feedforward"}, set()),
    ],
    ids=["none", "widths", "depths", "both", "another family"],
)
def test_settings_without_effect_are_not_told(model: dict[str, Any], told: set[str]) -> None:
    experiment = ImageExperiment.model_validate({"kind": "images", "model": model})
    assert settings_of(experiment).keys() & WRITTEN_OUT == told


def judged(*accuracies: float) -> ImageResult:
    """Two models that were trained from so many seeds."""
    scores = Scores(Accuracy(100, accuracies[0], 0.5, 1.0), log_loss=0.3, ece=0.1)
    results = tuple(Result(name, scores, Seeds(accuracies), None, None) for name in ("tuned", "default"))
    contestant = cast("Any", SimpleNamespace(name="tuned"))
    models = (FinalModel(contestant, (cast("Any", SimpleNamespace(model=nn.Linear(3, 2))),), {}, 1.0),) * 2
    judgement = cast("Any", SimpleNamespace(verdict="Skill found."))
    return ImageResult(FinalModels(models, None, {}, 2.0), cast("Any", None), (), results, judgement, None)


@pytest.mark.parametrize(
    ("accuracies", "head", "shown"), [((0.9,), "accuracy", "90.00 %"), ((0.9, 0.8), "mean accuracy", "85.00 %")]
)
def test_a_mean_over_seeds_is_called_one(accuracies: tuple[float, ...], head: str, shown: str) -> None:
    lines = LIFE.closing(judged(*accuracies))
    assert lines[2:] == [
        f"on the sealed test  parameters  {head}",
        f"tuned                        8  {shown}",
        f"default                      8  {shown}",
    ]
