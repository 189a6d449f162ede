# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Emulated hosts of other architectures, for scripts/check and scripts/soak: machines of tests/vm/arch.py, each with a
# kernel by the start of its version, arm64-gicv2:6.1.
# shellcheck disable=SC2154  # work and jobs are of those

boot_host() {
	local arch=${1%:*} kernel=${1#*:} log=$work/logs/host-$1
	scripts/test-vm "$arch" "$kernel" --root "$work/hosts/${arch%-*}" --python \
		--file /usr/lib/u-boot/qemu_arm64/u-boot.bin --file /usr/lib/u-boot/qemu-riscv64_smode/u-boot.bin \
		--timeout 400 --console "$log.console" \
		--run 'KVMLIB_REQUIRE=live live-tests' >"$log.log" 2>&1
	echo $? >"$log.status"
}

# Build what they run. Where that can't be done here, the layer is skipped.
make_host_programs() {
	local log=$work/logs/hosts-programs.log status
	scripts/install-packages guests emulator hosts || { skip_layer hosts "no emulators or cross compilers" && return 1; }
	scripts/test-cross --build "$work/cross" --root "$work/hosts" arm64 riscv64 >"$log" 2>&1
	status=$?
	judge_tap hosts programs "$status" "$log"
	[ "$status" = 0 ]
}

# The live tests in each of them, as many at a time as there are processors.
boot_hosts() {
	local host
	make_host_programs || return
	export -f boot_host
	export work
	printf '%s\n' "$@" | xargs -P "$jobs" -I HOST bash -c 'boot_host HOST'
	for host; do
		judge_tap hosts "$host" "$(<"$work/logs/host-$host.status")" "$work/logs/host-$host.log"
	done
}
