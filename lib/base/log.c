/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "log.h"

void kvmlib__log(const struct kvmlib__log *log, uint32_t level, const char *message,
		 const struct kvmlib_log_field *fields, size_t nr_fields)
{
	if (log->fn && level <= log->level)
		log->fn(level, message, fields, nr_fields, log->userdata);
}
