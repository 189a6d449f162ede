#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# `kvmlib info` value for value against raw ioctls of a program of its own, as TAP; for any POSIX shell.
#
# KVMLIB and RAWINFO name the programs. With KEEP, the report is left in that file.
: "${KVMLIB:=${builddir:+$builddir/tools/}kvmlib}"
: "${RAWINFO:=${builddir:+$builddir/tests/live/}rawinfo}"
LC_ALL=C
export LC_ALL

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
	echo "$2" | head -n 40 | sed 's/^/# /'
	echo "not ok $number - $1"
}

# CPUID tells of the processor that it is asked on.
on_one_processor() { # COMMAND...
	if taskset 1 true 2>/dev/null; then
		taskset 1 "$@"
	else
		"$@"
	fi
}

# Whether both files have the same lines, and how many they must have at least.
same() { # NAME FILE FILE LEAST
	complaint=$(diff "$2" "$3")
	[ "$(wc -l <"$2")" -ge "$4" ] || complaint="$complaint fewer than $4 lines"
	report "$1" "$complaint"
}

# Lines whose keys begin so, sorted.
select_lines() { # FILE PATTERN
	grep -E "^($2)" "$1" | sort
}

# Capabilities of the JSON form as lines, numbers instead of names.
caps_of_json() {
	awk '/^ *"number": / { number = $2 + 0 }
		/^ *"system": / { system_answer = $2 + 0 }
		/^ *"vm": [0-9]/ { if (system_answer > 0 || $2 + 0 > 0)
			printf "cap/%d/system\t%d\ncap/%d/vm\t%d\n", number, system_answer, number, $2 }' "$1" | sort
}

# Feature MSRs of the JSON form as lines.
feature_msrs_of_json() {
	awk -F'"' '/^ *"msr": / { msr = $4 }
		/^ *"value": / { printf "msr-feature/%s\t%s\n", msr, (NF > 3 ? $4 : "unreadable") }' "$1" | sort
}

# Registers of CPUID of the JSON form as lines.
cpuid_of_json() {
	awk -F'"' '/^  "cpuid[a-z_]*": / { list = $2; sub("_", "-", list) }
		/^ *"leaf": / { leaf = $4 }
		/^ *"subleaf": / { subleaf = NF > 3 ? $4 : "-" }
		/^ *"e[abcd]x": "/ { printf "%s/%s/%s/%s\t%s\n", list, leaf, subleaf, $2, $4 }' "$1" | sort
}

# What sysfs shows of the modules that are there, as lines.
module_parameters() {
	for file in /sys/module/kvm/parameters/* /sys/module/kvm_*/parameters/*; do
		module=${file#/sys/module/}
		value=$(head -n 1 "$file" 2>/dev/null)
		[ -z "$value" ] || printf 'module/%s/%s\t%s\n' "${module%%/*}" "${file##*/}" "$value"
	done | sort
}

if ! on_one_processor "$KVMLIB" info --report >"$work/report" 2>"$work/err"; then
	reason=$(head -n 1 "$work/err")
	case ,${KVMLIB_REQUIRE-}, in
	*,live,*) echo "1..1" && echo "not ok 1 - live: required, but: $reason" && exit 1 ;;
	esac
	echo "1..0 # SKIP $reason"
	exit 0
fi
on_one_processor "$KVMLIB" info --json >"$work/json"
on_one_processor "$RAWINFO" >"$work/raw"
[ -z "${KEEP-}" ] || cp "$work/report" "$KEEP"

lists='cpuid/|cpuid-emulated/|cpuid-hyperv/'
rest='api-version|run-size|mce-cap|kernel/|msr/|msr-feature/|device/|attr/system/'
select_lines "$work/raw" "$lists" >"$work/a"
select_lines "$work/report" "$lists" >"$work/b"
same cpuid_of_the_report_is_that_of_the_ioctls "$work/b" "$work/a" 4
cpuid_of_json "$work/json" >"$work/b"
same cpuid_of_the_json_is_that_of_the_ioctls "$work/b" "$work/a" 4
select_lines "$work/raw" "$rest" >"$work/a"
select_lines "$work/report" "$rest" >"$work/b"
same lists_and_sizes_are_those_of_the_ioctls "$work/b" "$work/a" 8
select_lines "$work/raw" cap/ >"$work/a"
caps_of_json "$work/json" >"$work/b"
same capabilities_are_those_of_the_ioctls "$work/b" "$work/a" 100
select_lines "$work/raw" msr-feature/ >"$work/a"
feature_msrs_of_json "$work/json" >"$work/b"
same feature_msrs_of_the_json_are_those_of_the_ioctls "$work/b" "$work/a" 1
module_parameters >"$work/a"
select_lines "$work/report" module/ >"$work/b"
same module_parameters_are_those_of_sysfs "$work/b" "$work/a" 1

# What a command that fails has to say.
complaint_of() { # COMMAND...
	"$@" >"$work/out" 2>&1 || echo "status $?:" "$(cat "$work/out")"
}

report check_finds_this_host_fit "$(complaint_of "$KVMLIB" info --check)"
report nothing_is_lost_on_the_same_host "$(complaint_of "$KVMLIB" info --diff "$work/report" "$work/report")"

echo "1..$number"
[ "$failures" = 0 ]
