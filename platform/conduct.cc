#include "platform/conduct.hpp"

#include <poll.h>

#include <algorithm>
#include <ctime>

#include "harness/run_directory.hpp"

namespace ipcspec::platform {
namespace {

constexpr auto kWatchEvery = std::chrono::milliseconds(500);

report::Results without(const Platform& platform, const Order& order,
                        const Availability& availability) {
  report::Results results;
  results.platform.name = platform.name;
  results.platform.kind = to_string(platform.kind);
  results.missing = availability.missing;
  results.remedy = availability.remedy;
  results.repeat = order.repeat;
  results.starts = 0;
  results.not_run = static_cast<int>(order.rules.size());
  return results;
}

class Conductor {
 public:
  explicit Conductor(const Conduct& plan) : plan_(plan) {
    int number = 0;
    for (const Platform& platform : plan.platforms) {
      availability_.push_back(look_for(platform));
      sessions_.push_back(std::make_unique<Session>(
          platform, plan.order,
          SessionOptions{
              .program = plan.program, .directory = directory_.path(), .number = ++number}));
    }
  }

  report::Matrix run() {
    const auto begun = Clock::now();
    while (true) {
      const std::string why = plan_.stopped_by ? plan_.stopped_by() : std::string();
      if (!why.empty() && !stopping_) stop(why);
      if (!stopping_) start_sessions();
      watch();
      if (running() == 0) break;
      wait();
      for (const auto& session : sessions_) session->proceed();
    }
    // What programs that were killed inside had made here.
    harness::collect_garbage();
    report::Matrix matrix;
    for (std::size_t i = 0; i < sessions_.size(); ++i) {
      matrix.platforms.push_back(availability_[i].usable
                                     ? sessions_[i]->results()
                                     : without(plan_.platforms[i], plan_.order, availability_[i]));
    }
    matrix.duration_s = std::chrono::duration<double>(Clock::now() - begun).count();
    return matrix;
  }

 private:
  std::size_t running() const {
    std::size_t count = 0;
    for (std::size_t i = 0; i < next_; ++i) {
      count += availability_[i].usable && !sessions_[i]->over();
    }
    return count;
  }

  void start_sessions() {
    while (next_ < sessions_.size() && running() < static_cast<std::size_t>(plan_.parallel)) {
      if (availability_[next_].usable) sessions_[next_]->start();
      ++next_;
    }
  }

  void stop(const std::string& why) {
    stopping_ = true;
    next_ = sessions_.size();
    for (const auto& session : sessions_) session->give_up(why);
  }

  void wait() const {
    std::vector<pollfd> entries;
    auto until = Clock::now() + kWatchEvery;
    for (const auto& session : sessions_) {
      if (session->over()) continue;
      session->add_descriptors(entries);
      if (session->progress().starts > 0) until = std::min(until, session->deadline());
    }
    const auto left = std::max(Clock::duration::zero(), until - Clock::now());
    const auto left_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(left).count();
    const timespec timeout = {left_ns / 1'000'000'000, left_ns % 1'000'000'000};
    ::ppoll(entries.data(), entries.size(), &timeout, plan_.mask_while_waiting);
  }

  void watch() const {
    if (!plan_.watch) return;
    std::vector<Progress> all;
    for (std::size_t i = 0; i < sessions_.size(); ++i) {
      if (availability_[i].usable) all.push_back(sessions_[i]->progress());
    }
    plan_.watch(all);
  }

  const Conduct& plan_;
  harness::RunDirectory directory_;
  std::vector<Availability> availability_;
  std::vector<std::unique_ptr<Session>> sessions_;
  std::size_t next_ = 0;
  bool stopping_ = false;
};

}  // namespace

report::Matrix conduct(const Conduct& plan) { return Conductor(plan).run(); }

}  // namespace ipcspec::platform
