"""Experiments on image sets."""
