"""Classifiers on sealed images: numbers by hand and against scikit-learn, intervals against simulation, sentences."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import binom, binomtest
from sklearn import metrics as sklearn

from openings import opening
from tunewright.images.judging.bias import SearchWinner, TuningBias, tuning_bias
from tunewright.images.judging.calibration import calibration
from tunewright.images.judging.contest import Entry, Seeds, hold_contest
from tunewright.images.judging.metrics import (
    confusion,
    log_loss,
    most_confident_mistakes,
    per_class,
    predictions,
    right,
)
from tunewright.images.judging.verdict import ImageFinding, image_sentence, judge_images
from tunewright.images.judging.wording import points, share, signed
from tunewright.runs.openings.looks import Looks
from tunewright.statistics.differences import (
    Difference,
    PairedDifference,
    independent_difference,
    paired_difference,
)
from tunewright.statistics.levels import LEVEL
from tunewright.statistics.proportions import Accuracy, accuracy

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Labels = NDArray[np.int64]


def flags(right: int, wrong: int) -> Flags:
    return np.arange(right + wrong) < right


def guesses(seed: int, *, images: int = 400, classes: int = 5, skill: float = 2.0) -> tuple[Array, Labels]:
    """Probabilities that lean to the actual class, and the labels."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(classes, size=images)
    scores = rng.normal(size=(images, classes))
    scores[np.arange(images), labels] += skill
    weights = np.exp(scores)
    return weights / weights.sum(axis=1, keepdims=True), labels


def sure(predicted: list[int], *, classes: int, certainty: float = 0.9) -> Array:
    """One row per image, `certainty` on the class predicted."""
    rows = np.full((len(predicted), classes), (1 - certainty) / (classes - 1))
    rows[np.arange(len(predicted)), predicted] = certainty
    return rows


# accuracy and its interval


def test_few_images_all_right_or_all_wrong_are_not_certain() -> None:
    perfect = accuracy(flags(20, 0))
    assert (perfect.count, perfect.accuracy, perfect.high) == (20, 1.0, 1.0)
    assert perfect.low == pytest.approx(0.883, abs=0.001)  # Jeffreys: Beta(20.5, 0.5)
    hopeless = accuracy(flags(0, 20))
    assert (hopeless.accuracy, hopeless.low) == (0.0, 0.0)
    assert hopeless.high == pytest.approx(1 - perfect.low)
    single = accuracy(flags(1, 0))
    assert single.low < 0.2
    assert single.high == 1


@pytest.mark.parametrize("share_right", [0.1, 0.5, 0.92])
def test_with_many_images_it_is_the_percentile_bootstrap_over_images(share_right: float) -> None:
    correct = np.random.default_rng(0).random(2000) < share_right
    rng = np.random.default_rng(1)
    draws = correct[rng.integers(2000, size=(4000, 2000))].mean(axis=1)
    found = accuracy(correct)
    assert [found.low, found.high] == pytest.approx(np.quantile(draws, [0.025, 0.975]), abs=0.002)
    exact = binom.ppf([0.025, 0.975], 2000, found.accuracy) / 2000
    assert [found.low, found.high] == pytest.approx(exact, abs=0.0008)


@pytest.mark.parametrize("images", [30, 360])
def test_the_interval_of_an_accuracy_covers_the_truth(images: int) -> None:
    found = [accuracy(flags(k, images - k)) for k in range(images + 1)]
    counts = np.arange(images + 1)
    low, high = (np.array([getattr(one, end) for one in found]) for end in ("low", "high"))
    truths = np.linspace(0.5, 0.999, 300)
    covered = np.array([binom.pmf(counts, images, p)[(low <= p) & (p <= high)].sum() for p in truths])
    assert covered.mean() == pytest.approx(0.95, abs=0.01)
    assert covered.min() > 0.86  # the textbook bootstrap of 30 images sinks to 3 %


@given(right=st.integers(0, 300), wrong=st.integers(0, 300))
@settings(max_examples=50, deadline=None)
def test_an_interval_lies_within_0_and_1_and_holds_its_accuracy(right: int, wrong: int) -> None:
    if right + wrong:
        found = accuracy(flags(right, wrong))
        assert 0 <= found.low <= found.accuracy <= found.high <= 1


# metrics


def test_numbers_agree_with_scikit_learn() -> None:
    probabilities, labels = guesses(3)
    predicted = predictions(probabilities)
    correct = right(probabilities, labels)
    assert accuracy(correct).accuracy == pytest.approx(sklearn.accuracy_score(labels, predicted))
    assert log_loss(probabilities, labels) == pytest.approx(sklearn.log_loss(labels, probabilities))
    table = confusion(predicted, labels, classes=5)
    assert table.tolist() == sklearn.confusion_matrix(labels, predicted).tolist()
    recalls = sklearn.recall_score(labels, predicted, average=None)
    scored = [one.scored for one in per_class(correct, labels, names="abcde")]
    assert [one.accuracy for one in scored if one] == pytest.approx(list(recalls))


def test_a_probability_of_nothing_costs_much_but_not_everything() -> None:
    assert log_loss(np.array([[1.0, 0.0]]), np.array([1])) == pytest.approx(-np.log(1e-12))
    assert log_loss(np.array([[1.0, 0.0]]), np.array([0])) == 0


def test_a_class_without_an_image_is_shown_without_an_accuracy() -> None:
    labels = np.array([0, 0, 2])
    absent = per_class(np.array([True, False, True]), labels, names=["cat", "dog", "fox"])
    assert [one.as_dict()["count"] for one in absent] == [2, 0, 1]
    assert absent[1].as_dict() == {"name": "dog", "count": 0, "accuracy": None, "low": None, "high": None}
    assert confusion(np.array([0, 1, 2]), labels, classes=3).tolist() == [[1, 1, 0], [0, 0, 0], [0, 0, 1]]


def test_mistakes_come_with_the_surest_first() -> None:
    probabilities = np.array([[0.6, 0.4], [0.1, 0.9], [0.7, 0.3], [0.8, 0.2], [0.7, 0.3]])
    labels = np.array([1, 1, 1, 1, 1])
    found = most_confident_mistakes(probabilities, labels)
    assert [(one.index, one.actual, one.predicted) for one in found] == [(3, 1, 0), (2, 1, 0), (4, 1, 0), (0, 1, 0)]
    assert found[0].probability == 0.8
    assert most_confident_mistakes(probabilities, labels, count=1) == found[:1]
    assert most_confident_mistakes(probabilities[1:2], labels[1:2]) == ()


# calibration


def test_calibration_by_hand() -> None:
    # Confidences 0.6 (right), 0.6 (wrong), 0.9 (right), 1.0 (right), in 5 bins of width 0.2, closed above:
    # (0.4, 0.6] has 2 images, half of them right; (0.8, 1.0] has 2, both right. ECE = 2/4 * 0.1 + 2/4 * 0.05.
    probabilities = np.array([[0.6, 0.4], [0.6, 0.4], [0.1, 0.9], [1.0, 0.0]])
    found = calibration(probabilities, np.array([0, 1, 1, 0]), bins=5)
    assert [one.count for one in found.bins] == [0, 0, 2, 0, 2]
    assert found.bins[2].confidence == pytest.approx(0.6)
    assert found.bins[2].accuracy == 0.5
    assert (found.bins[3].confidence, found.bins[3].accuracy) == (None, None)
    assert found.ece == pytest.approx(0.075)
    assert [one.low for one in found.bins] == [0.0, 0.2, 0.4, 0.6, 0.8]


def test_calibration_takes_single_precision_that_sums_to_a_little_more_than_1() -> None:
    found = calibration(np.array([[1.0000002, 0.0]], dtype=np.float32), np.array([0]))
    assert (len(found.bins), found.bins[-1].count, found.ece) == (15, 1, 0.0)


def test_one_who_knows_how_sure_to_be_is_calibrated() -> None:
    rng = np.random.default_rng(5)
    first = rng.random(20_000)
    labels = (rng.random(20_000) > first).astype(np.int64)
    found = calibration(np.column_stack([first, 1 - first]), labels)
    assert found.ece < 0.02
    assert sum(one.count for one in found.bins) == 20_000
    assert calibration(sure(labels.tolist(), classes=2, certainty=0.7), labels).ece == pytest.approx(0.3)


# what is refused


@pytest.mark.parametrize(
    ("probabilities", "labels", "says"),
    [
        (np.array([[0.5, 0.6]]), np.array([0]), "sum to 1.*row 0 sums to 1.1"),
        (np.array([[np.nan, 0.5]]), np.array([0]), "finite"),
        (np.array([[1.5, -0.5]]), np.array([0]), "not negative"),
        (np.array([[0.5, 0.5]]), np.array([2]), "from 0 to 1, found 2 to 2"),
        (np.array([[0.5, 0.5]]), np.array([-1]), "found -1 to -1"),
        (np.array([[0.5, 0.5]]), np.array([0, 1]), r"shape \(2,\), expected whole numbers of shape \(1,\)"),
        (np.array([[0.5, 0.5]]), np.array([0.0]), "expected whole numbers"),
        (np.zeros((0, 2)), np.zeros(0, dtype=np.int64), "none of them zero"),
        (np.array([0.5, 0.5]), np.array([0]), r"expected floats of shape \(images, classes\)"),
    ],
)
def test_what_are_no_probabilities_is_refused(probabilities: Array, labels: Labels, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        log_loss(probabilities, labels)


def test_flags_of_other_images_are_refused() -> None:
    with pytest.raises(ValueError, match="as many as in every other"):
        paired_difference(flags(2, 2), flags(2, 1))
    with pytest.raises(ValueError, match="at least one image"):
        accuracy(flags(0, 0))
    with pytest.raises(ValueError, match="expected bool"):
        accuracy(np.array([0, 1]))
    with pytest.raises(ValueError, match="one training seed"):
        Entry("tuned", ())


# comparisons


def pair(both: int, first: int, second: int, neither: int) -> tuple[Flags, Flags]:
    cells = [(True, True)] * both + [(True, False)] * first + [(False, True)] * second + [(False, False)] * neither
    first_right, second_right = np.array(cells).T
    return first_right, second_right


def test_mcnemar_by_hand() -> None:
    # 9 of 10 throws heads or more, either way: 2 * (10 + 1) / 1024
    found = paired_difference(*pair(80, 9, 1, 10))
    assert found.p == pytest.approx(22 / 1024)
    assert found.difference == pytest.approx(0.08)
    assert 0 < found.low < 0.08 < found.high
    turned = paired_difference(*reversed(pair(80, 9, 1, 10)))
    assert [turned.low, turned.high] == pytest.approx([-found.high, -found.low], abs=1e-5)


def test_models_that_are_right_on_the_same_images_differ_by_nothing() -> None:
    found = paired_difference(*pair(90, 0, 0, 10))
    assert (found.difference, found.p) == (0.0, 1.0)
    assert -0.05 < found.low < 0 < found.high < 0.05
    single = paired_difference(*pair(0, 1, 0, 0))
    assert (single.difference, single.p, single.high) == (1.0, 1.0, 1.0)
    assert single.low < 0


def test_with_many_images_a_difference_is_the_percentile_bootstrap() -> None:
    rng = np.random.default_rng(2)
    a, b = rng.random(3000) < 0.9, rng.random(3000) < 0.87
    places = rng.integers(3000, size=(2000, 3000))
    expected = np.quantile(a[places].mean(axis=1) - b[places].mean(axis=1), [0.025, 0.975])
    found = paired_difference(a, b)
    assert [found.low, found.high] == pytest.approx(expected, abs=0.0015)
    apart = np.quantile(a[places].mean(axis=1) - b[np.roll(places, 1, axis=0)].mean(axis=1), [0.025, 0.975])
    others = independent_difference(a, b)
    assert [others.low, others.high] == pytest.approx(apart, abs=0.0015)
    assert others.difference == pytest.approx(found.difference)


def test_the_grid_stands_in_for_random_draws() -> None:
    rng = np.random.default_rng(3)
    draws = rng.dirichlet([3.5, 1.5, 21.0], size=200_000)
    found = paired_difference(*pair(20, 3, 1, 0))
    expected = np.quantile(draws[:, 0] - draws[:, 1], [0.025, 0.975])
    assert [found.low, found.high] == pytest.approx(expected, abs=0.002)
    first, second = rng.beta(9.5, 1.5, size=200_000), rng.beta(14.5, 6.5, size=200_000)
    other = independent_difference(flags(9, 1), flags(14, 6))
    assert [other.low, other.high] == pytest.approx(np.quantile(first - second, [0.025, 0.975]), abs=0.003)


@given(cells=st.tuples(*[st.integers(0, 40)] * 4))
@settings(max_examples=40, deadline=None)
def test_a_small_p_and_an_interval_without_0_agree(cells: tuple[int, int, int, int]) -> None:
    if not sum(cells):
        return
    found = paired_difference(*pair(*cells))
    assert -1 <= found.low <= found.difference <= found.high <= 1
    if found.p < 0.05:
        assert found.low * found.high > 0


def test_intervals_of_differences_cover_the_truth() -> None:
    rng, truth, held = np.random.default_rng(4), 0.02, {"paired": 0, "independent": 0}
    for _ in range(400):
        cells = rng.multinomial(200, [0.87, 0.06, 0.04, 0.03])
        found = paired_difference(*pair(*cells))
        held["paired"] += found.low <= truth <= found.high
        other = independent_difference(rng.random(150) < 0.93, rng.random(100) < 0.91)
        held["independent"] += other.low <= truth <= other.high
    for covered in held.values():
        assert binomtest(covered, 400, 0.95).pvalue > 0.01, held


def test_chance_is_not_called_a_difference_more_often_than_it_may_be() -> None:
    rng = np.random.default_rng(6)
    ps = [paired_difference(*pair(*rng.multinomial(300, [0.8, 0.05, 0.05, 0.1]))).p for _ in range(300)]
    assert np.mean(np.array(ps) < 0.05) <= 0.05


# the contest


def test_a_contest_by_hand() -> None:
    labels = np.array([0, 1, 2, 0])
    tuned = Entry("tuned", (sure([0, 1, 2, 1], classes=3), sure([0, 1, 2, 0], classes=3)), flags(9, 1))
    default = Entry("default", (sure([0, 1, 0, 1], classes=3),))
    results = hold_contest([tuned, default], labels)
    first, second = (result.as_dict() for result in results)
    assert [result.name for result in results] == ["tuned", "default"]
    assert list(first) == ["validation", "test", "seeds", "against_tuned"]
    assert first["against_tuned"] is None
    assert first["validation"] == accuracy(flags(9, 1)).as_dict()
    assert first["seeds"] == {"count": 2, "accuracies": [0.75, 1.0], "mean": 0.875, "sd": pytest.approx(0.25 / 2**0.5)}
    assert second["seeds"] == {"count": 1, "accuracies": [0.5], "mean": 0.5, "sd": None}
    assert second["validation"] is None
    assert results[0].test.accuracy == accuracy(flags(3, 1))
    assert list(results[0].test.as_dict()) == ["count", "accuracy", "low", "high", "log_loss", "ece"]
    assert results[1].against_tuned == paired_difference(flags(3, 1), flags(2, 2))
    json.dumps([first, second], allow_nan=False)


def test_ps_of_the_compared_are_corrected_and_that_of_the_default_is_not() -> None:
    probabilities, labels = guesses(7)
    others = [guesses(7, skill=skill)[0] for skill in (1.8, 1.6, 1.4)]
    names = ["default", "wide", "deep"]
    raw = [paired_difference(right(probabilities, labels), right(other, labels)) for other in others]
    entries = [Entry(name, (other,)) for name, other in zip(names, others, strict=True)]
    results = hold_contest([Entry("tuned", (probabilities,)), *entries], labels)
    found = {result.name: result.against_tuned for result in results}
    assert found["default"] == raw[0]
    assert raw[1].p > raw[2].p
    assert found["deep"] == replace(raw[2], p=2 * raw[2].p)
    assert found["wide"] == replace(raw[1], p=max(raw[1].p, 2 * raw[2].p))


# tuning

WINNER = SearchWinner(score=0.081, error=0.081)
VALIDATION = Accuracy(5000, 0.919, 0.911, 0.926)
TEST = Accuracy(10_000, 0.912, 0.906, 0.917)
FLATTERED = Difference(0.007, 0.001, 0.013)
BETTER = PairedDifference(0.011, 0.006, 0.016, 1e-6)
TUNED = TuningBias(WINNER, VALIDATION, TEST, FLATTERED, BETTER, over_seeds=BETTER, ahead=5, seeds=5)
NOTHING = PairedDifference(0.002, -0.003, 0.007, 0.41)
WORSE = PairedDifference(-0.011, -0.016, -0.006, 2e-5)


@pytest.mark.parametrize(
    ("bias", "conclusion", "sentence"),
    [
        (
            TUNED,
            "helped",
            "Tuning helped: over 5 training seeds the tuned model is right on 1.1 points more of the sealed images "
            "than the untuned default (95 %: +0.6 to +1.6; p < 0.001, images and seeds both counted as chance), and "
            "ahead in 5 of them. On the validation images that chose it, it was right on 91.9 %: 0.7 points more "
            "than on the sealed test (95 %: +0.1 to +1.3), so its validation score promised too much.",
        ),
        (
            replace(TUNED, over_seeds=NOTHING, ahead=2, bias=Difference(0.004, -0.002, 0.01)),
            "no_difference",
            "Tuning made no difference that can be told from chance: over 5 training seeds the tuned model is right "
            "on 0.2 points more of the sealed images than the untuned default (95 %: −0.3 to +0.7; p = 0.41, images "
            "and seeds both counted as chance), and ahead in 2 of them. On the validation images that chose it, it "
            "was right on 91.9 %: 0.4 points more than on the sealed test (95 %: −0.2 to +1.0), no more than chance "
            "explains.",
        ),
        (
            replace(TUNED, over_seeds=WORSE, ahead=0, bias=Difference(-0.02, -0.03, -0.01)),
            "overtuned",
            "Tuning did harm (overtuning): over 5 training seeds the tuned model is right on 1.1 points fewer of the "
            "sealed images than the untuned default (95 %: −1.6 to −0.6; p < 0.001, images and seeds both counted as "
            "chance), and ahead in 0 of them. On the validation images that chose it, it was right on 91.9 %: 2.0 "
            "points fewer than on the sealed test (95 %: −3.0 to −1.0): it was not flattered, so the sealed images "
            "may be the easier ones.",
        ),
        (
            replace(TUNED, over_seeds=None, ahead=1, seeds=1),
            "unknown",
            "Whether tuning helped cannot be said from one training seed each, as the next seeds may differ by as "
            "much (final.seeds = 5 trains from more): the tuned model is right on 91.2 % of the sealed images, the "
            "untuned default on 90.1 % (+1.1 points, 95 %: +0.6 to +1.6; of these two networks alone, McNemar p < "
            "0.001). On the validation images that chose it, it was right on 91.9 %: 0.7 points more than on the "
            "sealed test (95 %: +0.1 to +1.3), so its validation score promised too much.",
        ),
        (
            replace(TUNED, validation=None, bias=None, against_default=None, over_seeds=None, seeds=1),
            "unknown",
            "Whether tuning helped is not known, as there is no untuned default to compare with: the tuned model is "
            "right on 91.2 % of the sealed images. In the search it was right on 91.9 % of the validation images that "
            "chose it; the final model was trained on these too, so it has no validation score of its own to compare "
            "with.",
        ),
        (
            replace(
                TUNED,
                winner=replace(WINNER, width=8),
                **dict.fromkeys(("validation", "bias", "against_default", "over_seeds")),  # type: ignore[arg-type]
                seeds=1,
            ),
            "unknown",
            "Whether tuning helped is not known, as there is no untuned default to compare with: the tuned model is "
            "right on 91.2 % of the sealed images. In the search, as a network of the width 8, it was right on 91.9 % "
            "of the validation images that chose it; the final model was trained on these too, so it has no validation "
            "score of its own to compare with.",
        ),
    ],
    ids=["helped", "no difference", "overtuned", "one seed each", "nothing to compare with", "tuned narrow"],
)
def test_what_is_said_of_tuning(bias: TuningBias, conclusion: str, sentence: str) -> None:
    assert bias.conclusion == conclusion
    assert bias.sentence() == sentence
    told = bias.as_dict()
    assert (told["conclusion"], told["sentence"], told["search_error"]) == (conclusion, sentence, 0.081)


def test_a_hint_is_called_one_and_equal_is_equal() -> None:
    hint = replace(TUNED, over_seeds=replace(BETTER, p=0.03), bias=Difference(0.0, -0.01, 0.01))
    assert hint.conclusion == "no_difference"
    assert hint.sentence().startswith("Tuning shows a hint of help, which is no proof (that needs p < 0.01): ")
    assert hint.sentence().endswith(": just as on the sealed test (95 %: −1.0 to +1.0).")
    harm = replace(TUNED, over_seeds=replace(WORSE, p=0.03))
    assert harm.sentence().startswith("Tuning shows a hint of harm")


def test_of_several_folds_the_first_one_is_held_out() -> None:
    said = replace(TUNED, folds=5).sentence()
    assert (
        " of them. On the first fold's validation images, it was right on 91.9 %: 0.7 points more than on the " in said
    )


def test_tuning_from_probabilities() -> None:
    probabilities, labels = guesses(8)
    weaker = guesses(8, skill=1.0)[0]
    tuned = Entry("tuned", (probabilities,), flags(90, 10))
    found = tuning_bias(tuned, Entry("default", (weaker,)), labels, winner=WINNER)
    correct = right(probabilities, labels)
    assert found.conclusion == "unknown", "one seed each"
    assert found.against_default == paired_difference(correct, right(weaker, labels))
    assert found.bias == independent_difference(flags(90, 10), correct)
    alone = tuning_bias(replace(tuned, validation=None), None, labels, winner=WINNER)
    assert (alone.bias, alone.validation, alone.against_default) == (None, None, None)
    ours, theirs = (
        Entry(name, tuple(guesses(8, skill=skill + seed / 20)[0] for seed in range(5)))
        for name, skill in (("tuned", 2.0), ("default", 1.0))
    )
    several = tuning_bias(ours, theirs, labels, winner=WINNER)
    assert (several.seeds, several.ahead, several.conclusion) == (5, 5, "helped")
    assert tuning_bias(theirs, ours, labels, winner=WINNER).conclusion == "overtuned"
    same = tuning_bias(ours, replace(ours, name="default"), labels, winner=WINNER, folds=3)
    assert (found.folds, same.folds) == (1, 3)
    assert same.conclusion == "no_difference"
    assert "0 points more" in same.sentence()
    with pytest.raises(ValueError, match="argument 2"):
        tuning_bias(ours, Entry("default", (weaker, weaker)), labels, winner=WINNER)
    for one in (found, alone, several, same):
        json.dumps(one.as_dict(), allow_nan=False)


# the verdict

SKILL = ImageFinding("tuned CNN", TEST, 0.1, PairedDifference(0.812, 0.8, 0.82, 0.0), Seeds((0.912, 0.909, 0.909)))
FEW = Accuracy(100, 0.4, 0.31, 0.5)


@pytest.mark.parametrize(
    ("finding", "skill", "sentence"),
    [
        (
            SKILL,
            "found",
            "Skill found: the tuned CNN is right on 91.2 % of 10,000 sealed images (95 %: 90.6 % to 91.7 %), always "
            "guessing their most frequent class on 10.0 % (McNemar p < 0.001); over 3 training seeds the mean is "
            "91.0 %, the standard deviation 0.2 points.",
        ),
        (
            ImageFinding("CNN", FEW, 0.35, PairedDifference(0.05, -0.08, 0.18, 0.5), Seeds((0.4,))),
            "none",
            "No skill found: the CNN is right on 40.0 % of 100 sealed images (95 %: 31.0 % to 50.0 %), always guessing "
            "their most frequent class on 35.0 % (McNemar p = 0.5), no difference that can be told from chance.",
        ),
        (
            ImageFinding("CNN", FEW, 0.25, PairedDifference(0.15, 0.02, 0.28, 0.03), Seeds((0.4,))),
            "hint",
            "No skill proven: the CNN is right on 40.0 % of 100 sealed images (95 %: 31.0 % to 50.0 %), always "
            "guessing their most frequent class on 25.0 % (McNemar p = 0.03), which is a hint; a claim needs p < 0.01.",
        ),
        (
            ImageFinding("CNN", FEW, 0.8, PairedDifference(-0.4, -0.5, -0.3, 1e-6), Seeds((0.4,))),
            "worse",
            "Worse than guessing: the CNN is right on 40.0 % of 100 sealed images (95 %: 31.0 % to 50.0 %), always "
            "guessing their most frequent class on 80.0 % (McNemar p < 0.001).",
        ),
        (
            ImageFinding("CNN", accuracy(flags(1, 0)), 1.0, PairedDifference(0.0, -0.8, 0.8, 1.0), Seeds((1.0,))),
            "none",
            "No skill found: the CNN is right on 100 % of the only sealed image (95 %: 14.7 % to 100 %), always "
            "guessing their most frequent class on 100 % (McNemar p = 1); so few images that guessing misses could "
            "not have shown any.",
        ),
    ],
    ids=["skill", "none", "hint", "worse", "one image"],
)
def test_the_verdict_in_one_sentence(finding: ImageFinding, skill: str, sentence: str) -> None:
    assert image_sentence(finding) == sentence
    assert finding.skill == skill


def test_looks_before_make_a_hint_of_skill_and_are_told() -> None:
    proven = replace(SKILL, against_guess=PairedDifference(0.15, 0.02, 0.28, 0.004), seeds=Seeds((0.9,)))
    before = "always guessing their most frequent class on 10.0 % (McNemar p = 0.004)"
    once, twice = (replace(proven, looks=Looks((opening(),) * count)) for count in (1, 2))
    assert once.skill == "found"
    assert image_sentence(once).endswith(
        f"{before}. These images were looked at once before; adjusted for that, the test of skill has p = 0.008."
    )
    assert twice.skill == "hint"
    assert image_sentence(twice).endswith(
        f"{before}, which is a hint: these images were looked at 2 times before, and of the best of so many looks it "
        "takes more to rule out chance (adjusted p = 0.012; a claim needs p < 0.01)."
    )
    worse = replace(twice, against_guess=PairedDifference(-0.15, -0.28, -0.02, 0.004))
    assert worse.skill == "worse"
    assert image_sentence(worse).endswith(
        ". These images were looked at 2 times before; adjusted for that, the test of skill has p = 0.012."
    )


def test_the_object_test_of_the_results() -> None:
    probabilities, labels = guesses(9)
    entry = Entry("tuned", (probabilities,))
    told = judge_images(entry, labels, classes="abcde", model_name="tuned CNN").as_dict()
    assert list(told) == ["count", "metrics", "confusion", "per_class", "reliability", "mistakes", "skill", "verdict"]
    assert told["skill"] == "found"
    assert told["count"] == 400
    model = json.loads(json.dumps(told, allow_nan=False))["metrics"]["model"]
    assert list(model) == ["accuracy", "low", "high", "log_loss", "ece"]
    assert str(told["verdict"]).startswith("Skill found: the tuned CNN is right on ")


def test_constant_answers_and_labels_without_meaning_show_no_skill() -> None:
    labels = np.random.default_rng(10).integers(4, size=500)
    rng = np.random.default_rng(11)
    noise = rng.dirichlet(np.ones(4), size=500)
    for probabilities in (sure([int(np.bincount(labels).argmax())] * 500, classes=4), noise):
        told = judge_images(Entry("tuned", (probabilities,)), labels, classes="abcd", model_name="CNN")
        assert told.verdict.startswith("No skill found: ")
        assert told.skill == "none"
    assert LEVEL == 0.01  # the golden sentences name it


# wording


def test_rounding_never_says_all_none_or_equal_where_it_is_not_so() -> None:
    assert [share(value) for value in (0.0, 1.0, 0.9123, 0.99996, 0.0004)] == (
        ["0 %", "100 %", "91.2 %", "99.996 %", "0.04 %"]
    )
    assert share(1 - 1e-9) == "more than 99.99999 %"
    assert [signed(value) for value in (0.011, -0.0004, 0.0)] == ["+1.1", "−0.04", "0"]
    assert points(-0.011) == "1.1"
    assert [share(1 - 1e-16), share(0.3 - 0.1 - 0.2), signed(0.3 - 0.1 - 0.2)] == ["100 %", "0 %", "0"]
