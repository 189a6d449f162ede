/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Extensions of riscv64's vCPUs by their names. KVM has registers for 64 of them at once as well, but
 * leaves it untold there which ones it did not switch.
 */
#include <kvmlib/riscv64_vcpu.h>

#include <string.h>

#include "../../base/register_tables.h"
#include "riscv64.h"

#define MAX_EXTS 128U

_Static_assert(KVMLIB_RISCV_ISA_EXT_MAX <= MAX_EXTS && KVMLIB_RISCV_SBI_EXT_MAX <= MAX_EXTS,
	       "sets have room for all");
_Static_assert(sizeof(struct kvmlib_riscv64_ext) == sizeof(void *) + 8, "no padding");

/* Each extension's register has the name of its kind before its own: "isa/zbb". */
static const struct kind {
	uint64_t first; /* id of the register of extension 0 */
	uint32_t nr_exts;
	uint32_t prefix;
} kinds[] = {
	[KVMLIB_RISCV64_ISA] = { KVMLIB__RISCV64_REG(ISA_EXT), KVMLIB_RISCV_ISA_EXT_MAX,
				 sizeof("isa/") - 1 },
	[KVMLIB_RISCV64_SBI] = { KVMLIB__RISCV64_REG(SBI_EXT), KVMLIB_RISCV_SBI_EXT_MAX,
				 sizeof("sbi/") - 1 },
};

#define NR_KINDS (sizeof(kinds) / sizeof(kinds[0]))

static const char *name_of(const struct kind *kind, uint32_t number)
{
	return kvmlib__register_name(kind->first + number) + kind->prefix;
}

static int refuse(const char *function, int errnum, uint32_t cause, const char *subject)
{
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = function, .cause = cause, .errnum = errnum, .subject = subject });
}

/* What all functions ask for first; 0: go on. */
static int check(const struct kvmlib_vcpu *vcpu, uint32_t kind, const void *pointer,
		 uint32_t position, const char *function)
{
	if (!vcpu || !pointer)
		return kvmlib__error_record(&(const struct kvmlib__failure){
			.function = function,
			.cause = KVMLIB_CAUSE_NULL_ARGUMENT,
			.errnum = -EINVAL,
			KVMLIB__VALUES(KVMLIB__VALUE(ARGUMENT, vcpu ? position : 1)) });
	if (!KVMLIB__ON_RISCV64)
		return refuse(function, -EOPNOTSUPP, KVMLIB_CAUSE_ARCH_UNSUPPORTED, NULL);
	return kind < NR_KINDS ? 0 : refuse(function, -EINVAL, KVMLIB_CAUSE_BAD_ARGUMENT, NULL);
}

/* KVMLIB_RISCV64_EXT_*. Kernels before Linux 6.6 have other errnos for what is not there. */
static int state_of(struct kvmlib_vcpu *vcpu, const struct kind *kind, uint32_t number,
		    const char *function)
{
	const struct kvmlib__record before = kvmlib__error_save();
	uint64_t is_on = 0;
	int r = kvmlib__riscv64_get(vcpu, kind->first + number, &is_on, function);

	if (r >= 0)
		return is_on ? KVMLIB_RISCV64_EXT_ON : KVMLIB_RISCV64_EXT_OFF;
	if (r != -ENOENT && r != -EINVAL && r != -EOPNOTSUPP)
		return r;
	kvmlib__error_restore(&before);
	return KVMLIB_RISCV64_EXT_MISSING;
}

int kvmlib_riscv64_ext_at(struct kvmlib_vcpu *vcpu, uint32_t kind, uint32_t index,
			  struct kvmlib_riscv64_ext *ret_ext)
{
	int r = check(vcpu, kind, ret_ext, 4, __func__);

	if (r < 0)
		return r;
	if (index >= kinds[kind].nr_exts)
		return -ENOENT;
	r = state_of(vcpu, &kinds[kind], index, __func__);
	if (r < 0)
		return r;
	*ret_ext = (struct kvmlib_riscv64_ext){ .name = name_of(&kinds[kind], index),
						.number = index,
						.state = (uint32_t)r };
	return 0;
}

/* Names */

/* Its number, or a failure: the name is no longer than that. */
static int number_of(const struct kind *kind, const char *name, size_t length, const char *function)
{
	char text[KVMLIB__NAME_LENGTH + 1] = "";

	for (uint32_t i = 0; i < kind->nr_exts; i++)
		if (!strncmp(name_of(kind, i), name, length) && !name_of(kind, i)[length])
			return (int)i;
	memcpy(text, name, length < KVMLIB__NAME_LENGTH ? length : KVMLIB__NAME_LENGTH);
	return refuse(function, -EINVAL, KVMLIB_CAUSE_EXTENSION_UNKNOWN, text);
}

int kvmlib_riscv64_ext_get(struct kvmlib_vcpu *vcpu, uint32_t kind, const char *name)
{
	int r = check(vcpu, kind, name, 3, __func__);

	if (r < 0)
		return r;
	r = number_of(&kinds[kind], name, strlen(name), __func__);
	return r < 0 ? r : state_of(vcpu, &kinds[kind], (uint32_t)r, __func__);
}

/* Changes: what each extension shall be, and what was done about it. */

struct change {
	bool is_wanted; /* one way or the other */
	bool on;
	bool is_due;
};

struct changes {
	struct kvmlib_vcpu *vcpu;
	const struct kind *kind;
	const char *function;
	struct change of[MAX_EXTS];
};

static int read_names(struct changes *changes, const char *names)
{
	while (*names) {
		const bool on = *names != '-';
		const size_t length = strcspn(names += !on, ",");
		int r = number_of(changes->kind, names, length, changes->function);

		if (r < 0)
			return r;
		changes->of[r] = (struct change){ .is_wanted = true, .on = on };
		names += length;
		if (*names == ',' && !*++names)
			return number_of(changes->kind, names, 0, changes->function);
	}
	return 0;
}

/* What the host has not can be left out, but not given. */
static int look_at(const struct changes *changes, uint32_t number, struct change *change)
{
	const int to = change->on ? KVMLIB_RISCV64_EXT_ON : KVMLIB_RISCV64_EXT_OFF;
	int state = state_of(changes->vcpu, changes->kind, number, changes->function);

	if (state < 0)
		return state;
	if (state == KVMLIB_RISCV64_EXT_MISSING && change->on)
		return refuse(changes->function, -ENOENT, KVMLIB_CAUSE_EXTENSION_MISSING,
			      name_of(changes->kind, number));
	change->is_due = state != KVMLIB_RISCV64_EXT_MISSING && state != to;
	return 0;
}

static int look(struct changes *changes)
{
	int r = 0;

	for (uint32_t i = 0; !r && i < changes->kind->nr_exts; i++)
		if (changes->of[i].is_wanted)
			r = look_at(changes, i, &changes->of[i]);
	return r;
}

static int flip(const struct changes *changes, uint32_t number, bool on)
{
	int r = kvmlib__riscv64_set(changes->vcpu, changes->kind->first + number, on,
				    changes->function);

	if (r < 0)
		kvmlib__error_amend(changes->function, name_of(changes->kind, number));
	if (r == -EINVAL)
		kvmlib__error_found(KVMLIB_CAUSE_EXTENSION_FIXED);
	return r;
}

/* Those before that one are put back; the record stays the first failure's. */
static void put_back(const struct changes *changes, uint32_t failed)
{
	const struct kvmlib__record first = kvmlib__error_save();

	while (failed--)
		if (changes->of[failed].is_due)
			flip(changes, failed, !changes->of[failed].on);
	kvmlib__error_restore(&first);
}

static int make(const struct changes *changes)
{
	int r = 0;

	for (uint32_t i = 0; i < changes->kind->nr_exts; i++) {
		if (changes->of[i].is_due)
			r = flip(changes, i, changes->of[i].on);
		if (r < 0) {
			put_back(changes, i);
			break;
		}
	}
	return r;
}

int kvmlib_riscv64_ext_set(struct kvmlib_vcpu *vcpu, uint32_t kind, const char *names)
{
	struct changes changes = { .vcpu = vcpu, .function = __func__ };
	int r = check(vcpu, kind, names, 3, __func__);

	if (r < 0)
		return r;
	changes.kind = &kinds[kind];
	r = read_names(&changes, names);
	if (!r)
		r = look(&changes);
	return r < 0 ? r : make(&changes);
}
