"""Paths as a caller may write them."""

import os
from typing import TypeAlias

PathName: TypeAlias = str | os.PathLike[str]
