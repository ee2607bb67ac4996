"""A result in few words and in a notebook, and what is warned of."""

import inspect
import warnings
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from tunewright.cli.saying import say
from tunewright.core.words import counted

_SHOWN = 12
"""Parameters in the table of a result."""


def noted(text: str) -> None:
    """Warn at the user's own line where something calls for it; else print the remark aside."""
    remark = text.removeprefix("warning: ")
    if remark == text:
        say(text, aside=True)
    else:
        warnings.warn(remark, UserWarning, stacklevel=_depth())


def _depth() -> int:
    """How far above the caller the first line is that is not of this package."""
    frame, depth = inspect.currentframe(), 0
    while frame is not None and frame.f_globals.get("__name__", "").partition(".")[0] == "tunewright":
        frame, depth = frame.f_back, depth + 1
    return depth


def answer_of(record: Mapping[str, Any]) -> str | None:
    """The verdict of results.json, or what its comparison shows; None where it has neither."""
    for part, key in (("test", "verdict"), ("comparison", "sentence")):
        if record.get(part):
            return str(record[part][key])
    return None


def short_of(record: Mapping[str, Any]) -> str:
    """What results.json comes to, in a line."""
    if answer := answer_of(record):
        return answer
    study = record.get("study")
    return f"best score {study['best']['score']:.6g}" if study else str(record["kind"])


def as_html(record: Mapping[str, Any], report: Path) -> str:
    """The verdict and the sentences after it, the best configuration, and where the report lies."""
    study = record.get("study")
    parts = [f"<p>{escape(record['name'])}{_searched(study) if study else ''}</p>"]
    if answer := answer_of(record):
        parts.append(f"<p><b>{escape(answer)}</b></p>")
    parts += [f"<p>{escape(record[part]['sentence'])}</p>" for part in ("tuning", "worth") if record.get(part)]
    if study:
        parts.append(_table(study["best"]["params"]))
    where = escape(str(report))
    return f'<div>{"".join(parts)}<p>Report: <a href="{where}">{where}</a></p></div>'


def _searched(study: Mapping[str, Any]) -> str:
    states = ", ".join(f"{number} {state}" for state, number in study["counts"].items() if number)
    trials = counted(sum(study["counts"].values()), "trial")
    return f": {trials} ({states}), best validation score {study['best']['score']:.6g}"


def _table(params: Mapping[str, Any]) -> str:
    rows = [f"<tr><td>{escape(name)}</td><td>{escape(_short(value))}</td></tr>" for name, value in params.items()]
    more = f"<p>and {len(rows) - _SHOWN} more in <code>params</code></p>" if len(rows) > _SHOWN else ""
    return f"<table>{''.join(rows[:_SHOWN])}</table>{more}"


def _short(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
