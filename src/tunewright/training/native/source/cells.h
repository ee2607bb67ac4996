// What a cell does with its four sums and its state, for one unit and one block of the batch.
//
// FIELDS vectors of WIDTH are kept of each unit and step, for the way back. A gradient is that of the four sums; what
// it leaves for the step before goes into `carry`.

struct LSTMCell {
  static constexpr int GATES = 4, FIELDS = 5;
  static constexpr int FED[4] = {0, 1, 2, 3}, HELD[4] = {0, 1, 2, 3};  // gates of the four sums over inputs and state
  static constexpr bool TRAINS_STATE_BIAS = false;  // of two biases that are added, one is enough
  static constexpr bool CARRIES_STATE = false;      // whether `carry` is a part of the gradient of the state before

  // input, forget, cell, output, the cell's state; its tanh is sooner computed again than fetched from far memory
  INLINE void forward(const Tile& sums, float* kept, const float* kept_before, const float*, float* state) {
    for (int v = 0; v < VECTORS; v++) {
      const int64_t at = v * LANES;
      const vec in = sigmoid(sums.at[0][v]), forget = sigmoid(sums.at[1][v]);
      const vec cell = tanh(sums.at[2][v]), out = sigmoid(sums.at[3][v]);
      vec memory = in * cell;
      if (kept_before) memory += forget * load(kept_before + 4 * WIDTH + at);
      const vec shown = tanh(memory);
      store(kept + at, in);
      store(kept + WIDTH + at, forget);
      store(kept + 2 * WIDTH + at, cell);
      store(kept + 3 * WIDTH + at, out);
      store(kept + 4 * WIDTH + at, memory);
      store(state + at, out * shown);
    }
  }

  INLINE void backward(const vec* change, const float* kept, const float* kept_before, const float*, float* carry,
                       float* gradient) {
    const vec one = splat(1.0f);
    for (int v = 0; v < VECTORS; v++) {
      const int64_t at = v * LANES;
      const vec in = load(kept + at), forget = load(kept + WIDTH + at), cell = load(kept + 2 * WIDTH + at);
      const vec out = load(kept + 3 * WIDTH + at), shown = tanh(load(kept + 4 * WIDTH + at));
      const vec before = kept_before ? load(kept_before + 4 * WIDTH + at) : splat(0.0f);
      const vec memory = load(carry + at) + change[v] * out * (one - shown * shown);
      store(gradient + at, memory * cell * in * (one - in));
      store(gradient + WIDTH + at, memory * before * forget * (one - forget));
      store(gradient + 2 * WIDTH + at, memory * in * (one - cell * cell));
      store(gradient + 3 * WIDTH + at, change[v] * shown * out * (one - out));
      store(carry + at, memory * forget);
    }
  }
};

// The new gate's sums over the inputs and over the state are kept apart, as the reset gate acts on the latter alone.
struct GRUCell {
  static constexpr int GATES = 3, FIELDS = 4;
  static constexpr int FED[4] = {0, 1, 2, -1}, HELD[4] = {0, 1, -1, 2};
  static constexpr bool TRAINS_STATE_BIAS = true, CARRIES_STATE = true;

  // reset, update, new, the new gate's sum over the state
  INLINE void forward(const Tile& sums, float* kept, const float*, const float* state_before, float* state) {
    for (int v = 0; v < VECTORS; v++) {
      const int64_t at = v * LANES;
      const vec reset = sigmoid(sums.at[0][v]), update = sigmoid(sums.at[1][v]), inner = sums.at[3][v];
      const vec fresh = tanh(sums.at[2][v] + reset * inner), before = load(state_before + at);
      store(kept + at, reset);
      store(kept + WIDTH + at, update);
      store(kept + 2 * WIDTH + at, fresh);
      store(kept + 3 * WIDTH + at, inner);
      store(state + at, fresh + update * (before - fresh));
    }
  }

  INLINE void backward(const vec* change, const float* kept, const float*, const float* state_before, float* carry,
                       float* gradient) {
    const vec one = splat(1.0f);
    for (int v = 0; v < VECTORS; v++) {
      const int64_t at = v * LANES;
      const vec reset = load(kept + at), update = load(kept + WIDTH + at), fresh = load(kept + 2 * WIDTH + at);
      const vec inner = load(kept + 3 * WIDTH + at), before = load(state_before + at);
      const vec news = change[v] * (one - update) * (one - fresh * fresh);
      store(gradient + at, news * inner * reset * (one - reset));
      store(gradient + WIDTH + at, change[v] * (before - fresh) * update * (one - update));
      store(gradient + 2 * WIDTH + at, news);
      store(gradient + 3 * WIDTH + at, news * reset);
      store(carry + at, change[v] * update);
    }
  }
};
