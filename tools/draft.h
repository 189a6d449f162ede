/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DRAFT_H
#define DRAFT_H

#include <stddef.h>
#include <stdint.h>

/* A file that is there wholly or not at all: it is written under another name beside, and one of before
 * stays until all of it is on the disk. */
struct draft {
	char *name;
	int fd; /* or -1 */
};

/* Each returns 0, or a negative errno. The draft must be dropped in any case. */
int draft_open(struct draft *draft, const char *path);
int draft_write(const struct draft *draft, const void *data, size_t length);
/* Zeros, by a hole. */
int draft_skip(const struct draft *draft, uint64_t length);
/* What was skipped last is a part of the file, too. */
int draft_end(const struct draft *draft);
int draft_publish(struct draft *draft, const char *path);
void draft_drop(struct draft *draft);

/* See that a file can be written there, without leaving one. Returns STATUS_OK, or another status after
 * a message of the command. */
int draft_try(const char *command, const char *path);

/* Tell that there can't be one; returns STATUS_HOST. */
int draft_refuse(const char *command, const char *path, int r);

#endif
