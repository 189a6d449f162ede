/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB__LOG_H
#define KVMLIB__LOG_H

#include <kvmlib/log.h>

/* A system's log hook. */
struct kvmlib__log {
	kvmlib_log_fn fn; /* NULL: nobody listens */
	void *userdata;
	uint32_t level; /* the most talkative level that is wanted */
};

/* Hand one event to the listener, if there is one for its level. */
void kvmlib__log(const struct kvmlib__log *log, uint32_t level, const char *message,
		 const struct kvmlib_log_field *fields, size_t nr_fields);

#define KVMLIB__LOG_NUMBER(name, value)                    \
	{                                                  \
		.key = (name), .number = (uint64_t)(value) \
	}
#define KVMLIB__LOG_TEXT(name, value)          \
	{                                      \
		.key = (name), .text = (value) \
	}

/* Log with the fields as further arguments. */
#define KVMLIB__LOG(log, level, message, ...)                                              \
	kvmlib__log(log, level, message, (const struct kvmlib_log_field[]){ __VA_ARGS__ }, \
		    sizeof((const struct kvmlib_log_field[]){ __VA_ARGS__ }) /             \
			    sizeof(struct kvmlib_log_field))

#endif
