#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The tool and the examples on the kernel at hand, as TAP; for any POSIX shell.
#
# KVMLIB, HELLO, COALESCED, CPU, DOORBELL, FIRMWARE, FUZZ, INJECT, MEMORY, SNAPSHOT, TIMER and TRACE name the programs, BIOS and UBOOT the images.
: "${KVMLIB:=${builddir:+$builddir/tools/}kvmlib}"
: "${HELLO:=${builddir:+$builddir/examples/}hello}"
: "${COALESCED:=${builddir:+$builddir/examples/}coalesced}"
: "${CPU:=${builddir:+$builddir/examples/}cpu}"
: "${DEBUG:=${builddir:+$builddir/examples/}debug}"
: "${DOORBELL:=${builddir:+$builddir/examples/}doorbell}"
: "${FIRMWARE:=${builddir:+$builddir/examples/}firmware}"
: "${FUZZ:=${builddir:+$builddir/examples/}fuzz}"
: "${INJECT:=${builddir:+$builddir/examples/}inject}"
: "${MEMORY:=${builddir:+$builddir/examples/}memory}"
: "${MIGRATE:=${builddir:+$builddir/examples/}migrate}"
: "${SNAPSHOT:=${builddir:+$builddir/examples/}snapshot}"
: "${TIMER:=${builddir:+$builddir/examples/}timer}"
: "${TRACE:=${builddir:+$builddir/examples/}trace}"
: "${BIOS:=/usr/share/seabios/bios.bin}"
: "${UBOOT:=/usr/lib/u-boot/qemu-x86/u-boot.rom}"

work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
number=0 failures=0

# A flat image from its bytes in hex; octal is what every printf knows.
image() {
	for byte in $(echo "$2" | sed 's/../& /g'); do
		# shellcheck disable=SC2059  # the format is the byte
		printf "\\$(printf '%03o' "0x$byte")"
	done >"$work/$1"
}

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

# Run a command, and require its status and a text in its stdout or stderr.
check() { # NAME STATUS TEXT COMMAND...
	name=$1 status=$2 text=$3
	shift 3
	"$@" >"$work/out" 2>"$work/err" </dev/null
	judge "$name" "$status" "$text" $?
}

judge() { # NAME STATUS TEXT GOT
	complaint=
	[ "$4" = "$2" ] || complaint="status $4, not $2"
	cat "$work/out" "$work/err" | tr -d '\r\000' | grep -qF -- "$3" || complaint="$complaint lacks \"$3\""
	report "$1" "$complaint"
}

# Start a guest, wait until it talks, send a signal.
interrupted() { # NAME STATUS TEXT SIGNAL IMAGE [OPTION...]
	name=$1 status=$2 text=$3 signal=$4 file=$work/$5
	shift 5
	: >"$work/out"
	"$KVMLIB" run --stats --timeout 60 "$@" "$file" >"$work/out" 2>"$work/err" </dev/null &
	pid=$!
	until [ -s "$work/out" ] || ! kill -0 $pid 2>/dev/null; do :; done
	kill "-$signal" $pid
	wait $pid
	judge "$name" "$status" "$text" $?
}

image hello be0d7cb90c00bae900f36ef49048656c6c6f2c20666c61740a
image spin ebfe
image hltspin f4ebfd
image com1 baf803b041eeb042eeb00aeef4
image mmio b800208ed8a13412a33612a03412f4
image x87mmio b800208ed8d9060000f4
# Who the hypervisor says that it is.
image hypervisor 66b8000000400fa266891e008066890e04806689160880be0080b90c00bae900f36ef4
# The first 16 bytes of the brand.
image brand 66b8020000800fa266a3008066891e048066890e08806689160c80be0080b91000bae900f36ef4
image dots b02ee6e9ebfa
# At 0x8000 the first vCPU turns its local APIC into an x2APIC, by which it starts all others there, and halts.
start_others=66b91b0000000f32f6c401742180cc040f3066b9300800006631d266b800450c000f3066b808460c000f30f4ebfd
image others_say "${start_others}b041e6e9f4ebfd"
image others_say_dots "${start_others}b02ee6e9ebfa"
image others_fail "${start_others}b800208ed8d9060000f4"

if ! "$KVMLIB" info >"$work/out" 2>"$work/err"; then
	reason=$(head -n 1 "$work/err")
	case ,${KVMLIB_REQUIRE-}, in
	*,live,*) echo "1..1" && echo "not ok 1 - live: required, but: $reason" && exit 1 ;;
	esac
	echo "1..0 # SKIP $reason"
	exit 0
fi

check info_names_capabilities 0 KVM_CAP_USER_MEMORY "$KVMLIB" info
check info_all_names_absent_ones_too 0 KVM_CAP_S390_PSW "$KVMLIB" info --all

for program in readme-shared readme-static readme-cxx; do
	if command -v $program >/dev/null; then
		check "program_of_the_${program}_runs_a_guest" 0 Hi $program
	fi
done
check hello_example_prints_the_guests_line 0 'Hello from the guest!' "$HELLO"
check coalesced_example_gets_every_byte 0 '2000 bytes to the screen and 39 to the port by ' "$COALESCED"
check cpu_example_finds_its_ids 0 'APIC ids: 0 1 2 4 5 6' "$CPU" tsc_deadline_timer
check cpu_example_names_what_is_no_feature 1 'avx3' "$CPU" avx3
check debug_example_stops_at_each_instruction 0 'step at 0x1009, ax 6' "$DEBUG" step
check doorbell_example_loses_no_ring 0 '1000 round trips, ' "$DOORBELL" 1000
check fuzz_example_finds_the_bug 0 'crashes on "KVM!", found by 907 tries' "$FUZZ"
check inject_example_counts_what_it_was_handed 0 '1000 interrupts raised, 500 of them had to wait, 1000 counted' "$INJECT"
check memory_example_loses_nothing 0 'lookups: nothing was lost' "$MEMORY"
check snapshot_example_counts_on_elsewhere 0 '012345 saved 6789, restored 6789, mapped 6789' "$SNAPSHOT" "$work/saved"
check migrate_example_counts_on_elsewhere 0 'receiver: the guest counts on from ' "$MIGRATE"
check snapshot_example_counts_on_elsewhere 0 '012345 saved 6789, restored 6789' "$SNAPSHOT" "$work/saved"
check timer_example_stands_still_while_paused 0 ': 0 ticks counted meanwhile' "$TIMER"
check no_value_of_a_state_is_lost 0 ', 0 lost, ' "$KVMLIB" state selftest
report registers_are_among_what_survives "$(n=$(grep -c '^regs .* survives$' "$work/out") && [ "$n" = 18 ] || echo "$n of 18")"
check trace_example_shows_system_calls 0 'KVM_CREATE_VM, 0x0) = ' "$TRACE"
check trace_example_shows_events 0 'VM created' "$TRACE"
check flat_guest_that_halts_is_success 0 'Hello, flat' "$KVMLIB" run "$work/hello"
check until_ends_the_run 0 'the guest said "flat"' "$KVMLIB" run --until flat "$work/hello"
check until_spans_exits 0 'the guest said "...."' "$KVMLIB" run --until .... "$work/dots"
check until_never_said_is_a_failure 1 'never said "nothere"' \
	"$KVMLIB" run --until nothere "$work/hello"
check serial_port_prints 0 AB "$KVMLIB" run --stats "$work/com1"
check stats_tell_memory_accesses 0 'read  0x21234' \
	"$KVMLIB" run --memory 64K --stats "$work/mmio"
check memory_can_be_a_memfd 0 'Hello, flat' \
	"$KVMLIB" run --memory 8M,backing=memfd,pages=4K,prefault "$work/hello"
dd if=/dev/zero of="$work/ram" bs=1M count=2 2>/dev/null
check memory_can_be_a_file 0 'Hello, flat' "$KVMLIB" run --memory "2M,backing=file:$work/ram" "$work/hello"
report file_has_what_the_guest_has "$(grep -q 'Hello, flat' "$work/ram" || echo 'not the image')"
check memory_of_a_file_is_looked_at 124 'at 0x7c00: eb fe' \
	"$KVMLIB" run --memory "2M,backing=file:$work/ram" --timeout 0.5 "$work/spin"
"$KVMLIB" run --memory 1G,pages=1G "$work/hello" >"$work/out" 2>"$work/err"
case $? in
0) skip huge_pages_that_are_missing_are_told 'this host has some of 1G' ;;
*) judge huge_pages_that_are_missing_are_told 3 'Reserve more huge pages' 3 ;;
esac
check dirty_pages_that_can_not_be_listed_are_told 3 'No space left' \
	"$KVMLIB" run --dirty-csv /dev/full "$work/hello"
check dirty_pages_need_a_place 3 "can't open /nonexistent/dirty" \
	"$KVMLIB" run --dirty-csv /nonexistent/dirty "$work/hello"
check timeout_tells_where_the_guest_was 124 'at 0x7c00: eb fe' \
	"$KVMLIB" run --timeout 0.5 "$work/spin"
check timeout_finds_a_sleeping_guest 124 halted \
	"$KVMLIB" run --irqchip full --timeout 0.5 "$work/hltspin"
check instruction_that_can_not_be_emulated_is_told 4 KVM_INTERNAL_ERROR_EMULATION \
	"$KVMLIB" run --memory 64K "$work/x87mmio"
interrupted ctrl_c_leaves_with_statistics 130 'statistics of' INT dots
interrupted sigterm_leaves_with_statistics 143 'ended by SIGTERM' TERM dots

smp() { # NUMBER OPTION...
	nr=$1
	shift
	"$KVMLIB" run --smp "$nr" --irqchip full --load 0x8000 --timeout 60 "$@"
}

check guest_finds_the_cpu_that_it_was_given 0 'x86-64-v1 virtua' "$KVMLIB" run --cpu x86-64-v1:1,-sep "$work/brand"
check cpu_that_this_host_lacks_is_refused 3 'this host lacks pn (CPUID 0x1/0 EDX bit 18)' \
	"$KVMLIB" run --cpu x86-64-v1,+pn,+ia64 "$work/brand"
report all_that_it_lacks_is_told "$(grep -q 'lacks ia64' "$work/err" || echo 'not ia64')"
check cpu_that_is_none_is_refused 2 'no model and no file "x86-64"' "$KVMLIB" run --cpu x86-64 "$work/brand"
check cpus_are_checked_on_this_host 0 'this host can have x86-64-v1' "$KVMLIB" cpu check x86-64-v1
check cpu_of_this_host_is_had_on_it 0 'this host can have host' "$KVMLIB" cpu check host
"$KVMLIB" info --report >"$work/report"
report report_is_what_the_host_gives "$("$KVMLIB" cpu diff host,-tsc_deadline_timer \
	"$work/report,-tsc_deadline_timer" 2>&1)"
"$KVMLIB" cpu baseline --report "$work/report" host x86-64-v1 >"$work/baseline"
"$KVMLIB" cpu show --report x86-64-v1 | sed 's/^msr-feature.0x8b.*/msr-feature\/0x8b\t0x77/' >"$work/microcode"
check guest_starts_with_a_baseline 0 'the guest halted' "$KVMLIB" run --cpu "$work/baseline" "$work/brand"
check guest_starts_with_all_that_its_host_has 0 'the guest halted' "$KVMLIB" run --cpu host "$work/brand"
check guest_is_given_the_msrs_of_a_cpu 0 'the guest halted' "$KVMLIB" run --cpu "$work/microcode" "$work/brand"
report msrs_that_can_be_set_are_no_warning "$(grep warning "$work/err")"
if "$KVMLIB" cpu show host | grep -q '^ *offers'; then
	check guest_finds_hyperv 0 'Microsoft Hv' "$KVMLIB" run --irqchip full --until 'Microsoft Hv' \
		--cpu x86-64-v1,+hv-relaxed,+hv-vpindex,+hv-synic,+hv-spinlocks=8191 "$work/hypervisor"
	check hyperv_goes_without_what_needs_an_apic 0 'Microsoft Hv' "$KVMLIB" run \
		--cpu x86-64-v1,+hv-vpindex,+hv-synic "$work/hypervisor"
else
	check hyperv_that_this_host_lacks_is_refused 3 'this host lacks hv-vpindex (CPUID 0x40000003/0 EAX bit 6)' \
		"$KVMLIB" run --cpu x86-64-v1,+hv-relaxed,+hv-vpindex "$work/hypervisor"
fi
check guest_finds_kvm_otherwise 0 KVMKVMKVM "$KVMLIB" run --cpu x86-64-v1 "$work/hypervisor"
check vcpus_of_a_model_are_started 0 'the guest said "AA"' smp 3 --cpu x86-64-v1 --until AA "$work/others_say"
check started_vcpu_talks_and_ends_the_run 0 'vCPU 1: the guest said "A"' smp 2 --until A "$work/others_say"
check all_vcpus_are_started 0 'the guest said "AA"' smp 3 --until AA "$work/others_say"
check timeout_tells_where_each_vcpu_was 124 'vCPU 1, in real mode, interrupts off, halted' \
	smp 2 --timeout 1 "$work/others_say"
check vcpu_that_nobody_starts_is_told 124 'vCPU 1, not started by the guest' smp 2 --timeout 0.5 "$work/spin"
check vcpu_that_fails_is_told 4 "vCPU 1: KVM can't run the guest on" smp 2 --memory 64K "$work/others_fail"
check more_vcpus_than_the_host_has_are_refused 3 \
	'--smp: 4294967295 vCPUs are more than a VM of this host can have: ' smp 4294967295 "$work/hello"
interrupted ctrl_c_ends_all_vcpus 130 'ended by Ctrl-C' INT others_say_dots --smp 3 --irqchip full --load 0x8000
advised=$("$KVMLIB" info --report | sed -n 's,^cap/KVM_CAP_NR_VCPUS/system[^0-9]*\([0-9]*\)$,\1,p')
if [ "${advised:=0}" -lt 32 ]; then
	check more_vcpus_than_recommended_are_warned_of 0 "are more than KVM recommends on this host: $advised" \
		smp $((advised + 1)) --until A "$work/others_say"
else
	skip more_vcpus_than_recommended_are_warned_of "KVM recommends as many as $advised"
fi

# The rows of the table of vCPUs: ten numbers, or dashes for what the kernel does not tell.
rows_of() { # VCPU FILE
	awk -v id="$1" 'NF == 10 && $1 ~ /^[0-9]+\.[0-9][0-9][0-9]$/ && $2 == id && $3 ~ /^[0-9]+$/' "$2"
}

# Lines whose first word is the time; a guest that ends late on a busy machine has more of them.
are_ten_a_second() {
	awk '{ time = $1 + 0 } END { if (NR <= 5 || NR > time * 10 + 5) print NR, "lines in", time, "s" }'
}

check stats_are_shown_while_vcpus_run 124 ' seconds vCPU      exits' \
	smp 2 --stats=0.1 --timeout 2 "$work/others_say_dots"
for vcpu in 0 1; do
	report "vcpu_${vcpu}_has_rows_while_it_runs" "$(rows_of $vcpu "$work/err" | are_ten_a_second)"
done
report rows_of_a_vcpu_grow "$(rows_of 1 "$work/err" | awk '$1 < time || $3 < exits || $5 < io { fell = 1 }
	NR > 1 && $3 > exits { rose = 1 } { time = $1; exits = $3; io = $5 }
	END { if (fell || !rose) print "not always, or never" }')"
report vcpu_that_sleeps_stands_still "$(rows_of 0 "$work/err" | tail -n 4 | awk 'NR > 1 && $3 != exits { print $3 " exits, after " exits }
	{ exits = $3 }')"
check stats_have_all_vcpus_at_the_end 0 'by vCPU' smp 3 --stats --until AA "$work/others_say"
report each_vcpu_has_one_row_at_the_end "$(for vcpu in 0 1 2; do
	[ "$(rows_of $vcpu "$work/err" | wc -l)" = 1 ] || echo "vCPU $vcpu has not"
done)"

# The first and the last value of a column of a CSV file.
ends_of() { # FILE COLUMN
	awk -F, -v name="$2" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) column = i }
		NR == 2 { print $column } END { print $column }' "$1"
}

# Samples of a column that never fall, and some of which rise.
grows() { # FILE COLUMN
	awk -F, -v name="$2" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) column = i }
		NR > 2 && $column < last { fell = 1 } NR > 2 && $column > last { rose = 1 } { last = $column + 0 }
		END { exit !(rose && !fell) }' "$1"
}

if "$KVMLIB" stat run "$work/hello" >"$work/out" 2>"$work/err" || ! grep -q KVM_GET_STATS_FD "$work/err"; then
	check stat_tells_what_has_changed 0 vcpu/exits "$KVMLIB" stat run "$work/hello"
	check stat_has_the_guests_status 124 'has not ended' "$KVMLIB" stat --interval 0.1 run --timeout 0.5 "$work/spin"
	check stat_of_no_such_name_is_usage 2 'no statistic' "$KVMLIB" stat --only bogus run "$work/hello"
	check stat_has_all_vcpus 0 'seconds,vcpu0/exits,vcpu1/exits' "$KVMLIB" stat --csv --only exits --output - \
		run --smp 2 --irqchip full --load 0x8000 --until A "$work/others_say"
	check stat_prints_where_it_is_told 0 seconds,vcpu/exits \
		"$KVMLIB" stat --csv --only vcpu/exits --output - run "$work/hello"
	report stat_selects_by_name "$(grep -q 'seconds,vcpu/exits$' "$work/out" || echo 'has other columns')"
	check stat_says_when_it_can_not_write 3 'No space left' "$KVMLIB" stat --csv --output /dev/full run "$work/hello"
	check stat_samples_at_its_interval 124 'has not ended' \
		"$KVMLIB" stat --csv --interval 0.1 --output "$work/dots.csv" run --timeout 2 "$work/dots"
	report samples_grow "$(grows "$work/dots.csv" vcpu/exits || echo 'not always, or never')"
	report samples_are_many "$(are_ten_a_second <"$work/dots.csv")"
else
	skip stat "$(head -n 1 "$work/err")"
fi

if [ -r "$BIOS" ]; then
	check stat_of_seabios 0 injected "$KVMLIB" stat --csv --output "$work/bios.csv" \
		run --firmware "$BIOS" --until 'No bootable device' --timeout 120 --stats
	injected=$(sed -n 's/^ *injected *\([0-9]*\) .*/\1/p' "$work/err")
	sampled=$(ends_of "$work/bios.csv" vcpu/irq_injections | tr '\n' ' ')
	report last_sample_is_what_stats_have "$([ "$sampled" = "0 $injected " ] || echo "$sampled, not 0 $injected")"
	check seabios_finds_no_bootable_device 0 injected \
		"$KVMLIB" run --firmware "$BIOS" --until 'No bootable device' --timeout 120 --stats
	check dirty_pages_of_seabios_are_listed 0 injected "$KVMLIB" run --firmware "$BIOS" --stats \
		--until 'No bootable device' --timeout 120 --dirty-csv "$work/dirty.csv"
	report dirty_pages_have_time_place_and_size "$(awk -F, 'NR == 1 { ok = $0 == "seconds,address,bytes"; next }
		$1 < last || $2 !~ /^0x[0-9a-f]*000$|^0x0$/ || $3 % 4096 || !$3 { ok = 0 } { last = $1 + 0 }
		END { if (!ok || NR < 10) print NR " lines, of which some are wrong" }' "$work/dirty.csv")"
	if command -v gnuplot >/dev/null; then
		check dirty_pages_are_drawn 0 "No bootable device" "$KVMLIB" run --firmware "$BIOS" \
			--until 'No bootable device' --timeout 120 --dirty-map "$work/dirty.png"
		report dirty_map_is_a_png "$(head -c 4 "$work/dirty.png" | grep -q PNG || echo 'it is none')"
	else
		skip dirty_pages_are_drawn 'no gnuplot'
	fi
	check seabios_without_irqchip_halts 1 'the guest halted' \
		"$KVMLIB" run --firmware "$BIOS" --irqchip none --until 'No bootable device' --timeout 60
	for number_of in 2 4; do
		check "seabios_finds_${number_of}_vcpus" 0 "Found $number_of cpu(s) max supported $number_of cpu(s)" \
			"$KVMLIB" run --firmware "$BIOS" --smp $number_of --until 'No bootable device' --timeout 120
	done
	check seabios_sees_the_ids_of_vcpus 0 'the guest said "apic_id=0x3"' \
		"$KVMLIB" run --firmware "$BIOS" --smp 4 --until 'apic_id=0x3' --timeout 120
	check firmware_example_counts_timer_interrupts 0 'timer interrupts' "$FIRMWARE" "$BIOS"
else
	skip seabios "no $BIOS"
fi
if [ -r "$UBOOT" ]; then
	check u_boot_loads_its_environment 0 'Loading Environment' \
		"$KVMLIB" run --firmware "$UBOOT" --until 'Loading Environment' --timeout 120
else
	skip u_boot "no $UBOOT"
fi

echo "1..$number"
[ "$failures" = 0 ]
