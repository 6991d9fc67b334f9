// The calls about streams, events and graphs.
#include "driver.h"
#include "settings.h"

namespace {

int create_stream(CUstream* handle, unsigned flags) {
  if (handle == nullptr || flags > 1) return INVALID_VALUE;
  auto stream = std::make_shared<Stream>();
  stream->context = Driver::current.get();
  stream->blocking = flags == 0;
  *handle = static_cast<CUstream>(driver().streams.add(stream));
  return SUCCESS;
}

// A capture cannot go on without its stream.
void leave_capture(const std::shared_ptr<Stream>& stream) {
  if (stream->capture == nullptr) return;
  stream->capture->invalidated = true;
  stream->capture->streams.erase(stream);
}

std::shared_ptr<Event> event_of(CUevent handle) {
  std::shared_ptr<Event> event = driver().events.find(handle);
  return event != nullptr && event->context == Driver::current.get() ? event : nullptr;
}

int elapsed(float* milliseconds, const Event* start, const Event* end) {
  if (milliseconds == nullptr) return INVALID_VALUE;
  if (start == nullptr || end == nullptr || !start->timed || !end->timed || start->mark == nullptr || end->mark == nullptr) return INVALID_HANDLE;
  if (start->mark->capture != nullptr || end->mark->capture != nullptr) return CAPTURED_EVENT;
  if (!start->mark->reached || !end->mark->reached) return NOT_READY;
  *milliseconds = std::chrono::duration<float, std::milli>(end->mark->when - start->mark->when).count();
  return SUCCESS;
}

int begin_capture(CUstream handle, int mode) {
  std::shared_ptr<Stream> stream = stream_of(handle);
  if (stream == nullptr) return INVALID_HANDLE;
  if (mode < 0 || mode > 2) return INVALID_VALUE;
  if (stream == Driver::current->default_stream) return STREAM_CAPTURE_UNSUPPORTED;
  if (stream->capture != nullptr) return 401;  // ILLEGAL_STATE
  auto capture = std::make_shared<Capture>();
  capture->graph->context = Driver::current.get();
  capture->origin = stream;
  capture->streams.insert(stream);
  capture->thread = std::this_thread::get_id();
  capture->mode = mode;
  stream->capture = capture;
  stream->capture_ends.clear();
  driver().captures.insert(capture);
  return SUCCESS;
}

// Whether all that was captured comes before the end of the capture's first stream.
bool is_joined(const Capture& capture) {
  std::set<size_t> reached;
  std::vector<size_t> open(capture.origin->capture_ends.begin(), capture.origin->capture_ends.end());
  while (!open.empty()) {
    size_t node = open.back();
    open.pop_back();
    if (reached.insert(node).second) open.insert(open.end(), capture.before[node].begin(), capture.before[node].end());
  }
  return reached.size() == capture.before.size();
}

int end_capture(CUstream handle, CUgraph* graph) {
  std::shared_ptr<Stream> stream = stream_of(handle);
  if (stream == nullptr) return INVALID_HANDLE;
  if (graph == nullptr) return INVALID_VALUE;
  std::shared_ptr<Capture> capture = stream->capture;
  if (capture == nullptr) return 401;  // ILLEGAL_STATE
  if (capture->origin != stream) return STREAM_CAPTURE_UNMATCHED;
  constexpr int RELAXED = 2;
  if (capture->mode != RELAXED && capture->thread != std::this_thread::get_id()) return STREAM_CAPTURE_WRONG_THREAD;
  bool joined = is_joined(*capture);
  for (const std::shared_ptr<Stream>& part : capture->streams) {
    part->capture = nullptr;
    part->capture_ends.clear();
  }
  driver().captures.erase(capture);
  std::shared_ptr<Graph> captured = std::move(capture->graph);
  capture->graph = nullptr;
  capture->streams.clear();
  capture->origin = nullptr;
  *graph = nullptr;
  if (capture->invalidated) return STREAM_CAPTURE_INVALIDATED;
  if (!joined) return STREAM_CAPTURE_UNJOINED;
  *graph = static_cast<CUgraph>(driver().graphs.add(captured));
  return SUCCESS;
}

// The nodes in the order in which they were captured, which every dependency agrees with.
int run_graph(const std::vector<Command>& nodes) {
  for (const Command& node : nodes) {
    int status = node.run();
    if (status != SUCCESS) return status;
  }
  return SUCCESS;
}

}  // namespace

EXPORTED CUresult cuStreamCreate(CUstream* stream, unsigned flags) {
  return call("cuStreamCreate", CONTEXT, [&] { return create_stream(stream, flags); });
}

EXPORTED CUresult cuStreamDestroy_v2(CUstream handle) {
  return call("cuStreamDestroy_v2", CONTEXT, [&]() -> int {
    std::shared_ptr<Stream> stream = driver().streams.find(handle);
    if (stream == nullptr || stream->context != Driver::current.get()) return INVALID_HANDLE;
    leave_capture(stream);
    int status = run_all(stream);
    driver().streams.remove(handle);
    return status;
  });
}

EXPORTED CUresult cuStreamSynchronize(CUstream handle) {
  return call("cuStreamSynchronize", CONTEXT, [&]() -> int {
    std::shared_ptr<Stream> stream = stream_of(handle);
    if (stream == nullptr) return INVALID_HANDLE;
    if (stream->capture != nullptr) {
      stream->capture->invalidated = true;
      return STREAM_CAPTURE_UNSUPPORTED;
    }
    return run_all(stream);
  });
}

// Each question lets the stream get on by one command, so that who asks again and again gets an answer.
EXPORTED CUresult cuStreamQuery(CUstream handle) {
  return call("cuStreamQuery", CONTEXT, [&]() -> int {
    std::shared_ptr<Stream> stream = stream_of(handle);
    if (stream == nullptr) return INVALID_HANDLE;
    if (stream->capture != nullptr) {
      stream->capture->invalidated = true;
      return STREAM_CAPTURE_UNSUPPORTED;
    }
    if (stream->commands.empty()) return SUCCESS;
    run_one(stream.get());
    return stream->context->failure != SUCCESS ? stream->context->failure : NOT_READY;
  });
}

EXPORTED CUresult cuStreamIsCapturing(CUstream handle, int* status) {
  return call("cuStreamIsCapturing", CONTEXT, [&]() -> int {
    std::shared_ptr<Stream> stream = stream_of(handle);
    if (stream == nullptr) return INVALID_HANDLE;
    if (status == nullptr) return INVALID_VALUE;
    *status = stream->capture == nullptr ? 0 : stream->capture->invalidated ? 2 : 1;
    return SUCCESS;
  });
}

EXPORTED CUresult cuStreamWaitEvent(CUstream handle, CUevent event_handle, unsigned flags) {
  return call("cuStreamWaitEvent", CONTEXT, [&]() -> int {
    std::shared_ptr<Stream> stream = stream_of(handle);
    // An event may be of another device, a stream not.
    std::shared_ptr<Event> event = driver().events.find(event_handle);
    if (stream == nullptr || event == nullptr) return INVALID_HANDLE;
    if (flags != 0) return INVALID_VALUE;
    return event->mark == nullptr ? SUCCESS : wait_for(stream, event->mark);
  });
}

EXPORTED CUresult cuStreamBeginCapture_v2(CUstream stream, int mode) {
  return call("cuStreamBeginCapture_v2", CONTEXT, [&] { return begin_capture(stream, mode); });
}

EXPORTED CUresult cuStreamEndCapture(CUstream stream, CUgraph* graph) {
  return call("cuStreamEndCapture", CONTEXT, [&] { return end_capture(stream, graph); });
}

EXPORTED CUresult cuEventCreate(CUevent* handle, unsigned flags) {
  return call("cuEventCreate", CONTEXT, [&]() -> int {
    constexpr unsigned BLOCKING_SYNC = 1, DISABLE_TIMING = 2;
    if (handle == nullptr || (flags & ~(BLOCKING_SYNC | DISABLE_TIMING)) != 0) return INVALID_VALUE;
    auto event = std::make_shared<Event>();
    event->context = Driver::current.get();
    event->timed = (flags & DISABLE_TIMING) == 0;
    *handle = static_cast<CUevent>(driver().events.add(event));
    return SUCCESS;
  });
}

EXPORTED CUresult cuEventRecord(CUevent event_handle, CUstream handle) {
  return call("cuEventRecord", CONTEXT, [&]() -> int {
    std::shared_ptr<Stream> stream = stream_of(handle);
    std::shared_ptr<Event> event = event_of(event_handle);
    if (stream == nullptr || event == nullptr) return INVALID_HANDLE;
    event->mark = mark_end(stream);
    return SUCCESS;
  });
}

EXPORTED CUresult cuEventSynchronize(CUevent handle) {
  return call("cuEventSynchronize", CONTEXT, [&]() -> int {
    std::shared_ptr<Event> event = event_of(handle);
    if (event == nullptr) return INVALID_HANDLE;
    if (event->mark == nullptr) return SUCCESS;
    if (event->mark->capture != nullptr) return CAPTURED_EVENT;
    if (forbidden_by_capture()) return STREAM_CAPTURE_UNSUPPORTED;
    reach(*event->mark);
    return Driver::current->failure;
  });
}

EXPORTED CUresult cuEventQuery(CUevent handle) {
  return call("cuEventQuery", CONTEXT, [&]() -> int {
    std::shared_ptr<Event> event = event_of(handle);
    if (event == nullptr) return INVALID_HANDLE;
    if (event->mark == nullptr || event->mark->reached) return SUCCESS;
    if (event->mark->capture != nullptr) return CAPTURED_EVENT;
    if (forbidden_by_capture()) return STREAM_CAPTURE_UNSUPPORTED;
    if (!event->mark->stream->commands.empty()) run_one(event->mark->stream.get());
    return Driver::current->failure != SUCCESS ? Driver::current->failure : NOT_READY;
  });
}

EXPORTED CUresult cuEventElapsedTime(float* milliseconds, CUevent start, CUevent end) {
  return call("cuEventElapsedTime", CONTEXT, [&] { return elapsed(milliseconds, event_of(start).get(), event_of(end).get()); });
}

EXPORTED CUresult cuEventDestroy_v2(CUevent handle) {
  return call("cuEventDestroy_v2", CONTEXT, [&]() -> int {
    if (event_of(handle) == nullptr) return INVALID_HANDLE;
    driver().events.remove(handle);
    return SUCCESS;
  });
}

EXPORTED CUresult cuGraphInstantiateWithFlags(CUgraphExec* executable, CUgraph handle, unsigned long long flags) {
  return call("cuGraphInstantiateWithFlags", CONTEXT, [&]() -> int {
    std::shared_ptr<Graph> graph = driver().graphs.find(handle);
    if (executable == nullptr || graph == nullptr || graph->context != Driver::current.get() || flags != 0) return INVALID_VALUE;
    *executable = static_cast<CUgraphExec>(driver().executables.add(std::make_shared<Graph>(*graph)));
    return SUCCESS;
  });
}

EXPORTED CUresult cuGraphLaunch(CUgraphExec handle, CUstream stream_handle) {
  return call("cuGraphLaunch", CONTEXT, [&]() -> int {
    std::shared_ptr<Graph> graph = driver().executables.find(handle);
    std::shared_ptr<Stream> stream = stream_of(stream_handle);
    if (graph == nullptr || graph->context != Driver::current.get()) return INVALID_VALUE;
    if (stream == nullptr) return INVALID_HANDLE;
    return give(stream, {"graph", [nodes = graph->nodes] { return run_graph(*nodes); }});
  });
}

EXPORTED CUresult cuGraphExecDestroy(CUgraphExec handle) {
  return call("cuGraphExecDestroy", CONTEXT, [&]() -> int {
    if (driver().executables.find(handle) == nullptr) return INVALID_VALUE;
    driver().executables.remove(handle);
    return SUCCESS;
  });
}

EXPORTED CUresult cuGraphDestroy(CUgraph handle) {
  return call("cuGraphDestroy", CONTEXT, [&]() -> int {
    if (driver().graphs.find(handle) == nullptr) return INVALID_VALUE;
    driver().graphs.remove(handle);
    return SUCCESS;
  });
}
