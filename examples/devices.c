/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What KVM itself serves: interrupt controllers and their lines, devices and their attributes.
 *
 *     cc devices.c $(pkg-config --cflags --libs kvmlib-sim) -o devices && ./devices
 *
 * The kernel is simulated, and takes any file for a VFIO group. Without .sys it would be KVM.
 */
#include <stdio.h>
#include <stdlib.h>

#include <kvmlib/kvmlib.h>
#include <kvmlib/sim.h>

#ifdef __x86_64__
#include <fcntl.h>
#include <unistd.h>

#define COM1_LINE 4

static _Noreturn void die(const char *what)
{
	char line[512];

	kvmlib_error_format(line, sizeof(line));
	fprintf(stderr, "devices: %s: %s\n", what, line);
	exit(EXIT_FAILURE);
}

/* [irqchip] */
/* Before the first vCPU: each gets its local APIC when it is made. */
static void add_interrupts(struct kvmlib_vm *vm)
{
	if (kvmlib_vm_create_irqchip(vm) < 0)
		die("no interrupt controllers");
	if (kvmlib_vm_create_pit2(vm, 0) < 0)
		die("no timer");
}
/* [irqchip] */

/* [irq] */
/* An edge: up, and down again. */
static void pulse(struct kvmlib_vm *vm, uint32_t line)
{
	if (kvmlib_vm_irq_line(vm, line, 1) < 0 || kvmlib_vm_irq_line(vm, line, 0) < 0)
		die("no interrupt");
}
/* [irq] */

/* [device] */
static struct kvmlib_device *add_vfio_file(struct kvmlib_vm *vm, int fd)
{
	struct kvmlib_device *vfio;

	if (kvmlib_vm_create_device(vm, KVMLIB_DEV_TYPE_VFIO, 0, &vfio) < 0)
		die("no VFIO device");
	if (kvmlib_device_has_attr(vfio, KVMLIB_DEV_VFIO_FILE, KVMLIB_DEV_VFIO_FILE_ADD) < 0)
		die("an old kernel");
	if (kvmlib_device_set_attr(vfio, KVMLIB_DEV_VFIO_FILE, KVMLIB_DEV_VFIO_FILE_ADD, &fd) < 0)
		die("can't add the file");
	return vfio;
}
/* [device] */

int main(int argc, char **argv)
{
	int file = open(argc > 1 ? argv[1] : "/dev/null", O_RDWR | O_CLOEXEC);
	struct kvmlib_system_opts opts = { .size = sizeof(opts) };
	struct kvmlib_device *vfio;
	struct kvmlib_system *system;
	struct kvmlib_sim *sim;
	struct kvmlib_vm *vm;

	if (file < 0 || kvmlib_sim_new(&sim) < 0)
		return EXIT_FAILURE;
	opts.sys = kvmlib_sim_sys_ops(sim);
	if (kvmlib_system_open(&opts, &system) < 0 ||
	    kvmlib_system_create_vm(system, NULL, &vm) < 0)
		die("no VM");

	add_interrupts(vm);
	pulse(vm, COM1_LINE);
	vfio = add_vfio_file(vm, file);
	puts("interrupt controllers, a timer, a VFIO file");

	kvmlib_device_unref(vfio);
	kvmlib_vm_unref(vm);
	kvmlib_system_unref(system);
	kvmlib_sim_free(sim);
	close(file);
	return EXIT_SUCCESS;
}
#else
int main(void)
{
	fprintf(stderr, "devices: these are x86's; kvmlib %s\n", kvmlib_version_string());
	return EXIT_FAILURE;
}
#endif
