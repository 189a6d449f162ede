#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
import kvmlib
vm = kvmlib.Vm()
memory = kvmlib.Memory(vm)
ram = memory.add(0, 0x10000, content=b"\xb0H\xe6\xe9\xb0i\xe6\xe9")
vcpu = vm.create_vcpu(0)
vcpu.sregs.cs.base = vcpu.sregs.cs.selector = vcpu.regs.rip = 0
vcpu.run()
print(vcpu.exit)  # KVM_EXIT_IO: out, port 0xe9, size 1, count 1, data 48
