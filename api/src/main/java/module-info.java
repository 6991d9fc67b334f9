/** Tensors, operations, gradients, layers and training; backends are found through {@code spi}. */
module dev.cambium.api {
  requires transitive com.google.guice;
  requires transitive com.fasterxml.jackson.databind;
  requires java.desktop;
  requires ojalgo;
  requires org.slf4j;

  uses dev.cambium.spi.BackendProvider;

  provides dev.cambium.spi.BackendProvider with
      dev.cambium.spi.reference.ReferenceProvider;

  exports dev.cambium.data.augment;
  exports dev.cambium.data.preprocess;
  exports dev.cambium.data;
  exports dev.cambium.graph;
  exports dev.cambium.image;
  exports dev.cambium.inject;
  exports dev.cambium.monitor;
  exports dev.cambium.nn.init;
  exports dev.cambium.nn.loss;
  exports dev.cambium.nn.zoo;
  exports dev.cambium.nn;
  exports dev.cambium.op;
  exports dev.cambium.optim;
  exports dev.cambium.runtime;
  exports dev.cambium.spi.reference;
  exports dev.cambium.spi;
  exports dev.cambium.tensor;
  exports dev.cambium.train;
}
