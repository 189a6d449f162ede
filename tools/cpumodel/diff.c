/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* `kvmlib cpu diff`: in what two CPUs differ. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "../tool.h"
#include "lack.h"
#include "source.h"
#include "verbs.h"

typedef struct kvmlib_cpuid_difference difference_t;

static const char *name_of(const difference_t *one, uint32_t bit)
{
	if (one->reg == KVMLIB_CPUID_MSR || bit == KVMLIB_CPUID_WHOLE)
		return NULL;
	return kvmlib_cpuid_bit_name(one->leaf, one->subleaf, one->reg, bit);
}

static void print_one(const difference_t *one, char sign, uint32_t bit)
{
	const char *name = name_of(one, bit);
	char place[64];

	cpu_place(place, sizeof(place), one->leaf, one->subleaf, one->reg, bit);
	if (bit == KVMLIB_CPUID_WHOLE || one->reg == KVMLIB_CPUID_MSR)
		printf("%c %s: 0x%" PRIx64 " -> 0x%" PRIx64 "\n", sign, place, one->a, one->b);
	else
		printf("%c %s%s%s%s\n", sign, name ? name : "", name ? " (" : "", place,
		       name ? ")" : "");
}

static int add_one(json_t *list, const difference_t *one, char sign, uint32_t bit)
{
	json_t *object =
		cpu_place_object(name_of(one, bit), one->leaf, one->subleaf, one->reg, bit);
	int r = json_object_set_new(object, "change",
				    json_string(sign == '-'   ? "lost"
						: sign == '+' ? "gained"
							      : "changed"));

	r |= json_object_set_new(object, "a", cpu_hex(one->a));
	r |= json_object_set_new(object, "b", cpu_hex(one->b));
	return r | json_array_append_new(list, object);
}

/* A list takes it, or the standard output. */
static int tell(json_t *list, const difference_t *one, char sign, uint32_t bit)
{
	if (list)
		return add_one(list, one, sign, bit);
	print_one(one, sign, bit);
	return 0;
}

static int tell_bits(json_t *list, const difference_t *one, char sign, uint64_t bits)
{
	int r = 0;

	for (uint32_t bit = 0; bit < 64; bit++)
		if (bits >> bit & 1)
			r |= tell(list, one, sign, bit);
	return r;
}

static int tell_difference(json_t *list, const difference_t *one)
{
	static const char signs[] = {
		[KVMLIB_CPUID_LOST] = '-',
		[KVMLIB_CPUID_GAINED] = '+',
		[KVMLIB_CPUID_CHANGED] = '!',
	};

	if (one->missing || one->added)
		return tell_bits(list, one, '-', one->missing) |
		       tell_bits(list, one, '+', one->added);
	return tell(list, one, signs[one->kind], KVMLIB_CPUID_WHOLE);
}

static int compare(const struct kvmlib_cpuid *a, const struct kvmlib_cpuid *b, bool json)
{
	json_t *list = json ? json_array() : NULL;
	difference_t one;
	uint64_t position = 0;
	int nr = 0, r = 0, status = STATUS_OK;

	for (; kvmlib_cpuid_next_difference(a, b, &position, &one) > 0; nr++)
		r |= tell_difference(list, &one);
	if (r) {
		json_decref(list);
		list = NULL;
	}
	if (json)
		status = cpu_print_value(list);
	return status ? status : nr ? STATUS_NO : STATUS_OK;
}

int cpu_diff(const char *a, const char *b, bool json)
{
	struct kvmlib_cpuid *first = NULL, *second = NULL;
	int status = cpu_read(CPU, a, NULL, &first);

	if (!status)
		status = cpu_read(CPU, b, NULL, &second);
	if (!status)
		status = compare(first, second, json);
	kvmlib_cpuid_free(first);
	kvmlib_cpuid_free(second);
	return status;
}
