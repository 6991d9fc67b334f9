// The emulated cuDNN's pooling.
#include "cudnn.h"

namespace cudnn {

namespace {

struct Windows {
  Tensor x;
  Tensor y;
  Pooling pooling;

  int first(int side, int output) const {
    return std::max(0, output * pooling.stride[side] - pooling.padding[side]);
  }

  int last(int side, int output) const {
    return std::min(x.size[2 + side], output * pooling.stride[side] - pooling.padding[side] + pooling.window[side]);
  }

  bool isMax() const { return pooling.mode == MAX || pooling.mode == MAX_DETERMINISTIC; }

  // What an average divides by.
  int area(int p, int q) const {
    if (pooling.mode == AVERAGE_COUNT_INCLUDE_PADDING) return pooling.window[0] * pooling.window[1];
    return (last(0, p) - first(0, p)) * (last(1, q) - first(1, q));
  }

  // Calls with the dense offset of the output and a way to visit the offsets in the input that its window covers.
  template <typename Visit>
  void forEach(Visit visit) const {
    const size_t channels = x.size[1];
    size_t to = 0;
    for (int n = 0; n < y.size[0]; ++n) {
      for (int p = 0; p < y.size[2]; ++p) {
        for (int q = 0; q < y.size[3]; ++q) {
          for (size_t c = 0; c < channels; ++c, ++to) {
            visit(to, area(p, q), [&](auto each) {
              for (int i = first(0, p); i < last(0, p); ++i) {
                for (int j = first(1, q); j < last(1, q); ++j) {
                  each(((static_cast<size_t>(n) * x.size[2] + i) * x.size[3] + j) * channels + c);
                }
              }
            });
          }
        }
      }
    }
  }
};

template <typename T>
T larger(T a, T b, bool propagateNan) {
  if (std::isnan(a) || std::isnan(b)) return propagateNan ? T(NAN) : std::isnan(a) ? b : a;
  return b > a ? b : a;
}

template <typename T>
std::vector<T> forward(const Windows& windows, const std::vector<T>& x) {
  std::vector<T> y(windows.y.count());
  windows.forEach([&](size_t to, int area, auto window) {
    T result = windows.isMax() ? T(-INFINITY) : T(0);
    window([&](size_t at) {
      result = windows.isMax() ? larger(result, x[at], windows.pooling.propagateNan == 1) : result + x[at];
    });
    y[to] = windows.isMax() ? result : result / static_cast<T>(area);
  });
  return y;
}

// Which of several equal maxima gets the gradient is not documented: here the last, so that nobody relies on the first.
template <typename T>
std::vector<T> backward(const Windows& windows, const std::vector<T>& x, const std::vector<T>& y, const std::vector<T>& dy) {
  std::vector<T> dx(windows.x.count());
  windows.forEach([&](size_t from, int area, auto window) {
    const size_t none = dx.size();
    size_t largest = none;
    window([&](size_t at) {
      if (!windows.isMax()) {
        dx[at] += dy[from] / static_cast<T>(area);
      } else if (x[at] == y[from] || (std::isnan(x[at]) && std::isnan(y[from]))) {
        largest = at;
      }
    });
    if (largest != none) dx[largest] += dy[from];
  });
  return dx;
}

Windows checked(const Handle* handle, const Pooling* pooling, const Tensor* xDesc, const Tensor* yDesc) {
  live(handle, "the handle");
  const Windows windows{described(xDesc, "the input's descriptor"), described(yDesc, "the output's descriptor"),
      described(pooling, "the pooling's descriptor")};
  require(windows.x.type == windows.y.type, Status::BAD_PARAM, "the data types differ");
  require(windows.x.size[0] == windows.y.size[0] && windows.x.size[1] == windows.y.size[1], Status::BAD_PARAM,
      "the numbers of images or channels differ");
  for (int side = 0; side < 2; ++side) {
    const Pooling& shape = windows.pooling;
    require(shape.padding[side] < shape.window[side], Status::NOT_SUPPORTED, "a window can lie in the padding altogether");
    const int expected = outputSize(windows.x.size[2 + side], shape.padding[side], shape.window[side], shape.stride[side]);
    require(windows.y.size[2 + side] == expected, Status::BAD_PARAM,
        "the output's size on axis " + std::to_string(2 + side) + " is " + std::to_string(windows.y.size[2 + side]) + ", not " +
            std::to_string(expected));
  }
  return windows;
}

}  // namespace

}  // namespace cudnn

using namespace cudnn;

extern "C" {

CAMBIUM_EMULATOR_EXPORT int cudnnPoolingForward(const Handle* handle, const Pooling* poolingDesc, const void* alpha,
    const Tensor* xDesc, const void* x, const void* beta, const Tensor* yDesc, void* y) {
  return call("cudnnPoolingForward", [&] {
    const Windows windows = checked(handle, poolingDesc, xDesc, yDesc);
    const std::vector<Region> regions{{x, windows.x.bytes(), "x"}, {y, windows.y.bytes(), "y"}};
    requireRegions({regions[0]}, {regions[1]}, windows.x.width());
    withType(windows.x.type, [&](auto type) {
      using T = decltype(type);
      const T scale = scalar<T>(alpha, "alpha"), keep = scalar<T>(beta, "beta");
      enqueue(*handle, "cudnnPoolingForward", [=]() -> int {
        if (!valid(regions)) return CAMBIUM_EMULATOR_ILLEGAL_ADDRESS;
        store(windows.y, forward(windows, dense<T>(windows.x, x)), scale, keep, y);
        return CAMBIUM_EMULATOR_SUCCESS;
      });
    });
  });
}

CAMBIUM_EMULATOR_EXPORT int cudnnPoolingBackward(const Handle* handle, const Pooling* poolingDesc, const void* alpha,
    const Tensor* yDesc, const void* y, const Tensor* dyDesc, const void* dy, const Tensor* xDesc, const void* x, const void* beta,
    const Tensor* dxDesc, void* dx) {
  return call("cudnnPoolingBackward", [&] {
    const Windows windows = checked(handle, poolingDesc, xDesc, yDesc);
    const Tensor& gradient = described(dyDesc, "the descriptor of dy");
    const Tensor& result = described(dxDesc, "the descriptor of dx");
    require(gradient.type == windows.y.type && result.type == windows.x.type, Status::BAD_PARAM, "the data types differ");
    require(gradient.sameSize(windows.y) && gradient.sameStrides(windows.y), Status::BAD_PARAM, "y and dy differ in sizes or strides");
    require(result.sameSize(windows.x) && result.sameStrides(windows.x), Status::BAD_PARAM, "x and dx differ in sizes or strides");
    const std::vector<Region> regions{{x, windows.x.bytes(), "x"}, {y, windows.y.bytes(), "y"}, {dy, windows.y.bytes(), "dy"},
        {dx, windows.x.bytes(), "dx"}};
    requireRegions({regions[0], regions[1], regions[2]}, {}, windows.x.width());
    // The values of x matter to maxima alone, so that an average may be given any memory of its size.
    requireRegions(windows.isMax() ? std::vector<Region>{regions[0], regions[1], regions[2]} : std::vector<Region>{regions[1], regions[2]},
        {regions[3]}, windows.x.width());
    withType(windows.x.type, [&](auto type) {
      using T = decltype(type);
      const T scale = scalar<T>(alpha, "alpha"), keep = scalar<T>(beta, "beta");
      enqueue(*handle, "cudnnPoolingBackward", [=]() -> int {
        if (!valid(regions)) return CAMBIUM_EMULATOR_ILLEGAL_ADDRESS;
        store(windows.x, backward(windows, dense<T>(windows.x, x), dense<T>(windows.y, y), dense<T>(windows.y, dy)), scale, keep, dx);
        return CAMBIUM_EMULATOR_SUCCESS;
      });
    });
  });
}

}  // extern "C"
