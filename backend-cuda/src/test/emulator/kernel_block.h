// The end of each translated kernel: runs the threads of a block. Its text comes after "struct Thread", "run_thread" and BARRIERS.

uint64_t cambium_thread_bytes = sizeof(struct Thread);

#if BARRIERS == 0
void cambium_run_block(struct Block* block, struct Thread* threads) {
  (void)threads;
  struct Thread self;
  for (self.z = 0; self.z < block->size[2]; self.z++) {
    for (self.y = 0; self.y < block->size[1]; self.y++) {
      for (self.x = 0; self.x < block->size[0]; self.x++) {
        self.place = BEGIN;
        run_thread(block, &self);
        if (block->failed) return;
      }
    }
  }
}
#else
// One barrier after the other: every thread runs up to it before one goes on. From barrier to barrier the order turns round, so that
// a thread that reads what another writes without a barrier between them finds the wrong value in one of the two.
void cambium_run_block(struct Block* block, struct Thread* threads) {
  uint32_t count = 0;
  for (uint32_t z = 0; z < block->size[2]; z++) {
    for (uint32_t y = 0; y < block->size[1]; y++) {
      for (uint32_t x = 0; x < block->size[0]; x++) {
        threads[count].x = x;
        threads[count].y = y;
        threads[count].z = z;
        threads[count++].place = BEGIN;
      }
    }
  }
  for (int round = 0; !block->failed; round++) {
    for (uint32_t i = 0; i < count && !block->failed; i++) run_thread(block, &threads[round % 2 == 0 ? i : count - 1 - i]);
    for (uint32_t i = 1; i < count && !block->failed; i++) {
      if (threads[i].place != threads[0].place) {
        struct Thread* self = &threads[i];
        NOTE_WHERE(self->place == FINISHED ? barrier_lines[threads[0].place] : barrier_lines[self->place]);
        block->fail(block, FAULT_DIVERGED, "barrier", 0, 0);
      }
    }
    if (threads[0].place == FINISHED) return;
  }
}
#endif
