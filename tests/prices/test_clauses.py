"""What a claim rests on: every sentence that a clause can say, with its condition."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from tunewright.prices.judging.clauses import (
    Clause,
    agreement_clause,
    doubts_of,
    looks_clause,
    rival_clause,
    size_clause,
    skill_clause,
    stability_clauses,
    superior_clause,
)
from tunewright.prices.judging.stability import Changing, FewDays, Slice, Stability, Stretch
from tunewright.runs.openings.looked import Looked
from tunewright.statistics.forecasts import TestResult
from tunewright.statistics.superior import Superior

SKILL = partial(skill_clause, "last_value", benchmark="repeating the last price")
AGREES = partial(agreement_clause, value="price")
SUPERIOR = partial(superior_clause, methods="model, drift and ridge")
STRETCH = Stretch("2015-01-02", "2015-06-30", 0.01)
STABLE = Stability(
    FewDays(5, 0.8, 0.004),
    Changing(STRETCH, STRETCH, p_better=0.2, p_worse=0.01),
    (Slice("2015", 250, 0.01, 1.0), Slice("wild market", 80, 0.02, 0.3)),
)


def test_skill_needs_a_sign_and_a_test() -> None:
    assert SKILL(0.012, test=TestResult(2.6, 0.0099)) == Clause(
        "last_value", "ground", "Is it better than repeating the last price?", True, 0.0099,
        "Its squared error is 1.2 % below that of repeating the last price (Clark-West p = 0.0099; a claim needs "
        "p < 0.01).",
    )  # fmt: skip
    assert SKILL(0.012, test=TestResult(2.6, 0.01)).holds is False
    assert "Its squared error is equal to that of repeating" in SKILL(0.0, test=TestResult(0.0, 1.0)).told
    assert "Its squared error is 3.0 times that of repeating" in SKILL(-2.0, test=TestResult(-9.0, 1.0)).told
    below = SKILL(-0.012, test=TestResult(2.6, 0.001))
    assert (below.holds, below.told[:58]) == (False, "Its squared error is 1.2 % above that of repeating the las")


@pytest.mark.parametrize(
    ("standing", "holds", "told"),
    [
        ("behind", True, "It does better than the average drift (Diebold-Mariano p = 0.004)."),
        (
            "even",
            False,
            "It cannot be told apart from the average drift (Diebold-Mariano p = 0.02; to tell them apart takes p < "
            "0.01).",
        ),
        ("better", False, "The average drift does better (Diebold-Mariano p = 0.004)."),
    ],
)
def test_rivals_are_told_by_their_standing(standing: str, holds: bool, told: str) -> None:
    p = 0.02 if standing == "even" else 0.004
    clause = rival_clause("drift", standing, test=TestResult(2.0, p), rival="the average drift")  # type: ignore[arg-type]
    assert (clause.weight, clause.holds, clause.told, clause.doubt) == ("rival", holds, told, "")


@pytest.mark.parametrize(
    ("p", "paired", "superior", "doubted"),
    [
        (0.0099, "agrees (p < 0.01)", "is superior (p < 0.01)", False),
        (0.01, "gives a hint of the same (p = 0.01)", "gives a hint of being superior (p = 0.01)", False),
        (0.05, "shows no difference (p = 0.05)", "is not shown to be superior (p = 0.05)", True),
    ],
)
def test_two_other_tests_are_to_show_a_hint(p: float, paired: str, superior: str, doubted: bool) -> None:
    mariano, spa = AGREES(TestResult(2.0, p)), SUPERIOR(Superior(p, itself=not doubted))
    assert mariano.told == f"Diebold-Mariano {paired.replace('p < 0.01', 'p = 0.0099')}."
    assert spa.told == f"The best of model, drift and ridge {superior.replace('p < 0.01', 'p = 0.0099')}."
    doubts = (
        "Diebold-Mariano does not tell its error from the last price's (p = 0.05)",
        "none of model, drift and ridge is shown to be superior (p = 0.05)",
    )
    assert doubts_of((mariano, spa)) == (doubts if doubted else ())


def test_superiority_that_could_not_be_tested_doubts_nothing() -> None:
    spa = SUPERIOR(None)
    assert (spa.holds, spa.p, spa.doubt) == (None, None, "")
    assert spa.told == "Too few days that do not overlap for a test."


@pytest.mark.parametrize("p", [0.001, 0.04])
def test_superiority_of_a_rival_is_not_the_models(p: float) -> None:
    found = "is" if p < 0.01 else "gives a hint of being"
    assert SUPERIOR(Superior(p, itself=False)) == Clause(
        "superior", "doubt", "Is it superior, although several forecasts were tried?", False, p,
        f"The best of model, drift and ridge {found} superior (p = {p}), but the model itself is not shown to be.",
        f"it is not itself the one of model, drift and ridge that is shown to be superior (p = {p})",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("p", "told", "doubt"),
    [
        (0.003, "finds the opposite", "finds its error larger than the last price's"),
        (0.03, "gives a hint of the opposite", "finds its error larger than the last price's"),
        (0.3, "shows no difference", "does not tell its error from the last price's"),
    ],
)
def test_a_test_that_says_worse_does_not_agree(p: float, told: str, doubt: str) -> None:
    mariano = AGREES(TestResult(-3.0, p))
    assert (mariano.holds, mariano.told) == (False, f"Diebold-Mariano {told} (p = {p}).")
    assert mariano.doubt == f"Diebold-Mariano {doubt} (p = {p})"


def test_a_skill_below_what_so_many_days_show_is_doubted() -> None:
    large, small = size_clause(0.01, 0.01), size_clause(0.0099, 0.01)
    assert large.told == ("A skill of 1.0 % is not below 1.0 %, the smallest that so many days would probably show.")
    assert large.holds
    assert small.doubt == "on so many days a skill below 1.0 % is seldom told from luck"
    assert size_clause(-0.003, 0.01).told.startswith("A skill of \u22120.30 % is below 1.0 %")


def test_of_years_whose_p_is_1_the_lowest_is_named() -> None:
    low, lower = Slice("2015", 240, -0.006, 1.0), Slice("2016", 240, -0.011, 1.0)
    *_, parts = stability_clauses(replace(STABLE, slices=(low, lower)), value="price")
    assert parts.told == "Its skill is below zero in 2 of 2, lowest in 2016 (\u22121.1 %, p = 1 for all at once)."


def test_a_stable_skill_holds() -> None:
    days, times, parts = stability_clauses(STABLE, value="price")
    assert (days.holds, times.holds, parts.holds) == (True, True, True)
    assert days.told == (
        "The best 5 days alone brought 80 % of it; without the best and the worst 5 days the skill is 0.40 %."
    )
    assert times.told == (
        "Even where it gained least, from 2015-01-02 to 2015-06-30, its skill was 1.0 % (fluctuation p = 0.01)."
    )
    assert parts.told == "Its skill is below zero in none of the 2 that have days enough."
    assert (days.p, times.p, parts.p) == (None, 0.01, 1.0)


LOW = replace(STRETCH, skill=-0.02)


@pytest.mark.parametrize(
    ("change", "place", "told", "doubt"),
    [
        (
            lambda one: replace(one, few_days=FewDays(1, 2.25, -0.001)), 0,
            "The best 1 day alone brought 225 % of it; without the best and the worst 1 day the skill is \u22120.10 %.",
            "without its best and its worst 1 day nothing of the gain is left",
        ),
        (
            lambda one: replace(one, changing=Changing(STRETCH, LOW, 0.2, 0.0099)), 1,
            "In sum it lost most from 2015-01-02 to 2015-06-30, three tenths of the days: a skill of \u22122.0 % "
            "there, "
            "lower than chance alone brings (fluctuation p = 0.0099).",
            "from 2015-01-02 to 2015-06-30 it was worse than the last price (p = 0.0099)",
        ),
        (
            lambda one: replace(one, slices=(*one.slices, Slice("2016", 240, -0.03, 0.0099))), 2,
            "Its skill is below zero in 1 of 3, most plainly in 2016 (\u22123.0 %, p = 0.0099 for all at once).",
            "in 2016 it was worse than the last price",
        ),
        (
            lambda one: replace(one, slices=tuple(replace(each, skill=-0.03, p=0.001) for each in one.slices)), 2,
            "Its skill is below zero in 2 of 2, most plainly in 2015 (\u22123.0 %, p = 0.001 for all at once).",
            "in 2015 and the wild market it was worse than the last price",
        ),
    ],
)  # fmt: skip
def test_an_unstable_skill_is_doubted(
    change: Callable[[Stability], Stability], place: int, told: str, doubt: str
) -> None:
    clause = stability_clauses(change(STABLE), value="price")[place]
    assert (clause.holds, clause.told, clause.doubt) == (False, told, doubt)


@pytest.mark.parametrize(
    ("change", "place", "told"),
    [
        (lambda one: replace(one, few_days=FewDays(5, None, 0.1)), 0, "There is no gain that a few days could have "
         "made."),
        (lambda one: replace(one, few_days=FewDays(0, None, 0.1)), 0, "Too few days to leave some out."),
        (lambda one: replace(one, changing=None), 1, "Not tested: too few days that do not overlap, or an error that "
         "differs by the same on all of them."),
        (lambda one: replace(one, slices=()), 2, "Too few days of any year for a test."),
    ],
)  # fmt: skip
def test_what_could_not_be_tested_neither_holds_nor_doubts(
    change: Callable[[Stability], Stability], place: int, told: str
) -> None:
    clause = stability_clauses(change(STABLE), value="price")[place]
    assert (clause.holds, clause.p, clause.told, clause.doubt) == (None, None, told, "")


def test_a_low_stretch_and_a_low_year_that_chance_explains_hold() -> None:
    found = replace(
        STABLE,
        changing=Changing(STRETCH, LOW, 0.2, 0.01),
        slices=(*STABLE.slices, Slice("2016", 240, -0.03, 0.01)),
    )
    _, times, parts = stability_clauses(found, value="price")
    assert (times.holds, parts.holds) == (True, True)
    assert "a skill of \u22122.0 % there, as chance alone brings (fluctuation p = 0.01)" in times.told


@pytest.mark.parametrize(
    ("looked", "holds", "told", "doubted"),
    [
        (Looked(0, 0.004, 0.004), True, "No earlier look at these days is known.", False),
        (
            Looked(1, 0.004, 0.008),
            True,
            "These days were looked at once before; adjusted for that, the test of skill has p = 0.008.",
            False,
        ),
        (
            Looked(2, 0.004, 0.012),
            False,
            "These days were looked at 2 times before; adjusted for that, the test of skill has p = 0.012.",
            True,
        ),
        (
            Looked(2, 0.5, 1.0),
            False,
            "These days were looked at 2 times before; adjusted for that, the test of skill has p = 1.",
            False,
        ),
    ],
)
def test_looks_before_are_counted(looked: Looked, holds: bool, told: str, doubted: bool) -> None:
    clause = looks_clause(looked)
    assert (clause.holds, clause.told, clause.doubt != "") == (holds, told, doubted)
