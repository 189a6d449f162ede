# SPDX-License-Identifier: LGPL-2.1-or-later

EXTRA_DIST += docs/mainpage.md

# The manual, from the headers; every warning is an error.
doc: docs/Doxyfile
	$(DOXYGEN) docs/Doxyfile

clean-local: clean-doc
clean-doc:
	-rm -rf docs/html
