"""Options for the entries of a palette: which must be there, which may be, and their order."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from colorquant.checks import check_bool, check_choice, check_pins
from colorquant.choices import DEPTHS, ORDERS, Depth, Order, Pin
from colorquant.errors import InvalidInputError

__all__ = ["EntryOptions"]


@dataclass(frozen=True)
class EntryOptions:
    """Options for the entries of a palette.

    Parameters
    ----------
    pins : sequence of str or of (int, int, int) or (int, int, int, int)
        Colors that the palette has exactly, whether pixels use them or not: CSS colors, or R,
        G, B and perhaps alpha, 0 to 255. They count in k, and come first, in this order.
        Stored as numbers, without repetitions, all with alpha or all without.
    depth : str or int, optional
        Which colors the palette may have, by bits for R, G and B: ``"rgb565"``, ``"rgb555"``,
        ``"rgb444"``, ``"rgb332"``, or 1 to 8 for all three. Alpha has 8 bits.
    order : {"luma", "hue", "count", "source", "similar"}, optional
        Order of the colors. By default ``"luma"``; but an image that keeps all its colors also
        keeps the order of its own palette.
    drop_unused : bool
        Whether entries of a given palette that no pixel uses are left out.

    Raises
    ------
    InvalidInputError
        If a value is not one of these, or a pin does not have the depth.
    """

    pins: tuple[Pin, ...] = ()
    depth: Depth | None = None
    order: Order | None = None
    drop_unused: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "pins", _pins(self.pins))
        if self.depth is not None:
            depth = _name_of(self.depth)
            check_choice("depth", depth, tuple(DEPTHS))
            object.__setattr__(self, "depth", depth)
        if self.order is not None:
            check_choice("order", self.order, ORDERS)
        check_bool("drop_unused", self.drop_unused)
        object.__setattr__(self, "drop_unused", bool(self.drop_unused))
        for pin in self.pins:
            if not all(map(_is_level, pin[:3], self.bits)):
                shown = bytes(pin).hex()
                raise InvalidInputError(
                    f"pins have #{shown}, no color of depth {self.depth}", "pins", "depth"
                )

    @property
    def bits(self) -> tuple[int, int, int]:
        """Bits of R, G and B."""
        return DEPTHS[self.depth] if self.depth else (8, 8, 8)


def _name_of(depth: object) -> object:
    return str(depth) if isinstance(depth, int) and not isinstance(depth, bool) else depth


def _pins(pins: object) -> tuple[Pin, ...]:
    if isinstance(pins, str) or not isinstance(pins, Iterable):
        raise InvalidInputError(f"pins must be a sequence of colors, not {pins!r}", "pins")
    found = check_pins("pins", pins)
    if found and len(found[0]) == 4:
        # A fully transparent color has one value.
        found = [pin if pin[3] else (0, 0, 0, 0) for pin in found]
    return cast("tuple[Pin, ...]", tuple(dict.fromkeys(found)))


def _is_level(level: int, bits: int) -> bool:
    """Return whether a level is one of so many bits, which are repeated to make eight."""
    top = level >> (8 - bits)
    return level == sum(top << 8 >> bits * repeat for repeat in range(1, 9))
