#include "compiler.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <vector>

#include "settings.h"

extern char** environ;

namespace {

// No multiplication may be contracted with an addition but where PTX says fma, and integers overflow as on a device.
std::vector<std::string> options() {
  std::vector<std::string> options = {"-std=gnu11", "-O2", "-w", "-fPIC", "-shared", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math",
                                      "-fno-strict-aliasing", "-fwrapv"};
#if defined(__x86_64__)
  // Without the instruction, fma is a slow function that computes the same.
  if (__builtin_cpu_supports("fma") && __builtin_cpu_supports("avx2")) {
    options.push_back("-mfma");
    options.push_back("-mavx2");
  }
#endif
  if (!settings().approximations.empty()) options.push_back("-DHARDWARE_APPROXIMATIONS=" + settings().approximations + "u");
  return options;
}

// FNV-1a, twice with different beginnings.
std::string key_of(const std::string& code) {
  std::string all = code;
  for (const std::string& option : options()) all += "\n" + option;
  char text[40];
  uint64_t hashes[2] = {0xcbf29ce484222325ull, 0x9ae16a3b2f90404full};
  for (uint64_t& hash : hashes) {
    for (unsigned char c : all) hash = (hash ^ c) * 0x100000001b3ull;
    hash ^= hash >> 29;
  }
  std::snprintf(text, sizeof text, "%016llx%016llx", static_cast<unsigned long long>(hashes[0]), static_cast<unsigned long long>(hashes[1]));
  return text;
}

std::string contents_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

// Runs a program with its output in a file, and returns its exit status, or -1 when it does not start.
int run(const std::vector<std::string>& command, const std::string& log) {
  std::vector<char*> arguments;
  for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_adddup2(&actions, 1, 2);
  pid_t child = 0;
  int failed = posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  int status = 0;
  if (failed != 0 || waitpid(child, &status, 0) != child) return -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

// Several processes may do the same at once: each works on files of its own, and the last renaming wins.
void build(const std::string& code, const std::string& library) {
  std::error_code ignored;  // the compiler says what is wrong with a folder that is not there
  std::filesystem::create_directories(settings().cache, ignored);
  std::string own = library + "." + std::to_string(getpid()), source = own + ".c", object = own + ".so", log = own + ".log";
  std::ofstream(source, std::ios::binary) << code;
  const char* compiler = std::getenv("CAMBIUM_EMULATOR_CC");
  std::vector<std::string> command = {compiler == nullptr ? "gcc" : compiler};
  for (const std::string& option : options()) command.push_back(option);
  for (const char* argument : {"-o", object.c_str(), source.c_str(), "-lm"}) command.push_back(argument);
  int status = run(command, log);
  std::string said = contents_of(log);
  unlink(source.c_str());
  unlink(log.c_str());
  if (status != 0) throw CompilerError(command[0] + " in " + settings().cache + " ended with " + std::to_string(status) + ": " + said);
  if (std::rename(object.c_str(), library.c_str()) != 0) throw CompilerError("cannot write " + library);
}

MachineCode load(const std::string& library) {
  void* handle = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) throw CompilerError(dlerror());
  MachineCode code;
  code.run_block = reinterpret_cast<void (*)(Block*, Thread*)>(dlsym(handle, "cambium_run_block"));
  void* bytes = dlsym(handle, "cambium_thread_bytes");
  if (code.run_block == nullptr || bytes == nullptr) throw CompilerError(library + " is not a kernel");
  code.thread_bytes = *static_cast<uint64_t*>(bytes);
  return code;
}

}  // namespace

const MachineCode& compiled(const std::string& code) {
  static std::map<std::string, MachineCode> known;
  std::string key = key_of(code);
  auto found = known.find(key);
  if (found != known.end()) return found->second;
  std::string library = settings().cache + "/" + key + ".so";
  if (access(library.c_str(), R_OK) != 0) build(code, library);
  return known[key] = load(library);
}
