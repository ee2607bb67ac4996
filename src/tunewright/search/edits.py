"""Changes of a study's space while it is under way: ranges may be widened and choices added, nothing else."""

from collections.abc import Mapping
from typing import Any

from tunewright.core.errors import ConfigError

Described = Mapping[str, Mapping[str, Any]]
"""A space as `Space.as_dict` describes it."""


def widened(old: Described, new: Described) -> tuple[str, ...]:
    """What was widened, in words, parameter by parameter; () where the spaces are equal.

    Raises ConfigError for any other change: trials that were run would not be configurations of the new space.
    """
    for name in [*old, *new]:
        if name not in old or name not in new:
            what, runs = ("added", "without") if name in new else ("removed", "with")
            raise _refused(name, f"a parameter cannot be {what}, as trials were run {runs} it")
    return tuple(text for name in old if (text := _widened(name, old[name], new[name])))


def _widened(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    if old == new:
        return ""
    for key, meaning in (("type", "kind"), ("when", "condition"), ("log", "scale"), ("step", "step")):
        if old.get(key) != new.get(key):
            raise _refused(name, f"its {meaning} cannot change from {old.get(key)!r} to {new.get(key)!r}")
    if old["type"] == "choice":
        missing = [choice for choice in old["choices"] if choice not in new["choices"]]
        if missing:
            raise _refused(name, f"the choice {missing[0]!r} cannot be removed, as trials may have it")
        added = [choice for choice in new["choices"] if choice not in old["choices"]]
        if new["choices"] != [*old["choices"], *added]:
            raise _refused(name, "its choices cannot change places; add new ones behind the others")
        return f"{name}: {', '.join(map(repr, added))} added"
    if new["low"] > old["low"] or new["high"] < old["high"]:
        raise _refused(name, f"a range cannot become narrower, from {_range(old)} to {_range(new)}")
    step = old["step"]
    if step and abs(((old["low"] - new["low"]) / step + 0.5) % 1 - 0.5) > 1e-9:
        raise _refused(name, f"{new['low']} is no whole number of steps of {step} below {old['low']}")
    return f"{name}: {_range(old)} widened to {_range(new)}"


def _refused(name: str, why: str) -> ConfigError:
    return ConfigError(
        f"[space] {name}: {why}; while a study is under way a range may be widened or a choice added, "
        "for anything else begin anew with another --out"
    )


def _range(described: Mapping[str, Any]) -> str:
    return f"{described['low']} .. {described['high']}"
