/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Telling how a guest ended. */
#include "guest.h"

#ifdef __x86_64__
#include <string.h>
#include <unistd.h>

#include "tool.h"

#define LINE_SIZE 1024 /* what kvmlib_exit_describe() needs at most */

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

/* The exit as the library tells it, after how the guest ended. */
static void say_exit(struct guest *guest, const char *what)
{
	char line[LINE_SIZE];

	kvmlib_exit_describe(guest->machine.vcpu, line, sizeof(line));
	say(RUN, "%s after %.3f s: %s", what, guest->seconds, line);
	print_where(guest);
}

static int report_event(struct guest *guest)
{
	say_exit(guest, "the guest ended");
	return STATUS_NO;
}

static int report_timeout(struct guest *guest)
{
	say(RUN, "the guest has not ended after %g s", guest->options->timeout);
	print_where(guest);
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
