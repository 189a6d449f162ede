/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The library against the kernel at hand: each call raw and by the library, on twins. */

#include <stdio.h>
#include <unistd.h>

#include <runner.h>

#include "pair.h"

static unsigned int number, failures;

/* NULL, if the row is as it should be. */
static const char *complaint(const struct outcome *o)
{
	if (o->raw != o->ours)
		return "the answers differ";
	if (memcmp(o->by_raw, o->by_ours, o->size) != 0)
		return "the bytes differ";
	if ((o->raw < 0) != (o->want == FAILS))
		return o->want == FAILS ? "should have failed" : "should have succeeded";
	return NULL;
}

/* The offset of the first byte that differs. */
static size_t first_difference(const struct outcome *o)
{
	const uint8_t *a = o->by_raw, *b = o->by_ours;
	size_t i = 0;

	while (i < o->size && a[i] == b[i])
		i++;
	return i;
}

void judge(const struct outcome *o)
{
	const char *trouble = complaint(o);

	printf("%s %u - %s = %d\n", trouble ? "not ok" : "ok", ++number, o->title, o->raw);
	if (!trouble)
		return;
	failures++;
	printf("# %s: raw %d, kvmlib %d, first difference at byte %zu of %zu\n", trouble, o->raw,
	       o->ours, first_difference(o), o->size);
}

void skip(const char *title, const char *reason)
{
	printf("ok %u - %s # SKIP %s\n", ++number, title, reason);
}

bool made(bool good, const char *what)
{
	if (!good) {
		failures++;
		printf("not ok %u - %s can be made\n", ++number, what);
	}
	return good;
}

static int finish(void)
{
	printf("1..%u\n", number);
	return failures ? 1 : 0;
}

int main(void)
{
	if (access("/dev/kvm", R_OK | W_OK) < 0)
		return skip_layer("live", "no /dev/kvm to read and write");
	setvbuf(stdout, NULL, _IOLBF, 0);
	system_rows();
	vm_rows();
	slot_rows();
	interrupt_rows();
	vcpu_rows();
	run_rows();
	x86_rows();
	platform_rows();
	ring_rows();
	return finish();
}
