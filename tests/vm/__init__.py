# SPDX-License-Identifier: LGPL-2.1-or-later
"""Whole KVM hosts under emulation: what scripts/test-vm is made of.

QEMU's TCG emulates the virtualization extensions themselves, so a distribution's
kernel booted in it offers a complete KVM, of a version that we choose, on any
machine. These modules fetch the kernel, pack an initramfs around the programs to
run, boot it, and bring back output and exit statuses.
"""
