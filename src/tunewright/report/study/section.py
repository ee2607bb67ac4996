"""The study's section of the page, and what stands on top of a run that has no verdict on skill."""

from collections.abc import Mapping, Sequence
from typing import Any

from tunewright.report.part import Part
from tunewright.report.study import words
from tunewright.report.study.results import Dimension, Study, Trial
from tunewright.report.tables import bullets, row, section, table, text
from tunewright.report.words import number


def study_part(study: Study) -> Part:
    """What a run of a function puts around its search."""
    tried = f"{words.plural(len(study.space), 'parameter')}, tried in {words.plural(len(study.trials), 'trial')}"
    return Part(scope=f"A function of {tried}", top=found(study))


def found(study: Study) -> str:
    """The best trial, in a box: what a reader wants to know first where there is no test to judge it by."""
    best = study.best
    if best is None:
        headline, values = "Nothing was found", ""
    else:
        headline = f"Best score {number(best.score, digits=6)}"
        values = "".join(f"<li><code>{text(name)}</code> {text(value)}</li>" for name, value in best.params.items())
    said = "".join(f"<p>{text(sentence)}</p>" for sentence in (words.place(study), words.ending(study)) if sentence)
    return f'<section class="verdict found" aria-label="Result"><h2>{headline}</h2><ul>{values}</ul>{said}</section>'


def study_section(study: Study, *, figures: Sequence[str], default: Mapping[str, Any] | None) -> str:
    """figures: HTML, in order. default: the parameters of the untuned model, where the run has one."""
    return section(
        "search", "The search",
        *(f"<p>{text(sentence)}</p>" for sentence in (words.outcome(study), words.sampler(study))),
        *([f"<p>{text(words.earlier(study))}</p>{bullets(words.earlier_runs(study))}"] if study.earlier else []),
        *(f"<p>{text(sentence)}</p>" for sentence in (words.pruner(study), words.ending(study)) if sentence),
        *([f"<p>The space was changed on the way:</p>{bullets(study.space_edits)}"] if study.space_edits else []),
        best_table(study, default),
        *figures,
        f"<details><summary>All trials</summary>\n{trials_table(study)}\n</details>" if study.trials else "",
    )  # fmt: skip


def best_table(study: Study, default: Mapping[str, Any] | None) -> str:
    """The best trial's parameters beside the default's and the space they were searched in."""
    if study.best is None or not study.best.params:
        return ""
    rows = (
        row(
            text(name),
            (
                strong(value),
                *([] if default is None else [text(default.get(name))]),
                searched(study.space.get(name)),
            ),
        )
        for name, value in study.best.params.items()
    )
    head = ["Parameter", "Best", *([] if default is None else ["Default"]), "Searched"]
    return table(head, rows, label="Best parameters", style="plain")


def strong(value: Any) -> str:
    """A number does not break at its minus."""
    return (
        f'<strong class="number">{text(value)}</strong>'
        if isinstance(value, float)
        else f"<strong>{text(value)}</strong>"
    )


def searched(dimension: Dimension | None) -> str:
    if dimension is None:
        return "fixed"
    conditions = (f"{name} is {' or '.join(map(str, values))}" for name, values in dimension.when.items())
    when = f"; where {text(' and '.join(conditions))}" if dimension.when else ""
    if dimension.type == "choice":
        return "one of " + ", ".join(text(choice) for choice in dimension.choices) + when
    step = f", step {text(dimension.step)}" if dimension.step else ""
    return f"{text(dimension.low)} to {text(dimension.high)}{step}{', log scale' if dimension.log else ''}{when}"


def trials_table(study: Study) -> str:
    """The best has a star; on the front of two objectives, a diamond. Reasons stand in front, where they are seen."""
    names = list(dict.fromkeys(name for trial in study.trials for name in trial.params))
    reasons = ["Reason"] if any(trial.reason for trial in study.trials) else []
    costs = [words.words(study.second_objective or "cost").capitalize()] if study.pareto else []
    rows = (trial_row(trial, names, study=study, reasons=bool(reasons)) for trial in study.trials)
    head = ["Trial", "State", *reasons, "Score", *costs, "Epochs", "Seconds", *names]
    return table(head, rows, label="All trials", worded=reasons)


def trial_row(trial: Trial, names: Sequence[str], *, study: Study, reasons: bool) -> str:
    best = study.best is not None and trial.number == study.best.number
    mark = " &#9733;" if best else " &#9670;" if trial.number in study.pareto else ""
    params = (text(trial.params[name]) if name in trial.params else "-" for name in names)
    costs = [number(trial.cost, digits=6)] if study.pareto else []
    epochs = str(words.epochs(trial)) if trial.reports else "-"
    reason = [f'<span class="reason">{text(trial.reason or "")}</span>'] if reasons else []
    score = number(trial.score, digits=6)
    return row(f"{trial.number}{mark}", (trial.state, *reason, score, *costs, epochs, f"{trial.seconds:.1f}", *params))
