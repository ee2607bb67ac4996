"""`refit` of a run on images: the winner trained on all images, the sealed test's among them."""

from dataclasses import replace

import numpy as np

from tunewright.bundle.refitted import Refit
from tunewright.core.seeds import SeedTree
from tunewright.images.bundle.bundle import ImageBundle, save_image_bundle
from tunewright.images.experiment.final import contestants
from tunewright.images.experiment.objective import configuration, train_images
from tunewright.images.preparation.normalise import fit_normalisation
from tunewright.images.run.finals import trained_epochs
from tunewright.images.run.setup import PreparedImages
from tunewright.runs.folder import RunFolder
from tunewright.runs.parts import Tested
from tunewright.training.observer import UNOBSERVED


def refit(prepared: PreparedImages, tested: Tested, folder: RunFolder) -> None:
    """Train for as many epochs and from the same seed as the tested model, the first of several, and write the
    bundle."""
    whole = prepared.sealed.release(prepared.development)
    experiment = contestants(prepared.experiment, tested.params)[0].experiment
    chosen = configuration(experiment, whole, prepared.known)
    epochs = trained_epochs(prepared, tested.params, folder=folder)
    trained = train_images(
        experiment,
        whole,
        replace(chosen, training=replace(chosen.training, epochs=epochs)),
        train=np.arange(len(whole.images)),
        normalisation=chosen.normalisation or fit_normalisation(whole.images.images),
        validation=None,
        seeds=SeedTree(experiment.seed).child("refit", 0),
        observer=UNOBSERVED,
    )
    made = ImageBundle(
        chosen.network,
        trained.classifier,
        whole.images.classes,
        {**tested.origin, "data_fingerprint": whole.images.fingerprint()},
        colour=experiment.data.colour,
        trained_on=prepared.seen_by(experiment, whole.images.images),
        refit=Refit(count=len(whole.images), unit="image", epochs=epochs, verdict=tested.verdict),
    )
    save_image_bundle(folder.refit, made)
