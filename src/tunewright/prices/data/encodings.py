"""Which encoding bytes are text in, where they are not UTF-8: the one under which the words at the top are known."""

import codecs
from collections.abc import Callable

from tunewright.prices.data.names import recognised

UNKNOWN = ("cp1252", "latin-1")
"""What is taken where nothing speaks for another encoding."""

_REGIONAL = {
    "gb18030": "GB18030",
    "big5hkscs": "Big5",
    "cp932": "Shift-JIS",
    "cp949": "CP949",
    "cp1251": "Windows-1251",
    "cp1254": "Windows-1254",
    "cp1250": "Windows-1250",
    "euc_jp": "EUC-JP",
    "koi8-r": "KOI8-R",
    "cp866": "CP866",
    "iso8859-5": "ISO-8859-5",
}
NAMES = {"utf-8-sig": "UTF-8", "utf-8": "UTF-8", "cp1252": "Windows-1252", "latin-1": "Latin-1", **_REGIONAL}
"""What people call each."""

_HEAD, _LINES = 1 << 16, 20
_DELIMITERS = ",;\t|"
_DETECTED = {
    "gb18030": ("gb18030", "gbk", "gb2312"),
    "big5hkscs": ("big5", "big5hkscs"),
    "cp932": ("cp932", "shift_jis", "shift_jis_2004", "shift_jisx0213"),
    "cp949": ("cp949", "euc_kr", "johab"),
    "cp1251": ("cp1251",),
    "euc_jp": ("euc_jp", "euc_jis_2004", "euc_jisx0213"),
    "koi8-r": ("koi8-r", "koi8-u"),
    "cp866": ("cp866",),
}
"""What the detector may say for each."""

_LEAST_LETTERS, _DETECTED_FROM = 10, 1 << 14  # bytes beyond ASCII to tell an encoding by, and bytes to look at


def candidates(data: bytes, fits: Callable[[bytes, str], bool]) -> list[str]:
    """Encodings to try for bytes that are not UTF-8, the best first.

    Of those that decode the file, the one under which most titles of a line at the top are known, Western ones first
    on a tie. Where none makes a title known, what a detector says, if that is a regional one; else the Western ones.
    """
    head = data[:_HEAD]
    known = {encoding: _known(head, encoding) for encoding in (*UNKNOWN, *_REGIONAL)}
    ascii_alone = _known(head, "ascii")
    better = sorted((name for name in known if known[name] > ascii_alone), key=lambda name: -known[name])
    chosen = next((name for name in better if fits(data, name)), None)
    if chosen is None and len(head) - len(head.decode("ascii", errors="ignore")) >= _LEAST_LETTERS:
        chosen = next((name for name in _detected(head) if fits(data, name)), None)
    return [*([chosen] if chosen else []), *UNKNOWN]


def _known(head: bytes, encoding: str) -> int:
    """How many things the titles of the best line at the top name."""
    text = head.decode(encoding, errors="replace")
    return max((recognised(_cells(line)) for line in text.splitlines()[:_LINES]), default=0)


def _cells(line: str) -> list[str]:
    delimiter = max(_DELIMITERS, key=line.count)
    return [cell.strip().strip('"') for cell in line.split(delimiter)]


def _detected(head: bytes) -> list[str]:
    """The regional encoding that a detector finds, or none."""
    # Loaded here: a file in UTF-8 needs no detector.
    from charset_normalizer import from_bytes

    found = from_bytes(head[:_DETECTED_FROM].rpartition(b"\n")[0] or head[:_DETECTED_FROM]).best()
    name = codecs.lookup(found.encoding).name if found else ""
    return [ours for ours, names in _DETECTED.items() if name in names]
