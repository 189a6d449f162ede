/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_SIM_H
#define KVMLIB_SIM_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/common.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup sim The simulated kernel
 * @brief A KVM without `/dev/kvm`, for the tests of programs that use the library.
 *
 * A kernel of its own in a library of its own (libkvmlib-sim): VMs, vCPUs, slots, dirty logs and
 * devices with KVM's argument checks and errnos, and a guest that does what a script says. A
 * program's tests pass its syscall table to kvmlib_system_open() and need no `/dev/kvm`.
 *
 * @warning Unstable: until kvmlib 1.0 this header and its ABI may change in any release.
 *
 * It simulates the architecture of the build. KVM's descriptors are virtual numbers that the real
 * system does not know, and none is used twice. Memory and its files, guest_memfd too, are the real
 * system's, as are the calls on them, which take descriptors of the caller's too. A vCPU takes two
 * real descriptors, for its run page and its wake-up, so KVM_CREATE_VCPU can answer EMFILE. Not
 * simulated: memory contents and instructions (the script stands for the guest), interrupt delivery
 * (levels of lines are only kept), the multiprocessing state's effect on KVM_RUN, and what arm64
 * wants of a vCPU and its interrupt controller before the first run.
 *
 * Functions return 0 or a documented value >= 0, or a negative errno. Errors that they are told to
 * produce are positive errnos, as in errno.h.
 * @{
 */

struct kvmlib_sim;
struct kvmlib_sys_ops;

/**
 * @brief Make a simulated kernel.
 * @param[out] ret_sim New kernel; free it with kvmlib_sim_free(). Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p ret_sim.
 * @retval -ENOMEM No memory.
 * @threadsafety Any thread.
 * @since 0.1
 * @par Example
 * @snippet unit-test.c sim
 */
KVMLIB_EXPORT int kvmlib_sim_new(struct kvmlib_sim **ret_sim);

/**
 * @brief Free a simulated kernel, and whatever is still open in it.
 *
 * Run pages that are still mapped stay mapped, and descriptors of the real system stay open.
 *
 * @param sim Kernel, or NULL. Nothing may use it or its table any more.
 * @return NULL.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT struct kvmlib_sim *kvmlib_sim_free(struct kvmlib_sim *sim);

/**
 * @brief The kernel's syscall table.
 * @param sim Kernel.
 * @return The table, borrowed until kvmlib_sim_free(); NULL if @p sim is NULL.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT const struct kvmlib_sys_ops *kvmlib_sim_sys_ops(const struct kvmlib_sim *sim);

/** @name The host
 * @{
 */

/**
 * @brief Set what KVM_CHECK_EXTENSION answers, on the system and on every VM.
 *
 * Limits follow: KVMLIB_CAP_NR_MEMSLOTS, _MAX_VCPUS, _MAX_VCPU_ID, _MULTI_ADDRESS_SPACE,
 * _READONLY_MEM, _VM_TYPES, _ARM_VM_IPA_SIZE, _VM_GPA_BITS, _SYNC_REGS, _MANUAL_DIRTY_LOG_PROTECT2,
 * _GUEST_MEMFD, _GUEST_MEMFD_FLAGS, _MEMORY_ATTRIBUTES, _DIRTY_LOG_RING, _DIRTY_LOG_RING_ACQ_REL
 * and _DIRTY_LOG_RING_WITH_BITMAP are what the calls check against. VMs have private memory once
 * _MEMORY_ATTRIBUTES is KVMLIB_MEMORY_ATTRIBUTE_PRIVATE; at first it is 0. Dirty logs beside dirty
 * rings are arm64's alone, unless _DIRTY_LOG_RING_WITH_BITMAP is set to 1.
 *
 * @param sim        Kernel.
 * @param capability KVMLIB_CAP_*, or any number below 1024.
 * @param value      The answer; 0 is "absent".
 * @retval 0       Success.
 * @retval -EINVAL NULL @p sim, a number of 1024 or more, or a negative value.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_sim_set_capability(struct kvmlib_sim *sim, uint32_t capability, int value);

/**
 * @brief Set what KVM_GET_API_VERSION answers; 12 at first.
 * @param sim     Kernel.
 * @param version The answer.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p sim.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_sim_set_api_version(struct kvmlib_sim *sim, int version);

/**
 * @brief Set what KVM_GET_VCPU_MMAP_SIZE answers; three pages at first.
 *
 * vCPUs made from then on have that many bytes behind their mappings, but never less than three
 * pages: touching what lies beyond is SIGBUS, as in KVM.
 *
 * @param sim  Kernel.
 * @param size The answer, in bytes; need not be sane.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p sim, or more than INT_MAX.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_sim_set_vcpu_mmap_size(struct kvmlib_sim *sim, size_t size);

/**
 * @brief Set what opening `/dev/kvm` answers.
 * @param sim   Kernel.
 * @param error Positive errno such as ENOENT, EACCES, EPERM, ENODEV or ENXIO; 0 lets it open.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p sim, or no errno.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_sim_set_open_error(struct kvmlib_sim *sim, int error);

/**
 * @brief Set what files of statistics hold, of VMs and vCPUs alike; one statistic at first.
 *
 * Those that KVM_GET_STATS_FD makes from then on. They are files of the real system: a test may
 * write to one to let its numbers change. The table reads and closes them as well.
 *
 * @param sim     Kernel.
 * @param content The file, as api.rst 4.133 has it, or not; copied. NULL: as at first.
 * @param size    Its bytes.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p sim.
 * @retval -ENOMEM No memory.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_sim_set_stats(struct kvmlib_sim *sim, const void *content, size_t size);

/** @} */

/** @name Faults
 *
 * The calls of the table that can fail are all but close, munmap, getpid, gettid and sleep: these
 * neither count nor fail on demand.
 * @{
 */

/**
 * @brief Let the @p n th call from now on fail.
 *
 * It fails once, having done nothing. Replaces what was armed before.
 *
 * @param sim   Kernel.
 * @param n     1 is the next call; 0 disarms.
 * @param error Positive errno that the call answers; ignored if @p n is 0.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p sim, or no errno.
 * @threadsafety Any thread.
 * @since 0.1
 * @par Example
 * @snippet unit-test.c faults
 */
KVMLIB_EXPORT int kvmlib_sim_fail_nth(struct kvmlib_sim *sim, uint64_t n, int error);

/**
 * @brief Let the next ioctls of one kind fail.
 *
 * They fail before the descriptor or the argument is looked at. Replaces what was armed for
 * @p request before.
 *
 * @param sim     Kernel.
 * @param request Request number, as this architecture encodes it.
 * @param error   Positive errno that they answer.
 * @param times   How many of them; 0 disarms.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p sim, or no errno.
 * @retval -ENOMEM No memory.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_sim_fail_ioctl(struct kvmlib_sim *sim, unsigned long request, int error,
					unsigned int times);

/**
 * @brief How many calls that can fail were made so far.
 * @param sim Kernel, not NULL.
 * @return The number, failed calls included.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT uint64_t kvmlib_sim_nr_calls(const struct kvmlib_sim *sim);

/**
 * @brief How many ioctls with this request were made so far.
 * @param sim     Kernel, not NULL.
 * @param request Request number, as this architecture encodes it.
 * @return The number, failed calls included.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT uint64_t kvmlib_sim_nr_ioctls(struct kvmlib_sim *sim, unsigned long request);

/**
 * @brief How long the table's sleep was asked to sleep so far.
 *
 * It doesn't: it adds up, and returns at once.
 *
 * @param sim Kernel, not NULL.
 * @return Nanoseconds.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT uint64_t kvmlib_sim_slept(const struct kvmlib_sim *sim);

/** @} */

/** @name Leaks
 * @{
 */

/**
 * @brief How many descriptors that were made through the table are open.
 *
 * Those of the real system are among them (statistics, guest_memfd, memfd_create(), eventfd(),
 * duplicates of the caller's), as long as they are not closed in another way either.
 *
 * @param sim Kernel, not NULL.
 * @return The number.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_sim_open_fds(struct kvmlib_sim *sim);

/**
 * @brief How many mappings that mmap() made are left, whatever they map.
 *
 * What mmap_at() puts into one of them is a part of it.
 *
 * @param sim Kernel, not NULL.
 * @return The number.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_sim_mappings(struct kvmlib_sim *sim);

/** @} */

/** @name The guest's script
 *
 * Each vCPU has a queue of what its guest does next. KVM_RUN takes the entries one by one; when the
 * queue is empty, the guest computes until an entry comes or a signal interrupts it. KVM_RUN does
 * things in the kernel's order: it checks its argument, completes the pending exit, returns -EINTR
 * if `immediate_exit` is set or a signal came, and only then lets the guest go on.
 * @{
 */

/**
 * The guest computes: KVM_RUN blocks until a signal. The first run that answers -EINTR uses the
 * entry up, whether a signal ended it or `immediate_exit` kept it from blocking.
 */
#define KVMLIB_SIM_EXIT_SPIN 0x1U
/** KVM_RUN answers @ref kvmlib_sim_exit::result; exit reason and payload stay as they were. */
#define KVMLIB_SIM_EXIT_STALE 0x2U

/** One entry of a vCPU's script. */
struct kvmlib_sim_exit {
	size_t size;	      /**< sizeof this struct in the caller's build, in bytes */
	int32_t result;	      /**< what KVM_RUN answers: 0 or a negative errno */
	uint32_t reason;      /**< kvm_run::exit_reason, KVMLIB_EXIT_* */
	uint32_t flags;	      /**< KVMLIB_SIM_EXIT_* */
	uint16_t run_flags;   /**< kvm_run::flags */
	uint16_t reserved;    /**< must be 0 */
	const void *payload;  /**< goes to the union of exits in kvm_run; NULL for none */
	size_t payload_size;  /**< bytes of @ref payload, 256 at most */
	const void *data;     /**< goes to the run page at @ref data_offset; NULL for none */
	size_t data_size;     /**< bytes of @ref data */
	uint64_t data_offset; /**< bytes from the start of the run page */
};

/**
 * @brief Add an entry to a vCPU's script.
 *
 * The payload and the data are copied. If they make sense as one of the exits that KVM completes on
 * the next KVM_RUN, then that completion is owed; see kvmlib_sim_completion().
 *
 * @param sim     Kernel.
 * @param vcpu_fd A vCPU's descriptor.
 * @param exit    The entry.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, size too small, a positive result, an unknown flag, a set reserved
 *                 member, a payload beyond 256 bytes, data beyond the run page, or a descriptor of
 *                 something else.
 * @retval -E2BIG  @p exit sets a member that this library does not know.
 * @retval -EBADF  @p vcpu_fd is not open.
 * @retval -ENOMEM No memory.
 * @threadsafety Any thread.
 * @since 0.1
 * @par Example
 * @snippet unit-test.c script
 */
KVMLIB_EXPORT int kvmlib_sim_push_exit(struct kvmlib_sim *sim, int vcpu_fd,
				       const struct kvmlib_sim_exit *exit);

/**
 * @brief Script a port access: KVMLIB_EXIT_IO. No guest makes one but those of x86; it can be played
 *        everywhere.
 * @param sim      Kernel.
 * @param vcpu_fd  A vCPU's descriptor.
 * @param port     Port number.
 * @param size     Bytes an item: 1, 2 or 4.
 * @param count    Items; @p size times @p count is a page at most.
 * @param is_write 1 for OUT, 0 for IN.
 * @param data     What OUT writes, or what the page holds before IN is answered; NULL for zeros.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p sim, another size, no or too many items, or a descriptor of something
 *                 else.
 * @retval -EBADF  @p vcpu_fd is not open.
 * @retval -ENOMEM No memory.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_sim_push_io(struct kvmlib_sim *sim, int vcpu_fd, uint16_t port,
				     uint8_t size, uint32_t count, int is_write, const void *data);

/**
 * @brief Script an access to memory that no slot backs: KVMLIB_EXIT_MMIO.
 * @param sim      Kernel.
 * @param vcpu_fd  A vCPU's descriptor.
 * @param gpa      Guest physical address.
 * @param len      Bytes: 1 to 8.
 * @param is_write 1 for a store, 0 for a load.
 * @param data     What the store writes, or what the page holds before the load is answered; NULL
 *                 for zeros.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p sim, another length, or a descriptor of something else.
 * @retval -EBADF  @p vcpu_fd is not open.
 * @retval -ENOMEM No memory.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_sim_push_mmio(struct kvmlib_sim *sim, int vcpu_fd, uint64_t gpa,
				       uint32_t len, int is_write, const void *data);

/**
 * @brief Script a guest that computes: KVMLIB_SIM_EXIT_SPIN.
 * @param sim     Kernel.
 * @param vcpu_fd A vCPU's descriptor.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p sim, or a descriptor of something else.
 * @retval -EBADF  @p vcpu_fd is not open.
 * @retval -ENOMEM No memory.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_sim_push_spin(struct kvmlib_sim *sim, int vcpu_fd);

/**
 * @brief Script an answer of KVM_RUN that leaves exit reason and payload as they were.
 * @param sim     Kernel.
 * @param vcpu_fd A vCPU's descriptor.
 * @param result  What KVM_RUN answers: 0 or a negative errno.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p sim, a positive result, or a descriptor of something else.
 * @retval -EBADF  @p vcpu_fd is not open.
 * @retval -ENOMEM No memory.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_sim_push_stale(struct kvmlib_sim *sim, int vcpu_fd, int32_t result);

/**
 * @brief How many entries of a vCPU's script are left.
 * @param sim     Kernel.
 * @param vcpu_fd A vCPU's descriptor.
 * @return The number, or a negative errno.
 * @retval -EINVAL NULL @p sim, or a descriptor of something else.
 * @retval -EBADF  @p vcpu_fd is not open.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_sim_script_left(struct kvmlib_sim *sim, int vcpu_fd);

/**
 * @brief Whether a vCPU is inside KVM_RUN and its guest computes.
 *
 * 1 says that a signal sent from now on interrupts it.
 *
 * @param sim     Kernel.
 * @param vcpu_fd A vCPU's descriptor.
 * @retval 1 It does.
 * @retval 0 It does not.
 * @retval -EINVAL NULL @p sim, or a descriptor of something else.
 * @retval -EBADF  @p vcpu_fd is not open.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_sim_in_guest(struct kvmlib_sim *sim, int vcpu_fd);

/**
 * @brief What the guest got by the last exit that KVM completed with data.
 *
 * The answer to IN (all items), to an MMIO or IOCSR read, to a hypercall, or to a read of an MSR or
 * CSR.
 *
 * @param[in]  sim     Kernel.
 * @param[in]  vcpu_fd A vCPU's descriptor.
 * @param[out] buffer  Receives the bytes, cut to @p size; may be NULL if @p size is 0.
 * @param[in]  size    Bytes of @p buffer.
 * @return How many bytes the guest got, or a negative errno.
 * @retval -ENODATA No such exit has been completed.
 * @retval -EINVAL  NULL argument, or a descriptor of something else.
 * @retval -EBADF   @p vcpu_fd is not open.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_sim_completion(struct kvmlib_sim *sim, int vcpu_fd, void *buffer,
					size_t size);

/**
 * @brief Let the guest write where KVM collects writes.
 *
 * The write goes to the ring of the VM's vCPUs, as from a guest that computes; no exit comes of it.
 *
 * @param sim     Kernel.
 * @param vm_fd   A VM's descriptor.
 * @param address Guest physical address, or number of a port.
 * @param length  Bytes of @p data, 1 to 8.
 * @param pio     1: a port.
 * @param data    What is written.
 * @retval 1       The write was collected.
 * @retval 0       KVM would exit: no zone has it, the ring is full, or no vCPU was made.
 * @retval -EINVAL NULL argument, a length or @p pio that can't be, or a descriptor of something else.
 * @retval -EBADF  @p vm_fd is not open.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_sim_write_coalesced(struct kvmlib_sim *sim, int vm_fd, uint64_t address,
					     uint32_t length, uint32_t pio, const void *data);

/**
 * @brief Choose how KVM_RUN knows what it has to complete.
 *
 * arm64, riscv64 and loongarch64 read `kvm_run->exit_reason` back: a VMM that has overwritten it
 * loses the completion. x86 does not. Each build starts with the habit of its architecture.
 *
 * @param sim Kernel.
 * @param on  1 to read the reason back, 0 not to.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p sim.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_sim_set_completion_by_reason(struct kvmlib_sim *sim, int on);

/** @} */

/** @name The guest and its VM
 * @{
 */

/**
 * @brief The guest writes to its memory: mark the pages in the dirty log.
 *
 * Slots without a dirty log have nothing to mark. The host's memory is not touched. If the VM has
 * dirty rings, its first vCPU writes, see kvmlib_sim_dirty_by(); as long as it has none, the pages
 * are marked in the dirty logs that it may have beside the rings.
 *
 * @param sim   Kernel.
 * @param vm_fd A VM's descriptor.
 * @param gpa   Guest physical address, in bytes.
 * @param size  Bytes, at least 1.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p sim, a size of 0, a range that wraps, or a descriptor of something else.
 * @retval -ENOENT A part of the range lies in no writable slot, or rings are all that could be
 *                 marked and there is no vCPU; nothing was marked.
 * @retval -ENOSPC The vCPU's ring has no room for the pages; nothing was marked.
 * @retval -EBADF  @p vm_fd is not open.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_sim_dirty(struct kvmlib_sim *sim, int vm_fd, uint64_t gpa, uint64_t size);

/**
 * @brief A vCPU's guest writes to its memory: mark the pages in its dirty ring.
 *
 * A page goes to the ring of the vCPU that writes it first, and again only after its entry was
 * handed back by KVM_RESET_DIRTY_RINGS, or its slot was moved, deleted, or stopped logging. Where
 * dirty logs are kept beside rings, a page that leaves them is one to be written first, too. (KVM
 * may push a page more than once: it does for the writes that it emulates.)
 *
 * Once no more than 64 entries are free, KVM_RUN answers KVMLIB_EXIT_DIRTY_RING_FULL until some are
 * handed back; these can still be written. A VM without dirty rings has its pages marked as by
 * kvmlib_sim_dirty().
 *
 * The rings are mapped from the vCPU's descriptor. There, what is between the run page and the
 * ring is zeros, where KVM has nothing.
 *
 * @param sim     Kernel.
 * @param vcpu_fd A vCPU's descriptor.
 * @param gpa     Guest physical address, in bytes.
 * @param size    Bytes, at least 1.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p sim, a size of 0, a range that wraps, or a descriptor of something else.
 * @retval -ENOENT A part of the range lies in no writable slot; nothing was marked.
 * @retval -ENOSPC The ring has no room for the pages; nothing was marked.
 * @retval -EBADF  @p vcpu_fd is not open.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_sim_dirty_by(struct kvmlib_sim *sim, int vcpu_fd, uint64_t gpa,
				      uint64_t size);

/**
 * @brief The guest writes bytes to its memory: store them, and mark the pages in the dirty log.
 *
 * Or in the ring of the first vCPU, as kvmlib_sim_dirty() does.
 *
 * @param sim   Kernel.
 * @param vm_fd A VM's descriptor.
 * @param gpa   Guest physical address, in bytes.
 * @param data  What it writes.
 * @param size  Bytes, at least 1.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, a size of 0, a range that wraps, or a descriptor of something
 *                 else.
 * @retval -ENOENT A part of the range lies in no writable slot, or rings are all that could be
 *                 marked and there is no vCPU; nothing was written or marked.
 * @retval -ENOSPC The vCPU's ring has no room for the pages; nothing was written or marked.
 * @retval -EFAULT The host's memory behind a slot can't be written; what comes before it was.
 * @retval -EBADF  @p vm_fd is not open.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_sim_write_guest(struct kvmlib_sim *sim, int vm_fd, uint64_t gpa,
					 const void *data, size_t size);

/**
 * @brief A vCPU's guest writes bytes to its memory: store them, and mark the pages in its ring.
 *
 * As kvmlib_sim_dirty_by() does.
 *
 * @param sim     Kernel.
 * @param vcpu_fd A vCPU's descriptor.
 * @param gpa     Guest physical address, in bytes.
 * @param data    What it writes.
 * @param size    Bytes, at least 1.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, a size of 0, a range that wraps, or a descriptor of something
 *                 else.
 * @retval -ENOENT A part of the range lies in no writable slot; nothing was written or marked.
 * @retval -ENOSPC The ring has no room for the pages; nothing was written or marked.
 * @retval -EFAULT The host's memory behind a slot can't be written; what comes before it was.
 * @retval -EBADF  @p vcpu_fd is not open.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_sim_write_guest_by(struct kvmlib_sim *sim, int vcpu_fd, uint64_t gpa,
					    const void *data, size_t size);

/**
 * @brief The level of an interrupt line, as KVM_IRQ_LINE left it.
 * @param sim   Kernel.
 * @param vm_fd A VM's descriptor.
 * @param irq   The line, as given to KVM_IRQ_LINE.
 * @return The level; 0 for a line that was never set.
 * @retval -EINVAL NULL @p sim, or a descriptor of something else.
 * @retval -EBADF  @p vm_fd is not open.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_sim_irq_level(struct kvmlib_sim *sim, int vm_fd, uint32_t irq);

/**
 * @brief Let KVM give up a VM: from now on every ioctl on it, its vCPUs and devices is EIO.
 *
 * vCPUs inside KVM_RUN leave it.
 *
 * @param sim   Kernel.
 * @param vm_fd A VM's descriptor.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p sim, or a descriptor of something else.
 * @retval -EBADF  @p vm_fd is not open.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_sim_kill_vm(struct kvmlib_sim *sim, int vm_fd);

/** @} */

/** @name Devices
 * @{
 */

/** The attribute can be written. */
#define KVMLIB_SIM_ATTR_SET 0x1U
/** The attribute can be read. */
#define KVMLIB_SIM_ATTR_GET 0x2U

/**
 * @brief Give a type of device an attribute, or let an attribute behave otherwise.
 *
 * A device keeps what was written to such an attribute, and reads it back; at first it is zeros. A
 * type that this architecture lacks becomes known, as a device of which a VM may have any number.
 *
 * @param sim    Kernel.
 * @param type   KVMLIB_DEV_TYPE_*, or any number below 64.
 * @param group  Group of the attribute.
 * @param attr   The attribute in its group.
 * @param size   Bytes of the attribute's value, 4096 at most; 0 for one that takes nothing.
 * @param access KVMLIB_SIM_ATTR_*: what can be done with it. The rest is -EPERM.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p sim, a type of 64 or more, a size above 4096, or an unknown bit.
 * @retval -ENOMEM No memory.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_sim_add_attr(struct kvmlib_sim *sim, uint32_t type, uint32_t group,
				      uint64_t attr, size_t size, uint32_t access);

/** @} */
/** @} */

KVMLIB_END_DECLS
#endif
