#include "ops/script_of.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "ops/fields.hpp"

namespace ipcspec::op {
namespace {

enum class Gives { descriptor, address, pid };

// What of an answer is a descriptor, an address or a pid.
struct Source {
  std::string_view operation;
  Gives gives;
  int output;  // -1 is the value
};
constexpr int kValue = -1;
constexpr Source kSources[] = {
    {Open::kName, Gives::descriptor, kValue},
    {Dup::kName, Gives::descriptor, kValue},
    {Dup2::kName, Gives::descriptor, kValue},
    {CopyForeignDescriptor::kName, Gives::descriptor, kValue},
    {MakePipe::kName, Gives::descriptor, 0},
    {MakePipe::kName, Gives::descriptor, 1},
    {Socket::kName, Gives::descriptor, kValue},
    {Accept::kName, Gives::descriptor, kValue},
    {SocketPair::kName, Gives::descriptor, 0},
    {SocketPair::kName, Gives::descriptor, 1},
    {ReceiveDescriptor::kName, Gives::descriptor, 0},
    {ShmOpen::kName, Gives::descriptor, kValue},
    {MqOpen::kName, Gives::descriptor, kValue},
    {PopenStart::kName, Gives::descriptor, 1},
    {OpenPseudoTerminal::kName, Gives::descriptor, kValue},
    {Map::kName, Gives::address, 0},
    {Allocate::kName, Gives::address, 0},
    {SemOpen::kName, Gives::address, 0},
    {PopenStart::kName, Gives::address, 0},
    {Fork::kName, Gives::pid, kValue},
    {Wait::kName, Gives::pid, kValue},
    {WaitId::kName, Gives::pid, 0},
    {WaitForSignal::kName, Gives::pid, 1},
    {GetIdentity::kName, Gives::pid, 0},
    {GetIdentity::kName, Gives::pid, 1},
    {GetIdentity::kName, Gives::pid, 2},
    {GetIdentity::kName, Gives::pid, 3},
};

// Something that an answer gave.
struct Given {
  Gives gives;
  std::int64_t number;
  std::uint64_t size_bytes;  // of the memory at an address, where it is known
  std::size_t call;
  int output;
};

std::uint64_t memory_bytes(const Op& op) {
  if (const auto* map = std::get_if<Map>(&op)) return map->size_bytes;
  if (const auto* allocate = std::get_if<Allocate>(&op)) return allocate->size_bytes;
  return 0;
}

// "/ipcspec-Xy12.3.0": a name that a scenario handed out.
bool is_scenario_name(std::string_view text) {
  const std::size_t digits_at = text.find_last_not_of("0123456789") + 1;
  return text.starts_with("/ipcspec-") && digits_at < text.size() && text[digits_at - 1] == '.';
}

class ScriptWriter {
 public:
  explicit ScriptWriter(const Trace& trace) { script_.rule = trace.rule; }

  void take(const BirthEvent& birth) {
    if (birth.who.empty() || !known_.try_emplace(birth.who).second) {
      throw Broken("the trace has two processes called '" + birth.who + "', or one without a name");
    }
    process_of_[birth.pid] = birth.who;
    race_open_ = false;
    if (birth.parent.empty()) {
      script_.roots.push_back(birth.who);
      return;
    }
    if (!forked_.contains(birth.who) || !known_.contains(birth.parent)) {
      throw Broken("the trace does not show the fork that made process " + birth.who);
    }
    known_[birth.who] = known_[birth.parent];
  }

  void take(const CallEvent& event) {
    if (!known_.contains(event.who)) {
      throw Broken("the trace does not show how process " + event.who + " came to be");
    }
    ScriptCall call{event.who, event.op, {}};
    if (auto* fork = std::get_if<Fork>(&call.op)) {
      fork->slot = 0;  // where the child reports is the harness's business
      if (fork->child.empty() || !forked_.insert(fork->child).second) {
        throw Broken("the trace forks two processes called '" + fork->child +
                     "', or one without a name");
      }
    } else {
      refer(call);
    }
    numbers_[event.id] = {++calls_, event.op};
    const auto same = [&](const ScriptCall& other) { return other.who == event.who; };
    if (!event.racing || !race_open_ || std::ranges::any_of(script_.steps.back().calls, same)) {
      script_.steps.emplace_back();
    }
    race_open_ = event.racing;
    script_.steps.back().calls.push_back(std::move(call));
  }

  void take(const ReturnEvent& event) {
    race_open_ = false;
    const auto found = numbers_.find(event.id);
    if (found == numbers_.end() || !known_.contains(event.who)) {
      throw Broken("the trace has an answer to call " + std::to_string(event.id) +
                   ", but not the call");
    }
    if (event.outcome.error.value != 0) return;
    const auto& [number, op] = found->second;
    if (!event.outcome.data.empty()) said_by_[event.outcome.data] = number;
    for (const Source& source : kSources) {
      if (source.operation == name_of(op)) note(event, source, number, memory_bytes(op));
    }
  }

  void take(const DeathEvent&) { race_open_ = false; }
  void take(const StopEvent&) { race_open_ = false; }
  void take(const QuietEvent&) { race_open_ = false; }

  Script finish() { return std::move(script_); }

 private:
  void note(const ReturnEvent& event, const Source& source, std::size_t call,
            std::uint64_t size_bytes) {
    std::int64_t number = event.outcome.value;
    if (source.output != kValue) {
      const auto output = static_cast<std::size_t>(source.output);
      if (output >= event.outcome.outputs.size()) return;
      number = event.outcome.outputs[output];
    }
    known_[event.who].push_back({source.gives, number, size_bytes, call, source.output});
    if (source.gives == Gives::pid) pids_.push_back(known_[event.who].back());
  }

  void refer(ScriptCall& call) {
    const Op op = call.op;
    Op defaults = default_op(call.op.index());
    const std::vector<Field> fields = fields_of(call.op);
    const std::vector<Field> default_fields = fields_of(defaults);
    for (std::size_t i = 0; i < fields.size(); ++i) {
      auto reference = reference_for(call.who, op, fields[i]);
      if (!reference) continue;
      reference->field = i;
      if (holds_text(fields[i])) {
        *std::get<std::string*>(fields[i].value) = *std::get<std::string*>(default_fields[i].value);
      } else {
        put_number(fields[i], number_in(default_fields[i]));
      }
      call.references.push_back(*std::move(reference));
    }
  }

  std::optional<Reference> reference_for(const std::string& who, const Op& op, const Field& field) {
    if (holds_text(field)) return text_reference(field);
    if (std::holds_alternative<Fd*>(field.value)) {
      return descriptor_reference(table_of(who, op), number_in(field));
    }
    if (std::holds_alternative<Address*>(field.value)) {
      return address_reference(who, number_in(field));
    }
    if (const auto* handler = std::get_if<SetHandler>(&op); handler && field.name == "argument") {
      return argument_reference(who, *handler);
    }
    if (field.name == "pid" || field.name == "group") return pid_reference(op, number_in(field));
    return std::nullopt;
  }

  // In whose table of descriptors a number is to be looked up.
  const std::string& table_of(const std::string& who, const Op& op) const {
    const auto* copy = std::get_if<CopyForeignDescriptor>(&op);
    const auto found = copy == nullptr ? process_of_.end() : process_of_.find(copy->pid);
    return found == process_of_.end() ? who : found->second;
  }

  std::optional<Reference> argument_reference(const std::string& who, const SetHandler& handler) {
    switch (static_cast<HandlerBody>(handler.body)) {
      case HandlerBody::write_byte:
        return descriptor_reference(who, handler.argument);
      case HandlerBody::post_semaphore:
        return address_reference(who, handler.argument);
      case HandlerBody::kill_process:
        return pid_reference(handler, handler.argument);
      default:
        return std::nullopt;
    }
  }

  static Reference reference_to(const Given& given, std::int64_t plus = 0) {
    Reference reference;
    reference.call = given.call;
    reference.plus = plus;
    if (given.output != kValue) {
      reference.to = Reference::To::output;
      reference.output = static_cast<std::size_t>(given.output);
    }
    return reference;
  }

  std::optional<Reference> descriptor_reference(const std::string& who, std::int64_t number) {
    const std::vector<Given>& known = known_[who];
    for (auto given = known.rbegin(); given != known.rend(); ++given) {
      if (given->gives == Gives::descriptor && given->number == number) return reference_to(*given);
    }
    return std::nullopt;
  }

  // An address inside the memory, or, when no memory has it inside, the one just past its end.
  std::optional<Reference> address_reference(const std::string& who, std::int64_t number) {
    const std::vector<Given>& known = known_[who];
    for (const bool past_end : {false, true}) {
      for (auto given = known.rbegin(); given != known.rend(); ++given) {
        if (given->gives != Gives::address) continue;
        const std::uint64_t offset =
            static_cast<std::uint64_t>(number) - static_cast<std::uint64_t>(given->number);
        const std::uint64_t bytes = past_end ? past_end_bytes(*given) : given->size_bytes;
        if (offset == 0 || offset < bytes) {
          return reference_to(*given, static_cast<std::int64_t>(offset));
        }
      }
    }
    return std::nullopt;
  }

  // The rest of the last page, and a page more: where an access must fault.
  static std::uint64_t past_end_bytes(const Given& memory) {
    constexpr std::uint64_t kPageBytes = 65536;  // the largest that a platform has
    return memory.size_bytes == 0 ? 0 : memory.size_bytes + 2 * kPageBytes;
  }

  std::optional<Reference> pid_reference(const Op& op, std::int64_t pid) const {
    if (pid < -1 && std::holds_alternative<Kill>(op)) {
      throw Broken("no script can say kill pid=" + std::to_string(pid) +
                   ": it names a process group, which would be another one in another run");
    }
    if (pid <= 0) return std::nullopt;
    const auto found = process_of_.find(pid);
    Reference reference;
    if (found != process_of_.end()) {
      reference.to = Reference::To::process;
      reference.process = found->second;
      return reference;
    }
    for (auto given = pids_.rbegin(); given != pids_.rend(); ++given) {
      if (given->number == pid) return reference_to(*given);
    }
    return std::nullopt;
  }

  // An address that a call of the script said itself needs no reference: it will be the same.
  std::optional<Reference> text_reference(const Field& field) {
    const std::string& text = *std::get<std::string*>(field.value);
    Reference reference;
    if (field.name == "name" && is_scenario_name(text)) {
      reference.to = Reference::To::name;
      reference.call = names_.try_emplace(text, names_.size()).first->second;
      return reference;
    }
    if (field.name != "address" && field.name != "path") return std::nullopt;
    const auto found = said_by_.find(text);
    if (written_.contains(text) || found == said_by_.end()) {
      written_.insert(text);
      return std::nullopt;
    }
    reference.to = Reference::To::data;
    reference.call = found->second;
    return reference;
  }

  Script script_;
  std::size_t calls_ = 0;
  bool race_open_ = false;  // the last event was a racing call
  std::map<CallId, std::pair<std::size_t, Op>> numbers_;
  std::map<std::string, std::vector<Given>> known_;  // by process, oldest first
  std::vector<Given> pids_;                          // that anyone was told
  std::map<std::int64_t, std::string> process_of_;
  std::set<std::string> forked_;
  std::map<std::string, std::size_t> names_;
  std::map<std::string, std::size_t> said_by_;  // data of an answer: the latest call that gave it
  std::set<std::string> written_;               // addresses that the calls themselves contain
};

}  // namespace

Script script_of(const Trace& trace) {
  ScriptWriter writer(trace);
  for (const Event& event : trace.events) {
    std::visit([&](const auto& value) { writer.take(value); }, event);
  }
  return writer.finish();
}

}  // namespace ipcspec::op
