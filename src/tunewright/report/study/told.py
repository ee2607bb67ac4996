"""What the study's figures show, in words and as tables."""

from collections.abc import Mapping, Sequence

import numpy as np

from tunewright.report.study.results import Study, Trial
from tunewright.report.study.scales import complete, parameters, scores_of, short
from tunewright.report.study.words import epochs, plural, words
from tunewright.report.told import Cell, Told, course, listed
from tunewright.report.values import Floats
from tunewright.report.words import number

TRIAL, SCORE = "Trial", "Score"


def history(study: Study) -> Told:
    scored, trials = complete(study), sorted(study.trials, key=lambda trial: trial.number)
    lowest = np.minimum.accumulate(scores_of(scored)) if scored else np.empty(0)
    best = {trial.number: float(score) for trial, score in zip(scored, lowest, strict=True)}
    way = f"The best score so far goes {course(lowest)}" if scored else "No trial was scored"
    found = f", the last of which trial {study.best.number} found" if study.best and scored else ""
    others = [trial for trial in study.trials if trial.state != "complete"]
    ended = f" {plural(len(others), 'trial')} ended early or without a score." if others else ""
    return Told(
        f"{way}{found}, over {plural(len(study.trials), 'trial')}.{ended}",
        {**_numbered(trials), "State": [trial.state for trial in trials], "Score": [trial.score for trial in trials],
         "Best so far": [best.get(trial.number) for trial in trials]},
    )  # fmt: skip


def pareto(front: Sequence[Trial], others: Sequence[Trial], cost: str) -> Told:
    trials = [*front, *others]
    ends = f"score {course([one.score for one in front])}, {cost} {course([one.cost for one in front])}"
    return Told(
        f"{plural(len(front), 'trial')} on the front: {ends}. {plural(len(others), 'other trial')} beaten in both.",
        {**_numbered(trials), "Score": [one.score for one in trials],
         words(cost).capitalize(): [one.cost for one in trials],
         "On the front": ["yes" if one in front else "no" for one in trials]},
    )  # fmt: skip


def contour(
    trials: Sequence[Trial], names: tuple[str, str], *, best: Trial, minimum: tuple[float, float] | None
) -> Told:
    x, y = names
    lowest = (
        ""
        if minimum is None
        else f" The minimum of the function as drawn: {x} {number(minimum[0])}, {y} {number(minimum[1])}."
    )
    return Told(
        f"{plural(len(trials), 'trial')} over {x} and {y}. The best, trial {best.number}, with score "
        f"{number(best.score)}, lies at {x} {short(best.params[x])}, {y} {short(best.params[y])}.{lowest}",
        {**_numbered(trials), **_params(trials, names), SCORE: [one.score for one in trials]},
    )


def importance(names: Sequence[str], shares: Mapping[str, Sequence[float]]) -> Told:
    """shares: in per cent, by the method's name in print."""
    said = [f"{method}: {listed(dict(zip(names, values, strict=True)), ' %')}." for method, values in shares.items()]
    return Told(" ".join(said), {"Parameter": names, **{f"{method} (%)": one for method, one in shares.items()}})


def by_parameter(study: Study) -> Told:
    """Of what shows the complete trials' scores over their parameters."""
    trials, names = complete(study), parameters(study)
    best = next((one for one in trials if study.best and one.number == study.best.number), trials[0])
    held = ", ".join(f"{name} {short(best.params[name])}" for name in names if name in best.params)
    scores = scores_of(trials)
    return Told(
        f"{plural(len(trials), 'complete trial')} with scores from {number(float(scores.min()))} to "
        f"{number(float(scores.max()))}. The best, trial {best.number}: {held}.",
        {**_numbered(trials), **_params(trials, names), SCORE: [one.score for one in trials]},
    )


def pruning(trials: Sequence[Trial], standings: Floats, *, best: int | None) -> Told:
    """standings: shape (trials, rungs), as drawn; best: a row of it."""
    lasts = [float(known[-1]) if (known := row[np.isfinite(row)]).size else None for row in standings]
    cut = [epochs(one) for one in trials if one.state == "pruned"]
    end = "" if best is None else f" The best trial ends at {number(lasts[best])} from the median complete trial."
    after = f", after {min(cut):,} to {max(cut):,} epochs" if cut else ""
    return Told(
        f"{len(cut):,} of {plural(len(trials), 'trial')} pruned{after}.{end}",
        {**_numbered(trials), "State": [one.state for one in trials], "Epochs": [str(epochs(one)) for one in trials],
         "Behind the median at its end": lasts},
    )  # fmt: skip


def learning(curves: Mapping[str, tuple[Floats, Floats]]) -> Told:
    """curves: losses in training and validation by fold or model."""
    said = [f"{name}: training {course(train)}, validation {course(valid)}." for name, (train, valid) in curves.items()]
    more = f" And {len(said) - 6} more." if len(said) > 6 else ""
    epochs_of = [(name, *one) for name, (train, valid) in curves.items() for one in _by_epoch(train, valid)]
    names, epoch, train, valid = zip(*epochs_of, strict=True) if epochs_of else ((), (), (), ())
    columns: dict[str, Sequence[Cell]] = {"Curve": names, "Epoch": epoch, "Training loss": train}
    return Told("Losses. " + " ".join(said[:6]) + more, {**columns, "Validation loss": valid})


def timeline(bars: Sequence[tuple[int, str, float, float, int]]) -> Told:
    """bars: number, state, start and length in seconds, lane from 0."""
    numbers, states, starts, lengths, lanes = zip(*bars, strict=True)
    whole = max(start + length for start, length in zip(starts, lengths, strict=True))
    return Told(
        f"{plural(len(bars), 'trial')} in {number(whole, digits=3)} seconds, at most {max(lanes) + 1} at a time; "
        f"one took {number(min(lengths), digits=2)} to {number(max(lengths), digits=2)} seconds.",
        {"Trial": [str(one) for one in numbers], "State": states, "Begin (s)": starts, "Seconds": lengths,
         "Side by side": [str(lane + 1) for lane in lanes]},
    )  # fmt: skip


def _by_epoch(train: Floats, validation: Floats) -> list[tuple[str, Cell, Cell]]:
    count = max(len(train), len(validation))
    shown = [[float(one) for one in values] + [None] * (count - len(values)) for values in (train, validation)]
    return [(str(epoch), *pair) for epoch, pair in enumerate(zip(*shown, strict=True), 1)]


def _numbered(trials: Sequence[Trial]) -> dict[str, Sequence[Cell]]:
    return {TRIAL: [str(trial.number) for trial in trials]}


def _params(trials: Sequence[Trial], names: Sequence[str]) -> dict[str, Sequence[Cell]]:
    """By name; one that is called as another column of the table is says what it is."""
    heads = {name: f"{name} (parameter)" if name in (TRIAL, SCORE) else name for name in names}
    return {
        head: [short(one.params[name]) if name in one.params else None for one in trials]
        for name, head in heads.items()
    }
