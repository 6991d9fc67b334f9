// The calls that allocate, free, copy and fill memory.
#include <cstring>

#include "driver.h"
#include "settings.h"

namespace {

uint64_t number_of(const void* address) { return reinterpret_cast<uint64_t>(address); }

void* pointer_to(uint64_t address) { return reinterpret_cast<void*>(address); }

// Whether a range may be named in a call: it lies in an allocation of this device, which the stream may still have to make.
bool is_device_range(uint64_t address, uint64_t bytes) {
  const Allocation* allocation = driver().memory.containing(address);
  return allocation != nullptr && bytes <= allocation->bytes - (address - allocation->address) &&
         (allocation->kind == Allocation::PINNED || allocation->device == Driver::current->device);
}

// Whether a range of the host is pinned: 1 yes, 0 no, -1 when it begins in pinned memory and ends behind it.
int pinned(const void* address, uint64_t bytes) {
  const Allocation* allocation = driver().memory.containing(number_of(address));
  if (allocation == nullptr) return 0;
  bool whole = allocation->kind == Allocation::PINNED && bytes <= allocation->bytes - (number_of(address) - allocation->address);
  return whole ? 1 : -1;
}

// Checks, when its turn comes, that memory is there; says why not.
bool is_there(const char* call, uint64_t address, uint64_t bytes) {
  if (driver().memory.reached(driver().running->device, address, bytes) != nullptr) return true;
  say(std::string(call) + ": " + std::to_string(bytes) + " bytes " + driver().memory.describe(address));
  return false;
}

Command copy(const char* name, uint64_t to, uint64_t from, uint64_t bytes) {
  return {name, [=]() -> int {
            if (!is_there(name, to, bytes) || !is_there(name, from, bytes)) return ILLEGAL_ADDRESS;
            std::memcpy(pointer_to(to), pointer_to(from), bytes);
            return SUCCESS;
          }};
}

int copy_from_host(CUdeviceptr to, const void* from, size_t bytes, CUstream handle) {
  static const char* const name = "cuMemcpyHtoDAsync";
  std::shared_ptr<Stream> stream = stream_of(handle);
  if (stream == nullptr) return INVALID_HANDLE;
  if (bytes == 0) return SUCCESS;
  int is_pinned = from == nullptr ? -1 : pinned(from, bytes);
  if (!is_device_range(to, bytes) || is_pinned < 0) return INVALID_VALUE;
  if (is_pinned) return give(stream, copy(name, to, number_of(from), bytes));
  // Other memory is staged: it may be changed when the call returns. In a graph it would be read at each launch, when nobody holds it.
  if (stream->capture != nullptr) return STREAM_CAPTURE_UNSUPPORTED;
  auto staged = std::make_shared<std::vector<uint8_t>>(static_cast<const uint8_t*>(from), static_cast<const uint8_t*>(from) + bytes);
  return give(stream, {name, [=]() -> int {
                         if (!is_there(name, to, bytes)) return ILLEGAL_ADDRESS;
                         std::memcpy(pointer_to(to), staged->data(), bytes);
                         return SUCCESS;
                       }});
}

int copy_to_host(void* to, CUdeviceptr from, size_t bytes, CUstream handle) {
  static const char* const name = "cuMemcpyDtoHAsync";
  std::shared_ptr<Stream> stream = stream_of(handle);
  if (stream == nullptr) return INVALID_HANDLE;
  if (bytes == 0) return SUCCESS;
  int is_pinned = to == nullptr ? -1 : pinned(to, bytes);
  if (!is_device_range(from, bytes) || is_pinned < 0) return INVALID_VALUE;
  if (is_pinned) return give(stream, copy(name, number_of(to), from, bytes));
  if (stream->capture != nullptr) return STREAM_CAPTURE_UNSUPPORTED;
  int status = give(stream, {name, [=]() -> int {
                               if (!is_there(name, from, bytes)) return ILLEGAL_ADDRESS;
                               std::memcpy(to, pointer_to(from), bytes);
                               return SUCCESS;
                             }});
  // The driver documents that a copy to such memory returns when it is done.
  return status == SUCCESS ? run_all(stream) : status;
}

int copy_on_device(CUdeviceptr to, CUdeviceptr from, size_t bytes, CUstream handle) {
  std::shared_ptr<Stream> stream = stream_of(handle);
  if (stream == nullptr) return INVALID_HANDLE;
  if (bytes == 0) return SUCCESS;
  bool overlaps = to < from + bytes && from < to + bytes;
  if (!is_device_range(to, bytes) || !is_device_range(from, bytes) || overlaps) return INVALID_VALUE;
  return give(stream, copy("cuMemcpyDtoDAsync", to, from, bytes));
}

// Fills rows of so many elements each, whose beginnings are so many bytes apart.
template <typename Element>
int fill(const char* name, CUdeviceptr to, size_t pitch, Element value, size_t width, size_t rows, CUstream handle) {
  std::shared_ptr<Stream> stream = stream_of(handle);
  if (stream == nullptr) return INVALID_HANDLE;
  if (width == 0 || rows == 0) return SUCCESS;
  uint64_t bytes = (rows - 1) * pitch + width * sizeof(Element);
  bool aligned = to % sizeof(Element) == 0 && (rows == 1 || pitch % sizeof(Element) == 0);
  if (!aligned || (rows > 1 && pitch < width * sizeof(Element)) || !is_device_range(to, bytes)) return INVALID_VALUE;
  return give(stream, {name, [=]() -> int {
                         if (!is_there(name, to, bytes)) return ILLEGAL_ADDRESS;
                         for (size_t row = 0; row < rows; row++) {
                           auto* elements = static_cast<Element*>(pointer_to(to + row * pitch));
                           std::fill(elements, elements + width, value);
                         }
                         return SUCCESS;
                       }});
}

int allocate(CUdeviceptr* address, size_t bytes) {
  if (address == nullptr || bytes == 0) return INVALID_VALUE;
  if (forbidden_by_capture()) return STREAM_CAPTURE_UNSUPPORTED;
  Allocation* allocation = driver().memory.allocate(Allocation::DEVICE, Driver::current->device, bytes);
  // What streams give back is there again once they came to it, which a device need not wait for.
  if (allocation == nullptr) return OUT_OF_MEMORY;
  *address = allocation->address;
  return SUCCESS;
}

int free(CUdeviceptr address) {
  if (address == 0) return SUCCESS;
  Allocation* allocation = driver().memory.at(address);
  if (allocation == nullptr || allocation->kind == Allocation::PINNED || allocation->given_back) return INVALID_VALUE;
  if (allocation->device != Driver::current->device) return INVALID_VALUE;
  if (forbidden_by_capture()) return STREAM_CAPTURE_UNSUPPORTED;
  int status = run_all(Driver::current.get());
  if (status == SUCCESS) driver().memory.free(driver().memory.at(address));
  return status;
}

int allocate_in_order(CUdeviceptr* address, size_t bytes, CUstream handle) {
  if (address == nullptr || bytes == 0) return INVALID_VALUE;
  std::shared_ptr<Stream> stream = stream_of(handle);
  if (stream == nullptr) return INVALID_HANDLE;
  if (stream->capture != nullptr) return STREAM_CAPTURE_UNSUPPORTED;
  int device = Driver::current->device;
  Allocation* allocation = driver().memory.allocate(Allocation::POOL, device, bytes, false);
  if (allocation == nullptr) return OUT_OF_MEMORY;
  uint64_t begin = allocation->address;
  *address = begin;
  return give(stream, {"cuMemAllocAsync", [begin] {
                         driver().memory.at(begin)->live = true;
                         return static_cast<int>(SUCCESS);
                       }});
}

int free_in_order(CUdeviceptr address, CUstream handle) {
  std::shared_ptr<Stream> stream = stream_of(handle);
  if (stream == nullptr) return INVALID_HANDLE;
  if (stream->capture != nullptr) return STREAM_CAPTURE_UNSUPPORTED;
  Allocation* allocation = driver().memory.at(address);
  if (allocation == nullptr || allocation->kind != Allocation::POOL || allocation->given_back) return INVALID_VALUE;
  if (allocation->device != Driver::current->device) return INVALID_VALUE;
  allocation->given_back = true;
  return give(stream, {"cuMemFreeAsync", [address]() -> int {
                         Allocation* freed = driver().memory.at(address);
                         if (!freed->live) {
                           say("cuMemFreeAsync: the stream of the allocation has not come to it, and nothing orders the two streams");
                           return ILLEGAL_ADDRESS;
                         }
                         driver().memory.free(freed);
                         return SUCCESS;
                       }});
}

}  // namespace

EXPORTED CUresult cuMemAlloc_v2(CUdeviceptr* address, size_t bytes) {
  return call("cuMemAlloc_v2", CONTEXT, [&] { return allocate(address, bytes); });
}

EXPORTED CUresult cuMemFree_v2(CUdeviceptr address) {
  return call("cuMemFree_v2", CONTEXT, [&] { return free(address); });
}

EXPORTED CUresult cuMemAllocAsync(CUdeviceptr* address, size_t bytes, CUstream stream) {
  return call("cuMemAllocAsync", CONTEXT, [&] { return allocate_in_order(address, bytes, stream); });
}

EXPORTED CUresult cuMemFreeAsync(CUdeviceptr address, CUstream stream) {
  return call("cuMemFreeAsync", CONTEXT, [&] { return free_in_order(address, stream); });
}

EXPORTED CUresult cuMemGetInfo_v2(size_t* free, size_t* total) {
  return call("cuMemGetInfo_v2", CONTEXT, [&]() -> int {
    if (free == nullptr || total == nullptr) return INVALID_VALUE;
    *total = settings().memory;
    *free = settings().memory - driver().memory.used(Driver::current->device);
    return SUCCESS;
  });
}

EXPORTED CUresult cuMemHostAlloc(void** memory, size_t bytes, unsigned flags) {
  return call("cuMemHostAlloc", CONTEXT, [&]() -> int {
    if (memory == nullptr || bytes == 0 || flags > 7) return INVALID_VALUE;
    if (forbidden_by_capture()) return STREAM_CAPTURE_UNSUPPORTED;
    Allocation* allocation = driver().memory.allocate(Allocation::PINNED, Driver::current->device, bytes);
    if (allocation == nullptr) return OUT_OF_MEMORY;
    *memory = pointer_to(allocation->address);
    return SUCCESS;
  });
}

// A copy that still waits in a stream fails when it comes to memory that is gone.
EXPORTED CUresult cuMemFreeHost(void* memory) {
  return call("cuMemFreeHost", CONTEXT, [&]() -> int {
    Allocation* allocation = driver().memory.at(number_of(memory));
    if (allocation == nullptr || allocation->kind != Allocation::PINNED) return INVALID_VALUE;
    if (forbidden_by_capture()) return STREAM_CAPTURE_UNSUPPORTED;
    driver().memory.free(allocation);
    return SUCCESS;
  });
}

EXPORTED CUresult cuMemcpyHtoDAsync_v2(CUdeviceptr to, const void* from, size_t bytes, CUstream stream) {
  return call("cuMemcpyHtoDAsync_v2", CONTEXT, [&] { return copy_from_host(to, from, bytes, stream); });
}

EXPORTED CUresult cuMemcpyDtoHAsync_v2(void* to, CUdeviceptr from, size_t bytes, CUstream stream) {
  return call("cuMemcpyDtoHAsync_v2", CONTEXT, [&] { return copy_to_host(to, from, bytes, stream); });
}

EXPORTED CUresult cuMemcpyDtoDAsync_v2(CUdeviceptr to, CUdeviceptr from, size_t bytes, CUstream stream) {
  return call("cuMemcpyDtoDAsync_v2", CONTEXT, [&] { return copy_on_device(to, from, bytes, stream); });
}

EXPORTED CUresult cuMemcpyHtoD_v2(CUdeviceptr to, const void* from, size_t bytes) {
  return call("cuMemcpyHtoD_v2", CONTEXT, [&]() -> int {
    if (forbidden_by_capture()) return STREAM_CAPTURE_UNSUPPORTED;
    int status = copy_from_host(to, from, bytes, nullptr);
    return status == SUCCESS ? run_all(Driver::current->default_stream) : status;
  });
}

EXPORTED CUresult cuMemcpyDtoH_v2(void* to, CUdeviceptr from, size_t bytes) {
  return call("cuMemcpyDtoH_v2", CONTEXT, [&]() -> int {
    if (forbidden_by_capture()) return STREAM_CAPTURE_UNSUPPORTED;
    int status = copy_to_host(to, from, bytes, nullptr);
    return status == SUCCESS ? run_all(Driver::current->default_stream) : status;
  });
}

EXPORTED CUresult cuMemsetD8Async(CUdeviceptr to, unsigned char value, size_t count, CUstream stream) {
  return call("cuMemsetD8Async", CONTEXT, [&] { return fill<uint8_t>("cuMemsetD8Async", to, 0, value, count, 1, stream); });
}

EXPORTED CUresult cuMemsetD16Async(CUdeviceptr to, unsigned short value, size_t count, CUstream stream) {
  return call("cuMemsetD16Async", CONTEXT, [&] { return fill<uint16_t>("cuMemsetD16Async", to, 0, value, count, 1, stream); });
}

EXPORTED CUresult cuMemsetD32Async(CUdeviceptr to, unsigned value, size_t count, CUstream stream) {
  return call("cuMemsetD32Async", CONTEXT, [&] { return fill<uint32_t>("cuMemsetD32Async", to, 0, value, count, 1, stream); });
}

EXPORTED CUresult cuMemsetD2D32Async(CUdeviceptr to, size_t pitch, unsigned value, size_t width, size_t rows, CUstream stream) {
  return call("cuMemsetD2D32Async", CONTEXT, [&] { return fill<uint32_t>("cuMemsetD2D32Async", to, pitch, value, width, rows, stream); });
}
