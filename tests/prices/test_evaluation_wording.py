"""The verdict's words, one golden sentence for each conclusion."""

from dataclasses import replace

from tunewright.prices.judging.wording import Finding, Rival, headline, leak_warning, sentence
from tunewright.runs.openings.looked import Looked
from tunewright.statistics.forecasts import TestResult
from tunewright.statistics.wording import p_value, percent

PLAIN = Finding(
    conclusion="no_skill",
    model_name="LSTM",
    days=1006,
    skill=-0.0043,
    smallest_skill=0.00614,
    clark_west=TestResult(-0.28, 0.61),
    diebold_mariano=TestResult(-0.9, 0.37),
    rivals=(
        Rival("a ridge regression on the same windows", -0.001, TestResult(3.1, 0.002)),
        Rival("the average drift", 0.0, TestResult(2.8, 0.0053)),
    ),
)


def test_the_sentence_for_no_skill() -> None:
    assert sentence(PLAIN) == (
        "No skill found: over 1,006 sealed days the tuned LSTM's squared error was 0.43 % above that of "
        "repeating the last price (Clark-West p = 0.61; not shown to be worse either, Diebold-Mariano p = 0.37); a "
        "true "
        "skill of 0.61 % or more would probably have shown."
    )
    assert sentence(replace(PLAIN, days=5, smallest_skill=1.0)).endswith("; so few days could not have shown any.")
    large = replace(PLAIN, skill=0.037, clark_west=TestResult(1.0, 0.15))
    assert sentence(large).endswith(
        "3.7 % below that of repeating the last price (Clark-West p = 0.15); its errors vary too much to tell even so "
        "large a skill from luck."
    )
    assert sentence(replace(PLAIN, clark_west=TestResult(2.9, 0.002))).endswith(
        "; its forecasts hold some signal (Clark-West p = 0.002), but too much noise to be of use."
    )


def test_the_sentence_for_a_hint() -> None:
    hint = replace(PLAIN, skill=0.006, clark_west=TestResult(1.9, 0.029))
    assert sentence(hint) == (
        "No skill proven: over 1,006 sealed days the tuned LSTM's squared error was 0.60 % below that of "
        "repeating the last price (Clark-West p = 0.029), which is a hint; a claim needs p < 0.01, "
        "as one run in 20 on pure chance shows as much."
    )


def test_the_sentence_for_skill() -> None:
    skill = replace(PLAIN, conclusion="skill", skill=0.012, clark_west=TestResult(2.7, 0.0035))
    measured = (
        "Skill found: over 1,006 sealed days the tuned LSTM's squared error was 1.2 % below that of "
        "repeating the last price (Clark-West p = 0.0035)"
    )
    ridge, drift = PLAIN.rivals
    assert sentence(skill) == measured + (
        ", and it does better than a ridge regression on the same windows (0.10 % above, Diebold-Mariano p = 0.002) "
        "and the average drift (equal to, Diebold-Mariano p = 0.0053)."
    )
    better = replace(ridge, skill=0.013, test=TestResult(-2.7, 0.007))
    assert sentence(replace(skill, rivals=(better, drift))) == measured + (
        ", but a ridge regression on the same windows (1.3 % below, Diebold-Mariano p = 0.007) does better, and it "
        "does better than the average drift (equal to, Diebold-Mariano p = 0.0053)."
    )
    even = [replace(one, skill=0.01, test=TestResult(0.4, 0.69)) for one in (ridge, drift)]
    assert sentence(replace(skill, rivals=tuple(even))) == measured + (
        ", but it cannot be told apart from a ridge regression on the same windows (1.0 % below, Diebold-Mariano "
        "p = 0.69) or the average drift (1.0 % below, Diebold-Mariano p = 0.69)."
    )
    assert sentence(replace(skill, rivals=(better, even[1]))).endswith(
        " does better, and it cannot be told apart from the average drift (1.0 % below, Diebold-Mariano p = 0.69)."
    )
    both = (better, replace(better, name="the average drift"))
    assert sentence(replace(skill, rivals=both)).endswith("(1.3 % below, Diebold-Mariano p = 0.007) do better.")


def test_the_sentence_for_a_hint_of_skill() -> None:
    """Of two tests that disagree, and of a skill too small for so many days."""
    unsure = ("one test does not follow", "another neither", "the skill is small")
    found = replace(PLAIN, conclusion="hint", skill=0.007, clark_west=TestResult(2.4, 0.0086), doubts=unsure)
    measured = (
        "A hint of skill, not a proof: over 1,006 sealed days the tuned LSTM's squared error was 0.70 % below that of "
        "repeating the last price (Clark-West p = 0.0086), but "
    )
    assert sentence(found) == measured + ("one test does not follow, another neither and the skill is small.")
    better = replace(PLAIN.rivals[0], test=TestResult(-2.7, 0.007))
    assert sentence(replace(found, doubts=unsure[2:], rivals=(better, PLAIN.rivals[1]))) == measured + (
        "the skill is small; a ridge regression on the same windows does better."
    )


def test_the_headline_says_what_the_rivals_take_from_the_praise() -> None:
    ridge, drift = PLAIN.rivals
    better = replace(ridge, test=TestResult(-2.7, 0.007))
    even = [replace(one, test=TestResult(0.4, 0.01)) for one in (ridge, drift)]
    naive = "repeating the last price"
    told = {
        (): "",
        (even[1],): ", not shown to be better than the average drift",
        tuple(even): ", not shown to be better than a ridge regression on the same windows or the average drift",
        (better, drift): ", worse than a ridge regression on the same windows",
        (better, even[1]): ", worse than a ridge regression on the same windows, not shown to be better than the "
        "average drift",
    }
    for rivals, end in told.items():
        assert headline("skill", rivals, naive=naive) == f"Better than {naive}{end}"
        assert headline("hint", rivals, naive=naive) == f"A hint, not a proof, that it is better than {naive}"
        assert headline("no_skill", rivals, naive=naive) == f"Not shown to be better than {naive}"
        assert headline("worse", rivals, naive=naive) == f"Worse than {naive}"


def test_the_sentence_for_worse() -> None:
    worse = replace(PLAIN, conclusion="worse", skill=-0.34, diebold_mariano=TestResult(-5.0, 1e-6))
    assert sentence(worse) == (
        "Worse than doing nothing: over 1,006 sealed days the tuned LSTM's squared error was 34 % above "
        "that of repeating the last price (Diebold-Mariano p < 0.001); the last price is the better forecast."
    )
    assert "was 6.0 times that of repeating" in sentence(replace(worse, skill=-5.0))


def test_the_leak_warning_begins_above_five_percent() -> None:
    assert leak_warning(0.05, 0.001) is None
    assert leak_warning(0.12, 0.05) is None, "chance gives as much on few days"
    assert leak_warning(0.12, 0.0499) == (
        "Skill of 12 % on one daily ticker is more than honest methods reach (about 1 %): "
        "look for a leak before you believe it."
    )


def test_numbers_read_well_at_the_edges() -> None:
    shares = (0.0, 1e-6, 0.0043, 0.00996, 0.0995, 0.12, 1.0)
    texts = ["0.00 %", "less than 0.01 %", "0.43 %", "1.0 %", "10 %", "12 %", "100 %"]
    assert [percent(share) for share in shares] == texts
    values = (1.0, 0.614, 0.0503, 0.05, 0.0499, 0.01003, 0.00997, 0.004, 0.0001)
    texts = ["p = 1", "p = 0.61", "p > 0.05", "p = 0.05", "p < 0.05", "p > 0.01", "p < 0.01", "p = 0.004", "p < 0.001"]
    assert [p_value(p) for p in values] == texts


def test_what_looks_before_add_to_each_verdict() -> None:
    """A second sentence, but where the first says it already, and nothing where nobody looked before."""
    thrice = Looked(3, 0.61, 1.0)
    second = " These days were looked at 3 times before; adjusted for that, the test of skill has p = 1."
    for conclusion in ("no_skill", "worse", "skill"):
        found = replace(PLAIN, conclusion=conclusion)
        assert sentence(replace(found, looked=thrice)) == sentence(found) + second
        assert sentence(replace(found, looked=Looked(0, 0.61, 0.61))) == sentence(found)
    spoilt = Looked(3, 0.004, 0.016)
    hint = replace(PLAIN, conclusion="hint", rivals=(), doubts=(spoilt.doubt("these days"),), looked=spoilt)
    assert sentence(hint).endswith(
        "but these days were looked at 3 times before, and of the best of so many looks it takes more to rule out "
        "chance (adjusted p = 0.016; a claim needs p < 0.01)."
    )
    other = replace(hint, doubts=("the sun shone",), looked=Looked(1, 0.004, 0.008))
    assert sentence(other).endswith(
        "but the sun shone. These days were looked at once before; adjusted for that, the test of skill has p = 0.008."
    )
