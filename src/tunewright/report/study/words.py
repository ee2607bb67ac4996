"""The search in sentences: which sampler and why, what pruning saved, how it ended."""

import numpy as np

from tunewright.report.study.results import Study, Trial
from tunewright.report.words import number


def outcome(study: Study) -> str:
    """What was found."""
    counts, best = study.counts, study.best
    tried = f"{plural(len(study.trials), 'trial')}: {counts.complete:,} complete, {counts.pruned:,} pruned, "
    tried += f"{counts.infeasible:,} not allowed (infinite), " if counts.infeasible else ""
    tried += f"{counts.failed:,} failed."
    if best is None:
        return f"{tried} None was scored, so nothing was found."
    found = f"{tried} Best: trial {best.number}, score {number(best.score, digits=6)}, {study.metric_text}."
    if not study.pareto:
        return found
    return (
        f"{found} With {words(study.second_objective or 'cost')} as the second objective, "
        f"{plural(len(study.pareto), 'trial')} cannot be beaten in both."
    )


def place(study: Study) -> str:
    """Which trial was the best, by which measure."""
    if study.best is None:
        return f"None of {plural(len(study.trials), 'trial')} was scored."
    return f"Found by trial {study.best.number} of {len(study.trials):,}. The score: {study.metric_text}."


def sampler(study: Study) -> str:
    """The sampler and, where it was chosen for the user, why."""
    because = f": {study.sampler_reason}" if study.sampler_reason else ""
    shown = f"Each trial saw the results of all but the {plural(study.lag - 1, 'trial')} before it"
    seen = f"{shown}." if study.lag > 1 else "Each trial saw the results of all before it."
    return f"Sampler {study.sampler}{because}. {seen}"


def earlier(study: Study) -> str:
    """What the search knew of earlier runs, and whether its best trial is one that they had tried."""
    known, best = study.earlier, study.best
    if known is None:
        return ""
    runs, shown = plural(len(known.runs), "earlier run"), known.shown
    if not known.first and not shown:
        return f"Of {runs} nothing was used."
    seen = (
        f"{plural(shown, 'trial')} of theirs before it had any of its own, and then fewer"
        if shown
        else "none of theirs"
    )
    begun = f"It began with {plural(len(known.first), 'configuration')} of {runs}. The sampler was shown {seen}."
    if best is None or not known.first:
        return begun
    is_one = "one" if best.number in known.first else "none"
    return f"{begun} Trial {best.number}, the best, is {is_one} of those that it began with."


def earlier_runs(study: Study) -> list[str]:
    """What each earlier run told, in a line."""
    runs = () if study.earlier is None else study.earlier.runs
    return [f"{one.run}: {one.told}" + (f"; {one.shown:,} shown" if one.trials else "") for one in runs]


def pruner(study: Study) -> str:
    """The pruner, and what it saved of the work."""
    if study.pruner == "none":
        return "No trial was given up early: pruning is off."
    if not study.counts.pruned:
        return f"The {study.pruner} pruner gave no trial up."
    ended = study.counts.pruned + study.counts.complete
    told = f"The {study.pruner} pruner gave up {study.counts.pruned:,} of the {ended:,} trials that did not fail"
    saved = saving(study)
    return f"{told}." if saved is None else f"{told}, and so saved about {100 * saved:.0f} % of the epochs."


def saving(study: Study) -> float | None:
    """The share of all epochs that pruning spared, had every pruned trial gone as far as complete ones on average."""
    full = [epochs(trial) for trial in study.trials if trial.state == "complete" and trial.reports]
    cut = [epochs(trial) for trial in study.trials if trial.state == "pruned"]
    if not full or not cut:
        return None
    spared = max(0.0, float(np.mean(full)) * len(cut) - sum(cut))
    return spared / (spared + sum(full) + sum(cut))


def epochs(trial: Trial) -> int:
    """Trained over all folds, as far as the reports tell."""
    last = {fold: epoch for fold, epoch, _ in trial.reports}
    return sum(last.values())


def ending(study: Study) -> str:
    return f"The search ended because {study.ended}." if study.ended else ""


def plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def words(name: str) -> str:
    return name.replace("_", " ")
