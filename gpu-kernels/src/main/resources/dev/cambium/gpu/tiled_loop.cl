  // Included in a kernel. Leaves in sum[][] what the tiles first to last - 1 add up to. FETCH_TILES(t) brings this work-item's
  // elements of tile t to a_next[] and b_next[]. While a tile is multiplied, the next is already on its way.
  REAL sum[ITEM_M][ITEM_N];
#pragma unroll
  for (int i = 0; i < ITEM_M; ++i) {
#pragma unroll
    for (int j = 0; j < ITEM_N; ++j) {
      sum[i][j] = R(0.0);
    }
  }
  REAL a_next[A_EACH];
  REAL b_next[B_EACH];
  if (first < last) {
    FETCH_TILES(first)
    PUT_TILES(0)
  }
  BARRIER();
  for (int t = first; t < last; ++t) {
    const int at = (t - first) & 1;
    if (t + 1 < last) {
      FETCH_TILES(t + 1)
    }
    BESIDE_PRODUCT(t, at)
    if (PLAIN_PRODUCT(at)) {
#pragma unroll
      for (int k = 0; k < TILE_K; ++k) {
        REAL a[ITEM_M];
        REAL b[ITEM_N];
#pragma unroll
        for (int i = 0; i < ITEM_M; ++i) {
          a[i] = A_TILE(at, k, ROW(i));
        }
#pragma unroll
        for (int j = 0; j < ITEM_N; ++j) {
          b[j] = B_TILE(at, k, COLUMN(j));
        }
#pragma unroll
        for (int i = 0; i < ITEM_M; ++i) {
#pragma unroll
          for (int j = 0; j < ITEM_N; ++j) {
            sum[i][j] += a[i] * b[j];
          }
        }
      }
    } else {
      OTHER_PRODUCT(t, at)
    }
    if (t + 1 < last) {
      PUT_TILES(1 - at)
    }
    BARRIER();
  }
