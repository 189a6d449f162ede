/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Dirty rings. */
#include "fixture.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <time.h>

#include "suites.h"

#ifdef KVM_RESET_DIRTY_RINGS

#define LOG	 KVMLIB_MEM_LOG_DIRTY_PAGES
#define RESERVED 64U
#define LARGEST	 (65536 * 16)
#define DIRTY	 KVMLIB_DIRTY_GFN_F_DIRTY
#define RESET	 KVMLIB_DIRTY_GFN_F_RESET

static struct kvm_dirty_gfn *ring; /* the fixture's vCPU's, a page */
static uint32_t nr_entries;

static int enable_ring(uint64_t size)
{
	return enable_cap(KVMLIB_CAP_DIRTY_LOG_RING_ACQ_REL, size);
}

static uint64_t ring_offset(void)
{
	return KVMLIB_DIRTY_LOG_PAGE_OFFSET * (uint64_t)page;
}

static int map(uint64_t offset, size_t length, int prot, int flags, void **ret_address)
{
	return ops->mmap(ops->ctx, length, prot, flags, vcpu, offset, ret_address);
}

static struct kvm_dirty_gfn *map_ring(int fd)
{
	void *address = NULL;

	ck_assert_int_eq(ops->mmap(ops->ctx, page, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
				   ring_offset(), &address),
			 0);
	return address;
}

/* A slot that logs, with more pages than the ring has entries; nobody touches its memory. */
static void setup_ring_vm(void)
{
	setup_vm();
	nr_entries = (uint32_t)(page / sizeof(*ring));
	ck_assert_int_eq(enable_ring(page), 0);
	ck_assert_int_eq(set_slot(0, LOG, 0, 2 * nr_entries, 0), 0);
}

static void setup_ring_vcpu(void)
{
	setup_ring_vm();
	vcpu = call(vm, KVM_CREATE_VCPU, 0);
	ck_assert_int_ge(vcpu, 0);
	ck_assert_int_eq(map_run(vcpu, &run), 0);
}

static void setup_map(void)
{
	ring = map_ring(vcpu);
}

static void teardown_map(void)
{
	ck_assert_int_eq(ops->munmap(ops->ctx, ring, page), 0);
}

static uint32_t flags_of(const struct kvm_dirty_gfn *entry)
{
	return __atomic_load_n(&entry->flags, __ATOMIC_ACQUIRE);
}

static void hand_back(struct kvm_dirty_gfn *entries, uint32_t first, uint32_t count)
{
	for (uint32_t i = first; i < first + count; i++)
		__atomic_store_n(&entries[i & (nr_entries - 1)].flags, RESET, __ATOMIC_RELEASE);
}

static int reset(void)
{
	return call(vm, KVM_RESET_DIRTY_RINGS, 0);
}

static int dirty(uint64_t first, uint64_t pages)
{
	return kvmlib_sim_dirty_by(sim, vcpu, first * page, pages * page);
}

static void assert_entry(const struct kvm_dirty_gfn *entry, uint32_t slot, uint64_t offset)
{
	ck_assert_uint_eq(flags_of(entry), DIRTY);
	ck_assert_uint_eq(entry->slot, slot);
	ck_assert_uint_eq(entry->offset, offset);
}

/* --- enabling them -------------------------------------------------------------------------- */

START_TEST(ring_is_announced)
{
#if defined(__x86_64__)
	int without_order = LARGEST;
#else
	int without_order = 0;
#endif
#if defined(__aarch64__)
	int with_bitmap = 1;
#else
	int with_bitmap = 0;
#endif

	ck_assert_int_eq(call(vm, KVM_CHECK_EXTENSION, KVMLIB_CAP_DIRTY_LOG_RING_ACQ_REL), LARGEST);
	ck_assert_int_eq(call(vm, KVM_CHECK_EXTENSION, KVMLIB_CAP_DIRTY_LOG_RING), without_order);
	ck_assert_int_eq(call(vm, KVM_CHECK_EXTENSION, KVMLIB_CAP_DIRTY_LOG_RING_WITH_BITMAP),
			 with_bitmap);
}
END_TEST

START_TEST(ring_size_is_checked)
{
	ck_assert_int_eq(enable_ring(0), -EINVAL);
	ck_assert_int_eq(enable_ring(page / 2), -EINVAL);
	ck_assert_int_eq(enable_ring(page + 1), -EINVAL);
	ck_assert_int_eq(enable_ring(3 * page), -EINVAL);
	ck_assert_int_eq(enable_ring(2 * LARGEST), -E2BIG);
	ck_assert_int_eq(enable_ring(1U << 31), -E2BIG);
	ck_assert_int_eq(enable_ring(LARGEST), 0);
	ck_assert_int_eq(enable_ring(LARGEST), -EINVAL);
}
END_TEST

START_TEST(ring_size_has_32_bits)
{
	ck_assert_int_eq(enable_ring(1ULL << 32), -EINVAL);
	ck_assert_int_eq(enable_ring(1ULL << 32 | page), 0);
}
END_TEST

START_TEST(ring_follows_its_capability)
{
	uint32_t cap = KVMLIB_CAP_DIRTY_LOG_RING;

	ck_assert_int_eq(kvmlib_sim_set_capability(sim, cap, 0), 0);
	ck_assert_int_eq(enable_cap(cap, page), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_set_capability(sim, cap, 2 * (int)page), 0);
	ck_assert_int_eq(enable_cap(cap, 4 * page), -E2BIG);
	ck_assert_int_eq(enable_cap(cap, 2 * page), 0);
}
END_TEST

START_TEST(ring_after_a_vcpu_is_einval)
{
	int fd = call(vm, KVM_CREATE_VCPU, 0);

	ck_assert_int_eq(enable_ring(page), -EINVAL);
	ck_assert_int_eq(close_fd(fd), 0);
	ck_assert_int_eq(enable_ring(page), -EINVAL);
	ck_assert_int_eq(enable_ring(2 * LARGEST), -E2BIG);
}
END_TEST

static int enable_bitmap(uint32_t flags)
{
	struct kvm_enable_cap cap = {
		.cap = KVMLIB_CAP_DIRTY_LOG_RING_WITH_BITMAP,
		.flags = flags,
	};

	return call_ptr(vm, KVM_ENABLE_CAP, &cap);
}

static void know_bitmap(int value)
{
	ck_assert_int_eq(
		kvmlib_sim_set_capability(sim, KVMLIB_CAP_DIRTY_LOG_RING_WITH_BITMAP, value), 0);
}

START_TEST(bitmap_beside_needs_rings_and_no_slots)
{
	know_bitmap(1);
	ck_assert_int_eq(enable_bitmap(0), -EINVAL);
	ck_assert_int_eq(enable_ring(page), 0);
	ck_assert_int_eq(set_slot(7, 0, 0, 1, 0), 0);
	ck_assert_int_eq(enable_bitmap(0), -EINVAL);
	ck_assert_int_eq(set_slot(7, 0, 0, 0, 0), 0);
	ck_assert_int_eq(enable_bitmap(1), -EINVAL);
	ck_assert_int_eq(enable_bitmap(0), 0);
	ck_assert_int_eq(enable_bitmap(0), 0);
}
END_TEST

START_TEST(bitmap_beside_follows_its_capability)
{
	ck_assert_int_eq(enable_ring(page), 0);
	know_bitmap(0);
	ck_assert_int_eq(enable_bitmap(0), -EINVAL);
	know_bitmap(1);
	ck_assert_int_eq(enable_bitmap(0), 0);
}
END_TEST

START_TEST(reset_without_rings_is_einval)
{
	ck_assert_int_eq(reset(), -EINVAL);
}
END_TEST

/* --- the dirty log ------------------------------------------------------------------------- */

START_TEST(log_with_rings_is_enxio)
{
	struct kvm_clear_dirty_log clear = { .slot = 1U << 20, .first_page = 1 };
	uint64_t bitmap[8];

	ck_assert_int_eq(get_dirty(0, bitmap), -ENXIO);
	ck_assert_int_eq(get_dirty(1U << 20, hole), -ENXIO);
	ck_assert_int_eq(call_ptr(vm, KVM_GET_DIRTY_LOG, hole), -EFAULT);
	ck_assert_int_eq(call_ptr(vm, KVM_CLEAR_DIRTY_LOG, &clear), -ENXIO);
	ck_assert_int_eq(call_ptr(vm, KVM_CLEAR_DIRTY_LOG, hole), -EFAULT);
}
END_TEST

START_TEST(write_without_vcpu_needs_a_bitmap)
{
	ck_assert_int_eq(kvmlib_sim_dirty(sim, vm, 0, 1), -ENOENT);
	ck_assert_int_eq(kvmlib_sim_write_guest(sim, vm, 0, "a", 1), -ENOENT);
	ck_assert_uint_eq(memory[0], 0);
	ck_assert_int_eq(set_slot(0, 0, 0, 2 * nr_entries, 0), 0);
	ck_assert_int_eq(kvmlib_sim_write_guest(sim, vm, 0, "a", 1), 0);
	ck_assert_uint_eq(memory[0], 'a');
}
END_TEST

static void assert_log(uint64_t first_word)
{
	uint64_t bitmap[2] = { 0 };

	ck_assert_int_eq(get_dirty(1, bitmap), 0);
	ck_assert_uint_eq(bitmap[0], first_word);
}

static void make_vcpu_with_bitmap(void)
{
	know_bitmap(1);
	nr_entries = (uint32_t)(page / sizeof(*ring));
	ck_assert_int_eq(enable_ring(page), 0);
	ck_assert_int_eq(enable_bitmap(0), 0);
	ck_assert_int_eq(set_slot(1, LOG, 0, 70, 0), 0);
	ck_assert_int_eq(kvmlib_sim_dirty(sim, vm, 3 * page, 1), 0);
	vcpu = call(vm, KVM_CREATE_VCPU, 0);
	ck_assert_int_ge(vcpu, 0);
	setup_map();
}

START_TEST(bitmap_beside_has_what_no_vcpu_wrote)
{
	make_vcpu_with_bitmap();
	ck_assert_int_eq(kvmlib_sim_dirty(sim, vm, 4 * page, 1), 0);
	assert_log(8);
	assert_log(0);
	assert_entry(&ring[0], 1, 4);
	ck_assert_uint_eq(flags_of(&ring[1]), 0);
	teardown_map();
}
END_TEST

/* Reading a log protects its pages. */
START_TEST(bitmap_beside_protects_what_it_hands_out)
{
	make_vcpu_with_bitmap();
	ck_assert_int_eq(dirty(3, 2), 0);
	assert_log(8);
	ck_assert_int_eq(dirty(3, 2), 0);
	assert_entry(&ring[0], 1, 3);
	assert_entry(&ring[1], 1, 4);
	assert_entry(&ring[2], 1, 3);
	ck_assert_uint_eq(flags_of(&ring[3]), 0);
	teardown_map();
}
END_TEST

START_TEST(write_by_without_rings_goes_to_the_log)
{
	uint64_t bitmap[2] = { 0 };

	ck_assert_int_eq(set_slot(0, LOG, 0, 70, 0), 0);
	ck_assert_int_eq(dirty(1, 1), 0);
	ck_assert_int_eq(kvmlib_sim_write_guest_by(sim, vcpu, 4 * page, "ab", 2), 0);
	ck_assert_mem_eq(memory + 4 * page, "ab", 2);
	ck_assert_int_eq(get_dirty(0, bitmap), 0);
	ck_assert_uint_eq(bitmap[0], 1U << 1 | 1U << 4);
}
END_TEST

/* --- mapping them --------------------------------------------------------------------------- */

START_TEST(mapping_is_shared_and_not_executable)
{
	void *address = run;
	uint64_t last = ring_offset() - page;

	ck_assert_int_eq(map(ring_offset(), page, PROT_READ, MAP_PRIVATE, &address), -EINVAL);
	ck_assert_int_eq(map(ring_offset(), page, PROT_EXEC, MAP_SHARED, &address), -EINVAL);
	ck_assert_int_eq(map(last, 2 * page, PROT_READ, MAP_PRIVATE, &address), -EINVAL);
	ck_assert_int_eq(map(ring_offset(), 2 * page, PROT_READ, MAP_PRIVATE, &address), -EINVAL);
	ck_assert_int_eq(
		ops->mmap_at(ops->ctx, ring, page, PROT_READ, MAP_PRIVATE, vcpu, ring_offset()),
		-EINVAL);
	ck_assert_ptr_eq(address, run);
}
END_TEST

START_TEST(mapping_beside_the_ring_is_not_looked_at)
{
	void *address = NULL;

	ck_assert_int_eq(map(ring_offset() - page, page, PROT_READ, MAP_PRIVATE, &address), 0);
	ck_assert_int_eq(ops->munmap(ops->ctx, address, page), 0);
	ck_assert_int_eq(map(ring_offset() + page, page, PROT_READ, MAP_PRIVATE, &address), 0);
	ck_assert_int_eq(ops->munmap(ops->ctx, address, page), 0);
}
END_TEST

START_TEST(mapping_is_counted_and_shows_the_same)
{
	struct kvm_dirty_gfn *again = map_ring(vcpu);

	ck_assert_int_eq(kvmlib_sim_mappings(sim), 3);
	ck_assert_int_eq(dirty(9, 1), 0);
	assert_entry(&ring[0], 0, 9);
	assert_entry(&again[0], 0, 9);
	ck_assert_int_eq(ops->munmap(ops->ctx, again, page), 0);
	ck_assert_int_eq(kvmlib_sim_mappings(sim), 2);
}
END_TEST

/* --- pushing and handing back ---------------------------------------------------------------- */

START_TEST(page_is_pushed_once)
{
	ck_assert_int_eq(set_slot(5, LOG, 4 * nr_entries * page, 4, 0), 0);
	ck_assert_int_eq(dirty(7, 2), 0);
	ck_assert_int_eq(dirty(6, 3), 0);
	ck_assert_int_eq(kvmlib_sim_dirty(sim, vm, (4 * nr_entries + 3) * page, 1), 0);
	assert_entry(&ring[0], 0, 7);
	assert_entry(&ring[1], 0, 8);
	assert_entry(&ring[2], 0, 6);
	assert_entry(&ring[3], 5, 3);
	ck_assert_uint_eq(flags_of(&ring[4]), 0);
}
END_TEST

START_TEST(page_without_log_is_not_pushed)
{
	ck_assert_int_eq(set_slot(0, 0, 0, 2 * nr_entries, 0), 0);
	ck_assert_int_eq(dirty(0, 2 * nr_entries), 0);
	ck_assert_uint_eq(flags_of(&ring[0]), 0);
}
END_TEST

START_TEST(reset_protects_what_was_handed_back)
{
	ck_assert_int_eq(dirty(0, 4), 0);
	ck_assert_int_eq(reset(), 0);
	hand_back(ring, 0, 2);
	hand_back(ring, 3, 1); /* behind one that is not handed back */
	ck_assert_int_eq(reset(), 2);
	ck_assert_int_eq(reset(), 0);
	ck_assert_uint_eq(flags_of(&ring[0]), 0);
	ck_assert_uint_eq(flags_of(&ring[2]), DIRTY);
	ck_assert_int_eq(dirty(0, 4), 0);
	assert_entry(&ring[4], 0, 0);
	assert_entry(&ring[5], 0, 1);
	ck_assert_uint_eq(flags_of(&ring[6]), 0);
}
END_TEST

START_TEST(reset_looks_at_one_flag)
{
	ck_assert_int_eq(dirty(0, 1), 0);
	__atomic_store_n(&ring[0].flags, DIRTY | RESET | 4U, __ATOMIC_RELEASE);
	ck_assert_int_eq(reset(), 1);
	ck_assert_uint_eq(flags_of(&ring[0]), 0);
}
END_TEST

START_TEST(reset_sums_all_vcpus)
{
	int fd = call(vm, KVM_CREATE_VCPU, 1);
	struct kvm_dirty_gfn *other = map_ring(fd);

	ck_assert_int_eq(dirty(0, 3), 0);
	ck_assert_int_eq(kvmlib_sim_dirty_by(sim, fd, 2 * page, 2 * page), 0);
	assert_entry(&other[0], 0, 3); /* the other has page 2 */
	ck_assert_uint_eq(flags_of(&other[1]), 0);
	hand_back(ring, 0, 3);
	hand_back(other, 0, 1);
	ck_assert_int_eq(reset(), 4);
	ck_assert_int_eq(ops->munmap(ops->ctx, other, page), 0);
	ck_assert_int_eq(close_fd(fd), 0);
	ck_assert_int_eq(reset(), 0);
}
END_TEST

START_TEST(reset_counts_what_it_does_not_know)
{
	ck_assert_int_eq(dirty(0, 5), 0);
	ring[0].slot = 1;
	ring[1].slot = ~0U;
	ring[2].offset = 2 * nr_entries;
	ring[3].offset = ~0ULL;
	hand_back(ring, 0, 5);
	ck_assert_int_eq(reset(), 5);
	ck_assert_int_eq(dirty(0, 5), 0);
	assert_entry(&ring[5], 0, 4);
	ck_assert_uint_eq(flags_of(&ring[6]), 0);
}
END_TEST

START_TEST(reset_of_a_slot_without_log_is_counted)
{
	ck_assert_int_eq(dirty(0, 1), 0);
	ck_assert_int_eq(set_slot(0, 0, 0, 2 * nr_entries, 0), 0);
	hand_back(ring, 0, 1);
	ck_assert_int_eq(reset(), 1);
}
END_TEST

/* What makes KVM forget its mappings has the pages pushed anew. */
START_TEST(slot_that_changes_is_pushed_anew)
{
	uint64_t pages = 2 * nr_entries;

	ck_assert_int_eq(dirty(1, 1), 0);
	ck_assert_int_eq(set_slot(0, LOG, 0, pages, 0), 0); /* no change */
	ck_assert_int_eq(dirty(1, 1), 0);
	ck_assert_uint_eq(flags_of(&ring[1]), 0);
	ck_assert_int_eq(set_slot(0, LOG, page, pages, 0), 0);
	ck_assert_int_eq(dirty(2, 1), 0);
	assert_entry(&ring[1], 0, 1);
	ck_assert_int_eq(set_slot(0, 0, page, pages, 0), 0);
	ck_assert_int_eq(set_slot(0, LOG, page, pages, 0), 0);
	ck_assert_int_eq(dirty(2, 1), 0);
	assert_entry(&ring[2], 0, 1);
	ck_assert_int_eq(set_slot(0, 0, 0, 0, 0), 0);
	ck_assert_int_eq(set_slot(0, LOG, 0, pages, 0), 0);
	ck_assert_int_eq(dirty(1, 1), 0);
	assert_entry(&ring[3], 0, 1);
}
END_TEST

START_TEST(ring_goes_round)
{
	for (uint32_t i = 0; i < 3 * nr_entries; i++) {
		uint32_t offset = i % (2 * nr_entries);

		ck_assert_int_eq(dirty(offset, 1), 0);
		assert_entry(&ring[i & (nr_entries - 1)], 0, offset);
		hand_back(ring, i, 1);
		ck_assert_int_eq(reset(), 1);
	}
}
END_TEST

START_TEST(write_by_stores_and_pushes)
{
	ck_assert_int_eq(kvmlib_sim_write_guest_by(sim, vcpu, 2 * page - 1, "ab", 2), 0);
	ck_assert_mem_eq(memory + 2 * page - 1, "ab", 2);
	assert_entry(&ring[0], 0, 1);
	assert_entry(&ring[1], 0, 2);
	ck_assert_int_eq(kvmlib_sim_write_guest_by(sim, vcpu, 0, NULL, 1), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_write_guest_by(sim, vcpu, MEMORY_PAGES * page, "a", 1),
			 -EFAULT);
	ck_assert_uint_eq(flags_of(&ring[2]), 0);
}
END_TEST

START_TEST(dirty_by_bad_arguments_are_refused)
{
	ck_assert_int_eq(kvmlib_sim_dirty_by(NULL, vcpu, 0, 1), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_dirty_by(sim, vcpu, 0, 0), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_dirty_by(sim, vcpu, UINT64_MAX, 2), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_dirty_by(sim, vm, 0, 1), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_dirty_by(sim, NO_SUCH_FD, 0, 1), -EBADF);
	ck_assert_int_eq(dirty(2 * nr_entries, 1), -ENOENT);
	ck_assert_uint_eq(flags_of(&ring[0]), 0);
}
END_TEST

/* --- full rings ----------------------------------------------------------------------------- */

START_TEST(full_ring_keeps_the_vcpu_out)
{
	ck_assert_int_eq(kvmlib_sim_push_io(sim, vcpu, 1, 1, 1, 1, NULL), 0);
	ck_assert_int_eq(kvmlib_sim_push_io(sim, vcpu, 1, 1, 1, 1, NULL), 0);
	ck_assert_int_eq(dirty(0, nr_entries - RESERVED - 1), 0);
	ck_assert_int_eq(go(), 0);
	ck_assert_uint_eq(run->exit_reason, KVMLIB_EXIT_IO);
	ck_assert_int_eq(dirty(nr_entries, 1), 0);
	ck_assert_int_eq(go(), 0);
	ck_assert_uint_eq(run->exit_reason, KVMLIB_EXIT_DIRTY_RING_FULL);
	ck_assert_int_eq(go(), 0);
	ck_assert_uint_eq(run->exit_reason, KVMLIB_EXIT_DIRTY_RING_FULL);
	ck_assert_int_eq(kvmlib_sim_script_left(sim, vcpu), 1);
	hand_back(ring, 0, 1);
	ck_assert_int_eq(reset(), 1);
	ck_assert_int_eq(go(), 0);
	ck_assert_uint_eq(run->exit_reason, KVMLIB_EXIT_IO);
}
END_TEST

START_TEST(full_ring_comes_after_immediate_exit)
{
	ck_assert_int_eq(dirty(0, nr_entries), 0);
	set_immediate_exit(1);
	ck_assert_int_eq(go(), -EINTR);
	set_immediate_exit(0);
	ck_assert_int_eq(go(), 0);
	ck_assert_uint_eq(run->exit_reason, KVMLIB_EXIT_DIRTY_RING_FULL);
}
END_TEST

START_TEST(full_ring_is_enospc_at_last)
{
	ck_assert_int_eq(dirty(0, nr_entries + 1), -ENOSPC);
	ck_assert_uint_eq(flags_of(&ring[0]), 0);
	ck_assert_int_eq(dirty(0, nr_entries), 0);
	ck_assert_int_eq(dirty(0, nr_entries), 0); /* all are there */
	ck_assert_int_eq(dirty(nr_entries, 1), -ENOSPC);
	ck_assert_int_eq(kvmlib_sim_dirty(sim, vm, nr_entries * page, 1), -ENOSPC);
	hand_back(ring, 0, 1);
	ck_assert_int_eq(reset(), 1);
	ck_assert_int_eq(dirty(nr_entries, 1), 0);
	assert_entry(&ring[0], 0, nr_entries);
}
END_TEST

START_TEST(ring_that_never_was_dirty_seems_full)
{
	hand_back(ring, 0, 2);
	ck_assert_int_eq(reset(), 2);
	ck_assert_int_eq(dirty(0, 1), -ENOSPC);
	ck_assert_int_eq(go(), 0);
	ck_assert_uint_eq(run->exit_reason, KVMLIB_EXIT_DIRTY_RING_FULL);
}
END_TEST

/* Nothing is blocked inside of KVM_RUN. */
static void set_run_mask(void)
{
	struct {
		uint32_t len;
		uint8_t set[8];
	} mask = { .len = sizeof(mask.set) };

	ck_assert_int_eq(call_ptr(vcpu, KVM_SET_SIGNAL_MASK, &mask), 0);
}

/* x86 looks at the ring first, the others at the signal. */
START_TEST(full_ring_and_a_signal)
{
	struct timespec now = { 0 };
	sigset_t set;
	int r;

	ck_assert_int_eq(dirty(0, nr_entries), 0);
	sigemptyset(&set);
	sigaddset(&set, KICK);
	catch_signal(KICK, 0);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	set_run_mask();
	raise(KICK);
	r = go();
#if defined(__x86_64__)
	ck_assert_int_eq(r, 0);
	ck_assert_uint_eq(run->exit_reason, KVMLIB_EXIT_DIRTY_RING_FULL);
#else
	ck_assert_int_eq(r, -EINTR);
#endif
	ck_assert_int_eq(sigtimedwait(&set, NULL, &now), KICK);
}
END_TEST

static void *run_once(void *result)
{
	*(int *)result = go();
	return NULL;
}

START_TEST(full_ring_ends_a_run)
{
	pthread_t thread;
	int result = -1;

	ck_assert_int_eq(pthread_create(&thread, NULL, run_once, &result), 0);
	while (kvmlib_sim_in_guest(sim, vcpu) != 1)
		sched_yield();
	ck_assert_int_eq(dirty(0, nr_entries - RESERVED), 0);
	pthread_join(thread, NULL);
	ck_assert_int_eq(result, 0);
	ck_assert_uint_eq(run->exit_reason, KVMLIB_EXIT_DIRTY_RING_FULL);
}
END_TEST

static void add_ring_tests(TCase *tcase)
{
	tcase_add_checked_fixture(tcase, setup_map, teardown_map);
	ADD_TESTS(tcase, mapping_is_shared_and_not_executable,
		  mapping_beside_the_ring_is_not_looked_at, mapping_is_counted_and_shows_the_same,
		  page_is_pushed_once, page_without_log_is_not_pushed,
		  reset_protects_what_was_handed_back, reset_looks_at_one_flag,
		  reset_sums_all_vcpus, reset_counts_what_it_does_not_know,
		  reset_of_a_slot_without_log_is_counted, slot_that_changes_is_pushed_anew,
		  ring_goes_round, write_by_stores_and_pushes, dirty_by_bad_arguments_are_refused,
		  full_ring_keeps_the_vcpu_out, full_ring_comes_after_immediate_exit,
		  full_ring_and_a_signal, full_ring_is_enospc_at_last,
		  ring_that_never_was_dirty_seems_full, full_ring_ends_a_run);
}

Suite *ring_suite(void)
{
	Suite *suite = suite_create("sim_ring");

	ADD_TESTS(add_case(suite, "vm", setup_vm), ring_is_announced, ring_size_is_checked,
		  ring_size_has_32_bits, ring_follows_its_capability, ring_after_a_vcpu_is_einval,
		  bitmap_beside_needs_rings_and_no_slots, bitmap_beside_follows_its_capability,
		  reset_without_rings_is_einval, bitmap_beside_has_what_no_vcpu_wrote,
		  bitmap_beside_protects_what_it_hands_out);
	ADD_TESTS(add_case(suite, "vcpu", setup_vcpu), write_by_without_rings_goes_to_the_log);
	ADD_TESTS(add_case(suite, "ring vm", setup_ring_vm), log_with_rings_is_enxio,
		  write_without_vcpu_needs_a_bitmap);
	add_ring_tests(add_case(suite, "ring vcpu", setup_ring_vcpu));
	return suite;
}

#else

Suite *ring_suite(void)
{
	return suite_create("sim_ring");
}

#endif
