"""The CNN as a classifier of scikit-learn's."""

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from tunewright.core.seeds import SeedTree
from tunewright.core.space import Choice, Real, Space
from tunewright.core.threads import threads
from tunewright.images.experiment.settings import AugmentationSettings, ImageTrainingSettings
from tunewright.images.families.cnn import CNNSettings
from tunewright.images.families.network import Network
from tunewright.images.training.compute import Compute, find_device
from tunewright.interop.sklearn.checking import in_rows, plain, seed_of, settings, value_errors
from tunewright.interop.sklearn.pictures import fit_pixels, picture_of

_TRAINING = ("epochs", "batch_size", "learning_rate", "optimizer", "weight_decay", "label_smoothing")


class CNNClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A residual convolutional network that tells pictures apart; see docs/scikit-learn.md.

    X: shape (samples, height * width * channels), (samples, height, width) or (samples, height, width, channels), of
    any numbers: each channel is brought to mean 0 and variance 1 as the training pictures are. y: shape (samples,),
    labels of any kind. Anything else is a ValueError.

    image_shape: (height, width, channels) of samples that are flat; None takes them for grey squares where the number
    of their pixels is a square, and else for strips one pixel high. stages: how often the picture is halved, at most as
    often as its shorter side can be; None is 3 times, or as often as can be. width, depth, dropout, epochs, batch_size,
    learning_rate, optimizer, weight_decay, label_smoothing, flip, crop: as in [model], [training] and [augmentation] of
    an experiment on images (docs/images.md), with its schedule `one_cycle`, which ends low: the last epoch's weights
    are kept, and no picture is held back to choose one. device: `cpu`, `cuda` or `auto`; results are the same again on
    the same kind alone. random_state: the seed; None draws one.

    After `fit`: classes_, model_ (a torch module, on the CPU), image_shape_, n_iter_ (epochs trained), loss_curve_
    (mean cross-entropies, epoch by epoch), pixels_ (the scale of the training pictures).
    """

    def __init__(
        self,
        *,
        image_shape: tuple[int, int, int] | None = None,
        stages: int | None = None,
        width: int = 16,
        depth: int = 1,
        dropout: float = 0.0,
        epochs: int = 20,
        batch_size: int = 128,
        learning_rate: float = 0.1,
        optimizer: str = "sgd",
        weight_decay: float = 5e-4,
        label_smoothing: float = 0.0,
        flip: bool = False,
        crop: int = 0,
        device: str = "cpu",
        random_state: Any = 0,
    ) -> None:
        self.image_shape = image_shape
        self.stages = stages
        self.width = width
        self.depth = depth
        self.dropout = dropout
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.optimizer = optimizer
        self.weight_decay = weight_decay
        self.label_smoothing = label_smoothing
        self.flip = flip
        self.crop = crop
        self.device = device
        self.random_state = random_state

    @staticmethod
    def search_space() -> Space:
        """What `TunedClassifier` searches unless it is given a space: the ranges of the recipe `digits-cnn`."""
        return Space(
            {
                "learning_rate": Real(0.005, 0.3, log=True),
                "batch_size": Choice((32, 64, 128)),
                "dropout": Real(0.0, 0.4, step=0.1),
                "weight_decay": Real(1e-5, 1e-2, log=True),
                "width": Choice((8, 12, 16)),
            }
        )

    def fit(self, X: Any, y: Any) -> "CNNClassifier":
        """Train. Raises ValueError for wrong data and parameters, TrialFailure where the training diverges."""
        from tunewright.images.training.engines import engine  # with it comes torch
        from tunewright.images.training.loop import ImageConfiguration

        rows, shape = in_rows(X)
        rows, y = validate_data(self, rows, y, ensure_min_samples=2)
        check_classification_targets(y)
        self.classes_, labels = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(f"y: expected two classes or more, found one class alone, {plain(self.classes_[0])!r}")
        picture = picture_of(self.image_shape, shape, numbers=rows.shape[1])
        given = {name: getattr(self, name) for name in ("width", "depth", "dropout")}
        model = settings(CNNSettings, {**given, "stages": picture.stages(self.stages)})
        augmentation = settings(AugmentationSettings, {"flip": self.flip, "crop": self.crop}).spec()
        augmentation.check(picture.height, picture.width)
        training = settings(ImageTrainingSettings, {name: getattr(self, name) for name in _TRAINING}).training()
        network = Network(model.spec(), picture.channels_first, len(self.classes_))
        chosen, compute = ImageConfiguration(network, training, augmentation), self._compute()
        self.pixels_ = fit_pixels(rows, picture)
        with threads(compute.threads):
            trained = engine(chosen)(
                chosen,
                self.pixels_.store(rows, labels, compute.device),
                normalisation=self.pixels_.normalisation,
                validation=None,
                compute=compute,
                seeds=SeedTree(seed_of(self.random_state)),
            )
        self.model_, self.loss_curve_ = trained.classifier.model.cpu(), list(trained.train_loss)
        self.image_shape_ = (picture.height, picture.width, picture.channels)
        self.n_iter_ = len(self.loss_curve_)
        return self

    def predict_proba(self, X: Any) -> npt.NDArray[np.float64]:
        """Probabilities of shape (samples, classes), in the order of `classes_`. Raises ValueError for samples of
        another shape."""
        from tunewright.images.training.classifier import Classifier

        check_is_fitted(self)
        rows, shape = in_rows(X)
        rows = validate_data(self, rows, reset=False)
        if shape is not None:
            picture_of(self.image_shape_, shape, numbers=rows.shape[1])
        compute = self._compute()
        store = self.pixels_.store(rows, np.zeros(len(rows), np.int64), compute.device)
        try:
            with threads(compute.threads):
                classifier = Classifier(self.model_.to(compute.device), self.pixels_.normalisation)
                found = classifier.judge(store, compute).astype(np.float64)
        finally:
            self.model_.cpu()  # where pickles find it, on any machine
        return np.asarray(found / found.sum(axis=1, keepdims=True))

    def predict(self, X: Any) -> npt.NDArray[Any]:
        """The most probable class of each sample, shape (samples,)."""
        check_is_fitted(self)
        found: npt.NDArray[Any] = self.classes_[self.predict_proba(X).argmax(axis=1)]
        return found

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        return tags

    def _compute(self) -> Compute:
        if self.device not in ("cpu", "cuda", "auto"):
            raise ValueError(f"device: expected 'cpu', 'cuda' or 'auto', found {self.device!r}")
        with value_errors():
            return Compute(find_device(self.device))
