// One layer in one direction: its weights as the products read them, its states, and the way back.
//
// `panel` holds what a step multiplies: the inputs and the state before; (steps + 1, blocks, depth, WIDTH). Steps are
// counted in the layer's own direction.

constexpr int64_t CHUNK = 4;  // steps whose gradients are held at once

template <class CellOf>
class Layer {
 public:
  const int64_t inputs, units, steps, depth, stride;

  Layer(int64_t inputs, int64_t units, int64_t steps, int64_t most_blocks)
      : inputs(inputs), units(units), steps(steps), depth(inputs + units), stride(rounded_up(depth, LANES)),
        panel((steps + 1) * most_blocks * depth * WIDTH),
        kept_(steps * most_blocks * units * CellOf::FIELDS * WIDTH),
        forward_(units * depth * 4),
        back_to_states_(rounded_up(units, 4) * units * 4),
        back_to_inputs_(rounded_up(inputs, 4) * units * 4),
        carry_(most_blocks * units * WIDTH),
        gradients_((CHUNK + 1) * most_blocks * units * 4 * WIDTH),
        transposed_(stride * CHUNK * most_blocks * WIDTH),
        sums_(units * 4 * stride), bias_(units * 4), bias_sums_(units * 4) {}

  Array<float> panel;

  static int64_t size(int64_t inputs, int64_t units) { return CellOf::GATES * units * (inputs + units + 2); }

  float* row(int64_t step, int64_t block, int64_t row) {
    return panel + ((step * blocks_ + block) * depth + row) * WIDTH;
  }
  float* input(int64_t step, int64_t block, int64_t index) { return row(step, block, index); }
  float* state(int64_t step, int64_t block, int64_t unit) { return row(step + 1, block, inputs + unit); }

  // How many blocks this batch has; it starts from states of zeros.
  void begin(int64_t blocks) {
    if (blocks == blocks_) return;
    blocks_ = blocks;
    for (int64_t block = 0; block < blocks; block++)
      std::memset(row(0, block, inputs), 0, static_cast<size_t>(units * WIDTH) * sizeof(float));
  }

  void pack(const float* parameters, bool trains) {
    const View of = view(parameters);
    for (int64_t unit = 0; unit < units; unit++)
      for (int tile_row = 0; tile_row < 4; tile_row++) {
        float* to = forward_ + unit * depth * 4 + tile_row;
        const int fed = CellOf::FED[tile_row], held = CellOf::HELD[tile_row];
        bias_[unit * 4 + tile_row] = (fed < 0 ? 0.0f : of.input_bias[fed * units + unit]) +
                                     (held < 0 ? 0.0f : of.state_bias[held * units + unit]);
        for (int64_t i = 0; i < inputs; i++)
          to[i * 4] = fed < 0 ? 0.0f : of.input_weights[(fed * units + unit) * inputs + i];
        for (int64_t i = 0; i < units; i++)
          to[(inputs + i) * 4] = held < 0 ? 0.0f : of.state_weights[(held * units + unit) * units + i];
      }
    if (!trains) return;
    pack_back(back_to_states_, of.state_weights, units, CellOf::HELD);
    pack_back(back_to_inputs_, of.input_weights, inputs, CellOf::FED);
  }

  void forward() {
    for (int64_t step = 0; step < steps; step++)
      for (int64_t unit = 0; unit < units; unit++)
        for (int64_t block = 0; block < blocks_; block++) {
          Tile sums = columns_of(bias_ + unit * 4);
          multiply(sums, forward_ + unit * depth * 4, row(step, block, 0), depth);
          CellOf::forward(sums, kept(step, block, unit), step ? kept(step - 1, block, unit) : nullptr,
                          row(step, block, inputs + unit), state(step, block, unit));
        }
  }

  // `change(step, block, unit)`: the gradient of a state from above, or null where there is none.
  // `pass(step, block, row, tile)`: takes that of four inputs from `row` on, and is told only where `passes`.
  template <class Change, class Pass>
  void backward(Change change, bool passes, Pass pass) {
    std::memset(carry_ + 0, 0, static_cast<size_t>(carry_.size()) * sizeof(float));
    std::memset(sums_ + 0, 0, static_cast<size_t>(sums_.size()) * sizeof(float));
    std::memset(bias_sums_ + 0, 0, static_cast<size_t>(bias_sums_.size()) * sizeof(float));
    for (int64_t last = steps; last > 0; last -= CHUNK) {
      const int64_t first = last > CHUNK ? last - CHUNK : 0;
      for (int64_t step = last - 1; step >= first; step--) back(step, change);
      if (passes)
        for (int64_t step = first; step < last; step++) back_to_inputs(step, pass);
      add_products(first, last);
    }
  }

  // The gradient of the parameters, after the way back.
  void unpack(float* gradient) {
    const MutableView of = view(gradient);
    for (int64_t unit = 0; unit < units; unit++)
      for (int tile_row = 0; tile_row < 4; tile_row++) {
        const float* from = sums_ + (unit * 4 + tile_row) * stride;
        const float bias = bias_sums_[unit * 4 + tile_row];
        const int fed = CellOf::FED[tile_row], held = CellOf::HELD[tile_row];
        if (fed >= 0) {
          const int64_t at = fed * units + unit;
          std::memcpy(of.input_weights + at * inputs, from, static_cast<size_t>(inputs) * sizeof(float));
          of.input_bias[at] = bias;
        }
        if (held >= 0) {
          const int64_t at = held * units + unit;
          std::memcpy(of.state_weights + at * units, from + inputs, static_cast<size_t>(units) * sizeof(float));
          of.state_bias[at] = CellOf::TRAINS_STATE_BIAS ? bias : 0.0f;
        }
      }
  }

 private:
  template <class Float>
  struct Parts {
    Float *input_weights, *state_weights, *input_bias, *state_bias;
  };
  using View = Parts<const float>;
  using MutableView = Parts<float>;

  template <class Float>
  Parts<Float> view(Float* parameters) const {
    const int64_t rows = CellOf::GATES * units;
    Float* state_weights = parameters + rows * inputs;
    Float* bias = state_weights + rows * units;
    return {parameters, state_weights, bias, bias + rows};
  }

  float* kept(int64_t step, int64_t block, int64_t unit) {
    return kept_ + ((step * blocks_ + block) * units + unit) * CellOf::FIELDS * WIDTH;
  }
  float* gradients(int64_t step, int64_t block) {
    return gradients_ + (step % (CHUNK + 1) * blocks_ + block) * units * 4 * WIDTH;
  }

  void pack_back(Array<float>& to, const float* weights, int64_t columns, const int* gates) {
    for (int64_t column = 0; column < rounded_up(columns, 4); column++)
      for (int64_t unit = 0; unit < units; unit++)
        for (int tile_row = 0; tile_row < 4; tile_row++) {
          const bool some = column < columns && gates[tile_row] >= 0;
          to[((column / 4 * units + unit) * 4 + tile_row) * 4 + column % 4] =
              some ? weights[(gates[tile_row] * units + unit) * columns + column] : 0.0f;
        }
  }

  template <class Change>
  void back(int64_t step, Change& change) {
    for (int64_t unit = 0; unit < units; unit += 4)
      for (int64_t block = 0; block < blocks_; block++) {
        Tile sums = nothing();
        foresee(kept(step, block, unit), 4 * CellOf::FIELDS * WIDTH);
        if (step + 1 < steps)
          multiply(sums, back_to_states_ + unit * units * 4, gradients(step + 1, block), units * 4);
        for (int64_t i = 0; i < 4 && unit + i < units; i++) {
          float* carry = carry_ + (block * units + unit + i) * WIDTH;
          const float* above = change(step, block, unit + i);
          for (int v = 0; v < VECTORS; v++) {
            if (above) sums.at[i][v] += load(above + v * LANES);
            if (CellOf::CARRIES_STATE) sums.at[i][v] += load(carry + v * LANES);
          }
          CellOf::backward(sums.at[i], kept(step, block, unit + i), step ? kept(step - 1, block, unit + i) : nullptr,
                           row(step, block, inputs + unit + i), carry,
                           gradients(step, block) + (unit + i) * 4 * WIDTH);
        }
      }
  }

  template <class Pass>
  void back_to_inputs(int64_t step, Pass& pass) {
    for (int64_t index = 0; index < inputs; index += 4)
      for (int64_t block = 0; block < blocks_; block++) {
        Tile sums = nothing();
        multiply(sums, back_to_inputs_ + index * units * 4, gradients(step, block), units * 4);
        pass(step, block, index, sums);
      }
  }

  // Adds the products of these steps' gradients with what the steps multiplied: a panel of columns stays in the nearest
  // cache while all units pass by.
  void add_products(int64_t first, int64_t last) {
    const int64_t deep = (last - first) * blocks_ * WIDTH;
    transpose(first, last, deep);
    int64_t column = 0;
    for (; column + WIDTH <= stride; column += WIDTH) add_columns<VECTORS>(first, last, column, deep);
    for (; column < stride; column += LANES) add_columns<1>(first, last, column, deep);
  }

  template <int WIDE>
  void add_columns(int64_t first, int64_t last, int64_t column, int64_t deep) {
    if (column)
      add_columns<WIDE, false>(first, last, column, deep);
    else
      add_columns<WIDE, true>(first, last, column, deep);
  }

  // BIASED: whether the gradients themselves are added up on the way.
  template <int WIDE, bool BIASED>
  void add_columns(int64_t first, int64_t last, int64_t column, int64_t deep) {
    for (int64_t unit = 0; unit < units; unit++) {
      float* to = sums_ + unit * 4 * stride + column;
      float* bias = bias_sums_ + unit * 4;
      Rows<WIDE> sums = load_rows<WIDE>(to, stride);
      vec totals[4] = {splat(bias[0]), splat(bias[1]), splat(bias[2]), splat(bias[3])};
      const float* from = transposed_ + column * deep;
      for (int64_t step = first; step < last; step++)
        for (int64_t block = 0; block < blocks_; block++) {
          const float* rows = gradients(step, block) + unit * 4 * WIDTH;
          foresee(rows + 4 * WIDTH, 4 * WIDTH);  // the next unit's
          multiply_rows<WIDE, BIASED>(sums, totals, rows, from);
          from += WIDTH * WIDE * LANES;
        }
      store_rows<WIDE>(sums, to, stride);
      if (BIASED)
        for (int row = 0; row < 4; row++) bias[row] = totals[row][0];
    }
  }

  // The panels of these steps with time and batch down and columns across: as many columns side by side as are
  // multiplied at once.
  void transpose(int64_t first, int64_t last, int64_t deep) {
    for (int64_t column = 0; column < depth; column += LANES) {
      const int64_t panel_of = column / WIDTH * WIDTH;
      const int64_t wide = panel_of + WIDTH <= stride ? WIDTH : LANES;
      float* to = transposed_ + (wide == WIDTH ? panel_of * deep + column % WIDTH : column * deep);
      for (int64_t step = first; step < last; step++)
        for (int64_t block = 0; block < blocks_; block++)
          for (int v = 0; v < VECTORS; v++) {
            vec square[LANES];
            for (int64_t i = 0; i < LANES; i++)
              square[i] = column + i < depth ? load(row(step, block, column + i) + v * LANES) : splat(0.0f);
            turn(square);
            for (int64_t i = 0; i < LANES; i++) store(to + i * wide, square[i]);
            to += LANES * wide;
          }
    }
  }

  int64_t blocks_ = 0;
  Array<float> kept_, forward_, back_to_states_, back_to_inputs_, carry_, gradients_, transposed_, sums_,
      bias_, bias_sums_;
};
