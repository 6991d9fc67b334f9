// The dialect in OpenCL C 1.2. Kernels use these names, plain C, and the mathematical functions that both languages have.
#define KERNEL __kernel
#define DEVICE static inline
#define GLOBAL __global
#define LOCAL __local
#define RESTRICT restrict
#define GROUP_OF(x, y) __attribute__((reqd_work_group_size(x, y, 1)))
#define LONG long
#define ULONG ulong
#define UINT uint
#define UCHAR uchar

#define GROUP_X ((int)get_group_id(0))
#define GROUP_Y ((int)get_group_id(1))
#define GROUP_Z ((int)get_group_id(2))
#define GROUPS_X ((int)get_num_groups(0))
#define GROUPS_Y ((int)get_num_groups(1))
#define LOCAL_X ((int)get_local_id(0))
#define LOCAL_Y ((int)get_local_id(1))
#define GLOBAL_X ((LONG)get_global_id(0))
#define BARRIER() barrier(CLK_LOCAL_MEM_FENCE)

#define MULTIPLY_HIGH(a, b) mul_hi((uint)(a), (uint)(b))
// After NO_CONTRACTION, a product in FLOAT64 that is rounded before anything is added to it.
#define NO_CONTRACTION _Pragma("OPENCL FP_CONTRACT OFF")
#define ROUNDED_PRODUCT(a, b) ((a) * (b))

// REAL is the floating type of a program, R(0.5) a literal of it.
#ifdef REAL_IS_DOUBLE
#pragma OPENCL EXTENSION cl_khr_fp64 : enable
#define REAL double
#define R(literal) literal
#define REAL_INFINITY ((double)INFINITY)
#define REAL_NAN ((double)NAN)
#else
#define REAL float
#define R(literal) literal##f
#define REAL_INFINITY INFINITY
#define REAL_NAN NAN
#endif
