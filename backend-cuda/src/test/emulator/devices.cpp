// The calls of the driver about itself, its devices and their contexts, and what libraries on the driver call.
#include <cstring>

#include "driver.h"
#include "settings.h"

namespace {

constexpr char NAME[] = "Cambium emulator (no GPU)";

bool is_device(CUdevice device) { return device >= 0 && device < static_cast<int>(settings().devices.size()); }

// Numbers of CUdevice_attribute. What is not known is an error, not a guess.
int attribute_of(int attribute, CUdevice device, int* value) {
  switch (attribute) {
    case 1: *value = 1024; break;                      // MAX_THREADS_PER_BLOCK
    case 2:
    case 3: *value = 1024; break;                      // MAX_BLOCK_DIM_X, Y
    case 4: *value = 64; break;                        // MAX_BLOCK_DIM_Z
    case 5: *value = 0x7fffffff; break;                // MAX_GRID_DIM_X
    case 6:
    case 7: *value = 65535; break;                     // MAX_GRID_DIM_Y, Z
    case 8: *value = 49152; break;                     // MAX_SHARED_MEMORY_PER_BLOCK
    case 9: *value = 65536; break;                     // TOTAL_CONSTANT_MEMORY
    case 10: *value = 32; break;                       // WARP_SIZE
    case 12: *value = 65536; break;                    // MAX_REGISTERS_PER_BLOCK
    case 13: *value = 1000000; break;                  // CLOCK_RATE in kHz
    case 16: *value = 2; break;                        // MULTIPROCESSOR_COUNT
    case 17: *value = 0; break;                        // KERNEL_EXEC_TIMEOUT
    case 18: *value = 0; break;                        // INTEGRATED
    case 19: *value = 1; break;                        // CAN_MAP_HOST_MEMORY
    case 20: *value = 0; break;                        // COMPUTE_MODE, default
    case 31: *value = 1; break;                        // CONCURRENT_KERNELS
    case 32: *value = 0; break;                        // ECC_ENABLED
    case 33: *value = settings().devices[device] + 1; break;  // PCI_BUS_ID
    case 34:
    case 50: *value = 0; break;                        // PCI_DEVICE_ID, PCI_DOMAIN_ID
    case 36: *value = 1000000; break;                  // MEMORY_CLOCK_RATE in kHz
    case 37: *value = 64; break;                       // GLOBAL_MEMORY_BUS_WIDTH
    case 38: *value = 1 << 20; break;                  // L2_CACHE_SIZE
    case 39: *value = 1024; break;                     // MAX_THREADS_PER_MULTIPROCESSOR
    case 40: *value = 2; break;                        // ASYNC_ENGINE_COUNT
    case 41: *value = 1; break;                        // UNIFIED_ADDRESSING
    case 75: *value = settings().capability_major; break;
    case 76: *value = settings().capability_minor; break;
    case 81: *value = 65536; break;                    // MAX_SHARED_MEMORY_PER_MULTIPROCESSOR
    case 82: *value = 65536; break;                    // MAX_REGISTERS_PER_MULTIPROCESSOR
    case 83: *value = 0; break;                        // MANAGED_MEMORY
    case 87: *value = 32; break;                       // SINGLE_TO_DOUBLE_PRECISION_PERF_RATIO
    case 97: *value = 49152; break;                    // MAX_SHARED_MEMORY_PER_BLOCK_OPTIN
    case 106: *value = 16; break;                      // MAX_BLOCKS_PER_MULTIPROCESSOR
    case 115: *value = 1; break;                       // MEMORY_POOLS_SUPPORTED
    default: say("device attribute " + std::to_string(attribute) + " is not known to the emulator"); return INVALID_VALUE;
  }
  return SUCCESS;
}

int release_primary(CUdevice device) {
  auto found = driver().primary.find(device);
  if (found == driver().primary.end()) return INVALID_CONTEXT;
  std::shared_ptr<Context> context = found->second;
  if (--context->retained > 0) return SUCCESS;
  // Work that is under way ends before the context goes, as if somebody had waited for it.
  run_all(context.get());
  driver().destroy(context);
  driver().primary.erase(device);
  return SUCCESS;
}

}  // namespace

EXPORTED CUresult cuInit(unsigned flags) {
  return call("cuInit", NOTHING, [&]() -> int {
    if (flags != 0) return INVALID_VALUE;
    if (settings().devices.empty()) return NO_DEVICE;
    driver().initialized = true;
    return SUCCESS;
  });
}

EXPORTED CUresult cuDriverGetVersion(int* version) {
  return call("cuDriverGetVersion", NOTHING, [&]() -> int {
    if (version == nullptr) return INVALID_VALUE;
    *version = settings().driver_version;
    return SUCCESS;
  });
}

EXPORTED CUresult cuGetErrorName(CUresult status, const char** name) {
  return call("cuGetErrorName", NOTHING, [&]() -> int {
    if (name == nullptr) return INVALID_VALUE;
    *name = status_name(status);
    return *name == nullptr ? INVALID_VALUE : SUCCESS;
  });
}

EXPORTED CUresult cuGetErrorString(CUresult status, const char** text) {
  return call("cuGetErrorString", NOTHING, [&]() -> int {
    if (text == nullptr) return INVALID_VALUE;
    *text = status_text(status);
    return *text == nullptr ? INVALID_VALUE : SUCCESS;
  });
}

EXPORTED CUresult cuDeviceGetCount(int* count) {
  return call("cuDeviceGetCount", INITIALIZED, [&]() -> int {
    if (count == nullptr) return INVALID_VALUE;
    *count = static_cast<int>(settings().devices.size());
    return SUCCESS;
  });
}

EXPORTED CUresult cuDeviceGet(CUdevice* device, int index) {
  return call("cuDeviceGet", INITIALIZED, [&]() -> int {
    if (device == nullptr) return INVALID_VALUE;
    if (!is_device(index)) return INVALID_DEVICE;
    *device = index;
    return SUCCESS;
  });
}

EXPORTED CUresult cuDeviceGetName(char* name, int bytes, CUdevice device) {
  return call("cuDeviceGetName", INITIALIZED, [&]() -> int {
    if (name == nullptr || bytes <= 0) return INVALID_VALUE;
    if (!is_device(device)) return INVALID_DEVICE;
    std::strncpy(name, NAME, bytes);
    name[bytes - 1] = 0;
    return SUCCESS;
  });
}

EXPORTED CUresult cuDeviceTotalMem_v2(size_t* bytes, CUdevice device) {
  return call("cuDeviceTotalMem_v2", INITIALIZED, [&]() -> int {
    if (bytes == nullptr) return INVALID_VALUE;
    if (!is_device(device)) return INVALID_DEVICE;
    *bytes = settings().memory;
    return SUCCESS;
  });
}

EXPORTED CUresult cuDeviceGetAttribute(int* value, int attribute, CUdevice device) {
  return call("cuDeviceGetAttribute", INITIALIZED, [&]() -> int {
    if (value == nullptr) return INVALID_VALUE;
    return is_device(device) ? attribute_of(attribute, device, value) : INVALID_DEVICE;
  });
}

EXPORTED CUresult cuDevicePrimaryCtxRetain(CUcontext* handle, CUdevice device) {
  return call("cuDevicePrimaryCtxRetain", INITIALIZED, [&]() -> int {
    if (handle == nullptr) return INVALID_VALUE;
    if (!is_device(device)) return INVALID_DEVICE;
    std::shared_ptr<Context>& context = driver().primary[device];
    if (context == nullptr) {
      context = std::make_shared<Context>();
      context->device = device;
      context->default_stream = std::make_shared<Stream>();
      context->default_stream->context = context.get();
      driver().contexts.add(context);
    }
    context->retained++;
    *handle = static_cast<CUcontext>(driver().contexts.handle_of(context.get()));
    return SUCCESS;
  });
}

EXPORTED CUresult cuDevicePrimaryCtxRelease_v2(CUdevice device) {
  return call("cuDevicePrimaryCtxRelease_v2", INITIALIZED, [&] { return is_device(device) ? release_primary(device) : INVALID_DEVICE; });
}

EXPORTED CUresult cuCtxSetCurrent(CUcontext handle) {
  return call("cuCtxSetCurrent", INITIALIZED, [&]() -> int {
    std::shared_ptr<Context> context = driver().contexts.find(handle);
    if (handle != nullptr && context == nullptr) return INVALID_CONTEXT;
    Driver::current = context;
    return SUCCESS;
  });
}

EXPORTED CUresult cuCtxGetCurrent(CUcontext* handle) {
  return call("cuCtxGetCurrent", INITIALIZED, [&]() -> int {
    if (handle == nullptr) return INVALID_VALUE;
    *handle = Driver::current == nullptr ? nullptr : static_cast<CUcontext>(driver().contexts.handle_of(Driver::current.get()));
    return SUCCESS;
  });
}

EXPORTED CUresult cuCtxSynchronize(void) {
  return call("cuCtxSynchronize", CONTEXT, [&]() -> int { return forbidden_by_capture() ? STREAM_CAPTURE_UNSUPPORTED : run_all(Driver::current.get()); });
}

int cambium_emulator_enqueue(CUstream handle, const char* name, int (*run)(void* data), void (*release)(void* data), void* data) {
  std::shared_ptr<void> owned(data, release);
  // Not under the library's name: its calls count, and fail as wished, where they enter the library.
  return call("cambium_emulator_enqueue", CONTEXT, [&]() -> int {
    std::shared_ptr<Stream> stream = stream_of(handle);
    if (stream == nullptr) return INVALID_HANDLE;
    return give(stream, {name, [run, owned] { return run(owned.get()); }});
  });
}

int cambium_emulator_valid_memory(const void* address, size_t bytes) {
  if (bytes == 0) return 1;
  std::lock_guard<std::recursive_mutex> lock(driver().mutex);
  const Context* running = driver().running != nullptr ? driver().running : Driver::current.get();
  return running != nullptr && driver().memory.reached(running->device, reinterpret_cast<uint64_t>(address), bytes) != nullptr;
}

int cambium_emulator_context_status(void) {
  return call("cambium_emulator_context_status", CONTEXT, [] { return SUCCESS; });
}

int cambium_emulator_valid_stream(CUstream handle) {
  return call("cambium_emulator_valid_stream", CONTEXT, [&] { return stream_of(handle) == nullptr ? INVALID_HANDLE : SUCCESS; }) == SUCCESS;
}
