#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Three pictures of SeaBIOS: pictures.py [FOLDER] writes exits.png, dirty.png and memory.png."""

import sys
from pathlib import Path

from firmware import Pc

import kvmlib
from kvmlib import plot
from kvmlib.history import DirtyHistory, ExitHistory


def record():
    """Start it once, and look on."""
    pc = Pc(kvmlib.System())
    exits = ExitHistory(pc.loop)
    with DirtyHistory(pc.memory.dirty.consumer()) as pages:
        pc.run()
    return pc, exits, pages


def main():
    """Draw what was seen."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    pc, exits, pages = record()
    plot.exits(exits).savefig(folder / "exits.png")
    plot.dirty_pages(pages).savefig(folder / "dirty.png")
    plot.memory_map(pc.memory).savefig(folder / "memory.png")
    print(*(f"{reason.name}: {count}" for reason, count in exits.counts().items()), sep=", ")
    print(f"{sum(one.pages for one in pages.rounds)} dirty pages in {len(pages.rounds)} rounds")


if __name__ == "__main__":
    main()
