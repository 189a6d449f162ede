# SPDX-License-Identifier: LGPL-2.1-or-later
"""The table of coverage: what tests recorded, the file, and its page in the manual."""
