"""What the names of folders and files say: a part of a set, such as `train` or `Testing`, or a mere place of images."""

import re
from typing import Literal

PartName = Literal["train", "test", "validation"]

_PARTS: dict[str, PartName] = {
    **dict.fromkeys(("train", "training", "trainset", "traindata", "trn"), "train"),
    **dict.fromkeys(("test", "testing", "testset", "testdata", "tst"), "test"),
    **dict.fromkeys(("val", "valid", "validation", "validate", "dev", "eval", "evaluation"), "validation"),
}
_PLACES = ("images", "image", "imgs", "img", "jpegimages")
_ASIDE = ("labels", "label", "annotations", "masks")
_FILLERS = {"set", "data", "dataset", "split", "seg", "folder", "part", "files", "csv", "txt", "tsv"}


def part_of(name: str) -> PartName | None:
    """The part that a name says: `train` of `seg_train`, `training_set`, `TrainData`, `train1` and `trainLabels.csv`.

    None for any name with another word in it, such as `freight train`.
    """
    words = _words(name) - {*_PLACES, *_ASIDE, *_FILLERS}
    return _PARTS.get(words.pop()) if len(words) == 1 else None


def is_no_class(name: str) -> bool:
    """Whether a folder of this name is a part, or a mere place of images or labels, and so hardly a class."""
    words = _words(name)
    return part_of(name) is not None or (bool(words & {*_PLACES, *_ASIDE}) and words <= {*_PLACES, *_ASIDE, *_FILLERS})


def is_example(name: str) -> bool:
    """Whether a file of labels is, by its name, a form to be filled in: its labels are made up."""
    return bool(_words(name) & {"sample", "submission", "example"})


def _words(name: str) -> set[str]:
    """Its words in small letters, without digits; a capital after a small letter begins a word."""
    return {word.lower() for word in re.findall(r"[A-Z]?[^\W\d_A-Z]+|[A-Z]+(?![^\W\d_A-Z])", name)}
