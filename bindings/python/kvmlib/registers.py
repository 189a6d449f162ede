# SPDX-License-Identifier: LGPL-2.1-or-later
"""Registers as attributes: read when asked for, written when set."""

from __future__ import annotations

import ctypes
import sys
from types import TracebackType
from typing import Any, Callable, Iterator, MutableMapping

from ._generated import calls


class Registers:
    """A struct of registers that lives in a vCPU.

    `vcpu.regs.rip = 0x1000` reads the struct, changes it, and writes it back. `with vcpu.regs as regs:`
    reads it once, and writes it once at the end, unless an exception ended the block.
    """

    __slots__ = ("_get", "_set", "_path", "_held")
    _held: Any

    def __init__(self, get: Callable[[], Any], store: Callable[[Any], None], path: tuple[str, ...] = ()) -> None:
        object.__setattr__(self, "_get", get)
        object.__setattr__(self, "_set", store)
        object.__setattr__(self, "_path", path)
        object.__setattr__(self, "_held", None)

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._inner(self._get()), name)
        if isinstance(value, (ctypes.Structure, ctypes.Union)):
            return Registers(self._get, self._set, self._path + (name,))
        return value

    def __setattr__(self, name: str, value: Any) -> None:
        whole = self._get()
        inner = self._inner(whole)
        if not hasattr(inner, name):
            raise AttributeError(f"{type(inner).__name__} has no register {name}")
        setattr(inner, name, value)
        self._set(whole)

    def _inner(self, whole: Any) -> Any:
        for name in self._path:
            whole = getattr(whole, name)
        return whole

    def __enter__(self) -> Any:
        object.__setattr__(self, "_held", self._get())
        return self._inner(self._held)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        if kind is None:
            self._set(self._held)
        object.__setattr__(self, "_held", None)

    def __dir__(self) -> list[str]:
        return [name for name, *_ in type(self._inner(self._get()))._fields_]

    def __repr__(self) -> str:
        return repr(self._inner(self._get()))


class OneRegs(MutableMapping["int | str", int]):
    """Registers by their names or ids (KVM_GET_ONE_REG), as numbers; the id tells the size.

    `vcpu.one_regs["SCTLR_EL1"]`. As a mapping it has the ids that KVM lists; `names()` are theirs.
    """

    def __init__(self, vcpu: Any) -> None:
        self._vcpu = vcpu

    @staticmethod
    def _id(register: int | str) -> int:
        return calls.reg_from_name(register) if isinstance(register, str) else register

    def __getitem__(self, register: int | str) -> int:
        number = self._id(register)
        return int.from_bytes(self._vcpu.get_one_reg(number, calls.reg_size(number)), sys.byteorder)

    def __setitem__(self, register: int | str, value: int) -> None:
        number = self._id(register)
        self._vcpu.set_one_reg(number, value.to_bytes(calls.reg_size(number), sys.byteorder))

    def __delitem__(self, register: int | str) -> None:
        raise TypeError("a vCPU's registers can't be deleted")

    def __contains__(self, register: object) -> bool:
        if isinstance(register, str):
            try:
                register = self._id(register)
            except OSError:
                return False
        return register in set(self)

    def __iter__(self) -> Iterator[int | str]:
        return iter(self._vcpu.get_reg_list_alloc())

    def __len__(self) -> int:
        return len(self._vcpu.get_reg_list_alloc())

    def names(self) -> list[str]:
        """What the registers are called that KVM lists."""
        return [calls.reg_name(number) for number in self._vcpu.get_reg_list_alloc()]
