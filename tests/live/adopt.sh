#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Programs that don't know kvmlib, with and without examples/adopt.c under them, as TAP; for any POSIX shell.
#
# ADOPT names the library to preload, HELLO and AGREE programs, QEMU the emulator.
: "${ADOPT:=${builddir:+$builddir/examples/.libs/}adopt.so}"
: "${HELLO:=${builddir:+$builddir/examples/}hello}"
: "${AGREE:=${builddir:+$builddir/tests/agree/}agree}"
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
	diff "$work/plain" "$work/adopted" | sed 's/^/# /'
	sed 's/^/# /' "$work/err"
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

# What a program adopted says at its end; the shells around it adopt nothing.
passed() {
	sed -n 's/^adopt: \([0-9]*\) calls.*/\1/p' "$work/err" | sort -n | tail -n 1
}

adopted() { # COMMAND...
	ADOPT_COUNT=1 LD_PRELOAD="$ADOPT" "$@" 2>"$work/err" </dev/null
}

# Same status and output, and at least so many calls that passed.
judge() { # NAME LEAST STATUS STATUS-ADOPTED
	complaint=
	[ "$3" = "$4" ] || complaint="status $4, not $3"
	cmp -s "$work/plain" "$work/adopted" || complaint="$complaint differs"
	[ -s "$work/plain" ] || complaint="$complaint printed nothing"
	[ "$(passed)" -ge "$2" ] || complaint="$complaint only $(passed) calls of $2"
	report "$1" "$complaint"
}

same() { # NAME LEAST COMMAND...
	name=$1 least=$2
	shift 2
	"$@" >"$work/plain" 2>/dev/null </dev/null
	status=$?
	adopted "$@" >"$work/adopted"
	judge "$name" "$least" $status $?
}

# SeaBIOS under QEMU with two vCPUs, until it has found nothing to boot; what it prints goes to the file.
boot() { # FILE COMMAND...
	file=$1 polls=0
	shift
	"$@" "$QEMU" -accel kvm -M pc -m 64 -smp 2 -display none -nodefaults -no-user-config \
		-chardev "file,id=log,path=$file" -device isa-debugcon,iobase=0x402,chardev=log &
	pid=$!
	until grep -qs 'No bootable device' "$file" || ! kill -0 $pid 2>/dev/null || [ $polls = 600 ]; do
		polls=$((polls + 1))
		sleep 0.1
	done
	kill $pid
	wait $pid
}

# Its threads take turns by time, so the order of some lines is not fixed; nor is the speed it measures.
settled() { # FILE
	grep -v '^CPU Mhz=' "$1" | sort
}

seabios_in_qemu() {
	boot "$work/raw" env >/dev/null 2>"$work/err"
	status=$?
	boot "$work/log" env ADOPT_COUNT=1 LD_PRELOAD="$ADOPT" >/dev/null 2>"$work/err"
	adopted_status=$?
	settled "$work/raw" >"$work/plain"
	settled "$work/log" >"$work/adopted"
	judge seabios_in_qemu_finds_no_bootable_device 1000 $status $adopted_status
}

if ! [ -r /dev/kvm ] || ! [ -w /dev/kvm ]; then
	skip_all "no /dev/kvm to read and write"
fi
if [ -n "${builddir-}" ] && grep -q __asan_init "$ADOPT"; then
	skip_all "sanitizers can't be preloaded"
fi

same hello_prints_the_same 7 "$HELLO"
for program in readme-shared readme-cxx; do
	if command -v $program >/dev/null; then
		same "program_of_the_${program}_prints_the_same" 7 $program
	fi
done
same raw_calls_answer_the_same 100 "$AGREE"
if command -v "$QEMU" >/dev/null; then
	seabios_in_qemu
else
	skip seabios_in_qemu_finds_no_bootable_device "no $QEMU"
fi

echo "1..$number"
[ "$failures" = 0 ]
