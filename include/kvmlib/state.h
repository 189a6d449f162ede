/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_STATE_H
#define KVMLIB_STATE_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/common.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup state State
 * @brief What a VM is besides its memory, as a value: kept, written, read, looked into.
 *
 * A state is a list of items: bytes with a name, and the number of the vCPU that they are of. What
 * saves and restores them is a @ref state_plan "plan"; a program may put items of its own beside
 * KVM's. A state needs no VM: it can be read and compared where there is no KVM at all, and a state
 * of another architecture can be looked at.
 *
 * @par What is written
 * A header, the items one after the other, and an end. All numbers of these are little-endian; the
 * bytes of an item are as its architecture has them, and the header tells which, and in which order.
 *
 * | bytes | header | |
 * |---|---|---|
 * | 8 | `KVMLIBST` | |
 * | 4 | version of the format: 1 | |
 * | 2 | architecture: ELF's number (62 x86-64, 183 arm64, 243 riscv64, 22 s390x, 21 ppc64, 258 loongarch64) | |
 * | 2 | order of an item's bytes: 1 little-endian, 2 big-endian | |
 * | 12 | 0 | |
 * | 4 | CRC-32C of the 28 bytes before | |
 *
 * | bytes | item | end |
 * |---|---|---|
 * | 32 | name, and zeros | `end`, and zeros |
 * | 8 | vCPU's id; KVMLIB_STATE_VM where it is the VM's | number of items |
 * | 8 | bytes of data | 0 |
 * | 4 | version of the data | 0 |
 * | 4 | 0 | 0 |
 * | 4 | CRC-32C of the data with its zeros | of the last 4 bytes of all items' heads |
 * | 4 | CRC-32C of the 60 bytes before | the same |
 * | | the data, and zeros up to a multiple of 8 | |
 *
 * A reader knows all versions of the format before its own, and refuses later ones.
 *
 * @par What later libraries read
 * A state that a released library has written is read by all later ones, and restored where the host
 * can: what an item of one name and version holds stays as it is. A later library may save more items,
 * or later versions of them. An earlier one reads these, too, and kvmlib_state_check() tells that no
 * step of its knows them.
 *
 * @par Example
 * @snippet snapshot.c write
 * @{
 */

struct kvmlib_state;

/** In kvmlib_state_item::instance: the item is the VM's. */
#define KVMLIB_STATE_VM UINT64_MAX

/** Bytes of an item's name, at most. */
#define KVMLIB_STATE_NAME_LENGTH 31

/** Bytes of an item, at most. */
#define KVMLIB_STATE_ITEM_SIZE 0x10000000U

/** One part of a state. */
struct kvmlib_state_item {
	const char *name;  /**< valid as long as the state, and nothing is put into it */
	const void *data;  /**< the same; aligned to 8 bytes */
	uint64_t instance; /**< a vCPU's id, or KVMLIB_STATE_VM */
	uint64_t length;   /**< of the data, in bytes */
	uint32_t version;  /**< of the data */
	uint32_t reserved; /**< 0 */
};

/** @name The object
 * @{
 */

/**
 * @brief Make a state without items, of this architecture.
 * @param[out] ret_state New state; free it with kvmlib_state_free(). Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT).
 * @retval -ENOMEM No memory (cause NO_MEMORY).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_state_new(struct kvmlib_state **ret_state);

/**
 * @brief Free a state.
 * @param state State, or NULL.
 * @return NULL.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT struct kvmlib_state *kvmlib_state_free(struct kvmlib_state *state);

/**
 * @brief Take all items out. Their memory is kept for the next ones.
 * @param state State, or NULL.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT void kvmlib_state_clear(struct kvmlib_state *state);

/**
 * @brief The architecture that the items are of.
 * @param state State, not NULL.
 * @return ELF's number.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT uint32_t kvmlib_state_architecture(const struct kvmlib_state *state);

/**
 * @brief How many items there are.
 * @param state State, not NULL.
 * @return The number.
 * @threadsafety Any thread, as long as nothing is put into it.
 * @since 0.1
 */
KVMLIB_EXPORT size_t kvmlib_state_count(const struct kvmlib_state *state);

/**
 * @brief One item, in the order in which they were put.
 * @param[in]  state    State.
 * @param[in]  index    0 to the count less one.
 * @param[out] ret_item Receives the item. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT).
 * @retval -ENOENT There are less; there is no record.
 * @threadsafety Any thread, as long as nothing is put into it.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_state_at(const struct kvmlib_state *state, size_t index,
				  struct kvmlib_state_item *ret_item);

/**
 * @brief Find an item.
 * @param[in]  state    State.
 * @param[in]  name     Its name.
 * @param[in]  instance Its vCPU's id, or KVMLIB_STATE_VM.
 * @param[out] ret_item Receives the item. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT).
 * @retval -ENOENT There is none (cause STATE_ITEM_MISSING; the record names it).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_state_get(const struct kvmlib_state *state, const char *name,
				   uint64_t instance, struct kvmlib_state_item *ret_item);

/**
 * @brief Put an item in, behind the others.
 * @param state    State.
 * @param name     1 to 31 bytes, and not "end"; those of programs have a dot in them, which KVM's
 *                 never have.
 * @param instance A vCPU's id, or KVMLIB_STATE_VM.
 * @param version  Of the data; whoever reads it decides.
 * @param data     Copied.
 * @param length   Bytes, KVMLIB_STATE_ITEM_SIZE at most.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT); a name that can't be (cause BAD_ARGUMENT).
 * @retval -E2BIG  More bytes than an item may have (cause STATE_ITEM_TOO_LARGE).
 * @retval -EEXIST There is such an item (cause STATE_ITEM_EXISTS; the record names it).
 * @retval -ENOMEM No memory (cause NO_MEMORY). The state is as it was.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_state_put(struct kvmlib_state *state, const char *name, uint64_t instance,
				   uint32_t version, const void *data, size_t length);

/** @} */

/** @name Out and in
 * @{
 */

/**
 * @brief Write a state.
 *
 * @param state    State.
 * @param emit     Called with parts of it, in their order; 0, or a negative number that ends it.
 * @param userdata Passed to @p emit.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT).
 * @retval "Negative numbers" What @p emit returned, without a record.
 * @threadsafety Any thread, as long as nothing is put into it.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_state_write(const struct kvmlib_state *state,
				     int (*emit)(const void *data, size_t length, void *userdata),
				     void *userdata);

/**
 * @brief Read a state: its bytes up to its end, and none that follow.
 *
 * All of it is checked; memory is taken as data comes, not as it is announced.
 *
 * @param[in]  read      Called for the next bytes: stores up to so many and returns how many, 0 at
 *                       the end, or a negative number that ends it.
 * @param[in]  userdata  Passed to @p read.
 * @param[out] ret_state New state; free it with kvmlib_state_free(). Untouched on failure.
 * @retval 0                Success.
 * @retval -EINVAL          NULL argument (cause NULL_ARGUMENT).
 * @retval -EBADMSG         It is no state (cause STATE_NOT_ONE), has changed since it was written
 *                          (cause STATE_CHECKSUM; the record tells at which byte), or can't have
 *                          been written so (cause STATE_MALFORMED).
 * @retval -EPROTONOSUPPORT Its format is a later one (cause STATE_VERSION).
 * @retval -ENODATA         It ends too early (cause STATE_TRUNCATED).
 * @retval -ENOMEM          No memory (cause NO_MEMORY).
 * @retval "Negative numbers" What @p read returned, without a record.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_state_read(int64_t (*read)(void *data, size_t length, void *userdata),
				    void *userdata, struct kvmlib_state **ret_state);

/**
 * @brief Make a state of the bytes that were written.
 * @param[in]  data      Copied.
 * @param[in]  length    Bytes: all of them.
 * @param[out] ret_state New state; free it with kvmlib_state_free(). Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT).
 * @retval -EBADMSG As kvmlib_state_validate() has it; so are the other errors.
 * @retval -ENOMEM No memory (cause NO_MEMORY).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_state_parse(const void *data, size_t length,
				     struct kvmlib_state **ret_state);

/**
 * @brief Check bytes that were written, without making a state of them.
 * @param data   The bytes.
 * @param length How many.
 * @retval 0                Success.
 * @retval -EINVAL          NULL argument (cause NULL_ARGUMENT).
 * @retval -EBADMSG         As in kvmlib_state_read(); or bytes follow its end (cause STATE_MALFORMED).
 * @retval -EPROTONOSUPPORT Its format is a later one (cause STATE_VERSION).
 * @retval -ENODATA         It ends too early (cause STATE_TRUNCATED).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_state_validate(const void *data, size_t length);

/** @} */
/** @} */

KVMLIB_END_DECLS
#endif
