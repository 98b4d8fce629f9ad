#include "bench/transfer.hpp"

#include <sched.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <vector>

#include "core/error.hpp"
#include "harness/settle.hpp"

namespace ipcspec::bench {
namespace {

using harness::monotonic_ns;

// The scenario number that garbage collection finds the names by.
constexpr const char* kScenario = "0";
// Below this many bytes a look at the clock would be a good part of a message.
constexpr std::size_t kClockedBytes = 4096;
constexpr std::uint64_t kMessagesPerLook = 8;
constexpr std::size_t kSamplesMax = 1u << 16;
constexpr std::uint64_t kWarmUp = 4;
constexpr std::size_t kSmallBytesMax = 64;
constexpr std::size_t kLargeBytesMin = 64u << 10;
// Share of a cell's time that goes to measuring and not to making processes.
constexpr double kMeasuringShare = 0.75;
// First byte of what a cell's process answers.
constexpr char kFiguresMark = 'f';
constexpr char kWrongMark = 'w';

// What the two processes know of each other beside the link.
struct Board {
  std::atomic<std::uint64_t> last;  // number of the last message; written before it is sent
  std::atomic<bool> wrong;          // the right side saw a byte that was not sent
};

class SharedBoard {
 public:
  SharedBoard()
      : memory_(::mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
                       -1, 0)) {
    if (memory_ == MAP_FAILED) throw Unsupported(system_error_text("no shared mapping"));
  }
  SharedBoard(const SharedBoard&) = delete;
  SharedBoard& operator=(const SharedBoard&) = delete;
  ~SharedBoard() { ::munmap(memory_, sizeof(Board)); }
  Board& operator*() const { return *static_cast<Board*>(memory_); }

 private:
  void* memory_;
};

// Bytes with no short period, each message's front overwritten with its number.
class Message {
 public:
  explicit Message(std::size_t size_bytes) : bytes_(size_bytes) {
    std::uint32_t state = 2463534242u;
    for (std::size_t at = 0; at < bytes_.size(); at += sizeof state) {
      state ^= state << 13;
      state ^= state >> 17;
      state ^= state << 5;
      std::memcpy(bytes_.data() + at, &state, std::min(sizeof state, bytes_.size() - at));
    }
  }
  void number(std::uint64_t number) {
    std::memcpy(bytes_.data(), &number, std::min(sizeof number, bytes_.size()));
  }
  bool has_number(std::uint64_t number) const {
    return std::memcmp(bytes_.data(), &number, std::min(sizeof number, bytes_.size())) == 0;
  }
  void clear() { std::ranges::fill(bytes_, '\0'); }
  bool operator==(const Message& other) const { return bytes_ == other.bytes_; }
  char* data() { return bytes_.data(); }
  std::size_t size() const { return bytes_.size(); }

 private:
  std::vector<char> bytes_;
};

// The right side: answers every message, then takes a stream and answers its end.
class Right {
 public:
  Right(Link& link, Board& board, std::size_t message_bytes, bool has_data)
      : link_(link),
        board_(board),
        message_(message_bytes),
        sent_(message_bytes),
        has_data_(has_data) {}

  void run() {
    std::uint64_t round = 1;
    for (;; ++round) {
      take(round);
      const bool last = board_.last.load() == round;
      link_.send(message_.data(), message_.size());
      if (last) break;
    }
    if (!has_data_) return;
    check_whole(round);
    message_.clear();
    link_.send(message_.data(), 1);  // ready for the stream
    for (++round;; ++round) {
      take(round);
      if (board_.last.load() == round) break;
    }
    check_whole(round);
    link_.send(message_.data(), 1);
  }

 private:
  void take(std::uint64_t round) {
    link_.receive(message_.data(), message_.size());
    if (has_data_ && !message_.has_number(round)) board_.wrong.store(true);
  }
  void check_whole(std::uint64_t round) {
    sent_.number(round);
    if (!(message_ == sent_)) board_.wrong.store(true);
  }

  Link& link_;
  Board& board_;
  Message message_;
  Message sent_;  // what should have come
  bool has_data_;
};

class Left {
 public:
  Left(Link& link, Board& board, std::size_t message_bytes, bool has_data)
      : link_(link),
        board_(board),
        message_(message_bytes),
        reply_(message_bytes),
        has_data_(has_data) {}

  void play(std::int64_t budget_ns, TransferFigures& figures) {
    std::vector<std::int64_t> samples;
    samples.reserve(kSamplesMax);
    std::int64_t before = monotonic_ns();
    const std::int64_t end = before + budget_ns;
    bool last = false;
    while (!last) {
      last = before >= end || samples.size() + 1 == kSamplesMax;
      prepare(last);
      link_.send(message_.data(), message_.size());
      link_.receive(reply_.data(), reply_.size());
      const std::int64_t now = monotonic_ns();
      if (round_ > kWarmUp || last) samples.push_back(now - before);
      if (has_data_ && !reply_.has_number(round_)) wrong_ = true;
      before = monotonic_ns();
    }
    if (has_data_ && !(reply_ == message_)) wrong_ = true;
    const auto middle = samples.begin() + static_cast<std::ptrdiff_t>(samples.size() / 2);
    std::nth_element(samples.begin(), middle, samples.end());
    figures.latency_us = static_cast<double>(*middle) / 2000.0;
    figures.round_trips = static_cast<std::int64_t>(samples.size());
  }

  void stream(std::int64_t budget_ns, TransferFigures& figures) {
    link_.receive(reply_.data(), 1);
    const std::uint64_t first = round_;
    const std::uint64_t per_look = message_.size() < kClockedBytes ? kMessagesPerLook : 1;
    const std::int64_t start = monotonic_ns();
    for (bool last = false; !last;) {
      last = (round_ - first) % per_look == 0 && monotonic_ns() - start >= budget_ns;
      prepare(last);
      link_.send(message_.data(), message_.size());
    }
    // One byte of the last message comes back when all of it has arrived.
    link_.receive(reply_.data(), 1);
    const std::int64_t duration_ns = monotonic_ns() - start;
    figures.messages = static_cast<std::int64_t>(round_ - first);
    const double bytes =
        static_cast<double>(figures.messages) * static_cast<double>(message_.size());
    figures.throughput_mb_per_s =
        bytes * 1000.0 / static_cast<double>(std::max<std::int64_t>(duration_ns, 1));
  }

  bool saw_wrong() const { return wrong_; }

 private:
  void prepare(bool last) {
    ++round_;
    if (last) board_.last.store(round_);
    if (has_data_) message_.number(round_);
  }

  Link& link_;
  Board& board_;
  Message message_;
  Message reply_;
  bool has_data_;
  std::uint64_t round_ = 0;
  bool wrong_ = false;
};

[[noreturn]] void right_main(Link& link, Board& board, std::size_t message_bytes, bool has_data,
                             pid_t parent) {
  die_with_parent(parent);
  int status = 0;
  try {
    link.take_side(Side::right, parent);
    Right(link, board, message_bytes, has_data).run();
  } catch (const std::exception&) {
    status = 1;
  }
  ::_exit(status);
}

void end_right(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    throw Broken("the receiving process ended early");
  }
}

void pin_to(int cpu) {
  if (cpu < 0) return;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<unsigned>(cpu), &set);
  if (::sched_setaffinity(0, sizeof set, &set) != 0) {
    throw Unsupported(system_error_text("sched_setaffinity"));
  }
}

std::vector<Cell> cells_of(const TransferPlan& plan) {
  std::vector<Cell> cells;
  for (const bool pinned : {false, true}) {
    if (pinned && plan.pinned_cpu < 0) continue;
    for (const Mechanism mechanism : kMechanisms) {
      Cell cell;
      cell.mechanism = mechanism;
      cell.pinned = pinned;
      if (mechanism == Mechanism::signal) {
        cells.push_back(cell);
        continue;
      }
      for (const std::size_t size : kMessageSizesBytes) {
        // Small messages for the waking and large ones for the moving are enough to tell.
        if (pinned && size > kSmallBytesMax && size < kLargeBytesMin) continue;
        cell.message_bytes = size;
        cells.push_back(cell);
      }
    }
  }
  return cells;
}

std::string measure_in_child(const Cell& cell, const TransferPlan& plan, int budget_ms) {
  pin_to(cell.pinned ? plan.pinned_cpu : -1);
  const LinkPlace place = {plan.directory + "/" + kScenario, plan.name_prefix + kScenario + "."};
  const bool has_data = cell.mechanism != Mechanism::signal;
  const auto link = make_link(cell.mechanism, cell.message_bytes, place);
  try {
    return kFiguresMark + bytes_of(measure_link(*link, cell.message_bytes, has_data, budget_ms));
  } catch (const WrongData& error) {
    return kWrongMark + std::string(error.what());
  }
}

void read_answer(const ChildAnswer& answer, Cell& cell) {
  if (answer.kind != ChildAnswer::Kind::answered) {
    const bool missing = answer.kind == ChildAnswer::Kind::missing;
    cell.standing = missing ? Standing::missing : Standing::unknown;
    cell.trouble = answer.text;
    return;
  }
  const bool is_wrong = !answer.text.empty() && answer.text.front() == kWrongMark;
  const auto figures =
      answer.text.empty() ? std::nullopt : value_of<TransferFigures>(answer.text.substr(1));
  if (!is_wrong && figures) {
    cell.standing = Standing::measured;
    cell.figures = *figures;
    return;
  }
  cell.standing = is_wrong ? Standing::wrong : Standing::unknown;
  cell.trouble = is_wrong ? answer.text.substr(1) : "the measuring process answered nonsense";
}

}  // namespace

TransferFigures measure_link(Link& link, std::size_t message_bytes, bool has_data, int budget_ms) {
  SharedBoard board;
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) throw Broken(system_error_text("cannot fork"));
  if (pid == 0) right_main(link, *board, message_bytes, has_data, parent);
  link.take_side(Side::left, pid);
  TransferFigures figures;
  const std::size_t piece = link.piece_bytes();
  if (piece > 0 && message_bytes > piece) {
    figures.pieces_per_message = (message_bytes + piece - 1) / piece;
  }
  Left left(link, *board, message_bytes, has_data);
  const std::int64_t half_ns = std::int64_t{budget_ms} * 1'000'000 / 2;
  left.play(half_ns, figures);
  if (has_data) left.stream(half_ns, figures);
  end_right(pid);
  if (left.saw_wrong() || (*board).wrong.load()) {
    throw WrongData("bytes did not arrive as they were sent; the figure is withheld");
  }
  return figures;
}

int count_of_cells(const TransferPlan& plan) { return static_cast<int>(cells_of(plan).size()); }

void measure_transfers(const TransferPlan& plan, const std::function<void(const Cell&)>& done) {
  ::mkdir((plan.directory + "/" + kScenario).c_str(), 0700);
  std::vector<Cell> cells = cells_of(plan);
  const double cell_ms = plan.seconds * 1000.0 / static_cast<double>(cells.size());
  const int budget_ms = std::max(2, static_cast<int>(cell_ms * kMeasuringShare));
  Patience patience = plan.patience;
  patience.timeout_ms += budget_ms;
  for (Cell& cell : cells) {
    const ChildAnswer answer =
        ask_child([&] { return measure_in_child(cell, plan, budget_ms); }, patience);
    if (patience.stopped && patience.stopped()) return;
    read_answer(answer, cell);
    done(cell);
  }
}

}  // namespace ipcspec::bench
