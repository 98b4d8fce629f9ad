#include "harness/controller.hpp"

#include <elf.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/auxv.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/error.hpp"
#include "harness/nursery.hpp"
#include "harness/settle.hpp"
#include "harness/worker.hpp"
#include "ops/symbols.hpp"

namespace ipcspec::harness {
namespace {

// Where the platform shows nothing of another process, a call without an answer for this long is
// taken as blocked, and the verdict says so (Evidence::timed).
constexpr std::int64_t kTimedBoundNs = 50'000'000;
// Looks that must agree where the platform shows only that a process sleeps: there a process that
// was just woken may still be shown asleep.
constexpr int kLooksLikely = 3;
// Ending processes is our own work and not the kernel's, so it is not bounded by a test's budget:
// giving up early would leave processes behind.
constexpr int kFinishBudgetMs = 30'000;

bool may_stop_a_process(const op::Op& op) {
  const auto stops = [](int signal) {
    return signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
  };
  if (const auto* kill = std::get_if<op::Kill>(&op)) return stops(kill->signal.value);
  if (const auto* raise = std::get_if<op::Raise>(&op)) return stops(raise->signal.value);
  if (const auto* queue = std::get_if<op::QueueSignal>(&op)) return stops(queue->signal.value);
  return std::holds_alternative<op::SetControllingTerminal>(op) ||
         std::holds_alternative<op::ExecProgram>(op);
}

// An operation that can send a signal to another process, or end one: after it, processes that
// are idle may be disturbed.
bool may_disturb_others(const op::Op& op) {
  return std::holds_alternative<op::Kill>(op) || std::holds_alternative<op::QueueSignal>(op) ||
         std::holds_alternative<op::Exit>(op);
}

// From then on signals may come at any moment: from a terminal, or a program that is not ours.
bool makes_restless(const op::Op& op) {
  return std::holds_alternative<op::OpenPseudoTerminal>(op) ||
         std::holds_alternative<op::SetControllingTerminal>(op) ||
         std::holds_alternative<op::ExecProgram>(op) ||
         std::holds_alternative<op::PopenStart>(op) || std::holds_alternative<op::SetHandler>(op);
}

UniqueFd open_own_executable() {
  UniqueFd fd(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
  if (!fd) {
    const auto* path = reinterpret_cast<const char*>(::getauxval(AT_EXECFN));
    if (path != nullptr) fd = UniqueFd(::open(path, O_RDONLY | O_CLOEXEC));
  }
  return fd;
}

void pin_to(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<unsigned>(cpu), &set);
  ::sched_setaffinity(0, sizeof set, &set);
}

}  // namespace

struct Controller::Seat {
  std::string who;
  std::string parent;
  int slot = 0;
  pid_t pid = 0;
  bool alive = false;
  bool stopped = false;
  bool foreign = false;   // became another program by exec
  bool expected = false;  // forked, but not yet born
  int status = -1;        // wait status once dead, where known
  std::size_t death_event = 0;
  CallRecord* pending = nullptr;
  Site site;
  std::int64_t pending_since_ns = 0;
  wire::Decoder decoder;
  std::uint32_t send_sequence = 0;
  ProcessWatch watch;
};

Controller::Controller(ControllerOptions options)
    : options_(std::move(options)), executable_(open_own_executable()) {
  const auto copy = [](auto& to, const std::string& from) {
    if (from.size() >= sizeof to) throw Broken("name too long for the scenario: " + from);
    std::memcpy(to, from.c_str(), from.size() + 1);
  };
  copy(arena_->name_prefix, options_.name_prefix);
  copy(arena_->directory, options_.directory);
  arena_->cpu = options_.cpu;
  arena_->lie_kind.store(static_cast<std::uint32_t>(options_.lie_kind));
  arena_->lie.store(static_cast<std::uint32_t>(options_.lie));
  if (options_.cpu >= 0) pin_to(options_.cpu);
  nursery_ = start_nursery(arena_, executable_.get());
  Seat& nursery = new_seat("", "");
  nursery.pid = nursery_;
  nursery.alive = true;
}

Controller::~Controller() { finish(); }

std::string Controller::finish() {
  if (finished_) return {};
  finished_ = true;
  // A nursery that takes no input is killed like one that takes too long; the destructor, which
  // comes here too, must not throw.
  bool told = true;
  try {
    send(*seats_[0], kFinishMessage, {});
  } catch (const OutOfBudget&) {
    told = false;
  }
  Patience patience(arena_->controller_bell, arena_->controller_asleep, kFinishBudgetMs);
  while (true) {
    const pid_t reaped = ::waitpid(nursery_, nullptr, WNOHANG);
    if (reaped == nursery_ || (reaped < 0 && errno != EINTR)) break;
    if (!told || patience.exhausted()) {
      ::kill(nursery_, SIGKILL);
      ::waitpid(nursery_, nullptr, 0);
      return "the processes of the scenario could not be ended within 30 seconds";
    }
    patience.wait();
  }
  return {};
}

std::string Controller::fresh_name() {
  return options_.name_prefix + std::to_string(arena_->names_issued.fetch_add(1));
}

Controller::Seat& Controller::new_seat(const std::string& who, const std::string& parent) {
  if (seats_.size() >= kSlots) throw Broken("more than 1023 processes in one scenario");
  for (const auto& seat : seats_) {
    if (seat->who == who && !who.empty()) throw Broken("two processes are called " + who);
  }
  auto seat = std::make_unique<Seat>();
  seat->who = who;
  seat->parent = parent;
  seat->slot = static_cast<int>(seats_.size());
  seats_.push_back(std::move(seat));
  arena_->slots_used.store(static_cast<std::uint32_t>(seats_.size()));
  return *seats_.back();
}

Controller::Seat& Controller::seat(const std::string& who) {
  for (const auto& seat : seats_) {
    if (seat->who == who) return *seat;
  }
  throw Broken("no process is called " + who);
}

Controller::Seat& Controller::live_seat(const std::string& who) {
  Seat& found = seat(who);
  if (finished_) throw Broken("the scenario has ended");
  if (!found.alive) throw Broken("process " + who + " is dead and cannot make a call");
  if (found.foreign) throw Broken("process " + who + " became another program");
  if (found.pending != nullptr) {
    throw Broken("process " + who + " is still in " + std::string(op::name_of(found.pending->op)) +
                 " and cannot make another call");
  }
  return found;
}

void Controller::birth(Seat& seat) {
  Slot& slot = arena_->slots[seat.slot];
  seat.pid = slot.pid.load();
  seat.alive = true;
  seat.expected = false;
  seat.watch = ProcessWatch(seat.pid);
  trace_.events.push_back(op::BirthEvent{seat.who, seat.parent, seat.pid});
}

void Controller::add_root(const std::string& who) {
  if (finished_) throw Broken("the scenario has ended");
  Seat& child = new_seat(who, "");
  const op::Outcome forked = ask_nursery(op::Fork{who, child.slot});
  if (forked.error.value != 0) {
    seats_.pop_back();
    throw Broken("cannot fork process " + who + ": " + std::strerror(forked.error.value));
  }
  Patience patience(arena_->controller_bell, arena_->controller_asleep, options_.settle_budget_ms);
  while (arena_->slots[child.slot].generation.load() == 0) {
    if (patience.exhausted()) throw OutOfBudget("process " + who + " did not start");
    patience.wait();
  }
  birth(child);
}

void Controller::send(Seat& seat, std::uint8_t type, const std::vector<std::byte>& payload) {
  out_.clear();
  wire::encode_frame(type, seat.send_sequence++, payload, out_);
  Slot& slot = arena_->slots[seat.slot];
  std::span<const std::byte> rest = out_;
  Patience patience(arena_->controller_bell, arena_->controller_asleep, options_.settle_budget_ms);
  while (true) {
    rest = rest.subspan(slot.to_worker.write_some(rest));
    slot.bell.fetch_add(1);
    if (slot.asleep.load() != 0) futex_wake(slot.bell);
    if (rest.empty()) return;
    if (patience.exhausted()) throw OutOfBudget("process " + seat.who + " takes no input");
    patience.wait();
  }
}

CallRecord& Controller::issue(Seat& seat, op::Op op, bool held) {
  if (auto* fork = std::get_if<op::Fork>(&op)) {
    fork->slot = new_seat(fork->child, seat.who).slot;
  }
  if (may_stop_a_process(op)) maybe_stopped_ = true;
  if (makes_restless(op)) restless_ = true;
  CallRecord& record = calls_.emplace_back();
  record.id = next_call_++;
  record.who = seat.who;
  record.op = std::move(op);
  seat.pending = &record;
  seat.site = site_of(record.op);
  seat.pending_since_ns = monotonic_ns();
  std::vector<std::byte> payload(9);
  std::memcpy(payload.data(), &record.id, sizeof record.id);
  payload[8] = static_cast<std::byte>(held);
  op::encode(record.op, payload);
  if (!seat.who.empty()) {
    trace_.events.push_back(op::CallEvent{record.id, seat.who, record.op, held});
  }
  send(seat, kCallMessage, payload);
  return record;
}

op::Outcome Controller::ask_nursery(const op::Op& op) {
  const auto outcome = ask_quietly(*seats_[0], op);
  if (!outcome) throw OutOfBudget("the parent of the test processes does not answer");
  return *outcome;
}

// A question of our own: not part of the trace, and the process must be idle.
std::optional<op::Outcome> Controller::ask_quietly(Seat& seat, const op::Op& op) {
  const op::CallId id = next_call_++;
  CallRecord record;
  record.id = id;
  record.op = op;
  seat.pending = &record;
  std::vector<std::byte> payload(9);
  std::memcpy(payload.data(), &id, sizeof id);
  op::encode(op, payload);
  const std::size_t events = trace_.events.size();
  send(seat, kCallMessage, payload);
  Patience patience(arena_->controller_bell, arena_->controller_asleep, options_.settle_budget_ms);
  while (!record.outcome) {
    drain(seat);
    if (record.outcome) break;
    if (patience.exhausted() ||
        (!seat.who.empty() && seat.watch.look(true).kind == Look::Kind::dead)) {
      break;
    }
    check_nursery();
    patience.wait();
  }
  trace_.events.resize(events);
  seat.pending = nullptr;
  return record.outcome;
}

void Controller::check_nursery() {
  if (::kill(nursery_, 0) != 0) throw Broken("the parent of the test processes is gone");
}

CallRecord& Controller::call(const std::string& who, const op::Op& op) {
  Seat& actor = live_seat(who);
  CallRecord& record = issue(actor, op, false);
  settle_after(&actor);
  return record;
}

std::vector<CallRecord*> Controller::race(const std::vector<Racer>& racers) {
  std::vector<CallRecord*> records;
  std::vector<Seat*> held;
  for (const Racer& racer : racers) {
    held.push_back(&live_seat(racer.who));
    records.push_back(&issue(*held.back(), racer.op, true));
  }
  Patience patience(arena_->controller_bell, arena_->controller_asleep, options_.settle_budget_ms);
  for (Seat* racer : held) {
    while (arena_->slots[racer->slot].held.load() == 0) {
      if (patience.exhausted()) throw OutOfBudget(racer->who + " did not come to the gate");
      patience.wait();
    }
  }
  arena_->gate.fetch_add(1);
  settle_after(nullptr);
  return records;
}

bool Controller::drain(Seat& seat) {
  Slot& slot = arena_->slots[seat.slot];
  bool any = false;
  while (!slot.from_worker.empty()) {
    any = true;
    const auto room = seat.decoder.prepare(kRingBytes);
    seat.decoder.commit(slot.from_worker.read_some(room));
    slot.space_bell.fetch_add(1);
    futex_wake(slot.space_bell);
  }
  if (!any) return false;
  bool answered = false;
  while (true) {
    const wire::Decoder::Event event = seat.decoder.next();
    if (event.kind == wire::Decoder::Event::Kind::need_more) return answered;
    if (event.kind == wire::Decoder::Event::Kind::error) {
      throw Broken("process " + seat.who +
                   " sent what is no frame: " + std::string(wire::to_string(event.error)));
    }
    take_answer(seat, event.frame);
    answered = true;
  }
}

void Controller::take_answer(Seat& seat, const wire::Frame& frame) {
  op::CallId id = 0;
  op::Outcome outcome;
  if (frame.type != kAnswerMessage || frame.payload.size() < sizeof id ||
      !op::decode(frame.payload.subspan(sizeof id), outcome)) {
    throw Broken("process " + seat.who + " sent a malformed answer");
  }
  std::memcpy(&id, frame.payload.data(), sizeof id);
  CallRecord* call = seat.pending;
  if (call == nullptr || call->id != id) {
    throw Broken("process " + seat.who + " answered a call that it was not given");
  }
  seat.pending = nullptr;
  seat.foreign = false;
  call->blocked = Evidence::none;
  call->outcome = std::move(outcome);
  trace_.events.push_back(op::ReturnEvent{id, seat.who, *call->outcome});
  note_special_outcome(seat, *call, *call->outcome);
}

// A child that wait() reported has a known status, and is gone.
void Controller::note_special_outcome(Seat& seat, const CallRecord& call,
                                      const op::Outcome& outcome) {
  if (std::holds_alternative<op::Wait>(call.op) && outcome.value > 0 && !outcome.outputs.empty()) {
    for (const auto& child : seats_) {
      const int status = static_cast<int>(outcome.outputs[0]);
      if (child->pid == outcome.value && child->parent == seat.who &&
          (WIFEXITED(status) || WIFSIGNALED(status))) {
        child->status = status;
      }
    }
  }
  if (const auto* fork = std::get_if<op::Fork>(&call.op); fork != nullptr && outcome.value > 0) {
    Seat& child = *seats_[static_cast<std::size_t>(fork->slot)];
    child.expected = child.pid == 0;
  }
  if (std::holds_alternative<op::ExecWorker>(call.op)) {
    seat.watch = ProcessWatch(seat.pid);
  }
}

Controller::SeatState Controller::inspect(Seat& seat, bool& changed) {
  if (drain(seat)) changed = true;
  Slot& slot = arena_->slots[seat.slot];
  if (!seat.alive) {
    if (seat.pid == 0 && slot.generation.load() != 0) {
      // Nobody else is disturbed by a birth, but the new process must be looked at too.
      birth(seat);
      return SeatState::unsettled;
    }
    return seat.expected ? SeatState::unsettled : SeatState::settled;
  }
  const Look look = seat.watch.look(maybe_stopped_);
  switch (look.kind) {
    case Look::Kind::running:
      return SeatState::unsettled;
    case Look::Kind::dead:
      drain(seat);
      bury(seat);
      changed = true;
      return SeatState::settled;
    case Look::Kind::stopped:
      if (!seat.stopped) changed = true;
      set_stopped(seat, true);
      return SeatState::settled;
    case Look::Kind::asleep:
      if (seat.stopped) changed = true;
      set_stopped(seat, false);
      return inspect_asleep(seat, look);
    case Look::Kind::unreadable:
      if (seat.pending == nullptr) return SeatState::settled;
      if (monotonic_ns() - seat.pending_since_ns < kTimedBoundNs) return SeatState::unsettled;
      seat.pending->blocked = Evidence::timed;
      return SeatState::settled;
  }
  return SeatState::unsettled;
}

Controller::SeatState Controller::inspect_asleep(Seat& seat, const Look& look) {
  Slot& slot = arena_->slots[seat.slot];
  if (seat.pending == nullptr) {
    // Idle: on its bell, or about to be.
    const bool at_bell = !look.call_known || look.argument == slot.bell_address.load();
    return at_bell ? SeatState::settled : SeatState::unsettled;
  }
  const bool announced = slot.announced.load() == seat.pending->id;
  if (!announced || !slot.from_worker.empty()) return SeatState::unsettled;
  const bool at_bell = look.call_known && look.argument == slot.bell_address.load();
  if (at_bell) return SeatState::unsettled;
  if (std::holds_alternative<op::ExecProgram>(seat.pending->op)) seat.foreign = true;
  const bool proven = look.call_known && is_at(seat.site, look.call, look.argument);
  // Asleep elsewhere, on a lock or a disk, it goes on by itself.
  const bool may_block = seat.site.anywhere || !seat.site.calls.empty();
  if (!may_block || (look.call_known && !proven && !seat.site.anywhere)) {
    return SeatState::unsettled;
  }
  seat.pending->blocked = proven ? Evidence::proven : Evidence::likely;
  return SeatState::settled;
}

void Controller::set_stopped(Seat& seat, bool stopped) {
  if (seat.stopped == stopped) return;
  seat.stopped = stopped;
  trace_.events.push_back(op::StopEvent{seat.who, stopped});
}

void Controller::bury(Seat& seat) {
  seat.alive = false;
  seat.stopped = false;
  arena_->slots[seat.slot].pid.store(0);
  if (seat.pending != nullptr) {
    seat.pending->cut_off = true;
    seat.pending->blocked = Evidence::none;
    seat.pending = nullptr;
  }
  if (seat.status < 0) seat.status = seat.watch.zombie_status();
  seat.watch = ProcessWatch{};
  seat.death_event = trace_.events.size();
  trace_.events.push_back(op::DeathEvent{seat.who, seat.status});
}

// The parent can say how its child ended without reaping it, if it is free to answer.
void Controller::resolve_status(Seat& dead) {
  Seat* parent = seats_[0].get();
  if (!dead.parent.empty()) {
    Seat& own = seat(dead.parent);
    if (own.alive) parent = &own;
  }
  if (parent->pending != nullptr || parent->stopped || parent->foreign) return;
  const auto seen = ask_quietly(*parent, op::WaitId{dead.pid, WEXITED | WNOWAIT | WNOHANG});
  if (!seen || seen->error.value != 0 || seen->outputs.size() != 3 || seen->outputs[0] == 0) return;
  const int status = static_cast<int>(seen->outputs[2]);
  switch (seen->outputs[1]) {
    case CLD_EXITED:
      dead.status = (status & 0xff) << 8;
      break;
    case CLD_DUMPED:
      dead.status = status | 0x80;
      break;
    default:
      dead.status = status;
  }
}

int Controller::wait_status_of(const std::string& who) {
  Seat& dead = seat(who);
  if (dead.alive) return -1;
  if (dead.status <= 0 && !finished_) resolve_status(dead);
  std::get<op::DeathEvent>(trace_.events[dead.death_event]).status = dead.status;
  return dead.status;
}

// `idle_too`: also processes that have no call pending. Unless a signal may have reached them they
// cannot have stirred, and a look costs as much as a call.
bool Controller::look_at_everyone(const Seat* skip, bool idle_too, bool& changed) {
  bool settled = true;
  for (std::size_t i = 1; i < seats_.size(); ++i) {
    Seat& seat = *seats_[i];
    if (&seat == skip) continue;
    if (!idle_too && seat.alive && seat.pending == nullptr) continue;
    if (inspect(seat, changed) == SeatState::unsettled) settled = false;
  }
  return settled;
}

// How many times in a row everything must look settled. One process asleep among idle ones has
// nobody who could wake it. Of several, one may have run and woken another after that was looked
// at, so they are looked at again. Where only sleep is seen, a process just woken may still be
// shown asleep, so it must be seen more often.
int Controller::looks_needed(bool eventful) const {
  int blocked = 0;
  bool weak = false;
  for (const auto& seat : seats_) {
    if (seat->pending == nullptr || !seat->alive) continue;
    ++blocked;
    weak = weak || seat->pending->blocked != Evidence::proven;
  }
  if (weak) return kLooksLikely;
  return blocked > 1 || eventful ? 2 : 1;
}

void Controller::settle() { settle_after(nullptr); }

void Controller::settle_after(Seat* actor) {
  Patience patience(arena_->controller_bell, arena_->controller_asleep, options_.settle_budget_ms);
  int agreeing = 0;
  bool eventful =
      actor == nullptr || restless_ || maybe_stopped_ || may_disturb_others(actor->pending->op);
  // The commonest case by far: the process that was given a call answers it at once.
  if (actor != nullptr) patience.wait();
  while (true) {
    if (actor != nullptr) drain(*actor);
    const bool answered = actor != nullptr && actor->pending == nullptr && actor->alive;
    bool changed = false;
    const bool settled =
        look_at_everyone(answered && !eventful ? actor : nullptr, eventful, changed);
    if (changed) eventful = true;
    agreeing = settled && !changed ? agreeing + 1 : 0;
    if (agreeing > 0 && agreeing >= looks_needed(eventful)) break;
    if (agreeing > 0) continue;
    if (patience.exhausted()) throw OutOfBudget(describe_unsettled());
    patience.wait();
  }
  record_quiet();
}

void Controller::record_quiet() {
  op::QuietEvent quiet;
  for (const auto& seat : seats_) {
    if (seat->pending == nullptr || !seat->alive || seat->stopped) continue;
    quiet.blocked.push_back(seat->pending->id);
    quiet.evidence = weakest(quiet.evidence, seat->pending->blocked);
  }
  if (quiet.blocked.empty()) return;
  evidence_ = weakest(evidence_, quiet.evidence);
  if (!trace_.events.empty()) {
    const auto* last = std::get_if<op::QuietEvent>(&trace_.events.back());
    if (last != nullptr && *last == quiet) return;
  }
  trace_.events.push_back(std::move(quiet));
}

std::string Controller::describe_unsettled() {
  std::string text = "the processes did not settle within the budget:";
  for (const auto& seat : seats_) {
    if (seat->who.empty() || !seat->alive) continue;
    text += " " + seat->who;
    text += seat->pending == nullptr
                ? " is idle or in a handler;"
                : " is in " + std::string(op::name_of(seat->pending->op)) + ";";
  }
  return text;
}

void Controller::await(CallRecord& call) {
  Patience patience(arena_->controller_bell, arena_->controller_asleep, options_.grace_ms);
  while (!call.outcome && !call.cut_off) {
    settle();
    if (call.outcome || call.cut_off || patience.exhausted()) return;
    patience.wait();
  }
}

bool Controller::await_death(const std::string& who) {
  Patience patience(arena_->controller_bell, arena_->controller_asleep, options_.grace_ms);
  while (!is_dead(who)) {
    settle();
    if (is_dead(who)) break;
    if (patience.exhausted()) return false;
    patience.wait();
  }
  return true;
}

bool Controller::await_stopped(const std::string& who, bool stopped) {
  maybe_stopped_ = true;
  Seat& watched = seat(who);
  if (watched.alive && !watched.watch.shows_stops()) {
    throw Unsupported("whether a process is stopped is not shown here (no /proc/PID/stat)");
  }
  Patience patience(arena_->controller_bell, arena_->controller_asleep, options_.grace_ms);
  while (is_stopped(who) != stopped) {
    settle();
    if (is_stopped(who) == stopped) break;
    if (patience.exhausted()) return false;
    patience.wait();
  }
  return true;
}

bool Controller::is_dead(const std::string& who) { return !seat(who).alive; }
bool Controller::is_stopped(const std::string& who) { return seat(who).stopped; }
std::int64_t Controller::pid_of(const std::string& who) { return seat(who).pid; }

}  // namespace ipcspec::harness
