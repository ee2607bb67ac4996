"""Fold racing: may this trial still end among the best? The chance of it, from the folds both have seen.

A t-test on two to five folds has no power: nearly all its evidence goes into estimating one variance. But a trial's
folds are not alone. The complete trials tell how two of them differ from fold to fold, and how far a difference at an
epoch of a fold still moves until its end. Both are estimated from all of them together (random effects, each fold's
variance drawn towards the common one as in Smyth 2004), and the trial under way has but its own level to show. So the
test can act from fold 2, and within fold 1 where a trial is hopeless.

Notation: y_ig is the score of trial i, of the n better ones among the complete trials, in fold g of K; a dot is a mean.
The trial under way is measured by its paired differences to them, a_g = its score - y_.g, and the rival by the mean of
its own, A = its score - y_.. . So the folds' levels cancel; the sizes of differences are taken to grow with the level:

    l_g = y_.g / y_..                                          (1 where some y_.g is not positive)

**Model.** delta is the trial's true difference, p its difference at the rung of the fold f under way.

    a_g = l_g delta + eps_g     eps_g ~ N(0, s_g^2): what a fold makes of equally good trials
    delta ~ N(A, tau^2)         without evidence, as good as the rival
    p = a_f + eta               eta ~ N(0, v): what the rest of the fold will change

**Estimates**

    r_ig  = (y_ig - y_.g) / l_g - (y_i. - y_..)                (residuals of trials and folds)
    q_g   = K sum_i r_ig^2 / ((n - 1)(K - 1)),  q = their mean
    s_g^2 = (1 + 1/n) l_g^2 (4 q + (n - 1) q_g) / (n + 3)
    tau^2 = var_i(y_i.), at least mean(s_g^2) / K
    v     = (1 + 1/n) var_i(x_i - y_if)                        (x_i: where trial i stood at this rung)

**Decision.** Over the folds seen, let w_g = s_g^2 for ended ones, w_f = s_f^2 + v with p for a_f for the one under way;
h = s_f^2 / w_f. With V = 1 / (1/tau^2 + sum l_g^2 / w_g) and m = V (A/tau^2 + sum l_g a_g / w_g), the difference D of
the final means has

    E[D]   = (sum_ended a_g + h p + u m) / K - A               u = sum_unbegun l_g + (1 - h) l_f
    Var[D] = (u^2 V + sum_unbegun s_g^2 + h v) / K^2

without the terms of the fold under way where there is none. The trial is pruned when it is behind the rival over the
rungs both have seen and P(D < 0) < level, by Student's t with n + 3 degrees of freedom, for each of the `rivals` best.
Looking at every rung costs nothing: P(D < 0) is the chance of the very thing that pruning forgoes, whenever it is read,
so at most about the share `level` of the pruned trials would have beaten a rival; fewer, as most are no match for it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from tunewright.core.errors import ConfigError
from tunewright.search.pruners.rungs import Minimum, Rung, at, complete, rung_of, standing
from tunewright.search.records import TrialRecord

Array = npt.NDArray[np.float64]
_PRIOR_FREEDOM = 4
_ROUNDING = float(np.finfo(float).eps)  # by so much equal trials differ anyhow, so no variance is zero
_FEWEST = 3  # trials without which there is no variance to speak of


@dataclass(frozen=True)
class FoldRacing:
    """Prunes a trial whose chance to beat any of the `rivals` best complete trials is below `level`."""

    level: float = 0.2
    rivals: int = 1
    minimum: Minimum = field(default_factory=Minimum)

    def __post_init__(self) -> None:
        if not 0 < self.level < 0.5 or self.rivals < 1:
            raise ConfigError(
                "fold racing needs a level between 0 and 0.5 and at least 1 rival, "
                f"found {self.level} and {self.rivals}"
            )

    def prune(self, history: Sequence[TrialRecord], trial: TrialRecord) -> str | None:
        rung = rung_of(trial)
        if rung is None or not self.minimum.met(history, trial):
            return None
        others = [record for record in complete(history) if at(record, rung) is not None]
        rivals = others[: self.rivals]
        with np.errstate(all="ignore"):
            racers = Field.of(others[: max(self.minimum.trials, _FEWEST, (len(others) + 1) // 2)])
            if racers is None or len(trial.fold_scores) >= len(racers.scale) or _leads(trial, rivals, rung):
                return None
            chance = max(racers.chance(trial, rival, rung) for rival in rivals)
        # A curve that once was near the end of the number range leaves no chance to tell; nobody is pruned for that.
        if math.isnan(chance) or chance >= self.level:
            return None
        against = "the best trial" if len(rivals) == 1 else f"one of the {len(rivals)} best trials"
        return f"{rung}: the chance to end better than {against} is {chance:.2%}, below {self.level:.2%}"


@dataclass(frozen=True)
class Field:
    """Those whom a trial races against, with all scores in units of the largest one, `unit`.

    scores: y_ig, shape (trials, folds). scale, scatter: l_g and s_g^2, shape (folds,). between: tau^2.
    """

    records: tuple[TrialRecord, ...]
    unit: float
    scores: Array
    scale: Array
    scatter: Array
    between: float

    @classmethod
    def of(cls, records: Sequence[TrialRecord]) -> "Field | None":
        """The field of these complete trials; None where they are fewer than 3."""
        if len(records) < _FEWEST:
            return None
        scores = np.array([record.fold_scores for record in records])
        unit = float(np.abs(scores).max()) or 1.0
        scores = scores / unit
        count, folds = scores.shape
        means, levels = scores.mean(axis=1), scores.mean(axis=0)
        scale = levels / levels.mean() if np.all(levels > 0) else np.ones(folds)
        least = _ROUNDING**2
        spread = float(means.var(ddof=1)) + least
        if folds == 1:  # trials and folds cannot be told apart, and the end of the one fold is the end
            return cls(tuple(records), unit, scores, scale, np.array([spread]), spread)
        residuals = (scores - levels) / scale - (means - means.mean())[:, None]
        raw = folds * np.sum(residuals**2, axis=0) / ((count - 1) * (folds - 1))
        moderated = (_PRIOR_FREEDOM * raw.mean() + (count - 1) * raw) / (_PRIOR_FREEDOM + count - 1)
        scatter = (1 + 1 / count) * scale**2 * moderated + least
        return cls(tuple(records), unit, scores, scale, scatter, max(spread, float(scatter.mean()) / folds))

    def chance(self, trial: TrialRecord, rival: TrialRecord, rung: Rung) -> float:
        """The probability that the trial's final mean is below the rival's."""
        count, folds = self.scores.shape
        ended = len(trial.fold_scores)
        lead = float(np.mean(np.array(rival.fold_scores) / self.unit) - self.scores.mean())
        ahead = np.array(trial.fold_scores) / self.unit - self.scores.mean(axis=0)[:ended]
        scale, scatter = self.scale, self.scatter
        precision = 1 / self.between + float(np.sum(scale[:ended] ** 2 / scatter[:ended]))
        evidence = lead / self.between + float(np.sum(scale[:ended] * ahead / scatter[:ended]))
        total, variance, unseen = float(ahead.sum()), float(scatter[ended:].sum()), float(scale[ended:].sum())
        if not rung.ended:
            partial, noise = self.foretell(trial, rung)
            width = float(scatter[ended]) + noise
            known = float(scatter[ended]) / width
            precision += float(scale[ended]) ** 2 / width
            evidence += float(scale[ended]) * partial / width
            total, unseen = total + known * partial, unseen - known * float(scale[ended])
            variance += known * noise - float(scatter[ended])
        expected = total + unseen * evidence / precision - folds * lead
        deviation = max(float(np.sqrt(variance + unseen**2 / precision)), _ROUNDING)
        from scipy import stats  # takes seconds to load, and settings are read without it

        return float(stats.t.sf(expected / deviation, count - 1 + _PRIOR_FREEDOM))

    def foretell(self, trial: TrialRecord, rung: Rung) -> tuple[float, float]:
        """p and v: the trial's difference at this rung, and the variance of what the rest of the fold changes."""
        here = np.array([_at(record, rung) for record in self.records]) / self.unit
        moves = self.scores[:, rung.fold] - here
        return _at(trial, rung) / self.unit - float(here.mean()), (1 + 1 / len(moves)) * float(moves.var(ddof=1))


def _leads(trial: TrialRecord, rivals: Sequence[TrialRecord], rung: Rung) -> bool:
    own = standing(trial, rung)
    there = [standing(rival, rung) for rival in rivals]
    return own is None or any(value is None or own <= value for value in there)


def _at(record: TrialRecord, rung: Rung) -> float:
    value = at(record, rung)
    assert value is not None, "racers are chosen by having been here, and the trial under way has just reported"
    return value
