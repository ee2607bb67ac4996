"""Where the results come from."""

from collections.abc import Mapping

from tunewright.core.words import duration
from tunewright.report.results import Results
from tunewright.report.tables import definitions, text

AGAIN = "tunewright tune experiment.toml --out again"
"""The experiment in the folder has every default written out, and the seed."""
WHERE = ", in the folder of this run, with the versions below"
LAST = "Data fingerprint"


def provenance(results: Results, more: Mapping[str, str]) -> str:
    """more: rows that only this kind of run has."""
    origin, timing, study = results.provenance, results.timing, results.study
    versions = ", ".join(f"{name} {version}" for name, version in origin.versions.items())
    searched = {} if study is None else {
        "Search": text(f"{study.sampler}, lag {study.lag}, metric {study.metric}: {study.metric_text}")
    }  # fmt: skip
    return definitions({
        "Created": text(results.created),
        "How to reproduce this": f'<code class="command">{AGAIN}</code>{WHERE}',
        "Command": f"<code>{text(origin.command)}</code>",
        "Seed": text(results.seed),
        **searched,
        **{name: value for name, value in more.items() if name != LAST},
        "Time": f"{duration(timing.wall_s)} in the last process, {duration(timing.search_s)} of it searching; "
        f"{duration(timing.train_s)} of trials and training in all processes and workers",
        "Versions": text(f"tunewright {results.tunewright}, Python {origin.python}, {versions}"),
        "Platform": text(origin.platform),
        **({} if study is None else {"Study fingerprint": f"<code>{text(study.fingerprint)}</code>"}),
        **{name: value for name, value in more.items() if name == LAST},
    })  # fmt: skip
