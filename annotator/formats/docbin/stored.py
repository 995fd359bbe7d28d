"""zlib streams without compression: a compressor's output differs between builds of zlib, this does not."""

from collections.abc import Iterator
from zlib import adler32

_HEADER = b"\x78\x01"
_BLOCK = 0xFFFF  # bytes that one stored block can hold


def stored(data: bytes) -> bytes:
    """``data`` as a zlib stream (RFC 1950) of stored blocks, 5 bytes longer for each 64 KiB."""
    return b"".join([_HEADER, *_blocks(data), adler32(data).to_bytes(4, "big")])


def _blocks(data: bytes) -> Iterator[bytes]:
    for start in range(0, max(len(data), 1), _BLOCK):
        part = data[start : start + _BLOCK]
        last = start + _BLOCK >= len(data)
        yield (
            bytes([last])
            + len(part).to_bytes(2, "little")
            + (len(part) ^ 0xFFFF).to_bytes(2, "little")
            + part
        )
