// All that is compiled once for each instruction set.

#include "simd.h"

#include "cells.h"

#include "random.h"

#include "layer.h"

#include "network.h"

#undef INLINE
#undef EACH
#undef COUNTED
#undef INTERLEAVED
#undef SHUFFLED
#undef HOLD
