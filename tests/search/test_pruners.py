"""Pruners: golden decisions, what each of them promises, and the words it says."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from tunewright.core.errors import ConfigError
from tunewright.search.pruners import PRUNERS, Pruner, PrunerSettings
from tunewright.search.pruners.basic import MedianPruner, PatiencePruner
from tunewright.search.pruners.halving import HalvingPruner, HyperbandPruner
from tunewright.search.pruners.racing import Field, FoldRacing
from tunewright.search.pruners.rungs import Minimum, Rung, at, epochs, rung_of, standing, standings
from tunewright.search.pruners.testing import check_pruner
from tunewright.search.records import Report, State, TrialRecord

FREE = Minimum(trials=1, folds=0, epochs=1, kept=0.0)
MAKERS: dict[str, Callable[[Minimum], Pruner]] = {
    "median": lambda minimum: MedianPruner(minimum=minimum),
    "halving": lambda minimum: HalvingPruner(minimum=minimum),
    "hyperband": lambda minimum: HyperbandPruner(minimum=minimum),
    "patience": lambda minimum: PatiencePruner(minimum=minimum),
    "racing": lambda minimum: FoldRacing(minimum=minimum),
}
ACTIVE = [name for name in PRUNERS if name != "none"]


def ran(number: int, curves: Sequence[Sequence[float]]) -> TrialRecord:
    """A complete trial with these values by fold and epoch."""
    trial = under_way(number, curves, ended=len(curves))
    return replace(trial, state=State.COMPLETE, score=float(np.mean(trial.fold_scores)))


def under_way(number: int, curves: Sequence[Sequence[float]], *, ended: int | None = None) -> TrialRecord:
    """A trial that has reported these values; all folds but the last one have ended, unless `ended` says otherwise."""
    ended = len(curves) - 1 if ended is None else ended
    reports = tuple(
        Report(fold, epoch, min(values) if fold < ended and epoch == len(values) else value)
        for fold, values in enumerate(curves)
        for epoch, value in enumerate(values, start=1)
    )
    return TrialRecord(number, State.RUNNING, {}, fold_scores=tuple(map(min, curves[:ended])), reports=reports)


def flat(number: int, scores: Sequence[float], *, epochs: int = 4) -> TrialRecord:
    """A complete trial that learns nothing after its first epoch."""
    return ran(number, [[score] * epochs for score in scores])


# Like with like


def test_a_trial_is_seen_as_it_stood_at_the_rung() -> None:
    record = ran(0, [[3.0, 1.0, 2.0], [9.0, 8.0]])
    assert [at(record, Rung(0, epoch)) for epoch in (1, 2, 3, 7)] == [3.0, 1.0, 1.0, 1.0]
    assert [at(record, Rung(1, epoch)) for epoch in (1, 2)] == [9.0, 8.0]
    assert standing(record, Rung(1, 1)) == (1.0 + 9.0) / 2
    assert at(record, Rung(2, 1)) is None


def test_who_did_not_get_there_is_left_out() -> None:
    pruned = replace(under_way(1, [[5.0, 4.0]]), state=State.PRUNED)
    unreported = TrialRecord(2, State.COMPLETE, {}, score=1.0, fold_scores=(1.0,))
    running = under_way(3, [[0.0]])
    assert at(pruned, Rung(0, 2)) == 4.0
    assert at(pruned, Rung(0, 3)) is None
    assert at(pruned, Rung(0, float("inf"))) is None
    assert at(unreported, Rung(0, 1)) is None
    assert at(unreported, Rung(0, float("inf"))) == 1.0
    assert standings([ran(0, [[2.0, 1.0]]), pruned, unreported, running], Rung(0, 1)) == [2.0, 5.0]


def test_rungs_and_epochs_of_a_trial() -> None:
    trial = under_way(0, [[3.0, 2.0], [4.0, 5.0, 6.0]])
    rung = rung_of(trial)
    assert rung == Rung(1, 3)
    assert str(rung) == "fold 2, epoch 3"
    assert (epochs(trial), epochs(trial, reports=4), epochs(trial, reports=0)) == (5, 4, 0)
    ended = under_way(0, [[3.0, 2.0]], ended=1)
    assert str(rung_of(ended)) == "fold 1"
    assert rung_of(TrialRecord(0, State.RUNNING, {})) is None
    assert rung_of(ran(0, [[1.0]])) is None


# Golden decisions


def test_none_never_prunes() -> None:
    pruner = PRUNERS["none"](PrunerSettings())
    assert pruner.prune([flat(n, [0.0]) for n in range(9)], under_way(9, [[99.0] * 20])) is None


def test_median_prunes_above_the_percentile_of_the_rung() -> None:
    history = [ran(n, [[value, 0.0]]) for n, value in enumerate((1.0, 2.0, 3.0, 4.0))]
    pruner = MedianPruner(50.0, FREE)
    assert pruner.prune(history, under_way(4, [[2.5]])) is None
    reason = pruner.prune(history, under_way(4, [[2.6]]))
    assert reason == "fold 1, epoch 1: 2.6 is above 2.5, percentile 50 of 4 trials there"
    assert MedianPruner(75.0, FREE).prune(history, under_way(4, [[2.6]])) is None


def test_patience_needs_a_stall_and_a_bad_place() -> None:
    history = [flat(n, [1.0]) for n in range(3)]
    pruner = PatiencePruner(rungs=2, rivals=2, minimum=FREE)
    assert pruner.prune(history, under_way(3, [[3.0, 2.0, 2.0]])) is None, "one report without a new low is not two"
    assert pruner.prune(history, under_way(3, [[0.9, 2.0, 2.0, 2.0]])) is None, "as good as the best"
    reason = pruner.prune(history, under_way(3, [[3.0, 2.0, 2.0, 2.0]]))
    assert reason == "fold 1, epoch 4: no new low for 2 reports, and the 2 best stood lower than 2 here"


def test_halving_lets_one_in_eta_pass_where_the_rung_is_met() -> None:
    history = [flat(n, [float(n)], epochs=9) for n in range(1, 6)]
    pruner = HalvingPruner(eta=3, rungs=2, minimum=FREE)
    assert pruner.prune(history, under_way(6, [[2.5] * 2])) is None, "2 of 9 epochs are past 1/9 and not at 1/3"
    assert pruner.prune(history, under_way(6, [[1.5] * 3])) is None, "place 2 of 6, and 2 go on"
    reason = pruner.prune(history, under_way(6, [[2.5] * 3]))
    assert reason == "fold 1, epoch 3: place 3 of 6, 2 go on past 1/3 of the epochs"
    assert pruner.prune(history, under_way(6, [[2.5]])) is not None, "1 of 9 epochs is the first rung"


@pytest.mark.parametrize("pruner", [HalvingPruner(), HyperbandPruner()])
def test_a_rung_before_anything_may_be_pruned_is_put_off(pruner: HalvingPruner | HyperbandPruner) -> None:
    """Of five epochs all rungs lie within the first two, and nothing is pruned before the third."""
    history = [flat(n, [float(n)], epochs=5) for n in range(1, 40)]
    number = next(n for n in range(41, 99) if HyperbandPruner().bracket(n) == 0)
    assert pruner.prune(history, under_way(number, [[50.0] * 2])) is None
    assert pruner.prune(history, under_way(number, [[50.0] * 3])) is not None
    assert pruner.prune(history, under_way(number, [[50.0] * 4])) is None, "it is met once"


def test_hyperband_has_brackets_of_its_own() -> None:
    pruner = HyperbandPruner(eta=3, rungs=2, minimum=FREE)
    brackets = [pruner.bracket(number) for number in range(1100)]
    shares = [brackets.count(skip) / len(brackets) for skip in range(3)]
    assert shares == pytest.approx([6 / 11, 3 / 11, 2 / 11], abs=0.01)  # 9/3 : 3/2 : 1
    numbers = [number for number in range(40) if pruner.bracket(number) == 0]
    history = [flat(number, [float(number)], epochs=9) for number in range(40)]
    bad = under_way(next(n for n in range(41, 99) if pruner.bracket(n) == 0), [[50.0]])
    reason = pruner.prune(history, bad)
    assert reason is not None
    assert f"of {len(numbers) + 1}," in reason
    unpruned = next(n for n in range(41, 99) if pruner.bracket(n) == 2)
    assert pruner.prune(history, replace(bad, number=unpruned)) is None


FOLDS = np.array([1.0, 5.0, 2.0, 9.0])
NOISE = np.array(
    [[0.01, -0.02, 0.0, 0.01], [-0.01, 0.01, 0.02, 0.0], [0.0, 0.02, -0.01, -0.02], [0.02, -0.01, 0.01, 0.01]]
)


def field(scale: float = 1.0) -> list[TrialRecord]:
    """Five complete trials on folds that differ far more than they do."""
    offsets = np.array([0.0, 0.02, 0.05, 0.3])[:, None]
    return [flat(n, scale * (FOLDS + 0.1 + row)) for n, row in enumerate(offsets + NOISE)]


def test_racing_acts_at_the_second_fold() -> None:
    pruner = FoldRacing(minimum=FREE)
    bad = under_way(9, [[score] * 4 for score in FOLDS[:2] + 0.2], ended=2)
    assert pruner.prune(field(), bad) == "fold 2: the chance to end better than the best trial is 1.43%, below 20.00%"
    close = under_way(9, [[score] * 4 for score in FOLDS[:2] + 0.12], ended=2)
    assert pruner.prune(field(), close) is None


@pytest.mark.parametrize(("seen", "ended"), [(1, 0), (1, 1), (2, 1), (2, 2), (4, 3)])
def test_the_chance_is_that_of_the_model_conditioned_as_a_whole(seen: int, ended: int) -> None:
    """The model as one normal distribution of (delta, a_1 .. a_4, p), conditioned on what was seen."""
    rng = np.random.default_rng(seen)
    records = [ran(n, np.sort(rng.normal(FOLDS[:, None] * 9, 1.0, (4, 3)))[:, ::-1].tolist()) for n in range(6)]
    trial = under_way(9, [[score] for score in 9 * FOLDS[:seen] + 1], ended=ended)
    rung, racers = rung_of(trial), Field.of(records)
    assert rung is not None
    assert racers is not None
    rival = records[2]
    lead = float(np.mean(rival.fold_scores)) / racers.unit - racers.scores.mean()
    loads = np.concatenate([[1.0], racers.scale])
    covariance = racers.between * np.outer(loads, loads) + np.diag([0.0, *racers.scatter])
    mean, known = lead * loads, list(range(1, ended + 1))
    told = list(np.array(trial.fold_scores) / racers.unit - racers.scores.mean(axis=0)[:ended])
    if not rung.ended:
        partial, noise = racers.foretell(trial, rung)
        widened = np.pad(covariance, (0, 1), mode="constant")
        widened[5, :5] = widened[:5, 5] = covariance[ended + 1]
        widened[5, 5] = covariance[ended + 1, ended + 1] + noise
        covariance, mean = widened, np.append(mean, mean[ended + 1])
        known, told = [*known, 5], [*told, partial]
    gain = covariance[:, known] @ np.linalg.inv(covariance[np.ix_(known, known)])
    mean, covariance = mean + gain @ (np.array(told) - mean[known]), covariance - gain @ covariance[known]
    expected, variance = mean[1:5].mean() - lead, covariance[1:5, 1:5].sum() / 16
    chance = float(stats.t.sf(expected / np.sqrt(variance), 6 + 3))
    assert racers.chance(trial, rival, rung) == pytest.approx(chance, rel=1e-6)


def test_racing_acts_within_the_first_fold_where_a_trial_is_hopeless() -> None:
    reason = FoldRacing(minimum=FREE).prune(field(), under_way(9, [[30.0, 30.0]]))
    assert reason is not None
    assert reason.startswith("fold 1, epoch 2: the chance")


def test_racing_does_not_judge_by_the_level_of_a_fold() -> None:
    # Fold 2 is five times fold 1. Beside scores of fold 1 the trial looks hopeless, beside those of fold 2 it is good.
    pruner = FoldRacing(minimum=FREE)
    assert pruner.prune(field(), under_way(9, [[1.11] * 4, [5.105]])) is None


def test_racing_forgives_more_before_more_rivals() -> None:
    trial = under_way(9, [[score] * 4 for score in FOLDS[:2] + 0.35], ended=2)
    assert FoldRacing(rivals=1, minimum=FREE).prune(field(), trial) is not None
    assert FoldRacing(rivals=4, minimum=FREE).prune(field(), trial) is None
    worse = under_way(9, [[score] * 4 for score in FOLDS[:2] + 0.8], ended=2)
    reason = FoldRacing(rivals=2, minimum=FREE).prune(field(), worse)
    assert reason is not None
    assert "one of the 2 best trials" in reason


def test_racing_waits_for_three_trials_and_takes_ties_and_single_folds() -> None:
    pruner = FoldRacing(minimum=FREE)
    trial = under_way(9, [[9.0] * 4, [9.0]])
    assert pruner.prune(field()[:2], trial) is None
    same = [flat(n, [1.0, 2.0]) for n in range(5)]
    assert pruner.prune(same, under_way(9, [[1.0]])) is None
    assert pruner.prune(same, under_way(9, [[1.1] * 4], ended=1)) is not None
    single = [flat(n, [1.0 + 0.01 * n]) for n in range(5)]
    assert pruner.prune(single, under_way(9, [[5.0]])) is not None


def test_racing_takes_scores_below_zero() -> None:
    history = [flat(n, [-1.0 + 0.1 * n, 0.1 * (-1) ** n]) for n in range(5)]
    assert FoldRacing(minimum=FREE).prune(history, under_way(9, [[-0.9]])) is None
    assert FoldRacing(minimum=FREE).prune(history, under_way(9, [[3.0]])) is not None


def test_racing_takes_scores_of_any_size() -> None:
    pruner = FoldRacing(minimum=FREE)
    for unit in (1e-308, 1e-160, 1e150, 1e200, 1e305):
        assert pruner.prune(field(unit), under_way(9, [[1.0 * unit]])) is None, "better than all"
        pruner.prune(field(unit), under_way(9, [[4.0 * unit]]))
    reason = pruner.prune(field(), under_way(9, [[1e300]]))
    assert reason is not None, "a trial that diverges is hopeless"


@given(scale=st.floats(1e-6, 1e6), offset=st.floats(0.0, 0.5))
def test_racing_does_not_depend_on_the_unit(scale: float, offset: float) -> None:
    scores = FOLDS[:2] + 0.1 + offset
    plain, scaled = (under_way(9, [[unit * score] * 4 for score in scores], ended=2) for unit in (1.0, scale))
    pruner = FoldRacing(minimum=FREE)
    assert pruner.prune(field(), plain) == pruner.prune(field(scale), scaled)


def test_racing_keeps_its_level_among_equals() -> None:
    """Of equally good trials, pruned ones would seldom have ended better than the best: about `level` at most."""
    rng, pruned, won = np.random.default_rng(0), 0, 0
    for _ in range(400):
        scores = FOLDS + 0.1 * rng.normal(size=(9, 4))
        history = [flat(n, row, epochs=1) for n, row in enumerate(scores[:8])]
        trials = (under_way(8, [[score] for score in scores[8, :ended]], ended=ended) for ended in (1, 2, 3))
        if any(FoldRacing(0.2).prune(history, trial) for trial in trials):
            pruned += 1
            won += scores[8].mean() < scores[:8].mean(axis=1).min()
    assert pruned > 100
    assert won / pruned <= 0.2


# What every pruner promises


@pytest.mark.parametrize("name", ACTIVE)
def test_conformance(name: str) -> None:
    check_pruner(MAKERS[name], seeds=2)


def test_the_conformance_check_finds_offenders() -> None:
    class Hasty:
        def prune(self, history: Sequence[TrialRecord], trial: TrialRecord) -> str | None:
            return "too late" if len(history) > 5 else None

    class Moody:
        def __init__(self) -> None:
            self.asked = 0

        def prune(self, history: Sequence[TrialRecord], trial: TrialRecord) -> str | None:
            self.asked += 1
            return "asked too often" if self.asked % 7 == 0 else None

    with pytest.raises(AssertionError, match="trial 6 was pruned after 3 complete ones, expected 6"):
        check_pruner(lambda minimum: Hasty(), seeds=1)
    with pytest.raises(AssertionError, match="one answer to one question"):
        check_pruner(lambda minimum: Moody(), seeds=1)


values = st.floats(0.01, 100, allow_subnormal=False)
fold_curves = st.lists(st.lists(values, min_size=1, max_size=6), min_size=3, max_size=3)


@settings(max_examples=60, deadline=None)
@given(histories=st.lists(fold_curves, min_size=4, max_size=10), own=fold_curves, name=st.sampled_from(ACTIVE))
def test_decisions_are_pure_and_do_not_depend_on_the_order_or_on_running_trials(
    histories: list[list[list[float]]], own: list[list[float]], name: str
) -> None:
    history = [ran(number, curves) for number, curves in enumerate(histories)]
    trial, pruner = under_way(len(history) + 1, own), MAKERS[name](FREE)
    answer = pruner.prune(tuple(history), trial)
    others = [*reversed(history), TrialRecord(len(history), State.RUNNING, {})]
    failed = TrialRecord(len(history) + 2, State.FAILED, {}, reports=(Report(0, 1, 1e9),))
    assert answer == MAKERS[name](FREE).prune([*others, failed], trial)
    assert answer is None or answer.startswith("fold 3, epoch ")


@settings(max_examples=60, deadline=None)
@given(histories=st.lists(fold_curves, min_size=4, max_size=10), name=st.sampled_from(ACTIVE), folds=st.integers(0, 2))
def test_the_leader_at_every_rung_is_never_pruned(histories: list[list[list[float]]], name: str, folds: int) -> None:
    history = [ran(number, curves) for number, curves in enumerate(histories)]
    leader = under_way(len(history), [[0.005, 0.004]] * (folds + 1))
    assert MAKERS[name](FREE).prune(history, leader) is None


@pytest.mark.parametrize("name", ACTIVE)
@pytest.mark.parametrize(
    "minimum",
    [replace(FREE, trials=6), replace(FREE, folds=1), replace(FREE, epochs=6), replace(FREE, kept=0.6)],
)
def test_minimums_are_respected(name: str, minimum: Minimum) -> None:
    good = [flat(n, [1.0 + n / 10, 2.0 + n / 10], epochs=6) for n in range(5)]
    lost = [replace(under_way(n, [[9.0]]), state=State.PRUNED) for n in range(5, 9)]
    assert MAKERS[name](minimum).prune([*good, *lost], under_way(11, [[50.0] * 5])) is None


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Minimum(trials=0), "at least 1 finished trial, 0 folds, 1 epoch and a kept share from 0 to 1, found"),
        (lambda: MedianPruner(100.0), "percentile lies between 0 and 100, found 100.0"),
        (lambda: PatiencePruner(rungs=0), "at least 1 rung and 1 rival, found 0 and 3"),
        (lambda: HalvingPruner(eta=1), "eta from 2, rungs from 1 and skip from 0 to rungs, found"),
        (lambda: HyperbandPruner(rungs=0), "eta from 2, rungs from 1"),
        (lambda: FoldRacing(level=0.5), "a level between 0 and 0.5 and at least 1 rival, found 0.5 and 1"),
    ],
)
def test_settings_out_of_range_are_named(make: Callable[[], object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        make()


@pytest.mark.parametrize("name", list(PRUNERS))
def test_pruners_are_made_from_settings(name: str) -> None:
    chosen = PrunerSettings(min_trials=7, min_folds=1, percentile=60.0, eta=2, rungs=3, patience=5, level=0.1, rivals=2)
    pruner = PRUNERS[name](chosen)
    assert pruner == PRUNERS[name](chosen)
    if name != "none":
        assert pruner.minimum == Minimum(7, 1, 3, 0.15)  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ACTIVE)
def test_one_default_for_settings_and_classes(name: str) -> None:
    made, own = PRUNERS[name](PrunerSettings()), MAKERS[name](Minimum())
    assert made == own
