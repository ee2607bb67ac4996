"""Results -> pieces of HTML. Every text that comes from outside goes through `text`."""

import html
import json
from collections.abc import Iterable, Mapping, Sequence

from tunewright.report.look import NAMES
from tunewright.report.outcome import Number, Outcome
from tunewright.report.reading import FORECASTS
from tunewright.report.results import Card, Dimension, Results, Study, Trial, Tuning
from tunewright.report.words import duration, number, outcome_lines, share

COLUMNS = (
    ("mse", "MSE"),
    ("rmse", "RMSE"),
    ("mae", "MAE"),
    ("mase", "MASE"),
    ("directional_accuracy", "Direction right"),
)


def text(value: object) -> str:
    """Any value as HTML text: escaped, floats of at most six digits, a dash for none."""
    if value is None:
        return "-"
    return html.escape(f"{value:.6g}" if isinstance(value, float) else str(value))


def table(head: Sequence[str], rows: Iterable[str], *, label: str, style: str = "figures") -> str:
    """A table that scrolls sideways by itself on a narrow screen; `head` is plain text, `rows` is HTML."""
    top = "".join(f'<th scope="col">{text(name)}</th>' for name in head)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{text(label)}">'
        f'<table class="{style}"><thead><tr>{top}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'
    )


def row(head: str, values: Iterable[str]) -> str:
    cells = "".join(f"<td>{value}</td>" for value in values)
    return f'<tr><th scope="row">{head}</th>{cells}</tr>'


def definitions(pairs: Mapping[str, str]) -> str:
    """Names and HTML values, one beside the other."""
    rows = (f"<div><dt>{text(name)}</dt><dd>{value}</dd></div>" for name, value in pairs.items())
    return f"<dl>{''.join(rows)}</dl>"


def bullets(items: Iterable[str]) -> str:
    points = "".join(f"<li>{text(item)}</li>" for item in items)
    return f"<ul>{points}</ul>" if points else "none"


def comparison_table(outcome: Outcome) -> str:
    """Each forecast's errors; the best of each column bears a star (several on a tie)."""
    best = {key: best_of(outcome, key) for key, _ in COLUMNS}
    rows = []
    for name in FORECASTS:
        scores = getattr(outcome.metrics, name)
        shown = [mark(key, getattr(scores, key), best=best[key]) for key, _ in COLUMNS]
        rows.append(row(text(NAMES[name]), shown))
    return table(["Forecast", *(label for _, label in COLUMNS)], rows, label="Comparison of forecasts")


def best_of(outcome: Outcome, key: str) -> Number:
    values = (getattr(getattr(outcome.metrics, name), key) for name in FORECASTS)
    choose = max if key == "directional_accuracy" else min
    return choose((value for value in values if value is not None), default=None)


def mark(key: str, value: Number, *, best: Number) -> str:
    shown = share(value) if key == "directional_accuracy" else number(value, digits=5)
    return f'<strong title="best">{shown} &#9733;</strong>' if value is not None and value == best else shown


def outcome_table(outcome: Outcome) -> str:
    lines = outcome_lines(outcome)
    rows = (row(text(line.name), (text(line.value), text(line.meaning))) for line in lines)
    return table(["Test", "Result", "In plain words"], rows, label="Statistical tests", style="prose")


def best_table(study: Study, tuning: Tuning | None) -> str:
    """The best trial's parameters beside the default's and the space they were searched in."""
    space, params = study.space, study.best.params
    default = tuning.default.params if tuning else {}
    rows = (
        row(text(name), (text(value), text(default.get(name)), searched(space.get(name))))
        for name, value in params.items()
    )
    return table(["Parameter", "Best", "Default", "Searched"], rows, label="Best parameters", style="plain")


def searched(dimension: Dimension | None) -> str:
    if dimension is None:
        return "fixed"
    if dimension.type == "choice":
        return "one of " + ", ".join(text(choice) for choice in dimension.choices)
    step = f", step {text(dimension.step)}" if dimension.step else ""
    return f"{text(dimension.low)} to {text(dimension.high)}{step}{', log scale' if dimension.log else ''}"


def trials_table(study: Study) -> str:
    names = list(dict.fromkeys(name for trial in study.trials for name in trial.params))
    rows = (trial_row(trial, names, best=study.best.number) for trial in study.trials)
    return table(["Trial", "State", "Score", "Seconds", *names, "Error"], rows, label="All trials")


def trial_row(trial: Trial, names: Sequence[str], *, best: int) -> str:
    head = f"{trial.number}{' &#9733;' if trial.number == best else ''}"
    params = (text(trial.params[name]) if name in trial.params else "-" for name in names)
    score = number(trial.score, digits=6)
    return row(head, (trial.state, score, f"{trial.seconds:.1f}", *params, text(trial.error or "")))


def data_card(results: Results) -> str:
    card, test = results.data.card, results.sealed_test
    others = [name for name in results.data.sources if name != card.source]
    return definitions({
        "Source": "<br>".join(map(text, [card.source, *others])),
        "Format": text(card.format),
        "Rows": f"{card.rows:,}, {card.first} to {card.last}",
        "Columns": text(", ".join(card.columns)),
        "Close": f"{text(card.close)} ({text(card.close_reason)})",
        "Gaps": gaps(card),
        "Rows without volume": f"{card.zero_volume_rows:,}",
        "Repairs": bullets(card.repairs),
        "Warnings": bullets(card.warnings),
        "Sealed test": f"{test.rows:,} rows, {test.first} to {test.last}",
    })  # fmt: skip


def gaps(card: Card) -> str:
    if not card.gap_count:
        return "none"
    longest = (f"{gap.after} to {gap.before}: {gap.missing_weekdays} weekdays missing" for gap in card.gaps)
    return f"{card.gap_count:,}; the longest:{bullets(longest)}"


def provenance(results: Results) -> str:
    origin, timing, model, study = results.provenance, results.timing, results.model, results.study
    versions = ", ".join(f"{name} {version}" for name, version in origin.versions.items())
    return definitions({
        "Created": text(results.created),
        "Command": f"<code>{text(origin.command)}</code>",
        "Seed": text(results.seed),
        "Sealed test opened": f"{results.test.openings} time{'' if results.test.openings == 1 else 's'}",
        "Search": text(f"{study.sampler}, lag {study.lag}, metric {study.metric}: {study.metric_text}"),
        "Model": text(f"{model.family}, {model.parameters:,} parameters, trained for {model.epochs} epochs"),
        "Specification": f"<code>{text(json.dumps(model.spec))}</code>",
        "Time": f"{duration(timing.wall_s)} in the last process, {duration(timing.search_s)} of it searching; "
        f"{duration(timing.train_s)} of training in all processes and workers",
        "Versions": text(f"tunewright {results.tunewright}, Python {origin.python}, {versions}"),
        "Platform": text(origin.platform),
        "Study fingerprint": f"<code>{text(study.fingerprint)}</code>",
        "Data fingerprint": f"<code>{text(results.data.fingerprint)}</code>",
    })  # fmt: skip
