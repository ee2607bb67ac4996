"""What the models are called that meet on the sealed test."""

TUNED, DEFAULT, ONLY = OWN_NAMES = ("tuned", "default", "model")
"""The names of the search's winner, of what it would be untuned, and of the model where nothing is tuned; no
configuration of [compare] may have them."""

IMAGE, ACTUAL = "image", "actual"
"""Columns of predictions_by_seed.csv beside those of the seeds: a hash of the image's pixels, and its class."""
