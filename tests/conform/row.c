/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "row.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <kvmlib/explain.h>

#define PATIENCE 30U /* seconds for one row */

/* What came of a row's call. */
struct outcome {
	int result;
	enum kvmlib__sim_check check;
};

enum verdict { AGREES, DEVIATES, SKIPPED, FAILED };

static unsigned int nr_lines;
static unsigned int counts[FAILED + 1];
static unsigned int nr_failures; /* of all lines, not of rows alone */
static bool confirmed[KVMLIB__SIM_NR_CHECKS];
static bool contradicted[KVMLIB__SIM_NR_CHECKS];

static const char *const check_names[] = { "none",
#define NAME(name, error, call, what, confirmed) #name,
					   KVMLIB__SIM_CHECKS(NAME)
#undef NAME
};

const char *check_name(enum kvmlib__sim_check check)
{
	return check_names[check];
}

bool check_is_confirmed(enum kvmlib__sim_check check)
{
	return confirmed[check] && !contradicted[check];
}

/* --- the call ----------------------------------------------------------------------------- */

static void interrupt(int signo)
{
	(void)signo;
}

/* A call that blocks ends with EINTR. */
static void limit_time(unsigned int seconds)
{
	struct sigaction action = { .sa_handler = interrupt };

	sigaction(SIGALRM, &action, NULL);
	alarm(seconds);
}

static struct outcome issue(struct world *w, const struct row *row)
{
	struct outcome outcome;

	kvmlib__sim_refused_by = KVMLIB__SIM_CHECK_NONE;
	outcome.result =
		row->act ? row->act(w) : call(w, level_fd(w, row->level), row->request, w->arg);
	outcome.check = kvmlib__sim_refused_by;
	return outcome;
}

static void tell(int fd, const struct outcome *outcome)
{
	ssize_t r = write(fd, outcome, sizeof(*outcome));

	_exit(r != sizeof(*outcome));
}

static struct outcome issue_in_child(struct world *w, const struct row *row)
{
	struct outcome outcome = { .result = -ECHILD };
	int ends[2];
	pid_t child;

	if (pipe(ends) < 0)
		return outcome;
	fflush(stdout);
	child = fork();
	if (child == 0) {
		outcome = issue(w, row);
		tell(ends[1], &outcome);
	}
	if (child < 0 || waitpid(child, NULL, 0) < 0 ||
	    read(ends[0], &outcome, sizeof(outcome)) != sizeof(outcome))
		outcome = (struct outcome){ .result = -ECHILD };
	close(ends[0]);
	close(ends[1]);
	return outcome;
}

/* --- the comparison ----------------------------------------------------------------------- */

static bool fits(const struct answer *answer, int result)
{
	switch (answer->kind) {
	case ANSWERS_VALUE:
		return result == answer->value;
	case ANSWERS_AT_LEAST:
		return result >= answer->value;
	case ANSWERS_FD:
		return result >= 0;
	}
	return false;
}

static const char *describe_result(int result, char text[32])
{
	if (result < 0 && kvmlib_errno_name(-result))
		return kvmlib_errno_name(-result);
	snprintf(text, 32, "%d", result);
	return text;
}

static void describe_answer(const struct answer *answer, char *text, size_t size)
{
	char number[32];
	const char *value = describe_result(answer->value, number);

	if (answer->kind == ANSWERS_FD)
		snprintf(text, size, "a descriptor");
	else if (answer->kind == ANSWERS_AT_LEAST)
		snprintf(text, size, "at least %s", value);
	else if (answer->check)
		snprintf(text, size, "%s (%s)", value, check_names[answer->check]);
	else
		snprintf(text, size, "%s", value);
}

bool on_x86(const struct world *w)
{
	(void)w;
#if defined(__x86_64__)
	return true;
#else
	return false;
#endif
}

bool without_vmx(const struct world *w)
{
	(void)w;
	return access("/sys/module/kvm_intel", F_OK) < 0;
}

static bool without_hyperv(const struct world *w)
{
	return capability(w, KVMLIB_CAP_HYPERV) <= 0;
}

const struct deviation no_hyperv = {
	.name = "from 6.8 on a kernel can be built without Hyper-V",
	.since = KERNEL(6, 8),
	.where = without_hyperv,
	.answer = REFUSED(EINVAL, NONE),
};

enum extent { NEVER, MAYBE, ALWAYS };

static enum extent extent_of(const struct world *w, const struct deviation *deviation)
{
	if (!deviation || w->sim || w->version < deviation->since)
		return NEVER;
	if (deviation->where && !deviation->where(w))
		return NEVER;
	if (!deviation->before || w->version < deviation->before)
		return ALWAYS;
	return w->version < deviation->gone_by ? MAYBE : NEVER;
}

/* --- one row ------------------------------------------------------------------------------ */

/* How a row ended, and why, if that needs words. */
struct report {
	enum verdict verdict;
	char why[256];
};

#define REPORT(report, kind, ...)                                            \
	do {                                                                 \
		(report)->verdict = (kind);                                  \
		snprintf((report)->why, sizeof((report)->why), __VA_ARGS__); \
	} while (0)

/* The simulated x86 has all that the table asks for: a row that is skipped there is an error. */
static bool can_run(struct world *w, const struct row *row, struct report *report)
{
	const char *missing = level_missing(w, row->level);
	enum verdict verdict = w->sim && on_x86(w) ? FAILED : SKIPPED;
	int value;

	if (missing) {
		REPORT(report, verdict, "%s", missing);
		return false;
	}
	value = row->needs ? capability(w, row->capability) : 1;
	if (value > 0 && value >= row->at_least)
		return true;
	REPORT(report, verdict, "%s is %d", row->needs, value);
	return false;
}

static bool prepare(struct world *w, const struct row *row, struct report *report)
{
	int r = make_level(w, row->level);
	char number[32];

	if (r >= 0 && row->before)
		r = row->before(w);
	if (r < 0)
		REPORT(report, FAILED, "preparing it: %s", describe_result(r, number));
	return r >= 0;
}

/* Whether a call came out as one expectation has it; if not, why. */
static bool meets(struct world *w, const struct answer *answer,
		  const char *(*check_output)(struct world *w), struct report *report)
{
	const char *complaint;
	char result[32];

	if (!fits(answer, w->result)) {
		REPORT(report, FAILED, "answers %s", describe_result(w->result, result));
		return false;
	}
	complaint = check_output ? check_output(w) : NULL;
	if (complaint)
		REPORT(report, FAILED, "%s", complaint);
	return !complaint;
}

static void judge(struct world *w, const struct row *row, const struct outcome *outcome,
		  struct report *report)
{
	const struct deviation *deviation = row->deviation;
	enum extent extent = extent_of(w, deviation);

	w->result = outcome->result;
	if (extent != NEVER && meets(w, &deviation->answer, deviation->verify, report)) {
		REPORT(report, DEVIATES, "%s", deviation->name);
		return;
	}
	if (!meets(w, &row->answer, row->verify, report))
		return;
	report->verdict = AGREES;
	if (extent == ALWAYS)
		REPORT(report, FAILED, "a deviation that is over: %s", deviation->name);
	else if (w->sim && outcome->result < 0 && outcome->check != row->answer.check)
		REPORT(report, FAILED, "refused by %s", check_names[outcome->check]);
}

static bool makes_fd(const struct row *row)
{
	return row->answer.kind == ANSWERS_FD ||
	       (row->deviation && row->deviation->answer.kind == ANSWERS_FD);
}

/* Some are the real system's, even of the simulated kernel. */
static void close_made(const struct world *w, int fd)
{
	if (close_fd(w, fd) < 0)
		close(fd);
}

static void make_call(struct world *w, const struct row *row, struct report *report)
{
	struct outcome outcome;

	w->arg = row->make ? row->make(w) : row->arg;
	outcome = row->in_child ? issue_in_child(w, row) : issue(w, row);
	judge(w, row, &outcome, report);
	if (outcome.result >= 0 && makes_fd(row))
		close_made(w, outcome.result);
}

static void note_check(const struct row *row, enum verdict verdict)
{
	confirmed[row->answer.check] |= verdict == AGREES;
	contradicted[row->answer.check] |= verdict == FAILED;
}

static void print_row(const struct row *row, const struct report *report)
{
	static const char *const words[] = { "", " (deviation: ", " # SKIP ", ": " };
	char answer[64];

	describe_answer(&row->answer, answer, sizeof(answer));
	printf("%s %u - %s, %s, %s: %s%s%s%s\n", report->verdict == FAILED ? "not ok" : "ok",
	       ++nr_lines, row->call, level_name(row->level), row->what, answer,
	       words[report->verdict], report->why, report->verdict == DEVIATES ? ")" : "");
	fflush(stdout);
}

void run_row(struct world *w, const struct row *row)
{
	struct report report = { .verdict = AGREES };

	limit_time(PATIENCE);
	if (can_run(w, row, &report) && prepare(w, row, &report))
		make_call(w, row, &report);
	drop_level(w);
	alarm(0);
	note_check(row, report.verdict);
	counts[report.verdict]++;
	nr_failures += report.verdict == FAILED;
	print_row(row, &report);
}

/* --- all of them -------------------------------------------------------------------------- */

void print_line(bool good, const char *text)
{
	nr_failures += !good;
	printf("%s %u - %s\n", good ? "ok" : "not ok", ++nr_lines, text);
}

bool print_totals(const struct world *w)
{
	unsigned int rows = counts[AGREES] + counts[DEVIATES] + counts[SKIPPED] + counts[FAILED];

	printf("1..%u\n", nr_lines);
	printf("# %s: %u rows, %u agreements, %u named deviations, %u skips, %u unnamed\n",
	       w->kernel, rows, counts[AGREES], counts[DEVIATES], counts[SKIPPED], counts[FAILED]);
	return nr_failures == 0;
}
