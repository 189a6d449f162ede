# SPDX-License-Identifier: LGPL-2.1-or-later
"""The system: /dev/kvm."""

from __future__ import annotations

import os
from typing import Any, Callable

from ._generated import calls
from ._generated.calls import SystemCalls
from ._generated.enums import Cap
from ._handle import Handle
from ._library import library

Log = Callable[[int, str, dict[str, Any]], None]


class System(SystemCalls):
    """KVM of this host. Without arguments it is /dev/kvm.

    @param path  Another device node.
    @param fd    A descriptor of one that is open already; it is duplicated.
    @param sim   A simulated kernel (kvmlib.sim.Sim) in place of the real one.
    """

    def __init__(self, path: str | os.PathLike[str] | None = None, *, fd: int | None = None, sim: Any = None) -> None:
        options: dict[str, Any] = {"sys": sim.sys_ops if sim is not None else None}
        made = calls.system_from_fd(fd, **options) if fd is not None \
            else calls.system_open(path=os.fspath(path) if path is not None else None, **options)
        Handle.__init__(self, made._ref, [made._ref.keep, sim and sim._ref])

    def __contains__(self, capability: int) -> bool:
        return self.check_extension(capability) > 0

    def capabilities(self) -> dict[Cap, int]:
        """What KVM answers of each capability that it has."""
        found = {cap: self.check_extension(cap) for cap in Cap}
        return {cap: value for cap, value in found.items() if value > 0}

    def _about(self) -> str:
        return f" fd {library.kvmlib_system_fd(self._ref)}"
