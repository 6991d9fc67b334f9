// An emulation of the part of cuBLAS that the CUDA backend calls. Argument checks follow the documentation of cuBLAS 13; what computes
// is given to the handle's stream.
#include <string>

#include "library.h"

#pragma GCC optimize("O3")

namespace {

using emulated::Operands;

enum Status {
  SUCCESS = 0,
  NOT_INITIALIZED = 1,
  ALLOC_FAILED = 3,
  INVALID_VALUE = 7,
  ARCH_MISMATCH = 8,
  MAPPING_ERROR = 11,
  EXECUTION_FAILED = 13,
  INTERNAL_ERROR = 14,
  NOT_SUPPORTED = 15,
  LICENSE_ERROR = 16
};

enum Operation { OP_N = 0, OP_T = 1, OP_C = 2 };

enum Math {
  DEFAULT_MATH = 0,
  TENSOR_OP_MATH = 1,
  PEDANTIC_MATH = 2,
  TF32_TENSOR_OP_MATH = 3,
  FP32_EMULATED_BF16X9_MATH = 4,
  DISALLOW_REDUCED_PRECISION_REDUCTION = 16
};

struct Handle {
  CUstream stream = nullptr;
  int math = DEFAULT_MATH;
  int atomics = 0;
  void* workspace = nullptr;
  size_t workspaceBytes = 0;
  bool ownWorkspace = false;
};

// With less than this in a workspace of the caller's, products may fail: here they do.
const size_t LEAST_WORKSPACE = 16 * 1024;

// Never destroyed: other threads may call while the process ends.
emulated::Objects<Handle>& handles() {
  static auto* objects = new emulated::Objects<Handle>();
  return *objects;
}

// The version of the driver's CUDA unless another is set: libraries of CUDA 13 do not run on drivers for CUDA 12.
int version() {
  int driver = 0;
  cuDriverGetVersion(&driver);
  return static_cast<int>(emulated::setting("CAMBIUM_EMULATOR_CUBLAS_VERSION", driver < 13000 ? 120804 : 130000));
}

struct Refusal {
  Status status;
  std::string reason;
};

void require(bool condition, Status status, const std::string& reason) {
  if (!condition) throw Refusal{status, reason};
}

template <typename Body>
int call(const char* function, Body body) {
  if (int status = cambium_emulator_failure(function)) return status;
  try {
    body();
    return SUCCESS;
  } catch (const Refusal& refusal) {
    emulated::explain(function, refusal.reason);
    return refusal.status;
  }
}

Handle& live(Handle* handle) {
  require(handles().live(handle), NOT_INITIALIZED, "the handle was not created or is destroyed");
  return *handle;
}

Operands operandsOf(const Handle& handle) {
  switch (handle.math & ~DISALLOW_REDUCED_PRECISION_REDUCTION) {
    case TENSOR_OP_MATH:
      return Operands::HALF;
    case TF32_TENSOR_OP_MATH:
      return emulated::hasTf32() ? Operands::TF32 : Operands::FULL;
    default:
      return Operands::FULL;
  }
}

template <typename T>
struct Matrix {
  T* data;
  int rows;
  int columns;
  int leading;
  long long stride;
  bool transposed;

  // Elements from the first to the last.
  size_t span() const { return rows == 0 || columns == 0 ? 0 : static_cast<size_t>(leading) * (columns - 1) + rows; }

  T* of(long batch) const { return data + stride * batch; }

  bool valid(long batch) const { return cambium_emulator_valid_memory(of(batch), span() * sizeof(T)) != 0; }
};

// C = alpha op(A) op(B) + beta C for each matrix of the batch; column-major.
template <typename T>
struct Product {
  int m;
  int n;
  int k;
  T alpha;
  Matrix<const T> a;
  Matrix<const T> b;
  T beta;
  Matrix<T> c;
  int batch;
  Operands operands;
  void* workspace;
  size_t workspaceBytes;

  int operator()() const {
    const bool reads = alpha != 0 && k > 0;
    for (long i = 0; i < batch; ++i) {
      if (!c.valid(i) || (reads && (!a.valid(i) || !b.valid(i)))) return CAMBIUM_EMULATOR_ILLEGAL_ADDRESS;
    }
    if (workspaceBytes != 0) {
      if (!cambium_emulator_valid_memory(workspace, workspaceBytes)) return CAMBIUM_EMULATOR_ILLEGAL_ADDRESS;
      emulated::poison(workspace, workspaceBytes);
    }
    for (long i = 0; i < batch; ++i) multiply(a.of(i), b.of(i), c.of(i), reads);
    return CAMBIUM_EMULATOR_SUCCESS;
  }

  // Sums blocks of terms, and then the blocks: nearer to how wide hardware adds than one running sum.
  void multiply(const T* from, const T* with, T* to, bool reads) const {
    const int terms = reads ? k : 0;
    std::vector<T> left(static_cast<size_t>(terms) * m);
    for (int l = 0; l < terms; ++l) {
      for (int i = 0; i < m; ++i) {
        const size_t at = a.transposed ? l + static_cast<size_t>(a.leading) * i : i + static_cast<size_t>(a.leading) * l;
        left[static_cast<size_t>(l) * m + i] = emulated::operand(from[at], operands);
      }
    }
    emulated::split(n, static_cast<double>(m) * n * terms, [&](long begin, long end) {
      std::vector<T> sums(m), block(m);
      for (long j = begin; j < end; ++j) {
        std::fill(sums.begin(), sums.end(), T(0));
        for (int first = 0; first < terms; first += 128) {
          std::fill(block.begin(), block.end(), T(0));
          for (int l = first; l < std::min(first + 128, terms); ++l) {
            const size_t at = b.transposed ? j + static_cast<size_t>(b.leading) * l : l + static_cast<size_t>(b.leading) * j;
            const T factor = emulated::operand(with[at], operands);
            const T* column = &left[static_cast<size_t>(l) * m];
            for (int i = 0; i < m; ++i) block[i] += column[i] * factor;
          }
          for (int i = 0; i < m; ++i) sums[i] += block[i];
        }
        T* out = to + static_cast<size_t>(c.leading) * j;
        for (int i = 0; i < m; ++i) out[i] = alpha * sums[i] + (beta == 0 ? T(0) : beta * out[i]);
      }
    });
  }
};

void requireOperation(int operation, const char* name) {
  require(operation == OP_N || operation == OP_T || operation == OP_C, INVALID_VALUE,
      std::string(name) + " is " + std::to_string(operation));
}

template <typename T>
Matrix<T> matrix(T* data, int operation, int rows, int columns, int leading, long long stride, const char* name) {
  const bool transposed = operation != OP_N;
  if (transposed) std::swap(rows, columns);
  require(leading >= std::max(1, rows), INVALID_VALUE,
      std::string("ld") + name + " is " + std::to_string(leading) + " for " + std::to_string(rows) + " rows");
  require(emulated::aligned(data, sizeof(T)), INVALID_VALUE, std::string(name) + " is not aligned to its elements");
  return {data, rows, columns, leading, stride, transposed};
}

// Whether a matrix of one batch lies in the output of the same or another one: such results depend on the order of the work.
template <typename T>
bool disturbs(const Matrix<T>& c, const Matrix<const T>& other, int batch) {
  for (long i = 0; i < batch; ++i) {
    for (long j = 0; j < batch; ++j) {
      if (emulated::overlap(c.of(i), c.span() * sizeof(T), other.of(j), other.span() * sizeof(T))) return true;
    }
  }
  return false;
}

template <typename T>
void requireHost(const T* scalar, const char* name) {
  require(scalar != nullptr, INVALID_VALUE, std::string(name) + " is null");
  require(!cambium_emulator_valid_memory(scalar, sizeof(T)), INVALID_VALUE,
      std::string(name) + " is in device memory, but the pointer mode is host");
}

template <typename T>
int gemm(const char* function, Handle* handle, int transa, int transb, int m, int n, int k, const T* alpha, const T* a, int lda,
    long long strideA, const T* b, int ldb, long long strideB, const T* beta, T* c, int ldc, long long strideC, int batch) {
  return call(function, [&] {
    const Handle& owner = live(handle);
    requireOperation(transa, "transa");
    requireOperation(transb, "transb");
    require(m >= 0 && n >= 0 && k >= 0 && batch >= 0, INVALID_VALUE, "a size is negative");
    requireHost(alpha, "alpha");
    requireHost(beta, "beta");
    Product<T> product{m, n, k, *alpha, matrix(a, transa, m, k, lda, strideA, "a"), matrix(b, transb, k, n, ldb, strideB, "b"), *beta,
        matrix(c, OP_N, m, n, ldc, strideC, "c"), batch, operandsOf(owner), owner.workspace, owner.workspaceBytes};
    if (m == 0 || n == 0 || batch == 0) return;
    require(c != nullptr, INVALID_VALUE, "c is null");
    const auto span = static_cast<long long>(product.c.span());
    require(batch == 1 || strideC >= span || -strideC >= span, INVALID_VALUE, "the matrices of c overlap");
    const bool reads = k > 0 && *alpha != 0;
    require(!reads || (!disturbs(product.c, product.a, batch) && !disturbs(product.c, product.b, batch)), INVALID_VALUE,
        "c overlaps a or b");
    require(cambium_emulator_context_status() == 0, EXECUTION_FAILED,
        "the context is not usable: status " + std::to_string(cambium_emulator_context_status()));
    require(!owner.ownWorkspace || owner.workspaceBytes >= LEAST_WORKSPACE, ALLOC_FAILED,
        "the workspace has " + std::to_string(owner.workspaceBytes) + " bytes");
    const int status = cambium_emulator::enqueue(owner.stream, function, product);
    require(status == 0, EXECUTION_FAILED, "the stream refused it with " + std::to_string(status));
  });
}

}  // namespace

extern "C" {

CAMBIUM_EMULATOR_EXPORT int cublasCreate_v2(Handle** handle) {
  return call("cublasCreate_v2", [&] {
    require(handle != nullptr, INVALID_VALUE, "the place for the handle is null");
    require(cambium_emulator_context_status() == 0, NOT_INITIALIZED, "there is no usable context");
    *handle = handles().create();
  });
}

CAMBIUM_EMULATOR_EXPORT int cublasDestroy_v2(Handle* handle) {
  return call("cublasDestroy_v2",
      [&] { require(handles().destroy(handle), NOT_INITIALIZED, "the handle was not created or is destroyed already"); });
}

CAMBIUM_EMULATOR_EXPORT int cublasGetVersion_v2(Handle* handle, int* value) {
  return call("cublasGetVersion_v2", [&] {
    live(handle);
    require(value != nullptr, INVALID_VALUE, "the place for the version is null");
    *value = version();
  });
}

CAMBIUM_EMULATOR_EXPORT int cublasGetProperty(int type, int* value) {
  return call("cublasGetProperty", [&] {
    const int part = emulated::versionPart(version(), 10000, type);
    require(value != nullptr && part >= 0, INVALID_VALUE, "the property is " + std::to_string(type));
    *value = part;
  });
}

// Also forgets the workspace that was set, as the documentation says.
CAMBIUM_EMULATOR_EXPORT int cublasSetStream_v2(Handle* handle, CUstream stream) {
  return call("cublasSetStream_v2", [&] {
    Handle& owner = live(handle);
    owner.stream = stream;
    owner.workspace = nullptr;
    owner.workspaceBytes = 0;
    owner.ownWorkspace = false;
  });
}

CAMBIUM_EMULATOR_EXPORT int cublasSetWorkspace_v2(Handle* handle, void* workspace, size_t bytes) {
  return call("cublasSetWorkspace_v2", [&] {
    Handle& owner = live(handle);
    require(emulated::aligned(workspace, 256), INVALID_VALUE, "the workspace is not aligned to 256 bytes");
    require(workspace != nullptr || bytes == 0, INVALID_VALUE, "the workspace is null but has a size");
    owner.workspace = workspace;
    owner.workspaceBytes = bytes;
    owner.ownWorkspace = true;
  });
}

CAMBIUM_EMULATOR_EXPORT int cublasSetMathMode(Handle* handle, int mode) {
  return call("cublasSetMathMode", [&] {
    Handle& owner = live(handle);
    const int most = version() >= 120900 ? FP32_EMULATED_BF16X9_MATH : TF32_TENSOR_OP_MATH;
    const int base = mode & ~DISALLOW_REDUCED_PRECISION_REDUCTION;
    require(base >= DEFAULT_MATH && base <= most, INVALID_VALUE, "the mode is " + std::to_string(mode));
    owner.math = mode;
  });
}

CAMBIUM_EMULATOR_EXPORT int cublasSetAtomicsMode(Handle* handle, int mode) {
  return call("cublasSetAtomicsMode", [&] {
    Handle& owner = live(handle);
    require(mode == 0 || mode == 1, INVALID_VALUE, "the mode is " + std::to_string(mode));
    owner.atomics = mode;
  });
}

CAMBIUM_EMULATOR_EXPORT int cublasSgemm_v2(Handle* handle, int transa, int transb, int m, int n, int k, const float* alpha,
    const float* a, int lda, const float* b, int ldb, const float* beta, float* c, int ldc) {
  return gemm("cublasSgemm_v2", handle, transa, transb, m, n, k, alpha, a, lda, 0, b, ldb, 0, beta, c, ldc, 0, 1);
}

CAMBIUM_EMULATOR_EXPORT int cublasDgemm_v2(Handle* handle, int transa, int transb, int m, int n, int k, const double* alpha,
    const double* a, int lda, const double* b, int ldb, const double* beta, double* c, int ldc) {
  return gemm("cublasDgemm_v2", handle, transa, transb, m, n, k, alpha, a, lda, 0, b, ldb, 0, beta, c, ldc, 0, 1);
}

CAMBIUM_EMULATOR_EXPORT int cublasSgemmStridedBatched(Handle* handle, int transa, int transb, int m, int n, int k, const float* alpha,
    const float* a, int lda, long long strideA, const float* b, int ldb, long long strideB, const float* beta, float* c, int ldc,
    long long strideC, int batch) {
  return gemm("cublasSgemmStridedBatched", handle, transa, transb, m, n, k, alpha, a, lda, strideA, b, ldb, strideB, beta, c, ldc,
      strideC, batch);
}

CAMBIUM_EMULATOR_EXPORT int cublasDgemmStridedBatched(Handle* handle, int transa, int transb, int m, int n, int k, const double* alpha,
    const double* a, int lda, long long strideA, const double* b, int ldb, long long strideB, const double* beta, double* c, int ldc,
    long long strideC, int batch) {
  return gemm("cublasDgemmStridedBatched", handle, transa, transb, m, n, k, alpha, a, lda, strideA, b, ldb, strideB, beta, c, ldc,
      strideC, batch);
}

// A description, as the library gives it; the name would come from cublasGetStatusName.
CAMBIUM_EMULATOR_EXPORT const char* cublasGetStatusString(int status) {
  switch (status) {
    case SUCCESS:
      return "success";
    case NOT_INITIALIZED:
      return "the library was not initialized";
    case ALLOC_FAILED:
      return "the resource allocation failed";
    case INVALID_VALUE:
      return "an unsupported value or parameter was passed to the function";
    case ARCH_MISMATCH:
      return "the function requires an architectural feature absent from the architecture of the device";
    case MAPPING_ERROR:
      return "an access to GPU memory space failed";
    case EXECUTION_FAILED:
      return "the function failed to launch on the GPU";
    case INTERNAL_ERROR:
      return "an internal operation failed";
    case NOT_SUPPORTED:
      return "the requested functionality is not supported";
    case LICENSE_ERROR:
      return "the functionality requested requires some license and an error was detected when trying to check the current licensing";
    default:
      return "unknown status";
  }
}

}  // extern "C"
