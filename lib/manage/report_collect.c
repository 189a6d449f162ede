/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A host's report, from calls of the core. */
#include "report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kvmlib/kvmlib.h>

#include "../base/error.h"
#include "../base/host_tables.h"
#include "../base/tables.h"
#include "../base/uapi_structs.h"
#include "ids/ids.h"

/* Capabilities that newer kernels may have are asked for up to here. */
#define LAST_CAP 511U

/* Where a report comes from, and the report. The VM and its vCPU may be missing. */
struct source {
	struct kvmlib_system *system;
	struct kvmlib_vm *vm;
	struct kvmlib_vcpu *vcpu;
	struct kvmlib_report *report;
};

/* Set an item whose key is put together. */
__attribute__((format(printf, 3, 4))) static int add(struct kvmlib_report *report,
						     const char *value, const char *format, ...)
{
	char key[KVMLIB_REPORT_MAX_KEY + 1];
	va_list list;

	va_start(list, format);
	/* NOLINTNEXTLINE(clang-analyzer-valist.*): it was started */
	vsnprintf(key, sizeof(key), format, list);
	va_end(list);
	return kvmlib_report_set(report, key, value);
}

static const char *hex(uint64_t number, char text[24])
{
	snprintf(text, 24, "0x%" PRIx64, number);
	return text;
}

static const char *decimal(int number, char text[24])
{
	snprintf(text, 24, "%d", number);
	return text;
}

/* What can't be asked is not there. */
static int add_answer(struct kvmlib_report *report, const char *key, int answer)
{
	char text[24];

	return answer < 0 ? 0 : kvmlib_report_set(report, key, decimal(answer, text));
}

static int collect_basics(const struct source *source)
{
	int r = kvmlib_report_set(source->report, "arch", KVMLIB__ARCH_NAME);

	if (!r)
		r = add_answer(source->report, "api-version",
			       kvmlib_system_get_api_version(source->system));
	if (!r)
		r = add_answer(source->report, "run-size",
			       kvmlib_system_get_vcpu_mmap_size(source->system));
	return r;
}

/* Numbers that have no name yet are told where the host has something there. */
static int add_cap(const struct source *source, uint32_t number, const char *descriptor, int answer)
{
	const char *name = kvmlib_capability_name(number);
	char text[24];

	if (answer < 0 || (!name && !answer))
		return 0;
	if (name)
		return add(source->report, decimal(answer, text), "cap/%s/%s", name, descriptor);
	return add(source->report, decimal(answer, text), "cap/%" PRIu32 "/%s", number, descriptor);
}

static int collect_caps(const struct source *source)
{
	int r = 0;

	for (uint32_t number = 0; !r && number <= LAST_CAP; number++) {
		r = add_cap(source, number, "system",
			    kvmlib_system_check_extension(source->system, number));
		if (!r && source->vm)
			r = add_cap(source, number, "vm",
				    kvmlib_vm_check_extension(source->vm, number));
	}
	return r;
}

/* Whether a device of that type can be made, and has the attribute. */
static bool device_has(const struct source *source, const struct kvmlib__attr *attr)
{
	struct kvmlib_device *device;
	int r;

	if (!source->vm || kvmlib_vm_create_device(source->vm, attr->device, 0, &device) < 0)
		return false;
	r = kvmlib_device_has_attr(device, attr->group, attr->attr);
	kvmlib_device_unref(device);
	return !r;
}

static bool has_attr(const struct source *source, const struct kvmlib__attr *attr)
{
	switch (attr->fds) {
	case KVMLIB__FD_VM:
		return source->vm &&
		       !kvmlib_vm_has_device_attr(source->vm, attr->group, attr->attr);
	case KVMLIB__FD_VCPU:
		return source->vcpu &&
		       !kvmlib_vcpu_has_device_attr(source->vcpu, attr->group, attr->attr);
	default:
		return device_has(source, attr);
	}
}

static int add_system_attr(const struct source *source, const struct kvmlib__attr *attr)
{
	uint64_t value;
	char text[24];

	if (kvmlib_system_get_device_attr_u64(source->system, attr->group, attr->attr, &value) < 0)
		return 0;
	return add(source->report, hex(value, text), "attr/system/%s", attr->name);
}

static int add_attr(const struct source *source, const struct kvmlib__attr *attr)
{
	if (attr->fds == KVMLIB__FD_SYSTEM)
		return add_system_attr(source, attr);
	if (!has_attr(source, attr))
		return 0;
	return add(source->report, "yes", "attr/%s/%s", attr->owner, attr->name);
}

static int collect_attrs(const struct source *source)
{
	int r = 0;

	for (size_t i = 0; !r && i < kvmlib__nr_attrs; i++)
		if (kvmlib__attrs[i].archs & KVMLIB__ARCH)
			r = add_attr(source, &kvmlib__attrs[i]);
	return r;
}

static int collect_devices(const struct source *source)
{
	int r = 0;

	for (uint32_t type = 1; !r && source->vm && type < KVMLIB_DEV_TYPE_MAX; type++)
		if (!kvmlib_vm_create_device(source->vm, type, KVMLIB_CREATE_DEVICE_TEST, NULL))
			r = add(source->report, "yes", "device/%s", kvmlib_device_type_name(type));
	return r;
}

#ifdef __x86_64__
static int add_leaf(struct kvmlib_report *report, const char *list,
		    const struct kvm_cpuid_entry2 *entry)
{
	const uint32_t values[] = { entry->eax, entry->ebx, entry->ecx, entry->edx };
	static const char *const names[] = { "eax", "ebx", "ecx", "edx" };
	char subleaf[24] = "-", text[24];
	int r = 0;

	if (entry->flags & KVMLIB_CPUID_FLAG_SIGNIFCANT_INDEX)
		hex(entry->index, subleaf);
	for (int i = 0; !r && i < 4; i++)
		r = add(report, hex(values[i], text), "%s/0x%" PRIx32 "/%s/%s", list,
			entry->function, subleaf, names[i]);
	return r;
}

typedef int cpuid_list(struct kvmlib_system *system, struct kvm_cpuid_entry2 **ret_entries,
		       uint32_t *ret_count);

static const struct {
	const char *name;
	cpuid_list *get;
	uint32_t cap;
} cpuid_lists[] = {
	{ "cpuid", kvmlib_system_get_supported_cpuid_alloc, KVMLIB_CAP_EXT_CPUID },
	{ "cpuid-emulated", kvmlib_system_get_emulated_cpuid_alloc, KVMLIB_CAP_EXT_EMUL_CPUID },
	{ "cpuid-hyperv", kvmlib_system_get_supported_hv_cpuid_alloc, KVMLIB_CAP_SYS_HYPERV_CPUID },
};

static int add_leaves(const struct source *source, const char *name, cpuid_list *get)
{
	struct kvm_cpuid_entry2 *entries;
	uint32_t count;
	int r = get(source->system, &entries, &count);

	if (r < 0)
		return r;
	for (uint32_t i = 0; !r && i < count; i++)
		r = add_leaf(source->report, name, &entries[i]);
	free(entries);
	return r;
}

static int collect_cpuid(const struct source *source)
{
	int r = 0;

	for (size_t i = 0; !r && i < sizeof(cpuid_lists) / sizeof(cpuid_lists[0]); i++)
		if (kvmlib_system_check_extension(source->system, cpuid_lists[i].cap) > 0)
			r = add_leaves(source, cpuid_lists[i].name, cpuid_lists[i].get);
	return r;
}

static int collect_msrs(const struct source *source)
{
	uint32_t *indices, count;
	int r = kvmlib_system_get_msr_index_list_alloc(source->system, &indices, &count);

	if (r < 0)
		return r;
	for (uint32_t i = 0; !r && i < count; i++)
		r = add(source->report, "yes", "msr/0x%" PRIx32, indices[i]);
	free(indices);
	return r;
}

/* One at a time, for KVM lists some that it does not let be read. */
static int add_feature_msr(const struct source *source, uint32_t index)
{
	struct kvm_msr_entry entry = { .index = index };
	char text[24];
	int r = kvmlib_system_get_msrs(source->system, &entry, 1);

	return add(source->report, r == 1 ? hex(entry.data, text) : "unreadable",
		   "msr-feature/0x%" PRIx32, index);
}

static int collect_feature_msrs(const struct source *source)
{
	uint32_t *indices, count;
	int r = kvmlib_system_check_extension(source->system, KVMLIB_CAP_GET_MSR_FEATURES);

	if (r <= 0)
		return 0;
	r = kvmlib_system_get_msr_feature_index_list_alloc(source->system, &indices, &count);
	if (r < 0)
		return r;
	for (uint32_t i = 0; !r && i < count; i++)
		r = add_feature_msr(source, indices[i]);
	free(indices);
	return r;
}

static int collect_mce(const struct source *source)
{
	uint64_t supported;
	char text[24];

	if (kvmlib_system_check_extension(source->system, KVMLIB_CAP_MCE) <= 0 ||
	    kvmlib_system_x86_get_mce_cap_supported(source->system, &supported) < 0)
		return 0;
	return kvmlib_report_set(source->report, "mce-cap", hex(supported, text));
}

static int collect_arch(const struct source *source)
{
	int r = collect_cpuid(source);

	if (!r)
		r = collect_msrs(source);
	if (!r)
		r = collect_feature_msrs(source);
	if (!r)
		r = collect_mce(source);
	return r;
}
#elif defined(__aarch64__)
static int add_field(const struct source *source, const struct kvmlib_arm64_ids *ids,
		     const struct kvmlib_arm64_field *field)
{
	char text[24];
	int64_t value;

	if (!kvmlib_arm64_ids_get_field(ids, field->name, &value))
		return 0;
	snprintf(text, sizeof(text), "%" PRId64, value);
	return add(source->report, text, "idreg/%s", field->name);
}

/* Of a register, what no field has, and what can be changed. */
static int add_register(const struct source *source, const struct kvmlib_arm64_ids *ids, size_t i)
{
	const uint64_t rest = ids->regs[i].value & ~kvmlib__idreg_named(i);
	char text[24];
	int r = 0;

	if (rest)
		r = add(source->report, hex(rest, text), "idreg-rest/%s", kvmlib__idregs[i].name);
	if (!r)
		r = add(source->report, hex(~ids->regs[i].fixed, text), "idreg-writable/%s",
			kvmlib__idregs[i].name);
	return r;
}

static int add_fields(const struct source *source, const struct kvmlib_arm64_ids *ids)
{
	const struct kvmlib_arm64_field *field;
	int r = 0;

	for (size_t i = 0; !r && (field = kvmlib_arm64_field_at(i)); i++)
		r = add_field(source, ids, field);
	for (size_t i = 0; !r && i < kvmlib__nr_idregs; i++)
		r = add_register(source, ids, i);
	return r;
}

static int collect_arch(const struct source *source)
{
	struct kvmlib_arm64_ids *ids;
	int r;

	/* Attributes that are asked for later want all of that, too. */
	if (!source->vcpu || kvmlib__arm64_init_whole(source->vm, source->vcpu) < 0)
		return 0;
	r = kvmlib_arm64_ids_read(source->vcpu, &ids);
	if (r < 0)
		return r;
	r = add_fields(source, ids);
	kvmlib_arm64_ids_free(ids);
	return r;
}
#else
static int collect_arch(const struct source *source)
{
	(void)source;
	return 0;
}
#endif

static int collect(const struct source *source)
{
	static int (*const parts[])(const struct source *) = {
		collect_basics, collect_caps, collect_arch, collect_devices, collect_attrs,
	};
	int r = 0;

	for (size_t i = 0; !r && i < sizeof(parts) / sizeof(parts[0]); i++)
		r = parts[i](source);
	return r;
}

static int collect_from_vm(struct source *source)
{
	int r = kvmlib_system_create_vm(source->system, NULL, &source->vm);

	if (r < 0)
		return r;
	if (kvmlib_vm_create_vcpu(source->vm, 0, &source->vcpu) < 0)
		source->vcpu = NULL;
	r = collect(source);
	kvmlib_vcpu_unref(source->vcpu);
	kvmlib_vm_unref(source->vm);
	return r;
}

int kvmlib_report_collect(struct kvmlib_system *system, struct kvmlib_report **ret_report)
{
	const struct kvmlib__record before = kvmlib__error_save();
	struct source source = { .system = system };
	int r;

	if (!system || !ret_report)
		return KVMLIB__NULL_ARGUMENT(system ? 2 : 1);
	r = kvmlib_report_new(&source.report);
	if (r < 0)
		return r;
	r = collect_from_vm(&source);
	if (r < 0) {
		kvmlib_report_free(source.report);
		return r;
	}
	kvmlib__error_restore(&before); /* what was tried on the way is no failure */
	*ret_report = source.report;
	return 0;
}
