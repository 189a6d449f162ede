# SPDX-License-Identifier: LGPL-2.1-or-later

EXTRA_DIST += docs/examples.dox docs/mainpage.md docs/python.md docs/snapshot-fuzzing.md
dist_man_MANS = docs/man/kvmlib.1 docs/man/kvmlib.7

# What the tests were seen to cover, and the page of it.
EXTRA_DIST += \
	docs/coverage docs/coverage.tsv docs/coverage-reasons.tsv docs/coverage_table/__init__.py \
	docs/coverage_table/facts.py docs/coverage_table/hosts.py docs/coverage_table/page.py docs/coverage_table/records.py \
	docs/coverage_table/table.py
docs/coverage.md: docs/coverage.tsv docs/coverage docs/coverage_table/page.py
	$(AM_V_GEN)$(srcdir)/docs/coverage --page >$@.new && mv $@.new $@
CLEANFILES += docs/coverage.md docs/coverage.md.new

# The manual, from the headers; every warning is an error.
doc: docs/Doxyfile docs/coverage.md
	$(DOXYGEN) docs/Doxyfile

clean-local: clean-doc
clean-doc:
	-rm -rf docs/html
