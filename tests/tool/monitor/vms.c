/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The list of VMs, over folders that look like /proc and debugfs. */
#include <monitor/vms.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <monitor/process.h>

#include "folders.h"
#include "suites.h"

static char log_text[512]; /* what vms_list() has handed over */

static void note(void *userdata, struct vm *vm)
{
	size_t length = strlen(log_text);

	ck_assert_ptr_eq(userdata, &vms);
	snprintf(log_text + length, sizeof(log_text) - length, "%d/%d:%d*%d ", vm->thread,
		 vm->process, vm->fd, vm->vcpus);
}

static const char *list(void)
{
	log_text[0] = '\0';
	ck_assert_int_eq(vms_list(&vms, note, &vms), 0);
	return log_text;
}

static struct uevent event(int32_t pid, int32_t fd)
{
	return (struct uevent){ .pid = pid, .fd = fd };
}

START_TEST(debugfs_names_thread_and_vcpus)
{
	add_process(101, 100, "vmm\0-x", 6);
	add_folder("101-5");
	add_folder("101-5/vcpu0");
	add_folder("101-5/vcpu12");
	add_folder("101-5/vcpus");
	add_stat("exits", "12\n");
	ck_assert_str_eq(list(), "101/100:5*2 ");
	ck_assert_uint_eq(vms.first->command_size, 0); /* process 100 has no folder here */
	ck_assert_str_eq(list(), "");
}
END_TEST

START_TEST(command_is_kept_with_its_words)
{
	add_process(100, 100, "vmm\0-x", 6);
	add_folder("100-5");
	ck_assert_str_eq(list(), "100/100:5*0 ");
	ck_assert_uint_eq(vms.first->command_size, 7);
	ck_assert_mem_eq(vms.first->command, "vmm\0-x", 7);
}
END_TEST

START_TEST(process_without_a_command_line_has_a_name)
{
	add_process(100, 100, "", 0);
	add_folder("100-5");
	list();
	ck_assert_uint_eq(vms.first->command_size, 7);
	ck_assert_str_eq(vms.first->command, "[name]");
}
END_TEST

START_TEST(long_command_is_cut)
{
	static char command[10000];
	char buffer[4096];

	memset(command, 'x', sizeof(command));
	add_process(100, 100, command, sizeof(command));
	ck_assert_uint_eq(process_command(proc, 100, buffer, sizeof(buffer)), sizeof(buffer));
	ck_assert_int_eq(buffer[sizeof(buffer) - 1], '\0');
	ck_assert_uint_eq(strlen(buffer), sizeof(buffer) - 1);
}
END_TEST

START_TEST(vm_of_a_process_that_is_gone_is_listed)
{
	add_folder("77-3");
	ck_assert_str_eq(list(), "77/-1:3*-1 ");
	ck_assert_ptr_null(vms.first->command);
}
END_TEST

START_TEST(proc_shows_vms_and_vcpus)
{
	use(NULL);
	add_process(100, 100, "vmm", 3);
	add_link(100, 0, "/dev/null");
	add_link(100, 11, VM);
	add_link(100, 12, VCPU "0");
	add_link(100, 13, VCPU "1");
	add_link(100, 14, VCPU "1"); /* duplicated */
	add_link(100, 15, VCPU "x");
	add_link(100, 16, VCPU "99999999");
	add_process(200, 200, "other", 5);
	ck_assert_str_eq(list(), "-1/100:11*2 ");
	ck_assert_str_eq(list(), "");
}
END_TEST

START_TEST(vcpus_of_several_vms_are_unknown_in_proc)
{
	use(NULL);
	add_process(100, 100, "vmm", 3);
	add_link(100, 11, VM);
	add_link(100, 12, VM);
	add_link(100, 13, VCPU "0");
	list();
	ck_assert_int_eq(vms.first->vcpus, UNKNOWN);
	ck_assert_int_eq(vms.first->next->vcpus, UNKNOWN);
}
END_TEST

START_TEST(architectures_without_folders_of_vcpus_are_counted_in_proc)
{
	add_process(100, 100, "vmm", 3);
	add_folder("100-11");
	add_link(100, 11, VM);
	add_link(100, 12, VCPU "0");
	ck_assert_str_eq(list(), "100/100:11*1 ");
}
END_TEST

START_TEST(look_sees_new_vcpus)
{
	add_process(100, 100, "vmm", 3);
	add_folder("100-5");
	list();
	ck_assert(!vms_look(&vms, vms.first));
	add_folder("100-5/vcpu0");
	ck_assert(vms_look(&vms, vms.first));
	ck_assert_int_eq(vms.first->vcpus, 1);
	ck_assert(!vms_look(&vms, vms.first));
}
END_TEST

START_TEST(created_is_found_by_its_name)
{
	struct uevent same = event(100, 5), other = event(100, 6), nameless = event(100, UNKNOWN);

	add_process(100, 100, "vmm", 3);
	add_folder("100-5");
	list();
	ck_assert_ptr_eq(vms_find_created(&vms, &same), vms.first);
	ck_assert_ptr_null(vms_find_created(&vms, &other));
	ck_assert_ptr_null(vms_find_created(&vms, &nameless));
	vms.first->is_gone = true;
	ck_assert_ptr_null(vms_find_created(&vms, &same));
	ck_assert_ptr_eq(vms_find_destroyed(&vms, &same), vms.first);
}
END_TEST

/* KVM names the thread, /proc the process. */
START_TEST(created_in_proc_is_found_by_its_thread)
{
	struct uevent uevent = event(101, 11);

	use(NULL);
	add_process(100, 100, "vmm", 3);
	add_process(101, 100, "vmm", 3);
	add_link(100, 11, VM);
	list();
	ck_assert_ptr_eq(vms_find_created(&vms, &uevent), vms.first);
	ck_assert_ptr_eq(vms_find_destroyed(&vms, &uevent), vms.first);
}
END_TEST

START_TEST(destroyed_is_found_after_its_thread_has_gone)
{
	struct uevent uevent = event(101, 11), other = event(101, 12);

	use(NULL);
	add_process(100, 100, "vmm", 3);
	add_link(100, 11, VM);
	list();
	ck_assert_ptr_null(vms_find_destroyed(&vms, &uevent)); /* that one is there */
	remove_link(100, 11);
	ck_assert_ptr_null(vms_find_destroyed(&vms, &other));
	ck_assert_ptr_eq(vms_find_destroyed(&vms, &uevent), vms.first);
}
END_TEST

START_TEST(nameless_vms_are_told_apart_by_nothing)
{
	struct uevent uevent = event(100, UNKNOWN);

	add_process(100, 100, "vmm", 3);
	ck_assert_ptr_nonnull(vms_add(&vms, 100, UNKNOWN, UNKNOWN));
	ck_assert_ptr_nonnull(vms_add(&vms, 100, UNKNOWN, UNKNOWN));
	ck_assert_ptr_null(vms_find_created(&vms, &uevent));
	ck_assert_ptr_eq(vms_find_destroyed(&vms, &uevent), vms.first);
	vms_remove(&vms, vms.first->next);
	ck_assert_ptr_null(vms.first->next);
}
END_TEST

START_TEST(vm_exists_as_long_as_its_folder)
{
	add_process(100, 100, "vmm", 3);
	add_folder("100-5");
	list();
	ck_assert(vms_has(&vms, vms.first));
	remove_folder("100-5");
	ck_assert(!vms_has(&vms, vms.first));
}
END_TEST

START_TEST(vm_exists_as_long_as_its_descriptor)
{
	use(NULL);
	add_process(100, 100, "vmm", 3);
	add_link(100, 11, VM);
	list();
	ck_assert(vms_has(&vms, vms.first));
	remove_link(100, 11);
	ck_assert(!vms_has(&vms, vms.first));
	add_link(100, 11, "/dev/null"); /* the number is used again */
	ck_assert(!vms_has(&vms, vms.first));
}
END_TEST

START_TEST(nameless_vm_exists_as_long_as_its_process)
{
	char path[MAX_PATH];

	add_process(100, 100, "vmm", 3);
	vms_add(&vms, 100, UNKNOWN, UNKNOWN);
	ck_assert(vms_has(&vms, vms.first));
	path_of(path, "proc/100/status");
	ck_assert_int_eq(unlink(path), 0);
	ck_assert(!vms_has(&vms, vms.first));
}
END_TEST

START_TEST(gone_vm_does_not_hide_a_new_one)
{
	add_process(100, 100, "vmm", 3);
	add_folder("100-5");
	list();
	vms.first->is_gone = true;
	ck_assert_str_eq(list(), "100/100:5*0 ");
}
END_TEST

START_TEST(kvm_that_is_not_loaded_has_no_vms)
{
	ck_assert_int_eq(rmdir(debugfs), 0);
	ck_assert_str_eq(list(), "");
	write_file(debugfs, "", 0);
	ck_assert_int_eq(vms_list(&vms, note, &vms), -ENOTDIR);
}
END_TEST

START_TEST(statistics_are_numbers_by_name)
{
	struct stat_value *stats;
	size_t nr = 0;

	add_folder("100-5");
	add_folder("100-5/vcpu0");
	add_stat("100-5/irq_injections", "7\n");
	add_stat("100-5/exits", "18446744073709551615\n");
	add_stat("100-5/mmu_rmaps_stat", "Rmap_Count:\t0\n");
	add_stat("100-5/two", "1 2\n");
	add_stat("100-5/none", "");
	add_stat("100-5/a_name_that_is_longer_than_any_that_kvm_has_for_now", "1\n");
	stats = debugfs_stats(debugfs, 100, 5, &nr);
	ck_assert_uint_eq(nr, 2);
	ck_assert_str_eq(stats[0].name, "exits");
	ck_assert_uint_eq(stats[0].value, UINT64_MAX);
	ck_assert_str_eq(stats[1].name, "irq_injections");
	ck_assert_uint_eq(stats[1].value, 7);
	free(stats);
	ck_assert_ptr_null(debugfs_stats(debugfs, 100, 6, &nr));
}
END_TEST

Suite *vms_suite(void)
{
	Suite *suite = suite_create("vms");
	TCase *tcase = tcase_create("vms");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, debugfs_names_thread_and_vcpus);
	tcase_add_test(tcase, command_is_kept_with_its_words);
	tcase_add_test(tcase, process_without_a_command_line_has_a_name);
	tcase_add_test(tcase, long_command_is_cut);
	tcase_add_test(tcase, vm_of_a_process_that_is_gone_is_listed);
	tcase_add_test(tcase, proc_shows_vms_and_vcpus);
	tcase_add_test(tcase, vcpus_of_several_vms_are_unknown_in_proc);
	tcase_add_test(tcase, architectures_without_folders_of_vcpus_are_counted_in_proc);
	tcase_add_test(tcase, look_sees_new_vcpus);
	tcase_add_test(tcase, created_is_found_by_its_name);
	tcase_add_test(tcase, created_in_proc_is_found_by_its_thread);
	tcase_add_test(tcase, destroyed_is_found_after_its_thread_has_gone);
	tcase_add_test(tcase, nameless_vms_are_told_apart_by_nothing);
	tcase_add_test(tcase, vm_exists_as_long_as_its_folder);
	tcase_add_test(tcase, vm_exists_as_long_as_its_descriptor);
	tcase_add_test(tcase, nameless_vm_exists_as_long_as_its_process);
	tcase_add_test(tcase, gone_vm_does_not_hide_a_new_one);
	tcase_add_test(tcase, kvm_that_is_not_loaded_has_no_vms);
	tcase_add_test(tcase, statistics_are_numbers_by_name);
	suite_add_tcase(suite, tcase);
	return suite;
}
