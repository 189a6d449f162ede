# SPDX-License-Identifier: LGPL-2.1-or-later
"""What each exported symbol does, seen from Python."""
