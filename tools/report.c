/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Telling how a guest ended. */
#include "guest.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "tool.h"

#define LINE_SIZE 1024 /* what kvmlib_exit_describe() needs at most */

/* Says which vCPU ended the guest, where there are several. */
static const char *who(const struct guest *guest)
{
	static char name[32];

	if (guest->machine.nr_vcpus == 1)
		return "";
	snprintf(name, sizeof(name), "vCPU %" PRIu32 ": ", guest->ender->id);
	return name;
}

static void print_history(const struct guest *guest, const struct vcpu_thread *vcpu)
{
	history_print(stderr, &vcpu->history, guest->started + guest->seconds);
}

static void print_where(const struct guest *guest, const struct vcpu_thread *vcpu)
{
	where_print(stderr, &guest->machine, vcpu->id);
	print_history(guest, vcpu);
}

static int report_text(struct guest *guest)
{
	say(RUN, "%sthe guest said \"%s\" after %.3f s", who(guest), guest->options->until,
	    guest->seconds);
	return STATUS_OK;
}

/* The regular end of a flat binary that nothing more was asked of. */
static int report_end(struct guest *guest, const char *what)
{
	const char *until = guest->options->until;

	if (until)
		say(RUN, "%sthe guest %s after %.3f s and never said \"%s\"", who(guest), what,
		    guest->seconds, until);
	else
		say(RUN, "%sthe guest %s after %.3f s", who(guest), what, guest->seconds);
	if (!until && !guest->options->firmware)
		return STATUS_OK;
	print_where(guest, guest->ender);
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
	say(RUN, "%sthe guest shut down after %.3f s: triple fault", who(guest), guest->seconds);
	print_history(guest, guest->ender);
	return STATUS_NO;
}

/* The exit as the library tells it, after how the guest ended. */
static void say_exit(struct guest *guest, const char *what)
{
	char line[LINE_SIZE];

	kvmlib_exit_describe(guest->ender->vcpu, line, sizeof(line));
	say(RUN, "%s%s after %.3f s: %s", who(guest), what, guest->seconds, line);
	print_where(guest, guest->ender);
}

static int report_event(struct guest *guest)
{
	say_exit(guest, "the guest ended");
	return STATUS_NO;
}

static int report_timeout(struct guest *guest)
{
	say(RUN, "the guest has not ended after %g s", guest->options->timeout);
	for (uint32_t id = 0; id < guest->machine.nr_vcpus; id++)
		print_where(guest, &guest->vcpus[id]);
	return STATUS_TIMEOUT;
}

static int report_signal(struct guest *guest)
{
	int signo = atomic_load(&guest->watch.fired);

	if (signo == SIGINT && isatty(STDERR_FILENO))
		fputc('\n', stderr); /* the terminal has shown ^C */
	say(RUN, "ended by %s after %.3f s", watch_signal_name(signo), guest->seconds);
	return STATUS_SIGNAL + signo;
}

static int report_internal(struct guest *guest)
{
	say_exit(guest, "KVM can't run the guest on");
	return STATUS_KVM;
}

static int report_entry(struct guest *guest)
{
	say_exit(guest, "the processor refused to enter the guest");
	return STATUS_KVM;
}

static int report_unexpected(struct guest *guest)
{
	say_exit(guest, "the guest left KVM for what is not served here");
	return STATUS_KVM;
}

static int report_call(struct guest *guest)
{
	print_where(guest, guest->ender);
	return STATUS_KVM;
}

static int report_output(struct guest *guest)
{
	say(RUN, "can't print what the guest says: %s", strerror(guest->error));
	return STATUS_HOST;
}

static int report_thread(struct guest *guest)
{
	say(RUN, "can't start a thread for each vCPU: %s", strerror(guest->error));
	return STATUS_HOST;
}

static int (*const reports[])(struct guest *guest) = {
	[SAID_TEXT] = report_text,	  [HALTED] = report_halt,
	[POWERED_OFF] = report_power_off, [SHUT_DOWN] = report_shutdown,
	[OTHER_EVENT] = report_event,	  [TIME_OVER] = report_timeout,
	[SIGNALLED] = report_signal,	  [INTERNAL_ERROR] = report_internal,
	[FAILED_ENTRY] = report_entry,	  [UNEXPECTED] = report_unexpected,
	[FAILED_CALL] = report_call,	  [NO_THREAD] = report_thread,
	[OUTPUT_FAILED] = report_output,
};

int guest_report(struct guest *guest)
{
	console_end_line(&guest->console);
	return reports[guest->ending](guest);
}
