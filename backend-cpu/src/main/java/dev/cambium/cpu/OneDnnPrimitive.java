package dev.cambium.cpu;

import static org.bytedeco.dnnl.global.dnnl.*;

import java.util.List;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.javacpp.Pointer;

/**
 * A primitive with its argument array, ready to run: {@link #bind} only stores an address that
 * changed, {@link #execute} is one native call. The scratchpad, where there is one, is the last
 * argument.
 */
final class OneDnnPrimitive implements AutoCloseable {
  private static final int SIZE_OF_ARGUMENT = 16;

  private final dnnl_primitive primitive = new dnnl_primitive();
  private final dnnl_stream stream;
  private final dnnl_memory[] memories;
  private final NativeAddress[] addresses;
  private final Pointer block;
  private final dnnl_exec_arg_t arguments;
  private final long scratchBytes;

  /**
   * Creates the primitive.
   *
   * @param description its descriptor
   * @param ids oneDNN's numbers of the arguments, without the scratchpad
   */
  OneDnnPrimitive(
      CpuPlatform platform, String what, dnnl_primitive_desc description, List<Integer> ids) {
    stream = platform.stream();
    CpuPlatform.check("create " + what, dnnl_primitive_create(primitive, description));
    scratchBytes =
        Descriptors.bytes(dnnl_primitive_desc_query_md(description, dnnl_query_scratchpad_md, 0));
    int count = ids.size() + (scratchBytes > 0 ? 1 : 0);
    memories = new dnnl_memory[count];
    addresses = new NativeAddress[count];
    block = Pointer.calloc(count, SIZE_OF_ARGUMENT);
    arguments = new dnnl_exec_arg_t(block);
    for (int i = 0; i < count; i++) {
      int id = i < ids.size() ? ids.get(i) : DNNL_ARG_SCRATCHPAD;
      argument(
          platform, i, id, dnnl_primitive_desc_query_md(description, dnnl_query_exec_arg_md, id));
    }
    arguments.position(0);
  }

  private void argument(CpuPlatform platform, int slot, int id, dnnl_memory_desc layout) {
    memories[slot] = new dnnl_memory();
    addresses[slot] = new NativeAddress(0);
    CpuPlatform.check(
        "create an argument's memory",
        dnnl_memory_create(memories[slot], layout, platform.engine(), addresses[slot]));
    arguments.position(slot).arg(id).memory(memories[slot]);
  }

  /** Where the argument in {@code slot} lies from now on. */
  void bind(int slot, long address) {
    if (addresses[slot].address() != address) {
      addresses[slot].set(address);
      CpuPlatform.check(
          "bind an argument", dnnl_memory_set_data_handle(memories[slot], addresses[slot]));
    }
  }

  /** Where the argument in {@code slot} lies now; 0 at first. */
  long bound(int slot) {
    return addresses[slot].address();
  }

  /** Where the scratchpad lies from now on. */
  void bindScratch(long address) {
    bind(addresses.length - 1, address);
  }

  /** The bytes of the scratchpad. */
  long scratchBytes() {
    return scratchBytes;
  }

  /** Runs it on what is bound. */
  void execute() {
    int status = dnnl_primitive_execute(primitive, stream, memories.length, arguments);
    if (status != dnnl_success) {
      CpuPlatform.check("run a primitive", status);
    }
  }

  @Override
  public void close() {
    for (dnnl_memory memory : memories) {
      dnnl_memory_destroy(memory);
    }
    dnnl_primitive_destroy(primitive);
    Pointer.free(block);
  }
}
