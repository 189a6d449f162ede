# SPDX-License-Identifier: LGPL-2.1-or-later
"""Writes the cpio "newc" format that the kernel unpacks as an initramfs.

By ourselves rather than with cpio(1): everything belongs to root without our being
root, a device node can be made, and one dependency is less.
"""

import os
import stat


def _padded(data):
    """newc aligns names and contents to four bytes."""
    return data + bytes(-len(data) % 4)


def _entry(number, name, mode, data, rdev):
    """Header, name and content of one file."""
    path = name.encode() + b"\0"
    fields = (number, mode, 0, 0, 1, 0, len(data), 0, 0,
              os.major(rdev), os.minor(rdev), len(path), 0)
    head = b"070701" + b"".join(b"%08X" % field for field in fields)
    return _padded(head + path) + _padded(data)


class Archive:
    """Files to be written; a later one replaces an earlier one of the same path."""

    def __init__(self):
        self._entries = {}

    def __contains__(self, path):
        return path in self._entries

    def paths(self):
        """Everything that is in it, sorted (so a directory is before its contents)."""
        return sorted(self._entries)

    def _put(self, path, mode, data=b"", rdev=0):
        """With the directories above it, which the kernel doesn't make by itself."""
        parent = os.path.dirname(path)
        if parent and parent not in self._entries:
            self._put(parent, stat.S_IFDIR | 0o755)
        self._entries[path] = (mode, data, rdev)

    def directory(self, path, mode=0o755):
        """An existing one stays what it is: perhaps a symbolic link to a directory."""
        if path not in self._entries:
            self._put(path, stat.S_IFDIR | mode)

    def file(self, path, data, mode=0o644):
        """A regular file."""
        self._put(path, stat.S_IFREG | mode, data)

    def symlink(self, path, target):
        """A symbolic link."""
        self._put(path, stat.S_IFLNK | 0o777, os.fsencode(target))

    def device(self, path, mode, major, minor):
        """A character device."""
        self._put(path, stat.S_IFCHR | mode, rdev=os.makedev(major, minor))

    def write(self, file):
        """The whole archive. Uncompressed: it is read once, from memory."""
        for number, path in enumerate(self.paths(), 1):
            file.write(_entry(number, path, *self._entries[path]))
        file.write(_entry(0, "TRAILER!!!", 0, b"", 0))
