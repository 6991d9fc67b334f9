// The emulated cuDNN's batch normalization over channels.
#include "cudnn.h"

namespace cudnn {

namespace {

enum NormMode { PER_ACTIVATION = 0, SPATIAL = 1, SPATIAL_PERSISTENT = 2 };

// CUDNN_BN_MIN_EPSILON of the headers since cuDNN 7.5.
const double LEAST_EPSILON = 0;

void requireMode(int mode) {
  require(mode >= PER_ACTIVATION && mode <= SPATIAL_PERSISTENT, Status::BAD_PARAM, "the mode is " + std::to_string(mode));
  require(mode != PER_ACTIVATION, Status::NOT_SUPPORTED, "the emulation normalizes over images and pixels");
}

void requireParameters(const Tensor& x, const Tensor& parameters, double epsilon) {
  require(x.type == FLOAT || x.type == DOUBLE, Status::NOT_SUPPORTED, "the emulation knows float and double");
  require(parameters.type == x.type, Status::BAD_PARAM, "the parameters' data type is not that of x");
  require(parameters.size[0] == 1 && parameters.size[1] == x.size[1] && parameters.size[2] == 1 && parameters.size[3] == 1,
      Status::BAD_PARAM, "the parameters' sizes are not 1, channels, 1, 1");
  require(parameters.stride[1] == 1 || x.size[1] == 1, Status::NOT_SUPPORTED, "the emulation takes packed parameters");
  require(epsilon >= LEAST_EPSILON, Status::BAD_PARAM, "epsilon is " + std::to_string(epsilon));
}

void requireBothOrNone(const void* a, const void* b, const char* names) {
  require((a == nullptr) == (b == nullptr), Status::BAD_PARAM, std::string("exactly one is null of ") + names);
}

void addIfThere(std::vector<Region>& regions, const void* address, size_t bytes, const char* name) {
  if (address != nullptr) regions.push_back({address, bytes, name});
}

// Sums of one channel, in runs that are added at the end: nearer to how wide hardware adds than one running sum.
template <typename T, typename Term>
T channelSum(size_t rows, Term term) {
  T total = 0;
  for (size_t first = 0; first < rows; first += 512) {
    T run = 0;
    for (size_t row = first; row < std::min(first + 512, rows); ++row) run += term(row);
    total += run;
  }
  return total;
}

template <typename T>
struct Statistics {
  std::vector<T> mean;
  std::vector<T> variance;

  Statistics(const std::vector<T>& x, size_t channels) : mean(channels), variance(channels) {
    const size_t rows = x.size() / channels;
    for (size_t c = 0; c < channels; ++c) {
      mean[c] = channelSum<T>(rows, [&](size_t row) { return x[row * channels + c]; }) / static_cast<T>(rows);
      const T middle = mean[c];
      variance[c] = channelSum<T>(rows, [&](size_t row) {
        const T distance = x[row * channels + c] - middle;
        return distance * distance;
      }) / static_cast<T>(rows);
    }
  }
};

template <typename T>
T inverseDeviation(T variance, double epsilon) {
  return T(1) / std::sqrt(variance + static_cast<T>(epsilon));
}

template <typename T>
struct Training {
  Tensor xDesc;
  Tensor yDesc;
  T alpha;
  T beta;
  const T* x;
  T* y;
  const T* scale;
  const T* bias;
  T factor;
  T* runningMean;
  T* runningVariance;
  double epsilon;
  T* savedMean;
  T* savedInverse;
  std::vector<Region> regions;

  int operator()() const {
    if (!valid(regions)) return CAMBIUM_EMULATOR_ILLEGAL_ADDRESS;
    std::vector<T> values = dense<T>(xDesc, x);
    const size_t channels = xDesc.size[1], rows = values.size() / channels;
    const Statistics<T> statistics(values, channels);
    for (size_t c = 0; c < channels; ++c) {
      const T mean = statistics.mean[c], inverse = inverseDeviation(statistics.variance[c], epsilon);
      for (size_t at = c; at < values.size(); at += channels) values[at] = scale[c] * ((values[at] - mean) * inverse) + bias[c];
      if (savedMean != nullptr) {
        savedMean[c] = mean;
        savedInverse[c] = inverse;
      }
      if (runningMean != nullptr) {
        const T unbiased = statistics.variance[c] * (static_cast<T>(rows) / static_cast<T>(rows - 1));
        // Read even with a factor of 1: nothing is said of that, so a NaN there stays.
        runningMean[c] = factor * mean + (1 - factor) * runningMean[c];
        runningVariance[c] = factor * unbiased + (1 - factor) * runningVariance[c];
      }
    }
    store(yDesc, values, alpha, beta, y);
    return CAMBIUM_EMULATOR_SUCCESS;
  }
};

template <typename T>
struct Backward {
  Tensor xDesc;
  Tensor dyDesc;
  Tensor dxDesc;
  T alphaData;
  T betaData;
  T alphaParameters;
  T betaParameters;
  const T* x;
  const T* dy;
  T* dx;
  const T* scale;
  T* dScale;
  T* dBias;
  double epsilon;
  const T* savedMean;
  const T* savedInverse;
  std::vector<Region> regions;

  int operator()() const {
    if (!valid(regions)) return CAMBIUM_EMULATOR_ILLEGAL_ADDRESS;
    const std::vector<T> values = dense<T>(xDesc, x);
    std::vector<T> gradients = dense<T>(dyDesc, dy);
    const size_t channels = xDesc.size[1], rows = values.size() / channels;
    std::vector<T> means(channels), inverses(channels);
    if (savedMean != nullptr) {
      means.assign(savedMean, savedMean + channels);
      inverses.assign(savedInverse, savedInverse + channels);
    } else {
      const Statistics<T> statistics(values, channels);
      means = statistics.mean;
      for (size_t c = 0; c < channels; ++c) inverses[c] = inverseDeviation(statistics.variance[c], epsilon);
    }
    for (size_t c = 0; c < channels; ++c) {
      const auto normal = [&](size_t row) { return (values[row * channels + c] - means[c]) * inverses[c]; };
      const T sum = channelSum<T>(rows, [&](size_t row) { return gradients[row * channels + c]; });
      const T product = channelSum<T>(rows, [&](size_t row) { return gradients[row * channels + c] * normal(row); });
      const T count = static_cast<T>(rows);
      for (size_t row = 0; row < rows; ++row) {
        T& gradient = gradients[row * channels + c];
        gradient = scale[c] * inverses[c] * (gradient - sum / count - normal(row) * (product / count));
      }
      dBias[c] = blend(alphaParameters, sum, betaParameters, dBias[c]);
      dScale[c] = blend(alphaParameters, product, betaParameters, dScale[c]);
    }
    store(dxDesc, gradients, alphaData, betaData, dx);
    return CAMBIUM_EMULATOR_SUCCESS;
  }
};

template <typename T>
const T* in(const void* address) {
  return static_cast<const T*>(address);
}

template <typename T>
T* out(void* address) {
  return static_cast<T*>(address);
}

std::vector<Region> joined(std::vector<Region> first, const std::vector<Region>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

}  // namespace

}  // namespace cudnn

using namespace cudnn;

extern "C" {

CAMBIUM_EMULATOR_EXPORT int cudnnBatchNormalizationForwardTraining(const Handle* handle, int mode, const void* alpha, const void* beta,
    const Tensor* xDesc, const void* x, const Tensor* yDesc, void* y, const Tensor* parametersDesc, const void* scale, const void* bias,
    double factor, void* runningMean, void* runningVariance, double epsilon, void* savedMean, void* savedInverse) {
  return call("cudnnBatchNormalizationForwardTraining", [&] {
    live(handle, "the handle");
    requireMode(mode);
    const Tensor& input = described(xDesc, "the descriptor of x");
    const Tensor& output = described(yDesc, "the descriptor of y");
    const Tensor& parameters = described(parametersDesc, "the parameters' descriptor");
    require(input.sameSize(output) && input.type == output.type, Status::BAD_PARAM, "x and y differ in sizes or type");
    requireParameters(input, parameters, epsilon);
    requireBothOrNone(runningMean, runningVariance, "the running mean and variance");
    requireBothOrNone(savedMean, savedInverse, "the saved mean and inverse deviation");
    const size_t bytes = parameters.bytes();
    const std::vector<Region> inputs{{x, input.bytes(), "x"}, {scale, bytes, "scale"}, {bias, bytes, "bias"}};
    std::vector<Region> outputs{{y, output.bytes(), "y"}};
    addIfThere(outputs, runningMean, bytes, "the running mean");
    addIfThere(outputs, runningVariance, bytes, "the running variance");
    addIfThere(outputs, savedMean, bytes, "the saved mean");
    addIfThere(outputs, savedInverse, bytes, "the saved inverse deviation");
    requireRegions(inputs, outputs, input.width());
    withType(input.type, [&](auto type) {
      using T = decltype(type);
      enqueue(*handle, "cudnnBatchNormalizationForwardTraining",
          Training<T>{input, output, scalar<T>(alpha, "alpha"), scalar<T>(beta, "beta"), in<T>(x), out<T>(y), in<T>(scale), in<T>(bias),
              static_cast<T>(factor), out<T>(runningMean), out<T>(runningVariance), epsilon, out<T>(savedMean), out<T>(savedInverse),
              joined(inputs, outputs)});
    });
  });
}

CAMBIUM_EMULATOR_EXPORT int cudnnBatchNormalizationBackward(const Handle* handle, int mode, const void* alphaData, const void* betaData,
    const void* alphaParameters, const void* betaParameters, const Tensor* xDesc, const void* x, const Tensor* dyDesc, const void* dy,
    const Tensor* dxDesc, void* dx, const Tensor* parametersDesc, const void* scale, void* dScale, void* dBias, double epsilon,
    const void* savedMean, const void* savedInverse) {
  return call("cudnnBatchNormalizationBackward", [&] {
    live(handle, "the handle");
    requireMode(mode);
    const Tensor& input = described(xDesc, "the descriptor of x");
    const Tensor& gradient = described(dyDesc, "the descriptor of dy");
    const Tensor& result = described(dxDesc, "the descriptor of dx");
    const Tensor& parameters = described(parametersDesc, "the parameters' descriptor");
    require(input.sameSize(gradient) && input.sameSize(result) && input.type == gradient.type && input.type == result.type,
        Status::BAD_PARAM, "x, dy and dx differ in sizes or type");
    requireParameters(input, parameters, epsilon);
    requireBothOrNone(savedMean, savedInverse, "the saved mean and inverse deviation");
    const size_t bytes = parameters.bytes();
    std::vector<Region> inputs{{x, input.bytes(), "x"}, {dy, gradient.bytes(), "dy"}, {scale, bytes, "scale"}};
    addIfThere(inputs, savedMean, bytes, "the saved mean");
    addIfThere(inputs, savedInverse, bytes, "the saved inverse deviation");
    const std::vector<Region> outputs{{dx, result.bytes(), "dx"}, {dScale, bytes, "dScale"}, {dBias, bytes, "dBias"}};
    requireRegions(inputs, outputs, input.width());
    withType(input.type, [&](auto type) {
      using T = decltype(type);
      enqueue(*handle, "cudnnBatchNormalizationBackward",
          Backward<T>{input, gradient, result, scalar<T>(alphaData, "alpha of data"), scalar<T>(betaData, "beta of data"),
              scalar<T>(alphaParameters, "alpha of parameters"), scalar<T>(betaParameters, "beta of parameters"), in<T>(x), in<T>(dy),
              out<T>(dx), in<T>(scale), out<T>(dScale), out<T>(dBias), epsilon, in<T>(savedMean), in<T>(savedInverse),
              joined(inputs, outputs)});
    });
  });
}

}  // extern "C"
