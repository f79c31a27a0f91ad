"""GIF files, written by hand: CompuServe, Graphics Interchange Format, version 89a."""

import struct


def coded(indices, bits):
    """Return indices as codes of LZW that are never joined, as a clear code stands between."""
    clear, size = 1 << bits, bits + 1
    total = length = 0
    codes = [code for index in indices for code in (clear, index)]
    for code in [*codes, clear + 1]:
        total |= code << length
        length += size
    data = total.to_bytes(-(-length // 8), "little")
    blocks = (data[i : i + 255] for i in range(0, len(data), 255))
    return bytes([bits]) + b"".join(bytes([len(b)]) + b for b in blocks) + b"\0"


def control(disposal=0, delay=0, transparent=None):
    packed = disposal << 2 | (transparent is not None)
    return b"!\xf9\x04" + struct.pack("<BHB", packed, delay, transparent or 0) + b"\0"


def frame(indices, place=(0, 0), table=None, *, interlaced=False):
    """Return a frame of rows of indices."""
    flags = 0x40 * interlaced
    if table:
        flags |= 0x80 | exponent(table)
    head = struct.pack("<HHHHB", *place, len(indices[0]), len(indices), flags)
    flat = [index for row in indices for index in row]
    return b"," + head + colors(table) + coded(flat, 2)


def exponent(table):
    return max(1, (len(table) - 1).bit_length()) - 1


def colors(table):
    if not table:
        return b""
    return b"".join(map(bytes, table)).ljust(3 << (exponent(table) + 1), b"\0")


def loop(count, name=b"NETSCAPE2.0"):
    return b"!\xff\x0b" + name + b"\x03\x01" + struct.pack("<H", count) + b"\0"


def gif(size, *parts, table=None, background=0, end=b";"):
    flags = 0x80 | exponent(table) if table else 0
    head = b"GIF89a" + struct.pack("<HHBBB", *size, flags, background, 0)
    return head + colors(table) + b"".join(parts) + end
