package dev.cambium.spi;

import dev.cambium.op.Op;
import dev.cambium.spi.reference.ReferenceProvider;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.BiFunction;

/** The reference backend with other kernels, as a backend author might get them wrong. */
final class ReplacedKernels {
  private ReplacedKernels() {}

  /** A reference backend whose kernels are what {@code replace} makes of them. */
  static Backend of(BiFunction<Op, Kernel, Kernel> replace) {
    return of(replace, () -> {});
  }

  /** The same, which calls {@code synchronize} whenever the backend is told to wait. */
  static Backend of(BiFunction<Op, Kernel, Kernel> replace, Runnable synchronize) {
    Backend reference = new ReferenceProvider().open(BackendConfig.defaults());
    return (Backend)
        Proxy.newProxyInstance(
            Backend.class.getClassLoader(),
            new Class<?>[] {Backend.class},
            (proxy, method, arguments) -> {
              Object result;
              if (method.getName().equals("busyNanoseconds")) {
                return InvocationHandler.invokeDefault(proxy, method, arguments);
              }
              try {
                result = method.invoke(reference, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
              if (method.getName().equals("synchronize")) {
                synchronize.run();
              }
              return result instanceof Kernel kernel
                  ? replace.apply((Op) arguments[0], kernel)
                  : result;
            });
  }
}
