/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <kvmlib/explain.h>

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "host_tables.h"
#include "hyperv_tables.h"
#include "tables.h"

#define KVM_FEATURES 0x40000001U

const char *kvmlib_ioctl_name(unsigned long request)
{
	for (size_t i = 0; request && i < KVMLIB__NR_IOCTLS; i++)
		if (kvmlib__ioctls[i].request == request)
			return kvmlib__ioctls[i].name;
	return NULL;
}

static const struct kvmlib__cause *find_cause(uint32_t cause)
{
	return cause && cause <= kvmlib__nr_causes ? &kvmlib__causes[cause - 1] : NULL;
}

const char *kvmlib_cause_name(uint32_t cause)
{
	const struct kvmlib__cause *found = find_cause(cause);

	return found ? found->name : NULL;
}

const char *kvmlib_cause_hint(uint32_t cause)
{
	const struct kvmlib__cause *found = find_cause(cause);

	return found ? found->hint : NULL;
}

/* Callers have errnos of either sign; the most negative number has no other. */
static int positive(int errnum)
{
	return errnum == INT_MIN ? INT_MAX : abs(errnum);
}

const char *kvmlib_errno_name(int errnum)
{
	for (size_t i = 0; i < kvmlib__nr_errno_names; i++)
		if (kvmlib__errno_names[i].errnum == positive(errnum))
			return kvmlib__errno_names[i].name;
	return NULL;
}

/* The rows that hold for every ioctl on a descriptor of that kind. */
static const struct {
	const char *name;
	uint32_t fd;
} classes[] = {
	{ "(any system ioctl)", KVMLIB__FD_SYSTEM },
	{ "(any VM ioctl)", KVMLIB__FD_VM },
	{ "(any vCPU ioctl)", KVMLIB__FD_VCPU },
	{ "(any device ioctl)", KVMLIB__FD_DEVICE },
};

static uint32_t fds_of(const char *call)
{
	for (size_t i = 0; i < KVMLIB__NR_IOCTLS; i++)
		if (!strcmp(kvmlib__ioctls[i].name, call))
			return kvmlib__ioctls[i].fds;
	return 0;
}

uint32_t kvmlib__fd_of_class(const char *name)
{
	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		if (!strcmp(classes[i].name, name))
			return classes[i].fd;
	return 0;
}

/* Which rows to go through: the call's own, or those of its classes. */
struct query {
	const char *call; /* NULL: all rows */
	uint32_t fds;	  /* not 0: rows of these classes instead of the call's own */
	int errnum;	  /* 0: every errno */
	uint32_t archs;	  /* 0: every architecture */
};

static bool fits(const struct kvmlib__error *row, const struct query *query)
{
	if (query->errnum && row->errnum != query->errnum)
		return false;
	if (query->archs && !(row->archs & query->archs))
		return false;
	if (query->fds)
		return kvmlib__fd_of_class(row->call) & query->fds;
	return !query->call || !strcmp(row->call, query->call);
}

/* The row at *n among those that fit; else *n loses their number. */
static const struct kvmlib__error *nth(const struct query *query, size_t *n)
{
	for (size_t i = 0; i < kvmlib__nr_errors; i++)
		if (fits(&kvmlib__errors[i], query) && (*n)-- == 0)
			return &kvmlib__errors[i];
	return NULL;
}

/* Of the classes only those of the given kinds of descriptor; 0: all that the call has. */
static const struct kvmlib__error *find(struct query query, uint32_t fds, size_t n)
{
	const struct kvmlib__error *row = nth(&query, &n);

	if (row || !query.call)
		return row;
	query.fds = fds_of(query.call) & (fds ? fds : UINT32_MAX);
	return query.fds ? nth(&query, &n) : NULL;
}

const struct kvmlib__error *kvmlib__error_row(const char *call, uint32_t fds, int errnum, size_t n)
{
	return find((struct query){ .call = call, .errnum = errnum, .archs = KVMLIB__ARCH }, fds,
		    n);
}

int kvmlib_explain(const char *call, int errnum, size_t index, struct kvmlib_explanation *ret_row)
{
	const struct kvmlib__error *row;

	if (!ret_row)
		return -EINVAL;
	row = find((struct query){ .call = call, .errnum = positive(errnum) }, 0, index);
	if (!row)
		return -ENOENT;

	*ret_row = (struct kvmlib_explanation){
		.call = row->call,
		.error = row->error,
		.sentence = row->sentence,
		.action = row->action,
		.hint = kvmlib__causes[row->cause - 1].hint,
		.cause = row->cause,
		.errnum = row->errnum,
	};
	return 0;
}

const char *kvmlib_device_type_name(uint32_t type)
{
	for (size_t i = 0; i < kvmlib__nr_device_types; i++)
		if (kvmlib__device_types[i].number == type)
			return kvmlib__device_types[i].name;
	return NULL;
}

/* The first enlightenment that has it. */
static const char *enlightenment_of(uint32_t place, uint32_t bit)
{
	for (size_t i = 0; i < kvmlib__nr_enlightenments; i++) {
		const struct kvmlib__enlightenment *one = &kvmlib__enlightenments[i];

		if ((one->bits[place] | one->with[place]) >> bit & 1U)
			return one->told.name;
	}
	return NULL;
}

static const char *hyperv_bit_name(uint32_t leaf, uint32_t reg, uint32_t bit)
{
	for (uint32_t i = 0; i < KVMLIB__NR_HYPERV_REGISTERS; i++)
		if (kvmlib__hyperv_registers[i].leaf == leaf &&
		    kvmlib__hyperv_registers[i].reg == reg)
			return enlightenment_of(i, bit);
	return NULL;
}

/* Behind Hyper-V's leaves KVM's have the same bits. */
const char *kvmlib_cpuid_bit_name(uint32_t leaf, uint32_t subleaf, uint32_t reg, uint32_t bit)
{
	if (leaf == KVM_FEATURES + 0x100)
		leaf = KVM_FEATURES;
	for (size_t i = 0; i < kvmlib__nr_cpuid_features; i++) {
		const struct kvmlib_cpuid_feature *known = &kvmlib__cpuid_features[i];

		if (known->leaf == leaf && known->subleaf == subleaf && known->reg == reg &&
		    known->bit == bit)
			return known->name;
	}
	return subleaf ? NULL : hyperv_bit_name(leaf, reg, bit);
}

enum kvmlib__cpuid_kind kvmlib__cpuid_kind(uint32_t leaf, uint32_t subleaf, uint32_t reg)
{
	for (size_t i = 0; i < kvmlib__nr_cpuid_registers; i++) {
		const struct kvmlib__cpuid_register *known = &kvmlib__cpuid_registers[i];

		if (known->leaf == leaf && known->subleaf == subleaf && known->reg == reg)
			return known->kind;
	}
	return KVMLIB__CPUID_VALUE;
}

const struct kvmlib__feature_msr *kvmlib__feature_msr(uint32_t index)
{
	for (size_t i = 0; i < kvmlib__nr_feature_msrs; i++)
		if (kvmlib__feature_msrs[i].index == index)
			return &kvmlib__feature_msrs[i];
	return NULL;
}

enum kvmlib__cpuid_kind kvmlib__feature_msr_kind(uint32_t index)
{
	const struct kvmlib__feature_msr *msr = kvmlib__feature_msr(index);

	return msr ? msr->kind : KVMLIB__CPUID_VALUE;
}

uint64_t kvmlib__feature_msr_worse(uint32_t index)
{
	const struct kvmlib__feature_msr *msr = kvmlib__feature_msr(index);

	return msr ? msr->worse : 0;
}

const char *kvmlib_cpuid_msr_name(uint32_t msr)
{
	const struct kvmlib__feature_msr *found = kvmlib__feature_msr(msr);

	return found ? found->name : NULL;
}
