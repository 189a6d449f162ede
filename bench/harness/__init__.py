# SPDX-License-Identifier: LGPL-2.1-or-later
"""What scripts/bench is made of: building and running benches, and judging them."""
