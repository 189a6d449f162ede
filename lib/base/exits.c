/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is known of exits by their reason alone. */
#include <kvmlib/explain.h>

#include <kvmlib/exit.h>

#include "exit_tables.h"

/* Reasons that the library itself reports. */
static const struct {
	uint32_t reason;
	struct kvmlib__exit exit;
} own[] = {
	{ KVMLIB_EXIT_AGAIN,
	  { .name = "KVMLIB_EXIT_AGAIN", .owes = "Run the vCPU again, once it is started." } },
	{ KVMLIB_EXIT_NONE,
	  { .name = "KVMLIB_EXIT_NONE", .owes = "Run the vCPU, or see why its last run failed." } },
};

static const struct kvmlib__exit *find(uint32_t reason)
{
	if (reason < kvmlib__nr_exits)
		return &kvmlib__exits[reason];
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (own[i].reason == reason)
			return &own[i].exit;
	return NULL;
}

const char *kvmlib_exit_name(uint32_t reason)
{
	const struct kvmlib__exit *exit = find(reason);

	return exit ? exit->name : NULL;
}

const char *kvmlib_exit_owes(uint32_t reason)
{
	const struct kvmlib__exit *exit = find(reason);

	return exit ? exit->owes : NULL;
}

int kvmlib_exit_needs_completion(uint32_t reason)
{
	return reason < kvmlib__nr_exits && kvmlib__exits[reason].needs_completion;
}

uint32_t kvmlib_exit_drain(uint32_t reason)
{
	const struct kvmlib__exit *exit = find(reason);

	return exit ? exit->drain : KVMLIB_DRAIN_ANSWERED;
}

const char *kvmlib__name_of(enum kvmlib__names family, uint64_t number)
{
	for (size_t i = 0; i < kvmlib__nr_names; i++)
		if (kvmlib__names[i].family == family && kvmlib__names[i].number == number)
			return kvmlib__names[i].name;
	return NULL;
}

const char *kvmlib_internal_error_name(uint32_t suberror)
{
	return kvmlib__name_of(KVMLIB__NAMES_INTERNAL_ERROR, suberror);
}

const char *kvmlib_system_event_name(uint32_t type)
{
	return kvmlib__name_of(KVMLIB__NAMES_SYSTEM_EVENT, type);
}

const char *kvmlib_mp_state_name(uint32_t state)
{
	return kvmlib__name_of(KVMLIB__NAMES_MP_STATE, state);
}
