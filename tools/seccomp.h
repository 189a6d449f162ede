/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef SECCOMP_H
#define SECCOMP_H

/* Print the rules that let a program make the ioctls of these sets (`base,irqchip`) and no others, in
 * the JSON of container engines; "list" prints the sets instead. Returns the exit status. */
int tool_info_seccomp(const char *sets);

#endif
