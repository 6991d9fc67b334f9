// What the sources of the emulated cuDNN share: descriptors, statuses, and tensors in dense order.
#ifndef CAMBIUM_EMULATOR_CUDNN_H
#define CAMBIUM_EMULATOR_CUDNN_H

#include <string>
#include <vector>

#include "library.h"

namespace cudnn {

enum class Status {
  SUCCESS,
  NOT_INITIALIZED,
  BAD_PARAM,
  STREAM_MISMATCH,
  NOT_SUPPORTED,
  EXECUTION_FAILED,
};

enum DataType { FLOAT = 0, DOUBLE = 1, LAST_DATA_TYPE = 14 };
enum Format { NCHW = 0, NHWC = 1, NCHW_VECT_C = 2 };
enum MathType { DEFAULT_MATH = 0, TENSOR_OP_MATH = 1, TENSOR_OP_MATH_ALLOW_CONVERSION = 2, FMA_MATH = 3 };
enum Mode { CONVOLUTION = 0, CROSS_CORRELATION = 1 };
enum PoolingMode { MAX = 0, AVERAGE_COUNT_INCLUDE_PADDING = 1, AVERAGE_COUNT_EXCLUDE_PADDING = 2, MAX_DETERMINISTIC = 3 };

struct Handle {
  CUstream stream = nullptr;
};

// Dimensions and strides in the order n, c, h, w, in elements.
struct Tensor {
  bool set = false;
  int type = FLOAT;
  int size[4] = {};
  int stride[4] = {};

  size_t count() const { return static_cast<size_t>(size[0]) * size[1] * size[2] * size[3]; }

  size_t width() const { return type == DOUBLE ? 8 : 4; }

  // From the first element to behind the last.
  size_t bytes() const {
    size_t last = 0;
    for (int i = 0; i < 4; ++i) last += static_cast<size_t>(size[i] - 1) * stride[i];
    return (last + 1) * width();
  }

  bool sameSize(const Tensor& other) const { return std::equal(size, size + 4, other.size); }

  bool sameStrides(const Tensor& other) const { return std::equal(stride, stride + 4, other.stride); }
};

struct Filter {
  bool set = false;
  int type = FLOAT;
  int format = NCHW;
  int k = 0;
  int c = 0;
  int h = 0;
  int w = 0;

  size_t count() const { return static_cast<size_t>(k) * c * h * w; }

  size_t bytes() const { return count() * (type == DOUBLE ? 8 : 4); }
};

struct Convolution {
  bool set = false;
  int padding[2] = {};
  int stride[2] = {};
  int dilation[2] = {};
  int mode = CROSS_CORRELATION;
  int type = FLOAT;
  int math = DEFAULT_MATH;
  int groups = 1;
};

struct Pooling {
  bool set = false;
  int mode = MAX;
  int propagateNan = 0;
  int window[2] = {};
  int padding[2] = {};
  int stride[2] = {};
};

struct Refusal {
  Status status;
  std::string reason;
};

inline void require(bool condition, Status status, const std::string& reason) {
  if (!condition) throw Refusal{status, reason};
}

// The number of a status: cuDNN 9 numbered them anew.
int number(Status status);

// Never destroyed: other threads may call while the process ends.
template <typename T>
emulated::Objects<T>& objects() {
  static auto* all = new emulated::Objects<T>();
  return *all;
}

// What lies behind a handle or descriptor of the caller's.
template <typename T>
const T& live(const T* object, const char* name) {
  require(objects<T>().live(object), Status::BAD_PARAM, std::string(name) + " is null, was not created or is destroyed");
  return *object;
}

template <typename T>
const T& described(const T* object, const char* name) {
  const T& found = live(object, name);
  require(found.set, Status::BAD_PARAM, std::string(name) + " has not been set");
  return found;
}

template <typename Body>
int call(const char* function, Body body) {
  if (int status = cambium_emulator_failure(function)) return status;
  try {
    body();
    return 0;
  } catch (const Refusal& refusal) {
    emulated::explain(function, refusal.reason);
    return number(refusal.status);
  }
}

// An argument that points to device memory.
struct Region {
  const void* address;
  size_t bytes;
  const char* name;
};

// Refuses null, addresses off their alignment, and an output that shares memory with anything else.
void requireRegions(const std::vector<Region>& inputs, const std::vector<Region>& outputs, size_t alignment);

// Whether all regions are device memory now; to be asked when the command runs.
inline bool valid(const std::vector<Region>& regions) {
  return std::all_of(regions.begin(), regions.end(),
      [](const Region& region) { return cambium_emulator_valid_memory(region.address, region.bytes) != 0; });
}

// A scaling factor, which lies in host memory: a double for double tensors, else a float.
template <typename T>
T scalar(const void* address, const char* name) {
  require(address != nullptr, Status::BAD_PARAM, std::string(name) + " is null");
  require(!cambium_emulator_valid_memory(address, sizeof(T)), Status::BAD_PARAM,
      std::string(name) + " is in device memory, but is read on the host");
  return *static_cast<const T*>(address);
}

template <typename Run>
void enqueue(const Handle& handle, const char* function, Run run) {
  const int context = cambium_emulator_context_status();
  require(context == 0, Status::EXECUTION_FAILED, "the context is not usable: status " + std::to_string(context));
  const int status = cambium_emulator::enqueue(handle.stream, function, std::move(run));
  require(status == 0, Status::EXECUTION_FAILED, "the stream refused it with " + std::to_string(status));
}

// Calls with a value of the type's C++ type; only these two compute here.
template <typename Body>
void withType(int type, Body body) {
  if (type == FLOAT) {
    body(float());
  } else if (type == DOUBLE) {
    body(double());
  } else {
    throw Refusal{Status::NOT_SUPPORTED, "the emulation knows float and double, not data type " + std::to_string(type)};
  }
}

// Visits the elements in dense NHWC order with their offsets in the tensor's memory.
template <typename Visit>
void forEach(const Tensor& tensor, Visit visit) {
  size_t dense = 0;
  for (int n = 0; n < tensor.size[0]; ++n) {
    for (int h = 0; h < tensor.size[2]; ++h) {
      for (int w = 0; w < tensor.size[3]; ++w) {
        size_t at = static_cast<size_t>(n) * tensor.stride[0] + static_cast<size_t>(h) * tensor.stride[2] +
            static_cast<size_t>(w) * tensor.stride[3];
        for (int c = 0; c < tensor.size[1]; ++c, at += tensor.stride[1]) visit(dense++, at);
      }
    }
  }
}

template <typename T>
std::vector<T> dense(const Tensor& tensor, const void* memory, emulated::Operands operands = emulated::Operands::FULL) {
  std::vector<T> values(tensor.count());
  const T* from = static_cast<const T*>(memory);
  forEach(tensor, [&](size_t to, size_t at) { values[to] = emulated::operand(from[at], operands); });
  return values;
}

// alpha times the result plus beta times what is there, which is not read when beta is zero.
template <typename T>
T blend(T alpha, T result, T beta, T prior) {
  return beta == 0 ? alpha * result : alpha * result + beta * prior;
}

template <typename T>
void store(const Tensor& tensor, const std::vector<T>& values, T alpha, T beta, void* memory) {
  T* to = static_cast<T*>(memory);
  forEach(tensor, [&](size_t from, size_t at) { to[at] = blend(alpha, values[from], beta, to[at]); });
}

// 1 + (input + 2 padding - extent) / stride, rounded down; below 1 when the window does not fit.
inline int outputSize(int input, int padding, int extent, int stride) {
  const int room = input + 2 * padding - extent;
  return room < 0 ? 0 : 1 + room / stride;
}

}  // namespace cudnn

#endif
