// Chosen pixels, of which max_pooling.cl says how they are kept, as vectors.
#ifdef REAL_IS_DOUBLE
#define LOAD_BYTES(p) convert_long8(vload8(0, p))
#define LOAD_INTS(p) convert_long8(vload8(0, p))
#define STORE_BYTES(v, p) vstore8(convert_uchar8(v), 0, p)
#define STORE_INTS(v, p) vstore8(convert_int8(v), 0, p)
#define STORE_SIGNED(v, p) vstore8(v, 0, p)
#define LOAD_SIGNED(p) vload8(0, p)
#define SIGNED_LANE long
#else
#define LOAD_BYTES(p) convert_int16(vload16(0, p))
#define LOAD_INTS(p) vload16(0, p)
#define STORE_BYTES(v, p) vstore16(convert_uchar16(v), 0, p)
#define STORE_INTS(v, p) vstore16(v, 0, p)
#define STORE_SIGNED(v, p) vstore16(v, 0, p)
#define LOAD_SIGNED(p) vload16(0, p)
#define SIGNED_LANE int
#endif

DEVICE SIGNED load_choices(GLOBAL const UCHAR* chosen, LONG at, int count, int bytes) {
  if (count < LANES) {
    SIGNED_LANE some[LANES];
    for (int i = 0; i < LANES; i++) {
      some[i] = i < count ? choice_at(chosen, at + i, bytes) : 0;
    }
    return LOAD_SIGNED(some);
  }
  return bytes == 1 ? LOAD_BYTES(chosen + at) : LOAD_INTS((GLOBAL const int*)chosen + at);
}

DEVICE void keep_choices(GLOBAL UCHAR* chosen, LONG at, int count, int bytes, SIGNED choice) {
  if (count < LANES) {
    SIGNED_LANE some[LANES];
    STORE_SIGNED(choice, some);
    for (int i = 0; i < count; i++) {
      keep_choice(chosen, at + i, bytes, (int)some[i]);
    }
  } else if (bytes == 1) {
    STORE_BYTES(choice, chosen + at);
  } else {
    STORE_INTS(choice, (GLOBAL int*)chosen + at);
  }
}
