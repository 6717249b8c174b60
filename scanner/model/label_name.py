"""What a company calls the electronic labels that it has given names itself."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LabelName:
    """What a company calls a label: the id or name it has in a system, and the marking or label name it stands for."""

    system: str
    id: str
    name: str
