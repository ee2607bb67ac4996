"""What may be shown of a storage URL and of a command line that holds one: all but its secrets.

It fails closed: only a URL whose parts are beyond doubt is shown, without its password and its query; of anything else
nothing is. A password with an @ or a slash in it, which ought to be written as %40 or %2F, leaves doubts.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from urllib.parse import unquote, unquote_plus

MASK = "***"
_OPTIONS = ("--storage", "--checkpoints")
"""Those of the command line whose values are storage URLs."""

_SECRET = re.compile(
    r"-{1,2}(?:.*[-_.])?(?:pass|passwd|password|passphrase|pwd|token|secret|key|credentials?)", re.IGNORECASE
)
"""Options, of a user's own program too, whose values are secrets."""

_FILE = re.compile(r"sqlite:///(?P<path>(?!.*:.*@)[^?#]*)(?:\?(?P<query>.*))?")
_SERVER = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+_]*)://"
    r"(?:(?P<user>[A-Za-z0-9_.-]*)(?P<colon>:(?P<password>[^@/?#]*))?@)?"
    r"(?P<place>[A-Za-z0-9._-]*(?::[0-9]{1,5})?(?:/[^@?#]*)?)"
    r"(?:\?(?P<query>[^@]*))?"
)


def without_secrets(url: str) -> str:
    """The URL as it may be shown: no password, no query; all masked where it is not plain what they are."""
    if file := _FILE.fullmatch(url):
        return f"sqlite:///{file['path']}"
    if (server := _SERVER.fullmatch(url)) is None:
        return MASK
    who = "" if server["user"] is None else f"{server['user']}{f':{MASK}' if server['colon'] else ''}@"
    return f"{server['scheme']}://{who}{server['place']}"


def cause_without_secrets(text: str, url: str) -> str:
    """What a library said of this URL as it may be shown; "" where it is not plain what its secrets are."""
    found = _FILE.fullmatch(url) or _SERVER.fullmatch(url)
    if found is None:
        return ""
    for secret in sorted(_secrets(found), key=len, reverse=True):
        text = text.replace(secret, MASK)
    return text


def _secrets(found: re.Match[str]) -> Iterator[str]:
    parts = found.groupdict()
    query = parts["query"] or ""
    values = [
        value if equals and value else key for key, equals, value in (one.partition("=") for one in query.split("&"))
    ]
    for secret in (parts.get("password") or "", query, *values):
        for form in {secret, unquote(secret), unquote_plus(secret)} - {""}:
            yield from (form, repr(form)[1:-1])


def command_without_secrets(arguments: Sequence[str]) -> list[str]:
    """A command line's arguments as they may be written down."""
    return [_argument(argument, before) for before, argument in pairwise(["", *arguments])]


def _argument(argument: str, before: str) -> str:
    key, equals, value = argument.partition("=")
    if _SECRET.fullmatch(before) and not argument.startswith("--"):
        return MASK
    if equals and _SECRET.fullmatch(key):
        return f"{key}={MASK}"
    if before in _OPTIONS:
        return without_secrets(argument)
    if equals and key in _OPTIONS:
        return f"{key}={without_secrets(value)}"
    if "://" not in argument:
        return argument
    return f"{key}={without_secrets(value)}" if equals and "://" not in key else without_secrets(argument)


def text_without_secrets(text: str) -> str:
    """A message in which a storage URL, perhaps mistyped, may stand: what follows from there on is masked."""
    return re.sub(r"[^\s'\"()]*(?://|@).*", MASK, text, flags=re.DOTALL)
