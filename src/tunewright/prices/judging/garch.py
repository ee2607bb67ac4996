"""GARCH(1,1), the textbook model of volatility, fitted on development rows and run on through later ones.

    r[t] = mu + e[t],   variance[t+1] = omega + alpha e[t]^2 + beta variance[t]

Bollerslev (1986). Fitted by maximum likelihood (package `arch`); the recursion below only filters, it never fits again.
"""

from dataclasses import dataclass

import numpy as np

from tunewright.core.codec import Json
from tunewright.statistics.matching import Prices


@dataclass(frozen=True)
class Garch:
    """The parameters, for log returns. `start`: the variance before the first row. `converged`: as the fit says."""

    mu: float
    omega: float
    alpha: float
    beta: float
    start: float
    converged: bool

    def ahead(self, close: Prices, *, horizon: int) -> Prices:
        """The volatility of the next `horizon` days as seen in each row, shape (rows,): root of their mean variance."""
        returns = np.diff(np.log(close))
        variance = np.empty(len(close))
        variance[0] = self.start
        for row, error in enumerate(returns - self.mu, start=1):
            variance[row] = self.omega + self.alpha * error**2 + self.beta * variance[row - 1]
        total, day = np.zeros(len(close)), variance
        for _ in range(horizon):
            total, day = total + day, self.omega + (self.alpha + self.beta) * day
        means: Prices = np.sqrt(total / horizon)
        return means

    def as_dict(self) -> dict[str, Json]:
        """The fitted numbers, ready for JSON."""
        return {name: getattr(self, name) for name in ("mu", "omega", "alpha", "beta", "converged")}


def fit_garch(close: Prices) -> Garch:
    """Fit on the closes of the development rows, shape (rows,)."""
    returns = np.diff(np.log(close))
    scale = float(np.std(returns)) or 1.0  # the likelihood is searched best where returns are of order one
    from arch.univariate import arch_model  # takes a second, and brings a plotting library with it

    model = arch_model(returns / scale, mean="Constant", vol="GARCH", p=1, q=1, rescale=False)
    fitted = model.fit(disp="off", show_warning=False)
    mu, omega, alpha, beta = (float(value) for value in np.asarray(fitted.params))
    return Garch(
        mu=mu * scale,
        omega=omega * scale**2,
        alpha=alpha,
        beta=beta,
        start=float(np.var(returns)),
        converged=fitted.convergence_flag == 0,
    )
