"""What the titles of columns mean: every source has its own words for the same few things."""

import re
from collections.abc import Mapping, Sequence

_TITLES: Mapping[str, str] = {
    "date": "date, trade date, trading date, datetime, date time, timestamp, day, observation date, datum, fecha, "
    "data, time",
    "open": "open, open price, opening price, eröffnung, eroffnung, eröffn, erster, apertura, ouverture, ouv, abertura",
    "high": "high, high price, day high, hoch, tageshoch, max, maximum, máximo, maximo, máxima, maxima, "
    "massimo, alto, haut, plus haut",
    "low": "low, low price, day low, tief, tagestief, min, minimum, mínimo, minimo, mínima, minima, bajo, bas, "
    "plus bas",
    "close": "close, close/last, close price, closing price, closing value, schluss, schlusskurs, cierre, clôture, "
    "cloture, chiusura, price, last, last price, zuletzt, último, ultimo, dernier, value, kurs, nav",
    "adj_close": "adj close, adjclose, adjusted close, adj close price, adjusted closing price",
    "volume": "volume, vol, total trade quantity, total volume, shares traded, volumen, umsatz, volumes, "
    "total traded quantity, number of shares",
    "ticker": "ticker, symbol, tic, stock, stock symbol, index code, ts code, instrument, name",
    "split": "stock splits, split coefficient, splitratio, split ratio, splitfactor, split factor",
}
_RANKS: Mapping[str, tuple[str, int]] = {
    title: (name, rank) for name, titles in _TITLES.items() for rank, title in enumerate(titles.split(", "))
}
PRICES = frozenset({"open", "high", "low", "close", "adj_close", "volume"})
"""The names that a header of several tickers repeats."""

_ANY_VALUE = frozenset({"value", "nav"})
"""A close only where no other price stands beside: there, a value is what was turned over."""
_NOISE = re.compile(r"[<>*\"'_]|\([^)]*\)")
_NUMBERED = re.compile(r"^[0-9]+[a-z]?[.:] ")
_NAMELESS = re.compile(r"(?:unnamed: ?[0-9]+|index|)", re.IGNORECASE)


def tidy(title: str) -> str:
    """A title as messages show it: without the asterisks of footnotes and spaces around."""
    return " ".join(title.replace("*", " ").split())


def meaning(title: str) -> tuple[str, int] | None:
    """Our name for a title and how good a match it is (0 is best), or None. `1. open`, `<OPEN>`, `Open*` are open."""
    return _RANKS.get(_words(title))


def _words(title: str) -> str:
    words = " ".join(_NOISE.sub(" ", title.lower()).split()).rstrip(".")
    return _NUMBERED.sub("", words).replace("adj. ", "adj ")


def is_nameless(title: str) -> bool:
    """Blank, or what a table library writes for a column without a name."""
    return bool(_NAMELESS.fullmatch(title.strip()))


def recognised(titles: Sequence[str]) -> int:
    """How many different things the titles name."""
    return len({found[0] for title in titles if (found := meaning(title))})


def match(titles: Sequence[str]) -> tuple[dict[str, int], tuple[str, str] | None]:
    """The index of the best title for each of our names; and two titles that name one thing equally well, if any.

    Only the closing price, the date, the ticker and such are looked for; what remains is not read.
    """
    best: dict[str, tuple[int, int]] = {}
    twice = None
    for index, title in enumerate(titles):
        found = meaning(title)
        if found is None:
            continue
        name, rank = found
        if name not in best or rank < best[name][0]:
            best[name] = (rank, index)
        elif rank == best[name][0] and twice is None:
            twice = (titles[best[name][1]], title)
    if "close" in best and best.keys() & {"open", "high", "low"} and _words(titles[best["close"][1]]) in _ANY_VALUE:
        del best["close"]
    return {name: index for name, (_, index) in best.items()}, twice
