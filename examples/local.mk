# SPDX-License-Identifier: LGPL-2.1-or-later

noinst_PROGRAMS = examples/hello examples/firmware
examples_hello_SOURCES = examples/hello.c
examples_hello_LDADD = libkvmlib.la
examples_firmware_SOURCES = examples/firmware.c
examples_firmware_LDADD = libkvmlib.la
