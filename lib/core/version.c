/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <kvmlib/version.h>

#include "../base/tables.h"

uint32_t kvmlib_version(void)
{
	return KVMLIB_VERSION;
}

const char *kvmlib_version_string(void)
{
	return KVMLIB_VERSION_STRING;
}

int kvmlib_has_feature(uint32_t feature)
{
	return feature >= 1 && feature <= kvmlib__last_feature;
}
