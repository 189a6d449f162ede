# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the cross-built libraries export: the same for all architectures."""

import subprocess

LIBRARIES = ("libkvmlib", "libkvmlib-sim")


def exported(arch, directory):
    """(library, nm's letter, name with its version) of all."""
    found = set()
    for library in LIBRARIES:
        out = subprocess.run([f"{arch.tools}-nm", "-D", "--defined-only", "--with-symbol-versions",
                              directory / ".libs" / f"{library}.so.0"],
                             check=True, capture_output=True, text=True).stdout
        found |= {(library, *line.split()[-2:]) for line in out.splitlines()}
    return found


def compare(built):
    """Print TAP of {architecture: what it exports}; whether they are one."""
    everything = set().union(*built.values())
    lacking = [f"{name} lacks {' '.join(symbol)}" for name, symbols in built.items()
               for symbol in sorted(everything - symbols)]
    print("# symbols of all")
    for line in lacking:
        print(f"# {line}")
    print(f"{'not ok' if lacking else 'ok'} 1 - the same {len(everything)} symbols on "
          f"{', '.join(built)}\n1..1", flush=True)
    return not lacking
