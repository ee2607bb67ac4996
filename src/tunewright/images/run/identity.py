"""What makes two studies on images one."""

from typing import Any

from tunewright.core.codec import Json
from tunewright.experiment.by_user import code_of
from tunewright.images.experiment.settings import content_of
from tunewright.images.run.setup import PreparedImages


def identity_of(prepared: PreparedImages) -> Json:
    """All that results depend on, but for the space, which the study keeps itself."""
    whole = dict.fromkeys(("stop", "space", "trackers", "resources", "final", "compare", "transfer", "scale"), True)
    excluded: Any = {"search": {"trials"}, **whole}
    experiment, images = prepared.experiment, prepared.development.images
    content = content_of(experiment, exclude=excluded) | experiment.transfer.identity()
    place = experiment.model.shared.weights
    if trained := {name: one.weights.digest for (where, name), one in prepared.known.items() if where == place}:
        content["model"]["weights"] = trained  # what they are tells more than where they lie
    calls = [content["model"]["call"], *(own.get("call") for own in experiment.compare.values())]
    return {"experiment": content, "data": [images.fingerprint(), prepared.sealed.fingerprint], "code": code_of(calls)}
