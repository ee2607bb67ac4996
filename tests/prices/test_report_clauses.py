"""The page's sign and tables for what a verdict rests on."""

from dataclasses import replace

import pytest

from tunewright.prices.report.outcome import Clause, FewDays, Outcome, PValue, Scores, Slice, Stability, Statistic
from tunewright.prices.report.subject import PRICE
from tunewright.prices.report.tables import clauses_table, slices_table
from tunewright.prices.report.words import tone

HELD = Clause("last_value", "ground", "Is it better?", True, 0.001, "It is better (p < 0.001).", "")
RIVAL = Clause("ridge", "rival", "Better than a ridge?", False, 0.4, "It cannot be told apart & more.", "")
UNTESTED = Clause("at_all_times", "doubt", "At no time worse?", None, None, "Too few days.", "")
OUTCOME = Outcome(
    openings=1,
    rows=500,
    metrics={"model": Scores(1.0, 1.0, 1.0, 1.0)},
    directional=None,
    skill_vs_last_value=0.02,
    smallest_detectable_skill=0.01,
    clark_west=Statistic(3.0, 0.001),
    diebold_mariano=Statistic(3.0, 0.001),
    spa=PValue(0.001),
    lag_check=None,
    leak_warning=None,
    conclusion="skill",
    verdict="Skill found.",
    outside_training_range=0.0,
    clauses=[HELD, UNTESTED],
    headline="Better than repeating the last price, not shown to be better than a ridge",
    stability=Stability(FewDays(5, 0.8, 0.01), None, [Slice("2016", 250, -0.0123, 0.3)]),
)


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        ({}, "skill"),
        ({"clauses": []}, "skill"),
        ({"clauses": [HELD, RIVAL]}, "no_skill"),
        ({"standing_vs_har": "worse", "clauses": []}, "no_skill"),
        ({"leak_warning": "Too much."}, "no_skill"),
        ({"conclusion": "hint"}, "no_skill"),
        ({"conclusion": "no_skill"}, "no_skill"),
        ({"conclusion": "worse"}, "worse"),
    ],
)
def test_praise_needs_every_clause_that_could_be_tested(change: dict[str, object], shown: str) -> None:
    assert tone(replace(OUTCOME, **change)) == shown  # type: ignore[arg-type]


def test_each_clause_is_a_row_with_its_sign() -> None:
    page = clauses_table(replace(OUTCOME, clauses=[HELD, RIVAL, UNTESTED]))
    for sign, clause in (("Holds", HELD), ("Does not hold", RIVAL), ("Could not be tested", UNTESTED)):
        row = page.split(clause.asks)[0].rpartition("<tr>")[2]
        assert f'title="{sign}"' in row
    assert "It cannot be told apart &amp; more." in page
    assert clauses_table(replace(OUTCOME, clauses=[])) == ""


def test_years_and_markets_are_listed_where_they_are_known() -> None:
    page = slices_table(OUTCOME, PRICE)
    assert all(part in page for part in ("2016", "\N{MINUS SIGN}1.23 %", "p = 0.300", "for all rows at once"))
    assert slices_table(replace(OUTCOME, stability=None), PRICE) == ""


def test_the_headline_is_that_of_the_results() -> None:
    assert PRICE.headline(OUTCOME) == OUTCOME.headline
    assert PRICE.headline(replace(OUTCOME, headline=None)) == "Better than repeating the last price"
