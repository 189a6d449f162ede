/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Resets: every byte and register as it was, whoever wrote it; what can't be is told before or tried again. */

#include "fixture.h"
#include "suites.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../lib/core/handles.h"
#include "../../lib/manage/reset/reset.h"
#include "alloc.h"
#include "child.h"
#include "memory_fixture.h"

static struct kvmlib_memory *memory;
static struct kvmlib_memory_reader *reader;
static struct kvmlib_state_plan *plan;
static struct kvmlib_dirty *dirty;
static struct kvmlib_reset *reset;

#if defined(__x86_64__)

#define NR_VCPUS    2U
#define RAM_PAGES   140U /* more than are put back at a time */
#define FILE_PAGES  4U
#define LARGE_PAGES 16384U
#define FILE_PAGE   160U
#define ROM_PAGE    200U
#define SMM_PAGE    50U /* in the other address space */
#define MSR_STAR    0xc0000081U
#define MSR_CLOCK   0x4b564d00U /* KVM writes the time to the address */

static struct kvmlib_memory_region *ram, *file, *rom, *smm;
static struct kvmlib_vcpu *vcpus[NR_VCPUS];
static struct kvmlib_routes *routes;
static uint8_t before[4][RAM_PAGES * 4096];
static int fd;

/* Making */

static struct kvmlib_memory_region *add_region(const struct kvmlib_memory_region_opts *opts)
{
	struct kvmlib_memory_region *region;

	assert_ok(kvmlib_memory_add(memory, opts, &region));
	return region;
}

static void make_regions(void)
{
	struct kvmlib_memory_region_opts opts = opts_of("ram", 0, RAM_PAGES);

	opts.backing = KVMLIB_MEMORY_MEMFD;
	ram = add_region(&opts);
	fd = make_file(FILE_PAGES);
	opts = opts_of("file", FILE_PAGE, FILE_PAGES);
	opts.backing = KVMLIB_MEMORY_FILE;
	opts.fd = fd;
	file = add_region(&opts);
	opts = opts_of("rom", ROM_PAGE, 2);
	opts.flags = KVMLIB_MEMORY_READONLY;
	rom = add_region(&opts);
	opts = opts_of("smm", SMM_PAGE, 3);
	opts.space = 1;
	smm = add_region(&opts);
}

static void make_vcpus(void)
{
	for (uint32_t i = 0; i < NR_VCPUS; i++)
		assert_ok(kvmlib_vm_create_vcpu(fix.vm, i, &vcpus[i]));
}

static struct kvmlib_state_plan_opts plan_opts(void)
{
	return (struct kvmlib_state_plan_opts){ .size = sizeof(struct kvmlib_state_plan_opts),
						.vcpus = vcpus,
						.nr_vcpus = NR_VCPUS,
						.memory = memory,
						.routes = routes };
}

static void make_plan(void)
{
	const struct kvmlib_state_plan_opts opts = plan_opts();

	assert_ok(kvmlib_state_plan_new(fix.vm, &opts, &plan));
}

static uint8_t *address_of(const struct kvmlib_memory_region *region)
{
	return kvmlib_memory_region_address(region);
}

static void fill(const struct kvmlib_memory_region *region, uint64_t pages, uint8_t byte)
{
	for (uint64_t page = 0; page < pages; page += 2)
		memset(address_of(region) + PAGES(page), byte + (int)page, page_size());
}

static void make_map_of_vm(void)
{
	make_vm();
	assert_ok(kvmlib_vm_create_irqchip(fix.vm));
	assert_ok(kvmlib_memory_new(fix.vm, NULL, &memory));
	make_regions();
	fill(ram, RAM_PAGES, 1);
	fill(rom, 2, 0x30);
	fill(smm, 3, 0x50);
	assert_ok(kvmlib_memory_reader_new(memory, 0, &reader));
	assert_ok(kvmlib_routes_new(fix.vm, NULL, &routes));
}

static void setup_map_of_vm(void)
{
	setup_sim();
	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_KVMCLOCK_CTRL, 1), 0);
	make_system();
	make_map_of_vm();
}

/* KVM takes no value for some, not even the one that they have. */
static struct kvmlib_sys_ops refusing;

static int refuse_star(void *ctx, int of, unsigned long request, unsigned long arg)
{
	struct kvm_msrs *msrs = (struct kvm_msrs *)arg;
	uint32_t n = 0, all;
	int r;

	if (request != REQUEST(SET_MSRS))
		return kvmlib_sim_sys_ops(fix.sim)->ioctl(ctx, of, request, arg);
	while (n < msrs->nmsrs && msrs->entries[n].index != MSR_STAR)
		n++;
	all = msrs->nmsrs;
	msrs->nmsrs = n;
	r = n ? kvmlib_sim_sys_ops(fix.sim)->ioctl(ctx, of, request, arg) : 0;
	msrs->nmsrs = all;
	return r;
}

static void setup_map_of_refusing_vm(void)
{
	setup_sim();
	refusing = *kvmlib_sim_sys_ops(fix.sim);
	refusing.ioctl = refuse_star;
	fix.sys = &refusing;
	make_system();
	make_map_of_vm();
}

static const struct {
	const struct kvmlib_memory_region *const *region;
	uint64_t pages;
} parts[] = { { (const struct kvmlib_memory_region *const *)&ram, RAM_PAGES },
	      { (const struct kvmlib_memory_region *const *)&file, FILE_PAGES },
	      { (const struct kvmlib_memory_region *const *)&rom, 2 },
	      { (const struct kvmlib_memory_region *const *)&smm, 3 } };
#define NR_PARTS (sizeof(parts) / sizeof(parts[0]))

static void note_memory(void)
{
	for (size_t i = 0; i < NR_PARTS; i++)
		memcpy(before[i], address_of(*parts[i].region), PAGES(parts[i].pages));
}

static void expect_memory(void)
{
	for (size_t i = 0; i < NR_PARTS; i++)
		for (uint64_t page = 0; page < parts[i].pages; page++)
			ck_assert_msg(!memcmp(before[i] + PAGES(page),
					      address_of(*parts[i].region) + PAGES(page),
					      page_size()),
				      "page %u of region %zu", (unsigned int)page, i);
}

static void start(uint32_t mechanism)
{
	const struct kvmlib_dirty_opts opts = { .size = sizeof(opts), .mechanism = mechanism };

	assert_ok(kvmlib_dirty_start(memory, &opts, &dirty));
	make_vcpus();
	for (uint32_t i = 0; i < NR_VCPUS; i++)
		assert_ok(kvmlib_dirty_add_vcpu(dirty, vcpus[i]));
	make_plan();
}

static void take(uint32_t mechanism)
{
	start(mechanism);
	note_memory();
	assert_ok(kvmlib_reset_new(plan, dirty, &reset));
}

static void setup_reset(void)
{
	setup_map_of_vm();
	take(KVMLIB_DIRTY_AUTO);
}

static void drop_handles(void)
{
	reset = kvmlib_reset_free(reset);
	plan = kvmlib_state_plan_free(plan);
	dirty = kvmlib_dirty_unref(dirty);
	routes = kvmlib_routes_unref(routes);
	reader = kvmlib_memory_reader_free(reader);
	memory = kvmlib_memory_unref(memory);
	for (uint32_t i = 0; i < NR_VCPUS; i++)
		vcpus[i] = kvmlib_vcpu_unref(vcpus[i]);
}

static void teardown_reset(void)
{
	drop_handles();
	close(fd);
	teardown();
}

/* What guests and programs do */

static void guest_writes(uint32_t vcpu, uint64_t page)
{
	ck_assert_int_eq(kvmlib_sim_write_guest_by(fix.sim, kvmlib_vcpu_fd(vcpus[vcpu]),
						   PAGES(page) + 5, "guest", 5),
			 0);
}

/* The registers that the tests look at. */
static void set_registers(struct kvmlib_vcpu *vcpu, uint64_t number)
{
	const struct kvm_regs regs = { .rax = number, .rip = 0x1000, .rflags = 2 };
	const struct kvm_msr_entry star = { .index = MSR_STAR, .data = number };

	assert_ok(kvmlib_vcpu_set_regs(vcpu, &regs));
	assert_returns(kvmlib_vcpu_set_msrs(vcpu, &star, 1), 1);
}

static void expect_registers(struct kvmlib_vcpu *vcpu, uint64_t number)
{
	struct kvm_msr_entry star = { .index = MSR_STAR };
	struct kvm_regs regs;

	assert_ok(kvmlib_vcpu_get_regs(vcpu, &regs));
	ck_assert_uint_eq(regs.rax, number);
	assert_returns(kvmlib_vcpu_get_msrs(vcpu, &star, 1), 1);
	ck_assert_uint_eq(star.data, number);
}

static void expect_reset(uint64_t expected)
{
	uint64_t pages = 77;

	assert_ok(kvmlib_reset(reset, &pages));
	ck_assert_uint_eq(pages, expected);
	expect_memory();
}

static uint64_t nr_made(unsigned int ioc)
{
	return kvmlib_sim_nr_ioctls(fix.sim, kvmlib__ioctls[ioc].request);
}

static void fail_once(unsigned long request, int error)
{
	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, request, error, 1), 0);
}

/* Resets */

START_TEST(reset_puts_back_what_the_guest_wrote)
{
	take((uint32_t)_i);
	for (uint32_t i = 0; i < 3; i++) {
		guest_writes(0, 0);
		guest_writes(1, 3); /* zeros before */
		guest_writes(1, 69);
		guest_writes(0, 69);
		guest_writes(0, FILE_PAGE + 1);
		expect_reset(4);
		expect_reset(0);
	}
}
END_TEST

START_TEST(reset_puts_back_what_the_program_wrote)
{
	assert_ok(kvmlib_memory_write(reader, PAGES(2), "program", 7));
	assert_ok(kvmlib_memory_fill(reader, PAGES(4), 9, 2 * PAGES(1)));
	assert_ok(kvmlib_memory_store(reader, PAGES(FILE_PAGE), 8, 1));
	assert_ok(kvmlib_memory_enter(reader));
	memset(kvmlib_memory_at(reader, PAGES(9), NULL), 3, page_size());
	memset(address_of(rom), 4, PAGES(2));
	assert_ok(kvmlib_dirty_mark(reader, PAGES(9), 1));
	assert_ok(kvmlib_dirty_mark(reader, PAGES(ROM_PAGE), PAGES(2)));
	kvmlib_memory_leave(reader);
	expect_reset(7);
	expect_reset(0);
}
END_TEST

START_TEST(reset_reaches_each_address_space)
{
	struct kvmlib_memory_reader *other;

	assert_ok(kvmlib_memory_reader_new(memory, 1, &other));
	assert_ok(kvmlib_memory_write(other, PAGES(SMM_PAGE + 2), "smm", 3));
	guest_writes(0, SMM_PAGE);
	expect_reset(2);
	kvmlib_memory_reader_free(other);
}
END_TEST

START_TEST(reset_puts_back_many_runs)
{
	for (uint64_t page = 0; page < RAM_PAGES; page += 2)
		guest_writes(0, page);
	for (uint64_t page = 0; page < FILE_PAGES; page++)
		guest_writes(1, FILE_PAGE + page);
	expect_reset(RAM_PAGES / 2 + FILE_PAGES);
	for (uint64_t page = 0; page < RAM_PAGES; page++)
		guest_writes(0, page);
	expect_reset(RAM_PAGES);
}
END_TEST

START_TEST(reset_puts_back_the_registers)
{
	struct kvmlib_state *again;

	start(KVMLIB_DIRTY_AUTO);
	for (uint32_t i = 0; i < NR_VCPUS; i++)
		set_registers(vcpus[i], 10 + i);
	assert_ok(kvmlib_reset_new(plan, dirty, &reset));
	for (uint32_t i = 0; i < NR_VCPUS; i++)
		set_registers(vcpus[i], 99);
	assert_ok(kvmlib_reset(reset, NULL));
	for (uint32_t i = 0; i < NR_VCPUS; i++)
		expect_registers(vcpus[i], 10 + i);
	assert_ok(kvmlib_state_new(&again));
	assert_ok(kvmlib_state_save(plan, again));
	ck_assert_uint_eq(kvmlib_state_count(again), kvmlib_state_count(kvmlib_reset_state(reset)));
	kvmlib_state_free(again);
}
END_TEST

/* What only the program can have changed costs nothing; nor does the guest hear of it. */
START_TEST(reset_makes_no_call_for_what_is_as_it_was)
{
	static const unsigned int left[] = {
		KVMLIB__IOC_SET_CPUID2,	     KVMLIB__IOC_SET_TSC_KHZ,
		KVMLIB__IOC_GET_TSC_KHZ,     KVMLIB__IOC_KVMCLOCK_CTRL,
		KVMLIB__IOC_SET_GSI_ROUTING, KVMLIB__IOC_X86_SET_MSR_FILTER,
		KVMLIB__IOC_GET_MSRS,	     KVMLIB__IOC_CLEAR_DIRTY_LOG,
	};
	uint64_t made[sizeof(left) / sizeof(left[0])], logs;
	bool is_allocating;
	int r;

	expect_reset(0); /* the simulated kernel keeps what it is told first */
	for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++)
		made[i] = nr_made(left[i]);
	logs = nr_made(KVMLIB__IOC_GET_DIRTY_LOG);
	alloc_fail_nth(1);
	r = kvmlib_reset(reset, NULL);
	is_allocating = alloc_has_failed();
	alloc_fail_nth(0);
	ck_assert_int_eq(r, 0);
	ck_assert(!is_allocating);
	for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++)
		ck_assert_msg(nr_made(left[i]) == made[i], "%s", kvmlib__ioctls[left[i]].name);
	ck_assert_uint_eq(nr_made(KVMLIB__IOC_GET_DIRTY_LOG) - logs, NR_PARTS);
}
END_TEST

/* What is saved now is what the snapshot has. */
static void expect_item(const char *name)
{
	struct kvmlib_state_item item, now;
	struct kvmlib_state *state;

	assert_ok(kvmlib_state_new(&state));
	assert_ok(kvmlib_state_save(plan, state));
	assert_ok(kvmlib_state_get(state, name, KVMLIB_STATE_VM, &now));
	assert_ok(kvmlib_state_get(kvmlib_reset_state(reset), name, KVMLIB_STATE_VM, &item));
	ck_assert_uint_eq(now.length, item.length);
	ck_assert_mem_eq(now.data, item.data, item.length);
	kvmlib_state_free(state);
}

START_TEST(reset_puts_back_routes)
{
	struct kvmlib_irq_routing_entry entry = { .gsi = 40, .type = KVMLIB_IRQ_ROUTING_MSI };
	struct kvmlib_route *disk;

	start(KVMLIB_DIRTY_AUTO);
	entry.u.msi.address_lo = 0xfee00000;
	entry.u.msi.data = 0x41;
	assert_ok(kvmlib_routes_add(routes, "disk", &entry, &disk));
	assert_ok(kvmlib_reset_new(plan, dirty, &reset));
	entry.u.msi.data = 0x42;
	assert_ok(kvmlib_route_set_msi(disk, &entry.u.msi));
	assert_ok(kvmlib_reset(reset, NULL));
	expect_item("routes");
	entry.gsi = 41;
	assert_ok(kvmlib_routes_add(routes, "net", &entry, NULL));
	assert_ok(kvmlib_route_set_msi(disk, &entry.u.msi));
	assert_ok(kvmlib_reset(reset, NULL));
	assert_ok(kvmlib_routes_find(routes, "net", &disk));
	assert_ok(kvmlib_routes_remove(routes, disk));
	expect_item("routes");
}
END_TEST

START_TEST(reset_puts_back_filters)
{
	static uint64_t bitmap = 1;
	struct kvm_msr_filter filter = { .flags = KVMLIB_MSR_FILTER_DEFAULT_DENY };
	const void *address = &bitmap;

	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_X86_MSR_FILTER, 1), 0);
	start(KVMLIB_DIRTY_AUTO);
	filter.ranges[0] = (struct kvm_msr_filter_range){ .flags = 1, .nmsrs = 1, .base = 0x10 };
	memcpy(filter.ranges[0].bitmap, &address, sizeof(address));
	assert_ok(kvmlib_vm_x86_set_msr_filter(fix.vm, &filter));
	assert_ok(kvmlib_reset_new(plan, dirty, &reset));
	bitmap = 0;
	assert_ok(kvmlib_vm_x86_set_msr_filter(fix.vm, &filter));
	assert_ok(kvmlib_reset(reset, NULL));
	expect_item("msr-filter");
	ck_assert_uint_eq(nr_made(KVMLIB__IOC_X86_SET_MSR_FILTER), 3);
	assert_ok(kvmlib_reset(reset, NULL));
	ck_assert_uint_eq(nr_made(KVMLIB__IOC_X86_SET_MSR_FILTER), 3);
}
END_TEST

START_TEST(reset_tries_registers_that_cannot_be_set_once)
{
	uint64_t asked;

	take(KVMLIB_DIRTY_AUTO);
	asked = nr_made(KVMLIB__IOC_GET_MSRS);
	assert_ok(kvmlib_reset(reset, NULL));
	ck_assert_uint_eq(nr_made(KVMLIB__IOC_GET_MSRS), asked + 1);
	assert_ok(kvmlib_reset(reset, NULL));
	ck_assert_uint_eq(nr_made(KVMLIB__IOC_GET_MSRS), asked + 1);
}
END_TEST

/* As KVM does when the guest's clock is set: it is what was there before that counts. */
START_TEST(reset_looks_again_where_registers_write_to_memory)
{
	const struct kvm_msr_entry clock = { .index = MSR_CLOCK, .data = PAGES(1) };
	uint64_t logs;

	start(KVMLIB_DIRTY_BITMAP);
	assert_returns(kvmlib_vcpu_set_msrs(vcpus[1], &clock, 1), 1);
	note_memory();
	assert_ok(kvmlib_reset_new(plan, dirty, &reset));
	logs = nr_made(KVMLIB__IOC_GET_DIRTY_LOG);
	guest_writes(0, 1);
	expect_reset(1);
	ck_assert_uint_eq(nr_made(KVMLIB__IOC_GET_DIRTY_LOG) - logs, 2 * NR_PARTS);
}
END_TEST

START_TEST(reset_with_all_pages_at_first_copies_them_once)
{
	const struct kvmlib_dirty_opts opts = { .size = sizeof(opts),
						.flags = KVMLIB_DIRTY_ALL_AT_FIRST };

	assert_ok(kvmlib_dirty_start(memory, &opts, &dirty));
	make_vcpus();
	make_plan();
	note_memory();
	assert_ok(kvmlib_reset_new(plan, dirty, &reset));
	guest_writes(0, 7);
	expect_reset(RAM_PAGES + FILE_PAGES + 2 + 3);
	guest_writes(0, 8);
	expect_reset(1);
}
END_TEST

/* Others at the same VM */

/* A round that is begun and gone through. */
static uint64_t round_of(struct kvmlib_dirty_consumer *consumer)
{
	struct kvmlib_dirty_run run;
	uint64_t length = 0;

	assert_ok(kvmlib_dirty_round(consumer, NULL));
	assert_ok(kvmlib_memory_enter(reader));
	while (kvmlib_dirty_next_runs(consumer, reader, &run, 1) == 1)
		length += run.length;
	kvmlib_memory_leave(reader);
	return length / page_size();
}

START_TEST(reset_is_a_write_for_other_consumers)
{
	struct kvmlib_dirty_consumer *migration;

	take((uint32_t)_i);
	assert_ok(kvmlib_dirty_consumer_new(dirty, &migration));
	guest_writes(0, 3);
	guest_writes(0, 68);
	ck_assert_uint_eq(round_of(migration), 2);
	guest_writes(0, 4);
	expect_reset(3);
	ck_assert_uint_eq(round_of(migration), 3);
	ck_assert_uint_eq(round_of(migration), 0);
	expect_reset(0);
	kvmlib_dirty_consumer_free(migration);
}
END_TEST

START_TEST(resets_of_two_snapshots_take_turns)
{
	struct kvmlib_reset *first = reset;
	static uint8_t early[sizeof(before[0])];

	memcpy(early, before[0], sizeof(early));
	set_registers(vcpus[1], 5);
	guest_writes(0, 6);
	note_memory();
	assert_ok(kvmlib_reset_new(plan, dirty, &reset));
	guest_writes(0, 7);
	expect_reset(1);
	expect_registers(vcpus[1], 5);
	for (uint32_t i = 0; i < 2; i++) {
		assert_ok(kvmlib_reset(first, NULL));
		ck_assert_mem_eq(early, address_of(ram), PAGES(RAM_PAGES));
		expect_registers(vcpus[1], 0);
		expect_reset(2);
		expect_registers(vcpus[1], 5);
	}
	kvmlib_reset_free(first);
}
END_TEST

/* What is refused, before anything is touched */

static void expect_untouched(void)
{
	assert_value(OUTCOME, 0);
	ck_assert_mem_eq(address_of(ram) + PAGES(1) + 5, "guest", 5);
	expect_registers(vcpus[0], 99);
}

static void change_all(void)
{
	guest_writes(0, 1);
	set_registers(vcpus[0], 99);
}

START_TEST(reset_refuses_another_map)
{
	const struct kvmlib_memory_region_opts opts = opts_of("new", 300, 1);
	struct kvmlib_memory_region *new;
	struct kvmlib_memory_change *change;

	change_all();
	new = add_region(&opts);
	assert_fails(kvmlib_reset(reset, NULL), ESTALE, RESET_MAP, NULL);
	ck_assert_str_eq(kvmlib_error_subject(), "new");
	assert_value(GPA, PAGES(300));
	expect_untouched();
	assert_ok(kvmlib_memory_remove(memory, new));
	assert_ok(kvmlib_memory_begin(memory, &change));
	assert_ok(kvmlib_memory_change_move(change, ram, PAGES(400)));
	assert_ok(kvmlib_memory_change_commit(change));
	assert_fails(kvmlib_reset(reset, NULL), ESTALE, RESET_MAP, NULL);
	expect_untouched();
	assert_ok(kvmlib_memory_begin(memory, &change));
	assert_ok(kvmlib_memory_change_move(change, ram, 0));
	assert_ok(kvmlib_memory_change_commit(change));
	expect_reset(RAM_PAGES);
}
END_TEST

START_TEST(reset_refuses_a_map_with_less)
{
	struct kvmlib_memory_change *change;

	change_all();
	assert_ok(kvmlib_memory_begin(memory, &change));
	assert_ok(kvmlib_memory_change_flags(change, rom, 0));
	assert_ok(kvmlib_memory_change_commit(change));
	assert_fails(kvmlib_reset(reset, NULL), ESTALE, RESET_MAP, NULL);
	ck_assert_str_eq(kvmlib_error_subject(), "rom");
	expect_untouched();
	assert_ok(kvmlib_memory_remove(memory, smm));
	assert_ok(kvmlib_memory_begin(memory, &change));
	assert_ok(kvmlib_memory_change_flags(change, rom, KVMLIB_MEMORY_READONLY));
	assert_ok(kvmlib_memory_change_commit(change));
	assert_fails(kvmlib_reset(reset, NULL), ESTALE, RESET_MAP, NULL);
	assert_value(GPA, PAGES(SMM_PAGE));
	expect_untouched();
}
END_TEST

START_TEST(reset_puts_back_what_came_in_the_same_place)
{
	struct kvmlib_memory_region_opts opts = opts_of("smm", SMM_PAGE, 3);

	opts.space = 1;
	assert_ok(kvmlib_memory_remove(memory, smm));
	smm = add_region(&opts);
	expect_reset(3);
}
END_TEST

START_TEST(reset_refuses_unfinished_exits)
{
	change_all();
	ck_assert_int_eq(
		kvmlib_sim_push_mmio(fix.sim, kvmlib_vcpu_fd(vcpus[1]), 0xd0000000, 4, 0, NULL), 0);
	assert_ok(kvmlib_vcpu_run(vcpus[1]));
	assert_fails(kvmlib_reset(reset, NULL), EBUSY, EXIT_PENDING, NULL);
	assert_value(VCPU_ID, 1);
	ck_assert_mem_eq(address_of(ram) + PAGES(1) + 5, "guest", 5);
}
END_TEST

START_TEST(reset_refuses_vcpus_that_run)
{
	struct kvmlib_reset *other = SENTINEL;

	vcpus[1]->in_run = 1;
	assert_fails(kvmlib_reset(reset, NULL), EBUSY, VCPU_BUSY, NULL);
	assert_fails(kvmlib_reset_new(plan, dirty, &other), EBUSY, VCPU_BUSY, NULL);
	vcpus[1]->in_run = 0;
	ck_assert_ptr_eq(other, SENTINEL);
	expect_reset(0);
}
END_TEST

START_TEST(reset_refuses_protected_guests)
{
	fix.vm->has_sev_es = true;
	assert_fails(kvmlib_reset(reset, NULL), EPERM, STATE_PROTECTED, NULL);
	fix.vm->has_sev_es = false;
}
END_TEST

START_TEST(reset_of_a_dead_vm_fails)
{
	struct kvmlib_reset *other = SENTINEL;

	ck_assert_int_eq(kvmlib_sim_kill_vm(fix.sim, kvmlib_vm_fd(fix.vm)), 0);
	ck_assert_int_eq(kvmlib_reset(reset, NULL), -EIO);
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_VM_DEAD);
	ck_assert_str_eq(kvmlib_error_function(), "kvmlib_reset");
	assert_value(OUTCOME, 0);
	ck_assert_int_eq(kvmlib_reset_new(plan, dirty, &other), -EIO);
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_VM_DEAD);
	ck_assert_ptr_eq(other, SENTINEL);
}
END_TEST

/* The group goes on whatever comes of it. */
START_TEST(reset_pauses_the_group)
{
	struct kvmlib_state_plan_opts opts = plan_opts();
	struct kvmlib_control *control;

	start(KVMLIB_DIRTY_AUTO);
	plan = kvmlib_state_plan_free(plan);
	assert_ok(kvmlib_control_new(fix.vm, NULL, &control));
	opts.control = control;
	opts.vcpus = vcpus;
	assert_ok(kvmlib_state_plan_new(fix.vm, &opts, &plan));
	note_memory();
	assert_ok(kvmlib_reset_new(plan, dirty, &reset));
	assert_fails(kvmlib_control_resume(control), EINVAL, NOT_PAUSED, NULL);
	expect_reset(0);
	assert_fails(kvmlib_control_resume(control), EINVAL, NOT_PAUSED, NULL);
	fail_once(REQUEST(SET_LAPIC), EINVAL);
	ck_assert_int_eq(kvmlib_reset(reset, NULL), -EINVAL);
	assert_fails(kvmlib_control_resume(control), EINVAL, NOT_PAUSED, NULL);
	kvmlib_control_unref(control);
}
END_TEST

/* Failures on the way */

START_TEST(reset_that_failed_in_the_state_can_be_tried_again)
{
	uint64_t pages = 77;

	change_all();
	fail_once(REQUEST(SET_LAPIC), EINVAL);
	ck_assert_int_eq(kvmlib_reset(reset, &pages), -EINVAL);
	ck_assert_str_eq(kvmlib_error_function(), "kvmlib_reset");
	ck_assert_str_eq(kvmlib_error_subject(), "lapic");
	ck_assert_str_eq(kvmlib_error_call(), "KVM_SET_LAPIC");
	assert_value(OUTCOME, 2);
	ck_assert_uint_eq(pages, 77);
	assert_ok(kvmlib_reset(reset, &pages));
	expect_memory();
	expect_registers(vcpus[0], 0);
	expect_reset(0);
}
END_TEST

START_TEST(reset_whose_file_is_gone_is_tried_again_with_all_pages)
{
	change_all();
	guest_writes(0, FILE_PAGE + 2);
	ck_assert_int_eq(ftruncate(fd, (off_t)PAGES(1)), 0);
	assert_fails(kvmlib_reset(reset, NULL), EFAULT, MEMORY_VANISHED, "process_vm_writev");
	ck_assert_str_eq(kvmlib_error_subject(), "file");
	assert_value(OUTCOME, 2);
	expect_registers(vcpus[0], 99);
	ck_assert_int_eq(ftruncate(fd, (off_t)PAGES(FILE_PAGES)), 0);
	memset(address_of(ram) + PAGES(33), 1, 1); /* nobody knows what was done */
	expect_reset(RAM_PAGES + FILE_PAGES + 2 + 3);
	expect_registers(vcpus[0], 0);
	expect_reset(0);
}
END_TEST

/* How much of a copy is in memory, in pages; and of the region, by its file. */
static size_t nr_copied(const struct kvmlib__kept_region *kept)
{
	const size_t n = kept->length / page_size();
	unsigned char *resident = calloc(n, 1);
	size_t copied = 0;

	ck_assert_int_eq(mincore(kept->bytes, kept->length, resident), 0);
	for (size_t i = 0; i < n; i++)
		copied += resident[i] & 1;
	free(resident);
	return copied;
}

static size_t nr_in_use(const struct kvmlib_memory_region *region)
{
	struct stat status;

	ck_assert_int_eq(fstat(info_of(region).fd, &status), 0);
	return (size_t)status.st_blocks * 512 / page_size();
}

START_TEST(snapshot_of_a_large_guest_takes_what_is_in_use)
{
	struct kvmlib_memory_region_opts opts = opts_of("large", 1000, LARGE_PAGES);
	struct kvmlib_memory_region *large;

	opts.backing = KVMLIB_MEMORY_MEMFD;
	large = add_region(&opts);
	address_of(large)[PAGES(9)] = 1;
	start(KVMLIB_DIRTY_AUTO);
	assert_ok(kvmlib_reset_new(plan, dirty, &reset));
	ck_assert_uint_lt(nr_copied(&reset->regions[3]), LARGE_PAGES / 4);
	ck_assert_uint_lt(nr_in_use(large), LARGE_PAGES / 4);
	guest_writes(0, 1000 + 9);
	guest_writes(0, 1000 + LARGE_PAGES - 1);
	assert_ok(kvmlib_reset(reset, NULL));
	ck_assert_uint_eq(address_of(large)[PAGES(9)], 1);
	ck_assert_uint_eq(address_of(large)[PAGES(LARGE_PAGES - 1) + 5], 0);
}
END_TEST

START_TEST(snapshot_of_a_file_that_is_gone_fails)
{
	struct kvmlib_reset *other = SENTINEL;

	start(KVMLIB_DIRTY_AUTO);
	ck_assert_int_eq(ftruncate(fd, (off_t)PAGES(1)), 0);
	assert_fails(kvmlib_reset_new(plan, dirty, &other), EFAULT, MEMORY_VANISHED,
		     "process_vm_readv");
	ck_assert_str_eq(kvmlib_error_subject(), "file");
	ck_assert_ptr_eq(other, SENTINEL);
}
END_TEST

/* The n-th allocation, or call to the kernel, fails from here to the other function. */
static uint64_t fault_at;

static void fault_begins(bool of_memory, unsigned long n)
{
	fault_at = kvmlib_sim_nr_calls(fix.sim) + n;
	if (of_memory)
		alloc_fail_nth(n);
	else
		ck_assert_int_eq(kvmlib_sim_fail_nth(fix.sim, n, ENOMEM), 0);
}

static bool fault_came(bool of_memory)
{
	bool has_come = of_memory ? alloc_has_failed() : kvmlib_sim_nr_calls(fix.sim) >= fault_at;

	alloc_fail_nth(0);
	kvmlib_sim_fail_nth(fix.sim, 0, 0);
	return has_come;
}

/* The record tells whether the VM is as it was; the next reset makes it whole either way. */
static void reset_with_faults(uint32_t mechanism)
{
	unsigned long n = 0;
	uint64_t outcome;
	bool has_come;
	int r;

	do {
		change_all();
		fault_begins(false, ++n);
		r = kvmlib_reset(reset, NULL);
		has_come = fault_came(false);
		if (r < 0) {
			ck_assert_str_eq(kvmlib_error_function(), "kvmlib_reset");
			ck_assert_int_eq(kvmlib_error_value(KVMLIB_VALUE_OUTCOME, &outcome), 0);
			if (!outcome)
				expect_untouched();
			assert_ok(kvmlib_reset(reset, NULL));
		}
		expect_memory();
		expect_registers(vcpus[0], 0);
	} while (has_come);
	ck_assert_int_eq(r, 0);
	ck_assert_uint_gt(n, mechanism == KVMLIB_DIRTY_MANUAL ? 25 : 20);
}

START_TEST(no_fault_leaves_a_reset_that_forgets)
{
	take((uint32_t)_i);
	reset_with_faults((uint32_t)_i);
}
END_TEST

START_TEST(no_fault_leaves_half_a_snapshot)
{
	struct kvmlib_reset *other;
	unsigned long n = 0;
	bool has_come;
	int r;

	start(KVMLIB_DIRTY_MANUAL);
	assert_ok(kvmlib_reset_new(plan, dirty, &other)); /* the simulated kernel allocates, too */
	kvmlib_reset_free(other);
	note_memory();
	do {
		other = SENTINEL;
		alloc_start();
		fault_begins(_i, ++n);
		r = kvmlib_reset_new(plan, dirty, &other);
		has_come = fault_came(_i);
		if (r < 0) {
			ck_assert_ptr_eq(other, SENTINEL);
			ck_assert_str_eq(kvmlib_error_function(), "kvmlib_reset_new");
		} else {
			kvmlib_reset_free(other);
		}
		ck_assert_uint_eq(alloc_stop(), 0);
	} while (has_come);
	ck_assert_int_eq(r, 0);
	ck_assert_uint_gt(n, 10);
	assert_ok(kvmlib_reset_new(plan, dirty, &reset));
	guest_writes(0, 3);
	expect_reset(1);
}
END_TEST

/* Arguments */

START_TEST(bad_arguments_of_resets_are_refused)
{
	struct kvmlib_state_plan_opts opts = plan_opts();
	struct kvmlib_reset *other = SENTINEL;
	struct kvmlib_state_plan *without;

	assert_refuses_null(kvmlib_reset_new(NULL, dirty, &other), 1);
	assert_refuses_null(kvmlib_reset_new(plan, NULL, &other), 2);
	assert_refuses_null(kvmlib_reset_new(plan, dirty, NULL), 3);
	assert_refuses_null(kvmlib_reset(NULL, NULL), 1);
	opts.memory = NULL;
	assert_ok(kvmlib_state_plan_new(fix.vm, &opts, &without));
	assert_fails(kvmlib_reset_new(without, dirty, &other), EINVAL, BAD_ARGUMENT, NULL);
	assert_value(ARGUMENT, 2);
	kvmlib_state_plan_free(without);
	ck_assert_ptr_eq(other, SENTINEL);
	ck_assert_ptr_null(kvmlib_reset_free(NULL));
}
END_TEST

START_TEST(snapshot_needs_rings_of_all_vcpus)
{
	const struct kvmlib_dirty_opts opts = { .size = sizeof(opts),
						.mechanism = KVMLIB_DIRTY_RING };
	struct kvmlib_reset *other = SENTINEL;

	assert_ok(kvmlib_dirty_start(memory, &opts, &dirty));
	make_vcpus();
	make_plan();
	assert_ok(kvmlib_dirty_add_vcpu(dirty, vcpus[0]));
	assert_fails(kvmlib_reset_new(plan, dirty, &other), EINVAL, BAD_ARGUMENT, NULL);
	assert_value(VCPU_ID, 1);
	ck_assert_ptr_eq(other, SENTINEL);
}
END_TEST

START_TEST(snapshot_needs_room_among_consumers)
{
	struct kvmlib_dirty_consumer *consumers[16];
	struct kvmlib_reset *other = SENTINEL;
	size_t n = 0;

	while (n < 16 && !kvmlib_dirty_consumer_new(dirty, &consumers[n]))
		n++;
	ck_assert_uint_eq(n, 15);
	assert_fails(kvmlib_reset_new(plan, dirty, &other), ENOSPC, CONSUMER_LIMIT, NULL);
	ck_assert_ptr_eq(other, SENTINEL);
	while (n)
		kvmlib_dirty_consumer_free(consumers[--n]);
}
END_TEST

static void use_in_child(void)
{
	struct kvmlib_reset *other;

	CHECK(kvmlib_reset(reset, NULL) == -EIO);
	CHECK(kvmlib_error_cause() == KVMLIB_CAUSE_FORKED);
	CHECK(kvmlib_reset_new(plan, dirty, &other) == -EIO);
	CHECK(kvmlib_error_cause() == KVMLIB_CAUSE_FORKED);
	drop_handles();
}

START_TEST(forked_child_cannot_reset)
{
	NEEDS_WIPED_PAGES;
	in_child(use_in_child);
	guest_writes(0, 3);
	expect_reset(1);
}
END_TEST

/* Private pages */

static struct kvmlib_memory_region *convertible;

static void setup_private_map(void)
{
	struct kvmlib_memory_region_opts opts = opts_of("convertible", 0, 8);

	setup_sim();
	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_MEMORY_ATTRIBUTES,
						   KVMLIB_MEMORY_ATTRIBUTE_PRIVATE),
			 0);
	make_system();
	make_vm();
	fd = -1;
	assert_ok(kvmlib_memory_new(fix.vm, NULL, &memory));
	opts.flags = KVMLIB_MEMORY_CONVERTIBLE;
	convertible = add_region(&opts);
	start(KVMLIB_DIRTY_AUTO);
}

static void convert(int private_)
{
	assert_ok(kvmlib_memory_convert(memory, PAGES(2), PAGES(3), private_));
}

START_TEST(private_pages_are_refused)
{
	convert(1);
	assert_fails(kvmlib_reset_new(plan, dirty, &reset), ENOTSUP, MEMORY_PRIVATE, NULL);
	ck_assert_str_eq(kvmlib_error_subject(), "convertible");
	assert_value(GPA, PAGES(2));
	ck_assert_ptr_null(reset);
	convert(0);
	assert_ok(kvmlib_reset_new(plan, dirty, &reset));
	convert(1);
	assert_fails(kvmlib_reset(reset, NULL), ENOTSUP, MEMORY_PRIVATE, NULL);
	assert_value(GPA, PAGES(2));
	assert_value(OUTCOME, 0);
	convert(0);
	memset(address_of(convertible), 1, PAGES(8)); /* KVM can't log it: all is put back */
	assert_ok(kvmlib_reset(reset, NULL));
	ck_assert_uint_eq(address_of(convertible)[PAGES(7)], 0);
}
END_TEST

static TCase *reset_case(Suite *suite, const char *name, SFun setup)
{
	TCase *tcase = tcase_create(name);

	tcase_add_checked_fixture(tcase, setup, teardown_reset);
	suite_add_tcase(suite, tcase);
	return tcase;
}

Suite *reset_suite(void)
{
	Suite *suite = suite_create("reset");
	TCase *tcase = reset_case(suite, "reset", setup_reset);

	ADD_TESTS(tcase, reset_puts_back_what_the_program_wrote, reset_reaches_each_address_space,
		  reset_puts_back_many_runs, reset_makes_no_call_for_what_is_as_it_was,
		  resets_of_two_snapshots_take_turns, reset_refuses_another_map,
		  reset_refuses_a_map_with_less, reset_puts_back_what_came_in_the_same_place,
		  reset_refuses_unfinished_exits, reset_refuses_vcpus_that_run,
		  reset_refuses_protected_guests, reset_of_a_dead_vm_fails,
		  reset_that_failed_in_the_state_can_be_tried_again,
		  reset_whose_file_is_gone_is_tried_again_with_all_pages,
		  bad_arguments_of_resets_are_refused, snapshot_needs_room_among_consumers,
		  forked_child_cannot_reset);

	tcase = reset_case(suite, "snapshot", setup_map_of_vm);
	tcase_set_timeout(tcase, 60);
	ADD_TESTS(tcase, reset_puts_back_the_registers, reset_puts_back_routes,
		  reset_puts_back_filters, reset_looks_again_where_registers_write_to_memory,
		  reset_with_all_pages_at_first_copies_them_once, reset_pauses_the_group,
		  snapshot_of_a_file_that_is_gone_fails,
		  snapshot_of_a_large_guest_takes_what_is_in_use,
		  snapshot_needs_rings_of_all_vcpus);
	tcase_add_loop_test(tcase, reset_puts_back_what_the_guest_wrote, KVMLIB_DIRTY_BITMAP,
			    KVMLIB_DIRTY_RING + 1);
	tcase_add_loop_test(tcase, reset_is_a_write_for_other_consumers, KVMLIB_DIRTY_BITMAP,
			    KVMLIB_DIRTY_RING + 1);
	tcase_add_loop_test(tcase, no_fault_leaves_a_reset_that_forgets, KVMLIB_DIRTY_BITMAP,
			    KVMLIB_DIRTY_RING + 1);
	tcase_add_loop_test(tcase, no_fault_leaves_half_a_snapshot, 0, 2);

	tcase = reset_case(suite, "refusing", setup_map_of_refusing_vm);
	ADD_TESTS(tcase, reset_tries_registers_that_cannot_be_set_once);

	tcase = reset_case(suite, "private", setup_private_map);
	ADD_TESTS(tcase, private_pages_are_refused);
	return suite;
}

#else

/* There are no plans yet. */
START_TEST(architecture_has_no_resets_yet)
{
	assert_refuses_null(kvmlib_reset_new(plan, dirty, &reset), 1);
	assert_refuses_null(kvmlib_reset(reset, NULL), 1);
	ck_assert_ptr_null(kvmlib_reset_free(NULL));
	ck_assert_ptr_null(memory);
	ck_assert_ptr_null(reader);
}
END_TEST

Suite *reset_suite(void)
{
	Suite *suite = suite_create("reset");
	TCase *tcase = add_case(suite, "reset", setup_vm);

	ADD_TESTS(tcase, architecture_has_no_resets_yet);
	return suite;
}

#endif
