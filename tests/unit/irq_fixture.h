/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_IRQ_FIXTURE_H
#define TESTS_IRQ_FIXTURE_H

#include "fixture.h"

/* Architectures whose simulated kernel has an interrupt controller and messages, by one call. */
#if defined(__x86_64__) || defined(__aarch64__) || defined(__loongarch__)
#define HAS_ROUTES 1
#else
#define HAS_ROUTES 0
#endif

#define FIRST_GSI 24U
#define LIMIT	  4096U

/* A table of routes on a simulated kernel whose tables and irqfds are noted. */
struct irqs {
	struct kvmlib_routes *routes;
	bool is_quiet;	     /* nothing is noted: for calls of several threads */
	unsigned int tables; /* that the kernel was given */
	char table[2048];    /* the one in force: "24=msi:fee00000:41 5=pin:2.5" */
	unsigned int broken; /* what was noted is not whole, or should not have been */
	char eventfds[1024]; /* calls that succeeded: "+24 -24", "+24r" with resampling */
};
extern struct irqs irqs;

/* Checked fixtures: a VM; one with a controller; a table of no pins on it. */
void setup_routes_vm(void);
void setup_chip(void);
void setup_routes(void);
void teardown_routes(void);
TCase *routes_case(Suite *suite, const char *name, SFun setup);

/* Make irqs.routes; NULL: default options. */
void make_routes(const struct kvmlib_routes_opts *opts);

/* A message to any GSI, and a pin. */
struct kvmlib_irq_routing_entry message(uint32_t address, uint32_t data);
struct kvmlib_irq_routing_entry pin(uint32_t gsi, uint32_t chip, uint32_t number);

struct kvmlib_route *add_route(const char *name, const struct kvmlib_irq_routing_entry *entry);
struct kvmlib_route *add_message(const char *name, uint32_t data);
struct kvmlib_routes_change *begin_routes(void);

/* The kernel was given one table since the last look, this one; or none. */
void expect_table(const char *text);
void expect_no_table(void);

/* Calls of KVM_IRQFD and KVM_IOEVENTFD since the last look. */
void expect_eventfds(const char *text);

#endif
