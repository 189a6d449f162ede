# SPDX-License-Identifier: LGPL-2.1-or-later
"""Python from the public headers: constants, structs, prototypes and calls."""
