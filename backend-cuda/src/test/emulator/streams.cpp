// How commands wait, run and are captured.
#include "driver.h"
#include "settings.h"

namespace {

// Adds a node that comes after the end of what the stream has captured.
int capture(const std::shared_ptr<Stream>& stream, Command command) {
  Capture& capture = *stream->capture;
  if (capture.invalidated) return STREAM_CAPTURE_INVALIDATED;
  size_t node = capture.graph->nodes->size();
  capture.graph->nodes->push_back(std::move(command));
  capture.before.push_back(std::move(stream->capture_ends));
  stream->capture_ends = {node};
  return SUCCESS;
}

void push_wait(const std::shared_ptr<Stream>& stream, const std::shared_ptr<Mark>& mark) {
  stream->commands.push_back({"wait", [mark] {
                                reach(*mark);
                                return static_cast<int>(SUCCESS);
                              }});
}

// The default stream and those that were created as blocking wait for each other.
int order_with_default_stream(const std::shared_ptr<Stream>& stream) {
  const std::shared_ptr<Stream>& other = stream->context->default_stream;
  if (stream != other) {
    if (stream->blocking && !other->commands.empty()) push_wait(stream, mark_end(other));
    return SUCCESS;
  }
  for (const auto& entry : driver().streams.live()) {
    const std::shared_ptr<Stream>& created = entry.second;
    if (created->context != stream->context || !created->blocking) continue;
    if (created->capture != nullptr) {
      created->capture->invalidated = true;
      return STREAM_CAPTURE_IMPLICIT;
    }
    if (!created->commands.empty()) push_wait(stream, mark_end(created));
  }
  return SUCCESS;
}

}  // namespace

int give(const std::shared_ptr<Stream>& stream, Command command) {
  if (stream->capture != nullptr) return capture(stream, std::move(command));
  int status = order_with_default_stream(stream);
  if (status == SUCCESS) stream->commands.push_back(std::move(command));
  return status;
}

void run_one(Stream* stream) {
  Command command = std::move(stream->commands.front());
  stream->commands.pop_front();
  Context* context = stream->context;
  // After a failure nothing runs any more; what waits is let go.
  if (context->failure != SUCCESS) return;
  const Context* outer = driver().running;
  driver().running = context;
  int status = command.run();
  driver().running = outer;
  if (status != SUCCESS) context->fail(status, command.name);
}

int run_all(const std::shared_ptr<Stream>& stream) {
  while (!stream->commands.empty()) run_one(stream.get());
  return stream->context->failure;
}

int run_all(const Context* context) {
  run_all(context->default_stream);
  std::vector<std::shared_ptr<Stream>> streams;
  for (const auto& entry : driver().streams.live()) streams.push_back(entry.second);
  // The youngest first: the order of creation is what a caller that forgets to wait relies on unawares.
  for (size_t i = streams.size(); i-- > 0;) {
    if (streams[i]->context == context) run_all(streams[i]);
  }
  return context->failure;
}

void reach(const Mark& mark) {
  while (!mark.reached && !mark.stream->commands.empty()) run_one(mark.stream.get());
}

std::shared_ptr<Mark> mark_end(const std::shared_ptr<Stream>& stream) {
  auto mark = std::make_shared<Mark>();
  mark->stream = stream;
  if (stream->capture != nullptr) {
    mark->capture = stream->capture;
    mark->nodes = stream->capture_ends;
    return mark;
  }
  stream->commands.push_back({"event", [mark] {
                                mark->reached = true;
                                mark->when = std::chrono::steady_clock::now();
                                return static_cast<int>(SUCCESS);
                              }});
  return mark;
}

int wait_for(const std::shared_ptr<Stream>& stream, const std::shared_ptr<Mark>& mark) {
  if (mark->capture != nullptr) {
    if (mark->capture->graph == nullptr) return CAPTURED_EVENT;
    if (stream->capture != nullptr && stream->capture != mark->capture) return STREAM_CAPTURE_MERGE;
    if (stream->capture == nullptr) {
      stream->capture = mark->capture;
      stream->capture_ends.clear();
      mark->capture->streams.insert(stream);
    }
    stream->capture_ends.insert(mark->nodes.begin(), mark->nodes.end());
    return SUCCESS;
  }
  if (stream->capture != nullptr) {
    stream->capture->invalidated = true;
    return STREAM_CAPTURE_ISOLATION;
  }
  if (!mark->reached) push_wait(stream, mark);
  return SUCCESS;
}

bool forbidden_by_capture() {
  bool forbidden = false;
  for (const std::shared_ptr<Capture>& capture : driver().captures) {
    constexpr int GLOBAL = 0, THREAD_LOCAL = 1;
    if (capture->mode == GLOBAL || (capture->mode == THREAD_LOCAL && capture->thread == std::this_thread::get_id())) {
      capture->invalidated = true;
      forbidden = true;
    }
  }
  return forbidden;
}

std::shared_ptr<Stream> stream_of(CUstream handle) {
  const std::shared_ptr<Context>& context = Driver::current;
  if (handle == nullptr || handle == reinterpret_cast<CUstream>(1)) return context->default_stream;
  std::shared_ptr<Stream> stream = driver().streams.find(handle);
  return stream != nullptr && stream->context == context.get() ? stream : nullptr;
}
