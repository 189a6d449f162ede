# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Emulated hosts, for scripts/check and scripts/soak: machines of tests/vm/arch.py, each with a kernel by the start of
# its version, arm64-gicv2:6.1. What is installed there is in a folder for each architecture, $work/hosts.
# shellcheck disable=SC2154  # work and jobs are of those

# What the tests of a host read besides. The emulator is in x86_64's, too, as a program to adopt.
files_of() {
	case $1 in
	x86_64) echo /usr/share/seabios/bios.bin /usr/lib/u-boot/qemu-x86/u-boot.rom "$(command -v qemu-system-x86_64)" \
		/usr/share/seabios/bios-256k.bin /usr/share/qemu/kvmvapic.bin ;;
	arm64*) echo /usr/lib/u-boot/qemu_arm64/u-boot.bin ;;
	riscv64*) echo /usr/lib/u-boot/qemu-riscv64_smode/u-boot.bin ;;
	esac
}

# An emulated host keeps one processor busy. Python is tried where this machine has not tried it already.
boot_host() {
	local arch=${1%:*} kernel=${1#*:} log=$work/logs/host-$1 options=(--python) file
	[ "$arch" != x86_64 ] || options=(--memory 1024)
	for file in $(files_of "$arch"); do options+=(--file "$file"); done
	scripts/test-vm "$arch" "$kernel" --root "$work/hosts/${arch%-*}" "${options[@]}" --timeout 900 \
		--console "$log.console" --run 'KVMLIB_REQUIRE=live live-tests' >"$log.log" 2>&1
	echo $? >"$log.status"
}

# Build what the hosts of other architectures run. Where that can't be done here, the layer is skipped.
make_host_programs() {
	local log=$work/logs/hosts-programs.log status
	scripts/install-packages guests emulator hosts || { skip_layer hosts "no emulators or cross compilers" && return 1; }
	scripts/test-cross --build "$work/cross" --root "$work/hosts" arm64 riscv64 >"$log" 2>&1
	status=$?
	judge_tap hosts programs "$status" "$log"
	[ "$status" = 0 ]
}

# The live tests in each host of a layer, as many at a time as there are processors.
boot_hosts() { # LAYER HOST...
	local layer=$1 host
	shift
	export -f boot_host files_of
	export work
	printf '%s\n' "$@" | xargs -P "$jobs" -I HOST bash -c 'boot_host HOST'
	for host; do
		judge_tap "$layer" "$host" "$(<"$work/logs/host-$host.status")" "$work/logs/host-$host.log"
	done
}

# What guests of a CPU that x86_64's hosts have in common do, in them and on this machine.
share_cpus() { # KVMLIB KERNEL...
	tests/vm/cpu-baseline "$1" "$work/hosts/x86_64" "${@:2}" >"$work/logs/cpu-baseline.log" 2>&1
	judge_tap vm cpu-baseline $? "$work/logs/cpu-baseline.log"
}
