/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether KVM can be used on this host by this user; if not, what to do. */
#include <dirent.h>
#include <errno.h>
#include <grp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "info.h"
#include "info_flow.h"
#include "json.h"
#include "tool.h"

#define NODE	  "/dev/kvm"
#define TEXT	  512
#define MAX_FOUND 24

enum result { FOUND_OK, FOUND_NOTE, FOUND_FAIL };

struct finding {
	const char *what;
	enum result result;
	char text[TEXT];
	char hint[TEXT]; /* or empty */
};

struct check {
	struct finding list[MAX_FOUND];
	size_t nr;
	bool works; /* KVM can be opened: that it can be seen, too, does not matter then */
};

__attribute__((format(printf, 5, 6))) static void found(struct check *check, const char *what,
							enum result result, const char *hint,
							const char *format, ...)
{
	struct finding *finding = &check->list[check->nr++];
	va_list args;

	finding->what = what;
	finding->result = result;
	snprintf(finding->hint, TEXT, "%s", result == FOUND_OK ? "" : hint);
	va_start(args, format);
	/* NOLINTNEXTLINE(clang-analyzer-valist.*): it was started */
	vsnprintf(finding->text, TEXT, format, args);
	va_end(args);
}

/* A failure of the library, with its own hint. */
static void failed(struct check *check, const char *what)
{
	const char *name = kvmlib_errno_name(kvmlib_error_errno());
	const char *call = kvmlib_error_call();

	found(check, what, FOUND_FAIL, kvmlib_error_hint(), "%s: %s: %s",
	      call ? call : kvmlib_error_function(), name ? name : strerror(kvmlib_error_errno()),
	      kvmlib_error_sentence());
}

/* What KVM needs, and is not seen: only a note once KVM was opened. */
static enum result unseen(const struct check *check)
{
	return check->works ? FOUND_NOTE : FOUND_FAIL;
}

/* The processor */

#ifdef __x86_64__
/* Whether a word is one of a line's. */
static bool has_word(const char *line, const char *word)
{
	const size_t size = strlen(word);

	for (const char *at = strstr(line, word); at; at = strstr(at + 1, word))
		if (at > line && at[-1] == ' ' && (!at[size] || strchr(" \n", at[size])))
			return true;
	return false;
}

/* The flags of the first processor. */
static bool read_flags(char *line, size_t size)
{
	FILE *file = fopen("/proc/cpuinfo", "re");
	bool is_flags = false;

	if (!file)
		return false;
	while (!is_flags && fgets(line, (int)size, file))
		is_flags = !strncmp(line, "flags", 5);
	fclose(file);
	return is_flags;
}

static void check_processor(struct check *check)
{
	char line[8192] = "";

	if (!read_flags(line, sizeof(line)))
		found(check, "processor", unseen(check), "Mount /proc.",
		      "its flags can't be read in /proc/cpuinfo");
	else if (has_word(line, "vmx"))
		found(check, "processor", FOUND_OK, "", "has vmx (Intel VT-x)");
	else if (has_word(line, "svm"))
		found(check, "processor", FOUND_OK, "", "has svm (AMD-V)");
	else
		found(check, "processor", unseen(check),
		      has_word(line, "hypervisor")
			      ? "This is a VM: let its host give it nested virtualization."
			      : "Switch virtualization (VT-x, AMD-V, SVM) on in the firmware's "
				"setup.",
		      "has neither vmx nor svm");
	if (has_word(line, "hypervisor"))
		found(check, "host", FOUND_NOTE, "Guests here are nested, and slower.",
		      "is itself a VM");
}

#define NEEDS_VENDOR_MODULE true
#else
/* Elsewhere the kernel alone knows; it makes no node without. */
static void check_processor(struct check *check)
{
	(void)check;
}

#define NEEDS_VENDOR_MODULE false
#endif

/* Modules */

static bool has_module(const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/module/%s", name);
	return access(path, F_OK) == 0;
}

/* One of kvm_intel, kvm_amd, and others that don't come with the kernel; NULL if there is none. */
static const char *vendor_module(void)
{
	static char name[64];
	DIR *dir = opendir("/sys/module");

	name[0] = '\0';
	if (!dir)
		return NULL;
	for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir))
		if (info_is_vendor_module(entry->d_name))
			snprintf(name, sizeof(name), "%.63s", entry->d_name);
	closedir(dir);
	return name[0] ? name : NULL;
}

static void check_modules(struct check *check)
{
	const char *vendor = vendor_module();

	if (!has_module("kvm"))
		found(check, "module", unseen(check),
		      "Load it: modprobe kvm_intel, or modprobe kvm_amd; the kernel's log tells "
		      "why that fails.",
		      "kvm is not loaded");
	else if (NEEDS_VENDOR_MODULE && !vendor)
		found(check, "module", unseen(check),
		      "Load it: modprobe kvm_intel, or modprobe kvm_amd; the kernel's log tells "
		      "why that fails.",
		      "kvm is loaded, but neither kvm_intel nor kvm_amd");
	else
		found(check, "module", FOUND_OK, "", "kvm%s%s", vendor ? " and " : "",
		      vendor ? vendor : "");
}

/* The node */

static void check_access(struct check *check, const struct stat *stat)
{
	const struct group *group = getgrgid(stat->st_gid);
	const bool by_group = (stat->st_mode & 060) == 060 && stat->st_gid != 0;
	char hint[TEXT] = "Ask root for access to " NODE ".";

	if (!access(NODE, R_OK | W_OK)) {
		found(check, "access", FOUND_OK, "", "this user may read and write " NODE);
		return;
	}
	if (by_group && group)
		snprintf(hint, sizeof(hint),
			 "Join its group and log in again: usermod -aG %s USER, as root.",
			 group->gr_name);
	found(check, "access", FOUND_FAIL, hint,
	      "this user may not read and write " NODE " (mode %03o, group %s)",
	      stat->st_mode & 0777U, group ? group->gr_name : "without a name");
}

static void check_node(struct check *check)
{
	struct stat status;

	if (stat(NODE, &status) < 0) {
		found(check, "node", FOUND_FAIL,
		      "Load the modules; in a container, hand " NODE " in (--device " NODE ").",
		      NODE ": %s", strerror(errno));
		return;
	}
	if (!S_ISCHR(status.st_mode)) {
		found(check, "node", FOUND_FAIL, "Remove it, and load the modules again.",
		      NODE " is no device");
		return;
	}
	found(check, "node", FOUND_OK, "", NODE " is there");
	check_access(check, &status);
}

/* KVM itself */

static void check_interrupts(struct check *check, struct kvmlib_vm *vm)
{
	const bool chip = kvmlib_vm_check_extension(vm, KVMLIB_CAP_IRQCHIP) > 0;
	const bool fd = kvmlib_vm_check_extension(vm, KVMLIB_CAP_IRQFD) > 0;

	found(check, "interrupts", chip && fd ? FOUND_OK : FOUND_NOTE,
	      "The VMM has to emulate what is missing, and is slower.",
	      "interrupt controller in the kernel: %s; irqfd: %s", chip ? "yes" : "no",
	      fd ? "yes" : "no");
}

static void check_vm(struct check *check, struct kvmlib_system *system)
{
	struct kvmlib_vcpu *vcpu = NULL;
	struct kvmlib_vm *vm = NULL;

	if (kvmlib_system_create_vm(system, NULL, &vm) < 0) {
		failed(check, "VM");
		return;
	}
	found(check, "VM", FOUND_OK, "", "can be made");
	if (kvmlib_vm_create_vcpu(vm, 0, &vcpu) < 0)
		failed(check, "vCPU");
	else
		found(check, "vCPU", FOUND_OK, "", "can be made");
	check_interrupts(check, vm);
	kvmlib_vcpu_unref(vcpu);
	kvmlib_vm_unref(vm);
}

/* The record is still that of the open: nothing else was asked of the library. */
static void check_kvm(struct check *check, struct kvmlib_system *system)
{
	if (!system) {
		failed(check, "KVM");
		return;
	}
	found(check, "KVM", FOUND_OK, "", "API version %d", kvmlib_system_get_api_version(system));
	check_vm(check, system);
}

/* What is good to have */

/* The value of a module's parameter: 'Y', 'N', a digit; 0 if it is not there. */
static char parameter(const char *module, const char *name)
{
	char path[128];
	FILE *file;
	char value[2];

	snprintf(path, sizeof(path), "/sys/module/%s/parameters/%s", module, name);
	file = fopen(path, "re");
	if (!file)
		return 0;
	if (!fgets(value, sizeof(value), file))
		value[0] = '\0';
	fclose(file);
	return value[0];
}

static const struct {
	const char *name;
	const char *what;
	const char *on;
	const char *off;
	const char *hint;
} parameters[] = {
	{ "nested", "nested", "guests may use KVM themselves", "guests can't use KVM themselves",
	  "Load the module with nested=1 if they shall." },
	{ "ept", "paging", "in hardware (EPT)", "in software",
	  "Guests are slow: load the module with ept=1, if the processor has it." },
	{ "npt", "paging", "in hardware (NPT)", "in software",
	  "Guests are slow: load the module with npt=1, if the processor has it." },
	{ "enable_apicv", "APIC", "virtualized in hardware (APICv)", "virtualized in software",
	  "Load the module with enable_apicv=1, if the processor has it." },
	{ "avic", "APIC", "virtualized in hardware (AVIC)", "virtualized in software",
	  "Load the module with avic=1, if the processor has it." },
};

static void check_parameters(struct check *check)
{
	const char *module = vendor_module();

	for (size_t i = 0; module && i < sizeof(parameters) / sizeof(parameters[0]); i++) {
		const char value = parameter(module, parameters[i].name);
		const bool on = value && !strchr("N0", value);

		if (value)
			found(check, parameters[i].what, on ? FOUND_OK : FOUND_NOTE,
			      parameters[i].hint, "%s", on ? parameters[i].on : parameters[i].off);
	}
}

static size_t count_iommu_groups(void)
{
	DIR *dir = opendir("/sys/kernel/iommu_groups");
	size_t nr = 0;

	if (!dir)
		return 0;
	for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir))
		nr += entry->d_name[0] != '.';
	closedir(dir);
	return nr;
}

static void check_iommu(struct check *check)
{
	const size_t nr = count_iommu_groups();

	found(check, "IOMMU", nr ? FOUND_OK : FOUND_NOTE,
	      "Devices can't be handed to guests (VFIO): switch VT-d or AMD-Vi on in the firmware, "
	      "and in the kernel (intel_iommu=on).",
	      "%zu groups of devices", nr);
}

/* Output */

static const char *const results[] = { "ok", "note", "FAIL" };
static const char *const json_results[] = { "ok", "note", "fail" };

static void print_finding(const struct finding *finding, int width)
{
	struct info_flow flow;
	char heading[32];

	snprintf(heading, sizeof(heading), "%-4s  %s:", results[finding->result], finding->what);
	info_flow_begin(&flow, width, heading, 22);
	info_flow_text(&flow, finding->text);
	if (*finding->hint) {
		flow.separator = ".";
		info_flow_word(&flow, "%.*s", (int)strcspn(finding->hint, " "), finding->hint);
		flow.separator = "";
		info_flow_text(&flow, finding->hint + strcspn(finding->hint, " "));
	}
	info_flow_end(&flow);
}

static int print_text(const struct check *check, bool fit)
{
	const int width = info_width();

	for (size_t i = 0; i < check->nr; i++)
		print_finding(&check->list[i], width);
	puts(fit ? "KVM can be used here." : "KVM can't be used here.");
	return STATUS_OK;
}

static json_t *text(const char *bytes)
{
	return json_text(bytes, strlen(bytes));
}

static json_t *finding_object(const struct finding *finding)
{
	json_t *object = json_object();
	int r = json_object_set_new(object, "check", text(finding->what));

	r |= json_object_set_new(object, "result", text(json_results[finding->result]));
	r |= json_object_set_new(object, "text", text(finding->text));
	r |= json_object_set_new(object, "hint",
				 *finding->hint ? text(finding->hint) : json_null());
	if (!r)
		return object;
	json_decref(object);
	return NULL;
}

static int print_json(const struct check *check, bool fit)
{
	json_t *object = json_object(), *list = json_array();
	int r = json_object_set_new(object, "fit", json_boolean(fit));

	for (size_t i = 0; i < check->nr; i++)
		r |= json_array_append_new(list, finding_object(&check->list[i]));
	r |= json_object_set_new(object, "findings", list);
	if (!r)
		return info_print_value(object);
	json_decref(object);
	return info_print_value(NULL);
}

static bool is_fit(const struct check *check)
{
	for (size_t i = 0; i < check->nr; i++)
		if (check->list[i].result == FOUND_FAIL)
			return false;
	return true;
}

int info_check(const struct info_options *options)
{
	struct kvmlib_system *system = NULL;
	struct check check = { .nr = 0 };
	int status;

	check.works = kvmlib_system_open(NULL, &system) == 0;
	check_processor(&check);
	check_modules(&check);
	check_node(&check);
	check_kvm(&check, system);
	check_parameters(&check);
	check_iommu(&check);
	kvmlib_system_unref(system);
	status = (options->json ? print_json : print_text)(&check, is_fit(&check));
	return status ? status : is_fit(&check) ? STATUS_OK : STATUS_HOST;
}
