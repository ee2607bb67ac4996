"""Tunewright tunes neural networks and tells the truth about the result."""

__version__ = "0.1.0"
