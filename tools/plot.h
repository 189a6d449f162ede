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
};

/* Started early: that it is missing must not be found out when the guest has ended. Returns
 * STATUS_OK, or another status after a message. */
int plot_start(struct plot *plot);

/* What gnuplot is told: to draw the columns that have changed. */
void plot_write(FILE *script, const struct samples *samples, const char *path);

/* Let it draw into a PNG file; without samples it only ends. Returns the status as above. */
int plot_finish(struct plot *plot, const struct samples *samples, const char *path);

#endif
