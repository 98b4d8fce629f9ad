// Bugs planted on purpose, to see that the fuzzers find them: fuzz/canary/*.patch has them, and
// //fuzz:STEM_fuzz_canary is a fuzzer whose code under test is patched so. They sleep until the
// environment names one: IPCSPEC_CANARY=judge_accepts.
#pragma once

#include <cstdlib>
#include <string_view>

namespace ipcspec {

// Name, and the fuzz target that must find it; tools/canaries reads these lines.
// clang-format off
#define IPCSPEC_CANARIES(X)              \
  X(length_off_by_one, frame)            \
  X(chunk_boundary_forgotten, frame)     \
  X(resync_skips_frame, frame)           \
  X(need_of_last_frame_kept, frame)      \
  X(read_not_retried, channel)           \
  X(write_not_retried, channel)          \
  X(short_write_taken_as_whole, channel) \
  X(cut_frame_not_told, channel)         \
  X(text_length_unchecked, message)      \
  X(highest_byte_lost, message)          \
  X(escape_misread, trace)               \
  X(error_beside_its_place, script)      \
  X(unknown_word_accepted, results)      \
  X(blank_kept, expect)                  \
  X(seed_zero_forgotten, order)          \
  X(judge_accepts, judge)                \
  X(judge_over_budget, judge)            \
  X(judge_by_name, judge)                \
  X(worker_misreports, kernel)
// clang-format on

#define IPCSPEC_NAME_OF(name, stem) name,
enum class Canary { IPCSPEC_CANARIES(IPCSPEC_NAME_OF) none };
#undef IPCSPEC_NAME_OF

inline Canary canary_named(std::string_view wanted) {
#define IPCSPEC_COMPARE(name, stem) \
  if (wanted == #name) return Canary::name;
  IPCSPEC_CANARIES(IPCSPEC_COMPARE)
#undef IPCSPEC_COMPARE
  return Canary::none;
}

inline bool planted(Canary canary) {
  static const Canary chosen = [] {
    const char* name = std::getenv("IPCSPEC_CANARY");
    return name == nullptr ? Canary::none : canary_named(name);
  }();
  return canary == chosen;
}

}  // namespace ipcspec
