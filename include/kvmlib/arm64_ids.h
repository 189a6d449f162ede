/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_ARM64_IDS_H
#define KVMLIB_ARM64_IDS_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/common.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup arm64_ids Id registers of arm64
 * @brief What processor a guest of arm64 sees, as a table: read, compared, made the same on many hosts, applied.
 *
 * The id registers tell a guest what its processor can do, in fields of mostly four bits. A table has
 * some of them, as a vCPU has them or as it is to have them. Which fields there are, and which of two values is the
 * safe one for a guest that may meet both, are facts (`uapi/arm64-idregs.tsv`).
 *
 * Registers go by the ids of KVM_GET_ONE_REG, fields by names as `ID_AA64PFR0_EL1.SVE`. What tells one vCPU
 * from another (MPIDR_EL1) is in no table. Tables of any host can be looked at on any architecture; those that
 * are read from a vCPU, or applied to one, are arm64's.
 *
 * Kernels from Linux 6.7 on let many fields be changed, older ones next to none.
 * @{
 */

struct kvmlib_arm64_ids;
struct kvmlib_report;
struct kvmlib_system;
struct kvmlib_vcpu;

/** @name Fields
 * @{
 */

/** In kvmlib_arm64_field::safe: the smaller value promises less. */
#define KVMLIB_ARM64_SAFE_LOWER 0U
/** The greater value promises less. */
#define KVMLIB_ARM64_SAFE_HIGHER 1U
/** So it is, and 0, which is no promise at all. */
#define KVMLIB_ARM64_SAFE_HIGHER_OR_ZERO 2U
/** Values promise different things; the neutral one promises nothing. */
#define KVMLIB_ARM64_SAFE_EXACT 3U
/** Who made the processor, and which one it is. */
#define KVMLIB_ARM64_SAFE_IDENTITY 4U

/** A field of an id register. */
struct kvmlib_arm64_field {
	const char *name;   /**< register and field, as `ID_AA64PFR0_EL1.SVE` */
	uint64_t reg;	    /**< id of the register */
	uint32_t lsb;	    /**< its lowest bit, from 0 on */
	uint32_t width;	    /**< bits; 1 to 64 */
	uint32_t is_signed; /**< 1: its highest bit is a sign; -1 is less than nothing */
	uint32_t safe;	    /**< KVMLIB_ARM64_SAFE_* */
	int32_t neutral;    /**< KVMLIB_ARM64_SAFE_EXACT: the value that promises nothing */
	uint32_t reserved;  /**< 0 */
};

/**
 * @brief One of the fields.
 * @param index From 0 on, in the order of registers and bits.
 * @return The field, for good; NULL: there are less.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT const struct kvmlib_arm64_field *kvmlib_arm64_field_at(size_t index);

/**
 * @brief Find a field by its name.
 * @param name Name.
 * @return The field, for good; NULL: none has that name.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT const struct kvmlib_arm64_field *kvmlib_arm64_find_field(const char *name);

/** @} */

/** @name Tables
 * @{
 */

/**
 * @brief Make an empty table.
 * @param[out] ret_ids New table; free it with kvmlib_arm64_ids_free(). Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT).
 * @retval -ENOMEM No memory (cause NO_MEMORY).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_arm64_ids_new(struct kvmlib_arm64_ids **ret_ids);

/**
 * @brief Free a table.
 * @param ids Table, or NULL.
 * @return NULL.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT struct kvmlib_arm64_ids *kvmlib_arm64_ids_free(struct kvmlib_arm64_ids *ids);

/**
 * @brief Copy a table.
 * @param[in]  ids     Table.
 * @param[out] ret_ids New table; free it with kvmlib_arm64_ids_free(). Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT).
 * @retval -ENOMEM No memory (cause NO_MEMORY).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_arm64_ids_copy(const struct kvmlib_arm64_ids *ids,
					struct kvmlib_arm64_ids **ret_ids);

/**
 * @brief The value of a register.
 * @param[in]  ids       Table.
 * @param[in]  reg       Id of the register.
 * @param[out] ret_value Receives the value; 0 where the table has no such register. Untouched on failure.
 * @retval 1       The table has it.
 * @retval 0       The table has no such register.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT); the facts have no such id register (cause
 *                 ARM64_FIELD_UNKNOWN; REGISTER).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_arm64_ids_get(const struct kvmlib_arm64_ids *ids, uint64_t reg,
				       uint64_t *ret_value);

/**
 * @brief Give a register a value; the table has it then.
 * @param ids   Table.
 * @param reg   Id of the register.
 * @param value Value.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p ids (cause NULL_ARGUMENT); the facts have no such id register (cause
 *                 ARM64_FIELD_UNKNOWN; REGISTER).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_arm64_ids_set(struct kvmlib_arm64_ids *ids, uint64_t reg, uint64_t value);

/**
 * @brief The value of a field.
 * @param[in]  ids       Table.
 * @param[in]  name      Name of the field.
 * @param[out] ret_value Receives the value; 0 where the table has no such register. Untouched on failure.
 * @retval 1       The table has its register.
 * @retval 0       The table has not.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT); no field has that name (cause
 *                 ARM64_FIELD_UNKNOWN, with the name as the record's subject).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_arm64_ids_get_field(const struct kvmlib_arm64_ids *ids, const char *name,
					     int64_t *ret_value);

/**
 * @brief Give a field a value; the table has its register then.
 * @param ids   Table.
 * @param name  Name of the field.
 * @param value Value.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT); no field has that name (cause
 *                 ARM64_FIELD_UNKNOWN, with the name as the record's subject); a value that the field
 *                 has no room for (cause BAD_ARGUMENT).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_arm64_ids_set_field(struct kvmlib_arm64_ids *ids, const char *name,
					     int64_t value);

/**
 * @brief Which bits of a register the host lets be changed, of whose vCPU the table was read.
 *
 * Of a kernel that does not tell (before Linux 6.7) these are none; of a table that was not read from
 * a vCPU, all.
 *
 * @param[in]  ids      Table.
 * @param[in]  reg      Id of the register.
 * @param[out] ret_mask Receives the bits. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT); the facts have no such id register (cause
 *                 ARM64_FIELD_UNKNOWN; REGISTER).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_arm64_ids_writable(const struct kvmlib_arm64_ids *ids, uint64_t reg,
					    uint64_t *ret_mask);

/** @} */

/** @name Hosts
 * @{
 */

/**
 * @brief Read the id registers of a vCPU.
 *
 * KVM_GET_ONE_REG (vCPU ioctl, api.rst 4.69) for each that the facts have, and
 * KVM_ARM_GET_REG_WRITABLE_MASKS (VM ioctl, 4.139) where the host has it. Registers that the vCPU has not
 * are left out.
 *
 * @param[in]  vcpu    vCPU, initialized (kvmlib_arm64_vcpus_init()).
 * @param[out] ret_ids New table; free it with kvmlib_arm64_ids_free(). Untouched on failure.
 * @retval 0           Success.
 * @retval -EINVAL     NULL argument (cause NULL_ARGUMENT).
 * @retval -ENOEXEC    The vCPU is not initialized (cause VCPU_UNINITIALIZED).
 * @retval -ENOMEM     No memory (cause NO_MEMORY).
 * @retval -EIO        In a forked child (cause FORKED); the VM is dead (cause VM_DEAD).
 * @retval -EOPNOTSUPP Another architecture (cause ARCH_UNSUPPORTED).
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_arm64_ids_read(struct kvmlib_vcpu *vcpu,
					struct kvmlib_arm64_ids **ret_ids);

/**
 * @brief Make a table of the processor that a host gives to guests which wish for all that it has.
 *
 * A VM with a vCPU is made for it, with all features of kvmlib_arm64_vcpus_opts but EL1_32BIT and
 * those of EL2, and closed again.
 *
 * @param[in]  system  System.
 * @param[out] ret_ids New table; free it with kvmlib_arm64_ids_free(). Untouched on failure.
 * @retval 0           Success.
 * @retval -EINVAL     NULL argument (cause NULL_ARGUMENT).
 * @retval -ENOMEM     No memory (cause NO_MEMORY).
 * @retval -EOPNOTSUPP Another architecture (cause ARCH_UNSUPPORTED).
 * @retval "Other values" As kvmlib_system_create_vm(), kvmlib_vm_create_vcpu() and
 *                     kvmlib_arm64_vcpus_init() have them.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_arm64_ids_collect(struct kvmlib_system *system,
					   struct kvmlib_arm64_ids **ret_ids);

/**
 * @brief Make a table of a host's report (@ref report): of `idreg/…`, `idreg-rest/…` and `idreg-writable/…`.
 *
 * Of a single host's: a report that is the baseline of many lacks fields that are no counts, which are
 * 0 then. kvmlib_arm64_ids_intersect() makes the baseline of tables.
 *
 * @param[in]  report  Report.
 * @param[out] ret_ids New table; free it with kvmlib_arm64_ids_free(). Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT).
 * @retval -EPROTO The report has no such item, or one with another value than kvmlib_report_collect()
 *                 writes (cause REPORT_MALFORMED; INDEX, from 0: the item, or how many items there are).
 *                 Fields that the facts have not are passed over.
 * @retval -ENOMEM No memory (cause NO_MEMORY).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_report_arm64_ids(const struct kvmlib_report *report,
					  struct kvmlib_arm64_ids **ret_ids);

/**
 * @brief Give a vCPU the id registers of a table, before it runs.
 *
 * KVM_SET_ONE_REG (vCPU ioctl, api.rst 4.68) for each that is otherwise, and KVM_GET_ONE_REG to see that
 * KVM took it. With KVM from Linux 6.7 on they are the VM's, and one vCPU of it is enough; before that
 * each has its own. Registers that the table has not stay as they are.
 *
 * Registers that tell who made the processor can be changed where KVMLIB_CAP_ARM_WRITABLE_IMP_ID_REGS was enabled before
 * the vCPUs were made (Linux 6.15).
 *
 * All of it is done or nothing. A failure's record has an OUTCOME: 0, nothing was touched; 1, the vCPU has again
 * what it had; 2, KVM did not take that back, and what the vCPU has is not known.
 *
 * @param[in] ids  Table.
 * @param[in] vcpu vCPU, initialized (kvmlib_arm64_vcpus_init()).
 * @retval 0           Success.
 * @retval -EINVAL     NULL argument (cause NULL_ARGUMENT); bits that this host lets nobody change (cause
 *                     ARM64_FIELD_FIXED; REGISTER, and the field's name as the record's subject); a value
 *                     that promises more than the host has (cause REG_VALUE_INVALID; REGISTER).
 * @retval -ENOENT     A register that the vCPU has not, and that would not be 0 (cause REG_MISSING;
 *                     REGISTER).
 * @retval -EBUSY      A vCPU has run (cause AFTER_FIRST_RUN; REGISTER).
 * @retval -ENOEXEC    The vCPU is not initialized (cause VCPU_UNINITIALIZED).
 * @retval -EIO        In a forked child (cause FORKED); the VM is dead (cause VM_DEAD).
 * @retval -EOPNOTSUPP Another architecture (cause ARCH_UNSUPPORTED).
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_arm64_ids_apply(const struct kvmlib_arm64_ids *ids,
					 struct kvmlib_vcpu *vcpu);

/** @} */

/** @name Models
 * @{
 */

/** A model. */
struct kvmlib_arm64_model {
	const char *name;    /**< as `armv8.2-a` */
	const char *meaning; /**< a few words */
	uint32_t version;    /**< from 1 on */
	uint32_t reserved;   /**< 0 */
};

/**
 * @brief One of the models, each version for itself.
 * @param index From 0 on.
 * @return The model, for good; NULL: there are less. The versions of a name are in their order.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT const struct kvmlib_arm64_model *kvmlib_arm64_model_at(size_t index);

/**
 * @brief Bring a table to a model: its guests find that, and nothing beyond, whatever more the host has.
 *
 * A model is a fact with a version (`uapi/arm64-models.tsv`): what it is never changes, so that a guest finds the
 * same on each host. It says which instructions there are: the fields of ID_AA64ISAR0_EL1 to
 * ID_AA64ISAR3_EL1, and ID_AA64PFR0_EL1.DIT, ID_AA64PFR1_EL1.BT, ID_AA64MMFR2_EL1.AT. All other fields of the table
 * stay as they are, those of the VM's own settings among them: pointer authentication, SVE, the PMU, the GIC.
 *
 * Whether a host has all of a model, and lets what is more be hidden, tells kvmlib_arm64_ids_verdict():
 *
 *     kvmlib_arm64_ids_collect(system, &host);
 *     kvmlib_arm64_ids_copy(host, &guest);
 *     kvmlib_arm64_ids_to_model(guest, "armv8.2-a", 1);
 *     if (!kvmlib_arm64_ids_verdict(guest, host, NULL, NULL))
 *             kvmlib_arm64_ids_apply(guest, vcpu);
 *
 * @param ids     Table; unchanged on failure.
 * @param name    Name of the model.
 * @param version Which version; 0: the latest.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT); no model has that name (cause ARM64_MODEL_UNKNOWN), or
 *                 the model has no such version (cause ARM64_MODEL_VERSION; VERSION, and LIMIT: the latest), with
 *                 the name as the record's subject.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_arm64_ids_to_model(struct kvmlib_arm64_ids *ids, const char *name,
					    uint32_t version);

/** @} */

/** @name Sets
 * @{
 */

/**
 * @brief Leave in a table what another promises as well: over many hosts, their baseline.
 *
 * Each field gets the safe one of both values; bits that no field has are those that both have. Registers that only one
 * has are gone, and so are those that tell who made the processor, where they differ: guests find each
 * host's own. Bits can be changed that both hosts let be changed. Which table is which makes no difference.
 *
 * @param ids  Table; unchanged on failure.
 * @param with The other.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_arm64_ids_intersect(struct kvmlib_arm64_ids *ids,
					     const struct kvmlib_arm64_ids *with);

/** A guest of the first processor would miss something on the second. */
#define KVMLIB_ARM64_LOST 1U
/** The second processor promises more. */
#define KVMLIB_ARM64_GAINED 2U
/** They differ in what is neither more nor less. */
#define KVMLIB_ARM64_CHANGED 3U

/** In what two tables differ: one field. */
struct kvmlib_arm64_difference {
	const struct kvmlib_arm64_field *field; /**< the field */
	int64_t a;	   /**< what the first table has; 0 where it has nothing */
	int64_t b;	   /**< what the second table has; 0 where it has nothing */
	uint32_t kind;	   /**< KVMLIB_ARM64_LOST, … */
	uint32_t reserved; /**< 0 */
};

/**
 * @brief The next difference between two tables, in the order of registers and bits.
 * @param[in]     a              The processor that guests were started on.
 * @param[in]     b              The processor that they are to run on.
 * @param[in,out] position       0 for the first; moved on by each call.
 * @param[out]    ret_difference The difference.
 * @retval 1       There is one.
 * @retval 0       There are no more; @p ret_difference is untouched.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_arm64_ids_next_difference(const struct kvmlib_arm64_ids *a,
						   const struct kvmlib_arm64_ids *b,
						   uint64_t *position,
						   struct kvmlib_arm64_difference *ret_difference);

/** The host promises less: what the guest does with it fails. */
#define KVMLIB_ARM64_LACKS_FEATURE 1U
/** The host has something else: the guest relies on what is not so. */
#define KVMLIB_ARM64_LACKS_VALUE 2U
/** The host has more, and its kernel can't hide that: the guest finds another processor. */
#define KVMLIB_ARM64_LACKS_CHANGE 3U

/** Something that a host has not for a guest. */
struct kvmlib_arm64_lack {
	const struct kvmlib_arm64_field *field; /**< the field; NULL: bits that no field has */
	const char *consequence; /**< what would become of the guest, in a few words */
	int64_t guest;		 /**< what the guest's field has, or its whole register */
	int64_t host;		 /**< what the host's has */
	uint64_t reg;		 /**< id of the register */
	uint32_t kind;		 /**< KVMLIB_ARM64_LACKS_FEATURE, … */
	uint32_t reserved;	 /**< 0 */
};

/**
 * @brief Whether a guest with these id registers may start on a host, or move there, and if not, why.
 *
 * @param[in] guest    Table of the guest's registers.
 * @param[in] host     Table of what the host has: kvmlib_arm64_ids_collect(), kvmlib_report_arm64_ids().
 * @param[in] lack     Called for each thing that is missing, in the order of registers and bits; NULL: only
 *                     count. What it returns below 0 ends the search.
 * @param[in] userdata Passed to @p lack.
 * @return How much is missing; 0: the guest runs there. Otherwise what @p lack returned.
 * @retval -EINVAL NULL @p guest or @p host (cause NULL_ARGUMENT).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int
kvmlib_arm64_ids_verdict(const struct kvmlib_arm64_ids *guest, const struct kvmlib_arm64_ids *host,
			 int (*lack)(const struct kvmlib_arm64_lack *lack, void *userdata),
			 void *userdata);

/** @} */
/** @} */

KVMLIB_END_DECLS
#endif
