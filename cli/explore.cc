#include "cli/explore.hpp"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <random>
#include <string>

#include "cli/controllers.hpp"
#include "cli/explore_text.hpp"
#include "cli/judge.hpp"
#include "cli/output.hpp"
#include "cli/progress.hpp"
#include "cli/rules_named.hpp"
#include "cli/surroundings.hpp"
#include "core/error.hpp"
#include "harness/controller.hpp"
#include "harness/run_directory.hpp"
#include "properties/explored.hpp"
#include "properties/finding.hpp"
#include "properties/schedule.hpp"
#include "properties/shrink.hpp"
#include "properties/signature.hpp"
#include "report/results.hpp"

namespace ipcspec::cli {
namespace {

using Clock = std::chrono::steady_clock;
using Json = nlohmann::ordered_json;

constexpr std::uint64_t kSchedulesUnlessTold = 10'000;
constexpr auto kTellEvery = std::chrono::milliseconds(250);
constexpr int kShrinkTriesMax = 400;
constexpr std::chrono::seconds kShrinkTimeMax{20};
// Of each controller; what is more is only counted.
constexpr std::size_t kSuspectsMax = 64;
// How often it is tried to see the same again of which nothing is known yet.
constexpr int kSuspicionsMax = 3;
constexpr int kCrashesMax = 20;
// A process that does not settle holds up its controller, and there is no kernel to be patient
// with.
constexpr int kSettleBudgetMs = 5000;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

double seconds_in(const std::string& text) {
  const std::size_t digits = text.find_first_not_of("0123456789");
  const std::string unit = digits == std::string::npos ? "s" : text.substr(digits);
  const std::map<std::string, double> kUnits = {{"s", 1}, {"m", 60}, {"h", 3600}};
  constexpr std::size_t kDigitsMax = 6;
  if (digits == 0 || text.substr(0, digits).size() > kDigitsMax || !kUnits.contains(unit)) {
    throw UsageError(fmt::format("'{}' is no duration; say 30s, 5m or 2h", text));
  }
  return std::stod(text.substr(0, digits)) * kUnits.at(unit);
}

std::vector<spec::Mechanism> mechanisms_in(const std::string& list) {
  std::vector<spec::Mechanism> found;
  std::vector<std::string> names;
  for (const spec::Mechanism one : properties::kMechanisms) names.emplace_back(to_string(one));
  for (std::size_t at = 0; at <= list.size() && !list.empty();) {
    const std::size_t comma = std::min(list.find(',', at), list.size());
    const std::string name = list.substr(at, comma - at);
    const auto known = std::ranges::find(names, name);
    if (known == names.end()) {
      const std::string meant = nearest_word(name, names);
      throw UsageError(fmt::format("'{}' is no mechanism{}", name,
                                   meant.empty() ? "" : "; did you mean '" + meant + "'?"));
    }
    found.push_back(properties::kMechanisms[known - names.begin()]);
    at = comma + 1;
  }
  if (found.empty())
    found.assign(std::begin(properties::kMechanisms), std::end(properties::kMechanisms));
  return found;
}

constexpr std::size_t kKeptMax = 1024;

// What all controllers have before their eyes, and what is left of one that crashed.
struct Board {
  std::atomic<std::uint64_t> next{0};
  op::Facts facts;
  // Number of the schedule that a controller is at, plus one; 0: at none.
  std::atomic<std::uint64_t> at[kExplorersMax] = {};
  // Hashes of the signatures that were seen again and kept; 0: none yet.
  std::atomic<std::uint64_t> kept[kKeptMax] = {};

  static std::uint64_t hash_of(const std::string& signature) {
    return std::max<std::uint64_t>(std::hash<std::string>{}(signature), 1);
  }
  bool has_kept(const std::string& signature) const {
    const auto is_it = [hash = hash_of(signature)](const auto& one) { return one == hash; };
    return std::ranges::any_of(kept, is_it);
  }
  // False when another controller was faster.
  bool keep(const std::string& signature) {
    const std::uint64_t hash = hash_of(signature);
    for (std::atomic<std::uint64_t>& place : kept) {
      std::uint64_t there = 0;
      if (place.compare_exchange_strong(there, hash)) return true;
      if (there == hash) return false;
    }
    return true;
  }
};

class SharedBoard {
 public:
  SharedBoard() {
    void* place =
        ::mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (place == MAP_FAILED) throw Broken(system_error_text("no shared memory"));
    board_ = new (place) Board;
  }
  SharedBoard(const SharedBoard&) = delete;
  SharedBoard& operator=(const SharedBoard&) = delete;
  ~SharedBoard() { ::munmap(board_, sizeof(Board)); }
  Board* operator->() const { return board_; }
  Board& operator*() const { return *board_; }

 private:
  Board* board_;
};

std::string summary_of(const properties::JudgedRun& run) {
  std::string text = run.ruling.why ? run.ruling.why->observed : run.trouble;
  constexpr std::size_t kShown = 300;
  if (text.size() > kShown) text = text.substr(0, kShown) + "...";
  return text;
}

// The part of one controller.
class Prospector {
 public:
  Prospector(const ExploreArguments& arguments, const properties::Plan& plan, Board& board,
             harness::Session& session, const Say& say)
      : arguments_(arguments), plan_(plan), board_(board), session_(session), say_(say) {
    plan_.mix.facts = harness::Controller(session).trace().facts;
  }

  const op::Facts& facts() const { return plan_.mix.facts; }

  void take(std::uint64_t number) {
    const auto is_known = [this](const properties::JudgedRun& run) {
      return board_.has_kept(properties::signature_of(run));
    };
    properties::Explored one = properties::explored(session_, plan_, number, tally_, is_known);
    if (one.run.verdict >= Verdict::unknown && !one.run.repeats) suspect(number, std::move(one));
    if (Clock::now() - told_ > kTellEvery) tell();
  }

  void tell() {
    say_(Json{{"tally", tally_json(tally_)}}.dump());
    told_ = Clock::now();
  }

 private:
  properties::JudgedRun run(const op::Script& script, const properties::IsKnown& is_known = {}) {
    return properties::run_and_judge(session_, script, {.profile = plan_.profile}, is_known);
  }

  // What was not seen again is no surer the next time.
  bool may_suspect(const std::string& signature) {
    if (suspicions_.size() >= kSuspectsMax && !suspicions_.contains(signature)) return false;
    return ++suspicions_[signature] <= kSuspicionsMax;
  }

  void suspect(std::uint64_t number, properties::Explored one) {
    const std::string signature = properties::signature_of(one.run);
    if (board_.has_kept(signature) || !may_suspect(signature)) return;
    Suspect suspect{.number = number, .verdict = one.run.verdict, .what = {}};
    for (int i = 0; i < kSuspectRuns; ++i) {
      if (properties::signature_of(run(one.script)) == signature) ++suspect.again;
    }
    if (suspect.again > 0) {
      shrink(one, signature);
      if (!board_.keep(signature)) return;
    }
    suspect.what = summary_of(one.run);
    try {
      suspect.kept =
          properties::write_finding(arguments_.findings, one.script, one.run, plan_.profile);
      suspect.replay = properties::replay_command(suspect.kept, plan_.profile);
    } catch (const Broken& error) {
      suspect.what += fmt::format(" (could not be kept: {})", error.what());
    }
    say_(Json{{"suspect", suspect_json(suspect)}}.dump(-1, ' ', false,
                                                       Json::error_handler_t::replace));
  }

  // On the way only the shortest look is taken; what comes of it must stand the longer ones.
  void shrink(properties::Explored& one, const std::string& signature) {
    const Clock::time_point end = Clock::now() + kShrinkTimeMax;
    const properties::IsKnown does_it = [&](const properties::JudgedRun& run) {
      return properties::signature_of(run) == signature;
    };
    op::Script script = one.script;
    properties::JudgedRun seen = one.run;
    const auto takes = [&](const op::Script& smaller) {
      if (stop_signal() != 0 || Clock::now() > end) return false;
      properties::JudgedRun again = run(smaller, does_it);
      if (!does_it(again)) return false;
      script = smaller;
      seen = std::move(again);
      return true;
    };
    const auto takes_genes = [&](const properties::Genes& fewer) {
      return takes(properties::schedule_of(fewer, one.recipe.mix));
    };
    properties::shrunk(one.recipe.genes, takes_genes, kShrinkTriesMax);
    properties::shrunk(script, takes, kShrinkTriesMax);
    if (seen.by_sleep) seen = run(script);
    if (!does_it(seen)) return;
    one.script = std::move(script);
    one.run = std::move(seen);
  }

  const ExploreArguments& arguments_;
  properties::Plan plan_;
  Board& board_;
  harness::Session& session_;
  const Say& say_;
  properties::Tally tally_;
  std::map<std::string, int> suspicions_;  // by signature
  Clock::time_point told_ = Clock::now();
};

class Explorer {
 public:
  explicit Explorer(const ExploreArguments& arguments) : arguments_(arguments) {
    plan_.mix.mechanisms = mechanisms_in(arguments.mechanisms);
    plan_.mix.processes_max = static_cast<std::size_t>(arguments.processes);
    plan_.mix.steps_max = static_cast<std::size_t>(arguments.steps);
    plan_.seed = arguments.seed ? *arguments.seed : std::random_device{}();
    plan_.profile = profile_named(arguments.profile);
    found_.seed = plan_.seed;
    found_.profile = arguments.profile;
    found_.jobs = controllers_wanted(arguments.jobs);
    if (!arguments.duration.empty()) seconds_max_ = seconds_in(arguments.duration);
    board_->next = arguments.first;
    for (const std::string& signature :
         properties::signatures_kept(arguments.findings, plan_.profile)) {
      board_->keep(signature);
    }
    const bool endless = !arguments.schedules && !arguments.duration.empty();
    const std::uint64_t count = arguments.schedules.value_or(kSchedulesUnlessTold);
    end_ = endless ? UINT64_MAX : arguments.first + count;
  }

  Exploration run() {
    for (int crashes = 0; crashes < kCrashesMax && !is_over(); ++crashes) {
      const std::vector<std::string> troubles = run_controllers(
          {.count = found_.jobs,
           .settle_budget_ms = kSettleBudgetMs,
           .work = [this](auto& session, int index, const Say& say) { work(session, index, say); },
           .hear =
               [this](int index, std::string_view text) {
                 hear(index, Json::parse(text));
                 return true;
               }});
      for (const auto& [index, tally] : latest_) settled_.merge(tally);
      latest_.clear();
      for (const std::string& trouble : troubles) found_.troubles.push_back(trouble);
      if (stop_signal() == 0) keep_crashed();
    }
    found_.duration_s = seconds_since(start_);
    found_.tally = so_far();
    return std::move(found_);
  }

 private:
  bool is_over() const {
    return stop_signal() != 0 || board_->next >= end_ ||
           (seconds_max_ > 0 && seconds_since(start_) >= seconds_max_);
  }

  void work(harness::Session& session, int index, const Say& say) {
    Prospector prospector(arguments_, plan_, *board_, session, say);
    board_->facts = prospector.facts();
    std::atomic<std::uint64_t>& at = board_->at[index];
    while (!is_over()) {
      const std::uint64_t number = board_->next.fetch_add(1);
      if (number >= end_) break;
      at = number + 1;
      prospector.take(number);
    }
    at = 0;
    prospector.tell();
  }

  void hear(int index, const Json& message) {
    if (message.contains("suspect")) {
      Suspect suspect = suspect_of(message["suspect"]);
      // Another controller may have come to the same script.
      const bool known = std::ranges::any_of(
          found_.suspects, [&](const Suspect& one) { return one.kept == suspect.kept; });
      if (!known || suspect.kept.empty()) found_.suspects.push_back(std::move(suspect));
      return;
    }
    latest_[index] = tally_of(message["tally"]);
    line_.show(progress_text(so_far(), seconds_since(start_)));
  }

  properties::Tally so_far() const {
    properties::Tally sum = settled_;
    for (const auto& [index, tally] : latest_) sum.merge(tally);
    return sum;
  }

  // Of controllers that did not come to their end: what they were at.
  void keep_crashed() {
    for (int i = 0; i < found_.jobs; ++i) {
      const std::uint64_t at = board_->at[i].exchange(0);
      if (at == 0) continue;
      properties::Plan plan = plan_;
      plan.mix.facts = board_->facts;
      properties::JudgedRun lost;
      lost.trouble = "the controller that carried it out crashed";
      Suspect suspect{.number = at - 1, .verdict = Verdict::broken, .what = lost.trouble};
      const properties::Recipe recipe = properties::recipe_of(plan, at - 1);
      const op::Script script = properties::schedule_of(recipe.genes, recipe.mix);
      suspect.kept = properties::write_finding(arguments_.findings, script, lost, plan.profile);
      suspect.replay = properties::replay_command(suspect.kept, plan.profile);
      found_.suspects.push_back(std::move(suspect));
    }
  }

  const ExploreArguments& arguments_;
  properties::Plan plan_;
  SharedBoard board_;
  std::uint64_t end_ = 0;
  double seconds_max_ = 0;
  Clock::time_point start_ = Clock::now();
  std::map<int, properties::Tally> latest_;  // of each controller that runs
  properties::Tally settled_;                // of those that ended
  Exploration found_;
  StatusLine line_;
};

int exit_code_of(const Exploration& exploration) {
  const properties::Tally& tally = exploration.tally;
  if (tally.verdict(Verdict::fail) > 0) return report::kExitViolated;
  const bool broken = tally.verdict(Verdict::broken) > 0 || !exploration.troubles.empty() ||
                      tally.verdict(Verdict::unsupported) > 0 || !exploration.suspects.empty();
  return broken ? report::kExitBroken : report::kExitKept;
}

}  // namespace

int explore(const ExploreArguments& arguments) {
  Explorer explorer(arguments);
  harness::collect_garbage();
  remember_stop_signals();
  const Exploration exploration = explorer.run();
  for (const std::string& trouble : exploration.troubles)
    say(fmt::format("ipcspec: {}\n", trouble));
  const bool told = print(arguments.format == "json" ? exploration_json(exploration)
                                                     : exploration_tty(exploration));
  if (stop_signal() != 0) return stop_exit_status();
  return told ? exit_code_of(exploration) : report::kExitBroken;
}

}  // namespace ipcspec::cli
