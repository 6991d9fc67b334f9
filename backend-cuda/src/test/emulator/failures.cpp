// Counts calls, and says which of them are to fail.
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <sstream>
#include <string>
#include <vector>

#include "emulator.h"
#include "settings.h"

namespace {

// Which calls of a function fail, and with what.
struct Range {
  long first, last;
  int status;
};

struct Function {
  long calls = 0;
  std::vector<Range> failures;
};

std::mutex mutex;

// FUNCTION:CALL:STATUS, several with commas between them; CALL+ means that call and all later ones.
std::map<std::string, Function> parse(const std::string& text) {
  std::map<std::string, Function> functions;
  std::istringstream entries(text);
  for (std::string entry; std::getline(entries, entry, ',');) {
    size_t call = entry.find(':');
    char* end = nullptr;
    long first = call == std::string::npos ? 0 : std::strtol(entry.c_str() + call + 1, &end, 10);
    bool onwards = first > 0 && *end == '+';
    if (first < 1 || end[onwards] != ':') {
      std::fprintf(stderr, "CAMBIUM_EMULATOR_FAIL: \"%s\" is not FUNCTION:CALL:STATUS\n", entry.c_str());
      std::abort();
    }
    functions[entry.substr(0, call)].failures.push_back({first, onwards ? LONG_MAX : first, std::atoi(end + onwards + 1)});
  }
  return functions;
}

std::map<std::string, Function>& functions() {
  static auto* functions = new std::map<std::string, Function>(parse(settings().failures));
  return *functions;
}

}  // namespace

int cambium_emulator_failure(const char* name) {
  std::lock_guard<std::mutex> lock(mutex);
  Function& function = functions()[name];
  long call = ++function.calls;
  for (const Range& range : function.failures) {
    if (call < range.first || call > range.last) continue;
    say(std::string(name) + ", call " + std::to_string(call) + ", fails with " + std::to_string(range.status) + " as CAMBIUM_EMULATOR_FAIL wishes");
    return range.status;
  }
  return CAMBIUM_EMULATOR_SUCCESS;
}

void cambium_emulator_fail(const char* failures) {
  std::lock_guard<std::mutex> lock(mutex);
  functions() = parse(failures);
}

long cambium_emulator_calls(const char* name) {
  std::lock_guard<std::mutex> lock(mutex);
  return functions()[name].calls;
}
