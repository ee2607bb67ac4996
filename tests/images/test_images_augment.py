"""Augmentation against a slow reference, and its random numbers against what they should be."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare, kstest
from torch import Tensor
from torch.nn import functional

from tunewright.images.preparation.augment import Augmentation, augment
from tunewright.images.preparation.augmentation import AugmentationSpec
from tunewright.images.preparation.effects import coloured, cut_out, mix
from tunewright.images.preparation.geometry import Moves, draw_moves, moved
from tunewright.images.preparation.normalise import Normalisation

SEEDS = st.integers(0, 2**31)
PLAIN = Normalisation((0.0,) * 3, (1 / 255,) * 3)
EVERYTHING = AugmentationSpec(flip=True, crop=3, cutout=4, mixup=0.4, colour=0.3)
LEAST_P = 1e-4


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def noise(count: int, seed: int = 0, *, shape: tuple[int, int, int] = (3, 8, 8)) -> Tensor:
    pixels = torch.randint(256, (count, *shape), dtype=torch.uint8, generator=seeded(seed))
    return pixels.contiguous(memory_format=torch.channels_last)


def slowly_moved(pixels: Tensor, moves: Moves, crop: int) -> Tensor:
    """One image at a time: flip, pad by reflection, cut."""
    out = []
    for image, flipped, down, right in zip(pixels, moves.flipped, moves.down, moves.right, strict=True):
        turned = image.flip(2) if flipped else image
        padded = functional.pad(turned[None].double(), (crop, crop, crop, crop), mode="reflect")[0]
        out.append(padded[:, down : down + image.shape[1], right : right + image.shape[2]].to(torch.uint8))
    return torch.stack(out)


@settings(deadline=None, max_examples=50)
@given(st.integers(1, 6), st.tuples(st.integers(1, 5), st.integers(2, 9), st.integers(2, 9)), st.data())
def test_flips_and_crops_move_pixels_as_the_slow_way_does(
    count: int, shape: tuple[int, int, int], data: st.DataObject
) -> None:
    crop = data.draw(st.integers(0, min(shape[1:]) - 1))
    seed = data.draw(SEEDS)
    moves = draw_moves(count, flip=True, crop=crop, generator=seeded(seed))
    for pixels in (noise(count, seed, shape=shape), noise(count, seed, shape=shape).contiguous()):
        found = moved(pixels, moves, crop=crop)
        assert found.dtype == torch.uint8
        assert found.is_contiguous(memory_format=torch.channels_last)
        assert torch.equal(found, slowly_moved(pixels, moves, crop))
    spec = AugmentationSpec(flip=True, crop=crop)
    assert torch.equal(augment(noise(count, seed, shape=shape), spec, seeded(seed)), found)


def test_flips_are_even_and_windows_uniform() -> None:
    count, crop = 20_000, 2
    moves = draw_moves(count, flip=True, crop=crop, generator=seeded(1))
    assert chisquare(np.bincount(moves.flipped.numpy())).pvalue > LEAST_P
    together = (moves.flipped.long() * 5 + moves.down) * 5 + moves.right
    assert chisquare(np.bincount(together.numpy(), minlength=50)).pvalue > LEAST_P
    assert not draw_moves(count, flip=False, crop=crop, generator=seeded(1)).flipped.any()


def test_equal_images_in_one_batch_come_out_different() -> None:
    pixels = noise(1).expand(64, -1, -1, -1)
    batch = Augmentation(replace(EVERYTHING, mixup=0.0), PLAIN)(pixels, torch.zeros(64, dtype=torch.int64), seeded(0))
    assert len({image.numpy().tobytes() for image in batch.images}) == 64
    for spec in (AugmentationSpec(flip=True), AugmentationSpec(crop=2)):
        assert len({image.numpy().tobytes() for image in augment(pixels, spec, seeded(0))}) > 1


def test_a_spec_that_does_nothing_only_normalises_and_draws_nothing() -> None:
    pixels, labels = noise(6), torch.arange(6)
    normalisation = Normalisation((0.5, 0.4, 0.3), (0.25, 0.2, 0.1))
    generator = seeded(3)
    batch = Augmentation(AugmentationSpec(), normalisation)(pixels, labels, generator)
    assert torch.equal(batch.images, normalisation.apply(pixels))
    assert torch.equal(batch.labels, labels)
    assert batch.others is None
    assert batch.weights is None
    assert torch.equal(generator.get_state(), seeded(3).get_state())


def test_one_seed_gives_one_batch_whatever_the_layout_and_threads() -> None:
    pixels, labels = noise(256, shape=(3, 32, 32)), torch.arange(256) % 10
    before = pixels.clone()
    threads = torch.get_num_threads()
    found = []
    try:
        for number, given in ((1, pixels), (2, pixels), (1, pixels.contiguous())):
            torch.set_num_threads(number)
            found.append(Augmentation(EVERYTHING, PLAIN)(given, labels, seeded(5)))
    finally:
        torch.set_num_threads(threads)
    assert torch.equal(pixels, before)
    for other in found[1:]:
        assert torch.equal(found[0].images, other.images)
        assert found[0].others is not None
        assert other.others is not None
        assert torch.equal(found[0].others, other.others)
    assert not torch.equal(found[0].images, Augmentation(EVERYTHING, PLAIN)(pixels, labels, seeded(6)).images)
    assert found[0].images.dtype == torch.float32
    assert found[0].images.is_contiguous(memory_format=torch.channels_last)


@pytest.mark.parametrize("side", [1, 2, 3, 4, 7])
def test_cutout_is_one_square_around_a_uniform_middle(side: int) -> None:
    height, width, count = 8, 10, 4000
    images = torch.ones(count, 2, height, width).contiguous(memory_format=torch.channels_last)
    holes = (cut_out(images, side, seeded(2)) == 0).all(dim=1)
    assert torch.equal(images[:, 0] == 0, holes)
    for axis, size in ((2, height), (1, width)):
        lines = holes.any(dim=axis).long()
        assert torch.equal((lines.diff(dim=1, prepend=torch.zeros(count, 1)) == 1).sum(dim=1), torch.ones(count))
        starts, lengths = lines.argmax(dim=1), lines.sum(dim=1)
        assert (lengths <= side).all()
        clipped = [range(max(0, top), min(size, top + side)) for top in range(-(side // 2), size - side // 2)]
        shapes = sorted({(part.start, len(part)) for part in clipped})
        wanted = [count * sum((part.start, len(part)) == shape for part in clipped) / size for shape in shapes]
        found = [int(((starts == start) & (lengths == length)).sum()) for start, length in shapes]
        assert sum(found) == count
        assert chisquare(found, wanted).pvalue > LEAST_P
    areas = holes.any(dim=2).sum(dim=1) * holes.any(dim=1).sum(dim=1)
    assert torch.equal(holes.sum(dim=(1, 2)), areas)


def test_cutout_leaves_the_other_pixels_alone() -> None:
    pixels = noise(16).clamp(1)
    plain = PLAIN.apply(pixels)
    batch = Augmentation(AugmentationSpec(cutout=3), PLAIN)(pixels, torch.zeros(16).long(), seeded(1))
    kept = batch.images != 0
    assert torch.equal(batch.images[kept], plain[kept])


@pytest.mark.parametrize("alpha", [0.01, 0.2, 1.0, 5.0])
def test_mixup_weights_are_beta(alpha: float) -> None:
    _, _, weights = mix(torch.zeros(4000, 1, 1, 1), torch.zeros(4000).long(), alpha, seeded(7))
    assert ((weights >= 0) & (weights <= 1)).all()
    ends = 1e-4  # float32 has no numbers between 1 - 6e-8 and 1: compare the distribution between the ends
    inner = weights[(weights > ends) & (weights < 1 - ends)].double().numpy()
    reference = np.random.default_rng(0).beta(alpha, alpha, 200_000)
    share = ((reference > ends) & (reference < 1 - ends)).mean()
    assert abs(len(inner) / 4000 - share) < 0.04
    if len(inner) > 500:
        assert kstest(inner, reference[(reference > ends) & (reference < 1 - ends)]).pvalue > LEAST_P


def test_mixup_is_a_weighted_sum_of_two_images_of_the_batch() -> None:
    images = PLAIN.apply(noise(32))
    labels = torch.arange(32)
    mixed, others, weights = mix(images.clone(memory_format=torch.preserve_format), labels, 0.5, seeded(0))
    assert torch.equal(others.sort().values, labels)
    by_hand = weights[:, None, None, None] * images + (1 - weights)[:, None, None, None] * images[others]
    assert torch.equal(mixed, by_hand)
    assert mixed.is_contiguous(memory_format=torch.channels_last)


def test_two_labels_with_weights_are_one_soft_label() -> None:
    """The loss that `Batch` names has the gradient of the cross-entropy with mixed one-hot labels."""
    spec = AugmentationSpec(mixup=0.5)
    batch = Augmentation(spec, PLAIN)(noise(16), torch.arange(16) % 5, seeded(0))
    assert batch.others is not None
    assert batch.weights is not None
    output = torch.randn(16, 5, generator=seeded(1), dtype=torch.float64, requires_grad=True)
    weights = batch.weights.double()

    def each(labels: Tensor) -> Tensor:
        return functional.cross_entropy(output, labels, reduction="none")

    loss = (weights * each(batch.labels) + (1 - weights) * each(batch.others)).mean()
    first, second = (functional.one_hot(labels, 5).double() for labels in (batch.labels, batch.others))
    soft = weights[:, None] * first + (1 - weights)[:, None] * second
    (found,) = torch.autograd.grad(loss, output)
    (wanted,) = torch.autograd.grad(functional.cross_entropy(output, soft), output)
    assert torch.allclose(found, wanted)


def test_colour_changes_brightness_and_contrast_by_uniform_factors() -> None:
    count, strength = 4000, 0.4
    pixels = torch.tensor([100, 140], dtype=torch.uint8).view(1, 1, 1, 2).expand(count, 3, 1, 2)
    found = coloured(pixels, strength, seeded(4))
    brightness = found.double().mean(dim=(1, 2, 3)) / 120
    contrast = (found[:, 0, 0, 1] - found[:, 0, 0, 0]).double() / 40 / brightness
    for factors in (brightness, contrast):
        assert kstest(factors.numpy(), "uniform", args=(1 - strength, 2 * strength)).pvalue > LEAST_P
    assert abs(np.corrcoef(brightness, contrast)[0, 1]) < 0.06


def test_colour_stays_between_black_and_white() -> None:
    pixels = noise(64)
    found = coloured(pixels, 1.0, seeded(0))
    assert found.min() >= 0
    assert found.max() <= 255
    assert torch.equal(coloured(pixels, 0.0, seeded(0)), pixels.float())


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"crop": -1}, "crop: expected a number of pixels from 0, found -1"),
        ({"cutout": -2}, "cutout: expected"),
        ({"mixup": -0.1}, "mixup: expected a number from 0"),
        ({"mixup": float("nan")}, "mixup: expected"),
        ({"colour": 1.1}, "colour: expected a strength from 0 to 1"),
    ],
)
def test_a_spec_that_cannot_be_is_refused(values: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        AugmentationSpec.from_dict({**AugmentationSpec().as_dict(), **values})


@pytest.mark.parametrize("spec", [AugmentationSpec(crop=8), AugmentationSpec(cutout=8)])
def test_images_too_small_for_the_spec_are_refused(spec: AugmentationSpec) -> None:
    with pytest.raises(ValueError, match=r"= 8: expected fewer pixels .* found images 8 high and 9 wide"):
        Augmentation(spec, PLAIN)(noise(2, shape=(3, 8, 9)), torch.zeros(2).long(), seeded(0))


def test_a_spec_comes_back_from_its_dictionary() -> None:
    assert AugmentationSpec.from_dict(EVERYTHING.as_dict()) == EVERYTHING
    with pytest.raises(LookupError):
        AugmentationSpec.from_dict({"flip": True})
