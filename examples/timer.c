/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A guest counts the ticks of the PIT, which reach it through the in-kernel interrupt controllers. Its
 * vCPU is paused, looked at, and resumed: while it is paused, it counts nothing. Without
 * kvmlib_vm_reinject_control() KVM would make up for it afterwards.
 *
 *     cc timer.c $(pkg-config --cflags --libs kvmlib) -pthread -o timer && ./timer
 */
#include <stdio.h>
#include <stdlib.h>

#include <kvmlib/kvmlib.h>

#ifdef __x86_64__
#include <pthread.h>
#include <string.h>
#include <time.h>

#include <linux/kvm.h>

#define RAM_SIZE 0x10000
#define CODE	 0x1000
#define HANDLER	 0x1100
#define TICKS	 0x2000
#define VECTOR	 0x20
#define SECOND	 1000000000U

/* clang-format off */
static const uint8_t code[] = {
	0xb0, 0x11, 0xe6, 0x20,       /* PIC: initialize, */
	0xb0, VECTOR, 0xe6, 0x21,     /* its first vector, */
	0xb0, 0x04, 0xe6, 0x21,       /* the other PIC at line 2, */
	0xb0, 0x01, 0xe6, 0x21,       /* 8086 mode, */
	0xb0, 0xfe, 0xe6, 0x21,       /* and all lines masked but 0 */
	0xb0, 0x34, 0xe6, 0x43,       /* PIT: channel 0 as a rate generator */
	0xb0, 0xa9, 0xe6, 0x40,       /* 1193182 Hz / 0x4a9 = 1 kHz */
	0xb0, 0x04, 0xe6, 0x40,
	0xfb,                         /* sti */
	0xf4, 0xeb, 0xfd,             /* hlt, for ever */
};
static const uint8_t handler[] = {
	0x66, 0xff, 0x06, TICKS & 0xff, TICKS >> 8, /* inc dword [TICKS] */
	0x50, 0xb0, 0x20, 0xe6, 0x20, 0x58,         /* tell the PIC that it is served */
	0xcf,                                       /* iret */
};
/* clang-format on */

static _Noreturn void die(const char *what)
{
	char line[512];

	kvmlib_error_format(line, sizeof(line));
	fprintf(stderr, "timer: %s: %s\n", what, line);
	exit(EXIT_FAILURE);
}

static struct kvmlib_memory *add_ram(struct kvmlib_vm *vm)
{
	const struct kvmlib_memory_region_opts opts = { .size = sizeof(opts), .length = RAM_SIZE };
	const uint16_t vector[] = { HANDLER, 0 }; /* offset and segment */
	struct kvmlib_memory_region *region;
	struct kvmlib_memory *memory;
	uint8_t *ram;

	if (kvmlib_memory_new(vm, NULL, &memory) < 0 ||
	    kvmlib_memory_add(memory, &opts, &region) < 0)
		die("no memory for the guest");
	ram = kvmlib_memory_region_address(region);
	memcpy(ram + CODE, code, sizeof(code));
	memcpy(ram + HANDLER, handler, sizeof(handler));
	memcpy(ram + VECTOR * sizeof(vector), vector, sizeof(vector));
	return memory;
}

static void point_at_code(struct kvmlib_vcpu *vcpu)
{
	struct kvm_regs regs = { .rip = CODE, .rsp = RAM_SIZE / 2, .rflags = 2 };
	struct kvm_sregs sregs;

	if (kvmlib_vcpu_get_sregs(vcpu, &sregs) < 0)
		die("can't read the registers");
	sregs.cs.base = 0;
	sregs.cs.selector = 0;
	if (kvmlib_vcpu_set_sregs(vcpu, &sregs) < 0 || kvmlib_vcpu_set_regs(vcpu, &regs) < 0)
		die("can't set the registers");
}

/* [thread] */
struct guest {
	struct kvmlib_control *control;
	struct kvmlib_vcpu *vcpu;
	volatile int stop; /* written while the guest is paused */
};

static void *run_guest(void *userdata)
{
	struct guest *guest = userdata;

	if (kvmlib_control_join(guest->control, guest->vcpu) < 0)
		die("can't join the group");
	while (!guest->stop) {
		if (kvmlib_control_run(guest->vcpu) < 0)
			die("can't run");
		/* KVM_EXIT_INTR after each pause; other exits would be served here */
		if (kvmlib_vcpu_exit_reason(guest->vcpu) != KVMLIB_EXIT_INTR)
			die("an exit that is none of this guest's");
	}
	kvmlib_control_leave(guest->control, guest->vcpu);
	return NULL;
}
/* [thread] */

static void sleep_a_little(void)
{
	nanosleep(&(const struct timespec){ .tv_nsec = SECOND / 10 }, NULL);
}

static uint32_t ticks(struct kvmlib_memory_reader *reader)
{
	uint32_t n;

	if (kvmlib_memory_read(reader, TICKS, &n, sizeof(n)) < 0)
		die("can't read guest memory");
	return n;
}

/* [pause] */
/* Without a pause the numbers would change while they are looked at. */
static uint32_t inspect(struct kvmlib_control *control, struct kvmlib_vcpu *vcpu,
			struct kvmlib_memory_reader *reader)
{
	struct kvm_regs regs;
	uint32_t before, after;

	if (kvmlib_control_pause(control, SECOND) < 0)
		die("can't pause the guest");
	before = ticks(reader);
	sleep_a_little();
	after = ticks(reader);
	if (kvmlib_vcpu_get_regs(vcpu, &regs) < 0)
		die("can't read the registers");
	printf("paused at 0x%llx: %u ticks counted meanwhile\n", regs.rip, after - before);
	if (kvmlib_control_resume(control) < 0)
		die("can't resume the guest");
	return after;
}
/* [pause] */

static void stop(struct guest *guest)
{
	if (kvmlib_control_pause(guest->control, SECOND) < 0)
		die("can't pause the guest");
	guest->stop = 1;
	kvmlib_control_resume(guest->control);
}

static void run(struct guest *guest, struct kvmlib_memory_reader *reader)
{
	pthread_t thread;
	uint32_t first, second;

	if (pthread_create(&thread, NULL, run_guest, guest))
		die("can't start a thread");
	do
		sleep_a_little();
	while (!ticks(reader));
	first = inspect(guest->control, guest->vcpu, reader);
	do
		sleep_a_little();
	while (ticks(reader) == first);
	second = inspect(guest->control, guest->vcpu, reader);
	printf("%u ticks before the first pause, %u between the two\n", first, second - first);
	stop(guest);
	pthread_join(thread, NULL);
}

int main(void)
{
	struct kvmlib_memory_reader *reader;
	struct kvmlib_memory *memory;
	struct kvmlib_system *system;
	struct guest guest = { .stop = 0 };
	struct kvmlib_vm *vm;

	if (kvmlib_system_open(NULL, &system) < 0 ||
	    kvmlib_system_create_vm(system, NULL, &vm) < 0 || kvmlib_vm_create_irqchip(vm) < 0 ||
	    kvmlib_vm_create_pit2(vm, KVMLIB_PIT_SPEAKER_DUMMY) < 0 ||
	    kvmlib_vm_reinject_control(vm, 0) < 0)
		die("no VM with interrupt controllers");
	memory = add_ram(vm);
	if (kvmlib_memory_reader_new(memory, 0, &reader) < 0 ||
	    kvmlib_vm_create_vcpu(vm, 0, &guest.vcpu) < 0 ||
	    kvmlib_control_new(vm, NULL, &guest.control) < 0)
		die("no vCPU");
	point_at_code(guest.vcpu);
	run(&guest, reader);

	kvmlib_control_unref(guest.control);
	kvmlib_vcpu_unref(guest.vcpu);
	kvmlib_memory_reader_free(reader);
	kvmlib_memory_unref(memory);
	kvmlib_vm_unref(vm);
	kvmlib_system_unref(system);
	return EXIT_SUCCESS;
}
#else
int main(void)
{
	fprintf(stderr, "timer: the guest is x86 code; kvmlib %s\n", kvmlib_version_string());
	return EXIT_FAILURE;
}
#endif
