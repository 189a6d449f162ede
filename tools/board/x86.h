/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BOARD_X86_H
#define BOARD_X86_H

/* KVM's own pages, which it needs on Intel's processors: below the largest ROM. */
#define IDENTITY_MAP 0xfeffc000U
#define TSS_PAGES    0xfeffd000U

struct kvmlib_state;
struct machine;

/* What the CPUs in a state need of KVM. Returns STATUS_OK, or another status after a message. */
int x86_enable(const struct machine *machine, const struct kvmlib_state *state);

#endif
