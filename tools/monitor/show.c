/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One line for each event, as text or JSON. */
#include "show.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "../json.h"

#define MILLION 1000000L
#define TIME	32 /* room for the time of day */

static const char *format_time(char text[TIME], bool is_json)
{
	struct timespec now;
	struct tm parts;
	size_t length;

	clock_gettime(CLOCK_REALTIME, &now);
	if (is_json)
		gmtime_r(&now.tv_sec, &parts);
	else
		localtime_r(&now.tv_sec, &parts);
	length = strftime(text, TIME, is_json ? "%Y-%m-%dT%H:%M:%S" : "%H:%M:%S", &parts);
	snprintf(text + length, TIME - length, ".%03ld%s", now.tv_nsec / MILLION,
		 is_json ? "Z" : "");
	return text;
}

/* Text */

static void begin_line(const char *event)
{
	char text[TIME];

	printf("%s  %-10s", format_time(text, false), event);
}

static int end_line(void)
{
	return putchar('\n') == EOF || fflush(stdout) == EOF ? -1 : 0;
}

/* "1234:11", as wide as most are; a number that is not known is "?". */
static void print_vm(const struct vm *vm)
{
	int32_t pid = vm->process != UNKNOWN ? vm->process : vm->thread;
	char fd[12] = "?";

	if (vm->fd != UNKNOWN)
		snprintf(fd, sizeof(fd), "%" PRId32, vm->fd);
	printf(" %7" PRId32 ":%-4s", pid, fd);
}

static void print_vcpus(const struct vm *vm)
{
	if (vm->vcpus == UNKNOWN)
		printf("    ? vCPUs");
	else
		printf(" %4d vCPU%c", vm->vcpus, vm->vcpus == 1 ? ' ' : 's');
}

/* Whatever a process calls itself, it can't control the terminal; JSON has the words as they are. */
static void print_command(const struct vm *vm)
{
	printf("  ");
	if (!vm->command) {
		printf("(its process is gone, or can't be read)");
		return;
	}
	for (size_t i = 0; i + 1 < vm->command_size; i++) {
		unsigned char byte = (unsigned char)vm->command[i];

		putchar(byte ? (byte < 0x20 || byte > 0x7e ? '?' : byte) : ' ');
	}
}

static int print_told(const struct told *told)
{
	begin_line(told->event);
	print_vm(told->vm);
	print_vcpus(told->vm);
	print_command(told->vm);
	return end_line();
}

static uint64_t value_of(const struct stat_value *list, size_t nr, const char *name)
{
	for (size_t i = 0; i < nr; i++)
		if (!strcmp(list[i].name, name))
			return list[i].value;
	return 0;
}

static int print_stats(const struct vm *vm, const struct stat_value *before, size_t nr_before)
{
	begin_line("stats");
	print_vm(vm);
	print_vcpus(vm);
	putchar(' ');
	for (size_t i = 0; i < vm->nr_stats; i++) {
		const struct stat_value *stat = &vm->stats[i];
		uint64_t old = value_of(before, nr_before, stat->name);

		if (stat->value != old)
			printf(" %s %" PRIu64 " (%+" PRId64 ")", stat->name, stat->value,
			       (int64_t)(stat->value - old));
	}
	return end_line();
}

/* JSON */

static json_t *new_line(const char *event)
{
	char text[TIME];

	return json_pack("{ss ss}", "time", format_time(text, true), "event", event);
}

/* A number that is not known is null. */
static json_t *known(int number)
{
	return number == UNKNOWN ? json_null() : json_integer(number);
}

static json_t *command_of(const struct vm *vm)
{
	json_t *words = vm->command ? json_array() : json_null();
	const char *word = vm->command, *end = word + vm->command_size;

	while (word && word < end) {
		json_array_append_new(words, json_text(word, strlen(word)));
		word += strlen(word) + 1;
	}
	return words;
}

static void add_vm(json_t *line, const struct vm *vm)
{
	int32_t pid = vm->process != UNKNOWN ? vm->process : vm->thread;

	json_object_set_new(line, "pid", json_integer(pid));
	json_object_set_new(line, "thread", known(vm->thread));
	json_object_set_new(line, "fd", known(vm->fd));
	json_object_set_new(line, "vcpus", known(vm->vcpus));
}

static json_t *told_as_json(const struct told *told)
{
	json_t *line = new_line(told->event);

	add_vm(line, told->vm);
	json_object_set_new(line, "command", command_of(told->vm));
	if (told->uevent) {
		json_object_set_new(line, "created", json_number(told->uevent->created));
		json_object_set_new(line, "active", json_number(told->uevent->active));
	}
	if (told->is_resync)
		json_object_set_new(line, "resync", json_true());
	return line;
}

static json_t *stats_as_json(const struct vm *vm)
{
	json_t *line = new_line("stats"), *stats = json_object();

	add_vm(line, vm);
	for (size_t i = 0; i < vm->nr_stats; i++)
		json_object_set_new(stats, vm->stats[i].name, json_number(vm->stats[i].value));
	json_object_set_new(line, "stats", stats);
	return line;
}

/* Either */

int show_vm(bool json, const struct told *told)
{
	return json ? json_print_line(stdout, told_as_json(told)) : print_told(told);
}

int show_stats(bool json, const struct vm *vm, const struct stat_value *before, size_t nr_before)
{
	return json ? json_print_line(stdout, stats_as_json(vm))
		    : print_stats(vm, before, nr_before);
}

int show_listening(bool json, const struct host *host, const char *reason)
{
	json_t *line;

	if (json) {
		line = new_line("listening");
		json_object_set_new(line, "debugfs",
				    host->debugfs ? json_text(host->debugfs, strlen(host->debugfs))
						  : json_null());
		if (reason)
			json_object_set_new(line, "reason", json_string(reason));
		return json_print_line(stdout, line);
	}
	begin_line("listening");
	if (host->debugfs)
		printf(" VMs are looked up in %s", host->debugfs);
	else
		printf(" VMs are looked up in %s: debugfs: %s", host->proc, reason);
	return end_line();
}

int show_lost(bool json)
{
	if (json)
		return json_print_line(stdout, new_line("lost"));
	begin_line("lost");
	printf(" messages of the kernel, more than there was room for; looking what there is");
	return end_line();
}

int show_resynced(bool json, unsigned int found, unsigned int gone)
{
	json_t *line;

	if (json) {
		line = new_line("resynced");
		json_object_set_new(line, "found", json_integer(found));
		json_object_set_new(line, "gone", json_integer(gone));
		return json_print_line(stdout, line);
	}
	begin_line("resynced");
	printf(" %u VMs found, %u gone", found, gone);
	return end_line();
}
