"""What the ledger of openings keeps of sealed images."""

import numpy as np
import pytest

from tunewright.images.data.imageset import ImageSet
from tunewright.images.judging.contest import Entry
from tunewright.images.run.looking import SAMPLE, seen_in
from tunewright.runs.openings.looks import is_look, same_forecast

RANDOM = np.random.default_rng(0)
PIXELS = RANDOM.integers(0, 256, size=(SAMPLE + 500, 1, 4, 4), dtype=np.uint8)
LABELS = RANDOM.integers(0, 3, size=len(PIXELS))


def images(chosen: np.ndarray) -> ImageSet:
    return ImageSet(PIXELS[chosen], LABELS[chosen].astype(np.int64), ("a", "b", "c"))


def guess(count: int, *, seed: int = 0) -> Entry:
    raw = np.random.default_rng(seed).random((count, 3))
    return Entry("tuned", (raw / raw.sum(axis=1, keepdims=True),))


def test_the_losses_are_those_of_the_actual_class_by_hand() -> None:
    few = ImageSet(PIXELS[:3], np.array([0, 0, 1]), ("a", "b", "c"))
    entry = Entry("tuned", (np.array([[0.5, 0.25, 0.25], [0.25, 0.5, 0.25], [0.0, 0.0, 1.0]]),))
    found = seen_in(entry, few)
    assert sorted(found.loss) == pytest.approx([np.log(2), np.log(4), -np.log(1e-12)])
    assert sorted(found.benchmark_loss) == pytest.approx([np.log(1.5), np.log(1.5), np.log(3)])
    assert (sorted(found.observed), found.count) == ([0, 0, 1], 3)


def test_the_same_images_in_any_order_are_the_same_test() -> None:
    order = RANDOM.permutation(len(PIXELS))
    entry = guess(len(PIXELS))
    one, other = (
        seen_in(entry, images(np.arange(len(PIXELS)))),
        seen_in(Entry("tuned", (entry.probabilities[0][order],)), images(order)),
    )
    assert (len(one.units), one.count) == (SAMPLE, len(PIXELS))
    assert is_look(one, other)
    assert same_forecast(one, other)
    assert not same_forecast(one, seen_in(guess(len(PIXELS), seed=1), images(np.arange(len(PIXELS)))))


def test_other_images_are_another_test() -> None:
    here, there = np.arange(700), np.arange(700, 1400)
    assert not is_look(seen_in(guess(700), images(here)), seen_in(guess(700), images(there)))


def test_an_image_that_is_there_twice_counts_once() -> None:
    twice = np.array([0, 1, 1, 2])
    assert len(seen_in(guess(4), images(twice)).units) == 3
