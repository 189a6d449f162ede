# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# What scripts/check counts and says: gates, tests, skips, time.
# shellcheck disable=SC2154  # work and jobs are of scripts/check

passed=0 failed=0 skipped=0
skips=() failures=() overruns=()

say() {
	printf '%s  %s\n' "$(date +%T)" "$*"
}

count() {
	passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
}

# Note a failure, and show its log; what is counted is the caller's.
note_failure() {
	failures+=("$1${2:+ ($2)}")
	say "FAILED: $1"
}

# A command that passes or fails as one.
gate() {
	local name=$1 log=$work/logs/${1//[ \/]/-}.log
	shift
	if "$@" >"$log" 2>&1; then
		count 1 0 0
		return
	fi
	count 0 1 0
	note_failure "$name" "$log"
	tail -n 30 "$log"
	return 1
}

# automake's totals, which there are several of in a log.
total() {
	awk -v key="$1" '$1 == "#" && $2 == key ":" { n += $3 } END { print n + 0 }' "$2"
}

note_skips() {
	while read -r line; do skips+=("$1: $line"); done < <(sed -n 's/^SKIP: //p' "$2" | sort -u)
}

# Make a target that runs tests (check, distcheck) in a build's folder; counts each test.
run_tests() {
	local name=$1 log=$work/logs/$1-$2.log
	shift
	make -k -j"$jobs" -C "$work/$name" "$@" >"$log" 2>&1
	local status=$?
	local bad=$(($(total FAIL "$log") + $(total ERROR "$log") + $(total XPASS "$log")))
	count "$(total PASS "$log")" "$bad" "$(total SKIP "$log")"
	note_skips "$name" "$log"
	[ "$status" = 0 ] && return
	[ "$bad" != 0 ] || count 0 1 0
	note_failure "$name" "$log"
	grep -E '^(FAIL|ERROR):|error:' "$log" | head -n 20
	return 1
}

require() {
	case ,${KVMLIB_REQUIRE-}, in
	*,"$1",*) return 0 ;;
	esac
	return 1
}

# A layer that can't run here: a skip, or a failure where it is required.
skip_layer() {
	if require "$1"; then
		count 0 1 0
		failures+=("$1: $2")
	else
		count 0 0 1
		skips+=("$1: $2")
	fi
}

# What a log says was skipped. On other architectures hundreds of tests are, for the same few reasons.
skips_of() {
	if [ "$1" = cross ]; then
		sed -n 's/^ok .* # SKIP //p' "$2"
	else
		grep -E '^ok .* # SKIP' "$2"
	fi
}

# Count the TAP of a harness in scripts/ (layer, what ran, exit status, log); 77 skips the layer.
judge_tap() {
	local name="$1 $2" status=$3 log=$4 good skip bad
	if [ "$status" = 77 ]; then
		skip_layer "$1" "$2: $(sed -n 's/.*skipped: //p' "$log" | sort -u | paste -sd ';')"
		return
	fi
	skip=$(grep -cE '^ok .* # SKIP' "$log")
	good=$(($(grep -c '^ok ' "$log") - skip))
	bad=$(grep -c '^not ok ' "$log")
	count "$good" "$bad" "$skip"
	while read -r line; do skips+=("$name: $line"); done < <(skips_of "$1" "$log")
	[ "$status" = 0 ] && return
	[ "$bad" != 0 ] || count 0 1 0
	note_failure "$name" "$log"
	grep '^not ok' "$log" || tail -n 20 "$log"
}

# Processor seconds, of all that has ended below this shell.
cpu() {
	awk -v hz="$(getconf CLK_TCK)" '{ print int(($16 + $17) / hz) }' "/proc/$$/stat"
}

# Run a step and compare its time with its budget. On a busy machine the clock shows what others do,
# so what fails is four times the budget in processor time.
timed() {
	local step=$1 budget=$2 before=$failed start=$SECONDS cpu_start took
	cpu_start=$(cpu)
	say "$step …"
	"step_$step"
	took="$((SECONDS - start)) s, $(($(cpu) - cpu_start)) s of processor time"
	if [ $(($(cpu) - cpu_start)) -gt $((4 * budget)) ]; then
		count 0 1 0
		failures+=("$step: took $took; its budget is $budget s")
	elif [ $((SECONDS - start)) -gt "$budget" ]; then
		overruns+=("$step: took $took; its budget is $budget s")
	fi
	say "$step: $took$([ "$failed" = "$before" ] || echo ', FAILED')"
}

list() {
	local title=$1
	shift
	[ $# = 0 ] || printf '\n%s:\n%s\n' "$title" "$(printf '  %s\n' "$@")"
}

summary() {
	[ ${#skips[@]} = 0 ] ||
		printf '\nskipped:\n%s\n' "$(printf '  %s\n' "${skips[@]}" | sort | uniq -c | sed 's/^ *1 /  /')"
	list 'over budget' "${overruns[@]}"
	list 'failed' "${failures[@]}"
	printf '\n%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
	[ "$failed" = 0 ]
}
