/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* `kvmlib cpu list`: the names that there are. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "../tool.h"
#include "lack.h"
#include "verbs.h"

/* The list, if it was asked for and is complete. */
static int finish(json_t *list, bool json, int r)
{
	if (json && !r)
		return cpu_print_value(list);
	json_decref(list);
	return json ? cpu_print_value(NULL) : STATUS_OK;
}

static void print_model(const struct kvmlib_cpuid_model *model)
{
	char name[64];

	snprintf(name, sizeof(name), "%s:%" PRIu32, model->name, model->version);
	printf("%-15s %s\n", name, model->meaning);
}

static json_t *model_object(const struct kvmlib_cpuid_model *model)
{
	return json_pack("{s:s, s:i, s:s}", "name", model->name, "version", (int)model->version,
			 "meaning", model->meaning);
}

static int list_models(bool json)
{
	const struct kvmlib_cpuid_model *model;
	json_t *list = json_array();
	int r = 0;

	for (size_t i = 0; (model = kvmlib_cpuid_model_at(i)); i++)
		if (json)
			r |= json_array_append_new(list, model_object(model));
		else
			print_model(model);
	return finish(list, json, r);
}

static void print_feature(const struct kvmlib_cpuid_feature *feature)
{
	char place[64];

	cpu_place(place, sizeof(place), feature->leaf, feature->subleaf, feature->reg,
		  feature->bit);
	printf("%-29s %s\n", feature->name, place);
}

static json_t *feature_object(const struct kvmlib_cpuid_feature *feature)
{
	return cpu_place_object(feature->name, feature->leaf, feature->subleaf, feature->reg,
				feature->bit);
}

static int list_features(bool json)
{
	const struct kvmlib_cpuid_feature *feature;
	json_t *list = json_array();
	int r = 0;

	for (size_t i = 0; (feature = kvmlib_cpuid_feature_at(i)); i++)
		if (json)
			r |= json_array_append_new(list, feature_object(feature));
		else
			print_feature(feature);
	return finish(list, json, r);
}

static void print_enlightenment(const struct kvmlib_cpuid_enlightenment *one)
{
	printf("%-26s %s%s%s%s\n", one->name, one->meaning, *one->needs ? " (needs " : "",
	       one->needs, *one->needs ? ")" : "");
}

static json_t *enlightenment_object(const struct kvmlib_cpuid_enlightenment *one)
{
	return json_pack("{s:s, s:s, s:s}", "name", one->name, "meaning", one->meaning, "needs",
			 one->needs);
}

static int list_enlightenments(bool json)
{
	const struct kvmlib_cpuid_enlightenment *one;
	json_t *list = json_array();
	int r = 0;

	for (size_t i = 0; (one = kvmlib_cpuid_enlightenment_at(i)); i++)
		if (json)
			r |= json_array_append_new(list, enlightenment_object(one));
		else
			print_enlightenment(one);
	return finish(list, json, r);
}

int cpu_list(const char *what, bool json)
{
	if (!what || !strcmp(what, "models"))
		return list_models(json);
	if (!strcmp(what, "features"))
		return list_features(json);
	if (!strcmp(what, "enlightenments"))
		return list_enlightenments(json);
	say(CPU, "list: \"%s\" is none of models, features and enlightenments", what);
	return STATUS_USAGE;
}
