#include "report/trace_text.hpp"

#include <fmt/format.h>

#include <map>

#include "ops/text.hpp"

namespace ipcspec::report {
namespace {

class Lines {
 public:
  void operator()(const op::BirthEvent& event) {
    text += event.parent.empty()
                ? fmt::format("birth {} pid={}\n", event.who, event.pid)
                : fmt::format("birth {} parent={} pid={}\n", event.who, event.parent, event.pid);
  }
  void operator()(const op::CallEvent& event) {
    kinds_[event.id] = event.op.index();
    text += fmt::format("call {} {} {}{}\n", event.id, event.who, op::to_text(event.op),
                        event.racing ? " racing" : "");
  }
  void operator()(const op::ReturnEvent& event) {
    text += fmt::format("return {} {} {}\n", event.id, event.who,
                        op::to_text(event.outcome, kinds_[event.id]));
  }
  void operator()(const op::DeathEvent& event) {
    text += fmt::format("death {} status={}\n", event.who, event.status);
  }
  void operator()(const op::StopEvent& event) {
    text += fmt::format("{} {}\n", event.stopped ? "stop" : "continue", event.who);
  }
  void operator()(const op::QuietEvent& event) {
    text += "quiet";
    for (const op::CallId id : event.blocked) text += fmt::format(" {}", id);
    text += fmt::format(" evidence={}\n", to_string(event.evidence));
  }
  std::string text;

 private:
  std::map<op::CallId, std::size_t> kinds_;
};

}  // namespace

std::string trace_text(const op::Trace& trace) {
  Lines lines;
  for (const op::Event& event : trace.events) std::visit(lines, event);
  return std::move(lines.text);
}

std::string picture_of(const op::Trace& trace, const PictureOptions&) { return trace_text(trace); }

}  // namespace ipcspec::report
