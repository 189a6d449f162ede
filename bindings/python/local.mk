# SPDX-License-Identifier: LGPL-2.1-or-later

# The package for Python. What generates a part of it, and its tests, go along with a release.
if PYTHON
kvmlibpythondir = $(pythondir)/kvmlib
kvmlibpython_PYTHON = \
	bindings/python/kvmlib/__init__.py \
	bindings/python/kvmlib/__main__.py \
	bindings/python/kvmlib/_call.py \
	bindings/python/kvmlib/_enums.py \
	bindings/python/kvmlib/_error.py \
	bindings/python/kvmlib/_handle.py \
	bindings/python/kvmlib/_integers.py \
	bindings/python/kvmlib/_layout.py \
	bindings/python/kvmlib/_library.py \
	bindings/python/kvmlib/_quick.py \
	bindings/python/kvmlib/_ranges.py \
	bindings/python/kvmlib/_signals.py \
	bindings/python/kvmlib/_struct.py \
	bindings/python/kvmlib/arm64.py \
	bindings/python/kvmlib/coalesced.py \
	bindings/python/kvmlib/control.py \
	bindings/python/kvmlib/cpuid.py \
	bindings/python/kvmlib/debug.py \
	bindings/python/kvmlib/device.py \
	bindings/python/kvmlib/dirty.py \
	bindings/python/kvmlib/errors.py \
	bindings/python/kvmlib/eventfds.py \
	bindings/python/kvmlib/exits.py \
	bindings/python/kvmlib/explain.py \
	bindings/python/kvmlib/history.py \
	bindings/python/kvmlib/image.py \
	bindings/python/kvmlib/irqchip.py \
	bindings/python/kvmlib/log.py \
	bindings/python/kvmlib/loop.py \
	bindings/python/kvmlib/memory.py \
	bindings/python/kvmlib/move.py \
	bindings/python/kvmlib/plot.py \
	bindings/python/kvmlib/pytest_plugin.py \
	bindings/python/kvmlib/registers.py \
	bindings/python/kvmlib/report.py \
	bindings/python/kvmlib/routes.py \
	bindings/python/kvmlib/sim.py \
	bindings/python/kvmlib/snapshot.py \
	bindings/python/kvmlib/state.py \
	bindings/python/kvmlib/stats.py \
	bindings/python/kvmlib/structs.py \
	bindings/python/kvmlib/system.py \
	bindings/python/kvmlib/vcpu.py \
	bindings/python/kvmlib/vm.py
dist_kvmlibpython_DATA = bindings/python/kvmlib/py.typed
kvmlibgenerateddir = $(pythondir)/kvmlib/_generated
kvmlibgenerated_PYTHON = \
	bindings/python/kvmlib/_generated/__init__.py \
	bindings/python/kvmlib/_generated/calls.py \
	bindings/python/kvmlib/_generated/constants.py \
	bindings/python/kvmlib/_generated/enums.py \
	bindings/python/kvmlib/_generated/families.py \
	bindings/python/kvmlib/_generated/opaque.py \
	bindings/python/kvmlib/_generated/prototypes.py \
	bindings/python/kvmlib/_generated/sim_calls.py \
	bindings/python/kvmlib/_generated/structs.py \
	bindings/python/kvmlib/_generated/structs_arm64.py \
	bindings/python/kvmlib/_generated/structs_loongarch64.py \
	bindings/python/kvmlib/_generated/structs_ppc64le.py \
	bindings/python/kvmlib/_generated/structs_riscv64.py \
	bindings/python/kvmlib/_generated/structs_s390x.py \
	bindings/python/kvmlib/_generated/structs_x86_64.py \
	bindings/python/kvmlib/_generated/version.py
endif

EXTRA_DIST += \
	bindings/python/enums.tsv \
	bindings/python/families.tsv \
	bindings/python/gen/__init__.py \
	bindings/python/gen/calls.py \
	bindings/python/gen/constants.py \
	bindings/python/gen/docs.py \
	bindings/python/gen/families.py \
	bindings/python/gen/handles.py \
	bindings/python/gen/headers.py \
	bindings/python/gen/output.py \
	bindings/python/gen/prototypes.py \
	bindings/python/gen/shapes.py \
	bindings/python/gen/structs.py \
	bindings/python/gen/types.py \
	bindings/python/gen/version.py \
	bindings/python/generate \
	bindings/python/pyproject.toml \
	bindings/python/tests/conftest.py \
	bindings/python/tests/guests.py \
	bindings/python/tests/lacking.py \
	bindings/python/tests/random_calls.py \
	bindings/python/tests/support.py \
	bindings/python/tests/test_arm64.py \
	bindings/python/tests/test_changes.py \
	bindings/python/tests/test_coalesced.py \
	bindings/python/tests/test_control.py \
	bindings/python/tests/test_cpuid.py \
	bindings/python/tests/test_debug.py \
	bindings/python/tests/test_device.py \
	bindings/python/tests/test_dirty.py \
	bindings/python/tests/test_dirty_log.py \
	bindings/python/tests/test_eventfds.py \
	bindings/python/tests/test_every.py \
	bindings/python/tests/test_examples.py \
	bindings/python/tests/test_image.py \
	bindings/python/tests/test_irqchip.py \
	bindings/python/tests/test_layout.py \
	bindings/python/tests/test_lifetimes.py \
	bindings/python/tests/test_log.py \
	bindings/python/tests/test_loop.py \
	bindings/python/tests/test_move.py \
	bindings/python/tests/test_packaging.py \
	bindings/python/tests/test_plot.py \
	bindings/python/tests/test_pytest_plugin.py \
	bindings/python/tests/test_random.py \
	bindings/python/tests/test_reader.py \
	bindings/python/tests/test_readme.py \
	bindings/python/tests/test_regions.py \
	bindings/python/tests/test_registers.py \
	bindings/python/tests/test_report.py \
	bindings/python/tests/test_routes.py \
	bindings/python/tests/test_sample.py \
	bindings/python/tests/test_snapshot.py \
	bindings/python/tests/test_state.py \
	bindings/python/tests/test_stats.py \
	bindings/python/tests/test_symbols.py \
	bindings/python/tests/test_tutorial.py \
	bindings/python/tests/test_zero_copy.py \
	bindings/python/tests/symbols/__init__.py \
	bindings/python/tests/symbols/core.py \
	bindings/python/tests/symbols/exits.py \
	bindings/python/tests/symbols/leaves.py \
	bindings/python/tests/symbols/lifetimes.py \
	bindings/python/tests/symbols/managers.py \
	bindings/python/tests/symbols/named.tsv \
	bindings/python/tests/symbols/names.py \
	bindings/python/tests/symbols/simulator.py
