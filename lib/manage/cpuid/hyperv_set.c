/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sets of enlightenments: put in a table, taken out, asked for. */
#include "hyperv.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../../base/opts.h"

/* What KVM poses as: build 14393 of version 10.0, whose processors are 64 at most. */
#define BUILD		   0x3839U
#define VERSION		   0x000a0000U
#define LOGICAL_PROCESSORS 64U

#define PREFIX "hv-" /* of all names */

_Static_assert(sizeof(struct kvmlib_cpuid_hyperv_opts) == sizeof(size_t) + 2 * sizeof(uint32_t),
	       "no padding");

const struct kvmlib_cpuid_enlightenment *kvmlib_cpuid_enlightenment_at(size_t index)
{
	return index < kvmlib__nr_enlightenments ? &kvmlib__enlightenments[index].told : NULL;
}

static int refuse(const char *function, int errnum, uint32_t cause, uint32_t argument,
		  const char *subject)
{
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = function,
		.cause = cause,
		.errnum = errnum,
		.subject = subject,
		KVMLIB__VALUES(KVMLIB__VALUE(ARGUMENT, argument)) });
}

/* The place of a name that is no longer than that; the number of them: there is none. */
static size_t place_of(const char *name, size_t length)
{
	size_t i = 0;

	for (; i < kvmlib__nr_enlightenments; i++) {
		const char *known = kvmlib__enlightenments[i].told.name;

		if (!strncmp(known, name, length) && !known[length])
			break;
	}
	return i;
}

static int refuse_name(const char *function, const char *name, size_t length)
{
	char text[KVMLIB__NAME_LENGTH + 1] = "";

	memcpy(text, name, length < KVMLIB__NAME_LENGTH ? length : KVMLIB__NAME_LENGTH);
	return refuse(function, -EINVAL, KVMLIB_CAUSE_CPUID_HYPERV_UNKNOWN, 2, text);
}

/* Names with commas between. */
static int read_names(const char *function, const char *names, uint32_t *ret_set)
{
	uint32_t set = 0;

	while (names && *names) {
		const size_t length = strcspn(names, ","), place = place_of(names, length);

		if (place == kvmlib__nr_enlightenments)
			return refuse_name(function, names, length);
		set |= 1U << place;
		names += length;
		if (*names == ',' && !*++names)
			return refuse_name(function, names, 0);
	}
	*ret_set = set;
	return 0;
}

static int ask(const char *function, const struct kvmlib_cpuid *cpuid, const char *name,
	       uint32_t (*set_of)(const struct kvmlib_cpuid *cpuid))
{
	size_t place;

	if (!cpuid || !name)
		return refuse(function, -EINVAL, KVMLIB_CAUSE_NULL_ARGUMENT, cpuid ? 2 : 1, NULL);
	place = place_of(name, strlen(name));
	if (place == kvmlib__nr_enlightenments)
		return refuse_name(function, name, strlen(name));
	return (int)(set_of(cpuid) >> place & 1U);
}

int kvmlib_cpuid_has_hyperv(const struct kvmlib_cpuid *cpuid, const char *name)
{
	return ask(__func__, cpuid, name, kvmlib__hyperv_set_of);
}

int kvmlib_cpuid_offers_hyperv(const struct kvmlib_cpuid *host, const char *name)
{
	return ask(__func__, host, name, kvmlib__hyperv_offers_of);
}

/* What may be in a set */

static size_t first_of(uint32_t set)
{
	size_t place = 0;

	while (!(set >> place & 1U))
		place++;
	return place;
}

/* A record has room for both names without what all begin with. */
static int refuse_unmet(const char *function, size_t place, size_t needs)
{
	char text[KVMLIB__NAME_LENGTH + 1];

	snprintf(text, sizeof(text), "%s: %s",
		 kvmlib__enlightenments[place].told.name + strlen(PREFIX),
		 kvmlib__enlightenments[needs].told.name + strlen(PREFIX));
	refuse(function, -EINVAL, KVMLIB_CAUSE_CPUID_HYPERV_UNMET, 2, text);
	kvmlib__error_add(KVMLIB_VALUE_INDEX, needs);
	return -EINVAL;
}

static int check_needs(const char *function, uint32_t set)
{
	for (size_t i = 0; i < kvmlib__nr_enlightenments; i++) {
		const uint32_t unmet = set >> i & 1U ? kvmlib__enlightenments[i].needs & ~set : 0;

		if (unmet)
			return refuse_unmet(function, i, first_of(unmet));
	}
	return 0;
}

/* The first register in which a host has less. */
static uint32_t missing_leaf(const struct kvmlib_cpuid *host,
			     const struct kvmlib__enlightenment *one)
{
	for (size_t i = 0; i < KVMLIB__NR_HYPERV_REGISTERS; i++) {
		const struct kvmlib__hyperv_register *in = &kvmlib__hyperv_registers[i];

		if ((one->bits[i] | one->with[i]) &
		    ~kvmlib__hyperv_offered(host, in->leaf, in->reg))
			return in->leaf;
	}
	return KVMLIB__HYPERV_INTERFACE;
}

static int check_host(const char *function, uint32_t set, const struct kvmlib_cpuid *host)
{
	const uint32_t missing = host ? set & ~kvmlib__hyperv_offers_of(host) : 0;
	const struct kvmlib__enlightenment *one;

	if (!missing)
		return 0;
	one = &kvmlib__enlightenments[first_of(missing)];
	refuse(function, -EOPNOTSUPP, KVMLIB_CAUSE_CPUID_HYPERV_MISSING, 3, one->told.name);
	kvmlib__error_add(KVMLIB_VALUE_LEAF, missing_leaf(host, one));
	return -EOPNOTSUPP;
}

/* Retries are for a set that has them. */
static int check_opts(const char *function, const struct kvmlib_cpuid_hyperv_opts *given,
		      uint32_t set, struct kvmlib_cpuid_hyperv_opts *o)
{
	const uint32_t spinlocks = 1U << place_of("hv-spinlocks", strlen("hv-spinlocks"));
	uint32_t cause;
	int r = kvmlib__opts_copy(o, sizeof(*o), given, &cause);

	if (r < 0)
		return refuse(function, r, cause, 4, NULL);
	if (o->spinlock_retries == KVMLIB__NO_RETRIES ||
	    (o->spinlock_retries && !(set & spinlocks)))
		return refuse(function, -EINVAL, KVMLIB_CAUSE_BAD_ARGUMENT, 4, NULL);
	if (!o->spinlock_retries)
		o->spinlock_retries =
			set & spinlocks ? KVMLIB_CPUID_SPINLOCK_RETRIES : KVMLIB__NO_RETRIES;
	if (!o->max_vcpus)
		o->max_vcpus = UINT32_MAX;
	return 0;
}

/* Leaves */

static void drop_range(struct kvmlib_cpuid *cpuid, uint32_t first)
{
	for (uint32_t i = cpuid->nr_leaves; i-- > 0;)
		if (cpuid->leaves[i].leaf >> 8 == first >> 8)
			kvmlib__cpuid_drop(cpuid, i);
}

/* KVM's own go from one range to another, and nothing else is left in either. */
static void move_kvm(struct kvmlib_cpuid *cpuid, uint32_t from, uint32_t to)
{
	struct kvmlib_cpuid_leaf leaves[2];
	uint32_t nr = 0;

	for (uint32_t i = 0; i < 2; i++) {
		const struct kvmlib_cpuid_leaf *found = kvmlib_cpuid_get_leaf(cpuid, from + i, 0);

		if (!found)
			continue;
		leaves[nr] = *found;
		if (!i && found->registers[KVMLIB_CPUID_EAX])
			leaves[nr].registers[KVMLIB_CPUID_EAX] += to - from;
		leaves[nr++].leaf = to + i;
	}
	drop_range(cpuid, from);
	drop_range(cpuid, to);
	for (uint32_t i = 0; i < nr; i++)
		kvmlib__cpuid_put(cpuid, &leaves[i]);
}

void kvmlib__hyperv_take_out(struct kvmlib_cpuid *cpuid)
{
	if (kvmlib__is_hyperv(cpuid))
		move_kvm(cpuid, KVMLIB__KVM_LEAF + KVMLIB__KVM_MOVED, KVMLIB__KVM_LEAF);
}

/* The bits of a set in a register of a leaf. */
static void put_bits(struct kvmlib_cpuid_leaf *leaf, uint32_t set)
{
	const struct kvmlib__hyperv_register *in = kvmlib__hyperv_registers;

	for (size_t i = 0; i < KVMLIB__NR_HYPERV_REGISTERS; i++)
		if (in[i].leaf == leaf->leaf)
			leaf->registers[in[i].reg] |= kvmlib__hyperv_bits(set, i);
}

static int put_all(struct kvmlib_cpuid *cpuid, const struct kvmlib_cpuid_leaf *leaves, size_t nr)
{
	int r = 0;

	for (size_t i = 0; !r && i < nr; i++)
		r = kvmlib__cpuid_put(cpuid, &leaves[i]);
	return r;
}

/* The last leaf is for nested guests, and there only if it has something. */
static int put_set(struct kvmlib_cpuid *cpuid, uint32_t set,
		   const struct kvmlib_cpuid_hyperv_opts *o)
{
	struct kvmlib_cpuid_leaf leaves[] = {
		{ .leaf = KVMLIB__HYPERV,
		  .registers = { KVMLIB__HYPERV_LIMITS, 0x7263694d, 0x666f736f, 0x76482074 } },
		{ .leaf = KVMLIB__HYPERV_INTERFACE, .registers = { KVMLIB__HV_1 } },
		{ .leaf = KVMLIB__HYPERV_INTERFACE + 1, .registers = { BUILD, VERSION } },
		{ .leaf = KVMLIB__HYPERV_FEATURES,
		  .registers = { KVMLIB__HYPERCALLS, 0, 0, KVMLIB__HOTPLUG } },
		{ .leaf = KVMLIB__HYPERV_HINTS, .registers = { 0, o->spinlock_retries } },
		{ .leaf = KVMLIB__HYPERV_LIMITS,
		  .registers = { o->max_vcpus, LOGICAL_PROCESSORS } },
		{ .leaf = KVMLIB__HYPERV_NESTED },
	};
	size_t nr = sizeof(leaves) / sizeof(leaves[0]);

	for (size_t i = 0; i < nr; i++)
		put_bits(&leaves[i], set);
	if (leaves[nr - 1].registers[KVMLIB_CPUID_EAX])
		leaves[0].registers[KVMLIB_CPUID_EAX] = KVMLIB__HYPERV_NESTED;
	else
		nr--;
	return put_all(cpuid, leaves, nr);
}

/* Whatever the table had before them, KVM's are behind Hyper-V's. */
static int put_kvm(struct kvmlib_cpuid *cpuid)
{
	const struct kvmlib_cpuid_leaf signature = {
		.leaf = KVMLIB__KVM_LEAF + KVMLIB__KVM_MOVED,
		.registers = { KVMLIB__KVM_LEAF + KVMLIB__KVM_MOVED, KVMLIB__KVM_EBX,
			       KVMLIB__KVM_ECX, KVMLIB__KVM_EDX },
	};

	move_kvm(cpuid, KVMLIB__KVM_LEAF, signature.leaf);
	return kvmlib_cpuid_get_leaf(cpuid, signature.leaf, 0)
		       ? 0
		       : kvmlib__cpuid_put(cpuid, &signature);
}

static int replace(struct kvmlib_cpuid *cpuid, uint32_t set,
		   const struct kvmlib_cpuid_hyperv_opts *o, const char *function)
{
	struct kvmlib_cpuid made = *cpuid;
	int r = 0;

	kvmlib__hyperv_take_out(&made);
	if (set)
		r = put_kvm(&made);
	if (set && !r)
		r = put_set(&made, set, o);
	if (r < 0)
		return kvmlib__cpuid_refuse(function, r, KVMLIB__HYPERV, 0);
	*cpuid = made;
	return 0;
}

int kvmlib_cpuid_set_hyperv(struct kvmlib_cpuid *cpuid, const char *names,
			    const struct kvmlib_cpuid *host,
			    const struct kvmlib_cpuid_hyperv_opts *opts)
{
	struct kvmlib_cpuid_hyperv_opts o;
	uint32_t set = 0;
	int r;

	if (!cpuid)
		return KVMLIB__NULL_ARGUMENT(1);
	r = read_names(__func__, names, &set);
	if (!r)
		r = check_opts(__func__, opts, set, &o);
	if (!r)
		r = check_needs(__func__, set);
	if (!r)
		r = check_host(__func__, set, host);
	return r ? r : replace(cpuid, set, &o, __func__);
}
