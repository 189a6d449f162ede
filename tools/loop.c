/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Running the vCPU, exit by exit. */
#include "guest.h"

#ifdef __x86_64__
#include <string.h>

static void note(struct guest *guest, const struct seen *seen)
{
	history_add(&guest->history, seen, now());
	stats_add(&guest->stats, seen);
}

static uint64_t value_of(const void *data, size_t size)
{
	uint64_t value = 0;

	memcpy(&value, data, size);
	return value;
}

static enum ending flush(struct guest *guest)
{
	int r = console_flush(&guest->console);

	if (r < 0) {
		guest->output_error = -r;
		return OUTPUT_FAILED;
	}
	return guest->console.seen ? SAID_TEXT : RUNNING;
}

static enum ending handle_io(struct guest *guest)
{
	struct kvmlib_exit_io io;
	struct seen seen;

	if (kvmlib_vcpu_exit_io(guest->machine.vcpu, &io) < 0)
		return FAILED_CALL;
	ports_access(&guest->ports, &io);
	seen = (struct seen){
		.reason = KVMLIB_EXIT_IO,
		.address = io.port,
		.value = value_of(io.data, io.size),
		.count = io.count,
		.size = io.size,
		.is_write = io.is_write,
	};
	note(guest, &seen);
	return flush(guest);
}

static enum ending handle_mmio(struct guest *guest)
{
	struct kvmlib_exit_mmio mmio;
	struct seen seen;

	if (kvmlib_vcpu_exit_mmio(guest->machine.vcpu, &mmio) < 0)
		return FAILED_CALL;
	if (!mmio.is_write)
		memset(mmio.data, 0xff, mmio.len);
	seen = (struct seen){
		.reason = KVMLIB_EXIT_MMIO,
		.address = mmio.gpa,
		.value = value_of(mmio.data, mmio.len),
		.count = 1,
		.size = (uint8_t)mmio.len,
		.is_write = mmio.is_write,
	};
	note(guest, &seen);
	return RUNNING;
}

static enum ending handle_event(const struct guest *guest)
{
	struct kvmlib_exit_system_event event;

	if (kvmlib_vcpu_exit_system_event(guest->machine.vcpu, &event) < 0)
		return FAILED_CALL;
	return event.type == KVMLIB_SYSTEM_EVENT_SHUTDOWN ? POWERED_OFF : OTHER_EVENT;
}

static enum ending handle_interrupt(struct guest *guest)
{
	int fired = atomic_load(&guest->watch.fired);

	if (!fired)
		return RUNNING;
	return fired == WATCH_TIMEOUT ? TIME_OVER : SIGNALLED;
}

/* What has no data but its reason. */
static enum ending handle_other(struct guest *guest, uint32_t reason)
{
	note(guest, &(struct seen){ .reason = reason });
	switch (reason) {
	case KVMLIB_EXIT_INTR:
		return handle_interrupt(guest);
	case KVMLIB_EXIT_AGAIN:
		return RUNNING;
	case KVMLIB_EXIT_HLT:
		return HALTED;
	case KVMLIB_EXIT_SHUTDOWN:
		return SHUT_DOWN;
	case KVMLIB_EXIT_SYSTEM_EVENT:
		return handle_event(guest);
	case KVMLIB_EXIT_INTERNAL_ERROR:
		return INTERNAL_ERROR;
	case KVMLIB_EXIT_FAIL_ENTRY:
		return FAILED_ENTRY;
	default:
		return UNEXPECTED;
	}
}

static enum ending step(struct guest *guest)
{
	uint32_t reason;

	if (kvmlib_vcpu_run(guest->machine.vcpu) < 0)
		return FAILED_CALL;
	reason = kvmlib_vcpu_exit_reason(guest->machine.vcpu);
	if (reason == KVMLIB_EXIT_IO)
		return handle_io(guest);
	if (reason == KVMLIB_EXIT_MMIO)
		return handle_mmio(guest);
	return handle_other(guest, reason);
}

void guest_loop(struct guest *guest)
{
	while (guest->ending == RUNNING)
		guest->ending = step(guest);
}
#endif
