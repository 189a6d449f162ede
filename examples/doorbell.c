/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A guest rings a device's bell, and the device answers by an interrupt; the VMM's thread that runs
 * the guest has no part in it. Prints how many times a second they do that.
 *
 *     cc doorbell.c $(pkg-config --cflags --libs kvmlib) -pthread -o doorbell && ./doorbell
 */
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include <kvmlib/kvmlib.h>

#ifdef __x86_64__
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include <linux/kvm.h>

#define RAM_SIZE 0x10000U
#define CODE	 0x1000
#define HANDLER	 0x2000
#define STACK	 0x8000
#define VECTOR	 0x25  /* where the guest wants line 5 of its interrupt controller */
#define BELL	 0x600 /* a port that only the device's thread hears of */
#define DONE	 0x601 /* one that the VMM serves */

/* clang-format off */
/* Ring, sleep until the handler has counted one more; as often as the register cx says. */
static const uint8_t code[] = {
	0xb0, 0x11, 0xe6, 0x20,             /* the controller: begin, */
	0xb0, 0x20, 0xe6, 0x21,             /* vectors from 0x20 on, */
	0xb0, 0x04, 0xe6, 0x21,             /* the other one at line 2, */
	0xb0, 0x01, 0xe6, 0x21,             /* as in a PC, */
	0xb0, 0xdf, 0xe6, 0x21,             /* line 5 alone */
	0x89, 0xf7,                         /* ring: mov di, si */
	0xba, BELL & 0xff, BELL >> 8, 0xee, /* out BELL, al */
	0xfa,                               /* look: cli */
	0x39, 0xfe,                         /* cmp si, di */
	0x75, 0x04,                         /* jne came */
	0xfb, 0xf4,                         /* sti; hlt: nothing comes in between */
	0xeb, 0xf7,                         /* jmp look */
	0xfb,                               /* came: sti */
	0xe2, 0xee,                         /* loop ring */
	0xba, DONE & 0xff, DONE >> 8, 0xee, /* out DONE, al */
};
static const uint8_t handler[] = {
	0x46,                   /* inc si */
	0xb0, 0x20, 0xe6, 0x20, /* end of interrupt */
	0xcf,                   /* iret */
};
/* clang-format on */

struct device {
	struct kvmlib_ioeventfd *bell;
	struct kvmlib_irqfd *interrupt;
	int stop; /* an eventfd */
	unsigned long rings;
};

static _Noreturn void die(const char *what)
{
	char line[512];

	kvmlib_error_format(line, sizeof(line));
	fprintf(stderr, "doorbell: %s: %s\n", what, line);
	exit(EXIT_FAILURE);
}

/* For what leaves no record. */
static _Noreturn void die_of(const char *what)
{
	fprintf(stderr, "doorbell: %s\n", what);
	exit(EXIT_FAILURE);
}

/* [device] */
/* Wait for the bell, answer by an interrupt. */
static void *serve(void *userdata)
{
	struct device *device = userdata;
	struct pollfd fds[2] = {
		{ .fd = kvmlib_ioeventfd_fd(device->bell), .events = POLLIN },
		{ .fd = device->stop, .events = POLLIN },
	};
	eventfd_t rings;

	while (poll(fds, 2, -1) > 0 && !fds[1].revents) {
		if (eventfd_read(fds[0].fd, &rings) < 0)
			continue;
		device->rings += rings;
		if (eventfd_write(kvmlib_irqfd_fd(device->interrupt), 1) < 0)
			die_of("can't interrupt");
	}
	return NULL;
}
/* [device] */

/* [attach] */
static void plug_in(struct kvmlib_vm *vm, struct kvmlib_routes *routes, struct device *device)
{
	const struct kvmlib_ioeventfd_opts bell = {
		.size = sizeof(bell),
		.name = "bell",
		.address = BELL,
		.length = 1,
		.flags = KVMLIB_IOEVENTFD_FLAG_PIO,
	};
	struct kvmlib_route *line;

	if (kvmlib_ioeventfd_attach(vm, KVMLIB_EVENTFD_NEW, &bell, &device->bell) < 0)
		die("no bell");
	if (kvmlib_routes_find(routes, "pic5", &line) < 0 ||
	    kvmlib_irqfd_attach(line, KVMLIB_EVENTFD_NEW, 0, &device->interrupt) < 0)
		die("no interrupt");
}
/* [attach] */

static struct kvmlib_memory *add_ram(struct kvmlib_vm *vm)
{
	struct kvmlib_memory_region_opts opts = { .size = sizeof(opts), .length = RAM_SIZE };
	const uint8_t vector[4] = { HANDLER & 0xff, HANDLER >> 8 };
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

static void point_at_code(struct kvmlib_vcpu *vcpu, unsigned int round_trips)
{
	struct kvm_regs regs = { .rip = CODE, .rsp = STACK, .rcx = round_trips, .rflags = 2 };
	struct kvm_sregs sregs;

	if (kvmlib_vcpu_get_sregs(vcpu, &sregs) < 0)
		die("can't read the registers");
	sregs.cs.base = 0;
	sregs.cs.selector = 0;
	if (kvmlib_vcpu_set_sregs(vcpu, &sregs) < 0 || kvmlib_vcpu_set_regs(vcpu, &regs) < 0)
		die("can't set the registers");
}

/* The bell is no exit: this one returns once, when the guest is done. */
static void run(struct kvmlib_vcpu *vcpu)
{
	struct kvmlib_exit_io io;

	do {
		if (kvmlib_vcpu_run(vcpu) < 0)
			die("can't run");
	} while (kvmlib_vcpu_exit_reason(vcpu) == KVMLIB_EXIT_INTR);
	if (kvmlib_vcpu_exit_io(vcpu, &io) < 0 || io.port != DONE)
		die("expected the guest to be done");
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void ring_and_answer(struct kvmlib_vcpu *vcpu, struct device *device,
			    unsigned int round_trips)
{
	double begin = now();
	pthread_t thread;

	if (pthread_create(&thread, NULL, serve, device))
		die_of("can't start a thread");
	run(vcpu);
	printf("%u round trips, %.0f a second\n", round_trips, round_trips / (now() - begin));
	if (eventfd_write(device->stop, 1) < 0)
		die_of("can't stop the device");
	pthread_join(thread, NULL);
	if (device->rings != round_trips)
		die_of("a ring was lost");
}

int main(int argc, char **argv)
{
	const unsigned long round_trips = argc > 1 ? strtoul(argv[1], NULL, 10) : 10000;
	struct device device = { .stop = eventfd(0, EFD_CLOEXEC) };
	struct kvmlib_system *system;
	struct kvmlib_routes *routes;
	struct kvmlib_memory *memory;
	struct kvmlib_vcpu *vcpu;
	struct kvmlib_vm *vm;

	if (!round_trips || round_trips > 65535 || device.stop < 0)
		die_of("1 to 65535 round trips");
	if (kvmlib_system_open(NULL, &system) < 0 || kvmlib_system_create_vm(system, NULL, &vm) < 0)
		die("no VM");
	if (kvmlib_vm_create_irqchip(vm) < 0 || kvmlib_routes_new(vm, NULL, &routes) < 0 ||
	    kvmlib_vm_create_vcpu(vm, 0, &vcpu) < 0)
		die("no vCPU with interrupts");
	memory = add_ram(vm);
	plug_in(vm, routes, &device);
	point_at_code(vcpu, (unsigned int)round_trips);
	ring_and_answer(vcpu, &device, (unsigned int)round_trips);

	kvmlib_ioeventfd_unref(device.bell);
	kvmlib_irqfd_unref(device.interrupt);
	kvmlib_vcpu_unref(vcpu);
	kvmlib_memory_unref(memory);
	kvmlib_routes_unref(routes);
	kvmlib_vm_unref(vm);
	kvmlib_system_unref(system);
	close(device.stop);
	return EXIT_SUCCESS;
}
#else
int main(void)
{
	fprintf(stderr, "doorbell: the guest is x86 code; kvmlib %s\n", kvmlib_version_string());
	return EXIT_FAILURE;
}
#endif
