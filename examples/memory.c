/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The memory of a guest that runs changes: a region is replaced again and again, others come, move and
 * go, and nothing that the guest writes is lost.
 *
 *     cc memory.c $(pkg-config --cflags --libs kvmlib) -pthread -o memory && ./memory
 *
 * The guest counts in a register and in its memory, and a thread that looks on sees the memory's count
 * rise. Each change moves that memory to another place of this process; in the end the counts agree.
 */
#include <stdio.h>
#include <stdlib.h>

#include <kvmlib/kvmlib.h>

#ifdef __x86_64__
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include <linux/kvm.h>

#define PAGE	0x1000UL
#define CODE	0x1000 /* two pages that stay, of code and of what the guest tells */
#define SEEN	0x2000
#define DATA	0x20000 /* a page that is replaced: a count, and which page it is */
#define SPARE	0x40000 /* where other regions come and go */
#define CHANGES 300
#define KICK	SIGRTMIN

/* clang-format off */
static const uint8_t code[] = {
	0xb8, 0x00, DATA >> 12,             /*    mov ax, DATA / 16 */
	0x8e, 0xd8,                         /*    mov ds, ax */
	0x66, 0x41,                         /* 1: inc ecx */
	0x66, 0xff, 0x06, 0x00, 0x00,       /*    inc dword [0] */
	0x66, 0xa1, 0x04, 0x00,             /*    mov eax, [4] */
	0x2e, 0x66, 0xa3, 0x00, SEEN >> 8,  /*    mov cs:[SEEN], eax */
	0xeb, 0xee,                         /*    jmp 1b */
};
/* clang-format on */

struct data {
	_Atomic uint32_t count;
	_Atomic uint32_t generation; /* of the page */
};

/* What the vCPU's thread shall do. */
enum wanted { RUN, PAUSE, STOP };

struct machine {
	struct kvmlib_system *system;
	struct kvmlib_vm *vm;
	struct kvmlib_vcpu *vcpu;
	struct kvmlib_memory *memory;
	struct kvmlib_memory_region *ram, *data, *spare;
	struct kvmlib_memory_region
		*next_data; /* in the place of data, once the change is committed */

	pthread_mutex_t lock;
	pthread_cond_t changed;
	enum wanted wanted;
	bool is_paused;
	atomic_bool is_done;
	uint64_t lookups;
};

/* [map] */
static _Noreturn void die(const char *what)
{
	char line[512];

	kvmlib_error_format(line, sizeof(line));
	fprintf(stderr, "memory: %s: %s\n", what, line);
	exit(EXIT_FAILURE);
}

static int hold(void *userdata);
static void resume(void *userdata);

/* Both regions or none: the guest sees them from the commit on. */
static void make_map(struct machine *machine)
{
	const struct kvmlib_memory_opts opts = {
		.size = sizeof(opts),
		.hold = hold,
		.resume = resume,
		.userdata = machine,
	};
	struct kvmlib_memory_region_opts ram = { .size = sizeof(ram), .name = "ram" };
	struct kvmlib_memory_region_opts data = { .size = sizeof(data), .name = "data" };
	struct kvmlib_memory_change *change;

	ram.gpa = CODE;
	ram.length = 2 * PAGE;
	data.gpa = DATA;
	data.length = PAGE;
	if (kvmlib_memory_new(machine->vm, &opts, &machine->memory) < 0 ||
	    kvmlib_memory_begin(machine->memory, &change) < 0)
		die("no memory map");
	if (kvmlib_memory_change_add(change, &ram, &machine->ram) < 0 ||
	    kvmlib_memory_change_add(change, &data, &machine->data) < 0)
		die("can't add memory");
	memcpy(kvmlib_memory_region_address(machine->ram), code, sizeof(code));
	if (kvmlib_memory_change_commit(change) < 0)
		die("the guest can't have this memory");
}
/* [map] */

static _Noreturn void fail(const char *what)
{
	fprintf(stderr, "memory: %s\n", what);
	exit(EXIT_FAILURE);
}

/* The vCPU */

static void point_at_code(struct kvmlib_vcpu *vcpu)
{
	struct kvm_regs regs = { .rip = CODE, .rflags = 2 };
	struct kvm_sregs sregs;

	if (kvmlib_vcpu_get_sregs(vcpu, &sregs) < 0)
		die("can't read the registers");
	sregs.cs.base = 0;
	sregs.cs.selector = 0;
	if (kvmlib_vcpu_set_sregs(vcpu, &sregs) < 0 || kvmlib_vcpu_set_regs(vcpu, &regs) < 0)
		die("can't set the registers");
}

/* [hold] */
/* Out of the guest: wait as long as that is wanted. Returns whether to go on. */
static bool pause_here(struct machine *machine)
{
	bool goes_on;

	pthread_mutex_lock(&machine->lock);
	machine->is_paused = true;
	pthread_cond_broadcast(&machine->changed);
	while (machine->wanted == PAUSE)
		pthread_cond_wait(&machine->changed, &machine->lock);
	machine->is_paused = false;
	goes_on = machine->wanted == RUN;
	pthread_mutex_unlock(&machine->lock);
	return goes_on;
}

/* If memory were missing for a moment, the guest would leave with another exit than that of a kick. */
static void *run_guest(void *userdata)
{
	struct machine *machine = userdata;

	if (kvmlib_vcpu_bind(machine->vcpu, KICK) < 0)
		die("can't bind");
	do {
		if (kvmlib_vcpu_run(machine->vcpu) < 0)
			die("can't run");
		if (kvmlib_vcpu_exit_reason(machine->vcpu) != KVMLIB_EXIT_INTR)
			fail("the guest found no memory");
	} while (pause_here(machine));
	return NULL;
}

static void want(struct machine *machine, enum wanted wanted)
{
	pthread_mutex_lock(&machine->lock);
	machine->wanted = wanted;
	pthread_cond_broadcast(&machine->changed);
	pthread_mutex_unlock(&machine->lock);
	if (wanted != RUN && kvmlib_vcpu_kick(machine->vcpu) < 0)
		fail("can't kick");
}

/* What the guest has written goes over to the new page while it can't write. */
static void copy_data(const struct machine *machine)
{
	const struct data *from = kvmlib_memory_region_address(machine->data);
	struct data *to = kvmlib_memory_region_address(machine->next_data);

	to->count = from->count;
	to->generation = from->generation + 1;
}

/* A commit that deletes a slot and makes another one there calls these two. */
static int hold(void *userdata)
{
	struct machine *machine = userdata;

	want(machine, PAUSE);
	pthread_mutex_lock(&machine->lock);
	while (!machine->is_paused)
		pthread_cond_wait(&machine->changed, &machine->lock);
	pthread_mutex_unlock(&machine->lock);
	copy_data(machine);
	return 0;
}

static void resume(void *userdata)
{
	want(userdata, RUN);
}
/* [hold] */

/* Who looks on */

/* [lookup] */
/* Until the reader leaves, the page stays where it is, whatever is committed meanwhile. */
static uint32_t look(struct kvmlib_memory_reader *reader)
{
	const struct data *data;
	uint64_t length;
	uint32_t count;

	if (kvmlib_memory_enter(reader) < 0)
		die("can't look");
	data = kvmlib_memory_at(reader, DATA, &length);
	if (!data || length < sizeof(*data))
		fail("a reader found no memory");
	count = data->count;
	kvmlib_memory_leave(reader);
	return count;
}

static void *look_on(void *userdata)
{
	struct machine *machine = userdata;
	struct kvmlib_memory_reader *reader;
	uint32_t last = 0, count, generation;

	if (kvmlib_memory_reader_new(machine->memory, 0, &reader) < 0)
		die("no reader");
	while (!machine->is_done) {
		count = look(reader);
		if (count < last)
			fail("the count went back");
		last = count;
		if (kvmlib_memory_read(reader, SEEN, &generation, sizeof(generation)) < 0)
			die("can't read");
		machine->lookups++;
	}
	kvmlib_memory_reader_free(reader);
	return NULL;
}
/* [lookup] */

/* Changes */

/* One more region comes, moves, and goes. */
static int change_spare(struct machine *machine, struct kvmlib_memory_change *change,
			unsigned int n)
{
	struct kvmlib_memory_region_opts spare = { .size = sizeof(spare), .name = "spare" };
	int r;

	spare.gpa = SPARE;
	spare.length = PAGE;
	if (n % 3 == 0)
		return kvmlib_memory_change_add(change, &spare, &machine->spare);
	if (n % 3 == 1)
		return kvmlib_memory_change_move(change, machine->spare, SPARE + PAGE);
	r = kvmlib_memory_change_remove(change, machine->spare);
	machine->spare = NULL;
	return r;
}

static void change(struct machine *machine, unsigned int n)
{
	struct kvmlib_memory_region_opts data = { .size = sizeof(data), .name = "data" };
	struct kvmlib_memory_change *change;

	data.gpa = DATA;
	data.length = PAGE;
	data.backing = n % 2 ? KVMLIB_MEMORY_ANONYMOUS : KVMLIB_MEMORY_MEMFD;
	if (kvmlib_memory_begin(machine->memory, &change) < 0 ||
	    kvmlib_memory_change_replace(change, machine->data, &data, &machine->next_data) < 0 ||
	    change_spare(machine, change, n) < 0)
		die("can't change the map");
	if (kvmlib_memory_change_commit(change) < 0)
		die("can't commit");
	machine->data = machine->next_data;
}

static void change_all(struct machine *machine)
{
	const _Atomic uint32_t *seen =
		(void *)((char *)kvmlib_memory_region_address(machine->ram) + SEEN - CODE);

	for (unsigned int n = 0; n < CHANGES; n++) {
		change(machine, n);
		while (*seen != n + 1)
			sched_yield(); /* the guest runs on, with the new page */
	}
}

/* It may have been stopped between the one count and the other. */
static void compare(struct machine *machine)
{
	const struct data *data = kvmlib_memory_region_address(machine->data);
	struct kvm_regs regs;

	if (kvmlib_vcpu_get_regs(machine->vcpu, &regs) < 0)
		die("can't read the registers");
	if ((uint32_t)regs.rcx - data->count > 1)
		fail("a write was lost");
	printf("%d changes, %u counted, %llu lookups: nothing was lost\n", CHANGES, data->count,
	       (unsigned long long)machine->lookups);
}

static void start(pthread_t *thread, void *(*function)(void *), struct machine *machine)
{
	if (pthread_create(thread, NULL, function, machine))
		fail("can't start a thread");
}

static void run(struct machine *machine)
{
	pthread_t guest, onlooker;

	start(&guest, run_guest, machine);
	start(&onlooker, look_on, machine);
	change_all(machine);
	machine->is_done = true;
	pthread_join(onlooker, NULL);
	want(machine, STOP);
	pthread_join(guest, NULL);
	compare(machine);
}

int main(void)
{
	static struct machine machine = {
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.changed = PTHREAD_COND_INITIALIZER,
	};

	if (kvmlib_system_open(NULL, &machine.system) < 0)
		die("no KVM");
	if (kvmlib_system_create_vm(machine.system, NULL, &machine.vm) < 0)
		die("no VM");
	make_map(&machine);
	if (kvmlib_vm_create_vcpu(machine.vm, 0, &machine.vcpu) < 0)
		die("no vCPU");
	if (kvmlib_kick_handler_install(machine.system, KICK) < 0)
		die("can't prepare the kick");
	point_at_code(machine.vcpu);
	run(&machine);

	kvmlib_vcpu_unref(machine.vcpu);
	kvmlib_memory_unref(machine.memory);
	kvmlib_vm_unref(machine.vm);
	kvmlib_system_unref(machine.system);
	return EXIT_SUCCESS;
}
#else
int main(void)
{
	fprintf(stderr, "memory: the guest is x86 code; kvmlib %s\n", kvmlib_version_string());
	return EXIT_FAILURE;
}
#endif
