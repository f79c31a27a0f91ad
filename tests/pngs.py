"""PNG files, written by hand: W3C, Portable Network Graphics, third edition."""

import struct
import zlib

import numpy as np

SIGNATURE = b"\x89PNG\r\n\x1a\n"
GRAY, COLOR, INDEXED, GRAY_ALPHA, COLOR_ALPHA = 0, 2, 3, 4, 6
CHANNELS = {GRAY: 1, COLOR: 3, INDEXED: 1, GRAY_ALPHA: 2, COLOR_ALPHA: 4}


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def header(width, height, bits, color_type):
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, color_type, 0, 0, 0))


def data_of(samples, bits):
    """Return samples, (h, w, channels), deflated."""
    height = len(samples)
    flat = samples.reshape(height, -1)
    if bits == 16:
        rows = flat.astype(">u2").view(np.uint8)
    else:
        places = np.arange(bits - 1, -1, -1)
        single = (flat[:, :, None] >> places & 1).astype(np.uint8).reshape(height, -1)
        rows = np.packbits(single, axis=1)
    return zlib.compress(b"".join(b"\0" + row.tobytes() for row in rows))


def png(samples, bits, color_type, *before, after=()):
    """Return a still image, with chunks before and after its data."""
    height, width = samples.shape[:2]
    parts = [
        *(header(width, height, bits, color_type), *before),
        *(chunk(b"IDAT", data_of(samples, bits)), *after, chunk(b"IEND", b"")),
    ]
    return SIGNATURE + b"".join(parts)


def control(number, size, *, place=(0, 0), delay=(1, 10), dispose=0, blend=0):
    return chunk(b"fcTL", struct.pack(">IIIIIHHBB", number, *size, *place, *delay, dispose, blend))


def apng(frames, bits, color_type, *before, hidden=None, count=None, plays=0):
    """Return an animation.

    ``frames`` are samples and what `control` takes of them beside number and size; ``hidden``
    are the samples of a picture that is none of the animation.
    """
    first = frames[0][0] if hidden is None else hidden
    height, width = first.shape[:2]
    count = len(frames) if count is None else count
    parts = [header(width, height, bits, color_type), *before]
    parts.append(chunk(b"acTL", struct.pack(">II", count, plays)))
    if hidden is not None:
        parts.append(chunk(b"IDAT", data_of(hidden, bits)))
    number = 0
    for place, (samples, how) in enumerate(frames):
        parts.append(control(number, samples.shape[1::-1], **how))
        data = data_of(samples, bits)
        number += 1
        if place == 0 and hidden is None:
            parts.append(chunk(b"IDAT", data))
            continue
        half = len(data) // 2
        for part in (data[:half], data[half:]):
            parts.append(chunk(b"fdAT", struct.pack(">I", number) + part))
            number += 1
    return SIGNATURE + b"".join([*parts, chunk(b"IEND", b"")])


# Of the passes of interlaced images: first column and row, and the steps between them.
PASSES = [
    *((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4)),
    *((0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)),
]


def chunks_of(data):
    place = len(SIGNATURE)
    while place < len(data):
        length, kind = struct.unpack_from(">I4s", data, place)
        yield kind, data[place + 8 : place + 8 + length]
        place += 12 + length


def decoded(data):
    """Return a still image as (H, W, 4) of 0 to 255, to the nearest level: a plain decoder."""
    found = {}
    for kind, content in chunks_of(data):
        found[kind] = found.get(kind, b"") + content
    width, height, bits, color_type, _, _, interlaced = struct.unpack(">IIBBBBB", found[b"IHDR"])
    channels = CHANNELS[color_type]
    rows = iter(zlib.decompress(found[b"IDAT"]))
    samples = np.zeros((height, width, channels), int)
    for left, top, across, down in PASSES if interlaced else [(0, 0, 1, 1)]:
        part = samples[top::down, left::across]
        if part.size:
            part[:] = unfiltered(rows, *part.shape[:2], channels, bits)
    return with_alpha(samples, bits, color_type, found)


def unfiltered(rows, height, width, channels, bits):
    length = -(-width * channels * bits // 8)
    back = max(1, channels * bits // 8)
    lines, above = [], [0] * length
    for _ in range(height):
        kind = next(rows)
        line = []
        for place in range(length):
            left = line[place - back] if place >= back else 0
            corner = above[place - back] if place >= back else 0
            guess = [0, left, above[place], (left + above[place]) // 2]
            guess.append(paeth(left, above[place], corner))
            line.append((next(rows) + guess[kind]) % 256)
        lines.append(line)
        above = line
    packed = np.array(lines, np.uint8)
    if bits == 16:
        return packed.view(">u2").reshape(height, width, channels)
    single = np.unpackbits(packed, axis=1)[:, : width * channels * bits]
    levels = single.reshape(height, -1, bits) @ (1 << np.arange(bits - 1, -1, -1))
    return levels.reshape(height, width, channels)


def paeth(left, above, corner):
    estimate = left + above - corner
    return min((left, above, corner), key=lambda value: abs(estimate - value))


def with_alpha(samples, bits, color_type, found):
    height, width, channels = samples.shape
    most = (1 << bits) - 1
    result = np.full((height, width, 4), 255)
    if color_type == INDEXED:
        palette = np.frombuffer(found[b"PLTE"], np.uint8).reshape(-1, 3)
        alpha = np.full(len(palette), 255)
        clear = np.frombuffer(found.get(b"tRNS", b""), np.uint8)
        alpha[: len(clear)] = clear
        result[:, :, :3] = palette[samples[:, :, 0]]
        result[:, :, 3] = alpha[samples[:, :, 0]]
        return result
    levels = np.rint(samples * (255 / most)).astype(int)
    result[:, :, :3] = levels[:, :, : 1 if channels < 3 else 3]
    if channels in (2, 4):
        result[:, :, 3] = levels[:, :, -1]
    elif b"tRNS" in found:
        clear = np.frombuffer(found[b"tRNS"], ">u2") & most
        result[:, :, 3] = np.where((samples == clear).all(axis=2), 0, 255)
    return result
