/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "row.h"

void run_table(struct world *w)
{
	system_rows(w);
	file_rows(w);
	vm_rows(w);
	slot_rows(w);
	dirty_rows(w);
	ring_rows(w);
	irqchip_rows(w);
	device_rows(w);
	vcpu_rows(w);
	regs_rows(w);
	onereg_rows(w);
	state_rows(w);
	msr_rows(w);
	eventfd_rows(w);
	routing_rows(w);
	call_rows(w);
	small_rows(w);
	guestmem_rows(w);
	cpuid_rows(w);
	run_rows(w);
	process_rows(w);
}
