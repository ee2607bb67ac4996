"""What tuning won on prices, in plain sentences; each says no more than was tested."""

from tunewright.prices.judging.seeds import DEFAULT, RANDOM, TUNED, OverSeeds
from tunewright.statistics.effect import effect_in_words
from tunewright.statistics.forecasts import TestResult
from tunewright.statistics.levels import HINT, LEVEL
from tunewright.statistics.paired import Change
from tunewright.statistics.wording import against, p_value, percent

BEST_RANDOM = "the best of the first five complete random configurations"
NAMES = {TUNED: "the tuned model", DEFAULT: "the untuned default", RANDOM: BEST_RANDOM}


def one_seed_each(gain: float, test: TestResult) -> str:
    """gain, test: of the two trained models."""
    return (
        "Whether tuning helped cannot be said from one training seed each, as a model that starts at random may differ "
        "by as much from the next one (final.seeds = 10 trains from more): the tuned model's squared error on the "
        "sealed days is "
        f"{against(gain)} that of the untuned default (of these two models alone, Diebold-Mariano {p_value(test.p)})."
    )


def over_seeds(found: OverSeeds) -> str:
    """Of the untuned default, and of the best random configuration where that was trained."""
    change = found.against[DEFAULT]
    ahead = sum(one < 0 for one in change.by_repeat)
    counted = (
        "days and seeds both counted as chance); it is smaller from "
        f"{'every one' if ahead == found.count else ahead or 'none'} of them"
        if _seeds_matter(change)
        else "days alone counted as chance, as seeds make no difference here)"
    )
    return (
        f"{effect_in_words(-change.change, p=change.p)}: over {found.count} training seeds the tuned model's squared "
        f"error on the sealed days is {against(-change.change)} that of the untuned default ({_interval(change)}, "
        f"{counted}. {_of_random(found)} All this is of the {found.count} together; what the verdict above judges is "
        "the one that is shipped, from the first seed."
    )


def untrained(found: OverSeeds) -> str:
    """Where tuned model or default could not be trained from every seed."""
    name = next(name for name in (TUNED, DEFAULT) if name in found.missing)
    return (
        f"Whether tuning helped cannot be said over training seeds, as {NAMES[name]} is not there from all of them: "
        f"{found.missing[name]}."
    )


def promise(gain: float) -> str:
    """gain: in validation, against the default."""
    return f"In validation it looked {percent(abs(gain))} {'better' if gain >= 0 else 'worse'} than the default."


def _of_random(found: OverSeeds) -> str:
    change = found.against.get(RANDOM)
    if change is None:
        return f"It is not compared with {BEST_RANDOM}: {found.missing[RANDOM]}."
    if change.p >= HINT:
        told = "not shown to be more than chance"
    elif change.p >= LEVEL:
        told = f"a hint, which is no proof (that needs p < {LEVEL})"
    else:
        told = "which chance hardly explains"
    return f"It is {against(-change.change)} that of {BEST_RANDOM} ({_interval(change)}), {told}."


def _interval(change: Change) -> str:
    return f"95 %: {_end(change.low)} to {_end(change.high)}; {p_value(change.p)}"


def _end(change: float) -> str:
    return against(-change) if change else "0 %"


def _seeds_matter(change: Change) -> bool:
    return max(change.by_repeat) - min(change.by_repeat) > 1e-12
