# SPDX-License-Identifier: LGPL-2.1-or-later
"""Generated from the public headers by bindings/python/generate."""
