// The dialect in CUDA C. Kernels use these names, plain C, and the mathematical functions that both languages have.
#include <math_constants.h>
#define KERNEL extern "C" __global__
#define DEVICE static __device__ __forceinline__
#define GLOBAL
#define LOCAL __shared__
#define RESTRICT __restrict__
#define GROUP_OF(x, y) __launch_bounds__((x) * (y))
#define LONG long long
#define ULONG unsigned long long
#define UINT unsigned int
#define UCHAR unsigned char

#define GROUP_X ((int)blockIdx.x)
#define GROUP_Y ((int)blockIdx.y)
#define GROUP_Z ((int)blockIdx.z)
#define GROUPS_X ((int)gridDim.x)
#define GROUPS_Y ((int)gridDim.y)
#define LOCAL_X ((int)threadIdx.x)
#define LOCAL_Y ((int)threadIdx.y)
#define GLOBAL_X ((LONG)blockIdx.x * blockDim.x + threadIdx.x)
#define BARRIER() __syncthreads()

#define MULTIPLY_HIGH(a, b) __umulhi(a, b)
// After NO_CONTRACTION, a product in FLOAT64 that is rounded before anything is added to it.
#define NO_CONTRACTION
#define ROUNDED_PRODUCT(a, b) __dmul_rn(a, b)

// REAL is the floating type of a program, R(0.5) a literal of it.
#ifdef REAL_IS_DOUBLE
#define REAL double
#define R(literal) literal
#define REAL_INFINITY CUDART_INF
#define REAL_NAN CUDART_NAN
#else
#define REAL float
#define R(literal) literal##f
#define REAL_INFINITY CUDART_INF_F
#define REAL_NAN CUDART_NAN_F
#endif
