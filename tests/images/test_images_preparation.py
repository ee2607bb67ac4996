"""The sealed images, folds, subsets, normalisation: disjoint, complete, stratified, and no picture on two sides."""

import pickle

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from image_writers import made_up
from tunewright.core.errors import DataError
from tunewright.images.data.imageset import ImageSet, Labels
from tunewright.images.preparation.dealing import deal, same_pixels, short_marks
from tunewright.images.preparation.folds import ImageFold, stratified_folds, stratified_subset
from tunewright.images.preparation.normalise import Normalisation, fit_normalisation
from tunewright.images.preparation.seal import seal_images
from tunewright.images.preparation.store import store_pixels

SEEDS = st.integers(0, 2**32 - 1)
FRACTIONS = st.floats(0.02, 0.98)


@st.composite
def labelled(draw: st.DrawFn, fewest: int = 2) -> Labels:
    """Labels of up to 6 classes in random order, each with at least `fewest` images."""
    counts = draw(st.lists(st.integers(fewest, 30), min_size=1, max_size=6))
    labels = np.repeat(np.arange(len(counts)), counts)
    return np.random.default_rng(draw(SEEDS)).permutation(labels)


def apart(labels: Labels) -> NDArray[np.int64]:
    return np.arange(len(labels))


def doubled(count: int, seed: int, *, different: int) -> ImageSet:
    """Small images, many of them the same; the class goes by the picture, but for one in ten."""
    random = np.random.default_rng(seed)
    pictures = random.integers(0, 256, (different, 1, 3, 3), np.uint8)
    which = random.integers(0, different, count)
    labels = np.where(random.random(count) < 0.1, random.integers(0, 2, count), which % 2)
    return ImageSet(pictures[which], labels, ("a", "b"))


def pictures(images: ImageSet) -> set[bytes]:
    return {image.tobytes() for image in images.images}


def near(count: int, wanted: float) -> bool:
    return abs(count - wanted) < 1


@given(labelled(), FRACTIONS, SEEDS)
def test_one_fold_holds_out_a_share_of_every_class(labels: Labels, fraction: float, seed: int) -> None:
    (fold,) = stratified_folds(labels, folds=1, fraction=fraction, seed=seed, groups=apart(labels))
    assert fold.number == 1
    assert np.array_equal(np.sort(np.concatenate([fold.train, fold.validation])), apart(labels))
    assert np.array_equal(fold.validation, np.sort(fold.validation))
    for label, count in enumerate(np.bincount(labels)):
        held_out = int((labels[fold.validation] == label).sum())
        assert 1 <= held_out <= count - 1
        assert near(held_out, fraction * count)


@given(labelled(fewest=5), st.integers(2, 5), SEEDS)
def test_k_folds_validate_on_every_image_once(labels: Labels, folds: int, seed: int) -> None:
    cut = stratified_folds(labels, folds=folds, fraction=float("nan"), seed=seed, groups=apart(labels))
    assert [fold.number for fold in cut] == list(range(1, folds + 1))
    assert np.array_equal(np.sort(np.concatenate([fold.validation for fold in cut])), apart(labels))
    sizes = [len(fold.validation) for fold in cut]
    assert max(sizes) - min(sizes) <= 1
    for fold in cut:
        assert np.array_equal(np.sort(np.concatenate([fold.train, fold.validation])), apart(labels))
        for label, count in enumerate(np.bincount(labels)):
            assert near(int((labels[fold.validation] == label).sum()), count / folds)


@settings(deadline=None)
@given(st.integers(60, 120), SEEDS, st.integers(1, 4), SEEDS)
def test_the_same_picture_is_never_on_both_sides_of_a_fold(count: int, made: int, folds: int, seed: int) -> None:
    images = doubled(count, made, different=40)
    groups = same_pixels(images.images)
    cut = stratified_folds(images.labels, folds=folds, fraction=0.3, seed=seed, groups=groups)
    for fold in cut:
        assert not set(groups[fold.train]) & set(groups[fold.validation])
        wanted = count * (0.3 if folds == 1 else 1 / folds)
        assert abs(len(fold.validation) - wanted) <= np.bincount(groups).max() + 2


@given(SEEDS)
def test_equal_groups_are_equal_pixels(seed: int) -> None:
    images = doubled(30, seed, different=12).images
    groups = same_pixels(images)
    same = np.array([[np.array_equal(one, other) for other in images] for one in images])
    assert np.array_equal(groups[:, None] == groups[None, :], same)


def test_dealing_favours_nobody() -> None:
    """Single and repeated pictures alike come to a part in proportion to its quota."""
    labels = np.zeros(20, dtype=np.int64)
    groups = np.array([0, 0, *range(1, 19)])
    quotas = np.array([[15], [5]])
    dealt = np.array([deal(labels, groups, quotas, np.random.default_rng(seed)) for seed in range(2000)])
    assert (dealt.sum(axis=1) == 5).all()
    assert (dealt[:, 0] == dealt[:, 1]).all()
    assert np.abs(dealt.mean(axis=0) - 0.25).max() < 0.05


def test_a_cut_goes_by_its_seed_alone() -> None:
    labels = np.arange(60) % 3
    once, again, other = (
        stratified_folds(labels, folds=3, fraction=0.5, seed=seed, groups=apart(labels)) for seed in (1, 1, 2)
    )
    assert all(np.array_equal(one.train, two.train) for one, two in zip(once, again, strict=True))
    assert any(not np.array_equal(one.train, two.train) for one, two in zip(once, other, strict=True))


def test_folds_cannot_be_changed_even_after_pickling() -> None:
    fold = ImageFold(1, np.array([2, 0]), np.array([1]))
    back = pickle.loads(pickle.dumps(fold))
    assert fold.train.tolist() == back.train.tolist() == [0, 2]
    for one in (fold, back):
        with pytest.raises(ValueError, match="read-only"):
            one.train[0] = 1


@pytest.mark.parametrize(
    ("labels", "groups", "folds", "message"),
    [
        ([0, 0, 1], [0, 1, 2], 1, "class number 1 .* has 1 training image, 1 of them different: .* and validation"),
        ([0, 0, 1, 1], [0, 1, 2, 2], 1, "class number 1 .* 2 training images, 1 of them different"),
        ([0, 0, 0, 1, 1], [0, 1, 2, 3, 4], 3, "class number 1 .* has 2 .* one for each of 3 folds. Add images"),
    ],
)
def test_a_class_with_too_few_images_is_named(labels: list[int], groups: list[int], folds: int, message: str) -> None:
    with pytest.raises(DataError, match=message):
        stratified_folds(np.array(labels), folds=folds, fraction=0.5, seed=0, groups=np.array(groups))


def test_few_repeated_pictures_are_shared_out_where_that_can_be() -> None:
    labels, groups = np.zeros(6, dtype=np.int64), np.array([0, 0, 0, 1, 1, 1])
    (fold,) = stratified_folds(labels, folds=1, fraction=0.1, seed=0, groups=groups)
    assert len(fold.train) == len(fold.validation) == 3


@pytest.mark.parametrize(("folds", "fraction"), [(0, 0.5), (1, 0.0), (1, 1.0), (1, float("nan"))])
def test_a_cut_that_cannot_be_is_refused(folds: int, fraction: float) -> None:
    with pytest.raises(ValueError, match="1 or more folds and a fraction between 0 and 1"):
        stratified_folds(np.zeros(9, dtype=np.int64), folds=folds, fraction=fraction, seed=0, groups=np.arange(9))


@given(labelled(fewest=1), st.floats(0.01, 1), st.floats(0.01, 1), SEEDS)
def test_subsets_keep_every_class_and_grow_by_addition(labels: Labels, one: float, two: float, seed: int) -> None:
    indices = np.flatnonzero(np.random.default_rng(seed).random(len(labels)) < 0.7)
    small, large = (stratified_subset(labels, indices, share=share, seed=seed) for share in sorted((one, two)))
    assert set(small) <= set(large) <= set(indices)
    assert np.array_equal(large, np.sort(large))
    for label in np.unique(labels[indices]):
        count, kept = int((labels[indices] == label).sum()), int((labels[small] == label).sum())
        assert kept >= 1
        assert near(kept, min(one, two) * count)
    assert np.array_equal(stratified_subset(labels, indices, share=1.0, seed=seed), indices)


def test_a_subset_of_none_or_more_than_all_is_refused() -> None:
    for share in (0.0, 1.1, float("nan")):
        with pytest.raises(ValueError, match="above 0 and at most 1"):
            stratified_subset(np.zeros(3, dtype=np.int64), np.arange(3), share=share, seed=0)


def test_the_official_test_is_sealed_as_it_is() -> None:
    train, test = made_up(30, 1), made_up(20, 2)
    development, sealed = seal_images(train, test, fraction=0.5, seed=0)
    assert development.images is train
    assert (sealed.count, sealed.counts) == (20, (2,) * 10)
    assert [name for name in vars(sealed) if not name.startswith("_")] == ["count", "counts", "fingerprint"]
    openings = iter([1, 2])
    assert [sealed.open(lambda: next(openings)).openings for _ in range(2)] == [1, 2]
    assert sealed.open(lambda: 3).images == test


@settings(deadline=None)
@given(st.integers(40, 120), FRACTIONS, SEEDS)
def test_our_own_cut_is_stratified_and_keeps_the_order(count: int, fraction: float, seed: int) -> None:
    whole = made_up(count, seed, shape=(1, 4, 4), classes=4)
    development, sealed = seal_images(whole, None, fraction=fraction, seed=seed)
    opened = sealed.open(lambda: 1).images
    place = {image.tobytes(): number for number, image in enumerate(whole.images)}
    for part in (development.images, opened):
        places = [place[image.tobytes()] for image in part.images]
        assert places == sorted(places)
        assert np.array_equal(part.labels, whole.labels[places])
    assert pictures(development.images) | pictures(opened) == set(place)
    assert not pictures(development.images) & pictures(opened)
    for total, cut in zip(whole.counts(), sealed.counts, strict=True):
        assert near(cut, fraction * total)


def test_the_same_picture_is_never_sealed_and_trained_on() -> None:
    for seed in range(20):
        development, sealed = seal_images(doubled(90, seed, different=30), None, fraction=0.3, seed=seed)
        assert sealed.among(short_marks(development.images.images)) == 0
        assert abs(sealed.count - 27) <= 5


def test_test_images_that_are_in_training_too_are_counted() -> None:
    train = made_up(20, 1)
    test = ImageSet(np.concatenate([train.images[[3, 3]], made_up(8, 2).images]), train.labels[:10], train.classes)
    _, sealed = seal_images(train, test, fraction=0.5, seed=0)
    assert sealed.among(short_marks(train.images)) == 2


def test_a_class_on_one_side_only_is_named() -> None:
    lone = ImageSet(np.arange(5, dtype=np.uint8).reshape(5, 1, 1, 1), np.array([0, 0, 2, 0, 0]), ("a", "b", "c\n"))
    with pytest.raises(DataError) as caught:
        seal_images(lone, None, fraction=0.5, seed=0)
    assert str(caught.value).startswith(r"class 'c\n' has 1 image, 1 of them different: too few")
    assert "\n" not in str(caught.value)
    with pytest.raises(DataError, match="class 'b' is in the official test and has no training image"):
        seal_images(lone, ImageSet(lone.images[:1], np.array([1]), lone.classes), fraction=0.5, seed=0)
    with pytest.raises(DataError, match=r"expected images of \(3, 32, 32\)"):
        seal_images(made_up(20, 1), made_up(20, 1, shape=(1, 32, 32)), fraction=0.5, seed=0)
    with pytest.raises(ValueError, match="between 0 and 1"):
        seal_images(made_up(20, 1), None, fraction=1.0, seed=0)
    alike = ImageSet(lone.images, np.zeros(5, dtype=np.int64), ("a",))
    with pytest.raises(DataError, match="expected images of two classes or more, found 1 class"):
        seal_images(alike, None, fraction=0.5, seed=0)


@given(st.integers(1, 20), st.integers(1, 4), SEEDS)
def test_normalised_training_images_have_mean_0_and_deviation_1(count: int, channels: int, seed: int) -> None:
    images = made_up(count, seed, shape=(channels, 5, 3), classes=2).images
    fitted = fit_normalisation(images)
    scaled = images / 255
    assert np.allclose(fitted.mean, scaled.mean(axis=(0, 2, 3)), rtol=1e-12)
    assert np.allclose(fitted.std, scaled.std(axis=(0, 2, 3)), rtol=1e-12)
    applied = fitted.apply(torch.from_numpy(images.copy())).double()
    assert torch.allclose(applied.mean(dim=(0, 2, 3)), torch.zeros(channels, dtype=torch.float64), atol=1e-5)
    assert torch.allclose(applied.std(dim=(0, 2, 3), correction=0), torch.ones(channels).double(), atol=1e-5)
    assert Normalisation.from_dict(fitted.as_dict()) == fitted


def test_a_constant_channel_is_only_shifted() -> None:
    images = np.full((2000, 1, 2, 2), 77, dtype=np.uint8)
    fitted = fit_normalisation(images)
    assert fitted.std == (1.0,)
    assert fitted.apply(torch.from_numpy(images)).abs().max() < 1e-7


def test_normalising_takes_any_type_and_layout_and_changes_nothing() -> None:
    normalisation = Normalisation((0.5, 0.4, 0.3), (0.25, 0.2, 0.1))
    pixels = torch.from_numpy(made_up(4, 1).images.copy())
    kinds = [pixels, pixels.float(), pixels.to(memory_format=torch.channels_last), pixels.double()]
    kinds.append(pixels.float().to(memory_format=torch.channels_last))
    by_hand = (pixels.double() / 255 - torch.tensor([0.5, 0.4, 0.3]).double()[:, None, None]) / torch.tensor(
        [0.25, 0.2, 0.1], dtype=torch.float64
    )[:, None, None]
    for kind in kinds:
        before = kind.clone()
        applied = normalisation.apply(kind)
        assert torch.equal(kind, before)
        assert applied.dtype == torch.float32
        assert applied.is_contiguous(memory_format=torch.channels_last)
        assert torch.equal(applied, normalisation.apply(pixels))
        assert torch.allclose(applied.double(), by_hand, atol=1e-5)


def test_a_normalisation_that_cannot_be_is_refused() -> None:
    for mean, std in (((), ()), ((0.5,), (0.0,)), ((0.5,), (0.1, 0.2)), ((0.5,), (float("nan"),))):
        with pytest.raises(ValueError, match="one mean and one std above 0"):
            Normalisation(mean, std)
    with pytest.raises(ValueError, match="expected 1 channels, found 3"):
        Normalisation((0.5,), (0.2,)).apply(torch.zeros(1, 3, 2, 2))


def test_folds_normalise_by_their_training_images_alone() -> None:
    """Whatever validation images look like, nothing fitted on the training side moves."""
    images = made_up(40, 3).images
    labels = np.arange(40) % 10
    (fold,) = stratified_folds(labels, folds=1, fraction=0.5, seed=0, groups=np.arange(40))
    changed = images.copy()
    changed[fold.validation] = 255
    assert fit_normalisation(images[fold.train]) == fit_normalisation(changed[fold.train])


def test_stored_pixels_come_back_as_batches() -> None:
    images = made_up(12, 5, shape=(2, 3, 4))
    store = store_pixels(images.images, images.labels)
    indices = torch.tensor([7, 0, 7])
    pixels, labels = store.batch(indices)
    assert len(store) == 12
    assert np.array_equal(pixels.numpy(), images.images[[7, 0, 7]])
    assert np.array_equal(labels.numpy(), images.labels[[7, 0, 7]])
    assert pixels.is_contiguous(memory_format=torch.channels_last)
