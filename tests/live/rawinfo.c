/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What KVM answers, by its ioctls alone: a program that knows nothing of the library, for `kvmlib info` to be
 * held against. It prints lines as reports have them, but capabilities by number: "cap/3/vm<TAB>1".
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/utsname.h>

#include <linux/kvm.h>

#define MOST 4096

/* Lines that stand for an answer of 0 or more. */
static void print_answer(const char *key, int answer)
{
	if (answer >= 0)
		printf("%s\t%d\n", key, answer);
}

/* Numbers up to 511, where either has something. */
static void print_caps(int kvm, int vm)
{
	for (int cap = 0; cap < 512; cap++) {
		const int system_answer = ioctl(kvm, KVM_CHECK_EXTENSION, cap);
		const int vm_answer = ioctl(vm, KVM_CHECK_EXTENSION, cap);

		if (system_answer > 0 || vm_answer > 0)
			printf("cap/%d/system\t%d\ncap/%d/vm\t%d\n", cap, system_answer, cap,
			       vm_answer);
	}
}

static void print_kernel(void)
{
	struct utsname host;

	if (!uname(&host))
		printf("kernel/release\t%s\nkernel/version\t%s\n", host.release, host.version);
}

#ifdef __x86_64__
static void print_leaf(const char *list, const struct kvm_cpuid_entry2 *entry)
{
	char name[64];

	if (entry->flags & KVM_CPUID_FLAG_SIGNIFCANT_INDEX)
		snprintf(name, sizeof(name), "%s/0x%x/0x%x", list, entry->function, entry->index);
	else
		snprintf(name, sizeof(name), "%s/0x%x/-", list, entry->function);
	printf("%s/eax\t0x%x\n%s/ebx\t0x%x\n", name, entry->eax, name, entry->ebx);
	printf("%s/ecx\t0x%x\n%s/edx\t0x%x\n", name, entry->ecx, name, entry->edx);
}

static void print_cpuid(int kvm, int cap, const char *list, unsigned long request)
{
	struct kvm_cpuid2 *cpuid = calloc(1, sizeof(*cpuid) + 256 * sizeof(cpuid->entries[0]));

	if (!cpuid || ioctl(kvm, KVM_CHECK_EXTENSION, cap) <= 0) {
		free(cpuid);
		return;
	}
	cpuid->nent = 256;
	if (ioctl(kvm, request, cpuid) < 0)
		cpuid->nent = 0;
	for (unsigned int i = 0; i < cpuid->nent; i++)
		print_leaf(list, &cpuid->entries[i]);
	free(cpuid);
}

static void print_feature_msr(int kvm, unsigned int index)
{
	struct kvm_msrs *one = calloc(1, sizeof(*one) + sizeof(one->entries[0]));

	if (!one)
		return;
	one->nmsrs = 1;
	one->entries[0].index = index;
	if (ioctl(kvm, KVM_GET_MSRS, one) == 1)
		printf("msr-feature/0x%x\t0x%llx\n", index,
		       (unsigned long long)one->entries[0].data);
	else
		printf("msr-feature/0x%x\tunreadable\n", index);
	free(one);
}

static void print_msrs(int kvm, unsigned long request)
{
	struct kvm_msr_list *list = calloc(1, sizeof(*list) + MOST * sizeof(list->indices[0]));

	if (!list)
		return;
	list->nmsrs = MOST;
	if (ioctl(kvm, request, list) < 0)
		list->nmsrs = 0;
	for (unsigned int i = 0; i < list->nmsrs; i++) {
		if (request == KVM_GET_MSR_INDEX_LIST)
			printf("msr/0x%x\tyes\n", list->indices[i]);
		else
			print_feature_msr(kvm, list->indices[i]);
	}
	free(list);
}

static void print_attribute(int kvm, unsigned int group, unsigned int attribute, const char *name)
{
	unsigned long long value = 0;
	struct kvm_device_attr arguments = { .group = group,
					     .attr = attribute,
					     .addr = (unsigned long)&value };

	if (!ioctl(kvm, KVM_GET_DEVICE_ATTR, &arguments))
		printf("attr/system/%s\t0x%llx\n", name, value);
}

/* On x86 all that KVM makes is VFIO's device; attributes by number, for headers that lack the names. */
static void print_arch(int kvm, int vm)
{
	struct kvm_create_device device = { .type = KVM_DEV_TYPE_VFIO,
					    .flags = KVM_CREATE_DEVICE_TEST };
	unsigned long long mce = 0;

	printf("arch\tx86_64\n");
	print_cpuid(kvm, KVM_CAP_EXT_CPUID, "cpuid", KVM_GET_SUPPORTED_CPUID);
	print_cpuid(kvm, KVM_CAP_EXT_EMUL_CPUID, "cpuid-emulated", KVM_GET_EMULATED_CPUID);
	print_cpuid(kvm, KVM_CAP_SYS_HYPERV_CPUID, "cpuid-hyperv", KVM_GET_SUPPORTED_HV_CPUID);
	print_msrs(kvm, KVM_GET_MSR_INDEX_LIST);
	print_msrs(kvm, KVM_GET_MSR_FEATURE_INDEX_LIST);
	if (!ioctl(kvm, KVM_X86_GET_MCE_CAP_SUPPORTED, &mce))
		printf("mce-cap\t0x%llx\n", mce);
	if (!ioctl(vm, KVM_CREATE_DEVICE, &device))
		printf("device/VFIO\tyes\n");
	print_attribute(kvm, 0, 0, "X86_XCOMP_GUEST_SUPP");
	print_attribute(kvm, 1, 0, "X86_SEV_VMSA_FEATURES");
	print_attribute(kvm, 1, 1, "X86_SNP_POLICY_BITS");
	print_attribute(kvm, 1, 2, "X86_SEV_SNP_REQ_CERTS");
}
#else
static void print_arch(int kvm, int vm)
{
	(void)kvm;
	(void)vm;
}
#endif

int main(void)
{
	const int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	const int vm = kvm < 0 ? -1 : ioctl(kvm, KVM_CREATE_VM, 0);

	if (vm < 0 || ioctl(vm, KVM_CREATE_VCPU, 0) < 0) {
		perror("rawinfo: no KVM");
		return 1;
	}
	print_answer("api-version", ioctl(kvm, KVM_GET_API_VERSION, 0));
	print_answer("run-size", ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0));
	print_caps(kvm, vm);
	print_kernel();
	print_arch(kvm, vm);
	return 0;
}
