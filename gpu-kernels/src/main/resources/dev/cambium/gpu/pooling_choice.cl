// The chosen pixel is kept as its place in the window, row by row, in so many bytes: 1 where they suffice, else 4.
DEVICE int choice_at(GLOBAL const UCHAR* RESTRICT chosen, LONG at, int bytes) {
  return bytes == 1 ? (int)chosen[at] : ((GLOBAL const int*)chosen)[at];
}

DEVICE void keep_choice(GLOBAL UCHAR* RESTRICT chosen, LONG at, int bytes, int choice) {
  if (bytes == 1) {
    chosen[at] = (UCHAR)choice;
  } else {
    ((GLOBAL int*)chosen)[at] = choice;
  }
}
