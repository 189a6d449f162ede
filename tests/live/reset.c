/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Resets of a guest that writes anywhere: after each of many random runs all of its memory and all of its
 * state are as they were, under each mechanism that the kernel has. KVMLIB_RESET_RUNS is how many of each.
 */

#include <runner.h>

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "guest.h"

#define PAGE	      UINT64_C(4096)
#define RAM_PAGES     64U
#define MORE_GPA      0x80000U
#define MORE_PAGES    16U
#define DEFAULT	      "5000"
#define PORTS_ALLOWED 0x3000U
#define MSR_STAR      0xc0000081U
#define MSR_TSC	      0x10U
#define MSR_RUNTIME   0x40000010U /* Hyper-V's: how long the vCPU's thread has run */
#define MSR_REF_COUNT 0x40000020U /* and how long the VM, by the clock, which was saved before */
#define MSR_CLOCK     0x4b564d00U /* KVM writes the time of day to its address */
#define CLOCK_GPA     0x5000U
#define TABLES	      0x2000U	  /* and the two pages behind */
#define CR0_PAGING    0x80000011U /* with protection */
#define CR4_SSE	      0x220U	  /* and PAE */
#define EFER_LONG     0x500U
#define A_SECOND      UINT64_C(10000000000) /* and more, in ticks */

/*
 * %ebx is where the random numbers begin, %ecx how many bytes are written: to pages 8 to 63, and to the
 * second region. In user mode, which no KVM emulates.
 */
__asm__(".pushsection .rodata\n"
	"reset_guest_code:\n"
	"again:	imul $1664525, %ebx, %ebx\n"
	"	add $1013904223, %ebx\n"
	"	mov %ebx, %eax\n"
	"	shr $16, %eax\n"
	"	mov %eax, %edx\n"
	"	shl $2, %eax\n"
	"	or $0x8000, %eax\n"
	"	mov %ebx, (%rax)\n"
	"	mov %bl, 0x80000(%rdx)\n"
	"	dec %ecx\n"
	"	jnz again\n"
	"	movd %ebx, %xmm3\n"
	"	push %rbx\n"
	"	out %al, $0xe9\n"
	"reset_guest_end:\n"
	".popsection\n");
extern const uint8_t reset_guest_code[], reset_guest_end[];

static struct {
	struct kvmlib_vm *vm;
	struct kvmlib_memory *memory;
	struct kvmlib_memory_reader *reader;
	uint8_t *ram, *more;
	struct kvmlib_dirty *dirty;
	struct kvmlib_vcpu *vcpu;
	bool has_counter; /* of its own */
	struct kvmlib_control *control;
	struct kvmlib_state_plan *plan;
	struct kvmlib_reset *reset;
	struct kvmlib_state *state;
	uint8_t ram_before[RAM_PAGES * PAGE], more_before[MORE_PAGES * PAGE];
} box;

static uint64_t numbers;

static uint32_t below(uint32_t n)
{
	numbers ^= numbers >> 12;
	numbers ^= numbers << 25;
	numbers ^= numbers >> 27;
	return (uint32_t)((numbers * UINT64_C(2685821657736338717)) >> 33) % n;
}

/* Making */

static uint8_t *add(const char *name, uint64_t gpa, uint64_t pages, uint32_t backing)
{
	const struct kvmlib_memory_region_opts opts = { .size = sizeof(opts),
							.name = name,
							.gpa = gpa,
							.length = pages * PAGE,
							.backing = backing };
	struct kvmlib_memory_region *region;

	ck_assert_int_eq(kvmlib_memory_add(box.memory, &opts, &region), 0);
	return kvmlib_memory_region_address(region);
}

static void put(uint64_t gpa, uint64_t entry)
{
	memcpy(box.ram + gpa, &entry, sizeof(entry));
}

static void make_memory(void)
{
	ck_assert_int_eq(kvmlib_memory_new(box.vm, NULL, &box.memory), 0);
	box.ram = add("ram", 0, RAM_PAGES, KVMLIB_MEMORY_ANONYMOUS);
	box.more = add("more", MORE_GPA, MORE_PAGES, KVMLIB_MEMORY_MEMFD);
	ck_assert_int_eq(kvmlib_memory_reader_new(box.memory, 0, &box.reader), 0);
	memcpy(box.ram + CODE_GPA, reset_guest_code, (size_t)(reset_guest_end - reset_guest_code));
	memset(box.more + 3 * PAGE, 3, PAGE);
	put(TABLES, (TABLES + PAGE) | 7);
	put(TABLES + PAGE, (TABLES + 2 * PAGE) | 7);
	put(TABLES + 2 * PAGE, 0x87); /* one page of 2 MiB */
}

static struct kvm_segment flat(uint8_t type, bool is_code)
{
	return (struct kvm_segment){ .limit = 0xffffffff,
				     .selector = is_code ? 11 : 19,
				     .type = type,
				     .present = 1,
				     .dpl = 3,
				     .s = 1,
				     .g = 1,
				     .l = is_code,
				     .db = !is_code };
}

static void enter_user_mode(void)
{
	struct kvm_sregs sregs;

	ck_assert_int_eq(kvmlib_vcpu_get_sregs(box.vcpu, &sregs), 0);
	sregs.cs = flat(11, true);
	sregs.ds = sregs.es = sregs.ss = flat(3, false);
	sregs.cr0 = CR0_PAGING;
	sregs.cr3 = TABLES;
	sregs.cr4 = CR4_SSE;
	sregs.efer = EFER_LONG;
	ck_assert_int_eq(kvmlib_vcpu_set_sregs(box.vcpu, &sregs), 0);
}

/* Some hosts' guests all have the host's. */
static bool can_set_counter(void)
{
	const struct kvm_msr_entry set = { .index = MSR_TSC, .data = UINT64_C(1) << 60 };
	struct kvm_msr_entry now = { .index = MSR_TSC };

	return kvmlib_vcpu_set_msrs(box.vcpu, &set, 1) == 1 &&
	       kvmlib_vcpu_get_msrs(box.vcpu, &now, 1) == 1 && now.data >= set.data;
}

static void make_vcpu(void)
{
	struct kvm_cpuid_entry2 *entries;
	uint32_t n;

	ck_assert_int_eq(kvmlib_vm_create_vcpu(box.vm, 0, &box.vcpu), 0);
	ck_assert_int_eq(kvmlib_system_get_supported_cpuid_alloc(guest.system, &entries, &n), 0);
	ck_assert_int_eq(kvmlib_vcpu_set_cpuid2(box.vcpu, entries, n), 0);
	free(entries);
	enter_user_mode();
	box.has_counter = can_set_counter();
}

static void make_plan(void)
{
	const struct kvmlib_control_opts control = { .size = sizeof(control),
						     .signo = (uint32_t)KICK_SIGNAL };
	struct kvmlib_state_plan_opts opts = {
		.size = sizeof(opts), .vcpus = &box.vcpu, .nr_vcpus = 1, .memory = box.memory
	};

	ck_assert_int_eq(kvmlib_control_new(box.vm, &control, &box.control), 0);
	ck_assert_int_eq(kvmlib_control_join(box.control, box.vcpu), 0);
	opts.control = box.control;
	ck_assert_int_eq(kvmlib_state_plan_new(box.vm, &opts, &box.plan), 0);
	ck_assert_int_eq(kvmlib_state_new(&box.state), 0);
}

/* False where the kernel has not the mechanism. */
static bool make_box(uint32_t mechanism)
{
	const struct kvmlib_dirty_opts opts = { .size = sizeof(opts), .mechanism = mechanism };
	int r;

	ck_assert_int_eq(kvmlib_system_create_vm(guest.system, NULL, &box.vm), 0);
	ck_assert_int_eq(kvmlib_vm_create_irqchip(box.vm), 0);
	make_memory();
	r = kvmlib_dirty_start(box.memory, &opts, &box.dirty);
	if (r == -EOPNOTSUPP)
		return false;
	ck_assert_int_eq(r, 0);
	make_vcpu();
	ck_assert_int_eq(kvmlib_dirty_add_vcpu(box.dirty, box.vcpu), 0);
	make_plan();
	return true;
}

static void setup(void)
{
	guest_setup();
	memset(&box, 0, sizeof(box));
}

static void teardown(void)
{
	kvmlib_state_free(box.state);
	kvmlib_reset_free(box.reset);
	kvmlib_state_plan_free(box.plan);
	if (box.control)
		ck_assert_int_ge(kvmlib_control_leave(box.control, box.vcpu), 0);
	kvmlib_control_unref(box.control);
	kvmlib_vcpu_unref(box.vcpu);
	kvmlib_dirty_unref(box.dirty);
	kvmlib_memory_reader_free(box.reader);
	kvmlib_memory_unref(box.memory);
	kvmlib_vm_unref(box.vm);
	guest_teardown();
}

static void take(void)
{
	int r = kvmlib_reset_new(box.plan, box.dirty, &box.reset);

	ck_assert_msg(!r, "%s", kvmlib_error_sentence());
	memcpy(box.ram_before, box.ram, sizeof(box.ram_before));
	memcpy(box.more_before, box.more, sizeof(box.more_before));
}

/* Running */

/* Those that only a kernel changes. */
static void change_registers(uint64_t seed)
{
	const struct kvm_msr_entry star = { .index = MSR_STAR, .data = seed };
	struct kvm_debugregs debug;
	struct kvm_sregs sregs;

	ck_assert_int_eq(kvmlib_vcpu_set_msrs(box.vcpu, &star, 1), 1);
	ck_assert_int_eq(kvmlib_vcpu_get_debugregs(box.vcpu, &debug), 0);
	debug.db[0] = seed;
	ck_assert_int_eq(kvmlib_vcpu_set_debugregs(box.vcpu, &debug), 0);
	ck_assert_int_eq(kvmlib_vcpu_get_sregs(box.vcpu, &sregs), 0);
	sregs.cr2 = seed;
	sregs.fs.base = seed;
	ck_assert_int_eq(kvmlib_vcpu_set_sregs(box.vcpu, &sregs), 0);
}

static void run_guest(uint32_t seed, uint32_t count)
{
	struct kvm_regs regs = { .rip = CODE_GPA,
				 .rflags = PORTS_ALLOWED | 2,
				 .rsp = STACK_GPA,
				 .rbx = seed,
				 .rcx = count,
				 .r15 = seed };

	ck_assert_int_eq(kvmlib_vcpu_set_regs(box.vcpu, &regs), 0);
	do
		ck_assert_int_eq(kvmlib_control_run(box.vcpu), 0);
	while (kvmlib_vcpu_exit_reason(box.vcpu) == KVMLIB_EXIT_INTR ||
	       kvmlib_vcpu_exit_reason(box.vcpu) == KVMLIB_EXIT_DIRTY_RING_FULL);
	ck_assert_int_eq(kvmlib_vcpu_get_regs(box.vcpu, &regs), 0);
	ck_assert_msg(kvmlib_vcpu_exit_reason(box.vcpu) == KVMLIB_EXIT_IO, "%s at %#llx",
		      kvmlib_exit_name(kvmlib_vcpu_exit_reason(box.vcpu)),
		      (unsigned long long)regs.rip);
}

static void program_writes(void)
{
	const uint64_t page = 5 + below(RAM_PAGES - 5);

	ck_assert_int_eq(kvmlib_memory_fill(box.reader, page * PAGE, (uint8_t)page, 300), 0);
	ck_assert_int_eq(kvmlib_memory_enter(box.reader), 0);
	*(uint8_t *)kvmlib_memory_at(box.reader, MORE_GPA + page % MORE_PAGES * PAGE, NULL) ^= 1;
	ck_assert_int_eq(kvmlib_dirty_mark(box.reader, MORE_GPA + page % MORE_PAGES * PAGE, 1), 0);
	kvmlib_memory_leave(box.reader);
}

static void run_randomly(void)
{
	if (!below(4))
		change_registers(below(UINT32_MAX));
	run_guest(below(UINT32_MAX), 1 + below(64));
	if (!below(4))
		program_writes();
}

/* Comparing */

static void expect_bytes(const uint8_t *before, const uint8_t *now, size_t pages, const char *name)
{
	if (memcmp(before, now, pages * PAGE) == 0)
		return;
	for (size_t page = 0; page < pages; page++)
		ck_assert_msg(!memcmp(before + page * PAGE, now + page * PAGE, PAGE),
			      "page %zu of %s", page, name);
}

/* Hyper-V's times go on between one register and the next, as they are saved and put back. */
static bool is_near(uint64_t before, uint64_t now)
{
	return now - before + A_SECOND < 2 * A_SECOND;
}

static void expect_msr(uint32_t index, uint64_t before, uint64_t now)
{
	if (index == MSR_REF_COUNT || index == MSR_RUNTIME)
		ck_assert_msg(is_near(before, now), "MSR %#x", index);
	else if (index != MSR_TSC)
		ck_assert_msg(before == now, "MSR %#x", index);
	else if (box.has_counter)
		ck_assert_uint_lt(now - before, A_SECOND);
}

static void expect_msrs(const struct kvm_msr_entry *before, const struct kvm_msr_entry *now,
			size_t n)
{
	for (size_t i = 0; i < n; i++) {
		ck_assert_uint_eq(now[i].index, before[i].index);
		expect_msr(now[i].index, before[i].data, now[i].data);
	}
}

static bool tells_time(const char *item)
{
	return !strcmp(item, "clock") || !strcmp(item, "tsc-offset");
}

static void expect_item(const struct kvmlib_state_item *before, const struct kvmlib_state_item *now)
{
	ck_assert_uint_eq(now->length, before->length);
	if (!strcmp(before->name, "msrs"))
		expect_msrs(before->data, now->data, before->length / sizeof(struct kvm_msr_entry));
	else if (!tells_time(before->name))
		ck_assert_msg(!memcmp(before->data, now->data, before->length), "%s", before->name);
}

static void expect_state(void)
{
	const struct kvmlib_state *before = kvmlib_reset_state(box.reset);
	struct kvmlib_state_item item, now;

	kvmlib_state_clear(box.state);
	ck_assert_int_eq(kvmlib_state_save(box.plan, box.state), 0);
	for (size_t i = 0; !kvmlib_state_at(before, i, &item); i++) {
		ck_assert_int_eq(kvmlib_state_get(box.state, item.name, item.instance, &now), 0);
		expect_item(&item, &now);
	}
}

static void expect_all(void)
{
	expect_bytes(box.ram_before, box.ram, RAM_PAGES, "ram");
	expect_bytes(box.more_before, box.more, MORE_PAGES, "more");
	expect_state();
}

static void reset(void)
{
	int r = kvmlib_reset(box.reset, NULL);

	ck_assert_msg(!r, "%s", kvmlib_error_sentence());
}

START_TEST(resets_are_exact_over_random_runs)
{
	const char *seed = getenv("KVMLIB_TEST_SEED"), *runs = getenv("KVMLIB_RESET_RUNS");

	if (!make_box((uint32_t)_i))
		SKIP("this kernel has no such mechanism");
	numbers = seed ? strtoull(seed, NULL, 0) : (uint64_t)time(NULL);
	printf("# KVMLIB_TEST_SEED=%" PRIu64 "\n", numbers);
	numbers = numbers * 2 + 1;
	run_randomly(); /* once before, so that nothing is as KVM makes it */
	take();
	for (unsigned long i = strtoul(runs ? runs : DEFAULT, NULL, 10); i; i--) {
		run_randomly();
		reset();
		expect_all();
	}
}
END_TEST

START_TEST(resets_of_two_snapshots_are_exact)
{
	struct kvmlib_reset *early;
	static uint8_t early_ram[sizeof(box.ram_before)];

	ck_assert(make_box(KVMLIB_DIRTY_AUTO));
	numbers = 7;
	run_randomly();
	take();
	early = box.reset;
	memcpy(early_ram, box.ram, sizeof(early_ram));
	run_randomly();
	take();
	for (unsigned int i = 0; i < 20; i++) {
		run_randomly();
		reset();
		expect_all();
		ck_assert_int_eq(kvmlib_reset(early, NULL), 0);
		expect_bytes(early_ram, box.ram, RAM_PAGES, "ram");
	}
	kvmlib_reset_free(early);
}
END_TEST

/* To set the register makes KVM write the time of day to where it says. */
START_TEST(reset_leaves_no_time_of_day_in_memory)
{
	const struct kvm_msr_entry clock = { .index = MSR_CLOCK, .data = CLOCK_GPA };

	ck_assert(make_box(KVMLIB_DIRTY_AUTO));
	if (kvmlib_vcpu_set_msrs(box.vcpu, &clock, 1) != 1)
		SKIP("this kernel has no such clock");
	run_guest(1, 1);
	take();
	for (uint32_t i = 0; i < 3; i++) {
		reset();
		expect_all();
	}
}
END_TEST

Suite *reset_suite(void)
{
	Suite *suite = suite_create("reset");
	TCase *tcase = tcase_create("reset");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 600);
	tcase_add_loop_test(tcase, resets_are_exact_over_random_runs, KVMLIB_DIRTY_BITMAP,
			    KVMLIB_DIRTY_RING + 1);
	tcase_add_test(tcase, resets_of_two_snapshots_are_exact);
	tcase_add_test(tcase, reset_leaves_no_time_of_day_in_memory);
	suite_add_tcase(suite, tcase);
	return suite;
}
