# SPDX-License-Identifier: LGPL-2.1-or-later

EXTRA_DIST += docs/examples.dox docs/mainpage.md
dist_man_MANS = docs/man/kvmlib.1 docs/man/kvmlib.7

# The manual, from the headers; every warning is an error.
doc: docs/Doxyfile
	$(DOXYGEN) docs/Doxyfile

clean-local: clean-doc
clean-doc:
	-rm -rf docs/html
