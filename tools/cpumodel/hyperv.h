/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef CPUMODEL_HYPERV_H
#define CPUMODEL_HYPERV_H

#include <stdbool.h>

#include <kvmlib/kvmlib.h>

/* Whether a word is +hv-NAME or -hv-NAME. */
bool hyperv_is_word(const char *word);

/* Do what those of the words say that are, with commas between. STATUS_OK, or another status after a message. */
int hyperv_edit(const char *command, struct kvmlib_cpuid *cpuid, const char *words);

#endif
