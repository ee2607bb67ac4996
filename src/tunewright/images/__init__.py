"""A wing: networks that tell images apart, judged on images that tuning never saw."""
