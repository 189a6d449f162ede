/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define _GNU_SOURCE /* dladdr() */

#include "caller.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unwind.h>

static bool is_public(const char *name)
{
	return name && !strncmp(name, "kvmlib_", 7) && strncmp(name, "kvmlib_sim_", 11) != 0;
}

/* The exported function that the address lies in, or NULL: static ones have no name here. */
static const char *function_at(uintptr_t address)
{
	Dl_info info;

	return dladdr((void *)address, &info) ? info.dli_sname : NULL; // NOLINT
}

static _Unwind_Reason_Code look_at(struct _Unwind_Context *context, void *userdata)
{
	const char **outermost = userdata;
	int interrupted = 0;
	uintptr_t address = _Unwind_GetIPInfo(context, &interrupted);
	const char *name;

	if (interrupted || !address)
		return _URC_NORMAL_STOP;
	name = function_at(address - 1); /* in the call, which may be the function's last word */
	if (is_public(name))
		*outermost = name;
	return _URC_NO_REASON;
}

/* backtrace() would load libgcc_s at its first call, with malloc, and where it may not be. */
const char *outermost_public_function(void)
{
	const char *outermost = NULL;

	_Unwind_Backtrace(look_at, &outermost);
	return outermost;
}
