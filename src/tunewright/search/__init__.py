"""Proposing configurations and recording what became of them. Knows numbers and records, never models or data."""
