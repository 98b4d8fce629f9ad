#include "cli/rule_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch_config.hpp>
#include <catch2/catch_session.hpp>
#include <catch2/catch_test_case_info.hpp>
#include <catch2/interfaces/catch_interfaces_registry_hub.hpp>
#include <catch2/interfaces/catch_interfaces_testcase.hpp>
#include <catch2/reporters/catch_reporter_event_listener.hpp>
#include <catch2/reporters/catch_reporter_registrars.hpp>
#include <cerrno>
#include <cstring>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "conformance/report.hpp"
#include "core/error.hpp"
#include "ops/text.hpp"
#include "spec/catalogue.hpp"

namespace ipcspec::cli {
namespace {

using Json = nlohmann::ordered_json;

// To the process and back. One rule may have several reports, each with its trace before it.
constexpr std::uint8_t kOrderFrame = 1;
constexpr std::uint8_t kTraceFrame = 2;
constexpr std::uint8_t kReportFrame = 3;
constexpr std::uint8_t kDoneFrame = 4;

// What to run. Plain bytes, read by a process with the same image.
struct Order {
  const spec::Rule* rule;
  ToldLie lie;
};

// Leaves room in a frame for everything else.
constexpr std::size_t kTraceBytesMax = 1u << 20;
constexpr std::size_t kLastWordsBytesMax = 2000;
// The settling watchdog has to expire before the rule's, for the sake of its better message.
constexpr double kSettleShare = 0.75;

// The verdict goes over the pipe; Catch2 need say nothing.
class SilentReporter : public Catch::EventListenerBase {
 public:
  explicit SilentReporter(Catch::ReporterConfig&& config)
      : Catch::EventListenerBase(config.fullConfig()) {}
  static std::string getDescription() { return "prints nothing"; }
};
CATCH_REGISTER_REPORTER("silent", SilentReporter)

// The tags of the tests, and whether such a test is long.
const std::map<std::string, bool>& tags_with_tests() {
  static const std::map<std::string, bool> tags = [] {
    const std::string_view long_tag = conformance::kLongTag;
    std::map<std::string, bool> all;
    for (const auto* info : Catch::getRegistryHub().getTestCaseRegistry().getAllInfos()) {
      const bool is_long = std::ranges::any_of(info->tags, [&](const Catch::Tag& tag) {
        return "[" + std::string(tag.original) + "]" == long_tag;
      });
      for (const Catch::Tag& tag : info->tags) {
        std::string text(tag.original);
        // As Catch2 compares tags.
        std::ranges::transform(text, text.begin(),
                               [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        bool& known = all[std::move(text)];
        known = known || is_long;
      }
    }
    return all;
  }();
  return tags;
}

std::string cut(std::string text) {
  if (text.size() <= kTraceBytesMax) return text;
  // At the end of a line, so that what is left of a trace is one.
  const auto line_end = text.rfind('\n', kTraceBytesMax - 1);
  const std::size_t kept = line_end == std::string::npos ? kTraceBytesMax : line_end;
  const std::size_t dropped = text.size() - kept;
  text.resize(kept);
  return text + "\n# " + std::to_string(dropped) + " more bytes were left out\n";
}

// Kinds of operation that the test used, in the order of their last use: what the rule is about
// tends to come last, what sets the scene first.
std::vector<std::string> operations_in(const op::Trace& trace) {
  std::vector<std::string> names;
  for (const op::Event& event : trace.events) {
    const auto* call = std::get_if<op::CallEvent>(&event);
    if (call == nullptr) continue;
    const std::string name(op::name_of(call->op));
    std::erase(names, name);
    names.push_back(name);
  }
  return names;
}

Json to_json(const conformance::RuleReport& report, const RuleProcessOptions& options) {
  using Pictures = RuleProcessOptions::Pictures;
  const bool draw =
      options.pictures == Pictures::all ||
      (options.pictures == Pictures::unless_passed && report.verdict != Verdict::pass);
  return {
      {"id", report.rule == nullptr ? "" : report.rule->id},
      {"verdict", static_cast<int>(report.verdict)},
      {"evidence", static_cast<int>(report.evidence)},
      {"duration_us", report.duration_us},
      {"message", cut(report.message)},
      {"model", report.model},
      {"operations", operations_in(report.trace)},
      {"picture", draw ? cut(report::draw_lanes(report.trace, options.picture)) : ""},
  };
}

// Tells the main process what came of rules.
class Teller {
 public:
  Teller(const RuleProcessOptions& options, wire::FrameWriter& writer)
      : options_(options), writer_(writer) {}

  void begin() { start_us_ = conformance::cpu_spent_us(); }

  void tell(const conformance::RuleReport& report) {
    send(kTraceFrame, cut(op::print_trace(report.trace)));
    Json json = to_json(report, options_);
    json["cpu_us"] = conformance::cpu_spent_us() - start_us_;
    send(kReportFrame, json.dump(-1, ' ', false, Json::error_handler_t::replace));
    begin();
  }

  void end() { send(kDoneFrame, {}); }

 private:
  void send(std::uint8_t type, std::string_view payload) {
    writer_.write(type, std::as_bytes(std::span(payload)));
  }

  const RuleProcessOptions& options_;
  wire::FrameWriter& writer_;
  std::int64_t start_us_ = 0;  // processor time before what is told next
};

report::RuleResult from_json(const Json& json, const spec::Rule& rule) {
  report::RuleResult result;
  result.rule = &rule;
  const auto verdict = json.at("verdict").get<std::size_t>();
  const auto evidence = json.at("evidence").get<std::size_t>();
  if (verdict >= kVerdictNames.size() || evidence >= kEvidenceNames.size()) {
    throw Broken("the rule process sent a verdict that does not exist");
  }
  result.verdict = static_cast<Verdict>(verdict);
  result.evidence = static_cast<Evidence>(evidence);
  result.duration_us = json.at("duration_us").get<std::int64_t>();
  result.cpu_us = json.at("cpu_us").get<std::int64_t>();
  result.message = json.at("message").get<std::string>();
  result.model = json.at("model").get<std::string>();
  result.operations = json.at("operations").get<std::vector<std::string>>();
  result.picture = json.at("picture").get<std::string>();
  return result;
}

void place_output(int output) {
  const int null_device = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  if (null_device >= 0) ::dup2(null_device, 0);
  const int target = output >= 0 ? output : null_device;
  if (target < 0) return;
  ::dup2(target, 1);
  ::dup2(target, 2);
}

void configure(const RuleProcessOptions& options, Teller& teller) {
  conformance::RunSettings& settings = conformance::run_settings();
  settings.directory = options.directory;
  settings.name_prefix = options.name_prefix;
  settings.scenario = options.scenario;
  settings.cpu = options.cpu;
  settings.grace_ms = options.grace_ms;
  settings.quiet_ms = harness::kQuietMs.front();
  settings.settle_budget_ms =
      std::min(options.settle_budget_ms, static_cast<int>(options.timeout_ms * kSettleShare));
  settings.sink = [&teller](const conformance::RuleReport& report) { teller.tell(report); };
}

void run_test(Catch::Session& session, const Order& order) {
  conformance::RunSettings& settings = conformance::run_settings();
  settings.lie = order.lie.lie;
  settings.lie_kind = order.lie.kind;
  Catch::ConfigData data;
  data.reporterSpecifications = {Catch::ReporterSpec("silent", {}, {}, {})};
  data.testsOrTags = {"[" + std::string(order.rule->id) + "]"};
  session.useConfigData(data);
  session.run();
}

[[noreturn]] void rule_process_main(const RuleProcessOptions& options, int channel, int output,
                                    pid_t parent) {
  ::setsid();
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::signal(signal, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  place_output(output);
  wire::FrameReader reader(channel);
  wire::FrameWriter writer(channel);
  Teller teller(options, writer);
  configure(options, teller);
  // When the program itself runs in a Bazel test, the test's XML file and shards are not ours.
  ::unsetenv("BAZEL_TEST");
  Catch::Session session;
  while (true) {
    const wire::ReadResult got = reader.read();
    Order order;
    if (got.status != wire::ReadStatus::frame || got.frame.payload.size() != sizeof order) break;
    std::memcpy(&order, got.frame.payload.data(), sizeof order);
    teller.begin();
    run_test(session, order);
    teller.end();
  }
  // Nothing of the main process, whose image this is, may be flushed or removed here, and what this
  // process made its nursery removes.
  ::_exit(0);
}

std::string_view text_in(const wire::Frame& frame) {
  return {reinterpret_cast<const char*>(frame.payload.data()), frame.payload.size()};
}

std::string ending_of(int status) {
  if (WIFSIGNALED(status)) {
    const char* name = ::strsignal(WTERMSIG(status));
    return "killed by signal " + std::to_string(WTERMSIG(status)) +
           (name == nullptr ? "" : " (" + std::string(name) + ")");
  }
  return "exit status " + std::to_string(WEXITSTATUS(status));
}

}  // namespace

bool has_test(const spec::Rule& rule) { return tags_with_tests().contains(std::string(rule.id)); }

bool has_long_test(const spec::Rule& rule) {
  const auto found = tags_with_tests().find(std::string(rule.id));
  return found != tags_with_tests().end() && found->second;
}

RuleProcess::RuleProcess(const RuleProcessOptions& options) : reader_(-1), writer_(-1) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    throw Broken(system_error_text("cannot make a channel to a process that runs rules"));
  }
  channel_ = UniqueFd(ends[0]);
  const UniqueFd other_end(ends[1]);
  ::fcntl(channel_.get(), F_SETFL, O_NONBLOCK);
  output_ =
      UniqueFd(static_cast<int>(::syscall(SYS_memfd_create, "ipcspec-output", 1 /*CLOEXEC*/)));
  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ < 0) throw Broken(system_error_text("cannot fork a process that runs rules"));
  if (pid_ == 0) rule_process_main(options, other_end.get(), output_.get(), parent);
  reader_ = wire::FrameReader(channel_.get());
  writer_ = wire::FrameWriter(channel_.get());
}

RuleProcess::~RuleProcess() { end(); }

bool RuleProcess::begin(const spec::Rule& rule, ToldLie lie) {
  rule_ = &rule;
  result_.reset();
  if (output_) output_start_ = ::lseek(output_.get(), 0, SEEK_END);
  const Order order = {&rule, lie};
  return writer_.write(kOrderFrame, std::as_bytes(std::span(&order, 1))).status ==
         wire::WriteStatus::ok;
}

void RuleProcess::set_result(Verdict verdict, std::string message) {
  result_.emplace();
  result_->rule = rule_;
  result_->verdict = verdict;
  result_->message = std::move(message);
}

void RuleProcess::take_report(const wire::Frame& frame) {
  report::RuleResult result;
  try {
    result = from_json(Json::parse(text_in(frame)), *rule_);
  } catch (const std::exception& error) {
    result.rule = rule_;
    result.message = std::string("unreadable report: ") + error.what();
  }
  result.trace = std::move(trace_);
  // A rule with several tests is as good as its worst.
  if (result_) {
    result.duration_us += result_->duration_us;
    result.cpu_us += result_->cpu_us;
    if (result.verdict <= result_->verdict) {
      result_->duration_us = result.duration_us;
      result_->cpu_us = result.cpu_us;
      return;
    }
  }
  result_ = std::move(result);
}

bool RuleProcess::read() {
  while (true) {
    const wire::ReadResult got = reader_.read();
    switch (got.status) {
      case wire::ReadStatus::would_block:
        return false;
      case wire::ReadStatus::frame:
        if (got.frame.type == kDoneFrame) return true;
        if (got.frame.type == kTraceFrame) {
          trace_ = text_in(got.frame);
        } else {
          take_report(got.frame);
        }
        break;
      case wire::ReadStatus::frame_error:
        break;
      default: {
        // It closed its end by ending, so this does not block for long.
        const int status = reap();
        if (result_) return true;
        const std::string words = last_words();
        set_result(Verdict::broken,
                   "the process that ran the rule ended without a report: " + ending_of(status) +
                       (words.empty() ? "" : "; its last words: " + words));
        return true;
      }
    }
  }
}

// Its own group only: the nursery is told of the death by the kernel and ends the rest.
void RuleProcess::end() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::kill(-pid_, SIGKILL);
  reap();
}

int RuleProcess::reap() {
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  return status;
}

std::string RuleProcess::last_words() const {
  if (!output_) return {};
  char text[kLastWordsBytesMax];
  const off_t end = ::lseek(output_.get(), 0, SEEK_END);
  const off_t start = std::max(output_start_, end - static_cast<off_t>(sizeof text));
  const ssize_t count = ::pread(output_.get(), text, sizeof text, start);
  return count <= 0 ? std::string() : std::string(text, static_cast<std::size_t>(count));
}

report::RuleResult RuleProcess::result() {
  if (!result_) {
    // No test of it told anything, as none but a broken program does.
    set_result(Verdict::broken, "the process that ran the rule has not reported");
  }
  result_->runs[static_cast<std::size_t>(result_->verdict)] = 1;
  return *result_;
}

void RuleProcess::kill_late(int timeout_ms) {
  end();
  if (result_) return;
  set_result(Verdict::unknown,
             "not finished after " + std::to_string(timeout_ms) + " ms; --timeout allows more");
  result_->duration_us = std::int64_t{timeout_ms} * 1000;
}

}  // namespace ipcspec::cli
