// An emulation of the part of cuDNN's classic API that the CUDA backend calls: handles, descriptors and statuses. The argument checks
// follow the API reference of cuDNN 8 and 9.
#include "cudnn.h"

namespace cudnn {

namespace {

long version() { return emulated::setting("CAMBIUM_EMULATOR_CUDNN_VERSION", 91300); }

bool numberedAnew() { return version() >= 90000; }

struct Name {
  int number;
  const char* name;
};

const Name NAMES_OF_8[] = {
    {0, "CUDNN_STATUS_SUCCESS"},
    {1, "CUDNN_STATUS_NOT_INITIALIZED"},
    {2, "CUDNN_STATUS_ALLOC_FAILED"},
    {3, "CUDNN_STATUS_BAD_PARAM"},
    {4, "CUDNN_STATUS_INTERNAL_ERROR"},
    {5, "CUDNN_STATUS_INVALID_VALUE"},
    {6, "CUDNN_STATUS_ARCH_MISMATCH"},
    {7, "CUDNN_STATUS_MAPPING_ERROR"},
    {8, "CUDNN_STATUS_EXECUTION_FAILED"},
    {9, "CUDNN_STATUS_NOT_SUPPORTED"},
    {10, "CUDNN_STATUS_LICENSE_ERROR"},
    {11, "CUDNN_STATUS_RUNTIME_PREREQUISITE_MISSING"},
    {12, "CUDNN_STATUS_RUNTIME_IN_PROGRESS"},
    {13, "CUDNN_STATUS_RUNTIME_FP_OVERFLOW"},
    {14, "CUDNN_STATUS_VERSION_MISMATCH"},
};

const Name NAMES_OF_9[] = {
    {0, "CUDNN_STATUS_SUCCESS"},
    {1001, "CUDNN_STATUS_NOT_INITIALIZED"},
    {1002, "CUDNN_STATUS_SUBLIBRARY_VERSION_MISMATCH"},
    {1003, "CUDNN_STATUS_SERIALIZATION_VERSION_MISMATCH"},
    {1004, "CUDNN_STATUS_DEPRECATED"},
    {1005, "CUDNN_STATUS_LICENSE_ERROR"},
    {1006, "CUDNN_STATUS_RUNTIME_IN_PROGRESS"},
    {1007, "CUDNN_STATUS_RUNTIME_FP_OVERFLOW"},
    {1008, "CUDNN_STATUS_SUBLIBRARY_LOADING_FAILED"},
    {2000, "CUDNN_STATUS_BAD_PARAM"},
    {2002, "CUDNN_STATUS_BAD_PARAM_NULL_POINTER"},
    {2003, "CUDNN_STATUS_BAD_PARAM_MISALIGNED_POINTER"},
    {2004, "CUDNN_STATUS_BAD_PARAM_NOT_FINALIZED"},
    {2005, "CUDNN_STATUS_BAD_PARAM_OUT_OF_BOUND"},
    {2006, "CUDNN_STATUS_BAD_PARAM_SIZE_INSUFFICIENT"},
    {2007, "CUDNN_STATUS_BAD_PARAM_STREAM_MISMATCH"},
    {2008, "CUDNN_STATUS_BAD_PARAM_SHAPE_MISMATCH"},
    {3000, "CUDNN_STATUS_NOT_SUPPORTED"},
    {3002, "CUDNN_STATUS_NOT_SUPPORTED_SHAPE"},
    {3003, "CUDNN_STATUS_NOT_SUPPORTED_DATA_TYPE"},
    {3004, "CUDNN_STATUS_NOT_SUPPORTED_LAYOUT"},
    {3007, "CUDNN_STATUS_NOT_SUPPORTED_ARCH_MISMATCH"},
    {4000, "CUDNN_STATUS_INTERNAL_ERROR"},
    {4003, "CUDNN_STATUS_INTERNAL_ERROR_HOST_ALLOCATION_FAILED"},
    {4004, "CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED"},
    {5000, "CUDNN_STATUS_EXECUTION_FAILED"},
    {5001, "CUDNN_STATUS_EXECUTION_FAILED_CUDA_DRIVER"},
    {5003, "CUDNN_STATUS_EXECUTION_FAILED_CUDART"},
};

template <size_t N>
const char* find(const Name (&names)[N], int status) {
  for (const Name& name : names) {
    if (name.number == status) return name.name;
  }
  return "CUDNN_UNKNOWN_STATUS";
}

template <typename T>
int create(const char* function, T** descriptor) {
  return call(function, [&] {
    require(descriptor != nullptr, Status::BAD_PARAM, "the place for the descriptor is null");
    *descriptor = objects<T>().create();
  });
}

template <typename T>
int destroy(const char* function, T* descriptor) {
  return call(function, [&] {
    require(objects<T>().destroy(descriptor), Status::BAD_PARAM, "the descriptor was not created or is destroyed already");
  });
}

// The descriptor that a setter fills.
template <typename T>
T& filled(T* descriptor) {
  live(descriptor, "the descriptor");
  return *descriptor;
}

void requireType(int type) {
  require(type >= 0 && type <= LAST_DATA_TYPE, Status::BAD_PARAM, "the data type is " + std::to_string(type));
}

void requirePositive(const int* values, int count, const char* name) {
  for (int i = 0; i < count; ++i) {
    require(values[i] > 0, Status::BAD_PARAM, std::string(name) + " " + std::to_string(i) + " is " + std::to_string(values[i]));
  }
}

}  // namespace

int number(Status status) {
  switch (status) {
    case Status::SUCCESS:
      return 0;
    case Status::NOT_INITIALIZED:
      return numberedAnew() ? 1001 : 1;
    case Status::BAD_PARAM:
      return numberedAnew() ? 2000 : 3;
    case Status::STREAM_MISMATCH:
      return numberedAnew() ? 2007 : 7;
    case Status::NOT_SUPPORTED:
      return numberedAnew() ? 3000 : 9;
    case Status::EXECUTION_FAILED:
      return numberedAnew() ? 5000 : 8;
  }
  return numberedAnew() ? 4000 : 4;
}

void requireRegions(const std::vector<Region>& inputs, const std::vector<Region>& outputs, size_t alignment) {
  std::vector<Region> all(inputs);
  all.insert(all.end(), outputs.begin(), outputs.end());
  for (const Region& region : all) {
    require(region.address != nullptr, Status::BAD_PARAM, std::string(region.name) + " is null");
    require(emulated::aligned(region.address, alignment), Status::BAD_PARAM,
        std::string(region.name) + " is not aligned to " + std::to_string(alignment) + " bytes");
  }
  for (size_t i = inputs.size(); i < all.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      require(!emulated::overlap(all[i].address, all[i].bytes, all[j].address, all[j].bytes), Status::BAD_PARAM,
          std::string(all[i].name) + " shares memory with " + all[j].name);
    }
  }
}

}  // namespace cudnn

using namespace cudnn;

extern "C" {

CAMBIUM_EMULATOR_EXPORT size_t cudnnGetVersion() { return static_cast<size_t>(version()); }

CAMBIUM_EMULATOR_EXPORT size_t cudnnGetCudartVersion() {
  int driver = 0;
  cuDriverGetVersion(&driver);
  return static_cast<size_t>(emulated::setting("CAMBIUM_EMULATOR_CUDNN_CUDA", driver < 13000 ? 12080 : 13000));
}

CAMBIUM_EMULATOR_EXPORT int cudnnGetProperty(int type, int* value) {
  return call("cudnnGetProperty", [&] {
    const int part = emulated::versionPart(version(), numberedAnew() ? 10000 : 1000, type);
    require(value != nullptr && part >= 0, Status::BAD_PARAM, "the property is " + std::to_string(type));
    *value = part;
  });
}

CAMBIUM_EMULATOR_EXPORT const char* cudnnGetErrorString(int status) {
  return numberedAnew() ? find(NAMES_OF_9, status) : find(NAMES_OF_8, status);
}

CAMBIUM_EMULATOR_EXPORT int cudnnCreate(Handle** handle) {
  return call("cudnnCreate", [&] {
    require(handle != nullptr, Status::BAD_PARAM, "the place for the handle is null");
    require(cambium_emulator_context_status() == 0, Status::NOT_INITIALIZED, "there is no usable context");
    *handle = objects<Handle>().create();
  });
}

CAMBIUM_EMULATOR_EXPORT int cudnnDestroy(Handle* handle) { return destroy("cudnnDestroy", handle); }

CAMBIUM_EMULATOR_EXPORT int cudnnSetStream(Handle* handle, CUstream stream) {
  return call("cudnnSetStream", [&] {
    live(handle, "the handle");
    require(cambium_emulator_valid_stream(stream), Status::STREAM_MISMATCH, "there is no such stream");
    handle->stream = stream;
  });
}

CAMBIUM_EMULATOR_EXPORT int cudnnCreateTensorDescriptor(Tensor** descriptor) {
  return create("cudnnCreateTensorDescriptor", descriptor);
}

CAMBIUM_EMULATOR_EXPORT int cudnnDestroyTensorDescriptor(Tensor* descriptor) {
  return destroy("cudnnDestroyTensorDescriptor", descriptor);
}

CAMBIUM_EMULATOR_EXPORT int cudnnSetTensor4dDescriptorEx(
    Tensor* descriptor, int type, int n, int c, int h, int w, int nStride, int cStride, int hStride, int wStride) {
  return call("cudnnSetTensor4dDescriptorEx", [&] {
    Tensor& tensor = filled(descriptor);
    requireType(type);
    const Tensor next{true, type, {n, c, h, w}, {nStride, cStride, hStride, wStride}};
    requirePositive(next.size, 4, "size");
    requirePositive(next.stride, 4, "stride");
    require(next.bytes() / next.width() < (size_t(1) << 31), Status::NOT_SUPPORTED, "the tensor has 2^31 elements or more");
    tensor = next;
  });
}

CAMBIUM_EMULATOR_EXPORT int cudnnCreateFilterDescriptor(Filter** descriptor) {
  return create("cudnnCreateFilterDescriptor", descriptor);
}

CAMBIUM_EMULATOR_EXPORT int cudnnDestroyFilterDescriptor(Filter* descriptor) {
  return destroy("cudnnDestroyFilterDescriptor", descriptor);
}

CAMBIUM_EMULATOR_EXPORT int cudnnSetFilter4dDescriptor(Filter* descriptor, int type, int format, int k, int c, int h, int w) {
  return call("cudnnSetFilter4dDescriptor", [&] {
    Filter& filter = filled(descriptor);
    requireType(type);
    require(format >= NCHW && format <= NCHW_VECT_C, Status::BAD_PARAM, "the format is " + std::to_string(format));
    const int sizes[] = {k, c, h, w};
    requirePositive(sizes, 4, "size");
    filter = {true, type, format, k, c, h, w};
  });
}

CAMBIUM_EMULATOR_EXPORT int cudnnCreateConvolutionDescriptor(Convolution** descriptor) {
  return create("cudnnCreateConvolutionDescriptor", descriptor);
}

CAMBIUM_EMULATOR_EXPORT int cudnnDestroyConvolutionDescriptor(Convolution* descriptor) {
  return destroy("cudnnDestroyConvolutionDescriptor", descriptor);
}

// Leaves math type and group count as they are.
CAMBIUM_EMULATOR_EXPORT int cudnnSetConvolution2dDescriptor(Convolution* descriptor, int paddingHeight, int paddingWidth,
    int strideHeight, int strideWidth, int dilationHeight, int dilationWidth, int mode, int type) {
  return call("cudnnSetConvolution2dDescriptor", [&] {
    Convolution& convolution = filled(descriptor);
    require(paddingHeight >= 0 && paddingWidth >= 0, Status::BAD_PARAM, "a padding is negative");
    const Convolution next{true, {paddingHeight, paddingWidth}, {strideHeight, strideWidth}, {dilationHeight, dilationWidth}, mode, type,
        convolution.math, convolution.groups};
    requirePositive(next.stride, 2, "stride");
    requirePositive(next.dilation, 2, "dilation");
    require(mode == CONVOLUTION || mode == CROSS_CORRELATION, Status::BAD_PARAM, "the mode is " + std::to_string(mode));
    requireType(type);
    convolution = next;
  });
}

CAMBIUM_EMULATOR_EXPORT int cudnnSetConvolutionMathType(Convolution* descriptor, int math) {
  return call("cudnnSetConvolutionMathType", [&] {
    Convolution& convolution = filled(descriptor);
    require(math >= DEFAULT_MATH && math <= FMA_MATH, Status::BAD_PARAM, "the math type is " + std::to_string(math));
    convolution.math = math;
  });
}

CAMBIUM_EMULATOR_EXPORT int cudnnSetConvolutionGroupCount(Convolution* descriptor, int groups) {
  return call("cudnnSetConvolutionGroupCount", [&] {
    Convolution& convolution = filled(descriptor);
    require(groups > 0, Status::BAD_PARAM, "the group count is " + std::to_string(groups));
    convolution.groups = groups;
  });
}

CAMBIUM_EMULATOR_EXPORT int cudnnCreatePoolingDescriptor(Pooling** descriptor) {
  return create("cudnnCreatePoolingDescriptor", descriptor);
}

CAMBIUM_EMULATOR_EXPORT int cudnnDestroyPoolingDescriptor(Pooling* descriptor) {
  return destroy("cudnnDestroyPoolingDescriptor", descriptor);
}

CAMBIUM_EMULATOR_EXPORT int cudnnSetPooling2dDescriptor(Pooling* descriptor, int mode, int propagateNan, int windowHeight,
    int windowWidth, int paddingHeight, int paddingWidth, int strideHeight, int strideWidth) {
  return call("cudnnSetPooling2dDescriptor", [&] {
    Pooling& pooling = filled(descriptor);
    require(mode >= MAX && mode <= MAX_DETERMINISTIC, Status::BAD_PARAM, "the mode is " + std::to_string(mode));
    require(propagateNan == 0 || propagateNan == 1, Status::BAD_PARAM, "the NaN option is " + std::to_string(propagateNan));
    require(paddingHeight >= 0 && paddingWidth >= 0, Status::BAD_PARAM, "a padding is negative");
    const Pooling next{true, mode, propagateNan, {windowHeight, windowWidth}, {paddingHeight, paddingWidth}, {strideHeight, strideWidth}};
    requirePositive(next.window, 2, "window");
    requirePositive(next.stride, 2, "stride");
    pooling = next;
  });
}

}  // extern "C"
