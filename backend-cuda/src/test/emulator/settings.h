// What the environment says the emulated machine is.
#ifndef CAMBIUM_SETTINGS_H
#define CAMBIUM_SETTINGS_H

#include <cstdint>
#include <string>
#include <vector>

struct Settings {
  int driver_version;     // CAMBIUM_EMULATOR_DRIVER, 13000 is 13.0
  int capability_major;   // CAMBIUM_EMULATOR_CAPABILITY, 7.5
  int capability_minor;
  uint64_t memory;        // CAMBIUM_EMULATOR_MEMORY, bytes of each device
  std::vector<int> devices;  // those of CAMBIUM_EMULATOR_DEVICES that CUDA_VISIBLE_DEVICES lets the process see, by their own numbers
  bool verbose;           // CAMBIUM_EMULATOR_VERBOSE
  int threads;            // CAMBIUM_EMULATOR_THREADS that run blocks
  std::string cache;      // CAMBIUM_EMULATOR_CACHE, a folder
  std::string leaks;      // CAMBIUM_EMULATOR_LEAKS, a file or empty
  std::string approximations;  // CAMBIUM_EMULATOR_APPROXIMATIONS, a number or empty
  std::string failures;   // CAMBIUM_EMULATOR_FAIL, FUNCTION:CALL:STATUS with commas between several, see failures.cpp

  // The newest .version of PTX that the driver reads: 87 is 8.7.
  int newest_ptx() const;
};

const Settings& settings();

// Writes a line to standard error when that is wished for.
void say(const std::string& line);

#endif
