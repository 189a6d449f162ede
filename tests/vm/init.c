/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * PID 1 of the test VM: prepares a Linux system, loads KVM, runs the commands that were
 * packed with it and powers off.
 *
 * Two virtio ports lead out: the commands' output as it is, and what the harness wants
 * to know ("ready", "exit NUMBER STATUS", "end"). The kernel's console stays apart, so
 * that neither can spoil the other. A command gets a pipe, not the port itself, since a
 * port can be opened only once and /dev/stderr must work.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/klog.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define OURS "/kvmlib-vm/"

static int output_port = -1;
static int control_port = -1;

static void complain(const char *what)
{
	fprintf(stderr, "init: %s: %s\n", what, strerror(errno));
}

static void mount_all(void)
{
	static const char *const mounts[][2] = {
		{ "proc", "/proc" },	  { "sysfs", "/sys" },
		{ "devtmpfs", "/dev" },	  { "tmpfs", "/tmp" },
		{ "devpts", "/dev/pts" }, { "tmpfs", "/dev/shm" },
		{ "tmpfs", "/run" },	  { "debugfs", "/sys/kernel/debug" },
	};

	for (size_t i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++) {
		mkdir(mounts[i][1], 0755);
		if (mount(mounts[i][0], mounts[i][1], mounts[i][0], 0, NULL))
			complain(mounts[i][1]);
	}
	chmod("/tmp", 01777);
	chmod("/dev/shm", 01777);
	symlink("/proc/self/fd", "/dev/fd");
	symlink("/proc/self/fd/0", "/dev/stdin");
	symlink("/proc/self/fd/1", "/dev/stdout");
	symlink("/proc/self/fd/2", "/dev/stderr");
}

static void use_console(void)
{
	int fd = open("/dev/console", O_RDWR);

	for (int i = 0; i < 3 && fd >= 0; i++)
		dup2(fd, i);
	if (fd > 2)
		close(fd);
}

static void load_modules(void)
{
	char path[256];
	FILE *list = fopen(OURS "modules", "re");

	while (list && fgets(path, sizeof(path), list)) {
		path[strcspn(path, "\n")] = '\0';
		int fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0 || syscall(SYS_finit_module, fd, "", 0))
			complain(path);
		close(fd);
	}
	if (list)
		fclose(list);
}

/* The ports appear a while after their driver; without them nobody would hear us. */
static int open_port(const char *path)
{
	for (int i = 0; i < 1000; i++) {
		int fd = open(path, O_WRONLY | O_CLOEXEC);
		if (fd >= 0)
			return fd;
		usleep(10000);
	}
	complain(path);
	reboot(RB_POWER_OFF);
	return -1;
}

static void pass_on(const char *data, ssize_t size)
{
	while (size > 0) {
		ssize_t done = write(output_port, data, (size_t)size);
		if (done < 0 && errno != EINTR)
			return;
		if (done > 0) {
			data += done;
			size -= done;
		}
	}
}

static void exec_command(const char *script, int out)
{
	int null = open("/dev/null", O_RDONLY);

	setsid();
	dup2(null, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	close(null);
	close(out);
	execl("/bin/sh", "sh", script, (char *)NULL);
	complain("/bin/sh");
	_exit(127);
}

static void exec_shell(const char *script, int out)
{
	char tty[64] = "/dev/console";
	char active[64] = "";
	FILE *file = fopen("/sys/class/tty/console/active", "re");

	(void)script;
	(void)out;
	/* /dev/console itself can't be a controlling terminal: no job control, no ^C */
	if (file && fscanf(file, "%63s", active) == 1)
		snprintf(tty, sizeof(tty), "/dev/%.50s", active);
	setsid();
	close(STDIN_FILENO);
	open(tty, O_RDWR);
	ioctl(STDIN_FILENO, TIOCSCTTY, 0);
	dup2(STDIN_FILENO, STDOUT_FILENO);
	dup2(STDIN_FILENO, STDERR_FILENO);
	execl("/bin/sh", "-sh", (char *)NULL);
	_exit(127);
}

/* Reaps orphans along the way, as PID 1 must. True when the child has ended. */
static int reap(pid_t child, int *status)
{
	int s, ended = 0;
	pid_t pid;

	while ((pid = waitpid(-1, &s, WNOHANG)) > 0) {
		if (pid == child) {
			*status = WIFEXITED(s) ? WEXITSTATUS(s) : 128 + WTERMSIG(s);
			ended = 1;
		}
	}
	return ended;
}

/* Until the command has ended and what it wrote is out. It may leave others behind that
 * keep the pipe open; they aren't waited for. */
static int relay(pid_t child, int in)
{
	static char data[32768];
	struct pollfd p = { .fd = in, .events = POLLIN };
	int ended = 0, status = 127;

	for (;;) {
		int n = poll(&p, 1, ended ? 0 : 20);
		ssize_t size = n > 0 && p.fd >= 0 ? read(in, data, sizeof(data)) : -1;

		pass_on(data, size);
		if (size == 0)
			p.fd = -1; /* closed by all; the exit status is still to come */
		if (ended && size <= 0)
			return status;
		ended = ended || reap(child, &status);
	}
}

static int run(const char *script, void (*start)(const char *, int))
{
	int ends[2];
	pid_t child;

	if (pipe2(ends, O_CLOEXEC))
		return 126;
	child = fork();
	if (child == 0)
		start(script, ends[1]);
	close(ends[1]);
	int status = child < 0 ? 126 : relay(child, ends[0]);
	close(ends[0]);
	return status;
}

static void run_commands(void)
{
	char script[64];

	for (int i = 1;; i++) {
		snprintf(script, sizeof(script), OURS "command.%d", i);
		if (access(script, R_OK))
			return;
		dprintf(control_port, "exit %d %d\n", i, run(script, exec_command));
	}
}

int main(void)
{
	mount_all();
	use_console();
	if (access(OURS "shell", F_OK)) /* booted quietly, but from now on it is of interest */
		klogctl(8, NULL, 7);
	load_modules();
	control_port = open_port("/dev/vport0p1");
	output_port = open_port("/dev/vport0p2");
	setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
	setenv("HOME", "/root", 1);
	dprintf(control_port, "ready %s\n", access("/dev/kvm", F_OK) ? "without" : "with");
	run_commands();
	if (access(OURS "shell", F_OK) == 0)
		run(OURS "shell", exec_shell);
	dprintf(control_port, "end\n");
	sync();
	reboot(RB_POWER_OFF);
	return 1;
}
