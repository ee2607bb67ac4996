"""Names of arguments in bold, where a docstring says of each in running text what it is: `trials: good ones.`"""

import re
from typing import Any

from griffe import Extension


class Arguments(Extension):
    """For functions and methods; a class says in its own docstring what its fields are."""

    def on_function(self, *, func: Any, **_: Any) -> None:
        _embolden(func.docstring, [parameter.name for parameter in func.parameters])

    def on_class(self, *, cls: Any, **_: Any) -> None:
        _embolden(cls.docstring, list(cls.members))


def _embolden(docstring: Any, names: list[str]) -> None:
    if docstring is not None and names:
        known = "|".join(re.escape(name) for name in names)
        said = rf"(^|(?<=[.;,)] ))((?:{known})(?:, (?:{known}))*):(?=\s)"
        docstring.value = re.sub(said, r"**\2:**", docstring.value, flags=re.MULTILINE)
