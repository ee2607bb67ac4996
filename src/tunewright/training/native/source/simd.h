// Vectors of LANES floats, whatever the processor calls them; included once for each instruction set.

typedef float vec __attribute__((vector_size(4 * LANES)));
typedef int32_t ivec __attribute__((vector_size(4 * LANES)));
typedef uint32_t uvec __attribute__((vector_size(4 * LANES)));
typedef uint64_t wide __attribute__((vector_size(8 * LANES)));

#define INLINE static inline __attribute__((always_inline))

#if LANES == 4
#define EACH(x) {x, x, x, x}
#define COUNTED {0, 1, 2, 3}
#define INTERLEAVED(f) f, f + 4, f + 1, f + 5
#elif LANES == 8
#define EACH(x) {x, x, x, x, x, x, x, x}
#define COUNTED {0, 1, 2, 3, 4, 5, 6, 7}
#define INTERLEAVED(f) f, f + 8, f + 1, f + 9, f + 2, f + 10, f + 3, f + 11
#else
#define EACH(x) {x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x}
#define COUNTED {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}
#define INTERLEAVED(f) \
  f, f + 16, f + 1, f + 17, f + 2, f + 18, f + 3, f + 19, f + 4, f + 20, f + 5, f + 21, f + 6, f + 22, f + 7, f + 23
#endif

// GCC before 12 has no other way than its own.
#if defined(__clang__) || __GNUC__ >= 12
#define SHUFFLED(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define SHUFFLED(a, b, ...) __builtin_shuffle(a, b, ivec{__VA_ARGS__})
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

// What is not a number stays so: a training that diverges must be seen to.
#if defined(__x86_64__) && LANES == 4
INLINE vec at_most(vec limit, vec x) { return _mm_min_ps(limit, x); }
INLINE vec at_least(vec limit, vec x) { return _mm_max_ps(limit, x); }
#elif defined(__x86_64__) && LANES == 8
INLINE vec at_most(vec limit, vec x) { return _mm256_min_ps(limit, x); }
INLINE vec at_least(vec limit, vec x) { return _mm256_max_ps(limit, x); }
#elif defined(__x86_64__)
INLINE vec at_most(vec limit, vec x) { return _mm512_mask_min_ps(x, 0xFFFF, limit, x); }
INLINE vec at_least(vec limit, vec x) { return _mm512_mask_max_ps(x, 0xFFFF, limit, x); }
#else
INLINE vec at_most(vec limit, vec x) { return select(x > limit, limit, x); }
INLINE vec at_least(vec limit, vec x) { return select(x < limit, limit, x); }
#endif

// x P(x^2) / Q(x^2), fitted so that the greatest relative error is smallest: 1.3e-7, 4.2e-7 in single precision.
INLINE vec tanh(vec x) {
  x = at_least(splat(-7.9f), at_most(splat(7.9f), x));
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

// Asks for what will be read soon.
INLINE void foresee(const float* from, int64_t count) {
  for (int64_t at = 0; at < count; at += 16) __builtin_prefetch(from + at);
}

// A block of the batch: WIDTH columns, in VECTORS vectors.
constexpr int64_t WIDTH = LANES * VECTORS;

// Four rows of a product, WIDE vectors wide.
template <int WIDE>
struct Rows {
  vec at[4][WIDE];
};
using Tile = Rows<VECTORS>;

INLINE Tile nothing() {
  Tile tile;
  for (auto& row : tile.at)
    for (auto& value : row) value = splat(0.0f);
  return tile;
}

// Each row one number.
INLINE Tile columns_of(const float* numbers) {
  Tile tile;
  for (int row = 0; row < 4; row++)
    for (auto& value : tile.at[row]) value = splat(numbers[row]);
  return tile;
}

template <int WIDE>
INLINE Rows<WIDE> load_rows(const float* from, int64_t stride) {
  Rows<WIDE> rows;
  for (int row = 0; row < 4; row++)
    for (int v = 0; v < WIDE; v++) rows.at[row][v] = load(from + row * stride + v * LANES);
  return rows;
}

template <int WIDE>
INLINE void store_rows(const Rows<WIDE>& rows, float* to, int64_t stride) {
  for (int row = 0; row < 4; row++)
    for (int v = 0; v < WIDE; v++) store(to + row * stride + v * LANES, rows.at[row][v]);
}

// Columns of a square become its rows: each round interleaves its upper half with its lower one.
INLINE void turn(vec* square) {
  for (int round = 1; round < LANES; round *= 2) {
    vec turned[LANES];
    for (int i = 0; i < LANES / 2; i++) {
      turned[2 * i] = SHUFFLED(square[i], square[i + LANES / 2], INTERLEAVED(0));
      turned[2 * i + 1] = SHUFFLED(square[i], square[i + LANES / 2], INTERLEAVED(LANES / 2));
    }
    for (int i = 0; i < LANES; i++) square[i] = turned[i];
  }
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

// Adds the products of four rows with the columns of a panel (WIDTH of them deep, WIDE vectors wide), and where they are
// wanted the rows themselves, in every lane.
template <int WIDE, bool WANTED>
INLINE void multiply_rows(Rows<WIDE>& sums, vec totals[4], const float* rows, const float* panel) {
  for (int64_t k = 0; k < WIDTH; k++) {
    vec column[WIDE];
    for (int v = 0; v < WIDE; v++) {
      column[v] = load(panel + v * LANES);
      HOLD(column[v]);
    }
    for (int row = 0; row < 4; row++) {
      vec weight = splat(rows[row * WIDTH + k]);
      HOLD(weight);
      if (WANTED) totals[row] += weight;
      for (int v = 0; v < WIDE; v++) sums.at[row][v] += weight * column[v];
    }
    panel += WIDE * LANES;
  }
}
