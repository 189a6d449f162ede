/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A guest counts to nine. At five an image of it is written to a file, and it goes on. Then a second VM
 * loads the image, and counts on from there; and so does a third, whose memory is the file, mapped.
 *
 *     cc snapshot.c $(pkg-config --cflags --libs kvmlib) -o snapshot && ./snapshot FILE
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <kvmlib/kvmlib.h>

#ifdef __x86_64__
#include <stdbool.h>
#include <string.h>

#include <linux/kvm.h>

#define RAM_SIZE 0x10000
#define CODE	 0x1000
#define PORT	 0xe9

/* clang-format off */
static const uint8_t code[] = {
	0xb0, '0',       /* al = '0' */
	0xe6, PORT,      /* out */
	0xfe, 0xc0,      /* next */
	0x3c, '9' + 1,
	0x75, 0xf8,      /* again, up to nine */
	0xf4,            /* hlt */
};
/* clang-format on */

struct machine {
	struct kvmlib_vm *vm;
	struct kvmlib_vcpu *vcpu;
	struct kvmlib_memory *memory;
	struct kvmlib_memory_region *ram;
	struct kvmlib_state_plan *plan;
};

static _Noreturn void die(const char *what)
{
	char line[512];

	kvmlib_error_format(line, sizeof(line));
	fprintf(stderr, "snapshot: %s: %s\n", what, line);
	exit(EXIT_FAILURE);
}

/* A VM that has no memory yet. */
static void set_up(struct kvmlib_system *system, struct machine *machine)
{
	struct kvmlib_state_plan_opts opts = { .size = sizeof(opts), .nr_vcpus = 1 };

	if (kvmlib_system_create_vm(system, NULL, &machine->vm) < 0 ||
	    kvmlib_vm_create_vcpu(machine->vm, 0, &machine->vcpu) < 0 ||
	    kvmlib_memory_new(machine->vm, NULL, &machine->memory) < 0)
		die("no VM");
	opts.vcpus = &machine->vcpu;
	opts.memory = machine->memory;
	if (kvmlib_state_plan_new(machine->vm, &opts, &machine->plan) < 0)
		die("no plan");
}

static void take_down(struct machine *machine)
{
	kvmlib_state_plan_free(machine->plan);
	kvmlib_memory_unref(machine->memory);
	kvmlib_vcpu_unref(machine->vcpu);
	kvmlib_vm_unref(machine->vm);
}

static void add_ram(struct machine *machine)
{
	const struct kvmlib_memory_region_opts ram = { .size = sizeof(ram), .length = RAM_SIZE };

	if (kvmlib_memory_add(machine->memory, &ram, &machine->ram) < 0)
		die("no memory");
}

static void start(const struct machine *machine)
{
	struct kvm_regs regs = { .rip = CODE, .rflags = 2 };
	struct kvm_sregs sregs;

	memcpy((uint8_t *)kvmlib_memory_region_address(machine->ram) + CODE, code, sizeof(code));
	if (kvmlib_vcpu_get_sregs(machine->vcpu, &sregs) < 0)
		die("no registers");
	sregs.cs.base = 0;
	sregs.cs.selector = 0;
	if (kvmlib_vcpu_set_sregs(machine->vcpu, &sregs) < 0 ||
	    kvmlib_vcpu_set_regs(machine->vcpu, &regs) < 0)
		die("no registers");
}

/* Show what the guest counts, up to a digit or its end. */
static void run_up_to(const struct machine *machine, char last)
{
	struct kvmlib_exit_io io;
	char digit;

	do {
		if (kvmlib_vcpu_run(machine->vcpu) < 0)
			die("can't run");
		if (kvmlib_vcpu_exit_reason(machine->vcpu) == KVMLIB_EXIT_HLT)
			return;
		if (kvmlib_vcpu_exit_io(machine->vcpu, &io) < 0)
			die("another exit");
		digit = *(const char *)io.data;
		putchar(digit);
	} while (digit != last);
}

/* Of an exit, the guest's instruction is half done: KVM finishes it before anything is saved. */
static void finish_exit(const struct machine *machine)
{
	if (kvmlib_vcpu_kick(machine->vcpu) < 0)
		die("can't kick");
	do {
		if (kvmlib_vcpu_run(machine->vcpu) < 0)
			die("can't run");
	} while (kvmlib_vcpu_exit_reason(machine->vcpu) != KVMLIB_EXIT_INTR);
}

/* [write] */
/* Zeros are left out: the file has a hole there. */
static int write_part(const void *data, size_t length, void *file)
{
	if (!data)
		return fseek(file, (long)length, SEEK_CUR) ? -EIO : 0;
	return fwrite(data, 1, length, file) == length ? 0 : -EIO;
}

static int64_t read_part(void *data, size_t length, void *file)
{
	return (int64_t)fread(data, 1, length, file);
}
/* [write] */

/* [save] */
static void save(const struct machine *machine, FILE *file)
{
	struct kvmlib_image_opts opts = { .size = sizeof(opts) };
	struct kvmlib_state *state;

	if (kvmlib_state_new(&state) < 0 || kvmlib_state_save(machine->plan, state) < 0)
		die("can't save");
	opts.state = state;
	if (kvmlib_image_write(machine->memory, &opts, write_part, file, NULL) < 0)
		die("can't write");
	kvmlib_state_free(state);
}
/* [save] */

static struct kvmlib_image *open_image(FILE *file)
{
	const struct kvmlib_image_source source = { .size = sizeof(source),
						    .read = read_part,
						    .userdata = file };
	struct kvmlib_image *image;

	if (kvmlib_image_open(&source, &image) < 0)
		die("no image");
	return image;
}

/* [load] */
static void load(struct machine *machine, struct kvmlib_image *image)
{
	add_ram(machine);
	if (kvmlib_image_load(image, machine->memory, NULL, NULL) < 0 ||
	    kvmlib_state_restore(machine->plan, kvmlib_image_state(image), NULL) < 0)
		die("can't restore");
}
/* [load] */

/* [map] */
static void map(struct machine *machine, struct kvmlib_image *image, int fd)
{
	struct kvmlib_memory_change *change;

	if (kvmlib_memory_begin(machine->memory, &change) < 0 ||
	    kvmlib_image_map(image, fd, change) < 0 || kvmlib_memory_change_commit(change) < 0 ||
	    kvmlib_state_restore(machine->plan, kvmlib_image_state(image), NULL) < 0)
		die("can't map");
}
/* [map] */

static FILE *open_file(const char *path, const char *mode)
{
	FILE *file = fopen(path, mode);

	if (file)
		return file;
	perror(path);
	exit(EXIT_FAILURE);
}

static void count_and_save(struct kvmlib_system *system, const char *path)
{
	FILE *file = open_file(path, "wb");
	struct machine machine;

	set_up(system, &machine);
	add_ram(&machine);
	start(&machine);
	run_up_to(&machine, '5');
	finish_exit(&machine);
	save(&machine, file);
	printf(" saved ");
	run_up_to(&machine, 0);
	take_down(&machine);
	if (fclose(file) != 0)
		die("can't save");
}

static void count_on(struct kvmlib_system *system, const char *path, bool is_mapped)
{
	FILE *file = open_file(path, "rb");
	struct kvmlib_image *image = open_image(file);
	struct machine machine;

	set_up(system, &machine);
	if (is_mapped)
		map(&machine, image, fileno(file));
	else
		load(&machine, image);
	run_up_to(&machine, 0);
	take_down(&machine);
	kvmlib_image_free(image);
	fclose(file);
}

int main(int argc, char *argv[])
{
	struct kvmlib_system *system;

	if (argc != 2) {
		fprintf(stderr, "usage: snapshot FILE\n");
		return EXIT_FAILURE;
	}
	if (kvmlib_system_open(NULL, &system) < 0)
		die("no KVM");
	count_and_save(system, argv[1]);
	printf(", restored ");
	count_on(system, argv[1], false);
	printf(", mapped ");
	count_on(system, argv[1], true);
	putchar('\n');
	kvmlib_system_unref(system);
	return EXIT_SUCCESS;
}
#else
int main(void)
{
	fprintf(stderr, "snapshot: the guest is for x86-64\n");
	return EXIT_FAILURE;
}
#endif
