#include "conformance/rule_test.hpp"

#include <sched.h>
#include <unistd.h>

#include <catch2/catch_translate_exception.hpp>
#include <catch2/interfaces/catch_interfaces_capture.hpp>
#include <catch2/interfaces/catch_interfaces_reporter.hpp>
#include <catch2/reporters/catch_reporter_event_listener.hpp>
#include <catch2/reporters/catch_reporter_registrars.hpp>
#include <chrono>
#include <memory>
#include <optional>

#include "conformance/witness.hpp"
#include "core/error.hpp"
#include "harness/nursery.hpp"
#include "harness/run_directory.hpp"
#include "ops/text.hpp"

namespace ipcspec::conformance {
namespace {

// What the assertions of the running test said when they failed.
std::string& failures() {
  static std::string text;
  return text;
}

struct Ending {
  Verdict verdict;
  std::string message;
};

// What the test first stumbled over inside an assertion. Catch2 catches what is thrown there,
// counts it as a failed assertion and goes on with the body; but a budget that ran out, or a
// platform that lacks something, is no failure, and neither is what fails because of it.
std::optional<Ending>& stumble() {
  static std::optional<Ending> ending;
  return ending;
}

std::string note_stumble(Verdict verdict, const std::exception& error) {
  if (!stumble()) stumble() = Ending{verdict, error.what()};
  return error.what();
}

CATCH_TRANSLATE_EXCEPTION(const Unsupported& error) {
  return note_stumble(Verdict::unsupported, error);
}
CATCH_TRANSLATE_EXCEPTION(const OutOfBudget& error) {
  return note_stumble(Verdict::unknown, error);
}
CATCH_TRANSLATE_EXCEPTION(const Broken& error) { return note_stumble(Verdict::broken, error); }

class FailureListener : public Catch::EventListenerBase {
 public:
  using Catch::EventListenerBase::EventListenerBase;
  void assertionEnded(const Catch::AssertionStats& stats) override {
    const Catch::AssertionResult& result = stats.assertionResult;
    if (result.isOk() || stumble()) return;
    std::string text = result.hasExpandedExpression() ? result.getExpandedExpression()
                                                      : std::string(result.getExpression());
    if (result.hasMessage()) text += (text.empty() ? "" : ": ") + std::string(result.getMessage());
    if (!failures().empty()) failures() += "\n";
    failures() += text;
  }
};
CATCH_REGISTER_LISTENER(FailureListener)

// One of the processors that this process may use; tests running side by side tend to differ.
int choose_cpu() {
  cpu_set_t set;
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return -1;
  const int count = CPU_COUNT(&set);
  int wanted = count == 0 ? 0 : static_cast<int>(::getpid() % count);
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(static_cast<unsigned>(cpu), &set) && wanted-- == 0) return cpu;
  }
  return -1;
}

// Where the scenarios of this process run, one after another, as long as the same is wanted.
class Place {
 public:
  explicit Place(RunSettings& settings)
      : own_(settings.directory.empty() ? std::make_unique<harness::RunDirectory>() : nullptr),
        session_(options_for(settings)) {}
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() {
    session_.finish();
    harness::remove_tree(session_.options().directory.c_str());
  }
  harness::Session& session() { return session_; }
  bool suits(const RunSettings& settings) const {
    const harness::ControllerOptions& has = session_.options();
    return has.lie == settings.lie && has.lie_kind == settings.lie_kind;
  }

 private:
  harness::ControllerOptions options_for(RunSettings& settings) const {
    const std::string number = std::to_string(settings.scenario++);
    harness::ControllerOptions options;
    options.directory = (own_ ? own_->path() : settings.directory) + "/" + number;
    options.name_prefix = (own_ ? own_->name_prefix() : settings.name_prefix) + number + ".";
    options.cpu = settings.cpu == -2 ? choose_cpu() : settings.cpu;
    options.settle_budget_ms = settings.settle_budget_ms;
    options.grace_ms = settings.grace_ms;
    options.lie = settings.lie;
    options.lie_kind = settings.lie_kind;
    return options;
  }

  std::unique_ptr<harness::RunDirectory> own_;  // where the settings name none
  harness::Session session_;
};

std::unique_ptr<Place>& place() {
  static std::unique_ptr<Place> place;
  return place;
}

harness::Session& session_for(RunSettings& settings) {
  std::unique_ptr<Place>& there = place();
  if (there && !there->suits(settings)) there.reset();
  if (!there) there = std::make_unique<Place>(settings);
  return there->session();
}

// Runs the body; what it throws says what kind of ending it was. Exceptions of Catch2 (REQUIRE,
// SKIP) end the body too, and the assertion that threw has been recorded.
Ending run_body(Body body, Scenario& scenario) {
  try {
    body(scenario);
  } catch (const Unsupported& error) {
    return {Verdict::unsupported, error.what()};
  } catch (const OutOfBudget& error) {
    return {Verdict::unknown, error.what()};
  } catch (const Broken& error) {
    return {Verdict::broken, error.what()};
  } catch (const std::exception& error) {
    return {Verdict::broken, std::string("unexpected exception: ") + error.what()};
  } catch (...) {
    return {failures().empty() ? Verdict::broken : Verdict::fail, failures()};
  }
  return {failures().empty() ? Verdict::pass : Verdict::fail, failures()};
}

struct Attempt {
  RuleReport report;
  // Longer looks would show nothing else: no quiet was seen only by the sleep of the processes, or
  // both witnesses refuse an answer, and all that was quiet before it is right.
  bool certain = true;
};

Attempt run_in_scenario(const spec::Rule& rule, Body body, int quiet_ms) {
  RunSettings& settings = run_settings();
  Attempt attempt;
  RuleReport& report = attempt.report;
  report.rule = &rule;
  failures().clear();
  stumble().reset();
  try {
    harness::Session& session = session_for(settings);
    session.set_quiet_ms(quiet_ms);
    Scenario scenario(session);
    scenario.controller().trace().rule = rule.id;
    Ending ending = run_body(body, scenario);
    if (stumble()) ending = *stumble();
    report.verdict = ending.verdict;
    report.message = ending.message;
    // A failed check outranks whatever the test stumbled over afterwards, a missing part of the
    // platform included.
    if (ending.verdict != Verdict::fail && !failures().empty()) {
      report.verdict = Verdict::fail;
      report.message = failures() + "\nand then: " + ending.message;
    }
    report.evidence = scenario.controller().evidence();
    const std::string leftover = scenario.controller().finish();
    report.trace = scenario.trace();
    const Testimony model = ask_model(report.trace);
    attempt.certain = !scenario.controller().judged_by_sleep() ||
                      (report.verdict == Verdict::fail && model.of_answer);
    hear(model, report);
    if (!leftover.empty()) {
      report.verdict = worst(report.verdict, Verdict::unknown);
      report.message += (report.message.empty() ? "" : "\n") + leftover;
    }
  } catch (const Unsupported& error) {
    report.verdict = Verdict::unsupported;
    report.message = error.what();
  } catch (const std::exception& error) {
    report.verdict = Verdict::broken;
    report.message = error.what();
  }
  return attempt;
}

// What rests on sleep alone, and accuses the kernel or us, counts only when it is seen again after
// longer looks.
RuleReport run_until_certain(const spec::Rule& rule, Body body) {
  Attempt attempt;
  for (const int quiet_ms : harness::kQuietMs) {
    if (quiet_ms < run_settings().quiet_ms) continue;
    attempt = run_in_scenario(rule, body, quiet_ms);
    const Verdict verdict = attempt.report.verdict;
    const bool accuses = verdict == Verdict::fail || verdict == Verdict::broken;
    if (!accuses || attempt.certain) break;
  }
  return attempt.report;
}

}  // namespace

RunSettings& run_settings() {
  static RunSettings settings;
  return settings;
}

std::int64_t cpu_spent_us() {
  return harness::processor_time_us() + (place() ? place()->session().cpu_us() : 0);
}

std::string tags_of(const spec::Rule& rule) {
  return "[" + std::string(to_string(rule.mechanism)) + "][" + std::string(to_string(rule.force)) +
         "][" + std::string(rule.id) + "]";
}

void run_rule(const spec::Rule& rule, Body body) {
  const auto start = std::chrono::steady_clock::now();
  RuleReport report = run_until_certain(rule, body);
  const auto duration = std::chrono::steady_clock::now() - start;
  report.duration_us = std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
  if (run_settings().sink) run_settings().sink(report);
  switch (report.verdict) {
    case Verdict::pass:
      SUCCEED();
      return;
    case Verdict::unsupported:
    case Verdict::unjudged:
      SKIP(to_string(report.verdict) << ": " << report.message);
    default:
      FAIL(to_string(report.verdict) << " " << rule.id << ": " << report.message);
  }
}

}  // namespace ipcspec::conformance
