"""What an experiment file on images may say: every key, its range and its default."""

from typing import Annotated, Any, Literal

from pydantic import Field, ValidationInfo, field_serializer, field_validator

from tunewright.experiment.families import default_keys
from tunewright.experiment.model import Model, families_in, read_model, unsaid
from tunewright.experiment.pretrained import without_idle_weights
from tunewright.experiment.pruning import PruningSettings
from tunewright.experiment.resources import ResourceSettings
from tunewright.experiment.scale import ScaleSettings, Scaling
from tunewright.experiment.sections import ParameterSettings, Section, Starts, with_idle_keys
from tunewright.experiment.stopping import StopSettings
from tunewright.experiment.tracking import Trackers
from tunewright.experiment.transfer import TransferSettings
from tunewright.experiment.tuning import Tuning
from tunewright.experiment.values import Lag, Name, NotNegative, Positive, SamplerName, Seed, Startup, Trials
from tunewright.images.data.names import ColourName
from tunewright.images.families import cnn, custom, feedforward
from tunewright.images.families.known import FAMILIES
from tunewright.images.preparation.augmentation import AugmentationSpec
from tunewright.images.training.compute import Compute, DeviceName, PrecisionName
from tunewright.images.training.schedule import ScheduleName
from tunewright.images.training.training import AveragingName, ImageOptimizerName, ImageTraining
from tunewright.trials.second_objective import SecondObjectiveName

Side = Annotated[int, Field(ge=1, le=4096)]
Share = Annotated[float, Field(ge=0, lt=1)]


class ImageDataSettings(Section):
    """size: height and width to which image files are resized. colour: to which image files of any mode are brought.
    labels: `folders`, or the path of a table of labels from the source on."""

    source: str = "cifar10"
    size: list[Side] | None = Field(None, min_length=2, max_length=2)
    colour: ColourName | None = None
    labels: str | None = Field(None, min_length=1)

    def sides(self) -> tuple[int, int] | None:
        return None if self.size is None else (self.size[0], self.size[1])


class ImagePreparationSettings(Section):
    """test_fraction: sealed where there is no official test. validation_fraction: of a single fold."""

    test_fraction: float = Field(0.2, gt=0, lt=1)
    folds: int = Field(1, ge=1, le=100)
    validation_fraction: float = Field(0.1, gt=0, lt=1)


class AugmentationSettings(Section):
    flip: bool = False
    crop: int = Field(0, ge=0)
    cutout: int = Field(0, ge=0)
    mixup: NotNegative = 0.0
    colour: float = Field(0.0, ge=0, le=1)

    def spec(self) -> AugmentationSpec:
        return AugmentationSpec(**self.model_dump())


class ImageTrainingSettings(Section):
    """patience = 0 never stops early; a schedule that ends low is never stopped."""

    epochs: int = Field(20, ge=1, le=100_000)
    batch_size: int = Field(128, ge=1, le=1_000_000)
    learning_rate: Positive = 0.1
    optimizer: ImageOptimizerName = "sgd"
    momentum: Share = 0.9
    weight_decay: NotNegative = 5e-4
    schedule: ScheduleName = "one_cycle"
    warmup: Share = 0.2
    label_smoothing: Share = 0.0
    averaging: AveragingName = "none"
    averaging_decay: Share = 0.999
    patience: int = Field(0, ge=0)

    def training(self) -> ImageTraining:
        return ImageTraining(**{**self.model_dump(), "patience": self.patience or None})


class ImageSearchSettings(Section):
    sampler: SamplerName = "tpe"
    trials: Trials = 20
    lag: Lag | None = None
    startup_trials: Startup = 4
    metric: Literal["error", "log_loss"] = "error"
    second_objective: SecondObjectiveName | None = None

    @property
    def objectives(self) -> int:
        return 1 if self.second_objective is None else 2


class FidelitySettings(Section):
    """What a trial of the search makes do with; the final models never do. subset: share of a fold's training images.
    epochs: in place of training.epochs."""

    subset: float = Field(1.0, gt=0, le=1)
    epochs: int | None = Field(None, ge=1, le=100_000)


class FinalSettings(Section):
    """seeds: trainings of each final model. hold_out: keep the validation images of the first fold out of them."""

    seeds: int = Field(1, ge=1, le=100)
    hold_out: bool = False


class ComputeSettings(Section):
    """threads: of one training; `auto` is one where there is something to tune, else all."""

    device: Literal["auto"] | DeviceName = "auto"
    precision: Literal["auto"] | PrecisionName = "auto"
    threads: Literal["auto"] | Annotated[int, Field(ge=1, le=1024)] = "auto"

    def compute(self) -> Compute:
        """Of settings that were resolved."""
        assert self.device != "auto"
        assert self.precision != "auto"
        assert self.threads != "auto"
        return Compute(self.device, self.precision, self.threads)


class ImageExperiment(Section):
    """One experiment on images. compare: other configurations that meet the tuned model on the sealed test, each by
    what it has of its own."""

    kind: Literal["images"]
    name: Name = "experiment"
    seed: Seed = 0
    data: ImageDataSettings = ImageDataSettings()
    preparation: ImagePreparationSettings = ImagePreparationSettings()
    augmentation: AugmentationSettings = AugmentationSettings()
    training: ImageTrainingSettings = ImageTrainingSettings()
    search: ImageSearchSettings = ImageSearchSettings()
    fidelity: FidelitySettings = FidelitySettings()
    scale: ScaleSettings = ScaleSettings()
    pruner: PruningSettings = PruningSettings(name="halving", eta=2)
    stop: StopSettings = StopSettings()
    resources: ResourceSettings = ResourceSettings()
    trackers: Trackers = Field([])
    final: FinalSettings = FinalSettings()
    compute: ComputeSettings = ComputeSettings()
    space: dict[str, ParameterSettings] = Field(default_factory=dict)
    start: Starts = Field([])
    transfer: TransferSettings = TransferSettings()
    compare: dict[str, dict[str, Any]] = Field(default_factory=dict)
    model: Model = Field(default_factory=unsaid, validate_default=True)  # after what brings families into play

    @field_validator("model", mode="plain")
    @classmethod
    def _of_families(cls, value: Any, info: ValidationInfo) -> Model:
        return read_model(FAMILIES, value, also=families_in(info.data))

    @field_serializer("model")
    def _as_dict(self, model: Model) -> dict[str, Any]:
        return model.as_dict()

    @field_validator("pruner", mode="before")
    @classmethod
    def _unless_named(cls, value: Any) -> Any:
        # Racing compares folds, and images mostly have one; halving compares the trials epoch by epoch.
        return {"name": "halving", "eta": 2, **value} if isinstance(value, dict) and "name" not in value else value


TUNING = Tuning(
    ImageExperiment,
    FAMILIES,
    {
        "augmentation": (AugmentationSettings, tuple(AugmentationSettings.model_fields)),
        "training": (ImageTrainingSettings, tuple(ImageTrainingSettings.model_fields)),
    },
)
"""What of it may be tuned."""
SCALING = Scaling(TUNING, lambda family: family.widths, lambda family: {})
"""How its networks grow."""


def content_of(experiment: ImageExperiment, *, exclude: Any) -> dict[str, Any]:
    """What a study is known by: the experiment, but for what is excluded, with the keys of the first families."""
    content = experiment.model_dump(mode="json", exclude=exclude)
    # Keys that came later: a study from before is known without them.
    later = {key for key in ("colour", "labels") if content["data"][key] is None}
    content["data"] = {key: value for key, value in content["data"].items() if key not in later}
    if content.get("scale", {}).get("tune_width", 0) is None:
        del content["scale"]
    founding = default_keys((feedforward.FAMILY, cnn.FAMILY, custom.FAMILY), exclude_none=False)
    content["model"] = {**founding, **without_idle_weights(with_idle_keys(content["model"]))}
    return content
