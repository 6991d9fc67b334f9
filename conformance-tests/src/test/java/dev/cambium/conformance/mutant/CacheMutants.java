package dev.cambium.conformance.mutant;

import static dev.cambium.conformance.mutant.Altered.right;

import dev.cambium.conformance.fixture.MutantBackend;
import dev.cambium.op.MaxPooling;
import dev.cambium.op.MaxPoolingBackward;
import dev.cambium.op.Op;
import dev.cambium.spi.Backend;
import dev.cambium.spi.BackendConfig;
import dev.cambium.spi.Buffer;
import dev.cambium.spi.Kernel;
import dev.cambium.spi.Memory;
import dev.cambium.spi.Prepared;
import dev.cambium.tensor.DType;
import dev.cambium.tensor.DoubleArray;
import dev.cambium.tensor.HostArray;
import dev.cambium.tensor.Opaque;
import dev.cambium.tensor.TensorType;
import dev.cambium.tensor.ValueType;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Mistakes with what a forward operation keeps for its gradient. */
final class CacheMutants {
  private static final Function<BackendConfig, Backend> RIGHT =
      config -> new KeptImages(config, Mistake.NONE);

  private CacheMutants() {}

  static List<Mutant> all() {
    return List.of(
        mutant("takes any cache for its own", Mistake.ANY_CACHE),
        mutant("writes the cache in its first run only", Mistake.FIRST_RUN),
        mutant("forgets the last element of the cache", Mistake.SHORT));
  }

  private static Mutant mutant(String name, Mistake mistake) {
    return new Mutant(
        name,
        "the cache of MaxPooling",
        config -> new KeptImages(config, mistake),
        RIGHT,
        List.of("MaxPoolingBackward"));
  }

  private enum Mistake {
    NONE,
    ANY_CACHE,
    FIRST_RUN,
    SHORT
  }

  /** The image, kept for the gradient. */
  private record Image(TensorType type) implements Opaque {
    @Override
    public long bytes() {
      return raw(type).bytes();
    }
  }

  private static TensorType raw(TensorType type) {
    return TensorType.of(DType.FLOAT64, type.shape().intSize());
  }

  /** Its max pooling keeps the image in its cache, and the gradient chooses from that. */
  private static final class KeptImages extends MutantBackend {
    private record Place(Memory memory, long offset) {}

    private final Mistake mistake;
    private final Map<Buffer, Place> places = Collections.synchronizedMap(new IdentityHashMap<>());

    KeptImages(BackendConfig config, Mistake mistake) {
      super(NONE, config);
      this.mistake = mistake;
    }

    @Override
    public Buffer bind(Memory slot, long offset, ValueType type) {
      Buffer buffer = super.bind(slot, offset, type);
      if (type instanceof Opaque) {
        places.put(buffer, new Place(slot, offset));
      }
      return buffer;
    }

    @Override
    public Prepared prepare(Op op, List<ValueType> inputs) {
      Kernel plain = (Kernel) super.prepare(op, inputs);
      if (op instanceof MaxPooling) {
        return new Keeping(plain, new Image((TensorType) inputs.get(0)));
      }
      if (op instanceof MaxPoolingBackward backward
          && (mistake == Mistake.ANY_CACHE || inputs.get(2) instanceof Image)) {
        return choosing(backward, (TensorType) inputs.get(1), inputs.get(2).equals(Opaque.NONE));
      }
      return plain;
    }

    private Buffer view(Buffer cache, TensorType image) {
      Place place = places.get(cache);
      return bind(place.memory(), place.offset(), raw(image));
    }

    private HostArray read(Buffer buffer) {
      HostArray value = HostArray.allocate((TensorType) buffer.type());
      download(buffer, value.bytes());
      return value;
    }

    /** Writes the cache after the maxima. */
    private final class Keeping implements Kernel {
      private final Kernel plain;
      private final Image image;
      private boolean hasRun;

      Keeping(Kernel plain, Image image) {
        this.plain = plain;
        this.image = image;
      }

      @Override
      public Opaque cache(int output) {
        return image;
      }

      @Override
      public void run(Buffer[] in, Buffer[] out, Buffer scratch) {
        plain.run(in, out, scratch);
        boolean needless = out[1] == null || image.bytes() == 0;
        if (needless || (hasRun && mistake == Mistake.FIRST_RUN)) {
          return;
        }
        hasRun = true;
        Buffer cache = view(out[1], image.type());
        HostArray kept = HostArray.of(raw(image.type()), read(in[0]).toDoubles());
        int last = kept.shape().intSize() - 1;
        if (mistake == Mistake.SHORT) {
          kept.set(last, read(cache).get(last));
        }
        upload(kept.bytes(), cache);
      }
    }

    /** The gradient, chosen from the cache alone; from zeros where a cache has no bytes. */
    private Kernel choosing(MaxPoolingBackward op, TensorType image, boolean none) {
      return (in, out, scratch) -> {
        boolean readable = !none && image.shape().size() > 0 && places.containsKey(in[2]);
        double[] x =
            readable && places.get(in[2]).memory().bytes() >= raw(image).bytes()
                ? read(view(in[2], image)).toDoubles()
                : new double[image.shape().intSize()];
        kernel(
                (arrays, gradients) ->
                    right(op)
                        .apply(
                            List.of(
                                arrays.get(0), new DoubleArray(image.shape(), x), arrays.get(2)),
                            gradients))
            .run(in, out, scratch);
      };
    }
  }
}
