/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* `kvmlib cpu check`: whether a guest's CPU can be had on a host. */
#include <errno.h>
#include <stdio.h>

#include "../tool.h"
#include "lack.h"
#include "source.h"
#include "verbs.h"

static const char *kind_of(const struct kvmlib_cpuid_lack *lack)
{
	static const char *const names[] = {
		[KVMLIB_CPUID_LACKS_FEATURE] = "feature", [KVMLIB_CPUID_LACKS_AMOUNT] = "amount",
		[KVMLIB_CPUID_LACKS_PLACE] = "place",	  [KVMLIB_CPUID_LACKS_VENDOR] = "vendor",
		[KVMLIB_CPUID_LACKS_VALUE] = "value",
	};

	return names[lack->kind];
}

static int print_lack(const struct kvmlib_cpuid_lack *lack, void *userdata)
{
	char text[CPU_WIDEST];

	(void)userdata;
	printf("- %s: %s\n", cpu_lack(text, lack), lack->consequence);
	return 0;
}

static int add_lack(const struct kvmlib_cpuid_lack *lack, void *userdata)
{
	json_t *list = userdata, *object = cpu_place_object(lack->feature, lack->leaf,
							    lack->subleaf, lack->reg, lack->bit);
	int r = json_object_set_new(object, "kind", json_string(kind_of(lack)));

	r |= json_object_set_new(object, "consequence", json_string(lack->consequence));
	r |= json_object_set_new(object, "guest", cpu_hex(lack->guest));
	r |= json_object_set_new(object, "host", cpu_hex(lack->host));
	r |= json_array_append_new(list, object);
	return r ? -ENOMEM : 0;
}

static int judge_as_json(const struct kvmlib_cpuid *guest, const struct kvmlib_cpuid *host)
{
	json_t *list = json_array();
	int nr = list ? kvmlib_cpuid_verdict(guest, host, add_lack, list) : -ENOMEM, status;

	if (nr < 0) {
		json_decref(list);
		list = NULL;
	}
	status = cpu_print_value(json_pack("{s:b, s:o}", "runs", nr == 0, "missing", list));
	return status ? status : nr ? STATUS_NO : STATUS_OK;
}

static int judge(const char *cpu, const char *where, const struct kvmlib_cpuid *guest,
		 const struct kvmlib_cpuid *host)
{
	const int nr = kvmlib_cpuid_verdict(guest, host, print_lack, NULL);

	if (nr)
		printf("%s can't have %s: what is missing stands above\n", where, cpu);
	else
		printf("%s can have %s\n", where, cpu);
	return nr ? STATUS_NO : STATUS_OK;
}

int cpu_check(const char *cpu, const char *report, bool json)
{
	struct kvmlib_cpuid *host = NULL, *guest = NULL;
	int status = report ? cpu_of_report(CPU, report, &host) : cpu_of_host(CPU, &host);

	if (!status)
		status = cpu_read(CPU, cpu, host, &guest);
	if (!status)
		status = json ? judge_as_json(guest, host)
			      : judge(cpu, report ? report : "this host", guest, host);
	kvmlib_cpuid_free(guest);
	kvmlib_cpuid_free(host);
	return status;
}
