"""Tables on the terminal."""

from collections.abc import Collection, Iterable, Sequence

from tunewright.core.words import harmless


def print_table(head: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: Collection[str]) -> None:
    """Names from outside never reach the terminal raw, and long ones are folded so that nothing is lost. numbers: the
    columns that hold numbers, which stand at the right and are not folded."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    for name in head:
        right = name in numbers
        table.add_column(name, justify="right" if right else "left", no_wrap=right, overflow="fold")
    for row in rows:
        table.add_row(*(Text(harmless(cell, lines=False)) for cell in row))
    Console(highlight=False).print(table)
