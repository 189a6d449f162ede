/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TOOL_H
#define TOOL_H

#include <stdint.h>
#include <stdio.h>

/* What the program exits with; `kvmlib run --help` tells the same. */
enum tool_status {
	STATUS_OK = 0,	      /* done; the guest did what was asked */
	STATUS_NO = 1,	      /* the guest ended otherwise; nothing found */
	STATUS_USAGE = 2,     /* wrong options, arguments or image */
	STATUS_HOST = 3,      /* the host can't: no KVM, no memory, no output */
	STATUS_KVM = 4,	      /* KVM could not run the guest on */
	STATUS_TIMEOUT = 124, /* as timeout(1) has it */
	STATUS_SIGNAL = 128,  /* plus the signal's number, as shells have it */
};

/* The commands. Each gets its own arguments, argv[0] being "kvmlib COMMAND". */
int tool_run(int argc, char **argv);
int tool_info(int argc, char **argv);
int tool_explain(int argc, char **argv);
int tool_monitor(int argc, char **argv);
int tool_stat(int argc, char **argv);
int tool_snapshot(int argc, char **argv);
int tool_state(int argc, char **argv);
int tool_cpu(int argc, char **argv);

/* One line on stderr: "kvmlib COMMAND: ...". */
__attribute__((format(printf, 2, 3))) void say(const char *command, const char *format, ...);

/* The same for the library's last error, and its hint; returns STATUS_HOST. */
__attribute__((format(printf, 2, 3))) int say_error(const char *command, const char *format, ...);

/* Print text in lines of 80 columns at most: the first goes on at `column`, the others start at
 * `indent`. */
void print_wrapped(FILE *stream, const char *text, int column, int indent);

/* Numbers as people type them. 0, or -EINVAL where the whole text is no number, or out of range. */
int parse_number(const char *text, uint64_t max, uint64_t *ret_number);
int parse_size(const char *text, uint64_t *ret_size);	  /* with K, M or G */
int parse_seconds(const char *text, double *ret_seconds); /* more than 0, at most 10^9 */

/* "64M", "4K" or "5000 bytes": the shortest exact way to write a size. */
const char *format_size(uint64_t size, char *buffer, size_t buffer_size);

#endif
