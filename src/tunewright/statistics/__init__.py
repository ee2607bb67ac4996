"""Tests and intervals: pure functions of arrays, and their words."""
