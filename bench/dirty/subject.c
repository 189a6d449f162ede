/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A VM of the simulated kernel whose guest writes what was recorded. */
#include "subject.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <linux/kvm.h>

#define CLUSTER	    256U /* pages */
#define LOGS	    8U
#define RING_OFFSET ((uint64_t)KVMLIB_DIRTY_LOG_PAGE_OFFSET * PAGE)

static struct {
	struct kvmlib_sys_ops sim;
	const uint64_t *logs; /* LOGS of them, one after the other */
	size_t log_words;
	size_t turn;
	struct entry *ring;
} kernel;

/* Each time another one, so that no predictor learns it by heart. */
static int copy_log(unsigned long arg)
{
	const uint64_t *log = kernel.logs + kernel.turn++ % LOGS * kernel.log_words;

	memcpy(((struct kvm_dirty_log *)arg)->dirty_bitmap, log, kernel.log_words * 8);
	return 0;
}

void subject_repeat_log(void)
{
	kernel.turn--;
}

static int sys_ioctl(void *ctx, int fd, unsigned long request, unsigned long arg)
{
	switch (request) {
	case KVM_GET_DIRTY_LOG:
		return copy_log(arg);
	case KVM_RESET_DIRTY_RINGS:
		return RING_ENTRIES;
	default:
		return kernel.sim.ioctl(ctx, fd, request, arg);
	}
}

static int sys_mmap(void *ctx, size_t length, int prot, int flags, int fd, uint64_t offset,
		    void **ret_address)
{
	int r;

	if (offset != RING_OFFSET)
		return kernel.sim.mmap(ctx, length, prot, flags, fd, offset, ret_address);
	r = kernel.sim.mmap(ctx, length, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0, ret_address);
	kernel.ring = *ret_address;
	return r;
}

void subject_open(struct subject *subject)
{
	struct kvmlib_system_opts opts = { .size = sizeof(opts), .sys = &subject->sys };

	if (kvmlib_sim_new(&subject->sim) < 0)
		bench_fail("the simulated kernel");
	kernel.sim = *kvmlib_sim_sys_ops(subject->sim);
	subject->sys = kernel.sim;
	subject->sys.ioctl = sys_ioctl;
	subject->sys.mmap = sys_mmap;
	if (kvmlib_system_open(&opts, &subject->system) < 0)
		bench_fail("the system");
}

void subject_close(struct subject *subject)
{
	kvmlib_system_unref(subject->system);
	kvmlib_sim_free(subject->sim);
}

/* The same numbers in every run. */
static uint64_t random_number(void)
{
	static uint64_t state = 88172645463325252U;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static void record(struct subject *subject, const struct density *density)
{
	uint64_t unit = density->clustered ? CLUSTER : 1;

	for (uint64_t page = 0; page < LOGS * subject->nr_pages; page += unit) {
		if (random_number() % 1000 >= density->per_mille)
			continue;
		for (uint64_t i = page; i < page + unit; i++)
			subject->logs[i / 64] |= UINT64_C(1) << i % 64;
	}
}

static void make_logs(struct subject *subject, const struct density *density)
{
	subject->nr_pages = density->bytes / PAGE;
	subject->logs = calloc(LOGS * subject->nr_pages / 64, sizeof(uint64_t));
	subject->bitmap = calloc(subject->nr_pages / 64, sizeof(uint64_t));
	if (!subject->logs || !subject->bitmap)
		bench_fail("the bitmaps");
	subject->slots[0] = (struct slot){ subject->bitmap, subject->nr_pages };
	subject->nr_slots = 1;
	record(subject, density);
	kernel.logs = subject->logs;
	kernel.log_words = subject->nr_pages / 64;
	kernel.turn = 0;
	memcpy(subject->bitmap, subject->logs, kernel.log_words * 8);
}

void subject_track(struct subject *subject, const struct density *density, uint32_t mechanism)
{
	const struct kvmlib_dirty_opts tracking = { .size = sizeof(tracking),
						    .mechanism = mechanism,
						    .ring_size = RING_BYTES };
	const struct kvmlib_memory_region_opts ram = { .size = sizeof(ram),
						       .length = density->bytes };

	make_logs(subject, density);
	if (kvmlib_system_create_vm(subject->system, NULL, &subject->vm) < 0 ||
	    kvmlib_memory_new(subject->vm, NULL, &subject->memory) < 0 ||
	    kvmlib_memory_add(subject->memory, &ram, NULL) < 0 ||
	    kvmlib_dirty_start(subject->memory, &tracking, &subject->dirty) < 0 ||
	    kvmlib_vm_create_vcpu(subject->vm, 0, &subject->vcpu) < 0 ||
	    kvmlib_dirty_add_vcpu(subject->dirty, subject->vcpu) < 0 ||
	    kvmlib_dirty_consumer_new(subject->dirty, &subject->consumer) < 0 ||
	    kvmlib_memory_reader_new(subject->memory, 0, &subject->reader) < 0)
		bench_fail("the tracker");
}

void subject_forget(struct subject *subject)
{
	subject->reader = kvmlib_memory_reader_free(subject->reader);
	subject->consumer = kvmlib_dirty_consumer_free(subject->consumer);
	subject->dirty = kvmlib_dirty_unref(subject->dirty);
	subject->vcpu = kvmlib_vcpu_unref(subject->vcpu);
	subject->memory = kvmlib_memory_unref(subject->memory);
	subject->vm = kvmlib_vm_unref(subject->vm);
	free(subject->logs);
	free(subject->bitmap);
}

struct entry *subject_ring(void)
{
	return kernel.ring;
}

/* Pages all over the memory, as a guest writes them. */
void subject_fill_ring(void)
{
	for (size_t i = 0; i < RING_ENTRIES; i++)
		kernel.ring[i] = (struct entry){ .flags = KVMLIB_DIRTY_GFN_F_DIRTY,
						 .offset = random_number() % (GIB / PAGE) };
}

int subject_get_log(struct subject *subject)
{
	struct kvm_dirty_log log = { .dirty_bitmap = subject->bitmap };

	return subject->sys.ioctl(NULL, -1, KVM_GET_DIRTY_LOG, (unsigned long)&log);
}

int subject_reset_rings(void)
{
	return sys_ioctl(NULL, -1, KVM_RESET_DIRTY_RINGS, 0);
}
