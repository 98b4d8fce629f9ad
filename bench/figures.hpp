// What a benchmark found, as values. A figure that could not be had is absent, and beside it stands
// why.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/verdict.hpp"

namespace ipcspec::bench {

enum class Mechanism { pipe, fifo, tcp, unix_stream, shm, mq, signal };

inline constexpr std::array<Mechanism, 7> kMechanisms = {
    Mechanism::pipe, Mechanism::fifo, Mechanism::tcp,   Mechanism::unix_stream,
    Mechanism::shm,  Mechanism::mq,   Mechanism::signal};

// For programs: "unix".
std::string_view to_string(Mechanism mechanism);
// For people: "unix stream socket".
std::string_view title_of(Mechanism mechanism);

inline constexpr std::array<std::size_t, 6> kMessageSizesBytes = {1,        64,        1 << 10,
                                                                  4u << 10, 64u << 10, 1u << 20};

// Plain bytes, since it comes from another process.
struct TransferFigures {
  double latency_us = 0;               // half of the median round trip
  double throughput_mb_per_s = 0;      // 10^6 bytes; 0 for a signal, which carries none
  std::int64_t round_trips = 0;        // that the median is of
  std::int64_t messages = 0;           // that the throughput is of
  std::size_t pieces_per_message = 1;  // more when the mechanism bounds what goes in one
};

enum class Standing {
  measured,
  missing,  // the platform does not have it
  wrong,    // bytes did not arrive as they were sent
  unknown,  // not enough time, or stopped
};
std::string_view to_string(Standing standing);

struct Cell {
  Mechanism mechanism = Mechanism::pipe;
  std::size_t message_bytes = 0;  // 0 for a signal
  bool pinned = false;            // both processes on one processor
  Standing standing = Standing::unknown;
  TransferFigures figures;  // when measured
  std::string trouble;      // when not
};

// Medians in microseconds, and the 99th percentile of seeing a call blocked. Plain bytes.
struct SettlingFigures {
  double round_trip_us = 0;          // a frame through shared memory each way; one processor
  double socket_round_trip_us = 0;   // a byte each way over a socketpair, for comparison
  double fork_exit_wait_us = 0;      // bare fork, _exit, waitpid
  double settled_step_us = 0;        // a call that is answered, with a second process idle
  double settled_step_alone_us = 0;  // the same with no other process
  double shown_blocked_us = 0;       // a read of an empty pipe, issued and seen blocked
  double shown_blocked_p99_us = 0;
  double scenario_us = 0;              // making and ending a scenario of two processes
  Evidence evidence = Evidence::none;  // by which blocking was seen
};

// Random schedules, each made, carried out, judged and counted. Plain bytes.
struct ScheduleFigures {
  double processes = 0;      // of each, on average
  double calls = 0;          // of each, on average; forks included
  double script_us = 0;      // on average, one controller
  int controllers = 0;       // side by side, each on a processor of its own
  double scripts_per_s = 0;  // of all these together
};
// What the bare costs alone come to: each process forked and waited for, each call a round trip.
double bound_us(const SettlingFigures& bare, const ScheduleFigures& figures);

// Traces judged, and nothing else. Plain bytes.
struct JudgingFigures {
  int traces = 0;
  int events = 0;  // of all of them
  double event_ns = 0;
};

// Payloads of the frames whose decoding is measured.
inline constexpr std::size_t kSmallFrameBytes = 16;
inline constexpr std::size_t kLargeFrameBytes = 4096;

// Nanoseconds for one frame: decoded, and its bytes only copied and summed. Plain bytes.
struct FramingFigures {
  double small_ns = 0;
  double small_bare_ns = 0;
  double large_ns = 0;
  double large_bare_ns = 0;
};

// Time for all the rules.
struct RulesFigures {
  int rules = 0;
  int jobs = 0;
  int processors = 0;
  double duration_s = 0;
  double cpu_s = 0;     // of the rules' own processes
  std::string summary;  // "184 pass"
};

// Medians in milliseconds of a new process of this program.
struct StartFigures {
  double verdict_ms = 0;  // `ipcspec run` of one rule, from fork to exit
  double version_ms = 0;  // `ipcspec --version`, the same way: what any start costs
  std::string rule;
};

struct SizeFigures {
  std::uint64_t file_bytes = 0;
  std::uint64_t stripped_bytes = 0;  // estimated from the section headers
  bool stripped = false;
  bool is_static = false;
};

struct Figures {
  std::vector<Cell> cells;
  std::optional<SettlingFigures> settling;
  std::optional<ScheduleFigures> schedules;
  std::optional<JudgingFigures> judging;
  std::optional<FramingFigures> framing;
  std::optional<RulesFigures> rules;
  std::optional<StartFigures> start;
  std::optional<SizeFigures> size;
  std::vector<std::string> troubles;  // why an absent part is absent
  std::string stopped_by;             // "SIGINT"; empty when nothing stopped the benchmark
};

// The cell for these, or null when there is none or it was not measured.
const Cell* measured_cell(const Figures& figures, Mechanism mechanism, std::size_t message_bytes,
                          bool pinned = false);

// One of our own goals, beside what was found.
struct Goal {
  std::string id;        // "settled_step"
  std::string what;      // "a settled step, two processes"
  std::string baseline;  // "a bare round trip"; empty when the goal is absolute
  std::string unit;      // of figure and baseline
  double figure = 0;
  double baseline_figure = 0;
  double compared = 0;  // what the limit is set against: the ratio or the figure
  double limit = 0;
  bool held() const { return compared <= limit; }
};
std::vector<Goal> goals_of(const Figures& figures);

}  // namespace ipcspec::bench
