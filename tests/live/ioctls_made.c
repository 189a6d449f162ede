/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Runs a program and writes down the requests of its ioctls, each once, in hexadecimal.
 *
 *   ioctls_made FILE PROGRAM [ARGUMENT...]
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <seccomp.h>

#define FAILED	     99
#define MAX_REQUESTS 512
#define OPTIONS                                                                                   \
	(PTRACE_O_TRACESECCOMP | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | \
	 PTRACE_O_EXITKILL)

static uint32_t requests[MAX_REQUESTS];
static size_t nr_requests;

static void check(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "ioctls_made: %s: %s\n", what, strerror(errno));
	exit(FAILED);
}

/* Every ioctl stops for the tracer. */
static void load_filter(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);

	check(filter && !seccomp_rule_add(filter, SCMP_ACT_TRACE(0), SCMP_SYS(ioctl), 0) &&
		      !seccomp_load(filter),
	      "seccomp");
	seccomp_release(filter);
}

/* The byte says that the tracer is there: without one, ioctls fail. */
static pid_t start(char **words)
{
	int ends[2];
	pid_t pid;
	char byte = 0;

	check(!pipe(ends), "pipe");
	pid = fork();
	check(pid >= 0, "fork");
	if (!pid) {
		check(read(ends[0], &byte, 1) == 1, "read");
		close(ends[0]);
		close(ends[1]);
		load_filter();
		execvp(words[0], words);
		check(false, words[0]);
	}
	check(!ptrace(PTRACE_SEIZE, pid, NULL, OPTIONS), "ptrace");
	check(write(ends[1], &byte, 1) == 1, "write");
	close(ends[0]);
	close(ends[1]);
	return pid;
}

static void note(pid_t pid)
{
	struct __ptrace_syscall_info info;
	uint32_t request;

	check(ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info) > 0, "ptrace");
	request = (uint32_t)info.seccomp.args[1];
	for (size_t i = 0; i < nr_requests; i++)
		if (requests[i] == request)
			return;
	check(nr_requests < MAX_REQUESTS, "too many");
	requests[nr_requests++] = request;
}

/* Let it go on; a signal that stopped it is delivered. */
static void go_on(pid_t pid, int status)
{
	int event = status >> 16;

	if (event == PTRACE_EVENT_SECCOMP)
		note(pid);
	ptrace(PTRACE_CONT, pid, NULL, event ? 0 : WSTOPSIG(status));
}

static int follow(pid_t program)
{
	int status = 0;
	pid_t pid;

	do {
		pid = waitpid(-1, &status, __WALL);
		check(pid > 0, "waitpid");
		if (WIFSTOPPED(status))
			go_on(pid, status);
	} while (pid != program || WIFSTOPPED(status));
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void write_requests(const char *path)
{
	FILE *file = fopen(path, "w");

	check(file, path);
	for (size_t i = 0; i < nr_requests; i++)
		fprintf(file, "0x%08x\n", requests[i]);
	check(!fclose(file), path);
}

int main(int argc, char **argv)
{
	int status;

	if (argc < 3) {
		fprintf(stderr, "usage: ioctls_made FILE PROGRAM [ARGUMENT...]\n");
		return FAILED;
	}
	status = follow(start(argv + 2));
	write_requests(argv[1]);
	return status;
}
