# SPDX-License-Identifier: LGPL-2.1-or-later
"""Packs the root file system of the test VM around the caller's files."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from harness import cache
from harness.say import Unavailable, Usage, say

from . import libraries, modules, programs
from .cpio import Archive

OURS = "kvmlib-vm"  # directory of what init.c reads
_MERGED = ("bin", "sbin", "lib", "lib64")  # symbolic links into usr, as Debian has them
_MOUNTED = ("proc", "sys", "dev", "tmp", "run")  # by init.c: files would be hidden


def _guest_path(path):
    """The archive's name for an absolute path of the guest."""
    parts = [part for part in os.path.normpath("/" + str(path)).split("/") if part]
    if parts and parts[0] in _MERGED:
        parts.insert(0, "usr")
    return "/".join(parts)


class Root:
    """The guest's root file system in the making."""

    def __init__(self, arch):
        self.arch = arch
        self.archive = Archive()
        self._programs = set()
        for name in _MERGED:
            self.archive.directory(f"usr/{name}")
            self.archive.symlink(name, f"usr/{name}")
        for name in (*_MOUNTED, "root", "etc"):
            self.archive.directory(name)
        self.archive.device("dev/console", 0o600, 5, 1)

    def add_file(self, source, path=None):
        """One file, at the same path unless told otherwise."""
        target = _guest_path(path or os.path.abspath(source))
        if target.split("/")[0] in _MOUNTED:
            raise Usage(f"/{target} would be hidden by a file system mounted there")
        self._put(source, target)
        if libraries.is_elf(source):
            self._programs.add(os.path.abspath(source))

    def _put(self, source, target):
        mode = os.stat(source).st_mode & 0o7777
        self.archive.file(target, Path(source).read_bytes(), mode)

    def add_tree(self, top):
        """A directory's contents, copied to /."""
        self._copy(top, self.add_file)

    def _copy(self, top, add):
        for directory, subdirectories, files in os.walk(top):
            for name in subdirectories + files:
                source = os.path.join(directory, name)
                self._add_member(source, os.path.relpath(source, top), add)

    def _add_member(self, source, path, add):
        """Links stay links; sockets and the like are left out."""
        if os.path.islink(source):
            self.archive.symlink(_guest_path(path), os.readlink(source))
        elif os.path.isdir(source):
            self.archive.directory(_guest_path(path))
        elif os.path.isfile(source):
            add(source, path)

    def add_libraries(self):
        """What the programs put in so far need, and can't do without."""
        programs = sorted(self._programs)
        found, missing = libraries.closure(programs) if self.arch.is_native else self._foreign(programs)
        names = {os.path.basename(path) for path in self.archive.paths()}
        for path in found:
            self._add_library(path, names)
        for name in sorted(missing - names):
            say(f"warning: the library {name} was not found, a program will miss it")

    def _foreign(self, programs):
        """Of the cross compiler; its loader is in /lib by its name."""
        return libraries.foreign(programs, [Path(self.arch.sysroot) / "lib"])

    def _add_library(self, path, names):
        """Where this machine has it; a foreign one, where its loader looks."""
        target = path if self.arch.is_native else f"/lib/{os.path.basename(path)}"
        there = _guest_path(target) in self.archive if self.arch.is_native else os.path.basename(path) in names
        if not there:
            self.archive.file(_guest_path(target), Path(path).read_bytes(), 0o755)

    def add_busybox(self):
        """A shell and the usual tools, so that commands may be shell lines."""
        own = shutil.which("busybox")
        self.add_file(own if self.arch.is_native else programs.busybox(self.arch), "/bin/busybox")
        applets = subprocess.run([own, "--list-full"], text=True, check=True,
                                 capture_output=True).stdout
        for applet in applets.split():
            if _guest_path(applet) not in self.archive:
                self.archive.symlink(_guest_path(applet), "/bin/busybox")

    def add_python(self):
        """Debian's, whole: with a C library that is then everyone's, and not older than the cross compiler's."""
        self._copy(programs.python(self.arch), lambda source, path: self._put(source, _guest_path(path)))

    def add_modules(self, kernel, wanted):
        """Kernel modules, and the list from which init loads them in order."""
        loaded = modules.in_order(kernel.modules, wanted)
        paths = {name: f"{OURS}/{name}.ko" for name in loaded}
        for name, data in loaded.items():
            self.archive.file(paths[name], data)
        listing = "".join(f"/{path}\n" for path in paths.values())
        self.archive.file(f"{OURS}/modules", listing.encode())

    def add_commands(self, commands, shell):
        """One script each, numbered in the order of their running."""
        for number, command in enumerate(commands, 1):
            self.archive.file(f"{OURS}/command.{number}", command.encode() + b"\n")
        if shell:
            self.archive.file(f"{OURS}/shell", b"")


def _init(arch):
    """PID 1, compiled once per version of its source."""
    source = Path(__file__).with_name("init.c")
    key = hashlib.sha256(repr(arch.compiler).encode() + source.read_bytes()).hexdigest()
    program = cache.directory("vm") / arch.family / f"init-{key[:16]}"
    work = program.with_name(f".{program.name}.{os.getpid()}")
    if not program.exists():
        _compile(arch, source, work)
        work.replace(program)
    return program


def _compile(arch, source, target):
    """Static, since it runs before there is anything else."""
    command = [*arch.compiler, "-O2", "-Wall", "-o", target, source]
    result = subprocess.run(command, text=True, check=False, capture_output=True)
    if result.returncode:
        raise Unavailable(f"can't compile {source}: {result.stderr.strip()}")


def build(path, arch, kernel, trees=(), files=(), commands=(), shell=False, python=False):
    """Write the initramfs for one run."""
    root = Root(arch)
    root.add_file(_init(arch), "/init")
    root.add_modules(kernel, arch.modules)
    root.add_commands(commands, shell)
    for tree in trees:
        root.add_tree(tree)
    for source, target in files:
        root.add_file(source, target)
    if python:
        root.add_python()
    root.add_busybox()
    root.add_libraries()
    with open(path, "wb") as file:
        root.archive.write(file)
