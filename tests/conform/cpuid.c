/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lists of CPUID entries. */
#include "row.h"

#include <string.h>

#ifdef KVM_SET_CPUID2

#define MAX_ENTRIES 256U

struct list {
	uint32_t count;
	uint32_t padding;
	struct kvm_cpuid_entry2 entries[MAX_ENTRIES + 1];
};

static struct list list;

static size_t size_of(uint32_t count)
{
	return offsetof(struct list, entries) + count * sizeof(struct kvm_cpuid_entry2);
}

/* A list for so many entries, of which so many have room before the hole. */
static void *room(const struct world *w, uint32_t count, uint32_t there)
{
	struct list *made = put(w, NULL, size_of(there));

	made->count = count;
	return made;
}

/* That leaf as the only one. */
static void *leaf(const struct world *w, struct kvm_cpuid_entry2 entry)
{
	struct list *made = room(w, 1, 1);

	made->entries[0] = entry;
	return made;
}

static void *address_bits(const struct world *w, uint32_t bits)
{
	return leaf(w, (struct kvm_cpuid_entry2){ .function = 0x80000008, .eax = bits << 8 | 36 });
}

static const char *some_are_told(struct world *w)
{
	const struct list *told = (const struct list *)w->arg;

	if (told->count < 5 || told->count >= MAX_ENTRIES)
		return "an odd count";
	for (uint32_t i = 0; i < told->count; i++)
		if (told->entries[i].function == 1)
			return told->entries[i].edx ? NULL : "no features";
	return "no leaf 1";
}

static const char *count_is_kept(struct world *w)
{
	return ((const struct list *)w->arg)->count == 1 ? NULL : "the count was written";
}

static const char *none_are_told(struct world *w)
{
	return ((const struct list *)w->arg)->count == 0 ? NULL : "entries from nowhere";
}

static void supported_rows(struct world *w)
{
	ROW(ON_SYSTEM, KVM_GET_SUPPORTED_CPUID, "room enough", room(w, MAX_ENTRIES, MAX_ENTRIES),
	    OK, .verify = some_are_told);
	ROW(ON_SYSTEM, KVM_GET_SUPPORTED_CPUID, "no room", room(w, 0, 0),
	    REFUSED(E2BIG, CPUID_ROOM), .verify = none_are_told);
	ROW(ON_SYSTEM, KVM_GET_SUPPORTED_CPUID, "room for one, and no count comes back",
	    room(w, 1, 1), REFUSED(E2BIG, CPUID_ROOM), .verify = count_is_kept);
	ROW(ON_SYSTEM, KVM_GET_SUPPORTED_CPUID, "the last count of all", room(w, ~0U, MAX_ENTRIES),
	    OK, .verify = some_are_told);
	ROW(ON_SYSTEM, KVM_GET_SUPPORTED_CPUID, "a list cut short", room(w, MAX_ENTRIES, 1),
	    REFUSED(EFAULT, UNWRITABLE));
	ROW(ON_SYSTEM, KVM_GET_SUPPORTED_CPUID, "an argument that can't be read", w->hole,
	    REFUSED(EFAULT, UNREADABLE));
}

static int give_leaf(struct world *w)
{
	memset(&list, 0, sizeof(list));
	list.count = 1;
	list.entries[0] = (struct kvm_cpuid_entry2){ .function = 0x80000008, .eax = 0x3024 };
	return call_with(w, w->vcpu, KVM_SET_CPUID2, &list);
}

static const char *leaf_is_told(struct world *w)
{
	const struct list *told = (const struct list *)w->arg;

	if (told->count != 1 || told->entries[0].function != 0x80000008)
		return "another list";
	return told->entries[0].eax == 0x3024 ? NULL : "another value";
}

static const char *seven_are_kept(struct world *w)
{
	return ((const struct list *)w->arg)->count == 7 ? NULL : "the count was written";
}

#define COUNT_STAYS(check)                                                                       \
	{                                                                                        \
		.name = "kernels before 6.5 don't write the count back", .before = KERNEL(6, 5), \
		.answer = OK, .verify = (check),                                                 \
	}

static const struct deviation count_of_one_stays = COUNT_STAYS(count_is_kept);
static const struct deviation count_of_seven_stays = COUNT_STAYS(seven_are_kept);

static void get_rows(struct world *w)
{
	ROW(ON_VCPU, KVM_GET_CPUID2, "none at first", room(w, 1, 1), OK, .verify = none_are_told,
	    .deviation = &count_of_one_stays);
	ROW(ON_VCPU, KVM_GET_CPUID2, "none, and no room", room(w, 0, 0), OK);
	ROW(ON_VCPU, KVM_GET_CPUID2, "what was set", room(w, 7, 7), OK, .before = give_leaf,
	    .verify = leaf_is_told, .deviation = &count_of_seven_stays);
	ROW(ON_VCPU, KVM_GET_CPUID2, "no room", room(w, 0, 0), REFUSED(E2BIG, CPUID_ROOM),
	    .before = give_leaf);
	ROW(ON_VCPU, KVM_GET_CPUID2, "a list cut short", room(w, 1, 0), REFUSED(EFAULT, UNWRITABLE),
	    .before = give_leaf);
	ROW(ON_VCPU, KVM_GET_CPUID2, "an argument that can't be read", w->hole,
	    REFUSED(EFAULT, UNREADABLE));
}

static const char *none_are_left(struct world *w)
{
	memset(&list, 0, sizeof(list));
	if (call_with(w, w->vcpu, KVM_GET_CPUID2, &list) < 0)
		return "something is left";
	return NULL;
}

static void set_rows(struct world *w)
{
	ROW(ON_VCPU, KVM_SET_CPUID2, "no entries", room(w, 0, 0), OK);
	ROW(ON_VCPU, KVM_SET_CPUID2, "no entries instead of some", room(w, 0, 0), OK,
	    .before = give_leaf, .verify = none_are_left);
	ROW(ON_VCPU, KVM_SET_CPUID2, "256 empty entries", room(w, MAX_ENTRIES, MAX_ENTRIES), OK);
	ROW(ON_VCPU, KVM_SET_CPUID2, "257 entries", room(w, MAX_ENTRIES + 1, MAX_ENTRIES + 1),
	    REFUSED(E2BIG, CPUID_COUNT));
	ROW(ON_VCPU, KVM_SET_CPUID2, "257 comes before unreadable", room(w, MAX_ENTRIES + 1, 0),
	    REFUSED(E2BIG, CPUID_COUNT));
	ROW(ON_VCPU, KVM_SET_CPUID2, "a list cut short", room(w, 2, 1),
	    REFUSED(EFAULT, UNREADABLE));
	ROW(ON_VCPU, KVM_SET_CPUID2, "an argument that can't be read", w->hole,
	    REFUSED(EFAULT, UNREADABLE));
	ROW(ON_VCPU, KVM_SET_CPUID2, "linear addresses of 48 bits", address_bits(w, 48), OK);
	ROW(ON_VCPU, KVM_SET_CPUID2, "linear addresses of 57 bits", address_bits(w, 57), OK);
	ROW(ON_VCPU, KVM_SET_CPUID2, "linear addresses of 0 bits", address_bits(w, 0), OK);
	ROW(ON_VCPU, KVM_SET_CPUID2, "linear addresses of 47 bits", address_bits(w, 47),
	    REFUSED(EINVAL, CPUID_IMPOSSIBLE));
	ROW(ON_VCPU, KVM_SET_CPUID2, "linear addresses of 64 bits", address_bits(w, 64),
	    REFUSED(EINVAL, CPUID_IMPOSSIBLE));
}

void cpuid_rows(struct world *w)
{
	supported_rows(w);
	get_rows(w);
	set_rows(w);
}

#else

/* Only x86 has a CPUID. */
void cpuid_rows(struct world *w)
{
	(void)w;
}

#endif
