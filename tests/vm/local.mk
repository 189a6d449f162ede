# SPDX-License-Identifier: LGPL-2.1-or-later

# What an emulated host gets in the folder VM_ROOT: an installation, the examples, and, where tests
# are built, the live ones with the command that runs them. Debian's Python finds the package, too; its
# tests are where they find what is beside them.
PYTHON_ON_KVM = bindings/python/tests/test_every.py examples/python/everywhere.py tests/build/tap.py \
	uapi/structs-arm64.tsv uapi/structs-riscv64.tsv
vm-root: all $(ON_KVM) $(HELPERS_ON_KVM)
	rm -rf '$(VM_ROOT)'
	$(MAKE) $(AM_MAKEFLAGS) install DESTDIR='$(VM_ROOT)' >/dev/null 2>&1
	$(MKDIR_P) '$(VM_ROOT)/usr/bin' '$(VM_ROOT)/usr/lib'
	test '$(libdir)' = /usr/lib || ln -s '$(libdir)/libkvmlib.so.0' '$(VM_ROOT)/usr/lib/'
	for program in examples/coalesced examples/cpu examples/debug examples/doorbell examples/hello examples/firmware examples/fuzz examples/inject examples/memory examples/migrate examples/regs examples/snapshot examples/timer examples/trace $(ON_KVM) $(HELPERS_ON_KVM); do \
		$(LIBTOOL) --quiet --mode=install $(INSTALL) $$program '$(VM_ROOT)/usr/bin/' || exit 1; \
	done
	$(INSTALL) examples/.libs/adopt.so '$(VM_ROOT)/usr/lib/'
	$(INSTALL) $(srcdir)/tests/vm/live-tests $(srcdir)/tests/live/tool.sh $(srcdir)/tests/live/adopt.sh \
		$(srcdir)/tests/live/info.sh $(srcdir)/tests/live/monitor.sh $(srcdir)/tests/live/save.sh \
		$(srcdir)/tests/live/seccomp.sh \
		'$(VM_ROOT)/usr/bin/'
	test '$(PYTHON)' = : || { \
		$(MKDIR_P) '$(VM_ROOT)/usr/lib/kvmlib-tests' '$(VM_ROOT)/usr/lib/python3/dist-packages' && \
		ln -s '$(pythondir)/kvmlib' '$(VM_ROOT)/usr/lib/python3/dist-packages/' && \
		cd $(srcdir) && cp --parents $(PYTHON_ON_KVM) '$(VM_ROOT)/usr/lib/kvmlib-tests/'; }
	test -z '$(ON_KVM)' -o '$(host_cpu)' != x86_64 || $(SHELL) $(srcdir)/tests/vm/build-readme '$(VM_ROOT)' '$(libdir)' \
		'$(includedir)' <$(srcdir)/README.md

# The harnesses of scripts/test-vm and scripts/test-cross.
EXTRA_DIST += \
	tests/cross/__init__.py tests/cross/arch.py tests/cross/build.py tests/cross/isoc23.c tests/cross/libraries.py tests/cross/symbols.py \
	tests/harness/__init__.py tests/harness/apt.py tests/harness/cache.py tests/harness/say.py \
	tests/vm/__init__.py tests/vm/arch.py tests/vm/build-readme tests/vm/cpio.py tests/vm/cpu-baseline \
	tests/vm/emulator.py tests/vm/init.c tests/vm/initramfs.py tests/vm/kernels.py tests/vm/libraries.py \
	tests/live/adopt.sh tests/live/info.sh tests/live/monitor.sh tests/live/save.sh tests/live/seccomp.sh \
	tests/live/tool.sh \
	tests/vm/live-tests tests/vm/modules.py tests/vm/programs.py tests/vm/qemu.py
