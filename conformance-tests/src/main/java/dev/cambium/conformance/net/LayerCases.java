package dev.cambium.conformance.net;

import dev.cambium.nn.AvgPool2d;
import dev.cambium.nn.BatchNorm;
import dev.cambium.nn.Conv2d;
import dev.cambium.nn.DropConnect;
import dev.cambium.nn.Dropout;
import dev.cambium.nn.Flatten;
import dev.cambium.nn.GlobalAvgPool2d;
import dev.cambium.nn.Layer;
import dev.cambium.nn.LeakyReLU;
import dev.cambium.nn.Linear;
import dev.cambium.nn.LogSoftmax;
import dev.cambium.nn.MaxPool2d;
import dev.cambium.nn.ReLU;
import dev.cambium.nn.Residual;
import dev.cambium.nn.Sequential;
import dev.cambium.nn.Sigmoid;
import dev.cambium.nn.Softmax;
import dev.cambium.nn.SpatialDropout;
import dev.cambium.nn.StochasticDepth;
import dev.cambium.nn.Tanh;
import dev.cambium.op.Activation;
import dev.cambium.op.Padding2d;
import dev.cambium.op.Size2d;
import dev.cambium.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Single layers between a convolution and the scores, each in settings that the named nets do not
 * have, so that its output, and the gradients that it passes on, are compared.
 */
final class LayerCases {
  private static final Shape IMAGE = Shape.of(3, 9, 7);
  private static final Shape VECTOR = Shape.of(11);
  private static final int BATCH = 4;

  private LayerCases() {}

  /** A case per layer and setting. */
  static List<NetAgreement> all() {
    List<NetAgreement> all = new ArrayList<>();
    onImages(all, "Conv2d, strides and padding of each side", asymmetric());
    onImages(all, "Conv2d, dilation", Conv2d.of(5, 3).dilation(2).padding(2));
    onImages(all, "Conv2d, groups", Conv2d.of(8, 3).groups(4).padding(1));
    onImages(all, "Conv2d, a filter per channel", Conv2d.of(4, 3).groups(4));
    onImages(all, "Conv2d, 1x1 without bias", Conv2d.of(6, 1).bias(false));
    onImages(all, "MaxPool2d, overlapping", MaxPool2d.of(3).stride(2).padding(1));
    onImages(all, "AvgPool2d, overlapping", AvgPool2d.of(3).stride(2).padding(1));
    onImages(all, "AvgPool2d, padding not counted", AvgPool2d.of(3).padding(1).countPadding(false));
    onImages(all, "GlobalAvgPool2d", GlobalAvgPool2d.of());
    onImages(all, "BatchNorm", BatchNorm.of().epsilon(1e-3).momentum(0.3));
    onImages(all, "BatchNorm and ReLU", Sequential.of(BatchNorm.of(), ReLU.of()));
    onImages(all, "ReLU", ReLU.of());
    onImages(all, "LeakyReLU", LeakyReLU.of(0.2));
    onImages(all, "Tanh", Tanh.of());
    onImages(all, "Sigmoid", Sigmoid.of());
    onImages(all, "Dropout", Dropout.of(0.3));
    onImages(all, "Residual", Residual.of(Conv2d.of(4, 3).padding(1)));
    onImages(
        all,
        "Residual with a shortcut of its own",
        Residual.of(Conv2d.of(6, 3).stride(2).padding(1)).shortcut(Conv2d.of(6, 1).stride(2)));
    onImages(all, "SpatialDropout", SpatialDropout.of(0.4));
    onImages(
        all,
        "Residual with stochastic depth",
        Residual.of(Conv2d.of(4, 3).padding(1)).stochasticDepth(0.5));
    onImages(all, "DropConnect of images", DropConnect.of(9, 0.4));
    onVectors(all, "Linear", Linear.of(17));
    onVectors(all, "Linear without bias, Tanh", Sequential.of(Linear.of(9).bias(false), Tanh.of()));
    onVectors(all, "BatchNorm of vectors", BatchNorm.of());
    onVectors(all, "Dropout of vectors", Dropout.of(0.6));
    onVectors(all, "StochasticDepth of vectors", StochasticDepth.of(0.5, Linear.of(7)));
    onVectors(all, "DropConnect", DropConnect.of(9, 0.5));
    onVectors(
        all,
        "DropConnect, a mask per sample, Tanh",
        DropConnect.of(9, 0.3).activation(new Activation.Tanh()).maskPerSample(true).points(7));
    onVectors(
        all,
        "DropConnect without bias, plain mean",
        DropConnect.of(Linear.of(9).bias(false), 0.3)
            .maskPerSample(true)
            .evaluation(DropConnect.Evaluation.PLAIN_MEAN));
    onVectors(all, "Softmax", Softmax.of());
    onVectors(all, "LogSoftmax", LogSoftmax.of());
    return all;
  }

  private static Layer asymmetric() {
    return Conv2d.of(5, new Size2d(2, 3))
        .stride(new Size2d(1, 2))
        .padding(new Padding2d(1, 0, 2, 1));
  }

  private static void onImages(List<NetAgreement> all, String name, Layer layer) {
    Layer net = Sequential.of(Conv2d.of(4, 2), layer, Flatten.of(), Linear.of(NetCase.CLASSES));
    all.add(new NetAgreement(new NetCase(name, net, IMAGE, BATCH)));
  }

  private static void onVectors(List<NetAgreement> all, String name, Layer layer) {
    Layer net = Sequential.of(Linear.of(13), layer, Linear.of(NetCase.CLASSES));
    all.add(new NetAgreement(new NetCase(name, net, VECTOR, BATCH)));
  }
}
