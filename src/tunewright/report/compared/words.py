"""What a comparison comes to, in plain sentences; each says no more than was tested."""

from collections.abc import Sequence

from tunewright.core.words import counted
from tunewright.report.compared.outcome import Compared, Contest, Differing, Measure, Pair
from tunewright.statistics.levels import LEVEL
from tunewright.statistics.wording import against, in_a_row, p_value, signed

NONE_TESTED = "No paired test is possible"
MODEL = "the trained model of"


def told(kind: str, contest: Contest, differing: Sequence[Differing]) -> Compared:
    """The comparison with its headline and its sentences."""
    return Compared(kind, contest, tuple(differing), headline(contest), sentences(contest))


def headline(contest: Contest) -> str:
    """In a few words."""
    pairs, labels = contest.pairs, [one.label for one in contest.contenders]
    if not pairs:
        return NONE_TESTED
    better, hints = (tuple(pair for pair in pairs if pair.standing == kind) for kind in ("better", "hint"))
    if better:
        leader = _ahead_of_all(better, others=len(labels) - 1)
        if leader:
            return _begun(_better(leader, [pair.other for pair in better if pair.one == leader], pairs=better))
        return f"{len(better)} of {counted(len(pairs), 'pair')} can be told apart"
    if hints:
        if len(pairs) == 1:
            return f"A hint, no proof, that {_better(hints[0].one, [hints[0].other], pairs=hints)}"
        give = "gives a hint" if len(hints) == 1 else "give hints"
        return f"No pair can be told apart, {len(hints)} of {len(pairs)} {give}"
    if all(pair.standing == "same" for pair in pairs):
        return f"{in_a_row(labels)} make the same forecasts"
    return f"{in_a_row(labels)} cannot be told apart"


def sentences(contest: Contest) -> tuple[str, ...]:
    """Each pair that is told apart or nearly so, or the only one; what they rest on; and what was not tested."""
    if not contest.pairs:
        return (contest.untested,)
    shown = [pair for pair in contest.pairs if len(contest.pairs) == 1 or pair.standing in ("better", "hint")]
    told = [pair_in_words(pair, contest, alone=len(contest.pairs) == 1) for pair in shown]
    even = len(contest.pairs) - len(shown)
    if shown and even:
        told.append(f"{counted(even, 'other pair').capitalize()} cannot be told apart.")
    return (*told, *_number_of_tests(contest.pairs), *_trainings(contest))


def pair_in_words(pair: Pair, contest: Contest, *, alone: bool = False) -> str:
    """The test of one pair, as a sentence. alone: the only pair, of which the headline says what it comes to."""
    if pair.same:
        return f"{pair.one} and {pair.other} make the same forecasts."
    measure = contest.measure
    test = "" if pair.over_seeds else f"{measure.test} "
    figures = f"95 %: {interval(pair, measure)}; {test}{p_value(pair.adjusted_p)}"
    found = (
        f"on {counted_rows(contest)} the {measure.noun} of {pair.one} is {_beside(pair, measure)} that of {pair.other} "
        f"({figures})."
    )
    if alone:
        needs = f" A claim needs p < {LEVEL}." if pair.standing == "hint" else ""
        return f"{_begun(found)}{needs}"
    claim = _better(pair.one, [pair.other], pairs=[pair])
    begins = {
        "better": _begun(claim),
        "hint": f"A hint, which is no proof (that needs p < {LEVEL}), that {claim}",
        "even": f"{pair.one} and {pair.other} cannot be told apart",
    }[pair.standing]
    return f"{begins}: {found}"


def counted_rows(contest: Contest) -> str:
    """`1,006 common sealed days`."""
    common = contest.common
    assert common is not None, "pairs are tested on common rows"
    return f"{common.count:,} common {common.unit}{'' if common.count == 1 else 's'}"


def difference(value: float, measure: Measure) -> str:
    """With its sign: `−1.20 %`, `+1.2 points`."""
    return signed(value) if measure.shares else f"{'−' if value < 0 else '+'}{_points(value)} points"


def interval(pair: Pair, measure: Measure) -> str:
    low, high = (difference(end, measure) for end in (pair.low, pair.high))
    return f"{low if measure.shares else low.removesuffix(' points')} to {high}"


def conclusion(pair: Pair) -> str:
    """In the last column of a table."""
    return {
        "better": f"{pair.one} is better" if pair.over_seeds else f"the model of {pair.one} is better",
        "hint": f"a hint for {pair.one}, no proof",
        "even": "cannot be told apart",
        "same": "the same forecasts",
    }[pair.standing]


def _begun(claim: str) -> str:
    """At the beginning of a sentence; a run's name stays as it is."""
    return claim[0].upper() + claim[1:] if claim.startswith((MODEL, "on ")) else claim


def _better(leader: str, others: Sequence[str], *, pairs: Sequence[Pair]) -> str:
    """Of configurations where seeds were in the test, else of the trained models alone."""
    if all(pair.over_seeds for pair in pairs if pair.one == leader):
        return f"{leader} is better than {in_a_row(others)}"
    return f"{MODEL} {leader} is better than {'that' if len(others) == 1 else 'those'} of {in_a_row(others)}"


def _ahead_of_all(better: Sequence[Pair], *, others: int) -> str | None:
    wins = [pair.one for pair in better]
    return next((label for label in wins if wins.count(label) == others), None)


def _beside(pair: Pair, measure: Measure) -> str:
    if measure.shares or pair.difference == 0:
        return against(-pair.difference)
    return f"{_points(pair.difference)} points {'below' if pair.difference < 0 else 'above'}"


def _points(share: float) -> str:
    """A difference of shares in points, to two digits."""
    size = abs(100 * share)
    return f"{size:.1f}" if size >= 0.95 or size == 0 else f"{size:.1g}"


def _number_of_tests(pairs: Sequence[Pair]) -> tuple[str, ...]:
    if len(pairs) == 1:
        return ()
    return (f"p is corrected for {len(pairs)} pairs (Holm): of many, some look better by chance.",)


def _trainings(contest: Contest) -> tuple[str, ...]:
    """Which chance is in the tests, and of what they speak therefore."""
    tested = [pair for pair in contest.pairs if not pair.same]
    counts = {one.label: one.trainings for one in contest.contenders}
    if not tested:
        return ()
    if all(pair.over_seeds for pair in tested):
        told = in_a_row([f"{count} of {label}" for label, count in counts.items()])
        return (
            f"{contest.chance.capitalize()} and training seeds both count as chance (trainings: {told}): it speaks of "
            "these winners, not of what another search would find.",
        )
    single = [label for label, count in counts.items() if count == 1]
    which = (
        "Each run has" if len(single) == len(counts) else f"{in_a_row(single)} {'has' if len(single) == 1 else 'have'}"
    )
    alone = "" if len(single) == len(counts) else " with it" if len(single) == 1 else " with them"
    return (
        f"{which} one training, so a test{alone} speaks of the trained models alone and not of their configurations: "
        "another training seed may turn it round (final.seeds = 10 trains from more).",
    )
