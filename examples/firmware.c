/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * An unmodified PC firmware as the guest: SeaBIOS looks for memory and devices, finds nothing to
 * boot from, and says so on its debug console.
 *
 *     cc firmware.c $(pkg-config --cflags --libs kvmlib) -o firmware
 *     ./firmware [/usr/share/seabios/bios.bin]
 *
 * Interrupt controllers and timer are KVM's, the little else that the firmware asks for is here.
 */
#include <stdio.h>
#include <stdlib.h>

#include <kvmlib/kvmlib.h>

#ifdef __x86_64__
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include <linux/kvm.h>

#define KIB	   1024UL
#define MIB	   (1024 * KIB)
#define RAM_SIZE   (64 * MIB)
#define ROM_END	   (4096 * MIB) /* the CPU starts 16 bytes below */
#define CONSOLE	   0x402
#define CMOS_INDEX 0x70
#define CMOS_DATA  0x71
#define TICKS	   0x46c /* here the BIOS counts timer interrupts, 18.2 a second */
#define LAST_WORDS "No bootable device"
#define TIME_LIMIT 60 /* seconds */

struct guest {
	struct kvmlib_system *system;
	struct kvmlib_vm *vm;
	struct kvmlib_memory *memory;
	struct kvmlib_vcpu *vcpu;
	uint8_t *ram;
	uint8_t cmos[128];
	uint8_t cmos_index;
	char said[sizeof(LAST_WORDS)]; /* the last that the console printed */
};

static _Noreturn void die(const char *what)
{
	char line[512];

	kvmlib_error_format(line, sizeof(line));
	fprintf(stderr, "firmware: %s: %s\n", what, line);
	exit(EXIT_FAILURE);
}

static _Noreturn void die_errno(const char *what)
{
	fprintf(stderr, "firmware: ");
	perror(what);
	exit(EXIT_FAILURE);
}

static uint8_t *add_region(struct guest *guest, const struct kvmlib_memory_region_opts *opts)
{
	struct kvmlib_memory_region *region;

	if (kvmlib_memory_add(guest->memory, opts, &region) < 0)
		die("can't add memory");
	return kvmlib_memory_region_address(region);
}

static uint64_t open_file(const char *path, int *ret_fd)
{
	off_t size;

	*ret_fd = open(path, O_RDONLY | O_CLOEXEC);
	size = lseek(*ret_fd, 0, SEEK_END);
	if (size < 0)
		die_errno(path);
	return (uint64_t)size;
}

/* The file is the ROM, which ends at 4 GiB. */
static uint8_t *add_rom(struct guest *guest, int fd, uint64_t size)
{
	return add_region(guest, &(const struct kvmlib_memory_region_opts){
					 .size = sizeof(struct kvmlib_memory_region_opts),
					 .name = "rom",
					 .gpa = ROM_END - size,
					 .length = size,
					 .backing = KVMLIB_MEMORY_FILE,
					 .fd = fd,
					 .flags = KVMLIB_MEMORY_READONLY,
				 });
}

/* 16-bit code needs the ROM below 1 MiB: a PC has a copy there, in RAM. */
static void add_memory(struct guest *guest, const char *rom_path)
{
	const struct kvmlib_memory_region_opts ram = {
		.size = sizeof(ram),
		.name = "ram",
		.length = RAM_SIZE,
	};
	int fd;
	uint64_t size = open_file(rom_path, &fd);
	uint64_t low = size < 256 * KIB ? size : 256 * KIB;

	if (kvmlib_memory_new(guest->vm, NULL, &guest->memory) < 0)
		die("no memory map");
	guest->ram = add_region(guest, &ram);
	memcpy(guest->ram + MIB - low, add_rom(guest, fd, size) + size - low, low);
	close(fd);
}

/* [pc] */
/* On some of Intel's processors KVM needs four pages where no memory is: below the ROM. */
static void create_vm(struct guest *guest)
{
	if (kvmlib_system_open(NULL, &guest->system) < 0)
		die("no KVM");
	if (kvmlib_system_create_vm(guest->system, NULL, &guest->vm) < 0)
		die("no VM");
	if (kvmlib_vm_set_identity_map_addr(guest->vm, 0xfeffc000) < 0 ||
	    kvmlib_vm_set_tss_addr(guest->vm, 0xfeffd000) < 0)
		die("no place for KVM's own pages");
	if (kvmlib_vm_create_irqchip(guest->vm) < 0 ||
	    kvmlib_vm_create_pit2(guest->vm, KVMLIB_PIT_SPEAKER_DUMMY) < 0)
		die("no interrupt controllers or timer");
}
/* [pc] */

/* [cpuid] */
/* A new vCPU is as after reset: only its CPUID is missing. KVM's proposal has the APIC id of the
 * CPU that asked, this vCPU's is 0. */
static void create_vcpu(struct guest *guest)
{
	struct kvm_cpuid_entry2 entries[256];
	uint32_t count;

	if (kvmlib_vm_create_vcpu(guest->vm, 0, &guest->vcpu) < 0)
		die("no vCPU");
	if (kvmlib_system_get_supported_cpuid(guest->system, entries, 256, &count) < 0)
		die("no supported CPUID");
	for (uint32_t i = 0; i < count; i++) {
		if (entries[i].function == 1)
			entries[i].ebx &= 0x00ffffff;
		if (entries[i].function == 0xb || entries[i].function == 0x1f)
			entries[i].edx = 0;
	}
	if (kvmlib_vcpu_set_cpuid2(guest->vcpu, entries, count) < 0)
		die("can't set the CPUID");
}
/* [cpuid] */

/* Where a PC's firmware learns how much memory there is: in KiB above 1 MiB, and in units of 64 KiB
 * above 16 MiB. The clock in there stands at midnight. */
static void fill_cmos(uint8_t *cmos)
{
	const uint64_t above_1m = (RAM_SIZE - MIB) / KIB;
	const uint64_t above_16m = (RAM_SIZE - 16 * MIB) / (64 * KIB);

	cmos[0x15] = 640 & 0xff;
	cmos[0x16] = 640 >> 8;
	cmos[0x17] = cmos[0x30] = (uint8_t)above_1m;
	cmos[0x18] = cmos[0x31] = (uint8_t)(above_1m >> 8);
	cmos[0x34] = (uint8_t)above_16m;
	cmos[0x35] = (uint8_t)(above_16m >> 8);
}

static void print(struct guest *guest, char c)
{
	const size_t last = sizeof(LAST_WORDS) - 2;

	putchar(c);
	memmove(guest->said, guest->said + 1, last);
	guest->said[last] = c;
}

static void write_port(struct guest *guest, uint16_t port, uint8_t value)
{
	switch (port) {
	case CONSOLE:
		print(guest, (char)value);
		break;
	case CMOS_INDEX:
		guest->cmos_index = value & 0x7f;
		break;
	case CMOS_DATA:
		guest->cmos[guest->cmos_index] = value;
		break;
	}
}

/* The console tells that it is there; ports without a device answer all ones. */
static uint8_t read_port(const struct guest *guest, uint16_t port)
{
	switch (port) {
	case CONSOLE:
		return 0xe9;
	case CMOS_DATA:
		return guest->cmos[guest->cmos_index];
	default:
		return 0xff;
	}
}

/* [io] */
/* Several bytes go to as many ports; a repeated access comes as one exit. */
static void handle_io(struct guest *guest)
{
	struct kvmlib_exit_io io;
	uint8_t *bytes;

	if (kvmlib_vcpu_exit_io(guest->vcpu, &io) < 0)
		die("bad port access");
	bytes = io.data;
	for (uint32_t i = 0; i < io.count * io.size; i++) {
		uint16_t port = (uint16_t)(io.port + i % io.size);

		if (io.is_write)
			write_port(guest, port, bytes[i]);
		else
			bytes[i] = read_port(guest, port);
	}
}
/* [io] */

/* [mmio] */
static void handle_mmio(struct guest *guest)
{
	struct kvmlib_exit_mmio mmio;

	if (kvmlib_vcpu_exit_mmio(guest->vcpu, &mmio) < 0)
		die("bad memory access");
	if (!mmio.is_write)
		memset(mmio.data, 0xff, mmio.len);
}
/* [mmio] */

/* [alarm] */
static struct kvmlib_vcpu *kicked; /* a signal handler has no arguments of ours */

static void on_alarm(int signo)
{
	(void)signo;
	kvmlib_vcpu_kick(kicked); /* NOLINT(bugprone-signal-handler,cert-sig30-c): it is safe */
}

/* The alarm alone could come between two runs, and be lost. The kick can't. */
static void set_time_limit(struct guest *guest)
{
	if (kvmlib_kick_handler_install(guest->system, SIGRTMIN) < 0 ||
	    kvmlib_vcpu_bind(guest->vcpu, SIGRTMIN) < 0)
		die("can't prepare the kick");
	kicked = guest->vcpu;
	signal(SIGALRM, on_alarm);
	alarm(TIME_LIMIT);
}
/* [alarm] */

static _Noreturn void give_up(const char *why)
{
	fflush(stdout);
	fprintf(stderr, "\nfirmware: ended by %s\n", why ? why : "an unknown exit");
	exit(EXIT_FAILURE);
}

/* [exits] */
static void handle_exit(struct guest *guest)
{
	uint32_t reason = kvmlib_vcpu_exit_reason(guest->vcpu);

	switch (reason) {
	case KVMLIB_EXIT_IO:
		handle_io(guest);
		break;
	case KVMLIB_EXIT_MMIO:
		handle_mmio(guest);
		break;
	case KVMLIB_EXIT_INTR:
		if (kvmlib_vcpu_exit_kicked(guest->vcpu))
			give_up("the time limit");
		break; /* some other signal */
	default:
		give_up(kvmlib_exit_name(reason));
	}
}
/* [exits] */

static void run(struct guest *guest)
{
	while (strcmp(guest->said, LAST_WORDS) != 0) {
		if (kvmlib_vcpu_run(guest->vcpu) < 0)
			die("can't run");
		handle_exit(guest);
	}
}

static void print_ticks(const struct guest *guest)
{
	uint32_t ticks;

	memcpy(&ticks, guest->ram + TICKS, sizeof(ticks));
	printf("\n%u timer interrupts, %.1f seconds of the guest\n", ticks, ticks / 18.2);
}

int main(int argc, char **argv)
{
	static struct guest guest;

	fill_cmos(guest.cmos);
	create_vm(&guest);
	add_memory(&guest, argc > 1 ? argv[1] : "/usr/share/seabios/bios.bin");
	create_vcpu(&guest);
	set_time_limit(&guest);

	run(&guest);
	print_ticks(&guest);

	kvmlib_vcpu_unref(guest.vcpu);
	kvmlib_memory_unref(guest.memory);
	kvmlib_vm_unref(guest.vm);
	kvmlib_system_unref(guest.system);
	return EXIT_SUCCESS;
}
#else
int main(void)
{
	fprintf(stderr, "firmware: the guest is x86 code; kvmlib %s\n", kvmlib_version_string());
	return EXIT_FAILURE;
}
#endif
