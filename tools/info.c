/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* `kvmlib info`: what this host's KVM can do. */
#include <argp.h>
#include <stdbool.h>
#include <sys/utsname.h>

#include <kvmlib/kvmlib.h>

#include "seccomp.h"
#include "tool.h"

#define COMMAND	 "info"
#define LAST_CAP 511U /* asked for as well: what a newer kernel may have */
#define VALUE	 16   /* room for a value as text */
#define SECCOMP	 256  /* an option without a letter */

static const struct argp_option options[] = {
	{ "all", 'a', NULL, 0, "Show the capabilities that are absent, too", 0 },
	{ "seccomp", SECCOMP, "SETS", 0,
	  "Print a seccomp profile of the ioctls that these sets need instead; `list' lists them",
	  0 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static const char help[] =
	"Show what this host's KVM can do: its limits, and its capabilities by name.\v"
	"The first value of a capability is the system's; where a new VM answers otherwise, its "
	"value follows. Bitmasks are in hexadecimal, and the names of their bits follow.\n"
	"\n"
	"A seccomp profile has rules for ioctl alone, in the JSON of container engines: put them "
	"in the "
	"place of \"ioctl\" in a profile of all system calls. SETS is a list such as "
	"base,irqchip.\n"
	"\n"
	"Exit status: 0, 2 for wrong usage, 3 if KVM can't be used.";

struct asked {
	bool all;
	const char *seccomp;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct asked *asked = state->input;

	switch (key) {
	case 'a':
		asked->all = true;
		return 0;
	case SECCOMP:
		asked->seccomp = arg;
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "unexpected argument \"%s\"", arg);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static const struct argp argp = { options, parse, NULL, help, NULL, NULL, NULL };

static uint32_t kind_of(uint32_t cap)
{
	struct kvmlib_capability facts;

	return kvmlib_capability_info(cap, &facts) < 0 ? 0 : facts.kind;
}

static const char *format_value(uint32_t kind, int value, char *text)
{
	if (value <= 0)
		return "-";
	if (value == 1 && kind == KVMLIB_CAPABILITY_BOOL)
		return "yes";
	snprintf(text, VALUE, kind == KVMLIB_CAPABILITY_MASK ? "0x%x" : "%d", (unsigned int)value);
	return text;
}

static void print_bits(uint32_t cap, unsigned int mask)
{
	for (uint32_t bit = 0; bit < 32; bit++) {
		const char *name = kvmlib_capability_bit_name(cap, bit);

		if (name && mask >> bit & 1)
			printf("    %s\n", name);
	}
}

static void print_cap(uint32_t cap, int system_value, int vm_value)
{
	const char *name = kvmlib_capability_name(cap);
	uint32_t kind = kind_of(cap);
	char system_text[VALUE], vm_text[VALUE], number[32];

	snprintf(number, sizeof(number), "capability %u", cap);
	printf("  %-40s%10s", name ? name : number, format_value(kind, system_value, system_text));
	if (vm_value != system_value)
		printf("%10s", format_value(kind, vm_value, vm_text));
	putchar('\n');
	print_bits(cap, (unsigned int)(vm_value > 0 ? vm_value : 0));
}

/* Without a VM its values are taken for the system's. */
static void print_caps(struct kvmlib_system *system, struct kvmlib_vm *vm, bool all)
{
	printf("\n%-42s%10s%10s\n", "Capabilities", "system", vm ? "VM" : "");
	for (uint32_t cap = 0; cap <= LAST_CAP; cap++) {
		int system_value = kvmlib_system_check_extension(system, cap);
		int vm_value = vm ? kvmlib_vm_check_extension(vm, cap) : system_value;

		if (system_value > 0 || vm_value > 0 || (all && kvmlib_capability_name(cap)))
			print_cap(cap, system_value, vm_value);
	}
}

static const struct {
	const char *title;
	uint32_t cap;
} limits[] = {
	{ "vCPUs in a VM, recommended", KVMLIB_CAP_NR_VCPUS },
	{ "vCPUs in a VM, at most", KVMLIB_CAP_MAX_VCPUS },
	{ "vCPU ids, from 0 to below", KVMLIB_CAP_MAX_VCPU_ID },
	{ "memory slots", KVMLIB_CAP_NR_MEMSLOTS },
	{ "interrupt routes (GSI)", KVMLIB_CAP_IRQ_ROUTING },
};

static void print_kvm(struct kvmlib_system *system)
{
	printf("\nKVM\n");
	printf("  %-40s%10d\n", "API version", kvmlib_system_get_api_version(system));
	printf("  %-40s%10d bytes\n", "run page of a vCPU",
	       kvmlib_system_get_vcpu_mmap_size(system));
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		int value = kvmlib_system_check_extension(system, limits[i].cap);

		printf("  %-40s%10d\n", limits[i].title, value > 0 ? value : 0);
	}
}

static void print_title(void)
{
	struct utsname host;

	uname(&host);
	printf("kvmlib %s on %s %s, %s\n", kvmlib_version_string(), host.sysname, host.release,
	       host.machine);
}

/* A host that can open KVM but not create a VM is told about all the same. */
static int show(struct kvmlib_system *system, bool all)
{
	struct kvmlib_vm *vm = NULL;
	int status = STATUS_OK;

	print_title();
	print_kvm(system);
	fflush(stdout);
	if (kvmlib_system_create_vm(system, NULL, &vm) < 0)
		status = say_error(COMMAND, "can't create a VM");
	print_caps(system, vm, all);
	kvmlib_vm_unref(vm);
	return status;
}

int tool_info(int argc, char **argv)
{
	struct kvmlib_system *system;
	struct asked asked = { .seccomp = NULL };
	int status;

	if (argp_parse(&argp, argc, argv, 0, NULL, &asked))
		return STATUS_USAGE;
	if (asked.seccomp)
		return tool_info_seccomp(asked.seccomp);
	if (kvmlib_system_open(NULL, &system) < 0)
		return say_error(COMMAND, "can't open KVM");
	status = show(system, asked.all);
	kvmlib_system_unref(system);
	return status;
}
