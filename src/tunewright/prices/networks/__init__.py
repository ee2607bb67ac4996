"""The modules of the families of prices, which torch builds; the families themselves are read without it."""
