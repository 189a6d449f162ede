/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB__FILTERS_H
#define KVMLIB__FILTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kvmlib_vm;

/* Filters that a VM has one of each; KVM can't be asked for them. */
enum kvmlib__filter_kind {
	KVMLIB__FILTER_MSR, /* a struct kvm_msr_filter without pointers, and its bitmaps */
	KVMLIB__FILTER_PMU, /* a struct kvm_pmu_event_filter, and its events */
	KVMLIB__NR_FILTERS,
};

struct kvmlib__filter {
	size_t size;
	_Alignas(8) uint8_t bytes[];
};

/* Without contents; to be freed. NULL: no memory. */
struct kvmlib__filter *kvmlib__filter_new(size_t size);

/* The VM has this one now. It takes it. */
void kvmlib__filter_publish(struct kvmlib_vm *vm, enum kvmlib__filter_kind kind,
			    struct kvmlib__filter *filter);

/* How long the VM's is, 0 if there is none; it is copied if there is room. */
size_t kvmlib__filter_copy(struct kvmlib_vm *vm, enum kvmlib__filter_kind kind, void *data,
			   size_t room);

/* Whether the VM's is that one; without bytes, whether there is none. */
bool kvmlib__filter_is(struct kvmlib_vm *vm, enum kvmlib__filter_kind kind, const void *data,
		       size_t size);

void kvmlib__filters_free(struct kvmlib_vm *vm);

/* x86_msr.c: how long the bitmap of a range is with its last word; 0: no kernel takes so many. */
size_t kvmlib__msr_bitmap_size(uint32_t nr_msrs);

#endif
