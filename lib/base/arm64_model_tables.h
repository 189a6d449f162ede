/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB__ARM64_MODEL_TABLES_H
#define KVMLIB__ARM64_MODEL_TABLES_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/arm64_ids.h>

struct kvmlib__arm64_setting {
	uint16_t field; /* its place in kvmlib__arm64_fields */
	int16_t value;
};

struct kvmlib__arm64_model {
	struct kvmlib_arm64_model model; /* what everybody is told */
	const struct kvmlib__arm64_setting *settings;
	size_t nr_settings;
};

extern const struct kvmlib__arm64_model kvmlib__arm64_models[];
extern const size_t kvmlib__nr_arm64_models;

#endif
