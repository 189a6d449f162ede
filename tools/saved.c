/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A guest that stops in one process, and goes on in another. */
#include "saved.h"

#include <inttypes.h>

#include "board/board.h"
#include "draft.h"
#include "guest.h"
#include "image/image.h"
#include "state/problem.h"
#include "tool.h"

/* Items of the tool's */

int saved_put(struct kvmlib_state *state, const char *name, uint64_t instance, const void *data,
	      size_t length)
{
	if (kvmlib_state_put(state, name, instance, SAVED_VERSION, data, length) < 0)
		return say_error(RUN, "can't save %s", name);
	return STATUS_OK;
}

int saved_refuse_version(const struct run_options *options, const struct kvmlib_state_item *item)
{
	say(RUN, "%s: %s is of version %" PRIu32 ", and this program knows version %u",
	    options->restore, item->name, item->version, SAVED_VERSION);
	return STATUS_USAGE;
}

const void *saved_item(const struct run_options *options, const struct kvmlib_state *state,
		       const char *name, size_t length)
{
	struct kvmlib_state_item item;

	if (!state || kvmlib_state_get(state, name, KVMLIB_STATE_VM, &item) < 0)
		say(RUN, "%s: has no %s: it was not saved by `kvmlib run'", options->restore, name);
	else if (item.version != SAVED_VERSION)
		saved_refuse_version(options, &item);
	else if (item.length != length)
		say(RUN, "%s: %s has %" PRIu64 " bytes, not %zu", options->restore, name,
		    item.length, length);
	else
		return item.data;
	return NULL;
}

/* Where the firmware was */

uint64_t saved_rom_size(const struct kvmlib_image *image)
{
	struct kvmlib_image_part part;

	for (size_t i = 0; board.rom_max && !kvmlib_image_part_at(image, i, &part); i++)
		if (part.flags & KVMLIB_MEMORY_READONLY && part.gpa == board_rom(part.length))
			return part.length;
	return 0;
}

/* The VM, by the library's plan */

static int make_plan(const struct guest *guest, struct kvmlib_state_plan **ret_plan)
{
	const struct machine *machine = &guest->machine;
	const struct kvmlib_state_plan_opts opts = {
		.size = sizeof(opts),
		.vcpus = machine->vcpus,
		.nr_vcpus = machine->nr_vcpus,
		.memory = machine->memory.map,
		.gic = machine->gic,
		.control = guest->control,
	};

	if (kvmlib_state_plan_new(machine->vm, &opts, ret_plan) < 0)
		return say_error(RUN, "can't make a plan of the guest's state");
	return STATUS_OK;
}

static int put_vm(struct kvmlib_state *state, const struct guest *guest)
{
	struct kvmlib_state_plan *plan;
	int status = make_plan(guest, &plan);

	if (status)
		return status;
	if (kvmlib_state_save(plan, state) < 0)
		status = say_error(RUN, "can't save the guest");
	kvmlib_state_plan_free(plan);
	return status;
}

/* All that stands in the way is told, not the first thing alone. */
static int check(struct kvmlib_state_plan *plan, const struct kvmlib_state *state, const char *path)
{
	struct problem_teller teller = { .command = RUN, .path = path };
	int n = kvmlib_state_check(plan, state, NULL, problem_tell, &teller);

	if (n < 0)
		return say_error(RUN, "%s", path);
	return n ? STATUS_HOST : STATUS_OK;
}

/* There is nothing that the VM could go back to. */
static int take_vm(const struct guest *guest, const struct kvmlib_state *state)
{
	const char *path = guest->options->restore;
	const struct kvmlib_state_restore_opts opts = { .size = sizeof(opts),
							.flags = KVMLIB_STATE_NO_WAY_BACK };
	struct kvmlib_state_plan *plan;
	int status = board.enable ? board.enable(&guest->machine, state) : STATUS_OK;

	if (!status)
		status = make_plan(guest, &plan);
	if (status)
		return status;
	status = check(plan, state, path);
	if (!status && kvmlib_state_restore(plan, state, &opts) < 0)
		status = say_error(RUN, "%s: can't be restored", path);
	kvmlib_state_plan_free(plan);
	return status;
}

/* Writing */

static int put_all(struct kvmlib_state *state, const struct guest *guest)
{
	int status = put_vm(state, guest);

	return status ? status : saved_machine_put(state, guest->options, &guest->devices);
}

int saved_check_place(const struct run_options *options)
{
	return options->save ? draft_try(RUN, options->save) : STATUS_OK;
}

static int write_with(const struct guest *guest, const struct kvmlib_state *state)
{
	const struct run_options *options = guest->options;
	const struct kvmlib_image_opts opts = { .size = sizeof(opts), .state = state };

	return image_write(RUN, options->save, guest->machine.memory.map, &opts, options->compress);
}

int saved_write(const struct guest *guest)
{
	struct kvmlib_state *state;
	int status;

	if (kvmlib_state_new(&state) < 0)
		return say_error(RUN, "can't save the guest");
	status = put_all(state, guest);
	if (!status)
		status = write_with(guest, state);
	if (!status)
		say(RUN, "the guest is saved: %s", guest->options->save);
	kvmlib_state_free(state);
	return status;
}

/* Reading */

/* What is wrong with a file is wrong with what the program was given. */
static int of_usage(int status)
{
	return status == STATUS_NO ? STATUS_USAGE : status;
}

int saved_read(struct run_options *options, struct image_input **ret_input)
{
	int status;

	*ret_input = image_open(RUN, options->restore, &status);
	if (!*ret_input)
		return of_usage(status);
	options->saved = image_of(*ret_input);
	return saved_machine_take(options, options->saved);
}

/* The memory was just mapped. */
static int take_memory(const struct guest *guest, struct image_input *input)
{
	const struct kvmlib_image_load_opts opts = { .size = sizeof(opts),
						     .flags = KVMLIB_IMAGE_FRESH };
	int r = kvmlib_image_load(image_of(input), guest->machine.memory.map, &opts, NULL);

	return of_usage(r < 0 ? image_say_error(RUN, input, r) : image_check_end(RUN, input));
}

int saved_restore(struct guest *guest, struct image_input *input)
{
	const struct kvmlib_state *state = kvmlib_image_state(image_of(input));
	int status = saved_devices_take(guest->options, state, &guest->devices);

	if (!status)
		status = take_memory(guest, input);
	return status ? status : take_vm(guest, state);
}
