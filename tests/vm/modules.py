# SPDX-License-Identifier: LGPL-2.1-or-later
"""Kernel modules with what they need, in loading order.

Unpacked packages hold no modules.dep (depmod makes it at installation), but every
module names its needs itself. What has no file is built into the kernel.
"""

import lzma
import re

_DEPENDS = re.compile(rb"\0depends=([^\0]*)\0")


def _name(path):
    """kvm-amd.ko.xz is the module kvm_amd."""
    return path.name.split(".")[0].replace("-", "_")


def _content(path):
    """Unpacked here, so that the guest needs no decompressor."""
    data = path.read_bytes()
    return lzma.decompress(data) if path.suffix == ".xz" else data


def _needs(data):
    """The modules that must be loaded before this one."""
    found = _DEPENDS.search(data)
    return [name for name in found[1].decode().split(",") if name] if found else []


def in_order(directory, wanted):
    """{name: content} of the wanted modules and their needs, needs first."""
    files = {_name(path): path for path in directory.glob("kernel/**/*.ko*")}
    loaded = {}

    def load(name):
        if name in files and name not in loaded:
            data = _content(files[name])
            for need in _needs(data):
                load(need.replace("-", "_"))
            loaded[name] = data

    for name in wanted:
        load(name)
    return loaded
