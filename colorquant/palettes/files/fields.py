"""The bytes of binary palette files, taken field by field."""

import struct
from typing import Any

__all__ = ["Fields", "utf16"]


class Fields:
    """The rest of a file's bytes, which shrinks as fields are taken from its start.

    Parameters
    ----------
    data : bytes
    order : {">", "<"}
        Byte order of its numbers: big-endian or little-endian.
    """

    def __init__(self, data: bytes, order: str) -> None:
        self._data = memoryview(data)
        self._order = order

    def __len__(self) -> int:
        return len(self._data)

    def take(self, count: int) -> bytes:
        """Take so many bytes.

        Raises
        ------
        ValueError
            If there are fewer.
        """
        if count > len(self._data):
            raise ValueError("it ends too early")
        taken = bytes(self._data[:count])
        self._data = self._data[count:]
        return taken

    def part(self, count: int) -> "Fields":
        """Take so many bytes, to be taken apart on their own."""
        return Fields(self.take(count), self._order)

    def numbers(self, kinds: str) -> tuple[Any, ...]:
        """Take numbers of the kinds that `struct` names by letters."""
        layout = struct.Struct(self._order + kinds)
        return layout.unpack(self.take(layout.size))

    def number(self, kind: str) -> Any:
        """Take one number."""
        return self.numbers(kind)[0]

    def utf16(self, units: int) -> str:
        """Take a text of so many UTF-16 units, which ends at a NUL if it has one."""
        order = "utf-16-be" if self._order == ">" else "utf-16-le"
        return self.take(2 * units).decode(order, "replace").partition("\0")[0]


def utf16(text: str) -> bytes:
    """Return a text as big-endian UTF-16 with a NUL at its end, and none before."""
    return (text.partition("\0")[0] + "\0").encode("utf-16-be", "replace")
