// What the emulated cuBLAS and cuDNN share: settings from the environment, reasons of refusals, the products of
// tensor cores, and loops over two threads.
#ifndef CAMBIUM_EMULATOR_LIBRARY_H
#define CAMBIUM_EMULATOR_LIBRARY_H

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "emulator.h"

extern "C" {
int cuDeviceGetAttribute(int* value, int attribute, int device);
int cuDriverGetVersion(int* version);
}

namespace emulated {

// A variable of the environment as a number, or the other value when it is unset or no number.
inline long setting(const char* name, long otherwise) {
  const char* text = std::getenv(name);
  if (text == nullptr) return otherwise;
  char* end = nullptr;
  long value = std::strtol(text, &end, 10);
  return end == text || *end != 0 ? otherwise : value;
}

// Says why a call was refused when CAMBIUM_EMULATOR_VERBOSE is 1: a status alone names no argument.
inline void explain(const char* function, const std::string& reason) {
  static const bool wanted = setting("CAMBIUM_EMULATOR_VERBOSE", 0) != 0;
  if (wanted) std::fprintf(stderr, "cambium emulator: %s: %s\n", function, reason.c_str());
}

// The objects that callers hold by address: one that was never created, or is destroyed, is found out.
template <typename T>
class Objects {
 public:
  T* create() {
    T* object = new T();
    std::lock_guard<std::mutex> lock(mutex_);
    objects_.insert(object);
    return object;
  }

  bool live(const void* object) {
    std::lock_guard<std::mutex> lock(mutex_);
    return objects_.count(object) != 0;
  }

  bool destroy(T* object) {
    std::lock_guard<std::mutex> lock(mutex_);
    if (objects_.erase(object) == 0) return false;
    delete object;
    return true;
  }

 private:
  std::mutex mutex_;
  std::set<const void*> objects_;
};

// What products round their operands to.
enum class Operands { FULL, TF32, HALF };

// Whether tensor cores take float32 operands as TF32: from compute capability 8.0, unless the environment forbids it to all libraries.
inline bool hasTf32() {
  int major = 0;
  const int computeCapabilityMajor = 75;
  cuDeviceGetAttribute(&major, computeCapabilityMajor, 0);
  return major >= 8 && setting("NVIDIA_TF32_OVERRIDE", 1) != 0;
}

// 10 bits of mantissa, halves away from zero.
inline float tf32(float value) {
  if (!std::isfinite(value)) return value;
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  bits = (bits + 0x1000u) & ~0x1fffu;
  std::memcpy(&value, &bits, sizeof bits);
  return value;
}

// 11 significant bits or multiples of 2^-24, infinity from 65520 on.
inline float half(float value) {
  if (!std::isfinite(value) || value == 0) return value;
  int exponent;
  std::frexp(value, &exponent);
  const float unit = std::ldexp(1.0f, std::max(exponent - 11, -24));
  const float rounded = std::nearbyint(value / unit) * unit;
  return std::fabs(rounded) > 65504.0f ? std::copysign(INFINITY, value) : rounded;
}

inline float operand(float value, Operands operands) {
  switch (operands) {
    case Operands::TF32:
      return tf32(value);
    case Operands::HALF:
      return half(value);
    default:
      return value;
  }
}

inline double operand(double value, Operands) { return value; }

// Runs body(from, to) over the range, on two threads where there is enough work for them, and CAMBIUM_EMULATOR_THREADS allows it.
template <typename Body>
void split(long count, double work, Body body) {
  if (count < 2 || work < 1e6 || setting("CAMBIUM_EMULATOR_THREADS", std::thread::hardware_concurrency()) < 2) {
    body(0L, count);
    return;
  }
  std::thread other([&] { body(0L, count / 2); });
  body(count / 2, count);
  other.join();
}

// A part of a version as the libraries' GetProperty gives it: 0 is the major, 1 the minor, 2 the patch version; -1 for other numbers.
// Versions are numbered major * factor + minor * 100 + patch.
inline int versionPart(long version, long factor, int part) {
  switch (part) {
    case 0:
      return static_cast<int>(version / factor);
    case 1:
      return static_cast<int>(version % factor / 100);
    case 2:
      return static_cast<int>(version % 100);
    default:
      return -1;
  }
}

// Whether two ranges of bytes have one in common.
inline bool overlap(const void* a, size_t aBytes, const void* b, size_t bBytes) {
  const auto first = reinterpret_cast<uintptr_t>(a);
  const auto second = reinterpret_cast<uintptr_t>(b);
  return aBytes != 0 && bBytes != 0 && first < second + bBytes && second < first + aBytes;
}

inline bool aligned(const void* address, size_t bytes) { return reinterpret_cast<uintptr_t>(address) % bytes == 0; }

// Leaves NaNs in a workspace, at both ends of it, as a sign that its old content is gone.
inline void poison(void* workspace, size_t bytes) {
  const size_t part = std::min<size_t>(bytes, 1 << 16);
  std::memset(workspace, 0xff, part);
  std::memset(static_cast<char*>(workspace) + bytes - part, 0xff, part);
}

}  // namespace emulated

#endif
