// Layers one upon another and a linear head on the last state, trained on the squared error.

template <class CellOf>
class Recurrent final : public Network {
 public:
  explicit Recurrent(const Shape& shape)
      : shape_(shape), steps_(shape.time_step), ways_(shape.ways),
        most_blocks_(rounded_up(shape.batch, WIDTH) / WIDTH),
        head_change_(most_blocks_ * WIDTH), forecasts_(most_blocks_ * WIDTH) {
    for (int64_t index = 0; index < shape.layers; index++) {
      const int64_t inputs = index ? width(index - 1) : shape.features;
      layers_.emplace_back();
      for (int64_t way = 0; way < ways_; way++)
        layers_.back().emplace_back(inputs, shape.units[index], steps_, most_blocks_);
      const bool top = index == shape.layers - 1;
      const int64_t size = (top ? 1 : steps_) * most_blocks_ * rounded_up(width(index), 4) * WIDTH;
      changes_.emplace_back(size);
      masks_.emplace_back(shape.dropout[index] > 0 ? size : 0);
    }
  }

  double gradient(const float* parameters, const Samples& samples, const int64_t* order, int64_t count, uint64_t seed,
                  uint64_t step, float* gradient) override {
    begin(parameters, count, gradient != nullptr);
    if (gradient) draw_masks(seed, step);
    gather(samples, order, count);
    for (int64_t index = 0; index < shape_.layers; index++) forward(index, gradient != nullptr);
    const float* head = parameters + count_parameters(shape_) - width(shape_.layers - 1) - 1;
    give(head, gradient != nullptr);
    double loss = 0;
    for (int64_t column = 0; column < blocks_ * WIDTH; column++) {
      const bool is_there = column < count;
      const float error = is_there ? forecasts_[column] - samples.targets[order[column]] : 0.0f;
      loss += static_cast<double>(error) * static_cast<double>(error);
      head_change_[column] = 2.0f * error / static_cast<float>(count);
    }
    if (gradient) backward(head, gradient);
    return loss;
  }

  void predict(const float* parameters, const Samples& samples, int64_t count, float* forecasts) override {
    const int64_t most = most_blocks_ * WIDTH;
    Array<int64_t> order(most);
    for (int64_t first = 0; first < count; first += most) {
      const int64_t some = count - first < most ? count - first : most;
      for (int64_t column = 0; column < some; column++) order[column] = first + column;
      if (!first || some < most) begin(parameters, some, false);
      gather(samples, order + 0, some);
      for (int64_t index = 0; index < shape_.layers; index++) forward(index, false);
      give(parameters + count_parameters(shape_) - width(shape_.layers - 1) - 1, false);
      std::memcpy(forecasts + first, forecasts_ + 0, static_cast<size_t>(some) * sizeof(float));
    }
  }

 private:
  int64_t width(int64_t index) const { return shape_.units[index] * ways_; }
  int64_t moment(int64_t way, int64_t step) const { return way ? steps_ - 1 - step : step; }
  bool drops(int64_t index, bool trains) const { return trains && shape_.dropout[index] > 0; }
  float* mask(int64_t index, int64_t moment, int64_t block, int64_t row) {
    return masks_[index] + ((moment * blocks_ + block) * width(index) + row) * WIDTH;
  }
  float* change(int64_t index, int64_t moment, int64_t block, int64_t row) {
    return changes_[index] + ((moment * blocks_ + block) * rounded_up(width(index), 4) + row) * WIDTH;
  }

  void begin(const float* parameters, int64_t count, bool trains) {
    blocks_ = rounded_up(count, WIDTH) / WIDTH;
    for (auto& ways : layers_)
      for (auto& layer : ways) {
        layer.begin(blocks_);
        layer.pack(parameters, trains);
        parameters += Layer<CellOf>::size(layer.inputs, layer.units);
      }
  }

  void draw_masks(uint64_t seed, uint64_t step) {
    for (int64_t index = 0; index < shape_.layers; index++)
      if (shape_.dropout[index] > 0)
        draw_mask(masks_[index] + 0, index == shape_.layers - 1 ? 1 : steps_, blocks_, width(index),
                  shape_.dropout[index], seed, static_cast<uint32_t>(index), step);
  }

  void gather(const Samples& samples, const int64_t* order, int64_t count) {
    for (int64_t way = 0; way < ways_; way++) {
      auto& layer = layers_[0][way];
      for (int64_t step = 0; step < steps_; step++)
        for (int64_t column = 0; column < blocks_ * WIDTH; column++) {
          float* to = layer.input(step, column / WIDTH, 0) + column % WIDTH;
          const int64_t index = order[column < count ? column : 0];
          const float* from =
              samples.series + (samples.origins[index] + moment(way, step) - steps_ + 1) * shape_.features;
          for (int64_t feature = 0; feature < shape_.features; feature++) to[feature * WIDTH] = from[feature];
        }
    }
  }

  void forward(int64_t index, bool trains) {
    for (int64_t way = 0; way < ways_; way++) {
      if (index) feed(index, way, trains);
      layers_[index][way].forward();
    }
  }

  // The states of the layer below, as this one's inputs.
  void feed(int64_t index, int64_t way, bool trains) {
    auto& layer = layers_[index][way];
    for (int64_t from_way = 0; from_way < ways_; from_way++) {
      auto& below = layers_[index - 1][from_way];
      for (int64_t step = 0; step < steps_; step++)
        for (int64_t block = 0; block < blocks_; block++) {
          const int64_t when = moment(way, step);
          const float* from = below.state(moment(from_way, when), block, 0);
          float* to = layer.input(step, block, from_way * below.units);
          if (!drops(index - 1, trains)) {
            std::memcpy(to, from, static_cast<size_t>(below.units * WIDTH) * sizeof(float));
            continue;
          }
          const float* scale = mask(index - 1, when, block, from_way * below.units);
          for (int64_t at = 0; at < below.units * WIDTH; at += LANES)
            store(to + at, load(from + at) * load(scale + at));
        }
    }
  }

  // Forecasts from the last state of each way.
  void give(const float* head, bool trains) {
    const int64_t top = shape_.layers - 1, units = shape_.units[top];
    for (int64_t block = 0; block < blocks_; block++)
      for (int v = 0; v < VECTORS; v++) {
        vec sum = splat(head[width(top)]);
        for (int64_t row = 0; row < width(top); row++) {
          vec state = load(layers_[top][row / units].state(steps_ - 1, block, row % units) + v * LANES);
          if (drops(top, trains)) state *= load(mask(top, 0, block, row) + v * LANES);
          sum += state * splat(head[row]);
        }
        store(forecasts_ + block * WIDTH + v * LANES, sum);
      }
  }

  void backward(const float* head, float* gradient) {
    const int64_t top = shape_.layers - 1, units = shape_.units[top];
    float* of_head = gradient + count_parameters(shape_) - width(top) - 1;
    for (int64_t row = 0; row <= width(top); row++) of_head[row] = 0;
    for (int64_t block = 0; block < blocks_; block++) {
      const float* error = head_change_ + block * WIDTH;
      for (int64_t column = 0; column < WIDTH; column++) of_head[width(top)] += error[column];
      for (int64_t row = 0; row < width(top); row++) {
        const float* state = layers_[top][row / units].state(steps_ - 1, block, row % units);
        float* to = change(top, 0, block, row);
        for (int64_t column = 0; column < WIDTH; column++) {
          const float scale = drops(top, true) ? mask(top, 0, block, row)[column] : 1.0f;
          of_head[row] += error[column] * state[column] * scale;
          to[column] = error[column] * head[row] * scale;
        }
      }
    }
    float* at = of_head;
    for (int64_t index = top; index >= 0; index--)
      for (int64_t way = ways_ - 1; way >= 0; way--) {
        at -= Layer<CellOf>::size(layers_[index][way].inputs, layers_[index][way].units);
        backward(index, way);
        layers_[index][way].unpack(at);
      }
  }

  void backward(int64_t index, int64_t way) {
    auto& layer = layers_[index][way];
    const bool top = index == shape_.layers - 1;
    layer.backward(
        [&](int64_t step, int64_t block, int64_t unit) -> const float* {
          if (top && step < steps_ - 1) return nullptr;
          return change(index, top ? 0 : moment(way, step), block, way * layer.units + unit);
        },
        index > 0,
        [&](int64_t step, int64_t block, int64_t row, const Tile& sums) {
          pass(index - 1, moment(way, step), block, row, sums, way == ways_ - 1);
        });
  }

  // Four rows of the gradient of what the layer below gave: of the ways above it, the last one's comes first.
  void pass(int64_t index, int64_t when, int64_t block, int64_t first, const Tile& sums, bool is_first) {
    float* to = change(index, when, block, first);
    for (int64_t row = 0; row < 4; row++)
      for (int v = 0; v < VECTORS; v++) {
        vec value = sums.at[row][v];
        if (shape_.dropout[index] > 0 && first + row < width(index))
          value *= load(mask(index, when, block, first + row) + v * LANES);
        float* at = to + row * WIDTH + v * LANES;
        store(at, is_first ? value : load(at) + value);
      }
  }

  Shape shape_;
  int64_t steps_, ways_, most_blocks_, blocks_ = 0;
  std::vector<std::vector<Layer<CellOf>>> layers_;
  std::vector<Array<float>> changes_, masks_;
  Array<float> head_change_, forecasts_;
};

static Network* open(const Shape& shape) {
  if (shape.cell == GRU) return new Recurrent<GRUCell>(shape);
  return new Recurrent<LSTMCell>(shape);
}

static void draw(float* mask, int64_t moments, int64_t rows, int64_t columns, float rate, uint64_t seed, uint32_t layer,
                 uint64_t step) {
  const int64_t blocks = rounded_up(columns, WIDTH) / WIDTH;
  Array<float> drawn(moments * blocks * rows * WIDTH);
  draw_mask(drawn + 0, moments, blocks, rows, rate, seed, layer, step);
  for (int64_t moment = 0; moment < moments; moment++)
    for (int64_t row = 0; row < rows; row++)
      for (int64_t column = 0; column < columns; column++)
        mask[(moment * columns + column) * rows + row] =
            drawn[((moment * blocks + column / WIDTH) * rows + row) * WIDTH + column % WIDTH];
}

// One step of an optimizer, as torch takes it.
static void update(const Optimizer& by, float* parameters, float* gradient, int64_t count, int64_t step) {
  const float rate = by.learning_rate, decay = by.weight_decay;
  float *first = by.first, *second = by.second;
  if (by.rule == ADAM || by.rule == ADAMW) {
    const double fading = 1 - std::pow(0.9, static_cast<double>(step));
    const float size = static_cast<float>(static_cast<double>(rate) / fading);
    const float root = static_cast<float>(std::sqrt(1 - std::pow(0.999, static_cast<double>(step))));
    const float shrunk = by.rule == ADAMW ? 1.0f - rate * decay : 1.0f, added = by.rule == ADAM ? decay : 0.0f;
    for (int64_t i = 0; i < count; i++) {
      const float value = parameters[i] * shrunk, slope = gradient[i] + added * value;
      first[i] += 0.1f * (slope - first[i]);
      second[i] = 0.999f * second[i] + 0.001f * slope * slope;
      parameters[i] = value - size * first[i] / (std::sqrt(second[i]) / root + 1e-8f);
    }
  } else if (by.rule == RMSPROP) {
    for (int64_t i = 0; i < count; i++) {
      const float slope = gradient[i] + decay * parameters[i];
      second[i] = 0.9f * second[i] + 0.1f * slope * slope;
      parameters[i] -= rate * slope / (std::sqrt(second[i]) + 1e-7f);
    }
  } else {
    for (int64_t i = 0; i < count; i++) parameters[i] -= rate * (gradient[i] + decay * parameters[i]);
  }
}
