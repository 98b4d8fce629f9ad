#include "platform/session.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "core/error.hpp"
#include "platform/start.hpp"

namespace ipcspec::platform {
namespace {

// A platform that brings nothing so often in a row is not started again.
constexpr int kFruitlessMax = 2;
// Beyond the rule's own budget, which is watched from inside, before nothing more is expected.
constexpr double kSilenceShare = 1.25;
constexpr int kSilenceSlack_s = 20;
// From the last message to the end of the platform's command.
constexpr int kEndLimit_s = 30;
constexpr std::size_t kErrorBytesMax = 16384;
constexpr std::size_t kErrorLinesMax = 12;

// What a kernel says when it is at fault itself, unless somebody asked it to.
bool tells_of_panic(const std::string& text) {
  if (text.find("Trigger a crash") != std::string::npos) return false;
  for (const char* words : {"Kernel panic", "BUG: ", "kernel BUG at", "Oops: "}) {
    if (text.find(words) != std::string::npos) return true;
  }
  return false;
}

std::string unique_name(int number, int start) {
  return fmt::format("ipcspec-{}-{}-{}", ::getpid(), number, start);
}

}  // namespace

Session::Session(const Platform& platform, const Order& order, const SessionOptions& options)
    : platform_(platform), order_(order), options_(options) {
  for (const spec::Rule* rule : order.rules) wanted_.push_back({rule, order.repeat, {}});
  results_.platform.name = platform.name;
  results_.platform.kind = to_string(platform.kind);
  results_.seed = order.seed;
  results_.repeat = order.repeat;
}

void Session::start() {
  begun_ = Clock::now();
  start_once();
}

void Session::start_once() {
  spoke_ = ended_ = progressed_ = false;
  expired_.clear();
  error_output_.clear();
  running_.clear();
  console_ = std::make_unique<Console>();
  ++starts_;
  const std::string directory =
      fmt::format("{}/platform-{}-{}", options_.directory, options_.number, starts_);
  deadline_ = Clock::now() + std::chrono::seconds(start_limit_s(platform_));
  try {
    if (::mkdir(directory.c_str(), 0711) != 0) {
      throw Broken(system_error_text("cannot make the directory " + directory));
    }
    ::chmod(directory.c_str(), 0711);
    const Start start = prepare_start(platform_, {.program = options_.program,
                                                  .order = to_text(next_order()),
                                                  .directory = directory,
                                                  .unique = unique_name(options_.number, starts_),
                                                  .attempt = attempt_});
    keeper_ = std::make_unique<Keeper>(start, directory);
  } catch (const std::exception& error) {
    stopped_by_ = fmt::format("the platform cannot be started: {}", error.what());
    finish();
  }
}

Order Session::next_order() const {
  Order order = order_;
  if (!suspects_.empty()) {
    order.jobs = 1;
    order.repeat = 1;
    order.rules = suspects_;
    return order;
  }
  order.rules.clear();
  order.repeat = 1;
  for (const Wanted& wanted : wanted_) {
    if (wanted.runs <= 0) continue;
    order.rules.push_back(wanted.rule);
    order.repeat = std::max(order.repeat, wanted.runs);
  }
  return order;
}

void Session::add_descriptors(std::vector<pollfd>& entries) const {
  if (keeper_ == nullptr) return;
  for (const int fd : {keeper_->output(), keeper_->errors(), keeper_->over()}) {
    entries.push_back({fd, POLLIN, 0});
  }
}

void Session::proceed() {
  if (over_ || keeper_ == nullptr) return;
  // Looked at first: what is written before the end is there once the end is.
  pollfd entry = {keeper_->over(), POLLIN, 0};
  const bool gone = ::poll(&entry, 1, 0) > 0;
  read_output();
  if (gone) {
    after_end();
  } else if (Clock::now() >= deadline_) {
    expire();
  }
}

void Session::read_output() {
  std::array<std::byte, 65536> bytes;
  ssize_t count = 0;
  while ((count = ::read(keeper_->output(), bytes.data(), bytes.size())) > 0) {
    console_->feed(std::span(bytes).first(static_cast<std::size_t>(count)));
  }
  while ((count = ::read(keeper_->errors(), bytes.data(), bytes.size())) > 0) {
    error_output_.append(reinterpret_cast<const char*>(bytes.data()),
                         static_cast<std::size_t>(count));
    if (error_output_.size() > 2 * kErrorBytesMax) {
      error_output_.erase(0, error_output_.size() - kErrorBytesMax);
    }
  }
  while (const std::optional<Message> message = console_->next()) take(*message);
}

void Session::take(const Message& message) {
  std::visit([this](const auto& alternative) { take(alternative); }, message);
  push_deadline();
}

void Session::take(const FactsTold& told) {
  if (!spoke_ && results_.start_s == 0) {
    results_.start_s = std::chrono::duration<double>(Clock::now() - begun_).count();
  }
  spoke_ = true;
  const std::string name = std::move(results_.platform.name);
  const std::string kind = std::move(results_.platform.kind);
  results_.platform = told.platform;
  results_.platform.name = name;
  results_.platform.kind = kind;
}

void Session::take(const RuleStarted& started) { running_.push_back(started.rule); }

void Session::take(const RuleReported& reported) {
  const spec::Rule* rule = reported.result.rule;
  if (const auto at = std::ranges::find(running_, rule); at != running_.end()) {
    running_.erase(at);
  }
  std::erase(suspects_, rule);
  record(reported.result);
}

void Session::take(const Ended& ended) {
  ended_ = true;
  if (!ended.stopped_by.empty() && stopped_by_.empty()) stopped_by_ = ended.stopped_by;
}

void Session::push_deadline() {
  const double slowness = std::max(1.0, results_.platform.slowness);
  const double silence_s = order_.timeout_s * slowness * kSilenceShare + kSilenceSlack_s;
  deadline_ = Clock::now() + std::chrono::milliseconds(static_cast<std::int64_t>(
                                 1000 * (ended_ ? kEndLimit_s : silence_s)));
}

Session::Wanted* Session::wanted(const spec::Rule* rule) {
  const auto found =
      std::ranges::find_if(wanted_, [&](const Wanted& wanted) { return wanted.rule == rule; });
  return found == wanted_.end() ? nullptr : &*found;
}

void Session::record(report::RuleResult result) {
  Wanted* const place = wanted(result.rule);
  if (place == nullptr) return;
  progressed_ = true;
  --place->runs;
  if (place->result) {
    report::merge(*place->result, std::move(result));
  } else {
    place->result = std::move(result);
  }
}

void Session::find(const spec::Rule* rule, Verdict verdict, std::string message) {
  report::RuleResult result;
  result.rule = rule;
  result.verdict = verdict;
  result.message = std::move(message);
  result.runs[static_cast<std::size_t>(verdict)] = 1;
  if (Wanted* place = wanted(rule)) place->runs = 1;
  std::erase(suspects_, rule);
  record(std::move(result));
}

void Session::expire() {
  expired_ = ended_   ? "it did not end after its last message"
             : spoke_ ? "nothing was heard from it any more"
                      : fmt::format("it said nothing within {} s", start_limit_s(platform_));
  keeper_->stop();
  // The keeper has limits of its own.
  deadline_ = Clock::time_point::max();
}

std::string Session::last_words() const {
  std::string text = console_->tail();
  const std::string errors = printable_tail(error_output_, kErrorLinesMax);
  if (!errors.empty()) text += (text.empty() ? "" : "\n") + errors;
  return text.empty() ? "\nits console says nothing" : "\nthe end of its console:\n" + text;
}

void Session::after_end() {
  console_->finish();
  while (const std::optional<Message> message = console_->next()) take(*message);
  if (!ended_ && stopped_by_.empty()) {
    judge_death();
  } else if (!expired_.empty() && stopped_by_.empty()) {
    results_.incidents.push_back(expired_);
  }
  keeper_.reset();
  fruitless_ = progressed_ ? 0 : fruitless_ + 1;
  if (!spoke_) ++attempt_;
  const bool left =
      std::ranges::any_of(wanted_, [](const Wanted& wanted) { return wanted.runs > 0; });
  if (!left && !wanted_.empty()) suspects_.clear();
  const bool trial_failed = wanted_.empty() && !spoke_;
  if (stopped_by_.empty() && (left || trial_failed) && fruitless_ < kFruitlessMax) {
    start_once();
    return;
  }
  if (stopped_by_.empty() && (left || trial_failed)) {
    stopped_by_ = results_.incidents.empty() ? "verdicts that were lost on the way"
                                             : results_.incidents.back();
  }
  finish();
}

// It ended without having been asked to.
void Session::judge_death() {
  const std::string how =
      expired_.empty() ? "it ended by itself: " + keeper_->ending() : expired_ + " and was ended";
  const std::string words = last_words();
  if (!spoke_) {
    results_.incidents.push_back("the platform did not come up; " + how + words);
  } else if (running_.size() == 1) {
    const bool panic = tells_of_panic(words);
    find(running_.front(), panic ? Verdict::fail : Verdict::unknown,
         fmt::format("the platform {} while it ran this rule; {}{}",
                     panic ? "panicked" : (expired_.empty() ? "died" : "hung"), how, words));
  } else if (!running_.empty()) {
    std::string names;
    for (const spec::Rule* rule : running_) names += " " + std::string(rule->id);
    results_.incidents.push_back("the platform died while it ran" + names + "; " + how + words);
    // Each alone will show which one it was.
    suspects_ = running_;
    progressed_ = true;
  } else {
    results_.incidents.push_back("the platform died between rules; " + how + words);
  }
}

void Session::give_up(const std::string& why) {
  if (over_) return;
  stopped_by_ = why;
  if (keeper_ == nullptr) {
    finish();
  } else {
    keeper_->stop();
    deadline_ = Clock::time_point::max();
  }
}

void Session::finish() {
  over_ = true;
  keeper_.reset();
  results_.stopped_by = stopped_by_;
  results_.duration_s = begun_ == Clock::time_point{}
                            ? 0
                            : std::chrono::duration<double>(Clock::now() - begun_).count();
}

Progress Session::progress() const {
  Progress progress;
  progress.name = platform_.name;
  progress.state = over_          ? Progress::State::over
                   : starts_ == 0 ? Progress::State::waiting
                   : spoke_       ? Progress::State::running
                                  : Progress::State::starting;
  for (const Wanted& wanted : wanted_) {
    ++progress.total;
    if (!wanted.result) continue;
    ++progress.done;
    ++progress.counts[static_cast<std::size_t>(wanted.result->verdict)];
  }
  if (!running_.empty()) progress.rule = running_.back()->id;
  progress.starts = starts_;
  if (over_) {
    progress.seconds = results_.duration_s;
  } else if (starts_ > 0) {
    progress.seconds = std::chrono::duration<double>(Clock::now() - begun_).count();
  }
  return progress;
}

report::Results Session::results() const {
  report::Results results = results_;
  results.starts = starts_;
  for (const Wanted& wanted : wanted_) {
    if (wanted.result) {
      results.rules.push_back(*wanted.result);
    } else {
      ++results.not_run;
    }
  }
  return results;
}

}  // namespace ipcspec::platform
