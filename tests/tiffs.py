"""TIFF files of any layout, written by the book (TIFF 6.0) and by nobody's library."""

import struct
import zlib

import numpy as np

WIDTH, LENGTH, BITS, COMPRESSION, PHOTOMETRIC, FILL_ORDER = 256, 257, 258, 259, 262, 266
OFFSETS, SAMPLES, ROWS, COUNTS, PLANAR, COLOR_MAP = 273, 277, 278, 279, 284, 320
EXTRA_SAMPLES, SAMPLE_FORMAT = 338, 339
DEFLATE = 8


def packed(rows, bits, order):
    """Return rows of samples, (h, n), as bytes, each row from a byte of its own."""
    if bits in (8, 16, 32):
        return rows.astype(f"{order}u{bits // 8}").tobytes()
    places = np.arange(bits - 1, -1, -1)
    single = (rows[:, :, None] >> places & 1).reshape(len(rows), -1).astype(np.uint8)
    return np.packbits(single, axis=1).tobytes()


def directory(fields, at, order):
    """Return a directory, the last one, that stands at a place, and what is behind it."""
    entries, behind = b"", b""
    end = at + 2 + 12 * len(fields) + 4
    for tag, (kind, values) in sorted(fields.items()):
        data = struct.pack(f"{order}{len(values)}{kind}", *values)
        entries += struct.pack(f"{order}HHI", tag, {"B": 1, "H": 3, "I": 4}[kind], len(values))
        if len(data) <= 4:
            entries += data.ljust(4, b"\0")
        else:
            entries += struct.pack(f"{order}I", end + len(behind))
            behind += data + bytes(len(data) % 2)
    return struct.pack(f"{order}H", len(fields)) + entries + bytes(4) + behind


def tiff_of(
    samples,
    bits,
    photometric,
    *,
    order="<",
    extra=None,
    planar=1,
    fill_order=1,
    compression=1,
    color_map=None,
    sample_format=None,
    rows_of_strip=7,
    more=None,
):
    """Return a TIFF of samples, (h, w, channels)."""
    height, width, channels = samples.shape
    planes = [samples] if planar == 1 else [samples[:, :, i : i + 1] for i in range(channels)]
    data = bytearray(b"II*\0" if order == "<" else b"MM\0*") + bytes(4)
    offsets, counts = [], []
    for plane in planes:
        for top in range(0, height, rows_of_strip):
            part = plane[top : top + rows_of_strip]
            strip = packed(part.reshape(len(part), -1), bits, order)
            strip = zlib.compress(strip) if compression == DEFLATE else strip
            if fill_order == 2:
                bytes_ = np.frombuffer(strip, np.uint8)[:, None]
                strip = np.packbits(np.unpackbits(bytes_, axis=1)[:, ::-1], axis=1).tobytes()
            offsets.append(len(data))
            counts.append(len(strip))
            data += strip + bytes(len(strip) % 2)
    fields = {
        WIDTH: ("I", [width]),
        LENGTH: ("I", [height]),
        BITS: ("H", [bits] * channels),
        COMPRESSION: ("H", [compression]),
        PHOTOMETRIC: ("H", [photometric]),
        FILL_ORDER: ("H", [fill_order]),
        OFFSETS: ("I", offsets),
        SAMPLES: ("H", [channels]),
        ROWS: ("I", [rows_of_strip]),
        COUNTS: ("I", counts),
        PLANAR: ("H", [planar]),
    }
    if extra:
        fields[EXTRA_SAMPLES] = "H", list(extra)
    if color_map is not None:
        fields[COLOR_MAP] = "H", np.asarray(color_map).T.ravel().tolist()
    if sample_format:
        fields[SAMPLE_FORMAT] = "H", [sample_format] * channels
    fields |= more or {}
    struct.pack_into(f"{order}I", data, 4, len(data))
    return bytes(data + directory(fields, len(data), order))
