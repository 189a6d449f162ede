# SPDX-License-Identifier: LGPL-2.1-or-later
"""Images by hand, as kvmlib/image.h documents them."""

import struct

from state_file import X86_64, crc32c

PAGE = 4096
BLOCK = 64 * PAGE
READONLY = 1


def _fill(data):
    return data + bytes(-len(data) % PAGE)


def _sums(memory):
    sums = b""
    for at in range(0, len(memory), BLOCK):
        bits, data = 0, b""
        for number in range(64):
            page = memory[at + number * PAGE:at + (number + 1) * PAGE]
            if page.strip(b"\0"):
                bits |= 1 << number
                data += page
        bits = struct.pack("<Q", bits)
        sums += bits + struct.pack("<II", crc32c(data + bits), 0)
    return sums


def make_image(state, parts, architecture=X86_64, form=1, base=None):
    """A state's bytes, and parts of memory: (address, bytes, and where they are not 0, flags and address space)."""
    rows = [(*part, *(0, 0)[len(part) - 2:]) for part in parts]
    table = b"".join(struct.pack("<QQII", gpa, len(data), space, flags) for gpa, data, flags, space in rows)
    memory = b"".join(row[1] for row in rows)
    header = struct.pack("<8sIHHII16sQQQI", b"KVMLIBIM", form, architecture, 1, PAGE, int(base is not None),
                         base or bytes(16), len(rows), len(state), len(memory), crc32c(table))
    header += struct.pack("<I", crc32c(header))
    sums = _sums(memory)
    pages = sum(bin(row[0]).count("1") for row in struct.iter_unpack("<QII", sums))
    identity = struct.pack("<IIII", crc32c(header), crc32c(state), crc32c(sums), pages)
    end = struct.pack("<8s16sI", b"KVMLIBIE", identity, 0)
    return _fill(header) + _fill(table) + _fill(state) + memory + sums + end + struct.pack("<I", crc32c(end))


def identity_of(image):
    """What an image goes by, as a base of others."""
    return image[-24:-8]


def parts_of(image):
    """The state's bytes and the parts of an image, as make_image() takes them."""
    nr_parts, state_bytes = struct.unpack_from("<QQ", image, 40)
    at = PAGE + nr_parts * 24 + -(nr_parts * 24) % PAGE
    state = image[at:at + state_bytes]
    at += state_bytes + -state_bytes % PAGE
    parts = []
    for gpa, length, space, flags in struct.iter_unpack("<QQII", image[PAGE:PAGE + nr_parts * 24]):
        parts.append((gpa, image[at:at + length], flags, space))
        at += length
    return state, parts
