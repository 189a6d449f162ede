/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Architectures whose steps are not written: no plan is made there. */
#include "plan.h"

#if !defined(__x86_64__) && !defined(__aarch64__) && !defined(__riscv)

const struct kvmlib__state_step kvmlib__state_steps[1];
const size_t kvmlib__nr_state_steps;
const struct kvmlib__item_kind kvmlib__state_items[1];
const size_t kvmlib__nr_state_items;

int kvmlib__state_learn(struct kvmlib_state_plan *plan, const char *function)
{
	(void)plan;
	(void)function;
	return 0;
}

int kvmlib__state_ask_time(struct kvmlib__transfer *transfer)
{
	(void)transfer;
	return 0;
}

int kvmlib__state_check_host(struct kvmlib__search *search)
{
	(void)search;
	return 0;
}

bool kvmlib__state_writes_memory(const struct kvmlib_state_plan *plan,
				 const struct kvmlib_state *state)
{
	(void)plan;
	(void)state;
	return false;
}

#endif
