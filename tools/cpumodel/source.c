/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* CPUs by what users call them. */
#include "source.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../info.h"
#include "../tool.h"
#include "hyperv.h"

#define HOST "host"

int cpu_of_host(const char *command, struct kvmlib_cpuid **ret_cpuid)
{
	struct kvmlib_system *system;
	int r;

	if (kvmlib_system_open(NULL, &system) < 0)
		return say_error(command, "can't open KVM");
	r = kvmlib_cpuid_collect(system, NULL, ret_cpuid);
	kvmlib_system_unref(system);
	return r < 0 ? say_error(command, "can't ask for what CPUs there can be") : STATUS_OK;
}

int cpu_of_report(const char *command, const char *path, struct kvmlib_cpuid **ret_cpuid)
{
	struct kvmlib_report *report;
	int status = info_read(command, path, &report);
	int r;

	if (status)
		return status;
	r = kvmlib_report_cpuid(report, ret_cpuid);
	kvmlib_report_free(report);
	if (r < 0)
		status = say_error(command, "%s", path);
	return !r || kvmlib_error_cause() == KVMLIB_CAUSE_NO_MEMORY ? status : STATUS_USAGE;
}

/* Whether a model has the name that a text begins with, up to a colon. */
static bool is_model(const char *text)
{
	const size_t length = strcspn(text, ":");
	const struct kvmlib_cpuid_model *model;

	for (size_t i = 0; (model = kvmlib_cpuid_model_at(i)); i++)
		if (!strncmp(model->name, text, length) && !model->name[length])
			return true;
	return false;
}

static int refuse_version(const char *command, const char *name)
{
	uint64_t latest = 0;

	if (kvmlib_error_value(KVMLIB_VALUE_LIMIT, &latest) < 0)
		return say_error(command, "%s", name);
	say(command, "%s has no such version; the latest is %" PRIu64, name, latest);
	return STATUS_USAGE;
}

/* MODEL or MODEL:VERSION; the text is cut. */
static int read_model(const char *command, char *text, const struct kvmlib_cpuid *host,
		      struct kvmlib_cpuid **ret_cpuid)
{
	const char *name = strsep(&text, ":");
	uint64_t version = 0;

	if (text && (parse_number(text, UINT32_MAX, &version) < 0 || !version)) {
		say(command, "%s: \"%s\" is no version: they are numbers from 1 on", name, text);
		return STATUS_USAGE;
	}
	if (kvmlib_cpuid_from_model(name, (uint32_t)version, host, ret_cpuid) < 0)
		return refuse_version(command, name);
	return STATUS_OK;
}

/* What has the name of a model is the model, and no file. */
static int read_base(const char *command, char *text, const struct kvmlib_cpuid *host,
		     struct kvmlib_cpuid **ret_cpuid)
{
	if (!strcmp(text, HOST))
		return cpu_of_host(command, ret_cpuid);
	if (is_model(text))
		return read_model(command, text, host, ret_cpuid);
	if (!strcmp(text, "-") || !access(text, F_OK))
		return cpu_of_report(command, text, ret_cpuid);
	say(command, "no model and no file \"%s\"; `kvmlib cpu list' lists the models", text);
	return STATUS_USAGE;
}

/* "+avx" or "-avx". */
static int edit(const char *command, struct kvmlib_cpuid *cpuid, const char *word)
{
	if (*word != '+' && *word != '-') {
		say(command, "\"%s\": +FEATURE gives a feature, and -FEATURE takes it away", word);
		return STATUS_USAGE;
	}
	if (!kvmlib_cpuid_set_feature(cpuid, word + 1, *word == '+'))
		return STATUS_OK;
	if (kvmlib_error_cause() == KVMLIB_CAUSE_CPUID_FEATURE_UNKNOWN)
		say(command, "no feature \"%s\"; `kvmlib cpu list features' lists them", word + 1);
	else
		say_error(command, "%s", word);
	return STATUS_USAGE;
}

static int edit_all(const char *command, struct kvmlib_cpuid *cpuid, const char *words)
{
	char *copy = strdup(words), *rest = copy;
	const char *word;
	int status = STATUS_OK;

	if (!copy) {
		say(command, "no memory");
		return STATUS_HOST;
	}
	while (!status && (word = strsep(&rest, ",")))
		if (!hyperv_is_word(word))
			status = edit(command, cpuid, word);
	free(copy);
	if (!status)
		status = hyperv_edit(command, cpuid, words);
	return status;
}

/* A command, and the words that changed a CPU. */
struct edits {
	const char *command;
	const char *words;
};

/* Whether +FEATURE is one of the words. */
static bool is_given(const char *words, const char *feature)
{
	const size_t length = strlen(feature);

	for (; words; words = strchr(words, ',')) {
		words += *words == ',';
		if (*words == '+' && !strncmp(words + 1, feature, length) &&
		    (!words[1 + length] || words[1 + length] == ','))
			return true;
	}
	return false;
}

static int say_unmet(const struct kvmlib_cpuid_problem *problem, void *userdata)
{
	const struct edits *edits = userdata;

	if (problem->kind != KVMLIB_CPUID_UNMET || !is_given(edits->words, problem->feature))
		return 0;
	say(edits->command, "+%s needs %s, which this CPU has not", problem->feature,
	    problem->needs);
	return -EINVAL;
}

/* What needs a feature that was taken away goes as well; what was asked for has to have what it needs. */
static int finish(const char *command, struct kvmlib_cpuid *cpuid, const char *words)
{
	const struct kvmlib_cpuid_vcpu alone = { .size = sizeof(alone),
						 .flags = KVMLIB_CPUID_DROP_UNMET };
	struct edits edits = { command, words };

	if (words && kvmlib_cpuid_check(cpuid, say_unmet, &edits) < 0)
		return STATUS_USAGE;
	if (kvmlib_cpuid_fix(cpuid, &alone) < 0)
		return say_error(command, "can't make this CPU a guest's");
	return STATUS_OK;
}

int cpu_read(const char *command, const char *text, const struct kvmlib_cpuid *host,
	     struct kvmlib_cpuid **ret_cpuid)
{
	char *base = strdup(text), *words = base;
	struct kvmlib_cpuid *cpuid = NULL;
	int status;

	if (!base) {
		say(command, "no memory");
		return STATUS_HOST;
	}
	status = read_base(command, strsep(&words, ","), host, &cpuid);
	if (!status && words)
		status = edit_all(command, cpuid, words);
	if (!status)
		status = finish(command, cpuid, words);
	free(base);
	if (status)
		kvmlib_cpuid_free(cpuid);
	else
		*ret_cpuid = cpuid;
	return status;
}
