KERNEL GROUP_OF(64, 1) void fine(GLOBAL int* out) {
  out[GLOBAL_X] = 1;
}

KERNEL GROUP_OF(64, 1) void broken(GLOBAL int* out) {
  out[GLOBAL_X] = undeclared + 1;
}
