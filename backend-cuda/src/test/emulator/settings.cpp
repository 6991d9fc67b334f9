#include "settings.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <thread>

namespace {

std::string variable(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr || *value == 0 ? otherwise : value;
}

// A size in bytes, with K, M or G behind it.
uint64_t bytes_of(const std::string& text) {
  char* end = nullptr;
  uint64_t value = std::strtoull(text.c_str(), &end, 0);
  switch (*end) {
    case 'K': return value << 10;
    case 'M': return value << 20;
    case 'G': return value << 30;
    default: return value;
  }
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
  return parts;
}

// As the driver reads it: numbers up to the first that is none, or is of no device.
std::vector<int> visible_devices(int count) {
  std::vector<int> result;
  const char* visible = std::getenv("CUDA_VISIBLE_DEVICES");
  if (visible == nullptr) {
    for (int i = 0; i < count; i++) result.push_back(i);
    return result;
  }
  for (const std::string& part : split(visible, ',')) {
    char* end = nullptr;
    long number = std::strtol(part.c_str(), &end, 10);
    if (end == part.c_str() || number < 0 || number >= count) break;
    result.push_back(static_cast<int>(number));
  }
  return result;
}

Settings read() {
  Settings settings;
  settings.driver_version = std::atoi(variable("CAMBIUM_EMULATOR_DRIVER", "13000").c_str());
  std::vector<std::string> capability = split(variable("CAMBIUM_EMULATOR_CAPABILITY", "7.5"), '.');
  settings.capability_major = std::atoi(capability[0].c_str());
  settings.capability_minor = capability.size() > 1 ? std::atoi(capability[1].c_str()) : 0;
  settings.memory = bytes_of(variable("CAMBIUM_EMULATOR_MEMORY", "2G"));
  settings.devices = visible_devices(std::atoi(variable("CAMBIUM_EMULATOR_DEVICES", "1").c_str()));
  settings.verbose = variable("CAMBIUM_EMULATOR_VERBOSE", "0") != "0";
  settings.threads = std::atoi(variable("CAMBIUM_EMULATOR_THREADS", std::to_string(std::thread::hardware_concurrency())).c_str());
  std::string temporary = variable("TMPDIR", "/tmp") + "/cambium-emulator-" + std::to_string(getuid());
  settings.cache = variable("CAMBIUM_EMULATOR_CACHE", temporary);
  settings.leaks = variable("CAMBIUM_EMULATOR_LEAKS", "");
  settings.approximations = variable("CAMBIUM_EMULATOR_APPROXIMATIONS", "");
  settings.failures = variable("CAMBIUM_EMULATOR_FAIL", "");
  return settings;
}

}  // namespace

int Settings::newest_ptx() const {
  int major = driver_version / 1000, minor = driver_version % 1000 / 10;
  if (major >= 13) return 90 + minor;
  if (major == 12) return 80 + (minor <= 5 ? minor : minor == 6 ? 5 : minor - 1);
  if (major == 11) return 70 + minor;
  return 65;
}

const Settings& settings() {
  static const Settings settings = read();
  return settings;
}

void say(const std::string& line) {
  if (settings().verbose) std::fprintf(stderr, "cambium emulator: %s\n", line.c_str());
}
