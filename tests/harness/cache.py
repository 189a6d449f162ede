# SPDX-License-Identifier: LGPL-2.1-or-later
"""Where fetched and built things are kept, safe for several runs at once.

Files and directories appear under their final names complete (by rename), so readers
need no lock; writers take one, so that nothing is fetched twice.
"""

import contextlib
import fcntl
import json
import os
import shutil
import tempfile
from pathlib import Path

from .say import say


def directory(harness):
    """${KVMLIB_CACHE:-${XDG_CACHE_HOME:-~/.cache}/kvmlib}/HARNESS"""
    user = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    path = Path(os.environ.get("KVMLIB_CACHE") or Path(user) / "kvmlib") / harness
    path.mkdir(parents=True, exist_ok=True)
    return path


@contextlib.contextmanager
def locked(path):
    """Only one process at a time for this name; the kernel drops a dead one's lock."""
    with open(f"{path}.lock", "w", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"waiting for another run ({file.name})")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def new_directory(path):
    """A directory to fill; it takes its name when the block ends well, else it goes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".new-", dir=path.parent))
    try:
        yield work
        work.chmod(0o755)
        work.rename(path)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def write_json(path, value):
    """Replace a file in one step."""
    work = path.with_name(f".{path.name}.{os.getpid()}")
    work.write_text(json.dumps(value) + "\n", encoding="utf-8")
    work.replace(path)


def read_json(path):
    """The stored value; None when there is none, or an unreadable one."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
