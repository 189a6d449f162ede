/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An exit as a line for people. What its payload holds, and how to show it, is in the tables. */
#include "exit.h"

#include <inttypes.h>
#include <string.h>

#include <kvmlib/kvmlib.h>

#include "../base/line.h"

#define MAX_RAW_BYTES 32U

static uint64_t number_at(const struct kvm_run *run, struct kvmlib__place place)
{
	const uint8_t *at = (const uint8_t *)run + place.offset;
	uint64_t u64;
	uint32_t u32;
	uint16_t u16;

	switch (place.size) {
	case sizeof(u64):
		return memcpy(&u64, at, sizeof(u64)), u64;
	case sizeof(u32):
		return memcpy(&u32, at, sizeof(u32)), u32;
	case sizeof(u16):
		return memcpy(&u16, at, sizeof(u16)), u16;
	default:
		return *at;
	}
}

static void add_bytes(struct kvmlib__line *line, const uint8_t *bytes, size_t n)
{
	size_t shown = n < MAX_RAW_BYTES ? n : MAX_RAW_BYTES;

	for (size_t i = 0; i < shown; i++)
		kvmlib__line_format(line, " %02x", bytes[i]);
	if (n > shown)
		kvmlib__line_add(line, " ...");
}

static void show_name(struct kvmlib__line *line, const struct kvmlib__exit_field *field,
		      uint64_t number)
{
	const char *name = kvmlib__name_of((enum kvmlib__names)field->names, number);

	kvmlib__line_format(line, name ? " %" PRIu64 " (" : " %" PRIu64, number);
	if (name) {
		kvmlib__line_add(line, name);
		kvmlib__line_add(line, ")");
	}
}

static void show_words(struct kvmlib__line *line, const struct kvm_run *run,
		       const struct kvmlib__exit_field *field)
{
	struct kvmlib__place word = { field->place.offset, sizeof(uint64_t) };
	uint64_t n = field->place.size / sizeof(uint64_t);

	if (field->count.size)
		n = number_at(run, field->count);
	for (uint64_t i = 0; i < n; i++, word.offset = (uint16_t)(word.offset + word.size))
		kvmlib__line_format(line, " 0x%" PRIx64, number_at(run, word));
}

/* Whether this payload has the member, and anything in it. */
static bool is_there(const struct kvm_run *run, const struct kvmlib__exit_field *field)
{
	if (field->when.size && number_at(run, field->when) != field->value)
		return false;
	if (field->show == KVMLIB__SHOW_INSTRUCTION)
		return kvmlib__exit_has_insn(run) && run->emulation_failure.insn_size;
	return !field->count.size || number_at(run, field->count) != 0;
}

static void show_choice(struct kvmlib__line *line, const char *label, bool second)
{
	const char *slash = strchr(label, '/');

	if (second)
		kvmlib__line_add(line, slash + 1);
	else
		kvmlib__line_add_part(line, label, (size_t)(slash - label));
}

static void show_value(struct kvmlib__line *line, const struct kvm_run *run,
		       const struct kvmlib__exit_field *field)
{
	const uint8_t *at = (const uint8_t *)run + field->place.offset;

	switch ((enum kvmlib__show)field->show) {
	case KVMLIB__SHOW_HEX:
		kvmlib__line_format(line, " 0x%" PRIx64, number_at(run, field->place));
		return;
	case KVMLIB__SHOW_DEC:
		kvmlib__line_format(line, " %" PRIu64, number_at(run, field->place));
		return;
	case KVMLIB__SHOW_NAME:
		show_name(line, field, number_at(run, field->place));
		return;
	case KVMLIB__SHOW_WORDS:
		show_words(line, run, field);
		return;
	case KVMLIB__SHOW_BYTES:
		add_bytes(line, at, number_at(run, field->count));
		return;
	case KVMLIB__SHOW_ITEMS:
		add_bytes(line, (const uint8_t *)run + run->io.data_offset,
			  (size_t)run->io.size * run->io.count);
		return;
	case KVMLIB__SHOW_INSTRUCTION:
		add_bytes(line, at, run->emulation_failure.insn_size);
		return;
	case KVMLIB__SHOW_CHOICE:
		return; /* has no value beside its label */
	}
}

static void show_field(struct kvmlib__line *line, const struct kvm_run *run,
		       const struct kvmlib__exit_field *field)
{
	if (field->show == KVMLIB__SHOW_CHOICE)
		show_choice(line, field->label, number_at(run, field->place) != 0);
	else
		kvmlib__line_add(line, field->label);
	show_value(line, run, field);
}

static void add_fields(struct kvmlib__line *line, const struct kvmlib_vcpu *vcpu)
{
	const char *separator = ": ";

	for (size_t i = 0; i < kvmlib__nr_exit_fields; i++) {
		const struct kvmlib__exit_field *field = &kvmlib__exit_fields[i];

		if (field->reason != vcpu->reason || !is_there(vcpu->run, field))
			continue;
		kvmlib__line_add(line, separator);
		show_field(line, vcpu->run, field);
		separator = ", ";
	}
}

static void add_raw(struct kvmlib__line *line, const struct kvmlib_vcpu *vcpu, const char *what)
{
	kvmlib__line_add(line, what);
	add_bytes(line, (const uint8_t *)vcpu->run->padding, sizeof(vcpu->run->padding));
}

static void add_errno(struct kvmlib__line *line, const struct kvmlib_vcpu *vcpu)
{
	const char *name = kvmlib_errno_name(vcpu->run_result);

	if (name)
		kvmlib__line_add(line, name);
	else
		kvmlib__line_format(line, "errno %d", -vcpu->run_result);
}

/* Exits that KVM_RUN's own answer is: what the run page holds is older. */
static bool add_answer(struct kvmlib__line *line, const struct kvmlib_vcpu *vcpu)
{
	switch (vcpu->reason) {
	case KVMLIB_EXIT_NONE:
		kvmlib__line_add(line, vcpu->run_result ? ": the last run failed with "
							: ": the vCPU has not run");
		if (vcpu->run_result)
			add_errno(line, vcpu);
		return true;
	case KVMLIB_EXIT_AGAIN:
		kvmlib__line_add(line, ": the vCPU is to be run again");
		return true;
	case KVMLIB_EXIT_INTR:
		kvmlib__line_add(line, vcpu->was_kick ? ": kicked" : ": a signal of others");
		return true;
	}
	return false;
}

static void add_payload(struct kvmlib__line *line, const struct kvmlib_vcpu *vcpu)
{
	if (vcpu->reason >= kvmlib__nr_exits)
		add_raw(line, vcpu, ": payload");
	else if (!kvmlib__exit_valid(vcpu))
		add_raw(line, vcpu, ": malformed payload");
	else
		add_fields(line, vcpu);
	if (vcpu->run->flags)
		kvmlib__line_format(line, "; run flags 0x%x", vcpu->run->flags);
	if (vcpu->run_result) {
		kvmlib__line_add(line, "; ");
		add_errno(line, vcpu);
	}
}

size_t kvmlib_exit_describe(const struct kvmlib_vcpu *vcpu, char *buffer, size_t size)
{
	struct kvmlib__line line = kvmlib__line_in(buffer, size);
	const char *name = kvmlib_exit_name(vcpu->reason);

	if (name)
		kvmlib__line_add(&line, name);
	else
		kvmlib__line_format(&line, "unknown exit %" PRIu32, vcpu->reason);
	if (add_answer(&line, vcpu))
		return line.length;
	if (kvmlib__vcpu_forked(vcpu))
		kvmlib__line_add(&line, ": a forked child has no run page");
	else
		add_payload(&line, vcpu);
	return line.length;
}
