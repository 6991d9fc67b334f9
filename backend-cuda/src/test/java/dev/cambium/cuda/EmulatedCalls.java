package dev.cambium.cuda;

import com.sun.jna.NativeLibrary;

/** The calls of the emulated driver and its libraries, within a process on the emulator. */
final class EmulatedCalls {
  private static final NativeLibrary DRIVER = NativeLibrary.getInstance("libcuda.so.1");

  private EmulatedCalls() {}

  /**
   * What fails from now on, in place of what failed before.
   *
   * @param failures {@code FUNCTION:CALL:STATUS} with commas between several; calls count from 1,
   *     {@code CALL+} means that call and all later ones; empty where nothing fails
   */
  static void fail(String failures) {
    DRIVER.getFunction("cambium_emulator_fail").invokeVoid(new Object[] {failures});
  }

  /** How many calls of a function there were since {@link #fail}. */
  static long count(String function) {
    return DRIVER.getFunction("cambium_emulator_calls").invokeLong(new Object[] {function});
  }
}
