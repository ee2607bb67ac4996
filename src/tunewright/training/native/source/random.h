// Which states dropout leaves: from a counter alone, so that a mask is the same on any processor and at any time.
//
// Philox4x32-7 (Salmon et al. 2011: seven rounds pass every test there is of them). The counter is (column of the batch, group of eight rows, layer, batch trained);
// the halves of its four words are for the eight rows. So a rate is one of 65536.

INLINE void philox(uvec word[4], uint64_t seed) {
  uint32_t first = static_cast<uint32_t>(seed), second = static_cast<uint32_t>(seed >> 32);
  for (int round = 0; round < 7; round++) {
    const wide even = __builtin_convertvector(word[0], wide) * static_cast<uint64_t>(0xD2511F53u);
    const wide odd = __builtin_convertvector(word[2], wide) * static_cast<uint64_t>(0xCD9E8D57u);
    const uvec high_even = __builtin_convertvector(even >> 32, uvec), low_even = __builtin_convertvector(even, uvec);
    const uvec high_odd = __builtin_convertvector(odd >> 32, uvec), low_odd = __builtin_convertvector(odd, uvec);
    word[0] = high_odd ^ word[1] ^ first;
    word[1] = low_odd;
    word[2] = high_even ^ word[3] ^ second;
    word[3] = low_even;
    first += 0x9E3779B9u;
    second += 0xBB67AE85u;
  }
}

// Scales or drops `rows` rows of each of `moments` moments of a layer, as one array (moments, blocks, rows, WIDTH).
static void draw_mask(float* mask, int64_t moments, int64_t blocks, int64_t rows, float rate, uint64_t seed, uint32_t layer,
                      uint64_t step) {
  const uvec counted = uvec COUNTED;
  const uint32_t nearest = static_cast<uint32_t>(static_cast<double>(rate) * 65536.0 + 0.5);
  const uint32_t limit = nearest < 65535 ? nearest : 65535;
  const vec scale = splat(65536.0f / (65536.0f - static_cast<float>(limit))), zero = splat(0.0f);
  const int64_t groups = (rows + 7) / 8;
  for (int64_t moment = 0; moment < moments; moment++)
    for (int64_t block = 0; block < blocks; block++)
      for (int64_t group = 0; group < groups; group++)
        for (int v = 0; v < VECTORS; v++) {
          uvec word[4];
          word[0] = counted + static_cast<uint32_t>(block * WIDTH + v * LANES);
          word[1] = uvec{} + static_cast<uint32_t>(moment * groups + group);
          word[2] = uvec{} + (layer | static_cast<uint32_t>(step >> 32) << 8);
          word[3] = uvec{} + static_cast<uint32_t>(step);
          philox(word, seed);
          for (int64_t row = 0; row < 8 && group * 8 + row < rows; row++) {
            const uvec drawn = row % 2 ? word[row / 2] >> 16 : word[row / 2] & 0xFFFFu;
            store(mask + ((moment * blocks + block) * rows + group * 8 + row) * WIDTH + v * LANES,
                  select(reinterpret_cast<ivec>(drawn) >= (ivec{} + static_cast<int32_t>(limit)), scale, zero));
          }
        }
}
