/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_CONFORM_ROW_H
#define TESTS_CONFORM_ROW_H

#include <errno.h>
#include <stdbool.h>

#include "../../sim/checks.h"
#include "world.h"

/*
 * The table: a row is one call and what every kernel answers to it, the simulated one and the real
 * ones. Rows stand in functions, which are run from top to bottom, so that arguments may be
 * computed; each row finds its level made anew.
 *
 *	ROW(ON_VM, KVM_CREATE_VCPU, "an id that is taken", 0, REFUSED(EEXIST, VCPU_EXISTS),
 *	    .before = add_vcpu_0);
 */

/* What a call answers. */
struct answer {
	enum {
		ANSWERS_VALUE,
		ANSWERS_AT_LEAST,
		ANSWERS_FD, /* which is closed again */
	} kind;
	int value;
	enum kvmlib__sim_check check; /* of the simulated kernel, which refuses the call */
};

#define VALUE(number)                                    \
	{                                                \
		.kind = ANSWERS_VALUE, .value = (number) \
	}
#define OK VALUE(0)
#define AT_LEAST(number)                                    \
	{                                                   \
		.kind = ANSWERS_AT_LEAST, .value = (number) \
	}
#define FD                         \
	{                          \
		.kind = ANSWERS_FD \
	}
#define REFUSED(error, name)                                                                \
	{                                                                                   \
		.kind = ANSWERS_VALUE, .value = -(error), .check = KVMLIB__SIM_CHECK_##name \
	}

/*
 * A difference that is known: which real kernels answer otherwise, and what. Those from since up to
 * before all do; those from before up to gone_by may, because the change reached stable kernels
 * too, or because none of them was at hand.
 */
struct deviation {
	const char *name;
	unsigned int since;		      /* KERNEL(); 0: the first */
	unsigned int before;		      /* KERNEL(); 0: none, it goes on */
	unsigned int gone_by;		      /* KERNEL(); 0: as before */
	bool (*where)(const struct world *w); /* on which hosts; NULL: all */
	struct answer answer;
	const char *(*verify)(struct world *w); /* as a row's */
};

struct row {
	/* Always set, by ROW() or ACT(). */
	enum level level;
	const char *call;
	const char *what;
	unsigned long request;
	unsigned long arg;
	struct answer answer;
	/* If they are needed. */
	int (*before)(struct world *w);		/* prepares more; negative errno */
	unsigned long (*make)(struct world *w); /* the argument, if it depends on what was made */
	int (*act)(struct world *w); /* the call, if it is no ioctl on the level's descriptor */
	const char *(*verify)(struct world *w); /* what is wrong with its results, or NULL */
	const char *needs;			/* the capability's name, see NEEDS() */
	uint32_t capability;
	int at_least;  /* and the value that it must have; 0: any */
	bool in_child; /* the call comes from a forked child */
	const struct deviation *deviation;
};

/* A number of KVM's that has no call, and one whose type byte is not KVM's. */
#define UNKNOWN_REQUEST	   0xaeffUL
#define OTHER_TYPE_REQUEST 0x1234UL

#define NEEDS(name) .needs = "KVM_CAP_" #name, .capability = KVMLIB_CAP_##name

/* An ioctl; arg is a number or a pointer. Then comes the answer, and whatever else is needed. */
#define ROW(on, number, text, argument, ...)                              \
	run_row(w, &(const struct row){ .level = (on),                    \
					.call = #number,                  \
					.what = (text),                   \
					.request = (number),              \
					.arg = (unsigned long)(argument), \
					.answer = __VA_ARGS__ })

/* Something else: a function that makes the calls, and answers what the last of them did. */
#define ACT(on, name, text, function, ...)                 \
	run_row(w, &(const struct row){ .level = (on),     \
					.call = (name),    \
					.what = (text),    \
					.act = (function), \
					.answer = __VA_ARGS__ })

/* Run one row, and print its line. */
void run_row(struct world *w, const struct row *row);

/* Print one more line of TAP. */
void print_line(bool good, const char *text);

/* A row that confirms this check went well so far, and none went wrong. */
bool check_is_confirmed(enum kvmlib__sim_check check);
const char *check_name(enum kvmlib__sim_check check);

/* The columns of sim/checks.h held against what the rows saw: on the simulated kernel that each
 * check has a row or a reason, on a real one that it stands with the checks that it confirmed. */
void hold_coverage(void);
void hold_confirmations(const struct world *w);

/* Print the plan and the sums; true if nothing failed. */
bool print_totals(const struct world *w);

/* Hosts on which some deviations are seen. */
bool without_vmx(const struct world *w);
bool on_x86(const struct world *w);

/* Where a kernel was built without what a guest of Hyper-V asks for. */
extern const struct deviation no_hyperv;

/* The whole table, and its parts by object. */
void run_table(struct world *w);
void file_rows(struct world *w);
void system_rows(struct world *w);
void vm_rows(struct world *w);
void slot_rows(struct world *w);
void dirty_rows(struct world *w);
void ring_rows(struct world *w);
void irqchip_rows(struct world *w);
void device_rows(struct world *w);
void vcpu_rows(struct world *w);
void regs_rows(struct world *w);
void onereg_rows(struct world *w);
void state_rows(struct world *w);
void msr_rows(struct world *w);
void eventfd_rows(struct world *w);
void routing_rows(struct world *w);
void call_rows(struct world *w);
void small_rows(struct world *w);
void guestmem_rows(struct world *w);
void cpuid_rows(struct world *w);
void run_rows(struct world *w);
void process_rows(struct world *w);

#endif
