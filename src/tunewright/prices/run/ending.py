"""How runs on prices end: final model beside the untuned default and the ridge, sealed test, bundle."""

from dataclasses import replace

from tunewright.prices.bundle.bundle import save_bundle
from tunewright.prices.run.bundling import make_bundle
from tunewright.prices.run.closed import before_the_test
from tunewright.prices.run.families import families_found
from tunewright.prices.run.results import price_sections, provenance, write_predictions
from tunewright.prices.run.sealed import SealedResult, judge_sealed
from tunewright.prices.run.setup import Prepared
from tunewright.runs.parts import Ended, Searched
from tunewright.runs.searching import Crew, Stage


def end(prepared: Prepared, searched: Searched | None, crew: Crew) -> Ended[SealedResult]:
    """Train what meets on the sealed test, open it, judge, and write all but results.json."""
    assert searched is not None, "prices are always searched"
    records, trials = searched.found.records, searched.trials
    closed = before_the_test(prepared, searched, crew)
    crew.watch(Stage("opening the sealed test", records, trials))
    opened = prepared.sealed.open(searched.opening)
    sealed = judge_sealed(closed, opened, prepared, run=crew.folder.path, trials=len(records))
    sealed = replace(sealed, families=families_found(prepared, records))
    told = provenance(prepared)
    save_bundle(crew.folder.bundle, make_bundle(closed.final, sealed, prepared, {**searched.origin, **told}))
    write_predictions(crew.folder, sealed)
    crew.watch(Stage("writing the report", records, trials))
    return Ended(sealed, price_sections(prepared, closed=closed, sealed=sealed), told, closed.seconds)


def closing(sealed: SealedResult) -> list[str]:
    """What the terminal is told, line by line."""
    lines = [sealed.judgement.verdict]
    if sealed.gain:
        lines.append(sealed.gain.sentence())
    if sealed.worth:
        lines.append(sealed.worth.sentence())
    if sealed.judgement.leak_warning:
        lines.append(f"WARNING: {sealed.judgement.leak_warning}")
    lines += [f"WARNING: {problem}" for problem in sealed.problems]
    return [*lines, "", *sealed.families.lines()] if sealed.families else lines
