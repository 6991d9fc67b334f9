// The emulated cuDNN's convolutions: which algorithm takes which arguments, and plain loops for all of them.
#include "cudnn.h"

#pragma GCC optimize("O3")

namespace cudnn {

namespace {

using emulated::Operands;

enum class Direction { FORWARD, BACKWARD_DATA, BACKWARD_FILTER };

// What an algorithm does whatever its direction: the three enumerations count them differently.
enum class Algorithm { IMPLICIT_GEMM, IMPLICIT_PRECOMP_GEMM, GEMM, FFT, FFT_TILING, WINOGRAD, WINOGRAD_NONFUSED, MISSING };

struct Problem {
  Direction direction;
  Tensor x;
  Filter w;
  Convolution convolution;
  Tensor y;
  Algorithm algorithm;

  int extent(int side) const { return ((side == 0 ? w.h : w.w) - 1) * convolution.dilation[side] + 1; }

  int pixel(int side, int output, int tap) const {
    return output * convolution.stride[side] - convolution.padding[side] + tap * convolution.dilation[side];
  }

  Operands operands() const {
    if (w.type != FLOAT || convolution.math == FMA_MATH) return Operands::FULL;
    if (convolution.math == TENSOR_OP_MATH_ALLOW_CONVERSION) return Operands::HALF;
    return emulated::hasTf32() ? Operands::TF32 : Operands::FULL;
  }

  size_t workspace() const {
    const size_t width = w.type == DOUBLE ? 8 : 4;
    size_t bytes = 0;
    switch (algorithm) {
      case Algorithm::IMPLICIT_GEMM:
        return 0;
      case Algorithm::IMPLICIT_PRECOMP_GEMM:
        bytes = direction == Direction::FORWARD ? sizeof(int) * w.c * w.h * w.w : w.bytes();
        break;
      case Algorithm::GEMM:
        bytes = width * w.c * w.h * w.w * y.size[2] * y.size[3] * y.size[0];
        break;
      default:
        bytes = 2 * (width * (x.count() + y.count()) + w.bytes());
    }
    return (bytes + 255) / 256 * 256;
  }
};

Algorithm forwardAlgorithm(int number) {
  static const Algorithm all[] = {Algorithm::IMPLICIT_GEMM, Algorithm::IMPLICIT_PRECOMP_GEMM, Algorithm::GEMM, Algorithm::MISSING,
      Algorithm::FFT, Algorithm::FFT_TILING, Algorithm::WINOGRAD, Algorithm::WINOGRAD_NONFUSED};
  require(number >= 0 && number < 8, Status::BAD_PARAM, "the algorithm is " + std::to_string(number));
  return all[number];
}

Algorithm dataAlgorithm(int number) {
  static const Algorithm all[] = {Algorithm::IMPLICIT_GEMM, Algorithm::IMPLICIT_PRECOMP_GEMM, Algorithm::FFT, Algorithm::FFT_TILING,
      Algorithm::WINOGRAD, Algorithm::WINOGRAD_NONFUSED};
  require(number >= 0 && number < 6, Status::BAD_PARAM, "the algorithm is " + std::to_string(number));
  return all[number];
}

// Number 3 is like 0 with a workspace, and like 1 in what it takes here.
Algorithm filterAlgorithm(int number) {
  static const Algorithm all[] = {Algorithm::IMPLICIT_GEMM, Algorithm::IMPLICIT_PRECOMP_GEMM, Algorithm::FFT, Algorithm::GEMM,
      Algorithm::MISSING, Algorithm::WINOGRAD_NONFUSED, Algorithm::FFT_TILING};
  require(number >= 0 && number < 7, Status::BAD_PARAM, "the algorithm is " + std::to_string(number));
  return all[number];
}

bool strideIs(const Tensor& tensor, int axis, size_t stride) {
  return tensor.size[axis] == 1 || static_cast<size_t>(tensor.stride[axis]) == stride;
}

// Channels innermost and images without gaps; images themselves may lie apart.
bool hwcPacked(const Tensor& tensor) {
  const size_t row = static_cast<size_t>(tensor.size[3]) * tensor.size[1];
  return strideIs(tensor, 1, 1) && strideIs(tensor, 3, tensor.size[1]) && strideIs(tensor, 2, row);
}

bool hwPacked(const Tensor& tensor) { return strideIs(tensor, 3, 1) && strideIs(tensor, 2, tensor.size[3]); }

void supported(bool condition, const std::string& reason) { require(condition, Status::NOT_SUPPORTED, reason); }

void requireFourierSupport(const Problem& problem) {
  const Convolution& convolution = problem.convolution;
  const int most = problem.algorithm == Algorithm::FFT ? 256 : 1 << 30;
  supported(hwPacked(problem.x) && hwPacked(problem.y), "Fourier transforms take NCHW with packed rows");
  for (int side = 0; side < 2; ++side) {
    const int taps = side == 0 ? problem.w.h : problem.w.w;
    supported(convolution.stride[side] == 1, "Fourier transforms take strides of 1");
    supported(taps > convolution.padding[side], "Fourier transforms take padding below the filter's size");
    supported(problem.x.size[2 + side] + 2 * convolution.padding[side] <= most && taps <= 256, "the image is too large to transform");
  }
}

void requireWinogradSupport(const Problem& problem) {
  const Convolution& convolution = problem.convolution;
  const bool five = problem.algorithm == Algorithm::WINOGRAD_NONFUSED && problem.w.h == 5;
  supported(problem.w.h == problem.w.w && (problem.w.h == 3 || five), "Winograd takes filters of 3x3, not fused of 5x5 too");
  supported(convolution.stride[0] == 1 && convolution.stride[1] == 1, "Winograd takes strides of 1");
}

// The documentation's tables of algorithms against types, layouts and dilation.
void requireSupport(const Problem& problem) {
  const Convolution& convolution = problem.convolution;
  const Algorithm algorithm = problem.algorithm;
  const bool gemm = algorithm == Algorithm::IMPLICIT_GEMM || algorithm == Algorithm::IMPLICIT_PRECOMP_GEMM;
  supported(algorithm != Algorithm::MISSING, "the algorithm is not implemented");
  supported(problem.w.type == FLOAT || problem.w.type == DOUBLE, "the emulation knows float and double");
  supported(convolution.type == problem.w.type, "the convolution computes in another type than its tensors have");
  supported(problem.w.format != NCHW_VECT_C, "channels in vectors are for integers");
  if (problem.w.format == NHWC) {
    supported(gemm, "filters in NHWC need an implicit GEMM");
    supported(hwcPacked(problem.x) && hwcPacked(problem.y), "filters in NHWC need tensors in packed NHWC");
    supported(problem.w.type == FLOAT, "filters in NHWC are not for double");
  }
  if (problem.w.type == DOUBLE) supported(gemm || algorithm == Algorithm::GEMM, "the algorithm does not take double");
  if (algorithm != Algorithm::IMPLICIT_GEMM) {
    supported(convolution.dilation[0] == 1 && convolution.dilation[1] == 1, "the algorithm takes no dilation");
  }
  if (algorithm == Algorithm::FFT || algorithm == Algorithm::FFT_TILING) requireFourierSupport(problem);
  if (algorithm == Algorithm::WINOGRAD || algorithm == Algorithm::WINOGRAD_NONFUSED) requireWinogradSupport(problem);
}

void requireShapes(const Problem& problem) {
  const Convolution& convolution = problem.convolution;
  const int groups = convolution.groups;
  const Tensor& x = problem.x;
  const Tensor& y = problem.y;
  const Filter& w = problem.w;
  require(x.type == w.type && y.type == w.type, Status::BAD_PARAM, "the data types differ");
  require(x.size[0] == y.size[0], Status::BAD_PARAM, "the numbers of images differ");
  require(x.size[1] == w.c * groups, Status::BAD_PARAM,
      "the input has " + std::to_string(x.size[1]) + " channels, the filter " + std::to_string(w.c) + " for each of " +
          std::to_string(groups) + " groups");
  require(y.size[1] == w.k, Status::BAD_PARAM, "the output's channels are not the filter's");
  require(w.k % groups == 0, problem.direction == Direction::BACKWARD_DATA ? Status::NOT_SUPPORTED : Status::BAD_PARAM,
      "the output's channels are no multiple of the groups");
  for (int side = 0; side < 2; ++side) {
    const int expected = outputSize(x.size[2 + side], convolution.padding[side], problem.extent(side), convolution.stride[side]);
    require(expected > 0, Status::BAD_PARAM, "the filter is larger than the padded image");
    require(y.size[2 + side] == expected, problem.direction == Direction::FORWARD ? Status::NOT_SUPPORTED : Status::BAD_PARAM,
        "the output's size on axis " + std::to_string(2 + side) + " is " + std::to_string(y.size[2 + side]) + ", not " +
            std::to_string(expected));
  }
}

Problem checked(Direction direction, const Handle* handle, const Tensor* x, const Filter* w, const Convolution* convolution,
    const Tensor* y, int algorithm) {
  live(handle, "the handle");
  const Algorithm chosen = direction == Direction::FORWARD ? forwardAlgorithm(algorithm)
      : direction == Direction::BACKWARD_DATA              ? dataAlgorithm(algorithm)
                                                           : filterAlgorithm(algorithm);
  const Problem problem{direction, described(x, "the input's descriptor"), described(w, "the filter's descriptor"),
      described(convolution, "the convolution's descriptor"), described(y, "the output's descriptor"), chosen};
  requireShapes(problem);
  requireSupport(problem);
  return problem;
}

// Where an element of the filter lies in memory; a true convolution turns the taps around.
size_t filterOffset(const Problem& problem, int k, int r, int s, int c) {
  const Filter& w = problem.w;
  if (problem.convolution.mode == CONVOLUTION) {
    r = w.h - 1 - r;
    s = w.w - 1 - s;
  }
  return w.format == NHWC ? ((static_cast<size_t>(k) * w.h + r) * w.w + s) * w.c + c
                          : ((static_cast<size_t>(k) * w.c + c) * w.h + r) * w.w + s;
}

template <typename Visit>
void forEachTap(const Filter& w, Visit visit) {
  for (int k = 0; k < w.k; ++k) {
    for (int r = 0; r < w.h; ++r) {
      for (int s = 0; s < w.w; ++s) {
        for (int c = 0; c < w.c; ++c) visit(k, r, s, c);
      }
    }
  }
}

// Padding is zeros, as documented: an infinite weight on it gives NaN.
template <typename T>
std::vector<T> forward(const Problem& problem, const std::vector<T>& x, const std::vector<T>& w) {
  const int height = problem.x.size[2], width = problem.x.size[3], channels = problem.x.size[1];
  const int rows = problem.y.size[2], columns = problem.y.size[3], filters = problem.w.k;
  const int groups = problem.convolution.groups, in = problem.w.c, out = filters / groups;
  std::vector<T> y(problem.y.count());
  const std::vector<T> zeros(in);
  emulated::split(static_cast<long>(problem.x.size[0]) * rows, static_cast<double>(y.size()) * in * problem.w.h * problem.w.w,
      [&](long begin, long end) {
        std::vector<T> sums(out);
        for (long row = begin; row < end; ++row) {
          const long n = row / rows;
          for (int q = 0; q < columns; ++q) {
            for (int g = 0; g < groups; ++g) {
              std::fill(sums.begin(), sums.end(), T(0));
              for (int r = 0; r < problem.w.h; ++r) {
                const int i = problem.pixel(0, static_cast<int>(row % rows), r);
                for (int s = 0; s < problem.w.w; ++s) {
                  const int j = problem.pixel(1, q, s);
                  const bool inside = i >= 0 && i < height && j >= 0 && j < width;
                  const T* from = inside ? &x[((n * height + i) * width + j) * channels + static_cast<long>(g) * in] : zeros.data();
                  const T* taps = &w[((static_cast<size_t>(g) * problem.w.h + r) * problem.w.w + s) * in * out];
                  for (int c = 0; c < in; ++c, taps += out) {
                    const T value = from[c];
                    for (int k = 0; k < out; ++k) sums[k] += value * taps[k];
                  }
                }
              }
              std::copy(sums.begin(), sums.end(), y.begin() + (row * columns + q) * filters + static_cast<long>(g) * out);
            }
          }
        }
      });
  return y;
}

// The output pixel that meets the input pixel at the tap, or -1.
int meeting(const Problem& problem, int side, int pixel, int tap) {
  const Convolution& convolution = problem.convolution;
  const int way = pixel + convolution.padding[side] - tap * convolution.dilation[side];
  if (way < 0 || way % convolution.stride[side] != 0) return -1;
  const int output = way / convolution.stride[side];
  return output < problem.y.size[2 + side] ? output : -1;
}

template <typename T>
std::vector<T> backwardData(const Problem& problem, const std::vector<T>& dy, const std::vector<T>& w) {
  const int height = problem.x.size[2], width = problem.x.size[3], channels = problem.x.size[1];
  const int rows = problem.y.size[2], columns = problem.y.size[3], filters = problem.w.k;
  const int groups = problem.convolution.groups, in = problem.w.c, out = filters / groups;
  std::vector<T> dx(problem.x.count());
  emulated::split(static_cast<long>(problem.x.size[0]) * height, static_cast<double>(problem.y.count()) * in * problem.w.h * problem.w.w,
      [&](long begin, long end) {
        for (long row = begin; row < end; ++row) {
          const long n = row / height;
          for (int j = 0; j < width; ++j) {
            for (int g = 0; g < groups; ++g) {
              T* sums = &dx[(row * width + j) * channels + static_cast<long>(g) * in];
              for (int r = 0; r < problem.w.h; ++r) {
                const int p = meeting(problem, 0, static_cast<int>(row % height), r);
                for (int s = 0; p >= 0 && s < problem.w.w; ++s) {
                  const int q = meeting(problem, 1, j, s);
                  if (q < 0) continue;
                  for (int k = g * out; k < (g + 1) * out; ++k) {
                    const T value = dy[((n * rows + p) * columns + q) * filters + k];
                    const T* taps = &w[((static_cast<size_t>(k) * problem.w.h + r) * problem.w.w + s) * in];
                    for (int c = 0; c < in; ++c) sums[c] += value * taps[c];
                  }
                }
              }
            }
          }
        }
      });
  return dx;
}

// Sums each image, and then the images: nearer to how wide hardware adds than one running sum.
template <typename T>
std::vector<T> backwardFilter(const Problem& problem, const std::vector<T>& x, const std::vector<T>& dy) {
  const int height = problem.x.size[2], width = problem.x.size[3], channels = problem.x.size[1];
  const int rows = problem.y.size[2], columns = problem.y.size[3], filters = problem.w.k;
  const int in = problem.w.c, out = filters / problem.convolution.groups;
  std::vector<T> dw(problem.w.count());
  const std::vector<T> zeros(in);
  emulated::split(filters, static_cast<double>(dy.size()) * in * problem.w.h * problem.w.w, [&](long begin, long end) {
    std::vector<T> image(in);
    for (long k = begin; k < end; ++k) {
      const long first = k / out * in;
      for (int r = 0; r < problem.w.h; ++r) {
        for (int s = 0; s < problem.w.w; ++s) {
          T* sums = &dw[((static_cast<size_t>(k) * problem.w.h + r) * problem.w.w + s) * in];
          for (long n = 0; n < problem.x.size[0]; ++n) {
            std::fill(image.begin(), image.end(), T(0));
            for (int p = 0; p < rows; ++p) {
              const int i = problem.pixel(0, p, r);
              for (int q = 0; q < columns; ++q) {
                const int j = problem.pixel(1, q, s);
                const bool inside = i >= 0 && i < height && j >= 0 && j < width;
                const T* from = inside ? &x[((n * height + i) * width + j) * channels + first] : zeros.data();
                const T value = dy[((n * rows + p) * columns + q) * filters + k];
                for (int c = 0; c < in; ++c) image[c] += value * from[c];
              }
            }
            for (int c = 0; c < in; ++c) sums[c] += image[c];
          }
        }
      }
    }
  });
  return dw;
}

template <typename T>
struct Work {
  Problem problem;
  T alpha;
  T beta;
  const void* x;
  const void* w;
  const void* y;
  void* output;
  void* workspace;

  int operator()() const {
    const size_t scratch = problem.workspace();
    if (!valid({{x, problem.x.bytes(), "x"}, {w, problem.w.bytes(), "w"}, {y, problem.y.bytes(), "y"}, {workspace, scratch, "scratch"}})) {
      return CAMBIUM_EMULATOR_ILLEGAL_ADDRESS;
    }
    if (scratch != 0) emulated::poison(workspace, scratch);
    switch (problem.direction) {
      case Direction::FORWARD:
        store(problem.y, forward(problem, dense<T>(problem.x, x, problem.operands()), forwardTaps()), alpha, beta, output);
        break;
      case Direction::BACKWARD_DATA:
        store(problem.x, backwardData(problem, dense<T>(problem.y, y, problem.operands()), taps()), alpha, beta, output);
        break;
      case Direction::BACKWARD_FILTER:
        storeTaps(backwardFilter(problem, dense<T>(problem.x, x, problem.operands()), dense<T>(problem.y, y, problem.operands())));
    }
    return CAMBIUM_EMULATOR_SUCCESS;
  }

  // Order k, r, s, c.
  std::vector<T> taps() const {
    std::vector<T> values;
    values.reserve(problem.w.count());
    const Operands operands = problem.operands();
    forEachTap(problem.w, [&](int k, int r, int s, int c) {
      values.push_back(emulated::operand(static_cast<const T*>(w)[filterOffset(problem, k, r, s, c)], operands));
    });
    return values;
  }

  // Order group, r, s, c, k within the group.
  std::vector<T> forwardTaps() const {
    const Filter& filter = problem.w;
    const int out = filter.k / problem.convolution.groups;
    std::vector<T> values(filter.count());
    const Operands operands = problem.operands();
    forEachTap(filter, [&](int k, int r, int s, int c) {
      const size_t to = (((static_cast<size_t>(k / out) * filter.h + r) * filter.w + s) * filter.c + c) * out + k % out;
      values[to] = emulated::operand(static_cast<const T*>(w)[filterOffset(problem, k, r, s, c)], operands);
    });
    return values;
  }

  void storeTaps(const std::vector<T>& values) const {
    size_t from = 0;
    T* to = static_cast<T*>(output);
    forEachTap(problem.w, [&](int k, int r, int s, int c) {
      T& place = to[filterOffset(problem, k, r, s, c)];
      place = blend(alpha, values[from++], beta, place);
    });
  }
};

// Tensor cores load 16 bytes at a time.
size_t alignment(const Problem& problem) {
  if (problem.w.type == DOUBLE) return 8;
  return problem.convolution.math == FMA_MATH ? 4 : 16;
}

void run(const char* function, const Handle& handle, const Problem& problem, const void* alpha, const void* x, const void* w,
    const void* y, void* workspace, size_t workspaceBytes, const void* beta) {
  std::vector<Region> inputs{{x, problem.x.bytes(), "x"}, {w, problem.w.bytes(), "w"}, {y, problem.y.bytes(), "y"}};
  const size_t result = problem.direction == Direction::FORWARD ? 2 : problem.direction == Direction::BACKWARD_DATA ? 0 : 1;
  std::vector<Region> outputs{inputs[result]};
  inputs.erase(inputs.begin() + static_cast<long>(result));
  const size_t needed = problem.workspace();
  require(workspaceBytes >= needed, Status::BAD_PARAM,
      "the workspace has " + std::to_string(workspaceBytes) + " bytes, the algorithm needs " + std::to_string(needed));
  if (needed != 0) outputs.push_back({workspace, needed, "the workspace"});
  requireRegions(inputs, outputs, alignment(problem));
  withType(problem.w.type, [&](auto type) {
    using T = decltype(type);
    enqueue(handle, function,
        Work<T>{problem, scalar<T>(alpha, "alpha"), scalar<T>(beta, "beta"), x, w, y, const_cast<void*>(outputs[0].address), workspace});
  });
}

int workspaceSize(const char* function, Direction direction, const Handle* handle, const Tensor* x, const Filter* w,
    const Convolution* convolution, const Tensor* y, int algorithm, size_t* bytes) {
  return call(function, [&] {
    require(bytes != nullptr, Status::BAD_PARAM, "the place for the size is null");
    *bytes = checked(direction, handle, x, w, convolution, y, algorithm).workspace();
  });
}

}  // namespace

}  // namespace cudnn

using namespace cudnn;

extern "C" {

CAMBIUM_EMULATOR_EXPORT int cudnnGetConvolutionForwardWorkspaceSize(const Handle* handle, const Tensor* xDesc, const Filter* wDesc,
    const Convolution* convDesc, const Tensor* yDesc, int algorithm, size_t* bytes) {
  return workspaceSize("cudnnGetConvolutionForwardWorkspaceSize", Direction::FORWARD, handle, xDesc, wDesc, convDesc, yDesc, algorithm,
      bytes);
}

CAMBIUM_EMULATOR_EXPORT int cudnnGetConvolutionBackwardDataWorkspaceSize(const Handle* handle, const Filter* wDesc,
    const Tensor* dyDesc, const Convolution* convDesc, const Tensor* dxDesc, int algorithm, size_t* bytes) {
  return workspaceSize("cudnnGetConvolutionBackwardDataWorkspaceSize", Direction::BACKWARD_DATA, handle, dxDesc, wDesc, convDesc,
      dyDesc, algorithm, bytes);
}

CAMBIUM_EMULATOR_EXPORT int cudnnGetConvolutionBackwardFilterWorkspaceSize(const Handle* handle, const Tensor* xDesc,
    const Tensor* dyDesc, const Convolution* convDesc, const Filter* dwDesc, int algorithm, size_t* bytes) {
  return workspaceSize("cudnnGetConvolutionBackwardFilterWorkspaceSize", Direction::BACKWARD_FILTER, handle, xDesc, dwDesc, convDesc,
      dyDesc, algorithm, bytes);
}

CAMBIUM_EMULATOR_EXPORT int cudnnConvolutionForward(const Handle* handle, const void* alpha, const Tensor* xDesc, const void* x,
    const Filter* wDesc, const void* w, const Convolution* convDesc, int algorithm, void* workspace, size_t workspaceBytes,
    const void* beta, const Tensor* yDesc, void* y) {
  return call("cudnnConvolutionForward", [&] {
    const Problem problem = checked(Direction::FORWARD, handle, xDesc, wDesc, convDesc, yDesc, algorithm);
    run("cudnnConvolutionForward", *handle, problem, alpha, x, w, y, workspace, workspaceBytes, beta);
  });
}

CAMBIUM_EMULATOR_EXPORT int cudnnConvolutionBackwardData(const Handle* handle, const void* alpha, const Filter* wDesc, const void* w,
    const Tensor* dyDesc, const void* dy, const Convolution* convDesc, int algorithm, void* workspace, size_t workspaceBytes,
    const void* beta, const Tensor* dxDesc, void* dx) {
  return call("cudnnConvolutionBackwardData", [&] {
    const Problem problem = checked(Direction::BACKWARD_DATA, handle, dxDesc, wDesc, convDesc, dyDesc, algorithm);
    run("cudnnConvolutionBackwardData", *handle, problem, alpha, dx, w, dy, workspace, workspaceBytes, beta);
  });
}

CAMBIUM_EMULATOR_EXPORT int cudnnConvolutionBackwardFilter(const Handle* handle, const void* alpha, const Tensor* xDesc, const void* x,
    const Tensor* dyDesc, const void* dy, const Convolution* convDesc, int algorithm, void* workspace, size_t workspaceBytes,
    const void* beta, const Filter* dwDesc, void* dw) {
  return call("cudnnConvolutionBackwardFilter", [&] {
    const Problem problem = checked(Direction::BACKWARD_FILTER, handle, xDesc, dwDesc, convDesc, dyDesc, algorithm);
    run("cudnnConvolutionBackwardFilter", *handle, problem, alpha, x, dw, dy, workspace, workspaceBytes, beta);
  });
}

}  // extern "C"
