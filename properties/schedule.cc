#include "properties/schedule.hpp"

#include <algorithm>

#include "ops/script_of.hpp"
#include "properties/hand.hpp"

namespace ipcspec::properties {
namespace {

// Places in a gene; the operands follow.
constexpr std::size_t kWho = 0;
constexpr std::size_t kMechanism = 1;
constexpr std::size_t kAct = 2;
constexpr std::size_t kManner = 3;

constexpr std::size_t kRacersMax = 3;
// How often another call is tried in the place of one that makes no sense.
constexpr int kTries = 6;
constexpr int kStride = 37;  // between two tries, so that the next one is another call

void offer(spec::Mechanism mechanism, Acts& acts) {
  switch (mechanism) {
    case spec::Mechanism::pipe:
      return offer_pipe(acts);
    case spec::Mechanism::fd:
      return offer_fd(acts);
    case spec::Mechanism::fifo:
      return offer_fifo(acts);
    case spec::Mechanism::poll:
      return offer_poll(acts);
    case spec::Mechanism::tcp:
      return offer_tcp(acts);
    case spec::Mechanism::unix_socket:
      return offer_unix(acts);
    case spec::Mechanism::shm:
      return offer_shm(acts);
    case spec::Mechanism::sem:
      return offer_sem(acts);
    case spec::Mechanism::mq:
      return offer_mq(acts);
    case spec::Mechanism::signal:
      return offer_signal(acts);
    case spec::Mechanism::proc:
      return offer_proc(acts);
  }
}

std::size_t bytes_of(const op::Op& op) {
  if (const auto* write = std::get_if<op::Write>(&op)) return write->data.size();
  if (const auto* send = std::get_if<op::Send>(&op)) return send->data.size();
  return 0;
}

class Writer {
 public:
  explicit Writer(const Mix& mix)
      : mix_(mix),
        rehearsal_(mix.facts, names(std::clamp<std::size_t>(mix.processes_max, 1, kProcessesMax))) {
    rehearsal_.add_root(0);
  }

  void write(const Genes& genes) {
    for (std::size_t at = 0; at < genes.size() && steps_ < mix_.steps_max;) {
      const std::size_t before = steps_;
      std::size_t end = at + 1;
      while (end < genes.size() && end - at < kRacersMax && joins(genes[end])) ++end;
      if (end - at == 1 || !write_race({genes.data() + at, end - at})) {
        write_one(genes[at]);
        end = at + 1;
      }
      if (steps_ == before && !is_anyone_free()) return;
      at = end;
    }
  }

  const op::Trace& trace() const { return rehearsal_.trace(); }

 private:
  static std::vector<std::string> names(std::size_t count) {
    std::vector<std::string> list;
    list.reserve(count);
    for (std::size_t i = 0; i < count; ++i) list.emplace_back(1, static_cast<char>('a' + i));
    return list;
  }

  bool joins(const Gene& gene) const {
    return gene[kManner] >= 256 - 256 * mix_.race_percent / 100;
  }

  std::vector<spec::Index> free_processes() const {
    std::vector<spec::Index> list;
    for (std::size_t i = 0; i < rehearsal_.state().processes.size(); ++i) {
      const auto who = static_cast<spec::Index>(i);
      if (rehearsal_.is_free(who)) list.push_back(who);
    }
    return list;
  }
  bool is_anyone_free() const { return !free_processes().empty(); }

  // The calls of that gene's choice; `attempt` counts those that made no sense.
  Calls calls_of(const Gene& gene, spec::Index who, int attempt) const {
    const spec::Mechanism mechanism = mix_.mechanisms[gene[kMechanism] % mix_.mechanisms.size()];
    Hand hand(rehearsal_, mix_, gene, who);
    Acts acts(hand);
    offer(mechanism, acts);
    if (acts.total() == 0) return {};
    acts.draw((gene[kAct] + attempt * kStride) % acts.total());
    offer(mechanism, acts);
    return acts.take();
  }

  void write_one(const Gene& gene) {
    const std::vector<spec::Index> free = free_processes();
    if (free.empty() || mix_.mechanisms.empty()) return;
    const spec::Index who = free[gene[kWho] % free.size()];
    // A script in which everybody waits is over, so that is for the rare gene.
    const bool may_end = gene[kManner] % 16 == 15;
    for (int attempt = 0; attempt < kTries; ++attempt) {
      bool made = false;
      for (op::Op& op : calls_of(gene, who, attempt)) {
        const auto fits = [&](const spec::State&) { return may_end || is_anyone_free(); };
        if (steps_ >= mix_.steps_max || !rehearsal_.is_free(who) ||
            !rehearsal_.make({{who, std::move(op)}}, fits)) {
          break;
        }
        made = true;
        ++steps_;
      }
      if (made) return;
    }
  }

  // False when no two of the genes have calls that can be made together.
  bool write_race(std::span<const Gene> genes) {
    std::vector<spec::Index> free = free_processes();
    std::vector<spec::Rehearsal::Call> racers;
    for (const Gene& gene : genes) {
      if (free.empty()) break;
      const auto at = free.begin() + gene[kWho] % static_cast<std::ptrdiff_t>(free.size());
      const Calls calls = calls_of(gene, *at, 0);
      if (calls.size() != 1 || !may_race(calls.front(), racers)) continue;
      racers.push_back({*at, calls.front()});
      free.erase(at);
    }
    if (racers.size() < 2) return false;
    if (!rehearsal_.make(racers, [&](const spec::State&) { return is_anyone_free(); })) {
      return false;
    }
    ++steps_;
    return true;
  }

  // What would make too many outcomes, or what the harness does not release together.
  bool may_race(const op::Op& op, const std::vector<spec::Rehearsal::Call>& racers) const {
    const auto atom = static_cast<std::size_t>(mix_.facts.pipe_buf_bytes);
    const auto sends = [](const op::Op& one) {
      return std::holds_alternative<op::Kill>(one) || std::holds_alternative<op::QueueSignal>(one);
    };
    const auto makes = [](const op::Op& one) { return std::holds_alternative<op::SemOpen>(one); };
    // Whoever looks into another process has a descriptor for it meanwhile, which is to be seen.
    const auto looks = [](const op::Op& one) {
      return std::holds_alternative<op::CopyForeignDescriptor>(one);
    };
    const auto* fork = std::get_if<op::Fork>(&op);
    return std::ranges::none_of(racers, [&](const spec::Rehearsal::Call& other) {
      const auto* rival = std::get_if<op::Fork>(&other.op);
      return (bytes_of(op) > atom && bytes_of(other.op) > atom) || (sends(op) && makes(other.op)) ||
             (makes(op) && sends(other.op)) || (looks(op) && looks(other.op)) ||
             (fork != nullptr && rival != nullptr && fork->child == rival->child);
    });
  }

  const Mix& mix_;
  spec::Rehearsal rehearsal_;
  std::size_t steps_ = 0;
};

}  // namespace

op::Script schedule_of(const Genes& genes, const Mix& mix, op::Trace* rehearsed) {
  Writer writer(mix);
  writer.write(genes);
  op::Script script = op::script_of(writer.trace());
  if (rehearsed != nullptr) *rehearsed = writer.trace();
  return script;
}

Genes genes_of(std::uint64_t seed, std::size_t count) {
  // splitmix64, by Sebastiano Vigna; public domain.
  const auto next = [&] {
    std::uint64_t z = (seed += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  };
  Genes genes(count);
  for (Gene& gene : genes) {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < gene.size(); ++i, bits >>= 8) {
      if (i % 8 == 0) bits = next();
      gene[i] = static_cast<std::uint8_t>(bits);
    }
  }
  return genes;
}

Genes genes_from_bytes(std::span<const std::uint8_t> bytes) {
  constexpr std::size_t kSize = std::tuple_size_v<Gene>;
  Genes genes((bytes.size() + kSize - 1) / kSize, Gene{});
  for (std::size_t i = 0; i < bytes.size(); ++i) genes[i / kSize][i % kSize] = bytes[i];
  return genes;
}

}  // namespace ipcspec::properties
