"""Samplers: policies without state, from a space and the visible history to the next configuration."""
