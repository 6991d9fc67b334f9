// Philox4x32-10 (J. Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3", 2011), as dev.cambium.tensor.Philox4x32:
// the counter's words c0 to c3, each a WORD, become random words; HIGH(a, b) is the high half of a product. The rounds
// are written out so that work-items are vectorised.
#define PHILOX_ROUND(round, WORD, HIGH) \
  { \
    WORD high0 = HIGH(c0, 0xD2511F53u); \
    WORD high1 = HIGH(c2, 0xCD9E8D57u); \
    WORD low0 = c0 * 0xD2511F53u; \
    WORD low1 = c2 * 0xCD9E8D57u; \
    c0 = high1 ^ c1 ^ (key0 + round * 0x9E3779B9u); \
    c2 = high0 ^ c3 ^ (key1 + round * 0xBB67AE85u); \
    c1 = low1; \
    c3 = low0; \
  }
#define PHILOX(WORD, HIGH) \
  PHILOX_ROUND(0u, WORD, HIGH) \
  PHILOX_ROUND(1u, WORD, HIGH) \
  PHILOX_ROUND(2u, WORD, HIGH) \
  PHILOX_ROUND(3u, WORD, HIGH) \
  PHILOX_ROUND(4u, WORD, HIGH) \
  PHILOX_ROUND(5u, WORD, HIGH) \
  PHILOX_ROUND(6u, WORD, HIGH) \
  PHILOX_ROUND(7u, WORD, HIGH) \
  PHILOX_ROUND(8u, WORD, HIGH) \
  PHILOX_ROUND(9u, WORD, HIGH)
