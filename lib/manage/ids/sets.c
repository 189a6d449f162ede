/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What tables have in common, in what they differ, and what a host has not for a guest. */
#include "ids.h"

#include <errno.h>
#include <stdlib.h>

_Static_assert(sizeof(struct kvmlib_arm64_difference) == sizeof(void *) + 24, "no padding");
_Static_assert(sizeof(struct kvmlib_arm64_lack) == 2 * sizeof(void *) + 32, "no padding");

/* Whether a guest that was promised `promised` finds no less where `there` is so. */
static bool is_kept(const struct kvmlib_arm64_field *field, int64_t promised, int64_t there)
{
	switch (field->safe) {
	case KVMLIB_ARM64_SAFE_LOWER:
		return promised <= there;
	case KVMLIB_ARM64_SAFE_HIGHER:
		return promised >= there;
	case KVMLIB_ARM64_SAFE_HIGHER_OR_ZERO:
		return !promised || (there && promised >= there);
	case KVMLIB_ARM64_SAFE_EXACT:
		return promised == there || promised == field->neutral;
	default:
		return promised == there;
	}
}

/* The place of a field's register; fields of one stand together. */
static size_t next_place(size_t place, const struct kvmlib_arm64_field *field)
{
	while (kvmlib__idregs[place].id != field->reg)
		place++;
	return place;
}

/* Intersection */

/* The one that is kept where the other is so; neither: what promises nothing. */
static int64_t common(const struct kvmlib_arm64_field *field, int64_t a, int64_t b)
{
	if (is_kept(field, a, b))
		return a;
	return is_kept(field, b, a) ? b : field->neutral;
}

static uint64_t join(size_t place, uint64_t a, uint64_t b)
{
	uint64_t joined = a & b;

	for (size_t i = 0; i < kvmlib__nr_arm64_fields; i++) {
		const struct kvmlib_arm64_field *field = &kvmlib__arm64_fields[i];

		if (field->reg == kvmlib__idregs[place].id)
			joined = kvmlib__arm64_with(field, joined,
						    common(field, kvmlib__arm64_value(field, a),
							   kvmlib__arm64_value(field, b)));
	}
	return joined;
}

static bool is_identity(size_t place)
{
	size_t i = 0;

	while (kvmlib__arm64_fields[i].reg != kvmlib__idregs[place].id)
		i++;
	return kvmlib__arm64_fields[i].safe == KVMLIB_ARM64_SAFE_IDENTITY;
}

static void join_register(struct kvmlib__id_value *reg, const struct kvmlib__id_value *with,
			  size_t place)
{
	reg->fixed |= with->fixed;
	reg->is_there &= with->is_there;
	if (is_identity(place))
		reg->is_there &= reg->value == with->value;
	reg->value = reg->is_there ? join(place, reg->value, with->value) : 0;
}

int kvmlib_arm64_ids_intersect(struct kvmlib_arm64_ids *ids, const struct kvmlib_arm64_ids *with)
{
	if (!ids || !with)
		return KVMLIB__NULL_ARGUMENT(ids ? 2 : 1);
	for (size_t place = 0; place < kvmlib__nr_idregs; place++)
		join_register(&ids->regs[place], &with->regs[place], place);
	return 0;
}

/* Differences */

static uint32_t kind_of(const struct kvmlib_arm64_field *field, int64_t a, int64_t b)
{
	if (field->safe >= KVMLIB_ARM64_SAFE_EXACT)
		return KVMLIB_ARM64_CHANGED;
	return is_kept(field, a, b) ? KVMLIB_ARM64_GAINED : KVMLIB_ARM64_LOST;
}

int kvmlib_arm64_ids_next_difference(const struct kvmlib_arm64_ids *a,
				     const struct kvmlib_arm64_ids *b, uint64_t *position,
				     struct kvmlib_arm64_difference *ret_difference)
{
	size_t place = 0;

	if (!a || !b || !position || !ret_difference)
		return KVMLIB__NULL_ARGUMENT(!a ? 1 : !b ? 2 : position ? 4 : 3);
	while (*position < kvmlib__nr_arm64_fields) {
		const struct kvmlib_arm64_field *field = &kvmlib__arm64_fields[(*position)++];
		int64_t of_a, of_b;

		place = next_place(place, field);
		of_a = kvmlib__arm64_value(field, a->regs[place].value);
		of_b = kvmlib__arm64_value(field, b->regs[place].value);
		if (of_a == of_b)
			continue;
		*ret_difference = (struct kvmlib_arm64_difference){ field, of_a, of_b,
								    kind_of(field, of_a, of_b), 0 };
		return 1;
	}
	return 0;
}

/* Verdicts */

/* Those who are told of what is missing, and how much it was. */
struct listener {
	int (*lack)(const struct kvmlib_arm64_lack *lack, void *userdata);
	void *userdata;
	int nr;
};

static int tell(struct listener *listener, struct kvmlib_arm64_lack lack)
{
	static const char *const consequences[] = {
		[KVMLIB_ARM64_LACKS_FEATURE] = "what the guest does with it fails",
		[KVMLIB_ARM64_LACKS_VALUE] = "the guest relies on what is not so",
		[KVMLIB_ARM64_LACKS_CHANGE] = "the guest finds another processor",
	};
	int r;

	lack.consequence = consequences[lack.kind];
	r = listener->lack ? listener->lack(&lack, listener->userdata) : 0;
	listener->nr++;
	return r < 0 ? r : 0;
}

/* What keeps a field from being the guest's; 0: nothing. An identity is only a name. */
static uint32_t lack_of(const struct kvmlib_arm64_field *field, int64_t guest, int64_t host,
			bool is_fixed)
{
	const bool is_exact = field->safe == KVMLIB_ARM64_SAFE_EXACT;

	if (field->safe == KVMLIB_ARM64_SAFE_IDENTITY)
		return is_fixed ? KVMLIB_ARM64_LACKS_VALUE : 0;
	if (!is_kept(field, guest, host))
		return is_exact ? KVMLIB_ARM64_LACKS_VALUE : KVMLIB_ARM64_LACKS_FEATURE;
	return is_fixed ? KVMLIB_ARM64_LACKS_CHANGE : 0;
}

static int judge_field(struct listener *listener, const struct kvmlib_arm64_field *field,
		       const struct kvmlib__id_value *guest, const struct kvmlib__id_value *host)
{
	struct kvmlib_arm64_lack lack = {
		.field = field,
		.guest = kvmlib__arm64_value(field, guest->value),
		.host = kvmlib__arm64_value(field, host->value),
		.reg = field->reg,
	};
	const uint64_t differ = (guest->value ^ host->value) & kvmlib__arm64_bits(field);

	if (!differ)
		return 0;
	lack.kind = lack_of(field, lack.guest, lack.host, differ & host->fixed);
	return lack.kind ? tell(listener, lack) : 0;
}

/* Bits that no field has: the host has to have them, or be able to hide them. */
static int judge_rest(struct listener *listener, size_t place, const struct kvmlib__id_value *guest,
		      const struct kvmlib__id_value *host)
{
	struct kvmlib_arm64_lack lack = {
		.guest = (int64_t)guest->value,
		.host = (int64_t)host->value,
		.reg = kvmlib__idregs[place].id,
	};
	const uint64_t differ = (guest->value ^ host->value) & ~kvmlib__idreg_named(place);

	if (differ & guest->value)
		lack.kind = KVMLIB_ARM64_LACKS_FEATURE;
	else if (differ & host->fixed)
		lack.kind = KVMLIB_ARM64_LACKS_CHANGE;
	return lack.kind ? tell(listener, lack) : 0;
}

/* A register that the table has not is the host's; where the host has none, it is 0. */
static int judge_register(struct listener *listener, size_t place,
			  const struct kvmlib__id_value *guest, const struct kvmlib__id_value *host)
{
	int r = 0;

	if (!guest->is_there)
		return 0;
	for (size_t i = 0; !r && i < kvmlib__nr_arm64_fields; i++) {
		const struct kvmlib_arm64_field *field = &kvmlib__arm64_fields[i];

		if (field->reg == kvmlib__idregs[place].id)
			r = judge_field(listener, field, guest, host);
	}
	return r < 0 ? r : judge_rest(listener, place, guest, host);
}

int kvmlib_arm64_ids_verdict(const struct kvmlib_arm64_ids *guest,
			     const struct kvmlib_arm64_ids *host,
			     int (*lack)(const struct kvmlib_arm64_lack *lack, void *userdata),
			     void *userdata)
{
	struct listener listener = { lack, userdata, 0 };
	int r = 0;

	if (!guest || !host)
		return KVMLIB__NULL_ARGUMENT(guest ? 2 : 1);
	for (size_t i = 0; !r && i < kvmlib__nr_idregs; i++)
		r = judge_register(&listener, i, &guest->regs[i], &host->regs[i]);
	return r < 0 ? r : listener.nr;
}
