/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef INFO_H
#define INFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>
#include <kvmlib/kvmlib.h>

#define INFO_COMMAND "info"

/* What was asked for besides the files. */
struct info_options {
	bool all;
	bool json;
};

/* This host's report, with what the kernel tells beside KVM; or a file's for a command, "-" being stdin. 0,
 * or an exit status after a message. */
int info_collect(struct kvmlib_report **ret_report);
int info_read(const char *command, const char *path, struct kvmlib_report **ret_report);

/* Add `kernel/...` and `module/...`. 0, or a negative errno with a record. */
int info_add_kernel(struct kvmlib_report *report);

/* Whether a module of that name makes a KVM of the module kvm. */
bool info_is_vendor_module(const char *name);

/* Print a report. 0, or an exit status after a message. */
int info_print_lines(const struct kvmlib_report *report);
int info_print_text(const struct kvmlib_report *report, bool all);
int info_print_json(const struct kvmlib_report *report);

/* The JSON that was made, or a message if there was no memory for it. */
int info_print_value(json_t *value);

/* What a guest of the first host would miss on the second, and what all hosts share. */
int info_diff(char *const paths[2], const struct info_options *options);
int info_baseline(char *const *paths, size_t nr, const struct info_options *options);

/* Whether KVM can be used here. */
int info_check(const struct info_options *options);

#endif
