/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_IRQ_SUBJECT_H
#define BENCH_IRQ_SUBJECT_H

#include <kvmlib/kvmlib.h>
#include <kvmlib/sim.h>

#include "rounds.h"

#define ROUTES 1000U
#define TURNS  100U
#define LINE   5U

/* A VM whose kernel takes tables and irqfds, and does nothing with them. */
struct subject {
	struct kvmlib_sys_ops sys;
	struct kvmlib_sim *sim;
	struct kvmlib_system *system;
	struct kvmlib_vm *vm;
	struct kvmlib_irqchip *irqchip;
	struct kvmlib_routes *routes;
	struct kvmlib_route *route; /* one that is always there */
	int event;
	char names[ROUTES][16];
};

void subject_open(struct subject *subject);
void subject_close(struct subject *subject);

/* A table with that one route. */
void subject_make_routes(struct subject *subject);
void subject_drop_routes(struct subject *subject);

/* How many tables the kernel was given so far. */
unsigned int subject_tables(void);

/* A message to any GSI. */
struct kvmlib_irq_routing_entry subject_message(uint32_t data);

/* Print what changes cost the kernel. */
void count_calls(struct subject *subject);

extern const struct row irq_rows[];
extern const size_t irq_nr_rows;

#endif
