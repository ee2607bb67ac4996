"""The kinds of experiments, one line for each wing; the first reads what no other one claims."""

from typing import Any

from tunewright.functions.kind import FUNCTIONS
from tunewright.images.kind import IMAGES
from tunewright.prices.comparison.kind import COMPARISONS
from tunewright.prices.kind import PRICES
from tunewright.runs.kind import Kind

KINDS: tuple[Kind[Any], ...] = (PRICES, FUNCTIONS, IMAGES, COMPARISONS)
