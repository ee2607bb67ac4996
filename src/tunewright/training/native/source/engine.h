// What the engine offers, as plain C: recurrent networks that train on windows of one shared series.
//
// A network is one to MOST_LAYERS layers of LSTM or GRU cells, each with the dropout that follows it, and a linear head
// on the last state. All of its parameters lie in one array, layer by layer and way by way: input weights
// (gates * units, inputs), recurrent weights (gates * units, units), the bias of each (gates * units); then the head's
// weights and its bias. Gates are in torch's order: input, forget, cell, output; or reset, update, new.
//
// Callers have checked shapes and bounds; what is checked here again is only what is cheap.

#pragma once
#include <cstdint>

namespace tunewright {

constexpr int MOST_LAYERS = 8;

enum Cell : int32_t { LSTM = 0, GRU = 1 };
enum Rule : int32_t { ADAM = 0, ADAMW = 1, RMSPROP = 2, SGD = 3 };

struct Shape {
  int32_t cell;
  int32_t layers;
  int32_t ways;  // 1, or 2 where each layer goes both ways
  int32_t features;
  int32_t time_step;
  int32_t batch;  // rows of a batch, at most
  int32_t units[MOST_LAYERS];
  float dropout[MOST_LAYERS];  // what follows each layer
};

// Windows (time_step rows up to each origin) of a series of shape (rows, features), and what each is to forecast.
struct Samples {
  const float* series;
  const int64_t* origins;
  const float* targets;
};

struct Optimizer {
  int32_t rule;
  float learning_rate;
  float weight_decay;
  float* first;   // running means of gradients, as long as the parameters
  float* second;  // running means of their squares
  int64_t* steps; // batches trained so far: also where the stream of dropout stands
  uint64_t seed;  // of dropout
};

class Network {
 public:
  virtual ~Network() = default;
  // Squared error summed over the batch, and the gradient of its mean where one is wanted.
  virtual double gradient(const float* parameters, const Samples& samples, const int64_t* order, int64_t count,
                          uint64_t seed, uint64_t step, float* gradient) = 0;
  virtual void predict(const float* parameters, const Samples& samples, int64_t count, float* forecasts) = 0;
};

int64_t count_parameters(const Shape& shape);

}  // namespace tunewright
