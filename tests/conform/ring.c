/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Dirty rings of vCPUs. */
#include "row.h"

#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#ifdef KVM_RESET_DIRTY_RINGS

#define LOG   KVMLIB_MEM_LOG_DIRTY_PAGES
#define PAGES 16U

static int logging_slot(struct world *w)
{
	struct kvm_userspace_memory_region region = {
		.flags = LOG,
		.memory_size = PAGES * w->page,
		.userspace_addr = (uintptr_t)w->memory,
	};

	return call_with(w, w->vm, KVM_SET_USER_MEMORY_REGION, &region);
}

/* Good on every CPU: with VMX, KVM keeps some more entries to itself. */
#define RING_SIZE    16384U
#define RING_ENTRIES (RING_SIZE / (unsigned int)sizeof(struct kvm_dirty_gfn))

static int enable(struct world *w, uint32_t capability, uint32_t flags, uint64_t size)
{
	struct kvm_enable_cap cap = { .cap = capability, .flags = flags, .args = { size } };

	return call_with(w, w->vm, KVM_ENABLE_CAP, &cap);
}

static int with_rings(struct world *w)
{
	return enable(w, KVMLIB_CAP_DIRTY_LOG_RING_ACQ_REL, 0, RING_SIZE);
}

static int with_rings_and_log(struct world *w)
{
	int r = with_rings(w);

	return r < 0 ? r : logging_slot(w);
}

static int log_and_rings(struct world *w)
{
	int r = logging_slot(w);

	return r < 0 ? r : with_rings(w);
}

static int with_vcpu(struct world *w)
{
	w->vcpu = call(w, w->vm, KVM_CREATE_VCPU, 0);
	return w->vcpu;
}

static int with_rings_and_vcpu(struct world *w)
{
	int r = with_rings(w);

	return r < 0 ? r : with_vcpu(w);
}

#if defined(__x86_64__)
static int with_run_page(struct world *w)
{
	void *run = NULL;
	int r = with_vcpu(w);

	if (r < 0)
		return r;
	w->run_size = (size_t)call(w, w->system, KVM_GET_VCPU_MMAP_SIZE, 0);
	r = w->sys->mmap(w->sys->ctx, w->run_size, PROT_READ | PROT_WRITE, MAP_SHARED, w->vcpu, 0,
			 &run);
	w->run = run;
	return r;
}
#endif

/* --- enabling rings ------------------------------------------------------------------------- */

#define RING(text, size, ...)                                                   \
	ROW(ON_VM, KVM_ENABLE_CAP, text,                                        \
	    IN(struct kvm_enable_cap, .cap = KVMLIB_CAP_DIRTY_LOG_RING_ACQ_REL, \
	       .args = { (size) }),                                             \
	    __VA_ARGS__, NEEDS(DIRTY_LOG_RING_ACQ_REL))

static void ring_size_rows(struct world *w)
{
	uint64_t largest = (uint64_t)capability(w, KVMLIB_CAP_DIRTY_LOG_RING_ACQ_REL);

	RING("dirty rings", RING_SIZE, OK);
	RING("dirty rings of the largest size", largest, OK);
	RING("dirty rings above the largest size", 2 * largest, REFUSED(E2BIG, RING_TOO_BIG));
	RING("dirty rings of 2 GiB", 1U << 31, REFUSED(E2BIG, RING_TOO_BIG));
	RING("dirty rings of no size", 0, REFUSED(EINVAL, RING_SIZE));
	RING("dirty rings of half a page", w->page / 2, REFUSED(EINVAL, RING_SIZE));
	RING("dirty rings of a page and a byte", w->page + 1, REFUSED(EINVAL, RING_SIZE));
	RING("dirty rings of an odd number of pages", RING_SIZE + w->page,
	     REFUSED(EINVAL, RING_SIZE));
	RING("an odd size comes before one above the largest", 3 * largest,
	     REFUSED(EINVAL, RING_SIZE));
	RING("a size of which 32 bits are 0", 1ULL << 32, REFUSED(EINVAL, RING_SIZE));
	RING("a size of which only 32 bits are good", 1ULL << 32 | RING_SIZE, OK);
	ROW(ON_VM, KVM_ENABLE_CAP, "dirty rings with flags, which nobody reads",
	    IN(struct kvm_enable_cap, .cap = KVMLIB_CAP_DIRTY_LOG_RING_ACQ_REL, .flags = 1,
	       .args = { RING_SIZE }),
	    OK, NEEDS(DIRTY_LOG_RING_ACQ_REL));
}

static void ring_order_rows(struct world *w)
{
	uint64_t largest = (uint64_t)capability(w, KVMLIB_CAP_DIRTY_LOG_RING_ACQ_REL);

	RING("dirty rings twice", RING_SIZE, REFUSED(EINVAL, RING_LATE), .before = with_rings);
	RING("dirty rings after a vCPU", RING_SIZE, REFUSED(EINVAL, RING_LATE),
	     .before = with_vcpu);
	RING("dirty rings after a slot that logs", RING_SIZE, OK, .before = logging_slot);
	RING("the largest size comes before twice", 2 * largest, REFUSED(E2BIG, RING_TOO_BIG),
	     .before = with_rings);
	RING("the largest size comes before a vCPU", 2 * largest, REFUSED(E2BIG, RING_TOO_BIG),
	     .before = with_vcpu);
#if defined(__x86_64__)
	ROW(ON_VM, KVM_ENABLE_CAP, "dirty rings whose order is x86's",
	    IN(struct kvm_enable_cap, .cap = KVMLIB_CAP_DIRTY_LOG_RING, .args = { RING_SIZE }), OK,
	    NEEDS(DIRTY_LOG_RING));
	ROW(ON_VM, KVM_ENABLE_CAP, "which are the same ones",
	    IN(struct kvm_enable_cap, .cap = KVMLIB_CAP_DIRTY_LOG_RING, .args = { RING_SIZE }),
	    REFUSED(EINVAL, RING_LATE), .before = with_rings, NEEDS(DIRTY_LOG_RING));
	ROW(ON_VM, KVM_ENABLE_CAP, "dirty logs beside rings, which x86 has not",
	    IN(struct kvm_enable_cap, .cap = KVMLIB_CAP_DIRTY_LOG_RING_WITH_BITMAP),
	    REFUSED(EINVAL, CAP_ARGUMENT), .before = with_rings, NEEDS(DIRTY_LOG_RING_ACQ_REL));
#endif
}

/* --- the dirty log with rings ---------------------------------------------------------------- */

static uint64_t bitmap[1];

#define LOG_ROW(request, text, argument, ...) \
	ROW(ON_VM, request, text, argument, __VA_ARGS__, NEEDS(DIRTY_LOG_RING_ACQ_REL))

static void ring_log_rows(struct world *w)
{
	LOG_ROW(KVM_GET_DIRTY_LOG, "a log, with dirty rings",
		IN(struct kvm_dirty_log, .dirty_bitmap = bitmap), REFUSED(ENXIO, DIRTY_RINGS),
		.before = with_rings_and_log);
	LOG_ROW(KVM_GET_DIRTY_LOG, "a log that was there before the rings",
		IN(struct kvm_dirty_log, .dirty_bitmap = bitmap), REFUSED(ENXIO, DIRTY_RINGS),
		.before = log_and_rings);
	LOG_ROW(KVM_GET_DIRTY_LOG, "rings come before the slot's number",
		IN(struct kvm_dirty_log, .slot = ~0U, .dirty_bitmap = bitmap),
		REFUSED(ENXIO, DIRTY_RINGS), .before = with_rings);
	LOG_ROW(KVM_GET_DIRTY_LOG, "the argument comes before the rings", w->hole,
		REFUSED(EFAULT, UNREADABLE), .before = with_rings);
	LOG_ROW(KVM_CLEAR_DIRTY_LOG, "a log, with dirty rings",
		IN(struct kvm_clear_dirty_log, .num_pages = PAGES, .dirty_bitmap = bitmap),
		REFUSED(ENXIO, DIRTY_RINGS), .before = with_rings_and_log);
	LOG_ROW(KVM_CLEAR_DIRTY_LOG, "rings come before the slot's number and the first page",
		IN(struct kvm_clear_dirty_log, .slot = ~0U, .first_page = 1,
		   .dirty_bitmap = bitmap),
		REFUSED(ENXIO, DIRTY_RINGS), .before = with_rings);
	LOG_ROW(KVM_CLEAR_DIRTY_LOG, "the argument comes before the rings", w->hole,
		REFUSED(EFAULT, UNREADABLE), .before = with_rings);
}

/* --- mapping rings --------------------------------------------------------------------------- */

/* In pages, from the ring's first. */
static int map_part(struct world *w, long first, size_t pages, int prot, int flags)
{
	uint64_t offset = (KVMLIB_DIRTY_LOG_PAGE_OFFSET + (uint64_t)first) * w->page;
	void *address;
	int r = w->sys->mmap(w->sys->ctx, pages * w->page, prot, flags, w->vcpu, offset, &address);

	if (r == 0)
		w->sys->munmap(w->sys->ctx, address, pages * w->page);
	return r;
}

#define RING_PAGES(w) (RING_SIZE / (w)->page)

static int map_whole(struct world *w)
{
	return map_part(w, 0, RING_PAGES(w), PROT_READ | PROT_WRITE, MAP_SHARED);
}

static int map_more(struct world *w)
{
	return map_part(w, 0, 2 * RING_PAGES(w), PROT_READ, MAP_SHARED);
}

static int map_private(struct world *w)
{
	return map_part(w, 0, RING_PAGES(w), PROT_READ, MAP_PRIVATE);
}

static int map_executable(struct world *w)
{
	return map_part(w, 0, RING_PAGES(w), PROT_READ | PROT_EXEC, MAP_SHARED);
}

static int map_start_private(struct world *w)
{
	return map_part(w, -1, 2, PROT_READ, MAP_PRIVATE);
}

static int map_end_private(struct world *w)
{
	return map_part(w, (long)RING_PAGES(w) - 1, 2, PROT_READ, MAP_PRIVATE);
}

static int map_around_private(struct world *w)
{
	return map_part(w, -1, RING_PAGES(w) + 2, PROT_READ, MAP_PRIVATE);
}

static int map_behind_private(struct world *w)
{
	return map_part(w, (long)RING_PAGES(w), 1, PROT_READ, MAP_PRIVATE);
}

#define MAP(text, function, ...)                                                       \
	ACT(ON_VM, "mmap", text, function, __VA_ARGS__, .before = with_rings_and_vcpu, \
	    NEEDS(DIRTY_LOG_RING_ACQ_REL))

static const struct deviation noexec = {
	.name = "from 6.16 on nothing of anonymous files can be executed",
	.since = KERNEL(6, 16),
	.answer = VALUE(-EPERM),
};

static void ring_map_rows(struct world *w)
{
	MAP("a dirty ring", map_whole, OK);
	MAP("a dirty ring, and more", map_more, OK);
	MAP("a dirty ring with MAP_PRIVATE", map_private, REFUSED(EINVAL, RING_MAPPING));
	MAP("a dirty ring with PROT_EXEC", map_executable, REFUSED(EINVAL, RING_MAPPING),
	    .deviation = &noexec);
	MAP("the start of a dirty ring with MAP_PRIVATE", map_start_private,
	    REFUSED(EINVAL, RING_MAPPING));
	MAP("the end of a dirty ring with MAP_PRIVATE", map_end_private,
	    REFUSED(EINVAL, RING_MAPPING));
	MAP("around a dirty ring with MAP_PRIVATE", map_around_private, OK);
	MAP("behind a dirty ring with MAP_PRIVATE", map_behind_private, OK);
	ACT(ON_VCPU, "mmap", "where a ring would be with MAP_PRIVATE", map_private, OK);
}

/* --- handing entries back --------------------------------------------------------------------- */

static int map_ring(const struct world *w, struct kvm_dirty_gfn **ret_ring)
{
	uint64_t offset = KVMLIB_DIRTY_LOG_PAGE_OFFSET * (uint64_t)w->page;
	void *address = NULL;
	int r = w->sys->mmap(w->sys->ctx, RING_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, w->vcpu,
			     offset, &address);

	*ret_ring = address;
	return r;
}

static void unmap_ring(const struct world *w, struct kvm_dirty_gfn *ring)
{
	w->sys->munmap(w->sys->ctx, ring, RING_SIZE);
}

/* Entries that the kernel never wrote. */
static int reset_entries(struct world *w, unsigned int count, const struct kvm_dirty_gfn *entry)
{
	struct kvm_dirty_gfn *ring;
	int r = map_ring(w, &ring);

	if (r < 0)
		return r;
	for (unsigned int i = 0; i < count; i++)
		ring[i] = *entry;
	r = call(w, w->vm, KVM_RESET_DIRTY_RINGS, 0);
	if (r > 0 && (ring[0].flags || ring[count - 1].flags))
		r = -ENOEXEC;
	unmap_ring(w, ring);
	return r;
}

#define F_DIRTY	 KVMLIB_DIRTY_GFN_F_DIRTY
#define F_RESET	 KVMLIB_DIRTY_GFN_F_RESET
#define GFN(...) (&(const struct kvm_dirty_gfn){ __VA_ARGS__ })

static int reset_three(struct world *w)
{
	return reset_entries(w, 3, GFN(.flags = F_RESET));
}

static int reset_whole_ring(struct world *w)
{
	return reset_entries(w, RING_ENTRIES, GFN(.flags = F_RESET));
}

static int reset_both_flags(struct world *w)
{
	return reset_entries(w, 2, GFN(.flags = F_RESET | F_DIRTY));
}

static int reset_dirty(struct world *w)
{
	return reset_entries(w, 2, GFN(.flags = F_DIRTY));
}

static int reset_unknown_slot(struct world *w)
{
	return reset_entries(w, 2, GFN(.flags = F_RESET, .slot = ~0U, .offset = ~0ULL));
}

static int reset_beyond_slot(struct world *w)
{
	int r = logging_slot(w);

	return r < 0 ? r : reset_entries(w, 2, GFN(.flags = F_RESET, .offset = PAGES));
}

#define RESET(text, function, ...)                                       \
	ACT(ON_VM, "KVM_RESET_DIRTY_RINGS", text, function, __VA_ARGS__, \
	    .before = with_rings_and_vcpu, NEEDS(DIRTY_LOG_RING_ACQ_REL))

static void reset_rows(struct world *w)
{
	ROW(ON_VM, KVM_RESET_DIRTY_RINGS, "nothing to hand back, and no vCPU", 0, OK,
	    .before = with_rings, NEEDS(DIRTY_LOG_RING_ACQ_REL));
	ROW(ON_VM, KVM_RESET_DIRTY_RINGS, "an argument, which nobody reads", 1, OK,
	    .before = with_rings_and_vcpu, NEEDS(DIRTY_LOG_RING_ACQ_REL));
	RESET("three entries", reset_three, VALUE(3));
	RESET("a whole ring", reset_whole_ring, VALUE(RING_ENTRIES));
	RESET("entries with both flags", reset_both_flags, VALUE(2));
	RESET("entries that are only dirty", reset_dirty, OK);
	RESET("entries of a slot that can't be", reset_unknown_slot, VALUE(2));
	RESET("entries behind a slot", reset_beyond_slot, VALUE(2));
}

#if defined(__x86_64__)
/* --- guests that write -------------------------------------------------------------------------- */

#define CODE_GPA     0x1000U
#define WRITTEN_PAGE 5U
#define TSS	     0xfffbd000UL
#define MORE_GPA     0x100000U

/* In real mode at the code, in a slot that logs, with its data segment at an address. */
static int start_guest(struct world *w, const void *code, size_t size, uint64_t data)
{
	struct kvm_regs regs = { .rip = CODE_GPA, .rflags = 2 };
	struct kvm_sregs sregs;

	memcpy(w->memory + CODE_GPA, code, size);
	if (with_rings(w) < 0 || call(w, w->vm, KVM_SET_TSS_ADDR, TSS) < 0 || logging_slot(w) < 0 ||
	    with_run_page(w) < 0 || call_with(w, w->vcpu, KVM_GET_SREGS, &sregs) < 0)
		return -ENOEXEC;
	sregs.cs.base = 0;
	sregs.cs.selector = 0;
	sregs.ds.base = data;
	sregs.ds.limit = 0xffffffff;
	sregs.ds.g = 1;
	if (call_with(w, w->vcpu, KVM_SET_SREGS, &sregs) < 0)
		return -ENOEXEC;
	return call_with(w, w->vcpu, KVM_SET_REGS, &regs);
}

static int writing_guest(struct world *w)
{
	/* mov byte [0x5000], 1; out 0xe9, al; jmp back */
	static const uint8_t code[] = { 0xc6, 0x06, 0x00, 0x50, 0x01, 0xe6, 0xe9, 0xeb, 0xf7 };

	return start_guest(w, code, sizeof(code), 0);
}

/* Up to the port access behind a write. */
static int run_guest(struct world *w)
{
	if (w->sim) {
		kvmlib_sim_dirty_by(w->sim, w->vcpu, WRITTEN_PAGE * w->page, 1);
		kvmlib_sim_push_io(w->sim, w->vcpu, 0xe9, 1, 1, 1, NULL);
	}
	if (call(w, w->vcpu, KVM_RUN, 0) < 0)
		return -ENOEXEC;
	return w->run->exit_reason == KVMLIB_EXIT_IO ? 0 : -ENOEXEC;
}

static bool is_dirty(const struct kvm_dirty_gfn *entry)
{
	return __atomic_load_n(&entry->flags, __ATOMIC_ACQUIRE) == F_DIRTY;
}

/* How many entries tell of the page that the guest writes. KVM may push others. */
static int count_written(struct world *w)
{
	struct kvm_dirty_gfn *ring;
	int count = 0;
	int r = map_ring(w, &ring);

	if (r < 0)
		return r;
	for (unsigned int i = 0; i < RING_ENTRIES; i++)
		count += is_dirty(&ring[i]) && !ring[i].slot && ring[i].offset == WRITTEN_PAGE;
	unmap_ring(w, ring);
	return count;
}

/* All that there are; 0 if the kernel counts as many. */
static int reset_all(struct world *w)
{
	struct kvm_dirty_gfn *ring;
	int count = 0;
	int r = map_ring(w, &ring);

	if (r < 0)
		return r;
	while (count < (int)RING_ENTRIES && is_dirty(&ring[count]))
		__atomic_store_n(&ring[count++].flags, F_RESET, __ATOMIC_RELEASE);
	unmap_ring(w, ring);
	return call(w, w->vm, KVM_RESET_DIRTY_RINGS, 0) == count ? 0 : -ENOEXEC;
}

static int write_once(struct world *w)
{
	int r = run_guest(w);

	return r < 0 ? r : count_written(w);
}

static int write_twice(struct world *w)
{
	int r = run_guest(w);

	return r < 0 ? r : write_once(w);
}

static int write_reset_and_write(struct world *w)
{
	int r = run_guest(w);

	if (r == 0)
		r = reset_all(w);
	return r < 0 ? r : write_once(w);
}

/* As many pages as the ring has entries, one after the other. */
static int filling_guest(struct world *w)
{
	/* mov byte [esi], 1; add esi, 4096; jmp back */
	static const uint8_t code[] = { 0x67, 0xc6, 0x06, 0x01, 0x66, 0x81, 0xc6,
					0x00, 0x10, 0x00, 0x00, 0xeb, 0xf3 };

	return start_guest(w, code, sizeof(code), MORE_GPA);
}

static int add_more_memory(const struct world *w, void *memory)
{
	struct kvm_userspace_memory_region region = {
		.slot = 1,
		.flags = LOG,
		.guest_phys_addr = MORE_GPA,
		.memory_size = RING_ENTRIES * w->page,
		.userspace_addr = (uintptr_t)memory,
	};

	return call_with(w, w->vm, KVM_SET_USER_MEMORY_REGION, &region);
}

/* The exit's reason. */
static int run_again(struct world *w)
{
	int r = call(w, w->vcpu, KVM_RUN, 0);

	return r < 0 ? r : (int)w->run->exit_reason;
}

static int run_into_full_ring(struct world *w)
{
	int r;

	if (w->sim)
		kvmlib_sim_dirty_by(w->sim, w->vcpu, MORE_GPA, (RING_ENTRIES - 64) * w->page);
	r = run_again(w);
	return r < 0 ? r : run_again(w);
}

/* The rest fits, and the guest leaves its memory. */
static int run_out_of_full_ring(struct world *w)
{
	int r = run_into_full_ring(w);

	if (r >= 0)
		r = reset_all(w);
	if (r == 0 && w->sim)
		r = kvmlib_sim_push_mmio(w->sim, w->vcpu, MORE_GPA + RING_ENTRIES * w->page, 1, 1,
					 NULL);
	return r < 0 ? r : run_again(w);
}

/* With a signal that would end the run, and stays pending behind the call. */
static int run_with_pending(struct world *w)
{
	struct {
		uint32_t len;
		uint8_t set[8];
	} mask = { .len = sizeof(mask.set) };
	int r = call_with(w, w->vcpu, KVM_SET_SIGNAL_MASK, &mask);
	struct timespec now = { 0 };
	sigset_t usr1;
	sigset_t old;

	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	sigprocmask(SIG_BLOCK, &usr1, &old);
	raise(SIGUSR1);
	if (r == 0)
		r = run_again(w);
	if (sigtimedwait(&usr1, NULL, &now) != SIGUSR1)
		r = -ENOMSG;
	sigprocmask(SIG_SETMASK, &old, NULL);
	return r;
}

static int run_into_full_ring_and_signal(struct world *w)
{
	int r = run_into_full_ring(w);

	return r < 0 ? r : run_with_pending(w);
}

/* An act that needs more memory than a world has. */
static int with_more_memory(struct world *w, int (*act)(struct world *w))
{
	size_t size = RING_ENTRIES * w->page;
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int r;

	if (memory == MAP_FAILED)
		return -errno;
	r = add_more_memory(w, memory);
	if (r == 0)
		r = act(w);
	munmap(memory, size);
	return r;
}

static int fill(struct world *w)
{
	return with_more_memory(w, run_into_full_ring);
}

static int fill_and_signal(struct world *w)
{
	return with_more_memory(w, run_into_full_ring_and_signal);
}

static int fill_and_reset(struct world *w)
{
	return with_more_memory(w, run_out_of_full_ring);
}

#define GUEST(text, function, guest, ...)                                     \
	ACT(ON_VM, "KVM_RUN", text, function, __VA_ARGS__, .before = (guest), \
	    NEEDS(DIRTY_LOG_RING_ACQ_REL))

static bool with_pvm(const struct world *world)
{
	(void)world;
	return access("/sys/module/kvm_pvm", F_OK) == 0;
}

static const struct deviation emulated = {
	.name = "what KVM emulates it pushes each time, and PVM emulates real mode",
	.where = with_pvm,
	.answer = VALUE(2),
};

static void guest_rows(struct world *w)
{
	GUEST("a guest's write goes to its ring", write_once, writing_guest, VALUE(1));
	GUEST("a second write to a page does not", write_twice, writing_guest, VALUE(1),
	      .deviation = &emulated);
	GUEST("one after it was handed back does", write_reset_and_write, writing_guest, VALUE(1));
	GUEST("a full ring stops the guest", fill, filling_guest,
	      VALUE(KVMLIB_EXIT_DIRTY_RING_FULL));
	GUEST("a full ring comes before a signal", fill_and_signal, filling_guest,
	      VALUE(KVMLIB_EXIT_DIRTY_RING_FULL));
	GUEST("a ring that was full lets it go on", fill_and_reset, filling_guest,
	      VALUE(KVMLIB_EXIT_MMIO));
}
#endif

void ring_rows(struct world *w)
{
	ring_size_rows(w);
	ring_order_rows(w);
	ring_log_rows(w);
	ring_map_rows(w);
	reset_rows(w);
#if defined(__x86_64__)
	guest_rows(w);
#endif
}

#else

void ring_rows(struct world *w)
{
	(void)w;
}

#endif
