/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_REPORT_H
#define KVMLIB_REPORT_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/common.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup report Reports of hosts
 * @brief What a host's KVM offers, as text that can be kept, sent and compared.
 *
 * A report is a set of items, each a key and a value, both text. Its written form has one line for
 * an item, `key<TAB>value`, sorted by key, after the line `kvmlib-report<TAB>1`. Keys have parts
 * that are separated by `/`:
 *
 * | key | value |
 * |---|---|
 * | `arch` | architecture: `x86_64`, `arm64` … |
 * | `api-version`, `run-size` | KVM_GET_API_VERSION; KVM_GET_VCPU_MMAP_SIZE in bytes |
 * | `cap/NAME/system`, `cap/NAME/vm` | KVM_CHECK_EXTENSION on that descriptor, decimal; NAME is the capability's, or its number |
 * | `attr/system/NAME` | value of an attribute of the system, hexadecimal |
 * | `attr/vm/NAME`, `attr/vcpu/NAME`, `attr/TYPE/NAME` | `yes`: a VM, a vCPU, a device of that type has it |
 * | `device/TYPE` | `yes`: KVM_CREATE_DEVICE makes them |
 * | `cpuid/LEAF/SUBLEAF/REGISTER` | KVM_GET_SUPPORTED_CPUID, hexadecimal; SUBLEAF is `-` where there are none |
 * | `cpuid-emulated/…`, `cpuid-hyperv/…` | KVM_GET_EMULATED_CPUID, KVM_GET_SUPPORTED_HV_CPUID |
 * | `msr/NUMBER` | `yes`: in KVM_GET_MSR_INDEX_LIST |
 * | `msr-feature/NUMBER` | value of a feature MSR, hexadecimal; `unreadable` where KVM lists it and refuses it |
 * | `idreg/REGISTER.FIELD` | arm64: field of an id register (@ref arm64_ids) as guests have it who wish for all features, decimal |
 * | `idreg-rest/REGISTER` | arm64: bits that no field has, hexadecimal |
 * | `idreg-writable/REGISTER` | arm64: bits that can be changed, hexadecimal |
 * | `mce-cap` | KVM_X86_GET_MCE_CAP_SUPPORTED, hexadecimal |
 *
 * Whoever collects a report may add items of their own, as `kvmlib info` does with `kernel/…` and
 * `module/…`.
 *
 * Functions of one report are for one thread at a time; different reports are independent.
 * @{
 */

struct kvmlib_cpuid;
struct kvmlib_report;
struct kvmlib_system;

/** Bytes of the longest key, without its NUL. */
#define KVMLIB_REPORT_MAX_KEY 127U
/** Bytes of the longest value, without its NUL. */
#define KVMLIB_REPORT_MAX_VALUE 1023U
/** Items that a report holds at most. */
#define KVMLIB_REPORT_MAX_ITEMS 65536U

/**
 * @brief Make an empty report.
 * @param[out] ret_report The report; kvmlib_report_free() frees it.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument.
 * @retval -ENOMEM No memory.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_report_new(struct kvmlib_report **ret_report);

/**
 * @brief Free a report.
 * @param report Report, or NULL.
 * @return NULL.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT struct kvmlib_report *kvmlib_report_free(struct kvmlib_report *report);

/**
 * @brief Collect the report of a host.
 *
 * Asks the system for what it knows, and a VM with one vCPU, which are made for it and closed
 * again, for the rest. A list that the host does not have is left out, and so is what needs a vCPU where none
 * can be made.
 *
 * @param[in]  system     System.
 * @param[out] ret_report The report; kvmlib_report_free() frees it.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument.
 * @retval -ENOMEM No memory.
 * @return Otherwise the errno of KVM_CREATE_VM or of the list that failed.
 * @threadsafety Any thread.
 * @since 0.1
 * @par Example
 * @snippet report.c report
 */
KVMLIB_EXPORT int kvmlib_report_collect(struct kvmlib_system *system,
					struct kvmlib_report **ret_report);

/**
 * @brief Read a report's written form.
 *
 * Lines end in a newline, the last one too. Items may come in any order.
 *
 * @param[in]  text       The text, which may come from anywhere.
 * @param[in]  size       Its bytes.
 * @param[out] ret_report The report; kvmlib_report_free() frees it.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument.
 * @retval -EPROTO Cause REPORT_MALFORMED: a line has no tab, a key or value is empty, too long or
 *                 has a control character, a key is there twice, or the text ends within a line.
 *                 The record tells the line (INDEX, from 0).
 * @retval -EPROTONOSUPPORT Cause REPORT_VERSION: the first line names another version.
 * @retval -E2BIG  Cause REPORT_TOO_LARGE: more items than KVMLIB_REPORT_MAX_ITEMS.
 * @retval -ENOMEM No memory.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_report_parse(const char *text, size_t size,
				      struct kvmlib_report **ret_report);

/**
 * @brief Write a report's text, as much as fits, with a NUL.
 * @param[in]  report Report.
 * @param[out] buffer Room for the text; may be NULL if @p size is 0.
 * @param[in]  size   Its bytes.
 * @return The whole text's bytes, without the NUL: the text is cut if that is not below @p size.
 * @retval -EINVAL NULL argument.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_report_format(const struct kvmlib_report *report, char *buffer,
				       size_t size);

/**
 * @brief Add an item, or give it another value.
 * @param report Report.
 * @param key    Key: 1 to KVMLIB_REPORT_MAX_KEY bytes, no space or control character.
 * @param value  Value: 1 to KVMLIB_REPORT_MAX_VALUE bytes, no control character.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument; or cause BAD_ARGUMENT: a key or value that can't be written.
 * @retval -E2BIG  Cause REPORT_TOO_LARGE: more items than KVMLIB_REPORT_MAX_ITEMS.
 * @retval -ENOMEM No memory; the report is as before.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_report_set(struct kvmlib_report *report, const char *key,
				    const char *value);

/**
 * @brief The value of an item.
 * @param report Report, not NULL.
 * @param key    Key, not NULL.
 * @return The value, good until the report changes; NULL if there is no such item.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT const char *kvmlib_report_get(const struct kvmlib_report *report, const char *key);

/**
 * @brief How many items there are.
 * @param report Report, not NULL.
 * @return Count.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT size_t kvmlib_report_count(const struct kvmlib_report *report);

/**
 * @brief An item by its place in the order of keys.
 * @param[in]  report    Report.
 * @param[in]  index     From 0.
 * @param[out] ret_key   The key, good until the report changes.
 * @param[out] ret_value The value, likewise.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument; or cause BAD_ARGUMENT: there are not so many items.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_report_item(const struct kvmlib_report *report, size_t index,
				     const char **ret_key, const char **ret_value);

/** A guest of the first host would miss something on the second: a capability, a feature's bit … */
#define KVMLIB_REPORT_LOST 1U
/** The second host has more. */
#define KVMLIB_REPORT_GAINED 2U
/** The hosts differ in what is neither more nor less: a version, a family number … */
#define KVMLIB_REPORT_CHANGED 3U

/** In what two reports differ. */
struct kvmlib_report_difference {
	const char *key;   /**< of one of the reports */
	const char *a;	   /**< the first report's value; NULL if it has none */
	const char *b;	   /**< the second report's value; NULL if it has none */
	uint64_t missing;  /**< bits of @ref a that @ref b lacks; 0 where the value has no bits */
	uint64_t added;	   /**< bits of @ref b that @ref a lacks; 0 where the value has no bits */
	uint32_t kind;	   /**< KVMLIB_REPORT_LOST, KVMLIB_REPORT_GAINED or KVMLIB_REPORT_CHANGED */
	uint32_t reserved; /**< 0 */
};

/**
 * @brief The next difference between two hosts.
 *
 * Bits that went and bits that came make a loss. Counts and sizes are compared as numbers. Keys
 * that the library doesn't know can only be "changed".
 *
 * @param[in]     a              Report of the host that guests were started on.
 * @param[in]     b              Report of the host that they are to run on.
 * @param[in,out] position       0 for the first; moved on by each call.
 * @param[out]    ret_difference The difference.
 * @retval 1       There is one.
 * @retval 0       There are no more; @p ret_difference is untouched.
 * @retval -EINVAL NULL argument; or cause REPORT_ARCH: the hosts are of different architectures, or
 *                 a report does not say of which it is.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 * @par Example
 * @snippet report.c diff
 */
KVMLIB_EXPORT int kvmlib_report_next_difference(const struct kvmlib_report *a,
						const struct kvmlib_report *b, uint64_t *position,
						struct kvmlib_report_difference *ret_difference);

/**
 * @brief What all of some hosts have: the bits in common, the smallest counts.
 *
 * Items that are not on every host, or whose values differ and are neither bits nor counts, are
 * left out: a guest that asks for no more than the result runs on each of the hosts.
 *
 * @param[in]  reports    Reports.
 * @param[in]  count      How many: 1 or more.
 * @param[out] ret_report The baseline; kvmlib_report_free() frees it.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, no report; or cause REPORT_ARCH, as above.
 * @retval -ENOMEM No memory.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_report_baseline(const struct kvmlib_report *const *reports, size_t count,
					 struct kvmlib_report **ret_report);

/**
 * @brief Make a table of the CPU that a host can give to guests (@ref cpuid), as its report has it.
 *
 * Of `cpuid/…` and `msr-feature/…`; registers that the report leaves out are 0, as in a baseline.
 *
 * @param[in]  report    Report.
 * @param[out] ret_cpuid New table; free it with kvmlib_cpuid_free(). Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument.
 * @retval -EPROTO Cause CPUID_NO_REPORT: a key or value is not as kvmlib_report_collect() has it, or
 *                 there is none. The record tells the item (INDEX, from 0; where there is none, how
 *                 many items there are).
 * @retval -EEXIST Cause CPUID_LEAF_TWICE: a leaf is there with subleaves and without.
 * @retval -E2BIG  Cause CPUID_FULL: more leaves or MSRs than a table has.
 * @retval -ENOMEM No memory.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_report_cpuid(const struct kvmlib_report *report,
				      struct kvmlib_cpuid **ret_cpuid);

/** @} */

KVMLIB_END_DECLS
#endif
