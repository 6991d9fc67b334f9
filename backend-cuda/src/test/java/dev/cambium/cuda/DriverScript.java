package dev.cambium.cuda;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What is called, in order, and which of the calls to come fail. */
final class DriverScript {
  /**
   * A call.
   *
   * @param name the driver's function, without {@code cu}
   * @param arguments its arguments, without what it fills
   */
  record Call(String name, List<Object> arguments) {}

  private record Failure(int countdown, int status) {}

  private final List<Call> calls = new ArrayList<>();
  private final Map<String, Failure> failures = new HashMap<>();
  private final Map<String, Integer> refused = new HashMap<>();
  private final Map<String, Failure> losses = new HashMap<>();

  /** Lets the next such call fail. */
  void failNext(String call, int status) {
    failAt(call, 1, status);
  }

  /** Lets the {@code n}-th such call from now on fail, from 1. */
  void failAt(String call, int n, int status) {
    failures.put(call, new Failure(n, status));
  }

  /** Lets the {@code n}-th such call from now on fail, and all after it until {@link #mend}. */
  void failFrom(String call, int n, int status) {
    failAt(call, n, status);
    refused.put(call, status);
  }

  /** Lets such calls succeed again. */
  void mend(String call) {
    failures.remove(call);
    refused.remove(call);
  }

  /** Lets the {@code n}-th such call succeed, and the device be lost when it comes to doing it. */
  void loseAt(String call, int n, int status) {
    losses.put(call, new Failure(n, status));
  }

  /** Notes a call; the status that it fails with, 0 when it does not. */
  int note(String name, Object... arguments) {
    calls.add(new Call(name, Arrays.asList(arguments)));
    boolean fails = refused.containsKey(name) && !failures.containsKey(name);
    return fails ? refused.get(name) : count(failures, name);
  }

  /** With what the device is lost by the call that was noted last; 0 when it is not. */
  int loss() {
    return count(losses, calls.get(calls.size() - 1).name());
  }

  private static int count(Map<String, Failure> scripted, String name) {
    Failure failure = scripted.remove(name);
    if (failure == null) {
      return 0;
    }
    if (failure.countdown > 1) {
      scripted.put(name, new Failure(failure.countdown - 1, failure.status));
      return 0;
    }
    return failure.status;
  }

  /** All calls so far. */
  List<Call> calls() {
    return List.copyOf(calls);
  }

  /** The names of all calls so far but those that only say which context is meant. */
  List<String> names() {
    return calls.stream().map(Call::name).filter(name -> !name.equals("ctxSetCurrent")).toList();
  }

  /** The calls of a function. */
  List<Call> calls(String name) {
    return calls.stream().filter(call -> call.name.equals(name)).toList();
  }

  /** Forgets what was called. */
  void clear() {
    calls.clear();
  }
}
