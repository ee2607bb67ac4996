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
    several = len(contest.pairs) > 1
    head = ["Pair", "Conclusion", "Difference", "95 % interval", *(["p", "p, corrected"] if several else ["p"])]
    rows = (row(_names(pair), _pair_cells(pair, contest, several=several)) for pair in contest.pairs)
    shown = table(head, rows, label="Pairs", worded=["Conclusion"])
    figures = map(figure, contest.figures())
    return section("pairs", "Pairs", shown, _hint(_how(contest)), _hint(NO_LOOK), *figures, _agreement(contest.pairs))


def _names(pair: Pair) -> str:
    return text(f"{pair.one} beside {pair.other}")


def _how(contest: Contest) -> str:
    measure, tests = contest.measure, {pair.over_seeds for pair in contest.pairs}
    named = [measure.test] if False in tests else []
    named += [f"{contest.chance} and training seeds both count as chance"] if True in tests else []
    corrected = "the corrected one below 0.01 (Holm, over all pairs)" if len(contest.pairs) > 1 else "one below 0.01"
    return (
        f"Difference: {measure.noun} of the first beside that of the second, in "
        f"{'per cent of it' if measure.shares else 'points'}; first stands the one that does better, be it by chance. "
        f"p: {' or '.join(named)}, two-sided, on {counted_rows(contest)}; a claim needs {corrected}."
    )


def _pair_cells(pair: Pair, contest: Contest, *, several: bool) -> list[str]:
    ps = [pair.p, pair.adjusted_p] if several else [pair.p]
    return [
        f'<span class="reason">{text(conclusion(pair))}</span>',
        text(difference(pair.difference, contest.measure)),
        text(interval(pair, contest.measure)),
        *(text(probability(p)) for p in ps),
    ]


def _agreement(pairs: Sequence[Pair]) -> str:
    """How many rows they have right together and alone, where that is counted."""
    head = ["Pair", "Both right", "First alone", "Second alone", "Neither"]
    found = [(pair, pair.agreement) for pair in pairs if pair.agreement is not None]
    rows = [row(_names(pair), (f"{count:,}" for count in one.as_dict().values())) for pair, one in found]
    return table(head, rows, label="Images that the shipped models have right") if rows else ""


def _differing(compared: Compared) -> str:
    if not compared.differing:
        return "<p>No parameter of the winners and no setting of the experiments.</p>"
    labels = [one.label for one in compared.contest.contenders]
    rows = (
        row(text(one.name), [*map(text, one.shown), "winner" if one.tuned else "setting"]) for one in compared.differing
    )
    return table(["Name", *labels, "Of"], rows, label="What differs")


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
