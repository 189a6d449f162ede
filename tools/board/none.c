/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Architectures whose guests this program has no machine for. */
#include "board.h"

#if !defined(__x86_64__) && !defined(__aarch64__) && !defined(__riscv)
#include "../machine.h"
#include "../tool.h"

const struct board board = { .ram = 0 };

int board_check(const struct run_options *options, uint64_t rom_size)
{
	(void)options;
	(void)rom_size;
	say(RUN, "guests run on x86-64, arm64 and riscv64 only, so far");
	return STATUS_HOST;
}

int board_set_up(struct machine *machine, struct run_options *options)
{
	(void)machine;
	(void)options;
	return STATUS_HOST;
}

void where_print(FILE *stream, const struct machine *machine, uint32_t id)
{
	(void)stream;
	(void)machine;
	(void)id;
}
#endif
