/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tables brought to what a model has. */
#include "ids.h"

#include <errno.h>
#include <string.h>

#include "../../base/arm64_model_tables.h"

_Static_assert(sizeof(struct kvmlib_arm64_model) == 2 * sizeof(void *) + 8, "no padding");

const struct kvmlib_arm64_model *kvmlib_arm64_model_at(size_t index)
{
	return index < kvmlib__nr_arm64_models ? &kvmlib__arm64_models[index].model : NULL;
}

/* The one of that version, or NULL; and the latest of that name. */
static const struct kvmlib__arm64_model *find(const char *name, uint32_t version,
					      const struct kvmlib__arm64_model **ret_latest)
{
	const struct kvmlib__arm64_model *found = NULL;

	*ret_latest = NULL;
	for (size_t i = 0; i < kvmlib__nr_arm64_models; i++) {
		const struct kvmlib__arm64_model *model = &kvmlib__arm64_models[i];

		if (strcmp(model->model.name, name) != 0)
			continue;
		*ret_latest = model;
		if (!version || model->model.version == version)
			found = model;
	}
	return found;
}

static int no_model(const char *function, const char *name, uint32_t version,
		    const struct kvmlib__arm64_model *latest)
{
	kvmlib__error_record(&(const struct kvmlib__failure){
		.function = function,
		.cause = latest ? KVMLIB_CAUSE_ARM64_MODEL_VERSION
				: KVMLIB_CAUSE_ARM64_MODEL_UNKNOWN,
		.errnum = -EINVAL,
		.subject = name,
		KVMLIB__VALUES(KVMLIB__VALUE(ARGUMENT, latest ? 3 : 2)) });
	if (latest) {
		kvmlib__error_add(KVMLIB_VALUE_VERSION, version);
		kvmlib__error_add(KVMLIB_VALUE_LIMIT, latest->model.version);
	}
	return -EINVAL;
}

int kvmlib_arm64_ids_to_model(struct kvmlib_arm64_ids *ids, const char *name, uint32_t version)
{
	const struct kvmlib__arm64_model *model, *latest;

	if (!ids || !name)
		return KVMLIB__NULL_ARGUMENT(ids ? 2 : 1);
	model = find(name, version, &latest);
	if (!model)
		return no_model(__func__, name, version, latest);
	for (size_t i = 0; i < model->nr_settings; i++)
		kvmlib__arm64_put(ids, &kvmlib__arm64_fields[model->settings[i].field],
				  model->settings[i].value);
	return 0;
}
