#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Programs under the profiles of `kvmlib info --seccomp`, on the kernel at hand, as TAP; for any POSIX shell.
#
# KVMLIB, HELLO and LIVE name the programs, CONFINED and MADE what runs and watches them, BIOS an image. What LIVE
# prints, and records, is kept in the file LIVE_OUTPUT where there shall be one.

# A program of the build tree: not libtool's script around it, for shells make ioctls of their own.
built() { # FOLDER NAME
	if [ -x "${builddir-}/$1.libs/$2" ]; then
		echo "$builddir/$1.libs/$2"
	else
		echo "${builddir:+$builddir/$1}$2"
	fi
}
[ -z "${builddir-}" ] || export LD_LIBRARY_PATH="$builddir/.libs${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
: "${KVMLIB:=$(built tools/ kvmlib)}"
: "${HELLO:=$(built examples/ hello)}"
: "${LIVE:=$(built tests/live/ live)}"
: "${CONFINED:=${builddir:+$builddir/tests/live/}confined}"
: "${MADE:=${builddir:+$builddir/tests/live/}ioctls_made}"
: "${BIOS:=/usr/share/seabios/bios.bin}"
KILLED=159 # by SIGSYS
NO_SUCH_IOCTL=0xaeff

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
	tail -n 60 "$work/out" "$work/err" | sed 's/^/# /'
	echo "not ok $number - $1: $2"
}

skip_all() { # REASON
	echo "1..0 # SKIP $1"
	exit 0
}

# Output goes to files: of a terminal, and of /dev/null, libc would ask what they are, by an ioctl.
quietly() { # COMMAND...
	"$@" >"$work/out" 2>"$work/err" <"$work/flat"
}

check() { # NAME STATUS COMMAND...
	name=$1 status=$2
	shift 2
	quietly "$@"
	got=$?
	report "$name" "$([ $got = "$status" ] || echo "status $got, not $status")"
}

# The requests that a profile lets through, sorted.
requests() { # SETS
	"$KVMLIB" info --seccomp "$1" | sed -n 's/.*"valueTwo": \([0-9]*\),/\1/p' |
		while read -r request; do printf '0x%08x\n' "$request"; done | sort
}

# Two guests that need all that there is in the set: one whose end is told with its place, and firmware.
flat() { # PREFIX...
	"$@" "$KVMLIB" run --irqchip full --stats --timeout 0.2 "$work/flat"
}

firmware() { # PREFIX...
	"$@" "$KVMLIB" run --firmware "$BIOS" --smp 2 --until 'No bootable device' --timeout 120 --stats
}

# Without any one of the requests, the program is killed where it makes it.
each_is_needed() { # GUEST STATUS
	check "$1_runs_under_its_set" "$2" "$1" "$CONFINED" "$work/run"
	check "$1_is_watched" "$2" "$1" "$MADE" "$work/$1.made"
	while read -r request; do
		check "$1_is_killed_without_$request" $KILLED "$1" "$CONFINED" --without "$request" "$work/run"
	done <"$work/$1.made"
}

if ! command -v "$CONFINED" >/dev/null || ! command -v "$MADE" >/dev/null; then
	skip_all "built without libseccomp"
fi
if ! "$KVMLIB" info >"$work/out" 2>"$work/err"; then
	reason=$(head -n 1 "$work/err")
	case ,${KVMLIB_REQUIRE-}, in
	*,live,*) echo "1..1" && echo "not ok 1 - live: required, but: $reason" && exit 1 ;;
	esac
	skip_all "$reason"
fi

printf '\364\353\375' >"$work/flat" # hlt; jmp to it
for set in base stats run run,state run,base,msr,paravirt all; do
	"$KVMLIB" info --seccomp $set >"$work/$set"
done

check hello_needs_the_base_alone 0 "$CONFINED" "$work/base" "$HELLO"
check hello_is_killed_where_it_is_not_let $KILLED "$CONFINED" "$work/stats" "$HELLO"
each_is_needed flat 124
if [ -r "$BIOS" ]; then
	check firmware_runs_under_its_set 0 firmware "$CONFINED" "$work/run"
	report firmware_finds_no_disk "$(grep -q 'No bootable device' "$work/out" || echo 'it does not say so')"
	check firmware_is_watched 0 firmware "$MADE" "$work/firmware.made"
fi
report nothing_in_the_set_is_never_made "$(sort -u "$work"/*.made >"$work/made"
	requests run | diff "$work/made" - >"$work/out" || echo "made, and in the set, differ")"
check guest_has_a_model_under_run_base_msr_and_paravirt 0 "$CONFINED" "$work/run,base,msr,paravirt" "$KVMLIB" run --cpu x86-64-v1 "$work/flat"
saved() { # OPTION...
	"$CONFINED" "$work/run,state" "$KVMLIB" run --timeout 0.2 "$@"
}
check guest_is_saved_under_run_and_state 124 saved --irqchip full --save "$work/saved" "$work/flat"
check guest_goes_on_under_run_and_state 124 saved --restore "$work/saved"
[ -n "${LIVE_OUTPUT-}" ] || unset KVMLIB_TEST_RECORD
check live_tests_need_no_more_than_all 0 "$CONFINED" --with $NO_SUCH_IOCTL "$work/all" "$LIVE"
[ -z "${LIVE_OUTPUT-}" ] || cp "$work/out" "$LIVE_OUTPUT"

echo "1..$number"
[ "$failures" = 0 ]
