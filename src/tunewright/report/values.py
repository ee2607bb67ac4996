"""Types that all parts of the report share."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Number: TypeAlias = float | None
"""None: unknown or undefined."""

Floats: TypeAlias = NDArray[np.float64]
Dates: TypeAlias = NDArray[np.datetime64]
