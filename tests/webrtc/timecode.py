"""The test picture's time code, drawn into and read from the luma of a decoded frame.

40 squares in the top row: 1010, 32 bits of Unix milliseconds modulo 2^32, four bits of their nibbles' exclusive or.
"""

import time

import av

SQUARES = 40


def now():
    """The code of this moment."""
    return time.time_ns() // 1_000_000 % (1 << 32)


def nibble_sum(number):
    total = 0
    for shift in range(0, 32, 4):
        total ^= number >> shift & 15
    return total


def read(frame):
    """The code that a frame carries, or None."""
    plane = frame.planes[0]
    luma = memoryview(plane)
    square = frame.width // SQUARES
    bits = 0
    for at in range(SQUARES):
        value = luma[square // 2 * plane.line_size + at * square + square // 2]
        bits = bits << 1 | (value >= 126)
    number = bits >> 4 & 0xFFFFFFFF
    return number if bits >> 36 == 0b1010 and bits & 15 == nibble_sum(number) else None


def draw(width, height, number):
    """A grey frame that carries this code."""
    bits = 0b1010 << 36 | number << 4 | nibble_sum(number)
    frame = av.VideoFrame(width, height, "yuv420p")
    square = width // SQUARES
    row = bytearray(frame.planes[0].line_size)
    for at in range(SQUARES):
        luma = 235 if bits >> (SQUARES - 1 - at) & 1 else 16
        row[at * square:(at + 1) * square] = bytes([luma]) * square
    grey = bytes([100]) * len(row)
    frame.planes[0].update(bytes(row) * square + grey * (height - square))
    for plane in frame.planes[1:]:
        plane.update(bytes([128]) * plane.buffer_size)
    return frame
