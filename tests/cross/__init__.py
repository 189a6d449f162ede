# SPDX-License-Identifier: LGPL-2.1-or-later
"""Unit tests on other architectures: what scripts/test-cross is made of.

The library is cross-built, and its unit tests run under QEMU's user emulation. The
kernel behind them is the simulated one, so no other is needed.
"""
