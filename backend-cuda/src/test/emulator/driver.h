// The state of the emulated driver: contexts, streams, events, modules, graphs, and the commands that wait in streams.
#ifndef CAMBIUM_DRIVER_H
#define CAMBIUM_DRIVER_H

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "cuda_types.h"
#include "memory.h"
#include "ptx.h"

struct Capture;
struct Stream;

struct Context {
  int device = 0;
  int retained = 0;
  int failure = SUCCESS;  // sticky: what every call returns from then on
  std::shared_ptr<Stream> default_stream;

  // Notes a failure of a command, once.
  void fail(int status, const std::string& why);
};

// Something that a stream does when its turn comes. It returns a status, and may run several times in a graph.
struct Command {
  std::string name;
  std::function<int()> run;
};

// A place in a stream that an event has marked.
struct Mark {
  std::shared_ptr<Stream> stream;
  bool reached = false;
  std::chrono::steady_clock::time_point when;
  std::shared_ptr<Capture> capture;  // of a mark in a stream that is being captured
  std::set<size_t> nodes;            // that come before it there
};

// Commands do not run before something waits for them, so that a caller that does not wait meets old values.
struct Stream {
  Context* context = nullptr;
  bool blocking = false;  // waits for the default stream
  bool destroyed = false;
  std::deque<Command> commands;
  std::shared_ptr<Capture> capture;
  std::set<size_t> capture_ends;  // the nodes that what comes next depends on
};

struct Event {
  Context* context = nullptr;
  bool timed = false;
  std::shared_ptr<Mark> mark;  // the last record, or null
};

struct Graph {
  Context* context = nullptr;
  std::shared_ptr<std::vector<Command>> nodes = std::make_shared<std::vector<Command>>();
};

// A stream that notes its commands, and the streams that joined it through events.
struct Capture {
  std::shared_ptr<Graph> graph = std::make_shared<Graph>();
  std::shared_ptr<Stream> origin;
  std::set<std::shared_ptr<Stream>> streams;
  std::vector<std::set<size_t>> before;  // of each node, the nodes that it depends on directly
  std::thread::id thread;
  int mode = 0;
  bool invalidated = false;
};

struct Module {
  Context* context = nullptr;
  bool unloaded = false;
  ptx::Program program;
};

struct MachineCode;

struct Function {
  std::shared_ptr<Module> module;
  const ptx::Entry* entry = nullptr;
  const MachineCode* code = nullptr;
  uint32_t sites = 0;
};

// A number that has been no handle before, of any kind.
uintptr_t next_handle();

// The objects of one kind that live, by their handles.
template <typename T>
class Handles {
 public:
  void* add(std::shared_ptr<T> object) {
    uintptr_t handle = next_handle();
    live_[handle] = std::move(object);
    return reinterpret_cast<void*>(handle);
  }

  std::shared_ptr<T> find(const void* handle) const {
    auto found = live_.find(reinterpret_cast<uintptr_t>(handle));
    return found == live_.end() ? nullptr : found->second;
  }

  void* handle_of(const T* object) const {
    for (const auto& entry : live_) {
      if (entry.second.get() == object) return reinterpret_cast<void*>(entry.first);
    }
    return nullptr;
  }

  void remove(const void* handle) { live_.erase(reinterpret_cast<uintptr_t>(handle)); }

  template <typename Condition>
  void remove_if(Condition condition) {
    for (auto entry = live_.begin(); entry != live_.end();) entry = condition(*entry->second) ? live_.erase(entry) : std::next(entry);
  }

  const std::map<uintptr_t, std::shared_ptr<T>>& live() const { return live_; }

 private:
  std::map<uintptr_t, std::shared_ptr<T>> live_;
};

struct Driver {
  std::recursive_mutex mutex;  // held by every call, also while kernels run
  bool initialized = false;
  Memory memory;
  Handles<Context> contexts;
  Handles<Stream> streams;
  Handles<Event> events;
  Handles<Module> modules;
  Handles<Function> functions;
  Handles<Graph> graphs;
  Handles<Graph> executables;
  std::map<int, std::shared_ptr<Context>> primary;  // by device
  std::set<std::shared_ptr<Capture>> captures;      // that have not ended
  const Context* running = nullptr;                 // of the command that runs now

  // What the calling thread has made current, or null.
  static thread_local std::shared_ptr<Context> current;

  // Destroys a context with all that belongs to it.
  void destroy(const std::shared_ptr<Context>& context);
};

Driver& driver();

// Adds a command to a stream, or to the graph that captures it. Returns a status.
int give(const std::shared_ptr<Stream>& stream, Command command);

// Runs the oldest command of a stream that has some.
void run_one(Stream* stream);

// Runs all commands of a stream, and what they wait for in others. Returns the context's failure.
int run_all(const std::shared_ptr<Stream>& stream);

// Runs everything of a context.
int run_all(const Context* context);

// Runs a stream up to a mark.
void reach(const Mark& mark);

// Marks the present end of a stream.
std::shared_ptr<Mark> mark_end(const std::shared_ptr<Stream>& stream);

// Lets what comes next in a stream wait for a mark. Returns a status.
int wait_for(const std::shared_ptr<Stream>& stream, const std::shared_ptr<Mark>& mark);

// Whether a call that may wait for the device is forbidden to the calling thread, because a capture that it began, or one of mode
// "global" of anybody, is not over. The capture is then invalid.
bool forbidden_by_capture();

// The stream of a handle: one that was created, or the default stream for null and CU_STREAM_LEGACY. Null when there is none, or when
// it is of another context.
std::shared_ptr<Stream> stream_of(CUstream handle);

// What a call needs.
enum Needs { NOTHING, INITIALIZED, CONTEXT };

// Runs the body of a call of the API under the lock: counts it, fails it when that is wished for, and checks what it needs.
int call(const char* name, Needs needs, const std::function<int()>& body);

// Launches a kernel now. Returns a status.
int run_kernel(const Function& function, const uint32_t grid[3], const uint32_t block[3], const std::vector<uint8_t>& arguments);

// Reads a text of PTX, checks it against device and driver, and translates it. Returns a status and says in the log what is wrong.
int load_module(const char* text, const std::shared_ptr<Context>& context, std::shared_ptr<Module>* module, std::string* log);

#endif
