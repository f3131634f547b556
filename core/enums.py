"""Enumerations with a key, which the code compares, and a label, which people read. Pure."""

from enum import StrEnum
from typing import Self


class LabelledEnum(StrEnum):
    """``DONE = "done", "fait"``: the value is the key; ``label`` is never compared."""

    label: str

    def __new__(cls, key: str, label: str) -> Self:
        member = str.__new__(cls, key)
        member._value_ = key
        member.label = label
        return member
