#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Guests that `kvmlib run` saves, and goes on with in another process, as TAP; for any POSIX shell.
#
# KVMLIB names the program, BIOS the image. KVMLIB_SAVE_POINTS is how often a BIOS is saved on its way (8), up to the
# text KVMLIB_SAVE_UNTIL; every KVMLIB_SAVE_SECONDS it is saved as well (1), unless that is empty.
: "${KVMLIB:=${builddir:+$builddir/tools/}kvmlib}"
: "${KVMLIB_SAVE_POINTS:=8}"
: "${KVMLIB_SAVE_SECONDS=1}"

# Guests in machine code. Digits are printed for ever, from 0 to 9 and again. Devices: behind S come what was put into
# registers before. Dots: the first vCPU starts all others, which print them.
case $(uname -m) in
x86_64)
	: "${BIOS:=/usr/share/seabios/bios.bin}" "${KVMLIB_SAVE_UNTIL:=No bootable device}"
	ram=1M smp='--smp 3 --irqchip full --load 0x8000' end='the guest halted' place='rip '
	digits=b030e6e9fec03c3a75f8ebf4
	hello=be0d7cb90c00bae900f36ef49048656c6c6f2c20666c61740a
	# A byte of the CMOS, whose index was chosen before, and a register of COM1.
	devices=b00ae670b0a5baff03eeb053e6e9e471e6e9ec0430e6e9f4
	# At 0x8000.
	dots=66b91b0000000f32f6c401742180cc040f3066b9300800006631d266b800450c000f3066b808460c000f30f4ebfdb02ee6e9ebfa
	;;
aarch64)
	: "${BIOS:=/usr/lib/u-boot/qemu_arm64/u-boot.bin}" "${KVMLIB_SAVE_UNTIL:==> }"
	ram=4M smp='--smp 3 --irqchip full' end='the guest powered off' place='pc '
	digits=0120a1d20006805220000039000400111fe80071a1ffff54fbffff17
	hello=0120a1d202010010401440386000003420000039fdffff170080b05200200011020000d4
	hello=${hello}48656c6c6f2c20666c61740a00
	devices=0120a1d2420b8052222400b9600a805220000039202440b9200000390080b05200200011020000d4
	dots=240080d20080b852000c0011e10304aac2000010020000d4840400919f0c00f121ffff54000000140120a1d2c005805220000039ffffff17
	;;
riscv64)
	: "${BIOS:=/usr/lib/u-boot/qemu-riscv64_smode/u-boot.bin}" "${KVMLIB_SAVE_UNTIL:==> }"
	ram=4M smp='--smp 3' end='the guest powered off' place='core/pc '
	digits=b7050010130500031306a0032380a50013051500e31cc5fe6ff0dffe
	hello=b7050010170600001306460303450600630805002380a500130616006ff01fff
	hello=${hello}b75852539b8848351308000013050000930500007300000048656c6c6f2c20666c61740a00
	devices=b70500101305a005a383a500130530052380a50003c575002380a500b75852539b88483513080000130500009305000073000000
	dots=13041000b75848009b88d8341308000013050400970500009385050213060000730000001304140093023000e31c54fc6f000000
	dots=${dots}b70500101305e0022380a5006ff0dfff
	;;
esac

work=$(mktemp -d) || exit 99
trap 'umount "$work/small" 2>/dev/null; rm -rf "$work"' EXIT
number=0 failures=0

report() { # NAME COMPLAINT
	number=$((number + 1))
	if [ -z "$2" ]; then
		echo "ok $number - $1"
		return
	fi
	failures=$((failures + 1))
	sed 's/^/# /' "$work/err"
	echo "not ok $number - $1: $2"
}

skip() { # NAME REASON
	number=$((number + 1))
	echo "ok $number - $1 # SKIP $2"
}

# A flat image from its bytes in hex; octal is what every printf knows.
image() {
	for byte in $(echo "$2" | sed 's/../& /g'); do
		# shellcheck disable=SC2059  # the format is the byte
		printf "\\$(printf '%03o' "0x$byte")"
	done >"$work/$1"
}

# Run a guest, for a minute at most, and require its status and a text in its output, which is kept in out and err.
check() { # NAME STATUS TEXT OPTION...
	name=$1 status=$2 text=$3
	shift 3
	"$KVMLIB" run --timeout 60 "$@" >"$work/out" 2>"$work/err" </dev/null
	judge "$name" "$status" "$text" $?
}

judge() { # NAME STATUS TEXT GOT
	complaint=
	[ "$4" = "$2" ] || complaint="status $4, not $2"
	cat "$work/out" "$work/err" | tr -d '\r' | grep -qF -- "$3" || complaint="$complaint lacks \"$3\""
	report "$1" "$complaint"
}

has_old_file_alone() { # NAME FOLDER
	report "$1" "$([ "$(cat "$2"/* 2>&1)" = old ] || ls -l "$2")"
}

image digits "$digits"
image hello "$hello"
image devices "$devices"
image others_say_dots "$dots"

if ! "$KVMLIB" info >"$work/out" 2>"$work/err"; then
	reason=$(head -n 1 "$work/err")
	case ,${KVMLIB_REQUIRE-}, in
	*,live,*) echo "1..1" && echo "not ok 1 - live: required, but: $reason" && exit 1 ;;
	esac
	echo "1..0 # SKIP $reason"
	exit 0
fi

# Flat binaries

check guest_is_saved_at_a_text 0 'the guest is saved: ' --until 12345 --save "$work/digits.state" --memory "$ram" "$work/digits"
report saved_guest_has_printed_up_to_there "$([ "$(cat "$work/out")" = 012345 ] || echo "$(cat "$work/out"), not 012345")"
check guest_goes_on_where_it_was 0 'the guest said "890"' --restore "$work/digits.state" --until 890
report nothing_is_lost_nor_said_twice "$([ "$(cat "$work/out")" = 67890 ] || echo "$(cat "$work/out"), not 67890")"
check state_is_used_again_and_replaced 0 'is saved' --restore "$work/digits.state" --until 78 --save "$work/digits.state"
check replaced_state_has_got_further 0 'the guest said "90"' --restore "$work/digits.state" --until 90
report replaced_state_begins_behind_the_text "$([ "$(cat "$work/out")" = 90 ] || echo "$(cat "$work/out"), not 90")"

check devices_are_as_they_were 0 'is saved' --until S --save "$work/devices.state" --memory "$ram" "$work/devices"
"$KVMLIB" run --memory "$ram" "$work/devices" 2>/dev/null | tail -c +2 | od -t x1 >"$work/expected"
check devices_are_restored 0 "$end" --restore "$work/devices.state"
report devices_answer_as_without_a_stop "$(od -t x1 <"$work/out" | diff - "$work/expected")"

# shellcheck disable=SC2086  # options
check timeout_saves_all_vcpus 124 'the guest is saved: ' $smp --timeout 1 \
	--save "$work/dots.state" --memory "$ram" "$work/others_say_dots"
check all_vcpus_go_on 0 'the guest said "........"' --restore "$work/dots.state" --until ........ --timeout 60

check registers_are_told_when_the_time_is_over 124 "$place" --timeout 1 --memory "$ram" "$work/digits"

# Snapshots of guests that go on

check guest_goes_on_after_a_snapshot 0 'the guest said "89012345"' --snapshot-at 345 --save "$work/345.image" --until 89012345 \
	--memory "$ram" "$work/digits"
report snapshot_costs_the_guest_no_output "$([ "$(cat "$work/out")" = 0123456789012345 ] || cat "$work/out")"
check snapshot_goes_on_where_it_was_taken 0 'the guest said "890"' --restore "$work/345.image" --until 890
report snapshot_is_of_the_text "$([ "$(cat "$work/out")" = 67890 ] || cat "$work/out")"
check snapshot_is_compressed 0 'is saved' --compress --snapshot-at 345 --save "$work/345.zst" --until 8 --memory "$ram" "$work/digits"
check compressed_snapshot_goes_on 0 'the guest said "890"' --restore "$work/345.zst" --until 890
report compressed_snapshot_is_small "$([ "$(wc -c <"$work/345.zst")" -lt 5000 ] || ls -l "$work/345.zst")"
check text_that_never_comes_is_told 1 'the guest never said "x": nothing is saved' --snapshot-at x --save "$work/x.image" \
	--until 9 --memory "$ram" "$work/digits"
report nothing_is_saved_then "$([ ! -e "$work/x.image" ] || echo it is)"
check guest_that_ends_with_its_text_is_not_saved 1 'the guest has ended: nothing is saved' --snapshot-at 9 --until 9 \
	--save "$work/x.image" --memory "$ram" "$work/digits"
# shellcheck disable=SC2086  # options
check snapshot_of_three_vcpus 0 'is saved' $smp --snapshot-at ... --until ............ \
	--save "$work/dots.image" --memory "$ram" "$work/others_say_dots"
check three_vcpus_go_on_after_it 0 'the guest said "........"' --restore "$work/dots.image" --until ........

interrupted() { # NAME STATUS SIGNAL
	rm -f "$work/stopped.state"
	: >"$work/out"
	"$KVMLIB" run --timeout 60 --save "$work/stopped.state" --memory "$ram" "$work/digits" >"$work/out" 2>"$work/err" </dev/null &
	pid=$!
	until [ -s "$work/out" ] || ! kill -0 $pid 2>/dev/null; do :; done
	kill "-$3" $pid
	wait $pid
	judge "$1" "$2" 'the guest is saved: ' $?
	tail -c 1 "$work/out" >"$work/digit"
	check "$1_and_goes_on" 0 "the guest said \"$(cut -c 1 "$work/digit" | tr 0123456789 1234567890)\"" \
		--restore "$work/stopped.state" --until "$(tr 0123456789 1234567890 <"$work/digit")"
	report "$1_with_the_next_digit" "$([ "$(wc -c <"$work/out")" = 1 ] || cat "$work/out")"
}

interrupted ctrl_c_saves 130 INT
interrupted sigterm_saves 143 TERM

# What can't be

mkdir "$work/kept"
echo old >"$work/kept/state"
check guest_that_ended_is_not_saved 1 'the guest has ended: nothing is saved' --save "$work/kept/state" --memory "$ram" "$work/hello"
has_old_file_alone file_of_before_stays "$work/kept"
(
	trap '' XFSZ
	ulimit -f 64 && exec "$KVMLIB" run --until 5 --save "$work/kept/state" --memory "$ram" "$work/digits" </dev/null
) >"$work/out" 2>"$work/err"
judge file_that_grows_too_large_is_told 3 "can't save to $work/kept/state: File too large" $?
has_old_file_alone nothing_of_it_is_left "$work/kept"
mkdir "$work/small"
if mount -t tmpfs -o size=16k none "$work/small" 2>/dev/null; then
	echo old >"$work/small/state"
	check full_disk_is_told 3 "can't save to $work/small/state: No space left" \
		--until 5 --save "$work/small/state" --memory "$ram" "$work/digits"
	has_old_file_alone nothing_of_it_is_left_there "$work/small"
else
	skip full_disk_is_told 'no disk can be mounted'
fi
check folder_must_be_there 3 "can't save to /nonexistent/state: No such file" --until 5 --save /nonexistent/state --memory "$ram" "$work/digits"
report guest_without_a_place_does_not_run "$(cat "$work/out")"
# One of the test's own: who gets this wrong must not replace a device of the machine.
mkfifo "$work/pipe"
check what_is_no_file_is_not_replaced 3 "can't save to $work/pipe: not a regular file" \
	--until 5 --save "$work/pipe" --memory "$ram" "$work/digits"
report pipe_is_still_one "$([ -p "$work/pipe" ] || echo 'it is not')"

if [ "$(uname -m)" != x86_64 ]; then
	check models_are_of_x86 2 'there are models for x86-64 only' --cpu host "$work/digits"
	check ports_are_of_x86 2 'this architecture has no ports' --debug-port 0xe9 "$work/digits"
fi

dd if="$work/digits.state" of="$work/short.state" bs=1000 count=9 2>/dev/null
check truncated_state_is_refused 2 'ends too early' --restore "$work/short.state"
report guest_of_a_bad_state_does_not_run "$(cat "$work/out")"

# A BIOS

# Up to the next of so many texts on its way, each some bytes of what it prints; all but the first go on with what
# the one before has saved.
stop_at() { # STATE TEXT
	if [ -e "$1" ]; then
		"$KVMLIB" run --restore "$1" --until "$2" --timeout 120 --save "$1"
	else
		"$KVMLIB" run --firmware "$BIOS" --until "$2" --timeout 120 --save "$1"
	fi
}

# The bytes that end there; a shell drops newlines at the end, unless something follows.
text_at() { # END LENGTH
	head -c "$1" "$work/whole" | tail -c "$2"
	echo .
}

stop_at_points() { # POINTS
	: >"$work/pieces"
	size=$(wc -c <"$work/whole")
	step=$((size / ($1 + 1)))
	for point in $(seq "$1"); do
		text=$(text_at $((point * step)) $((step < 24 ? step : 24)))
		stop_at "$work/points.state" "${text%.}" >>"$work/pieces" 2>"$work/err" ||
			{ echo "not saved at point $point" && return; }
	done
	"$KVMLIB" run --restore "$work/points.state" --until "$KVMLIB_SAVE_UNTIL" --timeout 120 >>"$work/pieces" 2>"$work/err" ||
		echo "no end after point $1"
}

# Every so many seconds, wherever that is.
stop_at_times() { # SECONDS
	: >"$work/pieces"
	set -- --firmware "$BIOS" "$1"
	stops=0
	while "$KVMLIB" run "$1" "$2" --until "$KVMLIB_SAVE_UNTIL" --timeout "$3" --save "$work/times.state" >>"$work/pieces" 2>"$work/err"; [ $? = 124 ]; do
		set -- --restore "$work/times.state" "$3"
		stops=$((stops + 1))
	done
	grep -qF "$KVMLIB_SAVE_UNTIL" "$work/pieces" || echo "no end after $stops stops"
}

# Of all these firmwares it alone starts other vCPUs.
bios_of_four() {
	check bios_of_four_vcpus_is_saved 0 'is saved' --firmware "$BIOS" --smp 4 --until 'Relocating init' --timeout 120 \
		--save "$work/four.state"
	check bios_finds_four_vcpus_after_that 0 'Found 4 cpu(s) max supported 4 cpu(s)' --restore "$work/four.state" \
		--until 'Copying SMBIOS' --timeout 120
}

if [ -r "$BIOS" ]; then
	"$KVMLIB" run --firmware "$BIOS" --until "$KVMLIB_SAVE_UNTIL" --timeout 120 >"$work/whole" 2>"$work/err"
	report "bios_is_saved_at_${KVMLIB_SAVE_POINTS}_points" "$(stop_at_points "$KVMLIB_SAVE_POINTS")"
	report bios_prints_the_same_text_then "$(cmp "$work/whole" "$work/pieces" 2>&1)"
	if [ -n "$KVMLIB_SAVE_SECONDS" ]; then
		report bios_is_saved_time_and_again "$(stop_at_times "$KVMLIB_SAVE_SECONDS")"
		report bios_prints_the_same_text_then_too "$(cmp "$work/whole" "$work/pieces" 2>&1)"
	fi
	rm -f "$work"/*.state
	[ "$(uname -m)" != x86_64 ] || bios_of_four
else
	skip bios "no $BIOS"
fi

echo "1..$number"
[ "$failures" = 0 ]
