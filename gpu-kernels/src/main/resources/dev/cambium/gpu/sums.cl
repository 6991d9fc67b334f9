// Sums nearly as exact as in twice the precision: what an addition rounds away is kept in a second number (D. Knuth's
// TwoSum).
DEVICE void add_to(REAL* sum, REAL* error, REAL value) {
  REAL next = *sum + value;
  REAL added = next - *sum;
  *error += (*sum - (next - added)) + (value - added);
  *sum = next;
}

// The sum; that of infinities, and of what overflows, has no rounding error.
DEVICE REAL added_up(REAL sum, REAL error) {
  return error == error ? sum + error : sum;
}
