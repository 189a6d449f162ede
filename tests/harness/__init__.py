# SPDX-License-Identifier: LGPL-2.1-or-later
"""What scripts/test-vm and scripts/test-cross share: packages, their cache, and progress."""
