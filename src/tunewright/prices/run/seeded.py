"""Final models by training seed: the trials of a study of their own, read back from the run's `final/`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import nn

from tunewright.bundle.weights import WeightsError, fill
from tunewright.core.codec import Json, write_atomically
from tunewright.core.seeds import SeedTree
from tunewright.core.space import Params
from tunewright.experiment.families import Spec
from tunewright.experiment.locating import locate
from tunewright.prices.experiment.objective import configuration, shared_training
from tunewright.prices.experiment.refit import refit
from tunewright.prices.experiment.settings import Experiment
from tunewright.prices.families.family import Shape
from tunewright.prices.families.known import FAMILIES
from tunewright.prices.preparation.folds import Rows
from tunewright.prices.preparation.prepare import fit_preparation
from tunewright.prices.preparation.seal import Development
from tunewright.prices.run.contestants import Contestant
from tunewright.prices.training.forecaster import Forecaster
from tunewright.training.kept import Damaged, Kept, read_kept
from tunewright.training.observer import UNOBSERVED
from tunewright.training.pretrained import Weights
from tunewright.trials.finals import CONTESTANT, SEED, Keeping, weights_file
from tunewright.trials.rungs import Rungs
from tunewright.trials.together import Together

STUDY, PACKED = "study", "packed"


@dataclass(frozen=True)
class TrainedScore:
    """A model that was trained. score: its last training loss, which nothing is chosen by. file: the name that its
    weights are kept under; weights: as they are kept."""

    score: float
    train_loss: tuple[float, ...]
    file: str
    weights: bytes = field(repr=False)
    cost: None = None

    def detail(self) -> dict[str, Json]:
        return {"train_loss": list(self.train_loss)}

    def files(self) -> Mapping[str, bytes]:
        return {self.file: self.weights}


@dataclass(frozen=True)
class SeedObjective:
    """Takes `contestant` and `seed` for parameters, and leaves the weights behind, under the `mark` of the study. They
    are read back from `folder`.

    rows: what is trained on. The seeds of number n are the same for every contestant, and those of no trial.
    """

    experiment: Experiment
    contestants: tuple[Contestant, ...]
    development: Development
    rows: Rows
    folder: Path
    mark: str
    weights: Weights | None = None
    folds: int = 1

    def __call__(self, params: Params, fold: int, *, seeds: SeedTree, rungs: Rungs | None = None) -> TrainedScore:
        """`seeds`, those of the trial, stay unused. Raises TrialFailure where the training diverges."""
        name, number = str(params[CONTESTANT]), int(params[SEED])
        one = self.named(name)
        forecaster, trained = refit(
            self.experiment,
            one.params,
            development=self.development,
            rows=self.rows,
            epochs=one.epochs,
            seeds=seeds_of(self.experiment, number),
            weights=self.weights,
            observer=UNOBSERVED if rungs is None else Keeping(rungs),
        )
        kept = Kept(_tensors(configuration(self.experiment, one.params).model, forecaster.model), {STUDY: self.mark})
        return TrainedScore(trained.train_loss[-1], trained.train_loss, weights_file(name, number), kept.to_bytes())

    def together(self) -> Together | None:
        """What its trainings share where a GPU trains them."""
        return shared_training(self.experiment)

    def train_again(self, name: str, number: int) -> None:
        """Train a contestant from a seed once more, to the same weights."""
        again = self({CONTESTANT: name, SEED: number}, 0, seeds=SeedTree(self.experiment.seed))
        write_atomically(self.folder / again.file, again.weights)

    def forecaster(self, name: str, number: int) -> Forecaster:
        """As it was trained. Raises Damaged where its file is not what this study wrote."""
        kept, chosen = (
            read_kept(self.folder / weights_file(name, number)),
            configuration(self.experiment, self.named(name).params),
        )
        if kept.texts.get(STUDY) != self.mark:
            raise Damaged("it is of other final models")
        preparation = fit_preparation(self.development, self.rows, chosen.preparation)
        shape = Shape(preparation.spec.time_step, len(preparation.spec.features), preparation.last_value())
        return Forecaster(preparation, _model(chosen.model, shape, kept))

    def named(self, name: str) -> Contestant:
        return next(one for one in self.contestants if one.name == name)


def seeds_of(experiment: Experiment, number: int) -> SeedTree:
    """What a final model of this number is trained from; number 0 is the model that is shipped."""
    tree = SeedTree(experiment.seed).child("refit")
    return tree.child(number) if number else tree


def _tensors(spec: Spec, model: nn.Module) -> dict[str, torch.Tensor]:
    packing = FAMILIES.named(spec.family).packing
    if packing is not None:
        return {PACKED: torch.frombuffer(bytearray(packing.pack(model)), dtype=torch.uint8)}
    # Copied one by one: tensors that a network uses twice are refused as one.
    return {name: one.detach().clone(memory_format=torch.contiguous_format) for name, one in model.state_dict().items()}


def _model(spec: Spec, shape: Shape, kept: Kept) -> nn.Module:
    family, call = FAMILIES.named(spec.family), spec.as_dict().get("call")
    try:
        if family.packing is not None:
            factory = None if call is None else locate(str(call)).function
            return family.packing.unpack(kept.tensors[PACKED].numpy().tobytes(), shape, factory)
        return fill(family.build(spec, shape, torch.Generator()), kept.tensors)
    except (WeightsError, ValueError, KeyError) as error:
        raise Damaged(f"it holds another network: {error}") from None
