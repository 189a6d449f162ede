# SPDX-License-Identifier: LGPL-2.1-or-later
"""Devices in the kernel."""

from __future__ import annotations

import errno
import sys

from ._generated.calls import DeviceCalls, VfioCalls
from ._library import library
from .vm import Vm


class Device(DeviceCalls):
    """A device in the kernel (KVM_CREATE_DEVICE). Its attributes of 64 bits: `device[group, attr]`."""

    def __init__(self, vm: Vm, type: int, flags: int = 0) -> None:  # pylint: disable=redefined-builtin
        self._become(vm.create_device(type, flags))

    def __contains__(self, key: tuple[int, int]) -> bool:
        try:
            self.has_attr(*key)
        except OSError as error:
            if error.errno != errno.ENXIO:
                raise
            return False
        return True

    def __getitem__(self, key: tuple[int, int]) -> int:
        return self.get_attr_u64(*key)

    def __setitem__(self, key: tuple[int, int], value: int) -> None:
        self.set_attr(*key, value.to_bytes(8, sys.byteorder))

    def _about(self) -> str:
        return f" fd {library.kvmlib_device_fd(self._ref)}"


class Vfio(VfioCalls):
    """The device that tells KVM of VFIO groups and devices."""

    def __init__(self, vm: Vm) -> None:
        self._become(vm.vfio_new())
