/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether one value survives being saved and restored. */
#include "selftest.h"

#ifdef __x86_64__
#include <string.h>

#include "../tool.h"
#include "state.h"

static int open_probe(struct probe *probe, struct kvmlib_system *system, const struct poke *poke)
{
	return probe_open(probe, system, poke->is_between_vcpus ? 2 : 1);
}

static bool is_saved(const struct probe *probe, const char *item)
{
	const struct kvmlib_state_step *step;

	for (size_t i = 0; (step = kvmlib_state_plan_step_at(probe->plan, KVMLIB_STATE_SAVING, i));
	     i++)
		if (!strcmp(step->name, item))
			return true;
	return false;
}

/* Whether it is there then: what runs is compared with what was written, for it differs from what it was
 * in any case. */
static bool takes(struct finding *finding, const struct probe *probe, uint64_t value)
{
	struct poke poke = *finding->poke;

	poke.value = value;
	if (poke_write(&poke, probe) < 0 || poke_read(&poke, probe, &finding->poked) < 0)
		return false;
	if (poke.drift)
		return finding->poked - value <= poke.drift;
	return finding->poked != finding->before;
}

/* Registers differ in what they take: one bit or another, an address, all bits at once. */
static bool put(struct finding *finding, const struct probe *probe)
{
	const uint64_t changes[] = { 1, 0x1000, 0x40, 0x400, 0x10000, UINT64_MAX };
	bool is_there = false;

	if (!finding->poke->is_any)
		return takes(finding, probe, finding->poke->value);
	for (size_t i = 0; !is_there && i < sizeof(changes) / sizeof(changes[0]); i++)
		is_there = takes(finding, probe, finding->before ^ changes[i]);
	return is_there;
}

static bool is_found(const struct finding *finding)
{
	return finding->found - finding->poked <= finding->poke->drift;
}

static void look(struct finding *finding, const struct probe *probe,
		 const struct kvmlib_state *state)
{
	const struct kvmlib_state_restore_opts opts = { .size = sizeof(opts),
							.flags = KVMLIB_STATE_NO_WAY_BACK };

	if (kvmlib_state_restore(probe->plan, state, &opts) < 0 ||
	    poke_read(finding->poke, probe, &finding->found) < 0)
		kvmlib_error_format(finding->why, sizeof(finding->why));
	else if (is_found(finding))
		finding->verdict = SURVIVES;
}

static int restore(struct kvmlib_system *system, const struct kvmlib_state *state,
		   struct finding *finding)
{
	struct probe probe;
	int status = open_probe(&probe, system, finding->poke);

	if (!status)
		look(finding, &probe, state);
	probe_close(&probe);
	return status;
}

static int carry(struct kvmlib_system *system, const struct probe *probe, struct finding *finding)
{
	struct kvmlib_state *state;
	int status = STATUS_OK;

	finding->verdict = LOST;
	if (kvmlib_state_new(&state) < 0)
		return say_error(STATE, "can't save a VM");
	if (kvmlib_state_save(probe->plan, state) < 0)
		kvmlib_error_format(finding->why, sizeof(finding->why));
	else
		status = restore(system, state, finding);
	kvmlib_state_free(state);
	return status;
}

/* Sets the verdict where it can be given without restoring anything. */
static bool is_put(struct finding *finding, const struct probe *probe)
{
	const struct poke *poke = finding->poke;
	bool is_ready;

	finding->verdict = ABSENT;
	if (!is_saved(probe, poke->item) || poke_read(poke, probe, &finding->before) < 0)
		return false;
	finding->verdict = REFUSED;
	is_ready = !poke->first || poke_write(poke->first, probe) >= 0;
	return is_ready && !poke_read(poke, probe, &finding->before) && put(finding, probe);
}

int selftest_try(struct kvmlib_system *system, const struct poke *poke, struct finding *ret_finding)
{
	struct probe probe;
	int status = open_probe(&probe, system, poke);

	*ret_finding = (struct finding){ .poke = poke };
	if (!status && is_put(ret_finding, &probe))
		status = carry(system, &probe, ret_finding);
	probe_close(&probe);
	return status;
}
#endif
