// Goes through networks of all kinds and odd sizes, built with checks of every access and every operation.

#include <cstdio>
#include <random>
#include <vector>

#include "engine.h"

using namespace tunewright;

extern "C" {
int32_t tunewright_sets();
int32_t tunewright_set_runs(int32_t);
int64_t tunewright_parameters(const Shape*);
void* tunewright_open(int32_t, const Shape*);
void tunewright_close(void*);
double tunewright_train(void*, const Optimizer*, float*, const Samples*, const int64_t*, int64_t);
double tunewright_gradient(void*, const float*, const Samples*, const int64_t*, int64_t, uint64_t, uint64_t, float*);
void tunewright_predict(void*, const float*, const Samples*, int64_t, float*);
void tunewright_mask(int32_t, float*, int64_t, int64_t, int64_t, float, uint64_t, uint32_t, uint64_t);
}

template <class Random>
void go_through(int32_t set, Random& random) {
  auto upto = [&](int most) { return static_cast<int32_t>(random() % static_cast<unsigned>(most)) + 1; };
  Shape shape{upto(2) - 1, upto(3), upto(2), upto(20), upto(12), upto(70), {}, {}};
  for (int32_t layer = 0; layer < shape.layers; layer++) {
    shape.units[layer] = upto(37);
    shape.dropout[layer] = static_cast<float>(upto(4) - 1) / 4;
  }
  const int64_t rows = shape.time_step + 30, count = upto(150);
  std::vector<float> series(static_cast<size_t>(rows * shape.features)), targets(static_cast<size_t>(count));
  std::vector<int64_t> origins(static_cast<size_t>(count)), order(static_cast<size_t>(count));
  std::normal_distribution<float> normal;
  for (auto& value : series) value = normal(random);
  for (auto& value : targets) value = normal(random);
  for (auto& value : origins) value = shape.time_step - 1 + static_cast<int64_t>(random() % 31);
  for (auto& value : order) value = static_cast<int64_t>(random() % static_cast<unsigned>(count));
  const size_t size = static_cast<size_t>(tunewright_parameters(&shape));
  std::vector<float> parameters(size), first(size), second(size), gradient(size), told(static_cast<size_t>(count));
  for (auto& value : parameters) value = 0.3f * normal(random);
  int64_t steps = 0;
  const Samples samples{series.data(), origins.data(), targets.data()};
  const Optimizer by{upto(4) - 1, 1e-3f, 1e-2f, first.data(), second.data(), &steps, random()};
  void* network = tunewright_open(set, &shape);
  tunewright_train(network, &by, parameters.data(), &samples, order.data(), count);
  tunewright_predict(network, parameters.data(), &samples, count, told.data());
  tunewright_gradient(network, parameters.data(), &samples, order.data(), count < shape.batch ? count : shape.batch, 1,
                      2, gradient.data());
  tunewright_close(network);
  const int64_t width = shape.units[0];
  std::vector<float> mask(static_cast<size_t>(3 * count * width));
  tunewright_mask(set, mask.data(), 3, width, count, 0.5f, 1, 2, 3);
}

int main() {
  std::mt19937_64 random(0);
  for (int32_t set = 0; set < tunewright_sets(); set++)
    if (tunewright_set_runs(set))
      for (int i = 0; i < 150; i++) go_through(set, random);
  std::puts("went through");
}
