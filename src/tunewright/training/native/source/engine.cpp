#include "engine.h"

#include <cmath>
#include <cstring>
#include <vector>

#include "memory.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace tunewright {

int64_t count_parameters(const Shape& shape) {
  const int64_t gates = shape.cell == GRU ? 3 : 4;
  int64_t count = 0, inputs = shape.features;
  for (int32_t index = 0; index < shape.layers; index++) {
    const int64_t units = shape.units[index];
    count += shape.ways * gates * units * (inputs + units + 2);
    inputs = units * shape.ways;
  }
  return count + inputs + 1;
}

namespace portable {
#define LANES 4
#define VECTORS 4
#include "instructions.h"
#undef LANES
#undef VECTORS
}  // namespace portable

#if defined(__x86_64__)
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma")
#endif
namespace avx2 {
#define LANES 8
#define VECTORS 2
#include "instructions.h"
#undef LANES
#undef VECTORS
}  // namespace avx2
#if defined(__clang__)
#pragma clang attribute pop
#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,fma"))), apply_to = function)
#else
#pragma GCC pop_options
#pragma GCC push_options
#pragma GCC target("avx512f,avx512vl,avx512dq,avx512bw,fma,prefer-vector-width=512")
#endif
namespace avx512 {
#define LANES 16
#define VECTORS 2
#include "instructions.h"
#undef LANES
#undef VECTORS
}  // namespace avx512
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif

namespace {

// What one instruction set has.
struct Set {
  const char* name;
  bool (*runs)();
  Network* (*open)(const Shape&);
  void (*draw)(float*, int64_t, int64_t, int64_t, float, uint64_t, uint32_t, uint64_t);
  void (*update)(const Optimizer&, float*, float*, int64_t, int64_t);
};

const Set SETS[] = {
#if defined(__x86_64__)
    {"AVX-512", [] { return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                            __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw"); },
     avx512::open, avx512::draw, avx512::update},
    {"AVX2", [] { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); },
     avx2::open, avx2::draw, avx2::update},
    {"SSE2", [] { return true; }, portable::open, portable::draw, portable::update},
#elif defined(__aarch64__)
    {"NEON", [] { return true; }, portable::open, portable::draw, portable::update},
#else
    {"portable", [] { return true; }, portable::open, portable::draw, portable::update},
#endif
};
constexpr int32_t COUNT = sizeof(SETS) / sizeof(Set);

// Numbers too small to be normal cost a hundred times as much, and mean nothing to a training.
class Flushed {
 public:
#if defined(__x86_64__)
  Flushed() : before_(_mm_getcsr()) { _mm_setcsr(before_ | 0x8040); }
  ~Flushed() { _mm_setcsr(before_); }

 private:
  unsigned before_;
#elif defined(__aarch64__)
  Flushed() {
    asm volatile("mrs %0, fpcr" : "=r"(before_));
    asm volatile("msr fpcr, %0" ::"r"(before_ | (1ull << 24)));
  }
  ~Flushed() { asm volatile("msr fpcr, %0" ::"r"(before_)); }

 private:
  uint64_t before_;
#endif
};

struct Engine {
  const Set* set;
  Shape shape;
  Network* network;
  Array<float> gradient;
};

}  // namespace
}  // namespace tunewright

using namespace tunewright;

#if defined(_WIN32)
#define EXPORTED extern "C" __declspec(dllexport)
#else
#define EXPORTED extern "C" __attribute__((visibility("default")))
#endif

// Instruction sets, the widest first; those that this processor lacks count, and say so.
EXPORTED int32_t tunewright_sets() { return COUNT; }
EXPORTED const char* tunewright_set_name(int32_t set) { return SETS[set].name; }
EXPORTED int32_t tunewright_set_runs(int32_t set) { return SETS[set].runs(); }

EXPORTED int64_t tunewright_parameters(const Shape* shape) { return count_parameters(*shape); }

// Null where memory is short.
EXPORTED void* tunewright_open(int32_t set, const Shape* shape) {
  try {
    return new Engine{&SETS[set], *shape, SETS[set].open(*shape), Array<float>(count_parameters(*shape))};
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

EXPORTED void tunewright_close(void* handle) {
  auto* engine = static_cast<Engine*>(handle);
  delete engine->network;
  delete engine;
}

// Trains on `count` samples in this order, batch by batch; gives the squared error summed over all of them.
EXPORTED double tunewright_train(void* handle, const Optimizer* by, float* parameters, const Samples* samples,
                                 const int64_t* order, int64_t count) {
  const Flushed flushed;
  auto* engine = static_cast<Engine*>(handle);
  double loss = 0;
  for (int64_t first = 0; first < count; first += engine->shape.batch) {
    const int64_t some = count - first < engine->shape.batch ? count - first : engine->shape.batch;
    const uint64_t step = static_cast<uint64_t>(*by->steps);
    loss += engine->network->gradient(parameters, *samples, order + first, some, by->seed, step, engine->gradient + 0);
    *by->steps += 1;
    engine->set->update(*by, parameters, engine->gradient + 0, engine->gradient.size(), *by->steps);
  }
  return loss;
}

// The squared error summed over one batch, and the gradient of its mean.
EXPORTED double tunewright_gradient(void* handle, const float* parameters, const Samples* samples, const int64_t* order,
                                    int64_t count, uint64_t seed, uint64_t step, float* gradient) {
  const Flushed flushed;
  return static_cast<Engine*>(handle)->network->gradient(parameters, *samples, order, count, seed, step, gradient);
}

EXPORTED void tunewright_predict(void* handle, const float* parameters, const Samples* samples, int64_t count,
                                 float* forecasts) {
  const Flushed flushed;
  static_cast<Engine*>(handle)->network->predict(parameters, *samples, count, forecasts);
}

// What dropout multiplies a layer's states by, of shape (moments, columns, rows).
EXPORTED void tunewright_mask(int32_t set, float* mask, int64_t moments, int64_t rows, int64_t columns, float rate,
                              uint64_t seed, uint32_t layer, uint64_t step) {
  SETS[set].draw(mask, moments, rows, columns, rate, seed, layer, step);
}
