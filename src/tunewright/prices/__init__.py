"""A wing: models that forecast daily prices or their volatility, judged on days that tuning never saw."""
