"""Prices of CRSP: one below zero is the mean of bid and ask of a day without trades, and zero means none is known."""

from collections.abc import Mapping, Sequence

import numpy as np

from tunewright.core.words import counted
from tunewright.prices.data.names import of_crsp
from tunewright.prices.data.table import Floats

_TITLES = frozenset({"prc", "openprc", "askhi", "bidlo"})
_NO_VOLUME = -99


def without_signs(
    columns: Mapping[str, Floats], headers: Mapping[str, str], titles: Sequence[str]
) -> tuple[dict[str, Floats], tuple[str, ...]]:
    """The columns as CRSP means them, where the close is its PRC, and sentences on what was done.

    titles: of all columns.
    """
    if headers.get("close", "").lower() != "prc" or not of_crsp(titles):
        return dict(columns), ()
    told = []
    mended = dict(columns)
    for name, values in columns.items():
        if headers[name].lower() in _TITLES:
            mended[name] = np.where(values == 0, np.nan, np.abs(values))
            if count := int((values < 0).sum()):
                told.append(
                    f"'{headers[name]}' below zero is the mean of bid and ask (CRSP): sign dropped in "
                    f"{counted(count, 'row')}"
                )
        elif name == "volume":
            mended[name] = np.where(values == _NO_VOLUME, np.nan, values)
    return mended, tuple(told)
