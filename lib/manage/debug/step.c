/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Stepping past software breakpoints. */
#include "debug.h"

#include <errno.h>

int kvmlib__step_find(const struct kvmlib_debug *debug, struct kvmlib_vcpu *vcpu, uint64_t linear,
		      struct kvmlib__debug_place *ret_place)
{
	struct kvm_translation translation = { .linear_address = linear };
	int r = kvmlib_vcpu_translate(vcpu, &translation);

	if (r < 0)
		return r;
	ret_place->is_mapped = translation.valid;
	ret_place->gpa = translation.physical_address;
	ret_place->point = translation.valid
				   ? kvmlib__point_at(debug, KVMLIB_DEBUG_SOFTWARE, ret_place->gpa)
				   : NULL;
	return 0;
}

static int lift(const struct kvmlib_debug *debug, struct kvmlib__point *point,
		const struct kvmlib_vcpu *vcpu, const char *function)
{
	if (point->is_lifted)
		return kvmlib__error_record(&(const struct kvmlib__failure){
			.function = function,
			.cause = KVMLIB_CAUSE_POINT_LIFTED,
			.errnum = -EBUSY,
			KVMLIB__VALUES(KVMLIB__VALUE(ADDRESS, point->address),
				       KVMLIB__VALUE(VCPU_ID, point->lifter)) });
	kvmlib__point_take(debug, point);
	point->is_lifted = true;
	point->lifter = vcpu->id;
	return 0;
}

int kvmlib__step_lift(const struct kvmlib_debug *debug, struct kvmlib_vcpu *vcpu, uint64_t pc,
		      const char *function)
{
	struct kvmlib__debug_place place;
	int r = kvmlib__step_find(debug, vcpu, pc, &place);

	if (r < 0) {
		kvmlib__error_amend(function, NULL);
		return r;
	}
	return place.point ? lift(debug, place.point, vcpu, function) : 0;
}

/* Memory that has gone meanwhile has no instruction to stop at. */
void kvmlib__step_put_back(const struct kvmlib_debug *debug, const struct kvmlib_vcpu *vcpu)
{
	const struct kvmlib__record record = kvmlib__error_save();

	for (struct kvmlib__point *point = debug->points; point; point = point->next)
		if (point->is_lifted && point->lifter == vcpu->id) {
			point->is_lifted = false;
			kvmlib__point_put(debug, point, __func__);
		}
	kvmlib__error_restore(&record);
}
