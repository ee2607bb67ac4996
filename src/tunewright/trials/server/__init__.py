"""The first and the last module that the server of worker processes imports."""

FIRST, LAST = f"{__name__}.first", f"{__name__}.last"
