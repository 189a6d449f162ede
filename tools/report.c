/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Telling how a guest ended. */
#include "guest.h"

#ifdef __x86_64__
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "tool.h"

static void print_where(struct guest *guest)
{
	where_print(stderr, &guest->machine);
	history_print(stderr, &guest->history, guest->started + guest->seconds);
}

static int report_text(struct guest *guest)
{
	say(RUN, "the guest said \"%s\" after %.3f s", guest->options->until, guest->seconds);
	return STATUS_OK;
}

/* The regular end of a flat binary that nothing more was asked of. */
static int report_end(struct guest *guest, const char *what)
{
	const char *until = guest->options->until;

	if (until)
		say(RUN, "the guest %s after %.3f s and never said \"%s\"", what, guest->seconds,
		    until);
	else
		say(RUN, "the guest %s after %.3f s", what, guest->seconds);
	if (!until && !guest->options->firmware)
		return STATUS_OK;
	print_where(guest);
	return STATUS_NO;
}

static int report_halt(struct guest *guest)
{
	return report_end(guest, "halted");
}

static int report_power_off(struct guest *guest)
{
	return report_end(guest, "powered off");
}

/* Registers tell nothing after a triple fault: the processor was reset, or they are undefined. */
static int report_shutdown(struct guest *guest)
{
	say(RUN, "the guest shut down after %.3f s: triple fault", guest->seconds);
	history_print(stderr, &guest->history, guest->started + guest->seconds);
	return STATUS_NO;
}

static int report_event(struct guest *guest)
{
	struct kvmlib_exit_system_event event = { .type = 0 };

	kvmlib_vcpu_exit_system_event(guest->machine.vcpu, &event);
	say(RUN, "the guest ended after %.3f s: system event %" PRIu32 "%s", guest->seconds,
	    event.type, event.type == KVMLIB_SYSTEM_EVENT_RESET ? ", a reset" : "");
	print_where(guest);
	return STATUS_NO;
}

static int report_timeout(struct guest *guest)
{
	say(RUN, "the guest has not ended after %g s", guest->options->timeout);
	print_where(guest);
	return STATUS_TIMEOUT;
}

static const char *name_signal(int signo)
{
	switch (signo) {
	case SIGINT:
		return "Ctrl-C (SIGINT)";
	case SIGHUP:
		return "SIGHUP";
	default:
		return "SIGTERM";
	}
}

static int report_signal(struct guest *guest)
{
	int signo = atomic_load(&guest->watch.fired);

	if (signo == SIGINT && isatty(STDERR_FILENO))
		fputc('\n', stderr); /* the terminal has shown ^C */
	say(RUN, "ended by %s after %.3f s", name_signal(signo), guest->seconds);
	return STATUS_SIGNAL + signo;
}

static const char *name_suberror(uint32_t suberror)
{
	switch (suberror) {
	case KVMLIB_INTERNAL_ERROR_EMULATION:
		return "KVM_INTERNAL_ERROR_EMULATION: an instruction that it can't emulate";
	case KVMLIB_INTERNAL_ERROR_SIMUL_EX:
		return "KVM_INTERNAL_ERROR_SIMUL_EX: exceptions that came together";
	case KVMLIB_INTERNAL_ERROR_DELIVERY_EV:
		return "KVM_INTERNAL_ERROR_DELIVERY_EV: an exit while an event was delivered";
	case KVMLIB_INTERNAL_ERROR_UNEXPECTED_EXIT_REASON:
		return "KVM_INTERNAL_ERROR_UNEXPECTED_EXIT_REASON: an exit that it does not know";
	}
	return "unknown";
}

static void print_words(const struct kvmlib_exit_internal_error *error)
{
	if (error->ndata)
		fprintf(stderr, "  data:");
	for (uint32_t i = 0; i < error->ndata; i++)
		fprintf(stderr, " 0x%" PRIx64, error->data[i]);
	if (error->ndata)
		fputc('\n', stderr);
}

static void print_insn(const struct kvmlib_exit_internal_error *error)
{
	fprintf(stderr, "  instruction:");
	for (uint32_t i = 0; i < error->insn_size; i++)
		fprintf(stderr, " %02x", error->insn_bytes[i]);
	fputc('\n', stderr);
}

/* Where KVM names the instruction, its bytes are in the data as well. */
static int report_internal(struct guest *guest)
{
	struct kvmlib_exit_internal_error error;

	if (kvmlib_vcpu_exit_internal_error(guest->machine.vcpu, &error) < 0) {
		say_error(RUN, "KVM can't run the guest on");
		return STATUS_KVM;
	}
	say(RUN, "KVM can't run the guest on, after %.3f s: internal error %" PRIu32 ", %s",
	    guest->seconds, error.suberror, name_suberror(error.suberror));
	if (error.insn_size)
		print_insn(&error);
	else
		print_words(&error);
	print_where(guest);
	return STATUS_KVM;
}

static int report_entry(struct guest *guest)
{
	struct kvmlib_exit_fail_entry entry = { .reason = 0 };

	kvmlib_vcpu_exit_fail_entry(guest->machine.vcpu, &entry);
	say(RUN, "the processor refused to enter the guest: reason 0x%" PRIx64 " on CPU %" PRIu32,
	    entry.reason, entry.cpu);
	print_where(guest);
	return STATUS_KVM;
}

static int report_unexpected(struct guest *guest)
{
	uint32_t reason = kvmlib_vcpu_exit_reason(guest->machine.vcpu);
	const char *name = kvmlib_exit_name(reason);

	say(RUN, "the guest left KVM for a reason that is not served here: %s (%" PRIu32 ")",
	    name ? name : "unknown", reason);
	print_where(guest);
	return STATUS_KVM;
}

static int report_call(struct guest *guest)
{
	say_error(RUN, "can't run the guest on, after %.3f s", guest->seconds);
	print_where(guest);
	return STATUS_KVM;
}

static int report_output(struct guest *guest)
{
	say(RUN, "can't print what the guest says: %s", strerror(guest->output_error));
	return STATUS_HOST;
}

static int (*const reports[])(struct guest *guest) = {
	[SAID_TEXT] = report_text,	  [HALTED] = report_halt,
	[POWERED_OFF] = report_power_off, [SHUT_DOWN] = report_shutdown,
	[OTHER_EVENT] = report_event,	  [TIME_OVER] = report_timeout,
	[SIGNALLED] = report_signal,	  [INTERNAL_ERROR] = report_internal,
	[FAILED_ENTRY] = report_entry,	  [UNEXPECTED] = report_unexpected,
	[FAILED_CALL] = report_call,	  [OUTPUT_FAILED] = report_output,
};

int guest_report(struct guest *guest)
{
	console_end_line(&guest->console);
	return reports[guest->ending](guest);
}
#endif
