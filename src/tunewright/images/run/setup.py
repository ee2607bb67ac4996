"""Between an experiment on images and its first trial: images read, test sealed, folds cut, and checked to fit."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import torch

from tunewright.core.errors import ConfigError
from tunewright.core.seeds import SeedTree
from tunewright.core.words import counted
from tunewright.experiment.plan import resolve_search
from tunewright.experiment.pretrained import NO_WEIGHTS
from tunewright.experiment.tuning import MODEL
from tunewright.images.data.card import ImageCard
from tunewright.images.data.imageset import Pixels
from tunewright.images.data.read import read_images
from tunewright.images.experiment.beginnings import Known, seen_by
from tunewright.images.experiment.final import contestants
from tunewright.images.experiment.objective import configuration
from tunewright.images.experiment.settings import TUNING, ImageExperiment
from tunewright.images.families.known import FAMILIES
from tunewright.images.preparation.dealing import same_pixels, short_marks
from tunewright.images.preparation.folds import ImageFold, stratified_folds
from tunewright.images.preparation.seal import ImageDevelopment, SealedImages, seal_images
from tunewright.images.preparation.seen import Seen
from tunewright.images.run.beginnings import check_earlier, read_beginnings, with_input_size
from tunewright.images.training.compute import find_device, find_precision
from tunewright.training.pretrained import begin
from tunewright.trials.executors import available_workers

_ANEW = "the last layer begins anew, as its classes are others"


@dataclass(frozen=True)
class PreparedImages:
    """An experiment ready to search. `experiment` is resolved: every choice that was left open is written out.

    `warnings`: what is odd of the parts together. `sampler_reason`: why this sampler, in a sentence without its end,
    where it was not given. known: trained weights that trainings begin with; told: what they are, for the card.
    earlier: the images of the earlier runs that the search begins with.
    """

    experiment: ImageExperiment
    card: ImageCard
    warnings: tuple[str, ...]
    development: ImageDevelopment
    sealed: SealedImages
    folds: tuple[ImageFold, ...]
    sampler_reason: str
    known: Known = field(default_factory=dict)
    told: tuple[str, ...] = ()
    earlier: Seen = field(default_factory=Seen)

    def seen_by(self, experiment: ImageExperiment, images: Pixels) -> Seen:
        """What a model of this experiment knows that is trained on these images: they, those of its weights, and those
        of the runs that its configuration may come from."""
        return seen_by(experiment, self.known, images).and_before(self.earlier)


def set_up_images(experiment: ImageExperiment) -> PreparedImages:
    """Read, seal and cut. Raises InputError where the images are unusable, too few, or too small for the networks."""
    experiment, sampler_reason = resolve_search(experiment, TUNING.space(experiment))
    experiment = with_input_size(with_compute(experiment))
    data = experiment.data
    train, test, card = read_images(data.source, size=data.sides(), colour=data.colour, labels=data.labels)
    settings, seeds = experiment.preparation, SeedTree(experiment.seed)
    development, sealed = seal_images(train, test, fraction=settings.test_fraction, seed=seeds.integer("sealed test"))
    images = development.images
    folds = stratified_folds(
        images.labels,
        folds=settings.folds,
        fraction=settings.validation_fraction,
        seed=seeds.integer("folds"),
        groups=same_pixels(images.images),
    )
    # Of the tuned model nothing is known yet but that it differs from the default.
    met = contestants(experiment, {})[1 if experiment.space else 0 :]
    begun = read_beginnings([experiment, *(one.experiment for one in met)], development, sealed)
    tried = [*((one.name, one.experiment) for one in met), *_farthest(experiment)]
    anew = {one for name, other in tried for one in try_out(name, other, development, begun.known)}
    earlier, odd = check_earlier(experiment.transfer, images, sealed)
    return PreparedImages(
        experiment,
        card,
        (*_warnings(sealed, development), *begun.warnings, *odd),
        development,
        sealed,
        folds,
        sampler_reason,
        begun.known,
        (*begun.lines, *sorted(anew)),
        earlier,
    )


def with_compute(experiment: ImageExperiment) -> ImageExperiment:
    """The experiment with device, precision and threads decided, so that a run that goes on computes as it began."""
    settings = experiment.compute
    device = find_device(settings.device)
    threads = settings.threads
    if threads == "auto":  # trials side by side use the cores better than one trial that is spread over them
        threads = 1 if experiment.space else available_workers()
    decided = {"device": device, "precision": find_precision(settings.precision, device), "threads": threads}
    return experiment.model_copy(update={"compute": settings.model_copy(update=decided)})


def _farthest(experiment: ImageExperiment) -> Iterator[tuple[str, ImageExperiment]]:
    """The default with one parameter at an end of its range, for those that may ask too much of the images."""
    families = map(FAMILIES.named, experiment.model.settings)
    asking = {"crop", "cutout", "family", *experiment.model.options}.union(*(family.asking for family in families))
    if experiment.model.shared.weights != NO_WEIGHTS:  # which are of one network
        asking |= {name for name, section in TUNING.keys(experiment).items() if section == MODEL}
    yield from TUNING.at_ends(experiment, asking)


def try_out(name: str, experiment: ImageExperiment, development: ImageDevelopment, known: Known) -> tuple[str, ...]:
    """What the card is to tell of the network's weights. Raises ConfigError where the network, its weights or the
    augmentation do not go with these images."""
    anew: tuple[str, ...] = ()
    channels, height, width = development.images.shape
    try:
        experiment.augmentation.spec().check(height, width)
    except ValueError as error:
        raise ConfigError(f"{name}: augmentation.{error}") from None
    try:
        chosen = configuration(experiment, development, known)
        with torch.random.fork_rng(devices=[]):
            model = chosen.network.build()
            if chosen.training.beginning is not None and begin(model, chosen.training.beginning).new_head:
                anew = (f"weights   {_ANEW}",)
            scores = model.eval()(torch.zeros(2, channels, height, width))
    except ConfigError as error:
        raise ConfigError(f"{name}: {error}") from None
    except Exception as error:  # a network of the user may raise anything
        told = (str(error).splitlines() or [type(error).__name__])[0]
        raise ConfigError(
            f"{name}: its network cannot take images of {channels} x {height} x {width} (channels, height, width): "
            f"{told}"
        ) from None
    classes = len(development.images.classes)
    found = tuple(scores.shape) if isinstance(scores, torch.Tensor) else type(scores).__name__
    if found != (2, classes):
        raise ConfigError(
            f"{name}: expected a network that gives one score for each of {classes} classes, shape (images, {classes}),"
            f" found {found} for 2 images"
        )
    if not any(parameter.requires_grad for parameter in model.parameters()):
        raise ConfigError(f"{name}: its network has no parameter to train; give it layers with weights")
    return anew


def _warnings(sealed: SealedImages, development: ImageDevelopment) -> tuple[str, ...]:
    shared = sealed.among(short_marks(development.images.images))
    if not shared:
        return ()
    are = "is" if shared == 1 else "are"
    return (f"{counted(shared, 'test image')} {are} there for training too, pixel for pixel: the test flatters",)
