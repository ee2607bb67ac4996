"""What a test of the tuned model against the untuned default comes to, and how it is said."""

from typing import Literal, TypeAlias

from tunewright.statistics.levels import HINT, LEVEL

Effect: TypeAlias = Literal["helped", "no_difference", "overtuned"]


def effect_of(gain: float, *, p: float) -> Effect:
    """`overtuned`: significantly worse than the default. gain: above 0 where the tuned model is the better one."""
    if p >= LEVEL:
        return "no_difference"
    return "helped" if gain > 0 else "overtuned"


def effect_in_words(gain: float, *, p: float) -> str:
    """The beginning of a sentence that goes on with the figures."""
    if LEVEL <= p < HINT:
        return f"Tuning shows a hint of {'help' if gain > 0 else 'harm'}, which is no proof (that needs p < {LEVEL})"
    return {
        "helped": "Tuning helped",
        "no_difference": "Tuning made no difference that can be told from chance",
        "overtuned": "Tuning did harm (overtuning)",
    }[effect_of(gain, p=p)]
