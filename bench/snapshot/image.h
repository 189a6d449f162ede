/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_SNAPSHOT_IMAGE_H
#define BENCH_SNAPSHOT_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

#include <kvmlib/kvmlib.h>

#include <rounds.h>

/* A VM with memory, and a file. False where there is no KVM; the record tells why. */
bool image_open(void);
void image_close(void);

extern const struct row image_rows[];
extern const size_t nr_image_rows;

/* Clones of an image, by the size of its memory; the same. */
bool clone_open(void);
void clone_close(void);

extern const struct row clone_rows[];
extern const size_t nr_clone_rows;

#endif
