/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Generated from uapi/cpu-models.tsv, uapi/cpuid.tsv by uapi/generate; do not edit. */
#include "model_tables.h"

static const uint16_t features_0[] = {
	0, 13, 20, 30, 31, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 49, 52, 53,
	54, 55, 247, 283, 291, 298, 393, 394, 396, 397, 398, 399, 410,
};
static const uint16_t features_1[] = {
	0, 13, 20, 30, 31, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 49, 52, 53,
	54, 55, 247, 283, 291, 298, 393, 394, 396, 397, 398, 399, 410,
};
static const struct kvmlib__cpu_model_msr msrs_1[] = {
	{ 0x8b, true, 0x1000065 },
	{ 0x8b, false, 0x100000000 },
};
static const uint16_t features_2[] = {
	20, 30, 31, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 49, 52, 53, 54,
	55, 283, 291, 298, 393, 394, 396, 410,
};
static const uint16_t features_3[] = {
	20, 30, 31, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 49, 52, 53, 54,
	55, 283, 291, 298, 393, 394, 396, 410,
};
static const struct kvmlib__cpu_model_msr msrs_3[] = {
	{ 0x8b, true, 0x1000065 },
	{ 0x8b, false, 0x100000000 },
};
static const uint16_t features_4[] = {
	0, 9, 13, 18, 19, 20, 22, 30, 31, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46,
	47, 49, 52, 53, 54, 55, 247, 283, 291, 298, 393, 394, 396, 410,
};
static const uint16_t features_5[] = {
	0, 9, 13, 18, 19, 20, 22, 30, 31, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46,
	47, 49, 52, 53, 54, 55, 247, 283, 291, 298, 393, 394, 396, 410,
};
static const struct kvmlib__cpu_model_msr msrs_5[] = {
	{ 0x8b, true, 0x1000065 },
	{ 0x8b, false, 0x100000000 },
};
static const uint16_t features_6[] = {
	0, 9, 12, 13, 18, 19, 20, 21, 22, 25, 27, 28, 30, 31, 33, 34, 35, 36, 37, 38, 39, 40, 41,
	42, 43, 44, 45, 46, 47, 49, 52, 53, 54, 55, 77, 79, 82, 195, 196, 197, 247, 252, 283, 291,
	298, 393, 394, 396, 410,
};
static const uint16_t features_7[] = {
	0, 9, 12, 13, 18, 19, 20, 21, 22, 25, 27, 28, 30, 31, 33, 34, 35, 36, 37, 38, 39, 40, 41,
	42, 43, 44, 45, 46, 47, 49, 52, 53, 54, 55, 77, 79, 82, 195, 196, 197, 247, 252, 283, 291,
	298, 393, 394, 396, 410,
};
static const struct kvmlib__cpu_model_msr msrs_7[] = {
	{ 0x8b, true, 0x1000065 },
	{ 0x8b, false, 0x100000000 },
};
static const uint16_t features_8[] = {
	0, 9, 12, 13, 18, 19, 20, 21, 22, 25, 27, 28, 30, 31, 33, 34, 35, 36, 37, 38, 39, 40, 41,
	42, 43, 44, 45, 46, 47, 49, 52, 53, 54, 55, 77, 79, 82, 90, 91, 101, 103, 104, 195, 196,
	197, 200, 201, 202, 247, 252, 283, 291, 298, 393, 394, 396, 410,
};
static const uint16_t features_9[] = {
	0, 9, 12, 13, 18, 19, 20, 21, 22, 25, 27, 28, 30, 31, 33, 34, 35, 36, 37, 38, 39, 40, 41,
	42, 43, 44, 45, 46, 47, 49, 52, 53, 54, 55, 77, 79, 82, 90, 91, 101, 103, 104, 195, 196,
	197, 200, 201, 202, 247, 252, 283, 291, 298, 393, 394, 396, 410,
};
static const struct kvmlib__cpu_model_msr msrs_9[] = {
	{ 0x8b, true, 0x1000065 },
	{ 0x8b, false, 0x100000000 },
};

const struct kvmlib__cpu_model kvmlib__cpu_models[] = {
	{ { "qemu64", "what QEMU calls qemu64 and gives a guest of KVM", 1, 0 },
	  "QEMU Virtual CPU version 2.5+", 15, 107, 1, 40,
	  features_0, sizeof(features_0) / sizeof(features_0[0]), NULL, 0 },
	{ { "qemu64", "what QEMU calls qemu64 and gives a guest of KVM", 2, 0 },
	  "QEMU Virtual CPU version 2.5+", 15, 107, 1, 40,
	  features_1, sizeof(features_1) / sizeof(features_1[0]), msrs_1, sizeof(msrs_1) / sizeof(msrs_1[0]) },
	{ { "x86-64-v1", "the x86-64 psABI's baseline, and what systems ask of a PC", 1, 0 },
	  "x86-64-v1 virtual CPU", 15, 107, 1, 39,
	  features_2, sizeof(features_2) / sizeof(features_2[0]), NULL, 0 },
	{ { "x86-64-v1", "the x86-64 psABI's baseline, and what systems ask of a PC", 2, 0 },
	  "x86-64-v1 virtual CPU", 15, 107, 1, 39,
	  features_3, sizeof(features_3) / sizeof(features_3[0]), msrs_3, sizeof(msrs_3) / sizeof(msrs_3[0]) },
	{ { "x86-64-v2", "the x86-64 psABI's level 2: SSE4.2, CMPXCHG16B", 1, 0 },
	  "x86-64-v2 virtual CPU", 15, 107, 1, 39,
	  features_4, sizeof(features_4) / sizeof(features_4[0]), NULL, 0 },
	{ { "x86-64-v2", "the x86-64 psABI's level 2: SSE4.2, CMPXCHG16B", 2, 0 },
	  "x86-64-v2 virtual CPU", 15, 107, 1, 39,
	  features_5, sizeof(features_5) / sizeof(features_5[0]), msrs_5, sizeof(msrs_5) / sizeof(msrs_5[0]) },
	{ { "x86-64-v3", "the x86-64 psABI's level 3: AVX2, FMA, BMI2", 1, 0 },
	  "x86-64-v3 virtual CPU", 15, 107, 1, 39,
	  features_6, sizeof(features_6) / sizeof(features_6[0]), NULL, 0 },
	{ { "x86-64-v3", "the x86-64 psABI's level 3: AVX2, FMA, BMI2", 2, 0 },
	  "x86-64-v3 virtual CPU", 15, 107, 1, 39,
	  features_7, sizeof(features_7) / sizeof(features_7[0]), msrs_7, sizeof(msrs_7) / sizeof(msrs_7[0]) },
	{ { "x86-64-v4", "the x86-64 psABI's level 4: AVX-512", 1, 0 },
	  "x86-64-v4 virtual CPU", 15, 107, 1, 39,
	  features_8, sizeof(features_8) / sizeof(features_8[0]), NULL, 0 },
	{ { "x86-64-v4", "the x86-64 psABI's level 4: AVX-512", 2, 0 },
	  "x86-64-v4 virtual CPU", 15, 107, 1, 39,
	  features_9, sizeof(features_9) / sizeof(features_9[0]), msrs_9, sizeof(msrs_9) / sizeof(msrs_9[0]) },
};
const size_t kvmlib__nr_cpu_models = sizeof(kvmlib__cpu_models) / sizeof(kvmlib__cpu_models[0]);
