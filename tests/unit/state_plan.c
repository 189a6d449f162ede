/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Plans: what is saved is restored, in an order that holds; what can't be is told before or undone. */

#include "fixture.h"
#include "suites.h"

#include <string.h>

#include "../../lib/core/handles.h"
#include "../../lib/manage/state/state.h"
#include "alloc.h"
#include "child.h"

#if defined(__x86_64__)

#define NR_VCPUS  2U
#define MAX_STEPS 64U

static struct kvmlib_vcpu *vcpus[NR_VCPUS];
static struct kvmlib_memory *memory;
static struct kvmlib_routes *routes;
static struct kvmlib_state_plan *plan;
static struct kvmlib_state *state;

static struct kvmlib_state_plan_opts plan_opts(void)
{
	return (struct kvmlib_state_plan_opts){ .size = sizeof(struct kvmlib_state_plan_opts),
						.vcpus = vcpus,
						.nr_vcpus = NR_VCPUS,
						.memory = memory,
						.routes = routes };
}

static void make_machine(void)
{
	const struct kvmlib_memory_region_opts ram = { .size = sizeof(ram),
						       .name = "ram",
						       .length = 0x10000 };

	assert_ok(kvmlib_vm_create_irqchip(fix.vm));
	assert_ok(kvmlib_vm_create_pit2(fix.vm, 0));
	for (uint32_t i = 0; i < NR_VCPUS; i++)
		assert_ok(kvmlib_vm_create_vcpu(fix.vm, i, &vcpus[i]));
	assert_ok(kvmlib_memory_new(fix.vm, NULL, &memory));
	assert_ok(kvmlib_memory_add(memory, &ram, NULL));
	assert_ok(kvmlib_routes_new(fix.vm, NULL, &routes));
	assert_ok(kvmlib_state_new(&state));
}

static void make_plan(void)
{
	const struct kvmlib_state_plan_opts opts = plan_opts();

	assert_ok(kvmlib_state_plan_new(fix.vm, &opts, &plan));
}

static void announce(uint32_t capability, int value)
{
	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, capability, value), 0);
}

static void setup_machine(void)
{
	setup_sim();
	announce(KVMLIB_CAP_KVMCLOCK_CTRL, 1);
	make_system();
	make_vm();
	plan = NULL;
	make_machine();
}

static void setup_plan(void)
{
	setup_machine();
	make_plan();
}

static void teardown_plan(void)
{
	plan = kvmlib_state_plan_free(plan);
	state = kvmlib_state_free(state);
	routes = kvmlib_routes_unref(routes);
	memory = kvmlib_memory_unref(memory);
	for (uint32_t i = 0; i < NR_VCPUS; i++)
		vcpus[i] = kvmlib_vcpu_unref(vcpus[i]);
	teardown();
}

/* The tables */

static size_t find(const struct kvmlib_state_step *(*at)(size_t index), const char *name)
{
	size_t i = 0;

	while (at(i) && strcmp(at(i)->name, name) != 0)
		i++;
	return at(i) ? i : SIZE_MAX;
}

static const struct kvmlib_state_step *restoring_at(size_t index)
{
	return kvmlib_state_step_at(KVMLIB_STATE_RESTORING, index);
}

/* Each name in the list, up to the step itself. */
static void expect_before(const char *after, size_t index)
{
	char names[256], *rest = names;
	const char *name;

	ck_assert_uint_lt(strlen(after), sizeof(names));
	memcpy(names, after, strlen(after) + 1);
	while ((name = strsep(&rest, " ")))
		ck_assert_msg(find(restoring_at, name) < index, "%s is not before step %zu", name,
			      index);
}

START_TEST(steps_come_after_those_that_they_name)
{
	size_t i;

	for (i = 0; restoring_at(i); i++)
		if (restoring_at(i)->after)
			expect_before(restoring_at(i)->after, i);
	ck_assert_uint_gt(i, 20);
	ck_assert_ptr_null(kvmlib_state_step_at(2, 0));
}
END_TEST

START_TEST(dependencies_that_hosts_forget_are_in_the_table)
{
	static const char *const pairs[][2] = {
		{ "tsc-deadline", "tsc" },
		{ "tsc-deadline", "lapic" },
		{ "tsc-offset", "tsc" },
		{ "events", "regs" },
		{ "nested", "smm" },
		{ "tsc", "tsc-khz" },
		{ "nested", "feature-control" },
		{ "lapic", "sregs2" },
		{ "msrs", "cpuid" },
		{ "kvmclock-ctrl", "msrs" },
	};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		const struct kvmlib_state_step *step =
			restoring_at(find(restoring_at, pairs[i][0]));

		ck_assert_msg(strstr(step->after, pairs[i][1]) != NULL, "%s does not wait for %s",
			      pairs[i][0], pairs[i][1]);
	}
}
END_TEST

static void append(char *text, size_t size, const char *more)
{
	size_t length = strlen(text);

	ck_assert_uint_lt(length + strlen(more), size);
	memcpy(text + length, more, strlen(more) + 1);
}

static void list(uint32_t direction, char *text, size_t size)
{
	const struct kvmlib_state_step *step;

	text[0] = 0;
	for (size_t i = 0; (step = kvmlib_state_plan_step_at(plan, direction, i)); i++) {
		append(text, size, i ? " " : "");
		append(text, size, step->name);
	}
}

static void expect_steps(uint32_t direction, const char *expected)
{
	char text[1024];

	list(direction, text, sizeof(text));
	ck_assert_str_eq(text, expected);
}

START_TEST(plan_has_the_steps_that_the_vm_has_a_use_for)
{
	expect_steps(
		KVMLIB_STATE_SAVING,
		"clock mp-state cpuid regs sregs2 xcrs xsave debugregs lapic tsc-khz msrs nested "
		"vcpu-capabilities events ioapic pic-master pic-slave pit capabilities memory "
		"private-memory routes");
	expect_steps(
		KVMLIB_STATE_RESTORING,
		"cpuid tsc-khz feature-control sregs2 sregs smm nested regs xsave xcrs debugregs "
		"lapic msrs "
		"tsc events mp-state tsc-deadline ioapic pic-master pic-slave pit routes clock "
		"kvmclock-ctrl");
	ck_assert_ptr_null(kvmlib_state_plan_step_at(plan, 2, 0));
}
END_TEST

START_TEST(steps_are_left_out_by_name)
{
	static const char *const skip[] = { "memory", "pit", "kvmclock-ctrl" };
	struct kvmlib_state_plan_opts opts = plan_opts();

	opts.skip = skip;
	opts.nr_skip = 3;
	assert_ok(kvmlib_state_plan_new(fix.vm, &opts, &plan));
	expect_steps(KVMLIB_STATE_RESTORING,
		     "cpuid tsc-khz feature-control sregs2 sregs smm nested regs xsave xcrs "
		     "debugregs lapic msrs "
		     "tsc events mp-state tsc-deadline ioapic pic-master pic-slave routes clock");
	assert_ok(kvmlib_state_save(plan, state));
	assert_fails(
		kvmlib_state_get(state, "pit", KVMLIB_STATE_VM, &(struct kvmlib_state_item){ 0 }),
		ENOENT, STATE_ITEM_MISSING, NULL);
	assert_ok(kvmlib_state_restore(plan, state, NULL));
}
END_TEST

/* Steps of a program's */

static char ran[256];

static int note(struct kvmlib_state *of, struct kvmlib_vm *vm, struct kvmlib_vcpu *vcpu,
		void *userdata)
{
	ck_assert_ptr_nonnull(of);
	ck_assert_ptr_eq(vm, fix.vm);
	append(ran, sizeof(ran), vcpu ? "v" : "m");
	append(ran, sizeof(ran), userdata);
	return 0;
}

static int save_own(struct kvmlib_state *of, struct kvmlib_vm *vm, struct kvmlib_vcpu *vcpu,
		    void *userdata)
{
	(void)vm;
	(void)userdata;
	return kvmlib_state_put(of, "my.own", vcpu ? kvmlib_vcpu_id(vcpu) : KVMLIB_STATE_VM, 1,
				"own", 3);
}

static int refuse_all(struct kvmlib_state *of, struct kvmlib_vm *vm, struct kvmlib_vcpu *vcpu,
		      void *userdata)
{
	(void)of;
	(void)vm;
	(void)vcpu;
	(void)userdata;
	return -EDOM;
}

#define STEP(name_, after_, direction_, scope_, run_)                                         \
	{                                                                                     \
		.size = sizeof(struct kvmlib_state_step), .name = (name_), .after = (after_), \
		.run = (run_), .userdata = (void *)(name_),                                   \
		.direction = KVMLIB_STATE_##direction_, .scope = KVMLIB_STATE_##scope_        \
	}

static int plan_with(const struct kvmlib_state_step *const *steps, size_t n)
{
	struct kvmlib_state_plan_opts opts = plan_opts();

	opts.steps = steps;
	opts.nr_steps = n;
	return kvmlib_state_plan_new(fix.vm, &opts, &plan);
}

START_TEST(programs_steps_are_done_where_they_belong)
{
	static const struct kvmlib_state_step one = STEP("my.one", "pit", RESTORING, ONCE, note),
					      two = STEP("my.two", " regs  sregs2 nested",
							 RESTORING, EACH_VCPU, note),
					      three = STEP("my.three", "pit", RESTORING, ONCE,
							   note),
					      own = STEP("my.own", "events", SAVING, EACH_VCPU,
							 save_own);
	const struct kvmlib_state_step *const steps[] = { &one, &two, &three, &own };

	ran[0] = 0;
	assert_ok(plan_with(steps, 4));
	expect_steps(KVMLIB_STATE_RESTORING,
		     "cpuid tsc-khz feature-control sregs2 sregs smm nested regs my.two xsave xcrs "
		     "debugregs "
		     "lapic msrs tsc events mp-state tsc-deadline ioapic pic-master pic-slave pit "
		     "my.one "
		     "my.three routes clock kvmclock-ctrl");
	assert_ok(kvmlib_state_save(plan, state));
	assert_ok(kvmlib_state_get(state, "my.own", 1, &(struct kvmlib_state_item){ 0 }));
	assert_ok(kvmlib_state_restore(plan, state, NULL));
	ck_assert_str_eq(ran, "vmy.twovmy.twommy.onemmy.three");
}
END_TEST

START_TEST(programs_error_ends_a_save_and_a_restore)
{
	static const struct kvmlib_state_step save = STEP("my.save", NULL, SAVING, ONCE,
							  refuse_all),
					      restore = STEP("my.restore", "clock", RESTORING, ONCE,
							     refuse_all);
	const struct kvmlib_state_step *const saving[] = { &save };
	const struct kvmlib_state_step *const restoring[] = { &restore };

	assert_ok(plan_with(saving, 1));
	assert_returns(kvmlib_state_save(plan, state), -EDOM);
	kvmlib_state_clear(state);
	kvmlib_state_plan_free(plan);
	assert_ok(plan_with(restoring, 1));
	assert_ok(kvmlib_state_save(plan, state));
	ck_assert_int_eq(kvmlib_state_restore(plan, state, NULL), -EDOM);
}
END_TEST

static void expect_refused(const struct kvmlib_state_step *step, uint32_t cause,
			   const char *subject)
{
	ck_assert_int_eq(plan_with(&step, 1), -EINVAL);
	ck_assert_uint_eq(kvmlib_error_cause(), cause);
	if (subject)
		ck_assert_str_eq(kvmlib_error_subject(), subject);
	ck_assert_ptr_null(plan);
}

START_TEST(programs_steps_that_cannot_be_are_refused)
{
	static const struct kvmlib_state_step dotless = STEP("dotless", NULL, SAVING, ONCE, note),
					      after = STEP("my.a", "no-such-step", SAVING, ONCE,
							   note),
					      idle = STEP("my.b", NULL, SAVING, ONCE, NULL),
					      twin = STEP("my.c", NULL, SAVING, ONCE, note),
					      nameless = STEP(NULL, NULL, SAVING, ONCE, note),
					      late = { .size = 8, .name = "my.d", .run = note };
	const struct kvmlib_state_step *const steps[] = { &twin, &twin, NULL };

	expect_refused(&dotless, KVMLIB_CAUSE_BAD_ARGUMENT, "dotless");
	expect_refused(&after, KVMLIB_CAUSE_BAD_ARGUMENT, "my.a");
	expect_refused(&idle, KVMLIB_CAUSE_BAD_ARGUMENT, "my.b");
	expect_refused(&late, KVMLIB_CAUSE_OPTIONS_SIZE, "my.d");
	expect_refused(&nameless, KVMLIB_CAUSE_NULL_ARGUMENT, NULL);
	ck_assert_int_eq(plan_with(steps, 2), -EEXIST);
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_STATE_STEP_EXISTS);
	ck_assert_str_eq(kvmlib_error_subject(), "my.c");
	ck_assert_int_eq(plan_with(steps + 2, 1), -EINVAL);
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_NULL_ARGUMENT);
	ck_assert_ptr_null(plan);
}
END_TEST

/* Saving and restoring */

static void set_registers(struct kvmlib_vcpu *vcpu, uint64_t rax)
{
	struct kvm_regs regs = { .rax = rax, .rip = 0x1000, .rflags = 2 };

	assert_ok(kvmlib_vcpu_set_regs(vcpu, &regs));
}

static uint64_t rax_of(struct kvmlib_vcpu *vcpu)
{
	struct kvm_regs regs;

	assert_ok(kvmlib_vcpu_get_regs(vcpu, &regs));
	return regs.rax;
}

static void set_msr(struct kvmlib_vcpu *vcpu, uint32_t index, uint64_t data)
{
	const struct kvm_msr_entry entry = { .index = index, .data = data };

	assert_returns(kvmlib_vcpu_set_msrs(vcpu, &entry, 1), 1);
}

static uint64_t msr_of(struct kvmlib_vcpu *vcpu, uint32_t index)
{
	struct kvm_msr_entry entry = { .index = index };

	assert_returns(kvmlib_vcpu_get_msrs(vcpu, &entry, 1), 1);
	return entry.data;
}

#define MSR_STAR 0xc0000081U

START_TEST(what_was_saved_is_restored)
{
	struct kvm_pit_state2 pit = { 0 };
	struct kvm_lapic_state lapic;

	for (uint32_t i = 0; i < NR_VCPUS; i++) {
		set_registers(vcpus[i], 0x100 + i);
		set_msr(vcpus[i], MSR_STAR, 0x200 + i);
	}
	assert_ok(kvmlib_vcpu_get_lapic(vcpus[1], &lapic));
	lapic.regs[0x80] = 0x20;
	assert_ok(kvmlib_vcpu_set_lapic(vcpus[1], &lapic));
	assert_ok(kvmlib_vm_get_pit2(fix.vm, &pit));
	pit.channels[0].count = 777;
	assert_ok(kvmlib_vm_set_pit2(fix.vm, &pit));
	assert_ok(kvmlib_vcpu_set_mp_state(vcpus[1], KVMLIB_MP_STATE_RUNNABLE));
	assert_ok(kvmlib_state_save(plan, state));

	for (uint32_t i = 0; i < NR_VCPUS; i++) {
		set_registers(vcpus[i], 0);
		set_msr(vcpus[i], MSR_STAR, 0);
	}
	lapic.regs[0x80] = 0;
	assert_ok(kvmlib_vcpu_set_lapic(vcpus[1], &lapic));
	pit.channels[0].count = 0;
	assert_ok(kvmlib_vm_set_pit2(fix.vm, &pit));
	assert_ok(kvmlib_vcpu_set_mp_state(vcpus[1], KVMLIB_MP_STATE_UNINITIALIZED));
	assert_ok(kvmlib_state_restore(plan, state, NULL));

	for (uint32_t i = 0; i < NR_VCPUS; i++) {
		ck_assert_uint_eq(rax_of(vcpus[i]), 0x100 + i);
		ck_assert_uint_eq(msr_of(vcpus[i], MSR_STAR), 0x200 + i);
	}
	assert_ok(kvmlib_vcpu_get_lapic(vcpus[1], &lapic));
	ck_assert_int_eq(lapic.regs[0x80], 0x20);
	assert_ok(kvmlib_vm_get_pit2(fix.vm, &pit));
	ck_assert_uint_eq(pit.channels[0].count, 777);
}
END_TEST

START_TEST(one_vcpu_is_saved_and_restored_alone)
{
	set_registers(vcpus[0], 1);
	set_registers(vcpus[1], 2);
	assert_ok(kvmlib_state_save_vcpu(plan, vcpus[1], state));
	set_registers(vcpus[1], 3);
	assert_ok(kvmlib_state_restore_vcpu(plan, state, vcpus[1]));
	ck_assert_uint_eq(rax_of(vcpus[1]), 2);
	ck_assert_uint_eq(rax_of(vcpus[0]), 1);
	assert_fails(kvmlib_state_restore_vcpu(plan, state, vcpus[0]), ENOENT, STATE_ITEM_MISSING,
		     NULL);
}
END_TEST

/* What a vCPU takes, and nothing else. */
struct made {
	unsigned int ioctl; /* KVMLIB__IOC_* */
	uint64_t times;
};

static const struct made saving[] = {
	{ KVMLIB__IOC_GET_MP_STATE, 1 },     { KVMLIB__IOC_GET_CPUID2, 1 },
	{ KVMLIB__IOC_GET_REGS, 1 },	     { KVMLIB__IOC_GET_SREGS2, 1 },
	{ KVMLIB__IOC_GET_XCRS, 1 },	     { KVMLIB__IOC_GET_XSAVE2, 1 },
	{ KVMLIB__IOC_GET_DEBUGREGS, 1 },    { KVMLIB__IOC_GET_LAPIC, 1 },
	{ KVMLIB__IOC_GET_TSC_KHZ, 1 },	     { KVMLIB__IOC_GET_MSRS, 1 },
	{ KVMLIB__IOC_GET_NESTED_STATE, 1 }, { KVMLIB__IOC_GET_VCPU_EVENTS, 1 },
};

/* The counter is set behind the other MSRs. CPUID decides how large extended state is. */
static const struct made restoring[] = {
	{ KVMLIB__IOC_SET_CPUID2, 1 },	     { KVMLIB__IOC_SET_TSC_KHZ, 1 },
	{ KVMLIB__IOC_SET_MSRS, 2 },	     { KVMLIB__IOC_SET_SREGS2, 1 },
	{ KVMLIB__IOC_SET_NESTED_STATE, 1 }, { KVMLIB__IOC_SET_REGS, 1 },
	{ KVMLIB__IOC_CHECK_EXTENSION, 1 },  { KVMLIB__IOC_SET_XSAVE, 1 },
	{ KVMLIB__IOC_SET_XCRS, 1 },	     { KVMLIB__IOC_SET_DEBUGREGS, 1 },
	{ KVMLIB__IOC_SET_LAPIC, 1 },	     { KVMLIB__IOC_SET_VCPU_EVENTS, 1 },
	{ KVMLIB__IOC_SET_MP_STATE, 1 },     { KVMLIB__IOC_KVMCLOCK_CTRL, 1 },
};

/* The first time, how many of these the kernel has seen; the second, how many since. */
static void count_made(const struct made *made, size_t n, uint64_t *counts)
{
	for (size_t i = 0; i < n; i++)
		counts[i] = kvmlib_sim_nr_ioctls(fix.sim, kvmlib__ioctls[made[i].ioctl].request) -
			    counts[i];
	counts[n] = kvmlib_sim_nr_calls(fix.sim) - counts[n];
}

static void expect_made(const struct made *made, size_t n, const uint64_t *counts)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < n; i++) {
		ck_assert_msg(counts[i] == made[i].times, "%s was made %llu times",
			      kvmlib__ioctls[made[i].ioctl].name, (unsigned long long)counts[i]);
		sum += counts[i];
	}
	ck_assert_uint_eq(counts[n], sum);
}

#define NR_OF(list) (sizeof(list) / sizeof((list)[0]))

START_TEST(vcpu_takes_the_calls_of_its_items_alone)
{
	uint64_t of_saving[NR_OF(saving) + 1] = { 0 }, of_restoring[NR_OF(restoring) + 1] = { 0 };

	assert_ok(kvmlib_state_save_vcpu(plan, vcpus[0], state)); /* which MSRs there are */
	kvmlib_state_clear(state);
	count_made(saving, NR_OF(saving), of_saving);
	assert_ok(kvmlib_state_save_vcpu(plan, vcpus[0], state));
	count_made(saving, NR_OF(saving), of_saving);
	expect_made(saving, NR_OF(saving), of_saving);
	count_made(restoring, NR_OF(restoring), of_restoring);
	assert_ok(kvmlib_state_restore_vcpu(plan, state, vcpus[0]));
	count_made(restoring, NR_OF(restoring), of_restoring);
	expect_made(restoring, NR_OF(restoring), of_restoring);
}
END_TEST

START_TEST(routes_are_put_in_place)
{
	struct kvmlib_irq_routing_entry entry = { .gsi = 40, .type = KVMLIB_IRQ_ROUTING_MSI };
	struct kvmlib_route *disk;

	entry.u.msi.address_lo = 0xfee00000;
	entry.u.msi.data = 0x41;
	assert_ok(kvmlib_routes_add(routes, "disk", &entry, &disk));
	entry.gsi = 41;
	assert_ok(kvmlib_routes_add(routes, NULL, &entry, NULL));
	assert_ok(kvmlib_state_save(plan, state));
	assert_ok(kvmlib_routes_remove(routes, disk));
	assert_ok(kvmlib_state_restore(plan, state, NULL));
	assert_ok(kvmlib_routes_find(routes, "disk", &disk));
	ck_assert_uint_eq(kvmlib_route_gsi(disk), 40);
	ck_assert_int_eq(kvmlib_routes_count(routes), 24 + 16 + 2);
}
END_TEST

/* Before the first step */

START_TEST(unfinished_exits_are_refused)
{
	assert_ok(kvmlib_state_save(plan, state));
	ck_assert_int_eq(
		kvmlib_sim_push_mmio(fix.sim, kvmlib_vcpu_fd(vcpus[1]), 0xd0000000, 4, 0, NULL), 0);
	assert_ok(kvmlib_vcpu_run(vcpus[1]));
	kvmlib_state_clear(state);
	assert_fails(kvmlib_state_save(plan, state), EBUSY, EXIT_PENDING, NULL);
	assert_value(VCPU_ID, 1);
	assert_fails(kvmlib_state_restore(plan, state, NULL), EBUSY, EXIT_PENDING, NULL);
	assert_fails(kvmlib_state_save_vcpu(plan, vcpus[1], state), EBUSY, EXIT_PENDING, NULL);
	ck_assert_uint_eq(kvmlib_state_count(state), 0);
	assert_ok(kvmlib_state_save_vcpu(plan, vcpus[0], state));
}
END_TEST

START_TEST(running_vcpus_are_refused)
{
	const struct kvmlib_state_plan_opts opts = plan_opts();
	struct kvmlib_state_plan *other = SENTINEL;

	vcpus[1]->in_run = 1;
	assert_fails(kvmlib_state_save(plan, state), EBUSY, VCPU_BUSY, NULL);
	assert_value(VCPU_ID, 1);
	assert_fails(kvmlib_state_restore(plan, state, NULL), EBUSY, VCPU_BUSY, NULL);
	assert_fails(kvmlib_state_plan_new(fix.vm, &opts, &other), EBUSY, VCPU_BUSY, NULL);
	vcpus[1]->in_run = 0;
	ck_assert_ptr_eq(other, SENTINEL);
}
END_TEST

static void plan_with_group(struct kvmlib_control *control)
{
	struct kvmlib_state_plan_opts opts = plan_opts();

	opts.control = control;
	assert_ok(kvmlib_state_plan_new(fix.vm, &opts, &plan));
}

/* Each pause has ended when the call returns. */
START_TEST(group_goes_on_afterwards)
{
	struct kvmlib_control *control = NULL;

	assert_ok(kvmlib_control_new(fix.vm, NULL, &control));
	plan_with_group(control);
	assert_ok(kvmlib_state_save(plan, state));
	assert_fails(kvmlib_control_resume(control), EINVAL, NOT_PAUSED, NULL);
	assert_ok(kvmlib_state_restore(plan, state, NULL));
	assert_fails(kvmlib_control_resume(control), EINVAL, NOT_PAUSED, NULL);
	vcpus[1]->in_run = 1;
	assert_fails(kvmlib_state_save(plan, state), EBUSY, VCPU_BUSY, NULL);
	vcpus[1]->in_run = 0;
	assert_fails(kvmlib_control_resume(control), EINVAL, NOT_PAUSED, NULL);
	kvmlib_control_unref(control);
}
END_TEST

START_TEST(protected_guests_are_refused_first)
{
	fix.vm->has_sev_es = true;
	assert_fails(kvmlib_state_save(plan, state), EPERM, STATE_PROTECTED, NULL);
	assert_fails(kvmlib_state_save_vcpu(plan, vcpus[0], state), EPERM, STATE_PROTECTED, NULL);
	assert_fails(kvmlib_state_restore(plan, state, NULL), EPERM, STATE_PROTECTED, NULL);
}
END_TEST

START_TEST(second_save_needs_an_empty_state)
{
	assert_ok(kvmlib_state_save(plan, state));
	assert_fails(kvmlib_state_save(plan, state), EEXIST, STATE_ITEM_EXISTS, NULL);
	ck_assert_str_eq(kvmlib_error_subject(), "clock");
}
END_TEST

static void fail_set(unsigned long request, int error)
{
	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, request, error, 1), 0);
}

/* What stands in the way */

struct found {
	struct kvmlib_state_problem problems[16];
	int count;
	int answer;
};

static int collect(const struct kvmlib_state_problem *problem, void *userdata)
{
	struct found *found = userdata;

	if (found->count < 16)
		found->problems[found->count] = *problem;
	found->count++;
	return found->answer;
}

static void expect_problem(uint32_t kind, const char *item, uint64_t instance, uint64_t number,
			   uint64_t saved, uint64_t here)
{
	struct found found = { 0 };

	ck_assert_int_eq(kvmlib_state_check(plan, state, NULL, collect, &found), found.count);
	for (int i = 0; i < found.count; i++) {
		const struct kvmlib_state_problem *problem = &found.problems[i];

		if (problem->kind == kind && !strcmp(problem->item, item) &&
		    problem->instance == instance && problem->number == number &&
		    problem->saved == saved && problem->here == here)
			return;
	}
	ck_abort_msg("no such problem with %s among %d", item, found.count);
}

/* Save, with one item replaced by this. */
static void save_with(const char *name, uint64_t instance, const void *data, size_t length)
{
	struct kvmlib_state *saved = state;
	struct kvmlib_state_item item;

	assert_ok(kvmlib_state_save(plan, saved));
	assert_ok(kvmlib_state_new(&state));
	for (size_t i = 0; !kvmlib_state_at(saved, i, &item); i++)
		if (strcmp(item.name, name) != 0 || item.instance != instance)
			assert_ok(kvmlib_state_put(state, item.name, item.instance, item.version,
						   item.data, item.length));
	if (data)
		assert_ok(kvmlib_state_put(state, name, instance, 1, data, length));
	kvmlib_state_free(saved);
}

static void expect_unsupported(uint32_t kind, const char *item)
{
	set_registers(vcpus[0], 0x77);
	assert_fails(kvmlib_state_restore(plan, state, NULL), ENOTSUP, STATE_UNSUPPORTED, NULL);
	ck_assert_str_eq(kvmlib_error_subject(), item);
	assert_value(FLAGS, kind);
	assert_value(OUTCOME, 0);
	ck_assert_uint_eq(rax_of(vcpus[0]), 0x77);
}

static void allow(uint32_t kinds)
{
	const struct kvmlib_state_restore_opts opts = { .size = sizeof(opts), .allow = kinds };

	assert_ok(kvmlib_state_restore(plan, state, &opts));
}

START_TEST(nothing_stands_in_the_way_of_the_same_vm)
{
	assert_ok(kvmlib_state_save(plan, state));
	assert_returns(kvmlib_state_check(plan, state, NULL, collect, &(struct found){ 0 }), 0);
}
END_TEST

START_TEST(malformed_items_are_told)
{
	uint8_t bytes[8192] = { 0 };

	save_with("regs", 1, bytes, 143);
	expect_problem(KVMLIB_STATE_BAD_ITEM, "regs", 1, 0, 143, 0);
	expect_unsupported(KVMLIB_STATE_BAD_ITEM, "regs");
	assert_fails(kvmlib_state_restore_vcpu(plan, state, vcpus[1]), EBADMSG, STATE_MALFORMED,
		     NULL);
	ck_assert_str_eq(kvmlib_error_subject(), "regs");
}
END_TEST

START_TEST(unknown_items_are_told_unless_a_program_has_them)
{
	assert_ok(kvmlib_state_save(plan, state));
	assert_ok(kvmlib_state_put(state, "my.item", 0, 9, "x", 1));
	assert_returns(kvmlib_state_check(plan, state, NULL, collect, &(struct found){ 0 }), 0);
	assert_ok(kvmlib_state_put(state, "flux", 0, 1, "x", 1));
	expect_problem(KVMLIB_STATE_BAD_ITEM, "flux", 0, 0, 1, 0);
	allow(KVMLIB_STATE_BAD_ITEM);
}
END_TEST

START_TEST(other_vcpus_are_told)
{
	assert_ok(kvmlib_state_save_vcpu(plan, vcpus[0], state));
	expect_problem(KVMLIB_STATE_OTHER_VCPUS, "regs", 1, 1, 0, 1);
	kvmlib_state_clear(state);
	assert_ok(kvmlib_state_save(plan, state));
	assert_ok(kvmlib_state_put(state, "regs", 9, 1, &(struct kvm_regs){ 0 },
				   sizeof(struct kvm_regs)));
	expect_problem(KVMLIB_STATE_OTHER_VCPUS, "regs", 9, 9, 1, 0);
	expect_unsupported(KVMLIB_STATE_OTHER_VCPUS, "regs");
	allow(KVMLIB_STATE_OTHER_VCPUS);
}
END_TEST

START_TEST(missing_msrs_are_told)
{
	const struct kvm_msr_entry entries[] = { { .index = MSR_STAR, .data = 5 },
						 { .index = 0xdead, .data = 7 } };

	save_with("msrs", 0, entries, sizeof(entries));
	expect_problem(KVMLIB_STATE_MSR, "msrs", 0, 0xdead, 7, 0);
	expect_unsupported(KVMLIB_STATE_MSR, "msrs");
	allow(KVMLIB_STATE_MSR);
	ck_assert_uint_eq(msr_of(vcpus[0], MSR_STAR), 5);
}
END_TEST

/* A kernel of tomorrow has more, and a guest that did not use them goes back. */
START_TEST(missing_msrs_that_hold_nothing_are_not_missed)
{
	const struct kvm_msr_entry entries[] = { { .index = MSR_STAR, .data = 5 },
						 { .index = 0xdead, .data = 0 },
						 { .index = 0xbeef, .data = 0 } };

	save_with("msrs", 0, entries, sizeof(entries));
	assert_returns(kvmlib_state_check(plan, state, NULL, collect, &(struct found){ 0 }), 0);
	assert_ok(kvmlib_state_restore(plan, state, NULL));
	ck_assert_uint_eq(msr_of(vcpus[0], MSR_STAR), 5);
}
END_TEST

START_TEST(missing_features_are_told)
{
	struct kvm_cpuid_entry2 entry = { .function = 1, .ecx = 0x80202001 | 1U << 12 };

	save_with("cpuid", 0, &entry, sizeof(entry));
	expect_problem(KVMLIB_STATE_CPUID, "cpuid", 0, 1, entry.ecx, 0x80202001);
	entry.ecx = 1U << 27 | 1U << 31;
	kvmlib_state_clear(state);
	save_with("cpuid", 0, &entry, sizeof(entry));
	assert_returns(kvmlib_state_check(plan, state, NULL, collect, &(struct found){ 0 }), 0);
}
END_TEST

/* Each bit, amount and vendor by itself, by the rule that kvmlib_cpuid_verdict() has. */
static int expect_lack(const struct kvmlib_state_problem *problem, void *userdata)
{
	static const char *const told[] = { "1 ssse3 1/2 9", "1 fma 1/2 12", "2 - 80000008/0 -1" };
	const struct kvmlib_cpuid_lack *lack = problem->lack;
	unsigned int *n = userdata;
	char text[64];

	ck_assert_uint_eq(problem->kind, KVMLIB_STATE_CPUID);
	snprintf(text, sizeof(text), "%u %s %x/%u %d", lack->kind,
		 lack->feature ? lack->feature : "-", lack->leaf, lack->reg, (int)lack->bit);
	ck_assert_uint_lt(*n, sizeof(told) / sizeof(told[0]));
	ck_assert_str_eq(text, told[*n]);
	ck_assert_uint_gt(strlen(lack->consequence), 0);
	++*n;
	return 0;
}

START_TEST(missing_features_are_told_one_by_one)
{
	const struct kvm_cpuid_entry2 entries[] = {
		{ .function = 1, .index = 5, .flags = 2, .ecx = 1U << 9 | 1U << 12 },
		{ .function = 1,
		  .ecx = 1U << 13 }, /* KVM finds the first alone, whatever old flags */
		{ .function = 0x80000008, .eax = 0x3030 },
	};
	unsigned int n = 0;

	save_with("cpuid", 0, entries, sizeof(entries));
	assert_returns(kvmlib_state_check(plan, state, NULL, expect_lack, &n), 3);
	ck_assert_uint_eq(n, 3);
	expect_unsupported(KVMLIB_STATE_CPUID, "cpuid");
}
END_TEST

START_TEST(processor_that_this_vm_has_is_to_be_had)
{
	const struct kvm_cpuid_entry2 entries[] = { { .function = 0, .ebx = 0x68747541 },
						    { .function = 1, .ecx = 1U << 12 },
						    { .function = 0x80000008, .eax = 0x3030 } };

	save_with("cpuid", 1, entries, sizeof(entries));
	assert_returns(kvmlib_state_check(plan, state, NULL, collect, &(struct found){ 0 }), 3);
	assert_ok(kvmlib_vcpu_set_cpuid2(vcpus[0], entries, 3));
	assert_returns(kvmlib_state_check(plan, state, NULL, collect, &(struct found){ 0 }), 0);
}
END_TEST

/* The host's value is 0. A vCPU without the feature holds what it holds for nothing. */
START_TEST(missing_bits_of_feature_msrs_are_told)
{
	const struct kvm_cpuid_entry2 cpuid = { .function = 7, .flags = 1, .edx = 1U << 29 };
	const struct kvm_msr_entry msr = { .index = 0x10a, .data = 0x28 };
	struct found found = { 0 };

	announce(KVMLIB_CAP_GET_MSR_FEATURES, 1);
	save_with("msrs", 1, &msr, sizeof(msr));
	assert_returns(kvmlib_state_check(plan, state, NULL, collect, &found), 0);
	kvmlib_state_clear(state);
	assert_ok(kvmlib_vcpu_set_cpuid2(vcpus[0], &cpuid, 1));
	assert_ok(kvmlib_vcpu_set_cpuid2(vcpus[1], &cpuid, 1));
	save_with("msrs", 1, &msr, sizeof(msr));
	assert_returns(kvmlib_state_check(plan, state, NULL, collect, &found), 2);
	expect_problem(KVMLIB_STATE_MSR, "msrs", 1, 0x10a, 0x28, 0);
	assert_returns(kvmlib_vcpu_set_msrs(vcpus[0], &msr, 1), 1);
	assert_returns(kvmlib_state_check(plan, state, NULL, collect, &found), 0);
}
END_TEST

START_TEST(host_that_can_not_be_asked_is_told)
{
	assert_ok(kvmlib_state_save(plan, state));
	fail_set(REQUEST(GET_SUPPORTED_CPUID), EFAULT);
	ck_assert_int_eq(kvmlib_state_check(plan, state, NULL, collect, &(struct found){ 0 }),
			 -EFAULT);
	ck_assert_str_eq(kvmlib_error_function(), "kvmlib_state_check");
	ck_assert_str_eq(kvmlib_error_subject(), "cpuid");
}
END_TEST

START_TEST(features_that_are_refused_are_left_out_where_that_is_allowed)
{
	const struct kvm_cpuid_entry2 entry = { .function = 0x40000000, .eax = 7 };

	save_with("cpuid", 0, &entry, sizeof(entry));
	fail_set(REQUEST(SET_CPUID2), EINVAL);
	ck_assert_int_eq(kvmlib_state_restore(plan, state, NULL), -EINVAL);
	ck_assert_str_eq(kvmlib_error_subject(), "cpuid");
	fail_set(REQUEST(SET_CPUID2), EINVAL);
	allow(KVMLIB_STATE_CPUID);
}
END_TEST

START_TEST(larger_areas_are_told_unless_they_are_empty)
{
	uint8_t area[4096 + 64] = { 0 };

	area[0] = 0x7f;
	area[1] = 3;
	area[24] = 0x80;
	area[25] = 0x1f;
	save_with("xsave", 0, area, sizeof(area));
	assert_returns(kvmlib_state_check(plan, state, NULL, collect, &(struct found){ 0 }), 0);
	assert_ok(kvmlib_state_restore(plan, state, NULL));
	area[4096] = 1;
	kvmlib_state_clear(state);
	save_with("xsave", 0, area, sizeof(area));
	expect_problem(KVMLIB_STATE_SIZE, "xsave", 0, 0, sizeof(area), 4096);
	expect_unsupported(KVMLIB_STATE_SIZE, "xsave");
}
END_TEST

START_TEST(other_speed_of_the_counter_is_told)
{
	uint32_t khz = 2000400;

	save_with("tsc-khz", 0, &khz, sizeof(khz));
	assert_returns(kvmlib_state_check(plan, state, NULL, collect, &(struct found){ 0 }), 0);
	khz = 2001000;
	kvmlib_state_clear(state);
	save_with("tsc-khz", 0, &khz, sizeof(khz));
	expect_problem(KVMLIB_STATE_TSC, "tsc-khz", 0, 0, 2001000, 2000000);
	announce(KVMLIB_CAP_TSC_CONTROL, 1);
	assert_returns(kvmlib_state_check(plan, state, NULL, collect, &(struct found){ 0 }), 0);
}
END_TEST

/* The kernel would take it, and answer with a negative number from then on. */
START_TEST(speed_that_the_kernel_cannot_tell_is_never_set)
{
	const uint32_t khz = 0x80000000;

	announce(KVMLIB_CAP_TSC_CONTROL, 1);
	save_with("tsc-khz", 1, &khz, sizeof(khz));
	expect_problem(KVMLIB_STATE_TSC, "tsc-khz", 1, 0, khz, 2000000);
	expect_unsupported(KVMLIB_STATE_TSC, "tsc-khz");
	allow(KVMLIB_STATE_TSC);
	assert_returns(kvmlib_vcpu_get_tsc_khz(vcpus[1]), 2000000);
	assert_fails(kvmlib_state_restore_vcpu(plan, state, vcpus[1]), EBADMSG, STATE_MALFORMED,
		     NULL);
	ck_assert_str_eq(kvmlib_error_subject(), "tsc-khz");
	assert_value(VCPU_ID, 1);
}
END_TEST

START_TEST(other_memory_is_told)
{
	const struct kvmlib_memory_region_opts rom = { .size = sizeof(rom),
						       .gpa = 0x100000,
						       .length = 0x1000,
						       .flags = KVMLIB_MEMORY_READONLY };
	struct kvmlib_memory_region *region;

	assert_ok(kvmlib_state_save(plan, state));
	assert_ok(kvmlib_memory_add(memory, &rom, &region));
	expect_problem(KVMLIB_STATE_MEMORY, "memory", KVMLIB_STATE_VM, 0x100000, 0, 0x1000);
	expect_unsupported(KVMLIB_STATE_MEMORY, "memory");
	allow(KVMLIB_STATE_MEMORY);
	kvmlib_state_clear(state);
	assert_ok(kvmlib_state_save(plan, state));
	assert_ok(kvmlib_memory_remove(memory, region));
	expect_problem(KVMLIB_STATE_MEMORY, "memory", KVMLIB_STATE_VM, 0x100000, 0x1000, 0);
}
END_TEST

START_TEST(other_capabilities_are_told)
{
	assert_ok(kvmlib_state_save(plan, state));
	assert_ok(kvmlib_vcpu_enable_hyperv_enforce_cpuid(vcpus[1], 1));
	expect_problem(KVMLIB_STATE_CAPABILITY, "vcpu-capabilities", 1,
		       KVMLIB_CAP_HYPERV_ENFORCE_CPUID, 0, 1);
	kvmlib_state_clear(state);
	assert_ok(kvmlib_state_save(plan, state));
	assert_ok(kvmlib_vcpu_enable_hyperv_enforce_cpuid(vcpus[1], 0));
	expect_problem(KVMLIB_STATE_CAPABILITY, "vcpu-capabilities", 1,
		       KVMLIB_CAP_HYPERV_ENFORCE_CPUID, 1, 0);
}
END_TEST

START_TEST(capabilities_of_dirty_tracking_are_the_hosts_own)
{
	const uint64_t enabled[5] = { KVMLIB_CAP_MANUAL_DIRTY_LOG_PROTECT2, 1 };
	struct kvmlib_state_item item;
	struct kvmlib_dirty *dirty;

	assert_ok(kvmlib_dirty_start(memory, NULL, &dirty));
	assert_ok(kvmlib_state_save(plan, state));
	kvmlib_dirty_unref(dirty);
	assert_ok(kvmlib_state_get(state, "capabilities", KVMLIB_STATE_VM, &item));
	ck_assert_uint_eq(item.length, 0);
	kvmlib_state_clear(state);
	save_with("capabilities", KVMLIB_STATE_VM, enabled, sizeof(enabled));
	assert_returns(kvmlib_state_check(plan, state, NULL, collect, &(struct found){ 0 }), 0);
}
END_TEST

START_TEST(missing_chips_are_told)
{
	struct kvmlib_state_plan_opts opts = plan_opts();
	struct kvmlib_vm *bare = NULL;
	struct kvmlib_vcpu *bare_vcpus[NR_VCPUS];
	struct kvmlib_state_plan *rich = plan;

	assert_ok(kvmlib_state_save(plan, state));
	assert_ok(kvmlib_system_create_vm(fix.system, NULL, &bare));
	for (uint32_t i = 0; i < NR_VCPUS; i++)
		assert_ok(kvmlib_vm_create_vcpu(bare, i, &bare_vcpus[i]));
	opts = (struct kvmlib_state_plan_opts){ .size = sizeof(opts),
						.vcpus = bare_vcpus,
						.nr_vcpus = NR_VCPUS };
	assert_ok(kvmlib_state_plan_new(bare, &opts, &plan));
	expect_problem(KVMLIB_STATE_MISSING, "lapic", 1, 0, 1024, 0);
	expect_problem(KVMLIB_STATE_MISSING, "pit", KVMLIB_STATE_VM, 0, 112, 0);
	kvmlib_state_plan_free(plan);
	plan = rich;
	for (uint32_t i = 0; i < NR_VCPUS; i++)
		kvmlib_vcpu_unref(bare_vcpus[i]);
	kvmlib_vm_unref(bare);
}
END_TEST

START_TEST(time_of_day_that_was_not_saved_is_told)
{
	const struct kvmlib_state_restore_opts opts = { .size = sizeof(opts),
							.flags = KVMLIB_STATE_REALTIME };
	struct found found = { 0 };

	assert_ok(kvmlib_state_save(plan, state));
	assert_returns(kvmlib_state_check(plan, state, &opts, collect, &found), 1);
	ck_assert_uint_eq(found.problems[0].kind, KVMLIB_STATE_NO_REALTIME);
	assert_fails(kvmlib_state_restore(plan, state, &opts), ENOTSUP, STATE_UNSUPPORTED, NULL);
}
END_TEST

START_TEST(time_that_has_passed_moves_the_counters)
{
	const struct kvmlib_state_restore_opts opts = { .size = sizeof(opts),
							.allow = KVMLIB_STATE_NO_REALTIME,
							.flags = KVMLIB_STATE_REALTIME };

	set_msr(vcpus[0], 0x10, 1000);
	assert_ok(kvmlib_state_save(plan, state));
	set_msr(vcpus[0], 0x10, 0);
	assert_ok(kvmlib_state_restore(plan, state, &opts));
	ck_assert_uint_eq(msr_of(vcpus[0], 0x10), 1000);
}
END_TEST

START_TEST(check_stops_where_the_program_says)
{
	struct found found = { .answer = -EINTR };

	assert_ok(kvmlib_state_save(plan, state));
	assert_ok(kvmlib_state_put(state, "flux", 0, 1, "x", 1));
	assert_ok(kvmlib_state_put(state, "flux", 1, 1, "x", 1));
	ck_assert_int_eq(kvmlib_state_check(plan, state, NULL, collect, &found), -EINTR);
	ck_assert_int_eq(found.count, 1);
}
END_TEST

/* Failures on the way */

START_TEST(failed_restore_goes_back)
{
	set_registers(vcpus[0], 1);
	assert_ok(kvmlib_state_save(plan, state));
	set_registers(vcpus[0], 2);
	fail_set(REQUEST(SET_LAPIC), EINVAL);
	ck_assert_int_eq(kvmlib_state_restore(plan, state, NULL), -EINVAL);
	ck_assert_str_eq(kvmlib_error_function(), "kvmlib_state_restore");
	ck_assert_str_eq(kvmlib_error_subject(), "lapic");
	ck_assert_str_eq(kvmlib_error_call(), "KVM_SET_LAPIC");
	assert_value(OUTCOME, 1);
	ck_assert_uint_eq(rax_of(vcpus[0]), 2);
	assert_ok(kvmlib_state_restore(plan, state, NULL));
	ck_assert_uint_eq(rax_of(vcpus[0]), 1);
}
END_TEST

START_TEST(failed_restore_without_a_way_back_says_so)
{
	const struct kvmlib_state_restore_opts opts = { .size = sizeof(opts),
							.flags = KVMLIB_STATE_NO_WAY_BACK };

	set_registers(vcpus[0], 1);
	assert_ok(kvmlib_state_save(plan, state));
	set_registers(vcpus[0], 2);
	fail_set(REQUEST(SET_LAPIC), EINVAL);
	ck_assert_int_eq(kvmlib_state_restore(plan, state, &opts), -EINVAL);
	assert_value(OUTCOME, 2);
	ck_assert_uint_eq(rax_of(vcpus[0]), 1);
}
END_TEST

START_TEST(failed_way_back_says_so_and_keeps_the_cause)
{
	assert_ok(kvmlib_state_save(plan, state));
	fail_set(REQUEST(SET_LAPIC), EINVAL);
	fail_set(REQUEST(SET_PIT2), EFAULT);
	ck_assert_int_eq(kvmlib_state_restore(plan, state, NULL), -EINVAL);
	ck_assert_str_eq(kvmlib_error_subject(), "lapic");
	assert_value(OUTCOME, 2);
}
END_TEST

START_TEST(msr_that_is_refused_is_named)
{
	const struct kvm_msr_entry entries[] = { { .index = MSR_STAR, .data = 5 },
						 { .index = 0xc0000082, .data = 1ULL << 60 } };

	save_with("msrs", 1, entries, sizeof(entries));
	ck_assert_int_eq(kvmlib_state_restore(plan, state, NULL), -EINVAL);
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_MSR_REFUSED);
	assert_value(VCPU_ID, 1);
	assert_value(MSR, 0xc0000082);
	assert_value(OUTCOME, 1);
}
END_TEST

/* It would end by that. Once for this vCPU, and for each among the rest of its events. */
START_TEST(smm_is_left_or_entered_before_a_nested_guest_is_there)
{
	const struct kvmlib_state_restore_opts opts = { .size = sizeof(opts),
							.flags = KVMLIB_STATE_NO_WAY_BACK };
	struct kvm_nested_state nested[2] = { { .format = 1, .size = sizeof(nested) } };
	uint64_t before;

	announce(KVMLIB_CAP_X86_SMM, 1);
	kvmlib_state_plan_free(plan);
	make_plan();
	save_with("nested", 0, nested, sizeof(nested));
	before = kvmlib_sim_nr_ioctls(fix.sim, REQUEST(SET_VCPU_EVENTS));
	assert_ok(kvmlib_state_restore(plan, state, &opts));
	ck_assert_uint_eq(kvmlib_sim_nr_ioctls(fix.sim, REQUEST(SET_VCPU_EVENTS)),
			  before + NR_VCPUS + 1);
	fail_set(REQUEST(GET_VCPU_EVENTS), EFAULT);
	ck_assert_int_eq(kvmlib_state_restore(plan, state, &opts), -EFAULT);
	ck_assert_str_eq(kvmlib_error_subject(), "smm");
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

/* Whether there was one: it may not matter, as where a host refuses what it has already. */
static bool fault_came(bool of_memory)
{
	bool has_come = of_memory ? alloc_has_failed() : kvmlib_sim_nr_calls(fix.sim) >= fault_at;

	alloc_fail_nth(0);
	kvmlib_sim_fail_nth(fix.sim, 0, 0);
	return has_come;
}

/* Every kernel call and every allocation fails in turn: the VM is as it was, or is restored. */
static void restore_with_faults(bool of_memory)
{
	unsigned long n = 0;
	bool has_come;
	int r;

	set_registers(vcpus[1], 1);
	assert_ok(kvmlib_state_save(plan, state));
	do {
		set_registers(vcpus[1], 2);
		fault_begins(of_memory, ++n);
		r = kvmlib_state_restore(plan, state, NULL);
		has_come = fault_came(of_memory);
		if (r < 0)
			ck_assert_str_eq(kvmlib_error_function(), "kvmlib_state_restore");
		ck_assert_uint_eq(rax_of(vcpus[1]), r < 0 ? 2 : 1);
	} while (has_come);
	ck_assert_int_eq(r, 0);
	ck_assert_uint_gt(n, 20);
}

START_TEST(no_fault_of_the_kernel_leaves_half_a_state)
{
	restore_with_faults(false);
}
END_TEST

START_TEST(no_fault_of_memory_leaves_half_a_state)
{
	restore_with_faults(true);
}
END_TEST

static void make_plans_with_faults(bool of_memory)
{
	const struct kvmlib_state_plan_opts opts = plan_opts();
	struct kvmlib_state_plan *other;
	unsigned long n = 0;
	bool has_come;
	int r;

	do {
		other = SENTINEL;
		alloc_start();
		fault_begins(of_memory, ++n);
		r = kvmlib_state_plan_new(fix.vm, &opts, &other);
		has_come = fault_came(of_memory);
		if (r < 0) {
			ck_assert_ptr_eq(other, SENTINEL);
			ck_assert_str_eq(kvmlib_error_function(), "kvmlib_state_plan_new");
		} else {
			kvmlib_state_plan_free(other);
		}
		ck_assert_uint_eq(alloc_stop(), 0);
	} while (has_come);
	ck_assert_int_eq(r, 0);
	ck_assert_uint_gt(n, 4);
}

START_TEST(no_fault_leaves_half_a_plan)
{
	make_plans_with_faults(_i);
}
END_TEST

static void save_with_faults(bool of_memory)
{
	unsigned long n = 0;
	bool has_come;
	int r;

	do {
		kvmlib_state_free(state);
		assert_ok(kvmlib_state_new(&state));
		fault_begins(of_memory, ++n);
		r = kvmlib_state_save(plan, state);
		has_come = fault_came(of_memory);
		if (r < 0)
			ck_assert_str_eq(kvmlib_error_function(), "kvmlib_state_save");
	} while (has_come);
	ck_assert_int_eq(r, 0);
	ck_assert_uint_gt(n, 4);
	assert_ok(kvmlib_state_restore(plan, state, NULL));
}

START_TEST(no_fault_of_a_save_is_lost)
{
	save_with_faults(_i);
}
END_TEST

/* Arguments */

START_TEST(bad_arguments_of_plans_are_refused)
{
	struct kvmlib_state_plan_opts opts = plan_opts();
	struct kvmlib_state_plan *other = SENTINEL;
	static const char *const skip[] = { "flux" };
	struct kvmlib_vm *vm = NULL;

	assert_refuses_null(kvmlib_state_plan_new(NULL, &opts, &other), 1);
	assert_refuses_null(kvmlib_state_plan_new(fix.vm, NULL, &other), 2);
	assert_refuses_null(kvmlib_state_plan_new(fix.vm, &opts, NULL), 3);
	opts.skip = skip;
	opts.nr_skip = 1;
	assert_fails(kvmlib_state_plan_new(fix.vm, &opts, &other), EINVAL, STATE_STEP_UNKNOWN,
		     NULL);
	ck_assert_str_eq(kvmlib_error_subject(), "flux");
	opts.skip = NULL;
	assert_fails(kvmlib_state_plan_new(fix.vm, &opts, &other), EINVAL, NULL_ARGUMENT, NULL);
	opts = plan_opts();
	opts.size = 3;
	assert_fails(kvmlib_state_plan_new(fix.vm, &opts, &other), EINVAL, OPTIONS_SIZE, NULL);
	assert_ok(kvmlib_system_create_vm(fix.system, NULL, &vm));
	opts = plan_opts();
	assert_fails(kvmlib_state_plan_new(vm, &opts, &other), EINVAL, BAD_ARGUMENT, NULL);
	opts.nr_vcpus = 0;
	assert_fails(kvmlib_state_plan_new(vm, &opts, &other), EINVAL, BAD_ARGUMENT, NULL);
	kvmlib_vm_unref(vm);
	ck_assert_ptr_eq(other, SENTINEL);
	ck_assert_ptr_null(kvmlib_state_plan_free(NULL));
}
END_TEST

START_TEST(bad_arguments_are_refused)
{
	struct kvmlib_state_restore_opts opts = { .size = sizeof(opts), .flags = 0x80 };
	struct kvmlib_vcpu *other = NULL;

	assert_refuses_null(kvmlib_state_save(NULL, state), 1);
	assert_refuses_null(kvmlib_state_save(plan, NULL), 2);
	assert_refuses_null(kvmlib_state_save_vcpu(NULL, vcpus[0], state), 1);
	assert_refuses_null(kvmlib_state_save_vcpu(plan, NULL, state), 2);
	assert_refuses_null(kvmlib_state_save_vcpu(plan, vcpus[0], NULL), 3);
	assert_refuses_null(kvmlib_state_restore(NULL, state, NULL), 1);
	assert_refuses_null(kvmlib_state_restore(plan, NULL, NULL), 2);
	assert_refuses_null(kvmlib_state_restore_vcpu(NULL, state, vcpus[0]), 1);
	assert_refuses_null(kvmlib_state_restore_vcpu(plan, NULL, vcpus[0]), 2);
	assert_refuses_null(kvmlib_state_restore_vcpu(plan, state, NULL), 3);
	assert_refuses_null(kvmlib_state_check(NULL, state, NULL, collect, NULL), 1);
	assert_refuses_null(kvmlib_state_check(plan, NULL, NULL, collect, NULL), 2);
	assert_refuses_null(kvmlib_state_check(plan, state, NULL, NULL, NULL), 4);
	assert_fails(kvmlib_state_restore(plan, state, &opts), EINVAL, BAD_ARGUMENT, NULL);
	assert_fails(kvmlib_state_check(plan, state, &opts, collect, NULL), EINVAL, BAD_ARGUMENT,
		     NULL);
	opts = (struct kvmlib_state_restore_opts){ .size = sizeof(opts), .allow = 0x80000000 };
	assert_fails(kvmlib_state_restore(plan, state, &opts), EINVAL, BAD_ARGUMENT, NULL);
	opts.size = 1;
	assert_fails(kvmlib_state_restore(plan, state, &opts), EINVAL, OPTIONS_SIZE, NULL);
	assert_ok(kvmlib_vm_create_vcpu(fix.vm, 7, &other));
	assert_fails(kvmlib_state_save_vcpu(plan, other, state), EINVAL, BAD_ARGUMENT, NULL);
	assert_fails(kvmlib_state_restore_vcpu(plan, state, other), EINVAL, BAD_ARGUMENT, NULL);
	kvmlib_vcpu_unref(other);
}
END_TEST

START_TEST(states_of_other_architectures_are_refused)
{
	assert_ok(kvmlib_state_save(plan, state));
	((struct kvmlib__state_header *)(void *)state->bytes)->architecture ^= 1;
	assert_fails(kvmlib_state_restore(plan, state, NULL), EPROTO, STATE_ARCHITECTURE, NULL);
	assert_value(TYPE, 63);
	assert_fails(kvmlib_state_check(plan, state, NULL, collect, NULL), EPROTO,
		     STATE_ARCHITECTURE, NULL);
	assert_fails(kvmlib_state_restore_vcpu(plan, state, vcpus[0]), EPROTO, STATE_ARCHITECTURE,
		     NULL);
}
END_TEST

static void use_in_child(void)
{
	const struct kvmlib_state_plan_opts opts = plan_opts();
	struct kvmlib_state_plan *other;

	CHECK(kvmlib_state_plan_new(fix.vm, &opts, &other) == -EIO);
	CHECK(kvmlib_error_cause() == KVMLIB_CAUSE_FORKED);
	CHECK(kvmlib_state_save(plan, state) == -EIO);
	CHECK(kvmlib_error_cause() == KVMLIB_CAUSE_FORKED);
	CHECK(kvmlib_state_save_vcpu(plan, vcpus[0], state) == -EIO);
	CHECK(kvmlib_state_restore(plan, state, NULL) == -EIO);
	CHECK(kvmlib_state_check(plan, state, NULL, collect, NULL) == -EIO);
	CHECK(kvmlib_error_cause() == KVMLIB_CAUSE_FORKED);
	CHECK(kvmlib_state_put(state, "my.own", 0, 1, "x", 1) == 0);
	plan = kvmlib_state_plan_free(plan);
}

START_TEST(forked_child_can_only_look_at_states)
{
	NEEDS_WIPED_PAGES;
	in_child(use_in_child);
}
END_TEST

static TCase *plan_case(Suite *suite, const char *name, SFun setup)
{
	TCase *tcase = tcase_create(name);

	tcase_add_checked_fixture(tcase, setup, teardown_plan);
	suite_add_tcase(suite, tcase);
	return tcase;
}

Suite *state_plan_suite(void)
{
	Suite *suite = suite_create("state_plan");
	TCase *tcase = plan_case(suite, "steps", setup_machine);

	ADD_TESTS(tcase, steps_come_after_those_that_they_name,
		  dependencies_that_hosts_forget_are_in_the_table, steps_are_left_out_by_name,
		  programs_steps_are_done_where_they_belong,
		  programs_error_ends_a_save_and_a_restore,
		  programs_steps_that_cannot_be_are_refused, bad_arguments_of_plans_are_refused,
		  group_goes_on_afterwards);

	tcase = plan_case(suite, "plan", setup_plan);
	ADD_TESTS(tcase, plan_has_the_steps_that_the_vm_has_a_use_for, what_was_saved_is_restored,
		  one_vcpu_is_saved_and_restored_alone, vcpu_takes_the_calls_of_its_items_alone,
		  routes_are_put_in_place, unfinished_exits_are_refused, running_vcpus_are_refused,
		  protected_guests_are_refused_first, second_save_needs_an_empty_state,
		  bad_arguments_are_refused, states_of_other_architectures_are_refused,
		  forked_child_can_only_look_at_states);

	tcase = plan_case(suite, "check", setup_plan);
	ADD_TESTS(tcase, nothing_stands_in_the_way_of_the_same_vm, malformed_items_are_told,
		  unknown_items_are_told_unless_a_program_has_them, other_vcpus_are_told,
		  missing_msrs_are_told, missing_msrs_that_hold_nothing_are_not_missed,
		  missing_features_are_told, missing_features_are_told_one_by_one,
		  processor_that_this_vm_has_is_to_be_had, missing_bits_of_feature_msrs_are_told,
		  host_that_can_not_be_asked_is_told,
		  features_that_are_refused_are_left_out_where_that_is_allowed,
		  speed_that_the_kernel_cannot_tell_is_never_set,
		  larger_areas_are_told_unless_they_are_empty, other_speed_of_the_counter_is_told,
		  other_memory_is_told, other_capabilities_are_told,
		  capabilities_of_dirty_tracking_are_the_hosts_own, missing_chips_are_told,
		  time_of_day_that_was_not_saved_is_told, time_that_has_passed_moves_the_counters,
		  check_stops_where_the_program_says);

	tcase = plan_case(suite, "faults", setup_plan);
	tcase_set_timeout(tcase, 60);
	ADD_TESTS(tcase, failed_restore_goes_back, failed_restore_without_a_way_back_says_so,
		  failed_way_back_says_so_and_keeps_the_cause, msr_that_is_refused_is_named,
		  smm_is_left_or_entered_before_a_nested_guest_is_there,
		  no_fault_of_the_kernel_leaves_half_a_state,
		  no_fault_of_memory_leaves_half_a_state);
	tcase_add_loop_test(tcase, no_fault_leaves_half_a_plan, 0, 2);
	tcase_add_loop_test(tcase, no_fault_of_a_save_is_lost, 0, 2);
	return suite;
}

#else

/* Those of arm64 and riscv64 are in state_onereg.c. */
START_TEST(architecture_has_no_steps_yet)
{
#if defined(__aarch64__) || defined(__riscv)
	SKIP("this architecture has steps");
#else
	const struct kvmlib_state_plan_opts opts = { .size = sizeof(opts) };
	struct kvmlib_state_plan *plan = SENTINEL;

	assert_fails(kvmlib_state_plan_new(fix.vm, &opts, &plan), EOPNOTSUPP, ARCH_UNSUPPORTED,
		     NULL);
	ck_assert_ptr_null(kvmlib_state_step_at(KVMLIB_STATE_SAVING, 0));
	ck_assert_ptr_eq(plan, SENTINEL);
#endif
}
END_TEST

Suite *state_plan_suite(void)
{
	Suite *suite = suite_create("state_plan");
	TCase *tcase = add_case(suite, "plan", setup_vm);

	ADD_TESTS(tcase, architecture_has_no_steps_yet);
	return suite;
}

#endif
