package dev.cambium.cpu;

import static org.bytedeco.dnnl.global.dnnl.*;

import dev.cambium.op.Activation;
import dev.cambium.spi.ChannelsLast;
import dev.cambium.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_post_ops;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.SizeTPointer;

/**
 * The descriptors that one preparation makes: of memory, of attributes, of primitives. All are
 * destroyed together when it ends; what is kept are the primitives made of them.
 */
final class Descriptors implements AutoCloseable {
  private final dnnl_engine engine;
  private final List<Runnable> destroy = new ArrayList<>();

  Descriptors(CpuPlatform platform) {
    this.engine = platform.engine();
  }

  /** How this backend stores a tensor of this shape: rank 4 channels-last, else row-major. */
  dnnl_memory_desc stored(Shape shape) {
    return shape.rank() == 0
        ? strided(new long[] {1}, new long[] {1})
        : strided(dims(shape), ChannelsLast.strides(shape));
  }

  /** Row-major. */
  dnnl_memory_desc rowMajor(Shape shape) {
    return strided(dims(shape), shape.strides());
  }

  /** Any strides. */
  dnnl_memory_desc strided(long[] dims, long[] strides) {
    dnnl_memory_desc made = new dnnl_memory_desc();
    CpuPlatform.check(
        "describe memory",
        dnnl_memory_desc_create_with_strides(made, dims.length, dims, dnnl_f32, strides));
    return own(made);
  }

  /** Whatever layout the primitive likes best. */
  dnnl_memory_desc any(long... dims) {
    dnnl_memory_desc made = new dnnl_memory_desc();
    CpuPlatform.check(
        "describe memory",
        dnnl_memory_desc_create_with_tag(made, dims.length, dims, dnnl_f32, dnnl_format_tag_any));
    return own(made);
  }

  /** The same dimensions in whatever layout the primitive likes best. */
  dnnl_memory_desc any(Shape shape) {
    return any(dims(shape));
  }

  /** The layout of an argument as the primitive wants it; lives as long as the primitive's. */
  dnnl_memory_desc of(dnnl_primitive_desc primitive, int argument) {
    return dnnl_primitive_desc_query_md(primitive, dnnl_query_exec_arg_md, argument);
  }

  /** Working memory by the caller, nothing else. */
  dnnl_primitive_attr attributes() {
    dnnl_primitive_attr made = new dnnl_primitive_attr();
    CpuPlatform.check("create attributes", dnnl_primitive_attr_create(made));
    destroy.add(() -> dnnl_primitive_attr_destroy(made));
    CpuPlatform.check(
        "set the scratchpad mode",
        dnnl_primitive_attr_set_scratchpad_mode(made, dnnl_scratchpad_mode_user));
    return made;
  }

  /** Working memory by the caller, and the activation applied to the result. */
  dnnl_primitive_attr attributes(Activation activation) {
    dnnl_primitive_attr attributes = attributes();
    if (activation.equals(Activation.NONE)) {
      return attributes;
    }
    dnnl_post_ops operations = new dnnl_post_ops();
    CpuPlatform.check("create post-operations", dnnl_post_ops_create(operations));
    destroy.add(() -> dnnl_post_ops_destroy(operations));
    Eltwise eltwise = Eltwise.of(activation);
    CpuPlatform.check(
        "append the activation",
        dnnl_post_ops_append_eltwise(operations, eltwise.forward(), eltwise.alpha(), 0));
    CpuPlatform.check(
        "set post-operations", dnnl_primitive_attr_set_post_ops(attributes, operations));
    return attributes;
  }

  /** Copies from one layout into another. */
  dnnl_primitive_desc reorder(dnnl_memory_desc from, dnnl_memory_desc to) {
    dnnl_primitive_desc made = new dnnl_primitive_desc();
    return own(
        "a reorder",
        made,
        dnnl_reorder_primitive_desc_create(made, from, engine, to, engine, attributes()));
  }

  /** Keeps a primitive's descriptor until the end. */
  dnnl_primitive_desc own(String what, dnnl_primitive_desc made, int status) {
    CpuPlatform.check("describe " + what, status);
    destroy.add(() -> dnnl_primitive_desc_destroy(made));
    return made;
  }

  private dnnl_memory_desc own(dnnl_memory_desc made) {
    destroy.add(() -> dnnl_memory_desc_destroy(made));
    return made;
  }

  dnnl_engine engine() {
    return engine;
  }

  static boolean same(dnnl_memory_desc a, dnnl_memory_desc b) {
    return dnnl_memory_desc_equal(a, b) != 0;
  }

  static long bytes(dnnl_memory_desc layout) {
    return dnnl_memory_desc_get_size(layout);
  }

  /** oneDNN's own serialised form of a layout: equal exactly when the layouts are. */
  static byte[] blob(dnnl_memory_desc layout) {
    Pointer block = Pointer.calloc(1, Long.BYTES);
    try {
      SizeTPointer size = new SizeTPointer(block);
      CpuPlatform.check("measure a layout", dnnl_memory_desc_get_blob((byte[]) null, size, layout));
      byte[] blob = new byte[Math.toIntExact(size.get())];
      CpuPlatform.check("serialise a layout", dnnl_memory_desc_get_blob(blob, size, layout));
      return blob;
    } finally {
      Pointer.free(block);
    }
  }

  static long[] dims(Shape shape) {
    long[] dims = new long[shape.rank()];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = shape.dim(i);
    }
    return dims;
  }

  @Override
  public void close() {
    for (int i = destroy.size() - 1; i >= 0; i--) {
      destroy.get(i).run();
    }
  }
}
