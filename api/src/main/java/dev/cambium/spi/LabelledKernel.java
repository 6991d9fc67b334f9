package dev.cambium.spi;

/** A decorator's kernel, which says in its messages which operation of which layer it was. */
interface LabelledKernel extends Kernel {
  /** Runs a launch of this kernel. */
  void run(Launch launch);

  /** Runs a launch of any kernel, by its label where the kernel can use it. */
  static void launch(Launch launch) {
    if (launch.kernel() instanceof LabelledKernel labelled) {
      labelled.run(launch);
    } else {
      launch.run();
    }
  }
}
