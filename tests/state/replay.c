/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The target on inputs that are there, without a fuzzer: replay [FOLDER...] */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "blob.h"
#include "fuzz.h"

static int is_file(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void replay(const char *folder, const char *name)
{
	struct blob blob = { 0 };
	char path[4096];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	CHECK(!blob_load(&blob, path));
	LLVMFuzzerTestOneInput(blob.data, blob.size);
	blob_free(&blob);
}

static void replay_all(const char *folder, int number)
{
	struct dirent **entries;
	int n = scandir(folder, &entries, is_file, alphasort);

	CHECK(n > 0);
	for (int i = 0; i < n; i++) {
		replay(folder, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	printf("ok %d - %d inputs of %s\n", number, n, folder);
}

int main(int argc, char *argv[])
{
	char *own[] = { argv[0], STATES "/golden", STATES "/corpus" };
	char **folders = argc > 1 ? argv : own;
	int n = argc > 1 ? argc : 3;

	printf("1..%d\n", n - 1);
	for (int i = 1; i < n; i++)
		replay_all(folders[i], i);
	return EXIT_SUCCESS;
}
