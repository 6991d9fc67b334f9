#include "driver.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "emulator.h"
#include "settings.h"

thread_local std::shared_ptr<Context> Driver::current;

namespace {

// What is live, of one context or of all where it is null.
void write_leaks(Driver& driver, const Context* of) {
  std::ofstream file(settings().leaks, std::ios::app);
  std::string process = "process " + std::to_string(getpid()) + ": ";
  auto matters = [&](const auto& object) { return of == nullptr || object.context == of; };
  for (const auto& entry : driver.memory.table()) {
    const Allocation& allocation = entry.second;
    if (of != nullptr && allocation.device != of->device) continue;
    const char* kind = allocation.kind == Allocation::PINNED ? "pinned memory" : allocation.kind == Allocation::POOL ? "memory of the pool" : "device memory";
    file << process << kind << ", allocation " << allocation.number << " of " << allocation.bytes << " bytes\n";
  }
  for (const auto& entry : driver.modules.live()) {
    if (matters(*entry.second)) file << process << "module with " << entry.second->program.entries[0].name << "\n";
  }
  auto count = [&](const char* kind, const auto& handles) {
    size_t number = 0;
    for (const auto& entry : handles.live()) number += matters(*entry.second);
    if (number > 0) file << process << number << " " << kind << "\n";
  };
  count("streams", driver.streams);
  count("events", driver.events);
  count("graphs", driver.graphs);
  count("executable graphs", driver.executables);
}

// What nobody freed before the process ends.
void write_leaks(Driver& driver) {
  for (const auto& entry : driver.contexts.live()) {
    std::ofstream(settings().leaks, std::ios::app) << "process " << getpid() << ": context of device " << entry.second->device << "\n";
  }
  write_leaks(driver, nullptr);
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
  // It takes with it what nobody freed; after a failure nobody could.
  if (!settings().leaks.empty() && context->failure == SUCCESS) write_leaks(*this, context.get());
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
  int wished = cambium_emulator_failure(name);
  if (wished != SUCCESS) {
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
