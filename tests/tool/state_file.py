# SPDX-License-Identifier: LGPL-2.1-or-later
"""Saved states by hand, as kvmlib/state.h documents them."""

import struct

VM = 0xFFFFFFFFFFFFFFFF
X86_64 = 62


def _row(crc):
    for _ in range(8):
        crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc


_ROWS = [_row(byte) for byte in range(256)]


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ _ROWS[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


def _head(name, instance, length, version, data_crc):
    head = struct.pack("<32sQQIII", name.encode(), instance, length, version, 0, data_crc)
    return head + struct.pack("<I", crc32c(head))


def make_state(items, architecture=X86_64, form=1):
    """A state of items: (name, instance, bytes), and where it is not 1, a version."""
    header = struct.pack("<8sIHH12x", b"KVMLIBST", form, architecture, 1)
    out, heads = header + struct.pack("<I", crc32c(header)), b""
    for name, instance, data, *version in items:
        padded = data + bytes(-len(data) % 8)
        head = _head(name, instance, len(data), *(version or [1]), crc32c(padded))
        heads += head[-4:]
        out += head + padded
    return out + _head("end", len(items), 0, 0, crc32c(heads))


def items_of(state):
    """The items of a state, as make_state() takes them."""
    items, at = [], 32
    while True:
        name, instance, length, version = struct.unpack_from("<32sQQI", state, at)
        if name.rstrip(b"\0") == b"end":
            return items
        items.append((name.rstrip(b"\0").decode(), instance, state[at + 64:at + 64 + length], version))
        at += 64 + length + -length % 8
