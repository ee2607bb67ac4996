"""The tables of the images' part of the page."""

import json
from collections.abc import Mapping
from typing import Any

from tunewright.core.words import duration
from tunewright.images.report.results import Contestant, Difference, Tuning
from tunewright.images.report.words import gap_span, named, percent, points, shown, span
from tunewright.report.study.words import plural
from tunewright.report.tables import row, table, text
from tunewright.report.words import number, probability
from tunewright.statistics.levels import HINT, LEVEL

HEAD = ("Model", "Parameters", "Training", "Accuracy", "Over seeds", "Log loss", "ECE", "Difference")


def contestants_table(contestants: tuple[Contestant, ...]) -> str:
    """The tuned model first; the columns of seeds and differences only where there are any."""
    several = any(one.seeds.count > 1 for one in contestants)
    compared = any(one.against_tuned for one in contestants)
    hidden = {*([] if several else ["Over seeds"]), *([] if compared else ["Difference"])}
    rows = []
    for place, one in enumerate(contestants, 1):
        cells = zip(HEAD[1:], contestant_cells(one), strict=True)
        rows.append(
            row(
                under(f"{place} {text(shown(one))}", text(one.family)),
                (value for name, value in cells if name not in hidden),
            )
        )
    return table([name for name in HEAD if name not in hidden], rows, label="Models")


def contestant_cells(one: Contestant) -> tuple[str, ...]:
    """HTML for each column but the first."""
    seeds, against = one.seeds, one.against_tuned
    spread = "" if seeds.sd is None else f" \u00b1 {100 * seeds.sd:.1f}"
    return (
        under(f"{one.parameters:,}", "-" if one.mflops is None else f"{number(one.mflops, digits=3)} MFLOP"),
        under(duration(one.seconds), plural(one.epochs, "epoch")),
        under(percent(one.test.accuracy), span(one.test)),
        under(f"{100 * seeds.mean:.1f}{spread} %", f"{seeds.count} seeds") if seeds.count > 1 else "one seed",
        number(one.test.log_loss, digits=3), percent(one.test.ece),
        "-" if against is None else under(points(against.difference), gap_span(against), text(probability(against.p))),
    )  # fmt: skip


def under(value: str, *details: str) -> str:
    """HTML below HTML, in small print."""
    return "".join([value, *(f"<br><small>{detail}</small>" for detail in details)])


def left_out(failed: Mapping[str, str]) -> str:
    """A line for each model that could not be trained. failed: reasons by name."""
    return "".join(
        f'<p class="hint">{text(f"{named(name)} is left out: it could not be trained: {reason}")}</p>'
        for name, reason in failed.items()
    )


def settings_table(contestants: tuple[Contestant, ...]) -> str:
    """Every setting of every model, folded away; what is not the same in all stands first."""
    names = list(dict.fromkeys(name for one in contestants for name in one.settings))
    names.sort(key=lambda name: len({setting(one, name) for one in contestants}) == 1)
    rows = [row(f"<code>{text(name)}</code>", (text(setting(one, name)) for one in contestants)) for name in names]
    if not rows:
        return ""
    head = ["Setting", *(shown(one) for one in contestants)]
    shown_table = table(head, rows, label="Settings of the models")
    return f"<details><summary>All settings; those that differ come first</summary>\n{shown_table}\n</details>"


def setting(one: Contestant, name: str) -> str:
    value: Any = one.settings.get(name)
    return "-" if value is None else value if isinstance(value, str) else json.dumps(value)


def tuning_table(tuning: Tuning) -> str:
    """What choosing the tuned model cost and gained, step by step."""
    lines = [
        line for line in (searched(tuning), validated(tuning), tested(tuning), biased(tuning), gained(tuning)) if line
    ]
    rows = (row(text(name), (text(value), text(meaning))) for name, value, meaning in lines)
    told = table(["Tuning", "Result", "In plain words"], rows, label="What tuning was worth", style="prose")
    return f"<h3>What tuning was worth</h3>\n{told}"


def searched(tuning: Tuning) -> tuple[str, str, str] | None:
    if tuning.search_error is None:
        return None
    meaning = "Validation images that the search's winner got wrong; the best of many tends to look too good."
    return "Error in the search", percent(tuning.search_error), meaning


def validated(tuning: Tuning) -> tuple[str, str, str]:
    if tuning.validation is None:
        return "On validation images", "-", "The final model was trained on these too, so they cannot judge it."
    meaning = f"Of {tuning.validation.count:,} images that the final model was not trained on, but chosen by."
    return "On validation images", f"{percent(tuning.validation.accuracy)} ({span(tuning.validation)})", meaning


def tested(tuning: Tuning) -> tuple[str, str, str]:
    meaning = f"Of {tuning.test.count:,} images that took no part in anything before."
    return "On the sealed test", f"{percent(tuning.test.accuracy)} ({span(tuning.test)})", meaning


def biased(tuning: Tuning) -> tuple[str, str, str] | None:
    if tuning.bias is None:
        return None
    low, high = tuning.bias.low, tuning.bias.high
    meaning = (
        "Validation promised more than the sealed test gave."
        if low > 0
        else "Validation promised less than the sealed test gave; the sealed images may be easier."
        if high < 0
        else "Cannot be told from chance."
    )
    return "Validation minus test", f"{points(tuning.bias.difference)} points ({gap_span(tuning.bias)})", meaning


def gained(tuning: Tuning) -> tuple[str, str, str]:
    networks, found = tuning.against_default, tuning.over_seeds
    if networks is None:
        return "Against the untuned default", "-", "There is no untuned default to compare with."
    shown = found or networks
    chance = probability(shown.p).replace(" ", "\N{NO-BREAK SPACE}")
    told = f"{points(shown.difference)} points ({gap_span(shown)}), {chance}"
    if found is None:
        meaning = "Of these two networks alone: other training seeds of both may differ by as much."
        return "Against the untuned default", told, meaning
    return "Against the untuned default, over training seeds", told, effect(found)


def effect(over_seeds: Difference) -> str:
    """What the difference to the default means."""
    if over_seeds.p >= HINT:
        return "Cannot be told from chance: tuning made no difference that shows."
    if over_seeds.p >= LEVEL:
        return f"A hint, not proof: a claim needs p < {LEVEL}."
    if over_seeds.difference > 0:
        return "The tuned model is right more often."
    return "The tuned model is right less often."
