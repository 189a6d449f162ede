/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A VM of the simulated kernel, and the maps that it gets. */
#include "subject.h"

#include <string.h>

#include <linux/kvm.h>

#define MAX_PAGES 16U /* of a region */
#define HOLE	  (UINT64_C(64) * PAGE)

static _Alignas(PAGE) uint8_t memory[MAX_PAGES * PAGE];

static struct {
	int (*ioctl)(void *ctx, int fd, unsigned long request, unsigned long arg);
	bool is_free;
} slots;

static int call(void *ctx, int fd, unsigned long request, unsigned long arg)
{
	if (slots.is_free && request == KVM_SET_USER_MEMORY_REGION)
		return 0;
	return slots.ioctl(ctx, fd, request, arg);
}

void subject_make_slots_free(bool is_free)
{
	slots.is_free = is_free;
}

int subject_set_slot(void)
{
	return call(NULL, 0, KVM_SET_USER_MEMORY_REGION, 0);
}

void subject_open(struct subject *subject)
{
	struct kvmlib_system_opts opts = { .size = sizeof(opts), .sys = &subject->sys };

	if (kvmlib_sim_new(&subject->sim) < 0)
		bench_fail("the simulated kernel");
	subject->sys = *kvmlib_sim_sys_ops(subject->sim);
	slots.ioctl = subject->sys.ioctl;
	subject->sys.ioctl = call;
	if (kvmlib_system_open(&opts, &subject->system) < 0 ||
	    kvmlib_system_create_vm(subject->system, NULL, &subject->vm) < 0)
		bench_fail("the VM");
}

void subject_close(struct subject *subject)
{
	kvmlib_vm_unref(subject->vm);
	kvmlib_system_unref(subject->system);
	kvmlib_sim_free(subject->sim);
}

uint64_t subject_random(void)
{
	static uint64_t state = 88172645463325252U;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

struct kvmlib_memory_region_opts subject_page_at(uint64_t gpa)
{
	return (struct kvmlib_memory_region_opts){
		.size = sizeof(struct kvmlib_memory_region_opts),
		.gpa = gpa,
		.length = PAGE,
		.address = memory,
		.backing = KVMLIB_MEMORY_POINTER,
	};
}

static void choose_regions(struct subject *subject, size_t n)
{
	uint64_t gpa = 0;

	subject->nr_regions = n;
	for (size_t i = 0; i < n; i++) {
		uint64_t length = (1 + subject_random() % MAX_PAGES) * (uint64_t)PAGE;

		subject->regions[i] = (struct plain_region){ gpa, length, memory };
		gpa += length + subject_random() % HOLE / PAGE * PAGE;
	}
}

static void choose_gpas(struct subject *subject)
{
	for (size_t i = 0; i < LOOKUPS; i++) {
		const struct plain_region *region =
			&subject->regions[subject_random() % subject->nr_regions];

		subject->gpas[i] = region->gpa + subject_random() % region->length;
	}
}

static void add_regions(struct kvmlib_memory_change *change, const struct subject *subject)
{
	for (size_t i = 0; i < subject->nr_regions; i++) {
		struct kvmlib_memory_region_opts opts = subject_page_at(subject->regions[i].gpa);

		opts.length = subject->regions[i].length;
		if (kvmlib_memory_change_add(change, &opts, NULL) < 0)
			bench_fail("a region");
	}
}

void subject_make_map(struct subject *subject, size_t nr_regions)
{
	struct kvmlib_memory_change *change;

	choose_regions(subject, nr_regions);
	if (kvmlib_memory_new(subject->vm, NULL, &subject->memory) < 0 ||
	    kvmlib_memory_reader_new(subject->memory, 0, &subject->reader) < 0 ||
	    kvmlib_memory_begin(subject->memory, &change) < 0)
		bench_fail("the map");
	add_regions(change, subject);
	if (kvmlib_memory_change_commit(change) < 0)
		bench_fail("the regions");
	if (nr_regions)
		choose_gpas(subject);
}

void subject_drop_map(struct subject *subject)
{
	kvmlib_memory_reader_free(subject->reader);
	kvmlib_memory_unref(subject->memory);
}
