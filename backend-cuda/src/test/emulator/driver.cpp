#include "driver.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "settings.h"

thread_local std::shared_ptr<Context> Driver::current;

namespace {

void write_leaks(Driver& driver) {
  std::ofstream file(settings().leaks, std::ios::app);
  std::string process = "process " + std::to_string(getpid()) + ": ";
  for (const auto& entry : driver.memory.table()) {
    const Allocation& allocation = entry.second;
    const char* kind = allocation.kind == Allocation::PINNED ? "pinned memory" : allocation.kind == Allocation::POOL ? "memory of the pool" : "device memory";
    file << process << kind << ", allocation " << allocation.number << " of " << allocation.bytes << " bytes\n";
  }
  for (const auto& entry : driver.contexts.live()) file << process << "context of device " << entry.second->device << "\n";
  for (const auto& entry : driver.modules.live()) file << process << "module with " << entry.second->program.entries[0].name << "\n";
  auto count = [&](const char* kind, size_t number) {
    if (number > 0) file << process << number << " " << kind << "\n";
  };
  count("streams", driver.streams.live().size());
  count("events", driver.events.live().size());
  count("graphs", driver.graphs.live().size());
  count("executable graphs", driver.executables.live().size());
}

// Counts the calls of each function, from 1. Returns the status that the environment wishes for this one.
int wished_failure(const char* name) {
  static std::map<std::string, long> calls;
  if (settings().failures.empty()) return SUCCESS;
  auto function = settings().failures.find(name);
  if (function == settings().failures.end()) return SUCCESS;
  auto call = function->second.find(++calls[name]);
  return call == function->second.end() ? SUCCESS : call->second;
}

}  // namespace

uintptr_t next_handle() {
  static uintptr_t last = 0x1000;
  return last += 16;
}

Driver& driver() {
  // Never destroyed: threads may still call while the process ends.
  static Driver* driver = [] {
    auto* created = new Driver;
    if (!settings().leaks.empty()) {
      std::atexit([] {
        std::unique_lock<std::recursive_mutex> lock(::driver().mutex, std::try_to_lock);
        if (lock.owns_lock()) write_leaks(::driver());
      });
    }
    return created;
  }();
  return *driver;
}

void Context::fail(int status, const std::string& why) {
  if (failure != SUCCESS) return;
  failure = status;
  const char* name = status_name(status);
  say("device " + std::to_string(device) + " fails with " + (name == nullptr ? std::to_string(status) : name) + " in " + why);
}

void Driver::destroy(const std::shared_ptr<Context>& context) {
  auto belongs = [&](const auto& object) { return object.context == context.get(); };
  functions.remove_if([&](const Function& function) { return function.module->context == context.get(); });
  modules.remove_if(belongs);
  events.remove_if(belongs);
  graphs.remove_if(belongs);
  executables.remove_if(belongs);
  for (const auto& entry : streams.live()) {
    if (belongs(*entry.second)) entry.second->commands.clear();
  }
  streams.remove_if(belongs);
  context->default_stream->commands.clear();
  memory.free_all(context->device);
  contexts.remove(contexts.handle_of(context.get()));
  context->failure = CONTEXT_IS_DESTROYED;
}

int call(const char* name, Needs needs, const std::function<int()>& body) {
  Driver& driver = ::driver();
  std::lock_guard<std::recursive_mutex> lock(driver.mutex);
  if (needs >= INITIALIZED && !driver.initialized) return NOT_INITIALIZED;
  // A context that another thread destroyed stays current here, but serves no more.
  if (needs == CONTEXT && Driver::current == nullptr) return INVALID_CONTEXT;
  if (needs == CONTEXT && Driver::current->failure != SUCCESS) return Driver::current->failure;
  int wished = wished_failure(name);
  if (wished != SUCCESS) {
    say(std::string(name) + " fails with " + std::to_string(wished) + " as CAMBIUM_EMULATOR_FAIL wishes");
    if (is_sticky(wished) && Driver::current != nullptr) Driver::current->fail(wished, name);
    return wished;
  }
  int status = body();
  if (status != SUCCESS && status != NOT_READY) {
    const char* text = status_name(status);
    say(std::string(name) + " returns " + (text == nullptr ? std::to_string(status) : text));
  }
  return status;
}
