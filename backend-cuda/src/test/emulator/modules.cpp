// Loading PTX, finding its kernels, and launching them.
#include <cstring>

#include "compiler.h"
#include "driver.h"
#include "ptx_translator.h"
#include "settings.h"

namespace {

constexpr uint64_t MOST_SHARED_BYTES = 48 << 10;
constexpr uint64_t MOST_THREADS = 1024;

std::string dotted(int version) { return std::to_string(version / 10) + "." + std::to_string(version % 10); }

// The version is looked for before anything else is read: what is newer may say things that nobody knows.
bool is_too_new(const std::string& text, std::string* log) {
  size_t place = text.find(".version");
  int major = 0, minor = 0;
  if (place == std::string::npos || std::sscanf(text.c_str() + place, ".version %d.%d", &major, &minor) != 2) return false;
  if (major * 10 + minor <= settings().newest_ptx()) return false;
  *log = "PTX " + dotted(major * 10 + minor) + " is newer than " + dotted(settings().newest_ptx()) + ", the newest that this driver reads";
  return true;
}

void check(const ptx::Entry& entry) {
  if (entry.shared_bytes > MOST_SHARED_BYTES) {
    throw ptx::Error(entry.line, entry.name + " uses " + std::to_string(entry.shared_bytes) + " bytes of shared memory, more than 49152");
  }
  ptx::translate(entry);
}

enum Option { INFO_LOG = 3, INFO_LOG_BYTES = 4, ERROR_LOG = 5, ERROR_LOG_BYTES = 6 };

// Writes the log where the options ask for it, and how long it is.
void give_log(const std::string& log, unsigned count, const int* options, void** values) {
  char* buffer = nullptr;
  size_t bytes = 0;
  void** length = nullptr;
  for (unsigned i = 0; i < count; i++) {
    if (options[i] == ERROR_LOG) buffer = static_cast<char*>(values[i]);
    if (options[i] == ERROR_LOG_BYTES) {
      bytes = static_cast<unsigned>(reinterpret_cast<uintptr_t>(values[i]));
      length = &values[i];
    }
    if (options[i] == INFO_LOG_BYTES) values[i] = nullptr;
  }
  size_t written = 0;
  if (buffer != nullptr && bytes > 0) {
    written = std::min(log.size(), bytes - 1);
    std::memcpy(buffer, log.data(), written);
    buffer[written] = 0;
  }
  if (length != nullptr) *length = reinterpret_cast<void*>(static_cast<uintptr_t>(written));
}

int load(CUmodule* module, const void* image, unsigned count, const int* options, void** values) {
  if (module == nullptr || image == nullptr) return INVALID_VALUE;
  if (forbidden_by_capture()) return STREAM_CAPTURE_UNSUPPORTED;
  std::shared_ptr<Module> loaded;
  std::string log;
  int status = load_module(static_cast<const char*>(image), Driver::current, &loaded, &log);
  give_log(log, count, options, values);
  if (status != SUCCESS) {
    say(log);
    return status;
  }
  *module = static_cast<CUmodule>(driver().modules.add(loaded));
  return SUCCESS;
}

std::shared_ptr<Module> module_of(CUmodule handle) {
  std::shared_ptr<Module> module = driver().modules.find(handle);
  return module != nullptr && module->context == Driver::current.get() ? module : nullptr;
}

bool fits(const ptx::Entry& entry, const uint32_t grid[3], const uint32_t block[3]) {
  uint64_t threads = static_cast<uint64_t>(block[0]) * block[1] * block[2];
  if (threads == 0 || threads > MOST_THREADS || block[0] > 1024 || block[1] > 1024 || block[2] > 64) return false;
  if (grid[0] == 0 || grid[1] == 0 || grid[2] == 0 || grid[0] > 0x7fffffffu || grid[1] > 65535 || grid[2] > 65535) return false;
  const uint32_t* most = entry.most_threads;
  if (most[0] > 0 && threads > static_cast<uint64_t>(most[0]) * most[1] * most[2]) return false;
  const uint32_t* required = entry.required_threads;
  return required[0] == 0 || std::equal(block, block + 3, required);
}

// The arguments as the kernel's parameters lie in memory. False when they do not fit them.
bool arguments_of(const ptx::Entry& entry, void** parameters, void** extra, std::vector<uint8_t>* arguments) {
  const void* buffer = nullptr;
  const size_t* bytes = nullptr;
  if (parameters != nullptr && extra != nullptr) return false;
  if (extra != nullptr) {
    for (; reinterpret_cast<uintptr_t>(*extra) != 0; extra += 2) {
      switch (reinterpret_cast<uintptr_t>(extra[0])) {
        case 1: buffer = extra[1]; break;
        case 2: bytes = static_cast<const size_t*>(extra[1]); break;
        default: return false;
      }
    }
    if (bytes == nullptr || *bytes != entry.parameter_bytes || (buffer == nullptr && *bytes > 0)) return false;
    arguments->assign(static_cast<const uint8_t*>(buffer), static_cast<const uint8_t*>(buffer) + *bytes);
    return true;
  }
  if (parameters == nullptr) return entry.parameters.empty();
  arguments->resize(entry.parameter_bytes);
  for (size_t i = 0; i < entry.parameters.size(); i++) {
    if (parameters[i] == nullptr) return false;
    std::memcpy(arguments->data() + entry.parameters[i].offset, parameters[i], entry.parameters[i].bytes);
  }
  return true;
}

struct Sizes {
  uint32_t grid[3], block[3];
};

int launch(CUfunction handle, const Sizes& sizes, unsigned shared_bytes, CUstream stream_handle, void** parameters, void** extra) {
  std::shared_ptr<Function> function = driver().functions.find(handle);
  std::shared_ptr<Stream> stream = stream_of(stream_handle);
  if (function == nullptr || function->module->context != Driver::current.get() || stream == nullptr) return INVALID_HANDLE;
  const ptx::Entry& entry = *function->entry;
  std::vector<uint8_t> arguments;
  if (!fits(entry, sizes.grid, sizes.block) || shared_bytes + entry.shared_bytes > MOST_SHARED_BYTES) {
    say("cuLaunchKernel: the grid or the block does not fit " + entry.name);
    return INVALID_VALUE;
  }
  if (!arguments_of(entry, parameters, extra, &arguments)) {
    say("cuLaunchKernel: the arguments do not fit the " + std::to_string(entry.parameter_bytes) + " bytes of the parameters of " + entry.name);
    return INVALID_VALUE;
  }
  return give(stream, {"kernel " + entry.name, [function, sizes, arguments] { return run_kernel(*function, sizes.grid, sizes.block, arguments); }});
}

}  // namespace

int load_module(const char* text, const std::shared_ptr<Context>& context, std::shared_ptr<Module>* module, std::string* log) {
  if (std::strncmp(text, "\177ELF", 4) == 0 || std::strstr(text, ".version") == nullptr) {
    *log = "the image is no PTX";
    return INVALID_IMAGE;
  }
  if (is_too_new(text, log)) return UNSUPPORTED_PTX_VERSION;
  auto loaded = std::make_shared<Module>();
  loaded->context = context.get();
  try {
    loaded->program = ptx::parse(text);
    for (const ptx::Entry& entry : loaded->program.entries) check(entry);
  } catch (const ptx::Error& error) {
    *log = std::string("ptxas of the emulator: ") + error.what();
    return INVALID_PTX;
  }
  int capability = settings().capability_major * 10 + settings().capability_minor;
  if (loaded->program.target > capability) {
    *log = "the program is for sm_" + std::to_string(loaded->program.target) + ", the device has " + dotted(capability);
    return NO_BINARY_FOR_GPU;
  }
  *module = loaded;
  return SUCCESS;
}

EXPORTED CUresult cuModuleLoadDataEx(CUmodule* module, const void* image, unsigned count, int* options, void** values) {
  return call("cuModuleLoadDataEx", CONTEXT, [&] { return load(module, image, count, options, values); });
}

EXPORTED CUresult cuModuleLoadData(CUmodule* module, const void* image) {
  return call("cuModuleLoadData", CONTEXT, [&] { return load(module, image, 0, nullptr, nullptr); });
}

EXPORTED CUresult cuModuleUnload(CUmodule handle) {
  return call("cuModuleUnload", CONTEXT, [&]() -> int {
    std::shared_ptr<Module> module = module_of(handle);
    if (module == nullptr) return INVALID_HANDLE;
    if (forbidden_by_capture()) return STREAM_CAPTURE_UNSUPPORTED;
    int status = run_all(Driver::current.get());
    // What still launches its kernels, a graph, fails.
    module->unloaded = true;
    driver().functions.remove_if([&](const Function& function) { return function.module == module; });
    driver().modules.remove(handle);
    return status;
  });
}

EXPORTED CUresult cuModuleGetFunction(CUfunction* handle, CUmodule module_handle, const char* name) {
  return call("cuModuleGetFunction", CONTEXT, [&]() -> int {
    if (handle == nullptr || name == nullptr) return INVALID_VALUE;
    std::shared_ptr<Module> module = module_of(module_handle);
    if (module == nullptr) return INVALID_HANDLE;
    for (const auto& entry : driver().functions.live()) {
      if (entry.second->module == module && entry.second->entry->name == name) {
        *handle = reinterpret_cast<CUfunction>(entry.first);
        return SUCCESS;
      }
    }
    for (const ptx::Entry& entry : module->program.entries) {
      if (entry.name != name) continue;
      ptx::Translation translation = ptx::translate(entry);
      auto function = std::make_shared<Function>();
      function->module = module;
      function->entry = &entry;
      function->sites = translation.sites;
      try {
        function->code = &compiled(translation.code);
      } catch (const CompilerError& error) {
        std::fprintf(stderr, "cambium emulator: kernel %s does not compile: %s\n", name, error.what());
        return JIT_COMPILER_NOT_FOUND;
      }
      *handle = static_cast<CUfunction>(driver().functions.add(function));
      return SUCCESS;
    }
    return NOT_FOUND;
  });
}

EXPORTED CUresult cuFuncGetAttribute(int* value, int attribute, CUfunction handle) {
  return call("cuFuncGetAttribute", CONTEXT, [&]() -> int {
    std::shared_ptr<Function> function = driver().functions.find(handle);
    if (function == nullptr) return INVALID_HANDLE;
    if (value == nullptr) return INVALID_VALUE;
    const ptx::Entry& entry = *function->entry;
    uint64_t most = static_cast<uint64_t>(entry.most_threads[0]) * entry.most_threads[1] * entry.most_threads[2];
    switch (attribute) {
      case 0: *value = static_cast<int>(most > 0 && most < MOST_THREADS ? most : MOST_THREADS); break;
      case 1: *value = static_cast<int>(entry.shared_bytes); break;
      case 2:
      case 3: *value = 0; break;
      case 4: *value = 64; break;
      case 5: *value = function->module->program.version; break;
      case 6: *value = settings().capability_major * 10 + settings().capability_minor; break;
      default: return INVALID_VALUE;
    }
    return SUCCESS;
  });
}

EXPORTED CUresult cuLaunchKernel(CUfunction function, unsigned grid_x, unsigned grid_y, unsigned grid_z, unsigned block_x, unsigned block_y, unsigned block_z,
                                 unsigned shared_bytes, CUstream stream, void** parameters, void** extra) {
  Sizes sizes = {{grid_x, grid_y, grid_z}, {block_x, block_y, block_z}};
  return call("cuLaunchKernel", CONTEXT, [&] { return launch(function, sizes, shared_bytes, stream, parameters, extra); });
}
