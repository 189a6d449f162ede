/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parts of a written state: made, and checked. */
#include "format.h"

#include <elf.h>
#include <endian.h>
#include <string.h>

#include <kvmlib/causes.h>

#include "../../base/crc32c.h"
#include "../../base/opts.h"

#define HEAD_CHECKED offsetof(struct kvmlib__state_head, crc)

#if defined(__x86_64__)
const uint16_t kvmlib__state_architecture = EM_X86_64;
#elif defined(__aarch64__)
const uint16_t kvmlib__state_architecture = EM_AARCH64;
#elif defined(__riscv)
const uint16_t kvmlib__state_architecture = EM_RISCV;
#elif defined(__s390x__)
const uint16_t kvmlib__state_architecture = EM_S390;
#elif defined(__powerpc64__)
const uint16_t kvmlib__state_architecture = EM_PPC64;
#else
const uint16_t kvmlib__state_architecture = 258; /* loongarch, which older headers lack */
#endif

const uint16_t kvmlib__state_order = __BYTE_ORDER == __LITTLE_ENDIAN ? ELFDATA2LSB : ELFDATA2MSB;

static uint32_t crc_of_header(const struct kvmlib__state_header *header)
{
	return kvmlib__crc32c(0, header, offsetof(struct kvmlib__state_header, crc));
}

void kvmlib__state_seal_header(struct kvmlib__state_header *header)
{
	memset(header, 0, sizeof(*header));
	memcpy(header->magic, KVMLIB__STATE_MAGIC, sizeof(header->magic));
	header->format = htole32(KVMLIB__STATE_FORMAT);
	header->architecture = htole16(kvmlib__state_architecture);
	header->order = htole16(kvmlib__state_order);
	header->crc = htole32(crc_of_header(header));
}

static void seal(struct kvmlib__state_head *head, uint32_t data_crc)
{
	head->data_crc = htole32(data_crc);
	head->crc = htole32(kvmlib__crc32c(0, head, HEAD_CHECKED));
}

void kvmlib__state_seal_head(struct kvmlib__state_head *head, const void *data)
{
	seal(head, kvmlib__crc32c(0, data, kvmlib__state_padded(le64toh(head->length))));
}

void kvmlib__state_seal_end(struct kvmlib__state_head *end, uint64_t count, uint32_t heads_crc)
{
	memset(end, 0, sizeof(*end));
	memcpy(end->name, KVMLIB__STATE_END, sizeof(KVMLIB__STATE_END));
	end->instance = htole64(count);
	seal(end, heads_crc);
}

uint32_t kvmlib__state_add_head(uint32_t heads_crc, const struct kvmlib__state_head *head)
{
	return kvmlib__crc32c(heads_crc, &head->crc, sizeof(head->crc));
}

bool kvmlib__state_is_end(const struct kvmlib__state_head *head)
{
	return !strcmp(head->name, KVMLIB__STATE_END);
}

bool kvmlib__state_is_order(uint16_t order)
{
	return order == ELFDATA2LSB || order == ELFDATA2MSB;
}

uint32_t kvmlib__state_check_header(const struct kvmlib__state_header *header)
{
	if (memcmp(header->magic, KVMLIB__STATE_MAGIC, sizeof(header->magic)) != 0)
		return KVMLIB_CAUSE_STATE_NOT_ONE;
	if (le32toh(header->crc) != crc_of_header(header))
		return KVMLIB_CAUSE_STATE_CHECKSUM;
	if (le32toh(header->format) > KVMLIB__STATE_FORMAT)
		return KVMLIB_CAUSE_STATE_VERSION;
	if (!header->format || !kvmlib__state_is_order(le16toh(header->order)) ||
	    !kvmlib__all_zero(header->zero, sizeof(header->zero)))
		return KVMLIB_CAUSE_STATE_MALFORMED;
	return 0;
}

static bool is_name(const char name[KVMLIB_STATE_NAME_LENGTH + 1])
{
	size_t length = strnlen(name, KVMLIB_STATE_NAME_LENGTH + 1);

	return length && length <= KVMLIB_STATE_NAME_LENGTH &&
	       kvmlib__all_zero((const uint8_t *)name + length,
				KVMLIB_STATE_NAME_LENGTH + 1 - length);
}

uint32_t kvmlib__state_check_head(const struct kvmlib__state_head *head)
{
	if (le32toh(head->crc) != kvmlib__crc32c(0, head, HEAD_CHECKED))
		return KVMLIB_CAUSE_STATE_CHECKSUM;
	if (!is_name(head->name) || head->zero || le64toh(head->length) > KVMLIB_STATE_ITEM_SIZE)
		return KVMLIB_CAUSE_STATE_MALFORMED;
	return 0;
}

uint32_t kvmlib__state_check_data(const struct kvmlib__state_head *head, const void *data)
{
	size_t length = (size_t)le64toh(head->length), padded = kvmlib__state_padded(length);

	if (le32toh(head->data_crc) != kvmlib__crc32c(0, data, padded))
		return KVMLIB_CAUSE_STATE_CHECKSUM;
	return kvmlib__all_zero((const uint8_t *)data + length, padded - length)
		       ? 0
		       : KVMLIB_CAUSE_STATE_MALFORMED;
}

uint32_t kvmlib__state_check_end(const struct kvmlib__state_head *end, uint64_t count,
				 uint32_t heads_crc)
{
	if (le64toh(end->instance) != count || end->length || end->version)
		return KVMLIB_CAUSE_STATE_MALFORMED;
	return le32toh(end->data_crc) == heads_crc ? 0 : KVMLIB_CAUSE_STATE_CHECKSUM;
}
