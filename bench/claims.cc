#include "bench/claims.hpp"

#include <fmt/format.h>

#include <array>
#include <functional>
#include <optional>
#include <span>

namespace ipcspec::bench {
namespace {

constexpr std::size_t kSmallBytes[] = {1, 64};
constexpr std::size_t kLargeBytes[] = {64u << 10, 1u << 20};
constexpr std::size_t kUnixLargeBytes[] = {64u << 10};

using Figure = std::function<double(const Cell&)>;

double latency(const Cell& cell) { return cell.figures.latency_us; }
double throughput(const Cell& cell) { return cell.figures.throughput_mb_per_s; }

// Compared is what was measured on one processor, if anything was; all of it or none, so that like
// is compared with like.
bool has_pinned(const Figures& figures) {
  for (const Cell& cell : figures.cells) {
    if (cell.pinned && cell.standing == Standing::measured) return true;
  }
  return false;
}

std::string size_text(std::size_t bytes) {
  if (bytes >= 1u << 20) return fmt::format("{} MiB", bytes >> 20);
  if (bytes >= 1u << 10) return fmt::format("{} KiB", bytes >> 10);
  return fmt::format("{} B", bytes);
}

// Whether `first` has the smaller figure at every size; nothing when one was not measured.
std::optional<bool> is_smaller(const Figures& figures, Mechanism first, Mechanism second,
                               std::span<const std::size_t> sizes, const Figure& figure,
                               std::string_view unit, std::string& because) {
  const bool pinned = has_pinned(figures);
  bool smaller = true;
  for (const std::size_t size : sizes) {
    const Cell* a = measured_cell(figures, first, size, pinned);
    const Cell* b = measured_cell(figures, second, size, pinned);
    if (a == nullptr || b == nullptr) {
      because = fmt::format("{} was not measured", title_of(a == nullptr ? first : second));
      return std::nullopt;
    }
    smaller = smaller && figure(*a) < figure(*b);
    because += fmt::format("{}{}: {:.1f} and {:.1f} {}", because.empty() ? "" : "; ",
                           size_text(size), figure(*a), figure(*b), unit);
  }
  return smaller;
}

std::optional<bool> is_sooner(const Figures& figures, Mechanism first, Mechanism second,
                              std::string& because) {
  return is_smaller(figures, first, second, kSmallBytes, latency, "us", because);
}

void settle(Claim& claim, std::optional<bool> held) {
  if (held) claim.judgement = *held ? Judgement::held : Judgement::did_not_hold;
}

Claim judge_fast(const Figures& figures, Mechanism mechanism) {
  Claim claim{mechanism, "Fast", "latency lower than TCP's at 1 and 64 bytes", {}, {}};
  claim.judgement = Judgement::not_measurable;
  settle(claim, is_sooner(figures, mechanism, Mechanism::tcp, claim.because));
  return claim;
}

// A signal has no size: set against the smallest message.
Claim judge_signal(const Figures& figures) {
  Claim claim{Mechanism::signal,
              "Fast",
              "latency lower than TCP's at 1 byte",
              Judgement::not_measurable,
              {}};
  const Cell* signal = measured_cell(figures, Mechanism::signal, 0, has_pinned(figures));
  const Cell* tcp = measured_cell(figures, Mechanism::tcp, 1, has_pinned(figures));
  if (signal == nullptr || tcp == nullptr) {
    claim.because = "one of the two was not measured";
    return claim;
  }
  settle(claim, latency(*signal) < latency(*tcp));
  claim.because = fmt::format("{:.1f} and {:.1f} us", latency(*signal), latency(*tcp));
  return claim;
}

Claim judge_moderate(const Figures& figures) {
  Claim claim{Mechanism::tcp,
              "Moderate",
              "latency higher than a pipe's at 1 and 64 bytes",
              Judgement::not_measurable,
              {}};
  settle(claim, is_sooner(figures, Mechanism::pipe, Mechanism::tcp, claim.because));
  return claim;
}

Claim judge_fastest(const Figures& figures) {
  Claim claim{Mechanism::shm,
              "Fastest",
              "best throughput at 64 KiB and 1 MiB",
              Judgement::not_measurable,
              {}};
  const bool pinned = has_pinned(figures);
  bool held = true;
  for (const std::size_t size : kLargeBytes) {
    const Cell* shm = measured_cell(figures, Mechanism::shm, size, pinned);
    const Cell* rival = nullptr;
    for (const Mechanism mechanism : kMechanisms) {
      const Cell* cell = measured_cell(figures, mechanism, size, pinned);
      if (cell == nullptr || mechanism == Mechanism::shm) continue;
      if (rival == nullptr || throughput(*cell) > throughput(*rival)) rival = cell;
    }
    if (shm == nullptr || rival == nullptr) {
      claim.because = shm == nullptr ? "shared memory was not measured" : "nothing to compare with";
      return claim;
    }
    held = held && throughput(*shm) > throughput(*rival);
    claim.because += fmt::format("{}{}: {:.0f} MB/s, next {} with {:.0f}",
                                 claim.because.empty() ? "" : "; ", size_text(size),
                                 throughput(*shm), title_of(rival->mechanism), throughput(*rival));
  }
  settle(claim, held);
  return claim;
}

Claim judge_unix(const Figures& figures) {
  Claim claim{Mechanism::unix_stream,
              "Faster than TCP for local IPC",
              "latency lower than TCP's at 1 and 64 bytes, throughput higher at 64 KiB",
              Judgement::not_measurable,
              {}};
  const std::optional<bool> sooner =
      is_sooner(figures, Mechanism::unix_stream, Mechanism::tcp, claim.because);
  if (!sooner) return claim;
  std::string more;
  const std::optional<bool> less = is_smaller(figures, Mechanism::unix_stream, Mechanism::tcp,
                                              kUnixLargeBytes, throughput, "MB/s", more);
  if (less) claim.because += "; " + more;
  if (!less) claim.because = more;
  settle(claim, less ? std::optional(*sooner && !*less) : std::nullopt);
  return claim;
}

}  // namespace

std::string_view to_string(Judgement judgement) {
  switch (judgement) {
    case Judgement::held:
      return "held here";
    case Judgement::did_not_hold:
      return "did not hold here";
    case Judgement::not_measurable:
      break;
  }
  return "not a measurable claim";
}

std::vector<Claim> judge_claims(const Figures& figures) {
  return {judge_fast(figures, Mechanism::pipe),
          judge_fast(figures, Mechanism::fifo),
          judge_moderate(figures),
          judge_unix(figures),
          judge_fastest(figures),
          judge_signal(figures)};
}

}  // namespace ipcspec::bench
