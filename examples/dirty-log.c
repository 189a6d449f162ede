/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which pages has the guest written? The dirty log of a slot, read and cleared in two steps.
 *
 *     cc dirty-log.c $(pkg-config --cflags --libs kvmlib-sim) -o dirty-log && ./dirty-log
 *
 * The guest is the simulated kernel's, and writes when it is told to. Without .sys it would be KVM's.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <kvmlib/kvmlib.h>
#include <kvmlib/sim.h>

#include <linux/kvm.h>

#define SLOT  0
#define PAGES 100
#define WORDS ((PAGES + 63) / 64)

static uint64_t page_size;

static _Noreturn void die(const char *what)
{
	char line[512];

	kvmlib_error_format(line, sizeof(line));
	fprintf(stderr, "dirty-log: %s: %s\n", what, line);
	exit(EXIT_FAILURE);
}

/* [ioctl] */
/* Reading the log clears nothing then, and what is sent page by page is cleared so, too. */
static void protect_by_hand(struct kvmlib_vm *vm)
{
	struct kvm_enable_cap enable = {
		.cap = KVMLIB_CAP_MANUAL_DIRTY_LOG_PROTECT2,
		.args = { KVMLIB_DIRTY_LOG_MANUAL_PROTECT_ENABLE },
	};

	if (kvmlib_vm_ioctl(vm, KVM_ENABLE_CAP, (uintptr_t)&enable) < 0)
		die("can't switch manual protection on");
}
/* [ioctl] */

/* [slot] */
static void add_slot(struct kvmlib_vm *vm, void *memory)
{
	const struct kvm_userspace_memory_region region = {
		.slot = SLOT,
		.flags = KVMLIB_MEM_LOG_DIRTY_PAGES,
		.memory_size = PAGES * page_size,
		.userspace_addr = (uintptr_t)memory,
	};

	if (kvmlib_vm_set_user_memory_region(vm, &region) < 0)
		die("can't add memory");
}
/* [slot] */

/* [dirty] */
static void print_and_clear(struct kvmlib_vm *vm)
{
	uint64_t bitmap[WORDS];

	if (kvmlib_vm_get_dirty_log(vm, SLOT, bitmap) < 0)
		die("can't read the log");
	printf("dirty pages:");
	for (unsigned int page = 0; page < PAGES; page++)
		if (bitmap[page / 64] >> page % 64 & 1)
			printf(" %u", page);
	putchar('\n');
	/* Clear first, then copy the pages: what is written meanwhile is dirty again. */
	if (kvmlib_vm_clear_dirty_log(vm, SLOT, 0, PAGES, bitmap) < 0)
		die("can't clear the log");
}
/* [dirty] */

static void let_guest_write(struct kvmlib_sim *sim, struct kvmlib_vm *vm, uint64_t page)
{
	if (kvmlib_sim_write_guest(sim, kvmlib_vm_fd(vm), page * page_size, "new", 3) < 0)
		exit(EXIT_FAILURE);
}

int main(void)
{
	struct kvmlib_system_opts opts = { .size = sizeof(opts) };
	struct kvmlib_system *system;
	struct kvmlib_sim *sim;
	struct kvmlib_vm *vm;
	void *memory;

	page_size = (uint64_t)sysconf(_SC_PAGESIZE);
	memory = mmap(NULL, PAGES * page_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		      -1, 0);
	if (memory == MAP_FAILED || kvmlib_sim_new(&sim) < 0)
		return EXIT_FAILURE;
	opts.sys = kvmlib_sim_sys_ops(sim);
	if (kvmlib_system_open(&opts, &system) < 0 ||
	    kvmlib_system_create_vm(system, NULL, &vm) < 0)
		die("no VM");

	protect_by_hand(vm);
	add_slot(vm, memory);
	let_guest_write(sim, vm, 3);
	let_guest_write(sim, vm, 70);
	print_and_clear(vm);
	let_guest_write(sim, vm, 70);
	print_and_clear(vm);

	kvmlib_vm_unref(vm);
	kvmlib_system_unref(system);
	kvmlib_sim_free(sim);
	return EXIT_SUCCESS;
}
