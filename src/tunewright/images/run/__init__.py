"""Runs of experiments on images."""
