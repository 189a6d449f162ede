#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# `kvmlib monitor` while VMs come and go on the kernel at hand, as TAP; for any POSIX shell.
#
# KVMLIB and HELLO name the programs, QEMU the emulator.
: "${KVMLIB:=${builddir:+$builddir/tools/}kvmlib}"
: "${HELLO:=${builddir:+$builddir/examples/}hello}"
: "${QEMU:=qemu-system-x86_64}"

work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
number=0 failures=0

report() { # NAME COMPLAINT
	number=$((number + 1))
	if [ -z "$2" ]; then
		echo "ok $number - $1"
		return
	fi
	failures=$((failures + 1))
	sed 's/^/# /' "$work/out" "$work/err"
	echo "not ok $number - $1: $2"
}

skip() { # NAME REASON
	number=$((number + 1))
	echo "ok $number - $1 # SKIP $2"
}

skip_all() { # REASON
	case ,${KVMLIB_REQUIRE-}, in
	*,live,*) echo "1..1" && echo "not ok 1 - live: required, but: $1" && exit 1 ;;
	esac
	echo "1..0 # SKIP $1"
	exit 0
}

# Until the file has a line with the pattern; not for ever.
wait_for() { # FILE PATTERN
	polls=0
	until grep -q -- "$2" "$1" || [ $polls = 300 ]; do
		polls=$((polls + 1))
		sleep 0.1
	done
	grep -q -- "$2" "$1"
}

# A monitor in the background, listening; whatever becomes of this script, it ends.
monitor() { # OPTION...
	: >"$work/out"
	"$@" --timeout 200 >"$work/out" 2>"$work/err" </dev/null &
	monitor=$!
	wait_for "$work/out" listening
}

# Ends it, and requires that it ends well.
end_monitor() { # NAME COMPLAINT
	kill -TERM $monitor
	wait $monitor
	status=$?
	[ $status = 0 ] || set -- "$1" "$2 the monitor's status is $status"
	report "$1" "$2"
}

# Complains about what is not told within some time.
lacks() { # PATTERN...
	for pattern; do
		wait_for "$work/out" "$pattern" || printf '%s' "no $pattern; "
	done
}

event() { # EVENT PID
	echo "\"event\":\"$1\",\"pid\":$2,"
}

# A guest that runs until it is killed: jmp $ at the entry.
start_guest() {
	"$KVMLIB" run --timeout 200 "$work/spin" >/dev/null 2>&1 </dev/null &
	guest=$!
}

# One that has its vCPU when this returns.
start_running_guest() {
	start_guest
	polls=0
	# shellcheck disable=SC2010  # it is the links that tell
	until ls -l "/proc/$guest/fd" 2>/dev/null | grep -q kvm-vcpu || [ $polls = 300 ]; do
		polls=$((polls + 1))
		sleep 0.1
	done
}

end_guest() { # PID
	kill -TERM "$1"
	wait "$1" 2>/dev/null
}

short_vm() {
	monitor "$KVMLIB" monitor --json
	"$HELLO" >/dev/null </dev/null &
	pid=$!
	wait $pid
	end_monitor vm_that_ends_at_once_is_told "$(lacks "$(event create $pid)" "$(event destroy $pid)")"
}

# Its vCPUs come after the VM: by the line of its creation, or by one of their own.
long_vm() {
	monitor "$KVMLIB" monitor --json --interval 0.1
	start_guest
	complaint=$(lacks "$(event create $guest).*\"command\":\\[\"[^]]*/spin\"\\]" \
		"\"pid\":$guest,\"thread\":$guest,\"fd\":[0-9]*,\"vcpus\":1,")
	end_guest $guest
	end_monitor vcpus_and_command_are_told "$complaint$(lacks "$(event destroy $guest).*\"vcpus\":1,")"
}

text() {
	monitor "$KVMLIB" monitor --interval 0.1
	start_guest
	complaint=$(lacks "create *$guest:[0-9]* .*/spin" " $guest:[0-9]* * 1 vCPU ")
	end_guest $guest
	end_monitor text_has_the_same "$complaint$(lacks "destroy *$guest:")"
}

filter() {
	start_running_guest
	first=$guest
	monitor "$KVMLIB" monitor --json --pid $first
	start_running_guest
	end_guest $guest
	end_guest $first
	complaint=$(lacks "$(event exists $first)" "$(event destroy $first)")
	! grep "\"pid\":$guest," "$work/out" || complaint="$complaint tells of $guest"
	end_monitor pid_selects_a_process "$complaint"
}

count() {
	monitor "$KVMLIB" monitor --json --count 2
	"$HELLO" >/dev/null </dev/null
	wait $monitor
	status=$?
	lines=$(grep -c '"pid":' "$work/out")
	report count_ends_by_itself "$([ "$status $lines" = "0 2" ] || echo "status $status, $lines lines")"
}

# The buffer holds three messages at most while the monitor is stopped. One guest comes, another goes
# unseen.
lost() {
	start_running_guest
	first=$guest
	monitor "$KVMLIB" monitor --json --buffer 256 --interval 100
	complaint=$(lacks "$(event exists $first)")
	kill -STOP $monitor
	for _ in 1 2 3 4 5; do
		"$HELLO" >/dev/null </dev/null
	done
	start_running_guest
	end_guest $first
	kill -CONT $monitor
	complaint=$complaint$(lacks '"event":"lost"' "$(event exists $guest).*\"resync\":true" \
		"$(event destroy $first).*\"resync\":true" '"event":"resynced","found":[1-9][0-9]*,"gone":[1-9]')
	end_guest $guest
	end_monitor lost_messages_are_made_up_for "$complaint$(lacks "$(event destroy $guest)")"
	[ "$(grep -c "$(event destroy $first)" "$work/out")" = 1 ] || report lost_destroy_is_told_once "more often"
}

qemu() {
	monitor "$KVMLIB" monitor --json --interval 0.1
	"$QEMU" -accel kvm -M pc -m 64 -smp 2 -display none -nodefaults -no-user-config -S >/dev/null 2>&1 &
	pid=$!
	complaint=$(lacks "$(event create $pid).*\"-smp\",\"2\"" "\"pid\":$pid,.*\"vcpus\":2,")
	end_guest $pid
	end_monitor qemu_with_two_vcpus_is_told "$complaint$(lacks "$(event destroy $pid)")"
}

# In the place of this shell, and without debugfs: nothing of that is seen outside.
without_debugfs() { # COMMAND...
	# shellcheck disable=SC2016  # the inner shell expands it
	exec unshare -m sh -c 'mount --make-rprivate /
		while grep -q " debugfs " /proc/self/mounts; do umount -l /sys/kernel/debug || exit 99; done
		exec "$@"' sh "$@"
}

# A locked down kernel (as with Secure Boot) lets nobody read what could also be written: KVM's counters.
counters_can_be_read() {
	unshare -m sh -c 'mount --make-rprivate / && mount -t debugfs none /sys/kernel/debug &&
		cat /sys/kernel/debug/kvm/exits' >"$work/out" 2>"$work/err"
}

statistics() { # ONE
	start_running_guest
	monitor without_debugfs "$KVMLIB" monitor --json --mount --stats --interval 0.1 --pid $guest
	complaint=$(lacks '"debugfs":"/sys/kernel/debug/kvm"' "$(event exists $guest).*\"vcpus\":1," \
		"$(event stats $guest).*\"stats\":{.*\"$1\":[0-9]")
	end_guest $guest
	end_monitor mount_gives_statistics "$complaint"
}

statistics_as_text() {
	start_running_guest
	monitor without_debugfs "$KVMLIB" monitor --mount --stats --interval 0.1 --pid $guest
	complaint=$(lacks "stats *$guest:.* exits [0-9]* (+[0-9]*)")
	end_guest $guest
	end_monitor statistics_as_text_have_what_changed "$complaint"
}

in_proc() {
	start_running_guest
	monitor without_debugfs "$KVMLIB" monitor --json --interval 0.1
	complaint=$(lacks '"debugfs":null,"reason":"not mounted' \
		"$(event exists $guest)\"thread\":null,\"fd\":[0-9]*,\"vcpus\":1,.*/spin\"")
	end_guest $guest
	complaint=$complaint$(lacks "$(event destroy $guest)")
	"$HELLO" >/dev/null </dev/null &
	pid=$!
	wait $pid
	end_monitor proc_is_enough_to_list_vms "$complaint$(lacks "$(event create $pid)" "$(event destroy $pid)")"
}

if ! "$KVMLIB" info >"$work/out" 2>"$work/err"; then
	skip_all "$(head -n 1 "$work/err")"
fi
if ! "$KVMLIB" monitor --timeout 0.1 >"$work/out" 2>"$work/err"; then
	skip_all "$(head -n 1 "$work/err")"
fi
if [ "$(readlink /proc/self/ns/pid)$(readlink /proc/self/ns/user)" != "pid:[4026531836]user:[4026531837]" ]; then
	skip_all "not in the namespaces that KVM's messages are for"
fi
printf '\353\376' >"$work/spin"

short_vm
long_vm
text
filter
count
lost
if command -v "$QEMU" >/dev/null; then
	qemu
else
	skip qemu_with_two_vcpus_is_told "no $QEMU"
fi
if [ "$(id -u)" = 0 ] && (without_debugfs true); then
	if counters_can_be_read; then
		statistics exits
		statistics_as_text
	else
		statistics pages_4k # no counter
		skip statistics_as_text_have_what_changed "the kernel is locked down"
	fi
	in_proc
else
	for name in mount_gives_statistics statistics_as_text_have_what_changed proc_is_enough_to_list_vms; do
		skip $name "needs root, to mount and unmount"
	done
fi

echo "1..$number"
[ "$failures" = 0 ]
