// Vectors of LANES floats, whatever the processor calls them; included once for each instruction set.

typedef float vec __attribute__((vector_size(4 * LANES)));
typedef int32_t ivec __attribute__((vector_size(4 * LANES)));
typedef uint32_t uvec __attribute__((vector_size(4 * LANES)));
typedef uint64_t wide __attribute__((vector_size(8 * LANES)));

#define INLINE static inline __attribute__((always_inline))

#if LANES == 4
#define EACH(x) {x, x, x, x}
#define COUNTED {0, 1, 2, 3}
#elif LANES == 8
#define EACH(x) {x, x, x, x, x, x, x, x}
#define COUNTED {0, 1, 2, 3, 4, 5, 6, 7}
#else
#define EACH(x) {x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x}
#define COUNTED {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}
#endif

// Holds a value in a register: left alone, compilers read it from memory again for every product it has a part in.
#if defined(__x86_64__)
#define HOLD(x) asm("" : "+v"(x))
#elif defined(__aarch64__)
#define HOLD(x) asm("" : "+w"(x))
#else
#define HOLD(x)
#endif

INLINE vec splat(float x) { return vec EACH(x); }
INLINE vec load(const float* at) { return *reinterpret_cast<const vec*>(at); }
INLINE void store(float* at, vec x) { *reinterpret_cast<vec*>(at) = x; }
INLINE vec select(ivec where, vec yes, vec no) { return where ? yes : no; }

// x P(x^2) / Q(x^2), fitted so that the greatest relative error is smallest: 1.3e-7, 4.2e-7 in single precision.
INLINE vec tanh(vec x) {
  const vec most = splat(7.9f);
  x = select(x > most, most, x);
  x = select(x < -most, -most, x);
  const vec u = x * x;
  vec p = splat(1.1531699783517979e-05f);
  p = p * u + splat(0.002960460726171732f);
  p = p * u + splat(0.12934406101703644f);
  p = p * u + splat(0.9999998807907104f);
  vec q = splat(2.492502346740366e-07f);
  q = q * u + splat(0.00024001025303732604f);
  q = q * u + splat(0.023854032158851624f);
  q = q * u + splat(0.4626763164997101f);
  q = q * u + splat(1.0f);
  return x * p / q;
}

INLINE vec sigmoid(vec x) { return splat(0.5f) + splat(0.5f) * tanh(splat(0.5f) * x); }

// A block of the batch: WIDTH columns, in VECTORS vectors.
constexpr int64_t WIDTH = LANES * VECTORS;

// Four rows of a product, for one block of the batch.
struct Tile {
  vec at[4][VECTORS];
};

INLINE Tile nothing() {
  Tile tile;
  for (auto& row : tile.at)
    for (auto& value : row) value = splat(0.0f);
  return tile;
}

INLINE Tile load_rows(const float* from, int64_t stride) {
  Tile tile;
  for (int row = 0; row < 4; row++)
    for (int v = 0; v < VECTORS; v++) tile.at[row][v] = load(from + row * stride + v * LANES);
  return tile;
}

INLINE void store_rows(const Tile& tile, float* to, int64_t stride) {
  for (int row = 0; row < 4; row++)
    for (int v = 0; v < VECTORS; v++) store(to + row * stride + v * LANES, tile.at[row][v]);
}

// Adds weights (depth, 4) times panel (depth, WIDTH) to the tile.
INLINE void multiply(Tile& tile, const float* weights, const float* panel, int64_t depth) {
  Tile sum = tile;
  for (int64_t k = 0; k < depth; k++) {
    vec column[VECTORS];
    for (int v = 0; v < VECTORS; v++) {
      column[v] = load(panel + v * LANES);
      HOLD(column[v]);
    }
    for (int row = 0; row < 4; row++) {
      vec weight = splat(weights[row]);
      HOLD(weight);
      for (int v = 0; v < VECTORS; v++) sum.at[row][v] += weight * column[v];
    }
    weights += 4;
    panel += WIDTH;
  }
  tile = sum;
}

// Adds the products of four rows with the columns of a panel (WIDTH of them deep, WIDTH wide) to the tile.
INLINE void multiply_rows(Tile& tile, const float* rows, const float* panel) {
  for (int64_t k = 0; k < WIDTH; k++) {
    vec column[VECTORS];
    for (int v = 0; v < VECTORS; v++) {
      column[v] = load(panel + v * LANES);
      HOLD(column[v]);
    }
    for (int row = 0; row < 4; row++) {
      vec weight = splat(rows[row * WIDTH + k]);
      HOLD(weight);
      for (int v = 0; v < VECTORS; v++) tile.at[row][v] += weight * column[v];
    }
    panel += WIDTH;
  }
}
