"""How much room the nodes of a Ray cluster have."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tunewright.core.words import counted
from tunewright.trials.places import Resources


@dataclass(frozen=True)
class Room:
    """Of the node that has the most of what is wanted; nodes: how many there are."""

    nodes: int
    cpus: float = 0
    gpus: float = 0

    def takes(self, wanted: Resources) -> bool:
        return self.cpus >= wanted.cpus and self.gpus >= wanted.gpus

    def lacks(self, wanted: Resources) -> str:
        """What no node has, in a sentence without its end."""
        most = f"the most that one of {counted(self.nodes, 'node')} has is {_amount(self.cpus, self.gpus)}"
        return f"a trial reserves {_amount(wanted.cpus, wanted.gpus)}, and {most}"


def most_room(nodes: Sequence[Mapping[str, Any]], wanted: Resources) -> Room:
    """nodes: as `ray.nodes()` tells of them."""
    alive = [node.get("Resources", {}) for node in nodes if node.get("Alive")]
    rooms = [Room(len(alive), one.get("CPU", 0), one.get("GPU", 0)) for one in alive]
    return max(rooms, key=lambda room: (room.takes(wanted), room.gpus, room.cpus), default=Room(0))


def _amount(cpus: float, gpus: float) -> str:
    parts = [f"{amount:g} {unit}{'' if amount == 1 else 's'}" for amount, unit in ((cpus, "CPU"), (gpus, "GPU"))]
    return " and ".join(parts) if gpus else parts[0]
