/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef PLOT_H
#define PLOT_H

#include <stdio.h>
#include <sys/types.h>

#include "samples.h"

/* gnuplot, which waits for what it shall draw. */
struct plot {
	FILE *script;
	pid_t pid;
	const char *command; /* whose messages are about it */
};

/* Started early: that it is missing must not be found out when the guest has ended. Messages are of a
 * command, about an option. Returns STATUS_OK, or another status after a message. */
int plot_start(struct plot *plot, const char *command, const char *option);

/* What gnuplot is told: to draw the columns of samples that have changed. */
void plot_write(FILE *script, const void *samples, const char *path);

/* A text between quotes, as gnuplot has them. */
void plot_write_quoted(FILE *script, const char *text);

/* Let it draw data into a PNG file; without a writer it only ends. Returns the status as above. */
int plot_finish(struct plot *plot, const char *path,
		void (*write)(FILE *script, const void *data, const char *path), const void *data);

#endif
