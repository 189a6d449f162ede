/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB__EXIT_TABLES_H
#define KVMLIB__EXIT_TABLES_H

#include <stddef.h>
#include <stdint.h>

struct kvmlib__exit {
	const char *name;
	const char *owes;
	uint8_t needs_completion;
	uint8_t drain;	       /* KVMLIB_DRAIN_* */
	uint16_t write_offset; /* for KVMLIB_DRAIN_WRITES: the byte of struct kvm_run that tells */
};

/* Names that payloads use for some of their numbers. */
enum kvmlib__names {
	KVMLIB__NAMES_INTERNAL_ERROR = 1,
	KVMLIB__NAMES_SYSTEM_EVENT,
	KVMLIB__NAMES_HYPERV,
	KVMLIB__NAMES_MSR_EXIT_REASON,
	KVMLIB__NAMES_XEN,
	KVMLIB__NAMES_TDVMCALL,
	KVMLIB__NAMES_MP_STATE,
};

struct kvmlib__name {
	enum kvmlib__names family;
	uint32_t number;
	const char *name;
};

/* How a member of a payload is shown. */
enum kvmlib__show {
	KVMLIB__SHOW_HEX,    /* label and number */
	KVMLIB__SHOW_DEC,    /* label and number */
	KVMLIB__SHOW_NAME,   /* label, number, and its name where it has one */
	KVMLIB__SHOW_CHOICE, /* the label's part before the slash if it is 0, else that behind */
	KVMLIB__SHOW_BYTES,  /* label and as many bytes as another member says */
	KVMLIB__SHOW_WORDS,  /* label and 64-bit words, all or as many as another member says */
	KVMLIB__SHOW_ITEMS,  /* a port access's data, elsewhere in the run page */
	KVMLIB__SHOW_INSTRUCTION, /* where KVM tells it */
};

/* A member of struct kvm_run; no size: none. */
struct kvmlib__place {
	uint16_t offset;
	uint16_t size;
};

struct kvmlib__exit_field {
	uint8_t reason;
	uint8_t show;  /* enum kvmlib__show */
	uint8_t names; /* enum kvmlib__names */
	const char *label;
	struct kvmlib__place place;
	struct kvmlib__place count; /* how many of them there are */
	struct kvmlib__place when;  /* it is there if that one has this value */
	uint32_t value;
};

extern const struct kvmlib__exit kvmlib__exits[]; /* by reason */
extern const size_t kvmlib__nr_exits;
extern const struct kvmlib__name kvmlib__names[];
extern const size_t kvmlib__nr_names;
extern const struct kvmlib__exit_field kvmlib__exit_fields[]; /* in the order of telling */
extern const size_t kvmlib__nr_exit_fields;

/* The kernel's name of a number, or NULL. */
const char *kvmlib__name_of(enum kvmlib__names family, uint64_t number);

#endif
