"""The page of a comparison: the same pieces as a run's."""

from collections.abc import Sequence
from pathlib import Path

from tunewright.core.codec import write_atomically
from tunewright.core.errors import InputError, RunFolderError
from tunewright.core.words import counted
from tunewright.report.compared.outcome import Common, Compared, Contender, Contest, Pair
from tunewright.report.compared.words import conclusion, counted_rows, difference, interval
from tunewright.report.page import document
from tunewright.report.tables import figure, row, section, table, text
from tunewright.report.words import number, probability

NAME = "comparison.html"
NO_LOOK = (
    "A comparison opens no sealed test, so it is no further look at one. Whoever picks a run by it has chosen among "
    "them on these rows, though: the more runs, the more the best one is flattered."
)


def write_comparison(compared: Compared, out: Path | None) -> Path:
    """Write the page to `out`, or to the first free one of comparison.html, comparison-2.html, ...; returns its path.
    Raises InputError where `out` is there already or cannot be written."""
    path = _first_free() if out is None else out
    if path.exists():
        raise InputError(f"{path} is there already; choose another --out, or remove it")
    try:
        write_atomically(path, comparison_html(compared))
    except RunFolderError as error:
        raise InputError(f"{str(error).partition(';')[0]}; choose another --out") from None
    return path


def comparison_html(compared: Compared) -> str:
    """One page that needs no network."""
    contest = compared.contest
    said = "".join(f"<p>{text(one)}</p>" for one in compared.sentences)
    sections = {
        "runs": section("runs", "Runs", _runs(contest), _hint(f"{contest.measure.hint} {_validation(contest)}")),
        **({"pairs": _pairs(contest)} if contest.pairs else {}),
        "differences": section("differences", "What differs", _differing(compared)),
        "provenance": section("provenance", "Provenance", _provenance(compared)),
    }
    return document(
        f"Comparison of {counted(len(contest.contenders), 'run')}",
        scope=text(scope(compared)),
        top=f'<section class="verdict found" aria-label="Result"><h2>{text(compared.headline)}</h2>{said}</section>',
        sections=sections,
    )


def scope(compared: Compared) -> str:
    """What is compared, in a line."""
    contest, common = compared.contest, compared.contest.common
    names = ", ".join(one.label for one in contest.contenders)
    return names if common is None else f"{names}; {counted_rows(contest)}{_span(common)}"


def _span(common: Common) -> str:
    return f", {common.first} to {common.last}" if common.first else ""


def _hint(said: str) -> str:
    return f'<p class="hint">{text(said)}</p>'


def _runs(contest: Contest) -> str:
    unit = contest.common.unit if contest.common else ""
    head = ["Run", "Ended in", *([f"{unit.capitalize()}s", "Trainings"] if unit else []), contest.measure.head]
    head += ["Validation", "Looks"] if unit else []
    rows = (row(text(one.label), _run_cells(one, tested=bool(unit))) for one in contest.contenders)
    return table(head, rows, label="Runs", worded=["Ended in"])


def _run_cells(one: Contender, *, tested: bool) -> list[str]:
    ended = f'<span class="reason">{text(one.ended)}</span>'
    if not tested:
        return [ended, text(one.told)]
    counts = ("-" if count is None else f"{count:,}" for count in (one.rows, one.trainings))
    looks = "-" if one.looks is None else f"{one.looks:,}"
    return [ended, *counts, text(one.told), text(number(one.validation)), looks]


def _validation(contest: Contest) -> str:
    if contest.common is None:
        return ""
    return (
        "Validation: the best score of the search, lower is better, by each run's own metric and folds; the best of "
        "many scores flatters. Looks: forecasts that were seen of this sealed test when the run ended, its own "
        "included."
    )


def _pairs(contest: Contest) -> str:
    counts = any(pair.agreement for pair in contest.pairs)
    alone = ["Both right", "First alone", "Second alone", "Neither"] if counts else []
    head = ["First", "Second", "Difference", "95 % interval", *alone, "p", "p, corrected", "Conclusion"]
    rows = (row(text(pair.one), _pair_cells(pair, contest)) for pair in contest.pairs)
    how = (
        f"Difference: {contest.measure.noun} of the first beside that of the second, in {_unit(contest)}; the first "
        f"is the one that does better, be it by chance. p: {contest.measure.test}, two-sided, on "
        f"{counted_rows(contest)}; a claim needs the corrected one below 0.01 (Holm, over all pairs)."
    )
    worded = ["Second", "Conclusion"]
    shown = table(head, rows, label="Pairs", worded=worded)
    return section("pairs", "Pairs", shown, _hint(how), _hint(NO_LOOK), *map(figure, contest.figures))


def _unit(contest: Contest) -> str:
    return "per cent of it" if contest.measure.shares else "points"


def _pair_cells(pair: Pair, contest: Contest) -> list[str]:
    found, measure = pair.agreement, contest.measure
    counts = [] if found is None else [found.both, found.one_alone, found.other_alone, found.neither]
    return [
        f'<span class="reason">{text(pair.other)}</span>',
        text(difference(pair.difference, measure)),
        text(interval(pair, measure)),
        *(f"{count:,}" for count in counts),
        text(probability(pair.p)),
        text(probability(pair.adjusted_p)),
        f'<span class="reason">{text(conclusion(pair))}</span>',
    ]


def _differing(compared: Compared) -> str:
    if not compared.differing:
        return "<p>No parameter of the winners and no setting of the experiments.</p>"
    labels = [one.label for one in compared.contest.contenders]
    rows = (
        row(text(one.name), ["winner" if one.tuned else "setting", *map(text, one.shown)]) for one in compared.differing
    )
    return table(["Name", "Of", *labels], rows, label="What differs", style="prose")


def _provenance(compared: Compared) -> str:
    rows: Sequence[str] = [
        row(text(one.label), [f"<code>{text(one.folder)}</code>"]) for one in compared.contest.contenders
    ]
    return table(["Run", "Folder"], rows, label="Where the runs lie", style="prose")


def _first_free() -> Path:
    number = 1
    while (path := Path(NAME if number == 1 else f"comparison-{number}.html")).exists():
        number += 1
    return path
