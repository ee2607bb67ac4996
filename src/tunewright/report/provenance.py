"""Where the results come from."""

import json

from tunewright.report.forecast.results import Forecast
from tunewright.report.results import Results
from tunewright.report.study.words import plural
from tunewright.report.tables import definitions, text
from tunewright.report.words import duration


def provenance(results: Results) -> str:
    origin, timing, study = results.provenance, results.timing, results.study
    versions = ", ".join(f"{name} {version}" for name, version in origin.versions.items())
    return definitions({
        "Created": text(results.created),
        "Command": f"<code>{text(origin.command)}</code>",
        "Seed": text(results.seed),
        "Search": text(f"{study.sampler}, lag {study.lag}, metric {study.metric}: {study.metric_text}"),
        **(of_forecast(results.forecast) if results.forecast else {}),
        "Time": f"{duration(timing.wall_s)} in the last process, {duration(timing.search_s)} of it searching; "
        f"{duration(timing.train_s)} of trials and training in all processes and workers",
        "Versions": text(f"tunewright {results.tunewright}, Python {origin.python}, {versions}"),
        "Platform": text(origin.platform),
        "Study fingerprint": f"<code>{text(study.fingerprint)}</code>",
        **({"Data fingerprint": f"<code>{text(results.forecast.data.fingerprint)}</code>"} if results.forecast else {}),
    })  # fmt: skip


def of_forecast(forecast: Forecast) -> dict[str, str]:
    model = forecast.model
    return {
        "Sealed test opened": plural(forecast.test.openings, "time"),
        "Model": text(f"{model.family}, {model.parameters:,} parameters, trained for {model.epochs} epochs"),
        "Specification": f"<code>{text(json.dumps(model.spec))}</code>",
    }
