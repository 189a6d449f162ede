/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef RUN_H
#define RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "ram_option.h"

#define RUN "run" /* the command's name in messages */

struct kvmlib_image;
struct sampling;

/* The command line of `kvmlib run`, checked and with all defaults filled in. */
struct run_options {
	const char *image;
	bool firmware; /* the image is one, not a flat binary */
	bool irqchip;  /* interrupt controllers and timer in the kernel */
	uint8_t gic;   /* arm64: its version, once it is known; or 0 */
	uint32_t nr_vcpus;
	const char *cpu;       /* as `kvmlib cpu' has it; NULL: all that the host can give */
	bool stats;	       /* at the end */
	double stats_interval; /* seconds, to show them meanwhile too; 0: don't */
	uint16_t debug_port;   /* the console is here too */
	struct ram_option ram;
	uint64_t load;			 /* guest physical address of a flat binary */
	uint64_t entry;			 /* and of its first instruction */
	const char *until;		 /* NULL: no text to wait for */
	double timeout;			 /* seconds; 0: none */
	const struct sampling *sampling; /* of `kvmlib stat`; or NULL */
	const char *dirty_png;		 /* where to draw what the guest writes, or NULL */
	const char *dirty_csv;		 /* where to list it, or NULL */
	const char *save;		 /* where to, when it is stopped; or NULL */
	const char *snapshot_at;	 /* the text at which it is saved and goes on; or NULL */
	bool compress;			 /* what is saved */
	const char *restore; /* the file that the machine and its state come from, or NULL */
	const struct kvmlib_image
		*saved; /* what that has, until the guest goes on from it; or NULL */
};

/* The command `run`, whose guest's statistics are sampled. */
int run_sampled(int argc, char **argv, const struct sampling *sampling);

/* Run the guest to its end; returns the exit status. With restore it fills in what makes the machine. */
int guest_run(struct run_options *options);

#endif
