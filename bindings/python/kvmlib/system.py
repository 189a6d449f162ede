# SPDX-License-Identifier: LGPL-2.1-or-later
"""The system: /dev/kvm."""

from __future__ import annotations

import os
from typing import Any

from ._generated import calls
from ._generated.calls import SystemCalls
from ._generated.enums import Cap
from ._handle import Handle
from ._library import library
from .explain import Explanation, explain
from .log import Log, guarded


class System(SystemCalls):
    """KVM of this host. Without arguments it is /dev/kvm.

    @param path  Another device node.
    @param fd    A descriptor of one that is open already; it is duplicated.
    @param sim   A simulated kernel (kvmlib.sim.Sim) in place of the real one.
    @param log   Called as log(level, message, fields) with what happens; fields is a dictionary.
    @param log_level  The most talkative level wanted: LogLevel.DEBUG tells of each call that fails.
    """

    def __init__(self, path: str | os.PathLike[str] | None = None, *, fd: int | None = None, sim: Any = None,
                 log: Log | None = None, log_level: int = 0) -> None:
        options: dict[str, Any] = {"sys": sim.sys_ops if sim is not None else None,
                                   "log": guarded(log), "log_level": log_level}
        made = calls.system_from_fd(fd, **options) if fd is not None \
            else calls.system_open(path=os.fspath(path) if path is not None else None, **options)
        Handle.__init__(self, made._ref, [made._ref.keep, sim and sim._ref])

    @staticmethod
    def explain(call: str | None = None, error: int = 0) -> list[Explanation]:
        """Why a call may fail: `System.explain("KVM_CREATE_VM", errno.EBUSY)`; see explain()."""
        return explain(call, error)

    def __contains__(self, capability: int) -> bool:
        return self.check_extension(capability) > 0

    def capabilities(self) -> dict[Cap, int]:
        """What KVM answers of each capability that it has."""
        found = {cap: self.check_extension(cap) for cap in Cap}
        return {cap: value for cap, value in found.items() if value > 0}

    def _about(self) -> str:
        return f" fd {library.kvmlib_system_fd(self._ref)}"
