"""What the titles of columns mean: every source has its own words for the same few things."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from tunewright.prices.data.titles import ENGLISH, TABLES, VENDORS

_RANKS: Mapping[str, tuple[str, int]] = {
    title: (name, rank)
    for name in ENGLISH
    for rank, title in enumerate(title for table in TABLES if name in table for title in table[name].split(", "))
}
PRICES = frozenset({"open", "high", "low", "close", "adj_close", "volume"})
"""The names that a header of several tickers repeats."""

_PRC = "prc"
_CRSP = frozenset({"permno", "permco", "cusip", "ncusip", "openprc", "bidlo", "askhi", "shrout", "retx", "numtrd"})
"""Words that stand beside PRC in the files of CRSP."""

_ANY_VALUE = frozenset({"value", "nav"})
"""A close only where no other price stands beside: there, a value is what was turned over."""
_PLAIN_WORDS = frozenset(
    title for titles in (*ENGLISH.values(), *VENDORS.values(), "bas, nav") for title in titles.split(", ")
)
_SHORT, _COMPANY = 3, 2
"""A word of so few letters may as well be a ticker: it needs so many prices beside it that longer words name."""
_NOISE = re.compile(r"[<>*\"'’_]|\([^)]*\)")
_NUMBERED = re.compile(r"^[0-9]+[a-z]?[.:] ")
_OF_A_COIN = re.compile(r"volume [a-z]{3,5}")  # `Volume BTC` beside `Volume USDT`: both name it equally well
_NAMELESS = re.compile(r"(?:unnamed: ?[0-9]+|index|)", re.IGNORECASE)


def tidy(title: str) -> str:
    """A title as messages show it: without the asterisks of footnotes and spaces around."""
    return " ".join(title.replace("*", " ").split())


def meaning(title: str) -> tuple[str, int] | None:
    """Our name for a title and how good a match it is (0 is best), or None. `1. open`, `<OPEN>`, `Open*` are open."""
    words = _words(title)
    return _RANKS.get(words) or (("volume", len(_RANKS)) if _OF_A_COIN.fullmatch(words) else None)


def _words(title: str) -> str:
    words = " ".join(_NOISE.sub(" ", unicodedata.normalize("NFKC", title).lower()).split()).rstrip(".")
    return _NUMBERED.sub("", words).replace("adj. ", "adj ")


def is_nameless(title: str) -> bool:
    """Blank, or what a table library writes for a column without a name."""
    return bool(_NAMELESS.fullmatch(title.strip()))


def recognised(titles: Sequence[str]) -> int:
    """How many different things the titles name."""
    return len({found[0] for title in titles if (found := meaning(title))})


def ranked(titles: Sequence[str], name: str) -> list[int]:
    """The indices of all titles that mean `name`, the best first."""
    found = [(rank[1], index) for index, title in enumerate(titles) if (rank := meaning(title)) and rank[0] == name]
    return [index for _, index in sorted(found)]


def match(titles: Sequence[str]) -> tuple[dict[str, int], tuple[str, str] | None]:
    """The index of the best title for each of our names; and two titles that name one thing equally well, if any.

    Only the closing price, the date, the ticker and such are looked for; what remains is not read.
    """
    best: dict[str, tuple[int, int]] = {}
    twice = None
    for index, (name, rank) in _known(titles).items():
        if name not in best or rank < best[name][0]:
            best[name] = (rank, index)
        elif rank == best[name][0] and twice is None and rank < len(_RANKS):
            twice = (titles[best[name][1]], titles[index])
    if "close" in best and best.keys() & {"open", "high", "low"} and _words(titles[best["close"][1]]) in _ANY_VALUE:
        del best["close"]
    if "close" in best and _words(titles[best["close"][1]]) == _PRC and not of_crsp(titles):
        del best["close"]
    return {name: index for name, (_, index) in best.items()}, twice


def of_crsp(titles: Sequence[str]) -> bool:
    """Whether the titles are those of CRSP, whose PRC is a close; elsewhere it may be anything, a ticker above all."""
    return not _CRSP.isdisjoint(map(_words, titles))


def _known(titles: Sequence[str]) -> dict[int, tuple[str, int]]:
    """What each title means, by its index; a short word means nothing without company."""
    known = {index: found for index, title in enumerate(titles) if (found := meaning(title))}
    short = {index for index in known if _is_short(_words(titles[index]))}
    company = {name for index, (name, _) in known.items() if index not in short} & PRICES
    return {index: found for index, found in known.items() if index not in short or len(company) >= _COMPANY}


def _is_short(words: str) -> bool:
    return len(words) <= _SHORT and words.isascii() and words not in _PLAIN_WORDS
