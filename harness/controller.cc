#include "harness/controller.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/error.hpp"
#include "harness/nursery.hpp"
#include "harness/settle.hpp"

namespace ipcspec::harness {
namespace {

// Where the platform shows nothing of another process, a call without an answer for this long is
// taken as blocked, and the verdict says so (Evidence::timed).
constexpr std::int64_t kTimedBoundNs = 50'000'000;
// Looks that must agree where the platform shows only that a process sleeps: there a process that
// was just woken may still be shown asleep.
constexpr int kLooksLikely = 3;
constexpr std::int64_t kBetweenLooksNs = 200'000;
// More than most schedules come to.
constexpr std::size_t kUsualEvents = 64;

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

// Whether it may become the controlling terminal of who opens it.
bool may_take_terminal(const op::Op& op) {
  const auto* open = std::get_if<op::Open>(&op);
  return open != nullptr && (open->flags.value & O_NOCTTY) == 0 && open->path.starts_with("/dev/");
}

// From then on signals may come at any moment: from a terminal, or a program that is not ours.
bool makes_restless(const op::Op& op) {
  return std::holds_alternative<op::SetControllingTerminal>(op) || may_take_terminal(op) ||
         std::holds_alternative<op::ExecProgram>(op) ||
         std::holds_alternative<op::PopenStart>(op) || std::holds_alternative<op::SetHandler>(op);
}

op::Facts measured_facts() {
  op::Facts facts;
  const long page_bytes = ::sysconf(_SC_PAGESIZE);
  if (page_bytes > 0) facts.page_bytes = page_bytes;
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return facts;
  const UniqueFd read_end(ends[0]);
  const UniqueFd write_end(ends[1]);
  const int pipe_bytes = ::fcntl(read_end.get(), F_GETPIPE_SZ);
  if (pipe_bytes > 0) facts.pipe_bytes = pipe_bytes;
  const long pipe_buf_bytes = ::fpathconf(read_end.get(), _PC_PIPE_BUF);
  if (pipe_buf_bytes > 0) facts.pipe_buf_bytes = pipe_buf_bytes;
  return facts;
}

// Only the user may change while this process runs, and asking for the rest takes a pipe.
op::Facts platform_facts() {
  static const op::Facts measured = measured_facts();
  op::Facts facts = measured;
  facts.uid = static_cast<std::int64_t>(::geteuid());
  return facts;
}

}  // namespace

struct Controller::Seat {
  std::string who;
  std::string parent;
  int slot = 0;
  Line* line = nullptr;
  pid_t pid = 0;
  bool alive = false;
  bool stopped = false;
  bool foreign = false;   // became another program by exec
  bool expected = false;  // forked, but not yet born
  pid_t forked_pid = 0;   // that fork() returned
  int status = -1;        // wait status once dead, where known
  std::size_t death_event = 0;
  CallRecord* pending = nullptr;
  Site site;
  std::int64_t unreadable_since_ns = 0;  // looked at in its pending call, in vain
  ProcessWatch watch;
};

Controller::Controller(ControllerOptions options)
    : own_session_(std::make_unique<Session>(std::move(options))), session_(own_session_.get()) {
  begin();
}

Controller::Controller(Session& session) : session_(&session) { begin(); }

void Controller::begin() {
  trace_.facts = platform_facts();
  trace_.events.reserve(kUsualEvents);
  session_->begin();
}

Controller::~Controller() { finish(); }

std::string Controller::finish() {
  if (finished_) return {};
  finished_ = true;
  return own_session_ ? session_->finish() : session_->clear();
}

std::string Controller::fresh_name() { return name(arena().names_issued.load()); }

std::string Controller::name(std::uint32_t number) {
  if (number >= kNamesMax) {
    throw Broken("more than " + std::to_string(kNamesMax) + " names in one scenario");
  }
  std::atomic<std::uint32_t>& issued = arena().names_issued;
  issued.store(std::max(issued.load(), number + 1));
  return options().name_prefix + std::to_string(number);
}

Patience Controller::patience_of(int budget_ms) {
  return Patience(arena().controller_bell, budget_ms);
}

Controller::Seat& Controller::new_seat(const std::string& who, const std::string& parent) {
  const std::size_t slot = kNurserySlot + 1 + seats_.size();
  if (slot >= kSlots) throw Broken("more than 1023 processes in one scenario");
  for (const auto& seat : seats_) {
    if (seat->who == who) throw Broken("two processes are called " + who);
  }
  auto seat = std::make_unique<Seat>();
  seat->who = who;
  seat->parent = parent;
  seat->slot = static_cast<int>(slot);
  seat->line = &session_->line(slot);
  seats_.push_back(std::move(seat));
  arena().slots_used.store(static_cast<std::uint32_t>(slot + 1));
  return *seats_.back();
}

Controller::Seat* Controller::find_seat(const std::string& who) const {
  for (const auto& seat : seats_) {
    if (seat->who == who) return seat.get();
  }
  return nullptr;
}

Controller::Seat& Controller::seat(const std::string& who) {
  if (Seat* found = find_seat(who)) return *found;
  throw Broken("no process is called " + who);
}

std::string Controller::cannot_call(const std::string& who) const {
  if (finished_) return "the scenario has ended";
  const Seat* found = find_seat(who);
  if (found == nullptr) return "no process is called " + who;
  if (!found->alive) {
    return "process " + who + (found->pid == 0 ? " was never born" : " is dead") +
           " and cannot make a call";
  }
  if (found->foreign) return "process " + who + " became another program";
  if (found->pending != nullptr) {
    return "process " + who + " is still in " + std::string(op::name_of(found->pending->op)) +
           " and cannot make another call";
  }
  return {};
}

Controller::Seat& Controller::live_seat(const std::string& who) {
  const std::string why = cannot_call(who);
  if (!why.empty()) throw Broken(why);
  return seat(who);
}

void Controller::birth(Seat& seat) {
  seat.pid = seat.line->slot().pid.load();
  seat.alive = true;
  seat.expected = false;
  seat.watch = ProcessWatch(seat.pid);
  trace_.events.push_back(op::BirthEvent{seat.who, seat.parent, seat.pid});
}

void Controller::add_root(const std::string& who) {
  if (finished_) throw Broken("the scenario has ended");
  Seat& child = new_seat(who, "");
  const op::Outcome forked = session_->ask(op::Fork{who, child.slot});
  if (forked.error.value != 0) {
    seats_.pop_back();
    throw Broken("cannot fork process " + who + ": " + std::strerror(forked.error.value));
  }
  Patience patience = patience_of(options().settle_budget_ms);
  while (true) {
    const std::uint32_t bell = patience.bell();
    if (child.line->slot().generation.load() != 0) break;
    if (patience.exhausted()) throw OutOfBudget("process " + who + " did not start");
    patience.wait_for_bell(bell);
  }
  birth(child);
}

void Controller::send(Seat& seat, op::CallId id, const op::Op& op, CallManner manner) {
  if (!seat.line->send_call(id, op, manner, options().settle_budget_ms)) {
    throw OutOfBudget("process " + seat.who + " takes no input");
  }
}

CallRecord& Controller::issue(Seat& seat, const op::Op& op, op::CallId id, CallManner manner) {
  CallRecord& record = calls_.emplace_back();
  record.id = id == 0 ? next_call_ : id;
  next_call_ = record.id + 1;
  record.who = seat.who;
  record.op = op;
  if (auto* fork = std::get_if<op::Fork>(&record.op)) {
    fork->slot = new_seat(fork->child, seat.who).slot;
  }
  if (may_stop_a_process(op)) maybe_stopped_ = true;
  if (makes_restless(op)) restless_ = true;
  seat.pending = &record;
  seat.site = site_of(op);
  seat.unreadable_since_ns = 0;
  trace_.events.emplace_back(std::in_place_type<op::CallEvent>, record.id, seat.who, record.op,
                             manner == CallManner::held);
  send(seat, record.id, record.op, manner);
  return record;
}

// A question of our own: not part of the trace, and the process must be idle.
std::optional<op::Outcome> Controller::ask_quietly(Seat& seat, const op::Op& op) {
  CallRecord record;
  record.id = next_question_++;
  record.op = op;
  seat.pending = &record;
  const std::size_t events = trace_.events.size();
  send(seat, record.id, op, CallManner::plain);
  Patience patience = patience_of(options().settle_budget_ms);
  while (!record.outcome) {
    patience.wait();
    if (auto answer = seat.line->next_answer()) take_answer(seat, std::move(*answer));
    if (record.outcome || patience.exhausted() || seat.watch.look().kind == Look::Kind::dead) break;
  }
  trace_.events.resize(events);
  seat.pending = nullptr;
  return record.outcome;
}

CallRecord& Controller::call(const std::string& who, const op::Op& op, op::CallId id) {
  Seat& actor = live_seat(who);
  const CallManner manner = must_answer(op) ? CallManner::plain : CallManner::rung;
  CallRecord& record = issue(actor, op, id, manner);
  settle_after(&actor, disturbs(op));
  return record;
}

std::vector<CallRecord*> Controller::race(const std::vector<Racer>& racers) {
  std::vector<CallRecord*> records;
  std::vector<Seat*> held;
  bool eventful = false;
  for (const Racer& racer : racers) {
    eventful = eventful || disturbs(racer.op);
    held.push_back(&live_seat(racer.who));
    records.push_back(&issue(*held.back(), racer.op, racer.id, CallManner::held));
  }
  Patience patience = patience_of(options().settle_budget_ms);
  for (Seat* racer : held) {
    while (true) {
      const std::uint32_t bell = patience.bell();
      if (racer->line->slot().held.load() != 0) break;
      if (patience.exhausted()) throw OutOfBudget(racer->who + " did not come to the gate");
      patience.wait_for_bell(bell);
    }
  }
  arena().gate.fetch_add(1);
  futex_wake(arena().gate);
  settle_after(nullptr, eventful);
  return records;
}

// Whose answer was given first, of those that are there. Another that was given before it may come
// while they are looked through, so they are until none does.
Controller::Seat* Controller::first_to_answer() const {
  Seat* first = nullptr;
  for (bool changed = true; changed;) {
    changed = false;
    for (const auto& seat : seats_) {
      const Slot& slot = seat->line->slot();
      if (slot.from_worker.empty()) continue;
      if (first != nullptr && first->line->slot().answered.load() <= slot.answered.load()) continue;
      first = seat.get();
      changed = true;
    }
  }
  return first;
}

// Takes what was answered, in the order in which it was: an answer may come of the death or the
// stop of a process that had answered before. That of the one `expected` is no news.
Controller::News Controller::drain(const Seat* expected) {
  News news = News::none;
  while (Seat* seat = first_to_answer()) {
    const bool disturbing = seat->pending != nullptr && may_disturb_others(seat->pending->op);
    auto answer = seat->line->next_answer();
    if (!answer) break;  // the rest of it is on its way
    if (seat != expected) news = std::max(news, disturbing ? News::disturbance : News::change);
    take_answer(*seat, std::move(*answer));
  }
  return news;
}

void Controller::take_answer(Seat& seat, Line::Answer answer) {
  CallRecord* call = seat.pending;
  if (call == nullptr || call->id != answer.id) {
    throw Broken("process " + seat.who + " answered a call that it was not given");
  }
  seat.pending = nullptr;
  seat.foreign = false;
  call->blocked = Evidence::none;
  call->outcome = std::move(answer.outcome);
  trace_.events.push_back(op::ReturnEvent{call->id, seat.who, *call->outcome});
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
    Seat& child = *seats_[static_cast<std::size_t>(fork->slot) - kNurserySlot - 1];
    child.expected = child.pid == 0;
    child.forked_pid = static_cast<pid_t>(outcome.value);
  }
  if (std::holds_alternative<op::ExecWorker>(call.op)) {
    seat.watch = ProcessWatch(seat.pid);
  }
}

Controller::SeatState Controller::inspect(Seat& seat, News& news) {
  if (!seat.line->slot().from_worker.empty()) news = std::max(news, drain());
  if (!seat.alive) {
    if (seat.pid == 0 && seat.line->slot().generation.load() != 0) {
      // Nobody else is disturbed by a birth, but the new process must be looked at too.
      birth(seat);
      return SeatState::unsettled;
    }
    if (!seat.expected) return SeatState::settled;
    if (is_stillborn(seat)) news = News::disturbance;
    return SeatState::unsettled;
  }
  const Look look = seat.watch.look();
  if (look.kind == Look::Kind::asleep || look.kind == Look::Kind::unreadable) {
    sees_only_sleep_ = !look.call_known;
  }
  if (look.kind == Look::Kind::dead || (look.kind == Look::Kind::stopped) != seat.stopped) {
    // What was answered until then comes before it; who answered since is looked at again.
    const CallRecord* call = seat.pending;
    news = std::max(news, drain());
    if (look.kind != Look::Kind::dead && seat.pending != call) return SeatState::unsettled;
  }
  switch (look.kind) {
    case Look::Kind::running:
      return SeatState::unsettled;
    case Look::Kind::dead:
      bury(seat);
      news = News::disturbance;
      return SeatState::settled;
    case Look::Kind::stopped:
      if (!seat.stopped) news = News::disturbance;
      set_stopped(seat, true);
      return SeatState::settled;
    case Look::Kind::asleep:
      if (seat.stopped) news = News::disturbance;
      set_stopped(seat, false);
      return inspect_asleep(seat, look, news);
    case Look::Kind::unreadable:
      if (seat.pending == nullptr) return SeatState::settled;
      if (seat.unreadable_since_ns == 0) seat.unreadable_since_ns = monotonic_ns();
      if (monotonic_ns() - seat.unreadable_since_ns < kTimedBoundNs) return SeatState::unsettled;
      seat.pending->blocked = Evidence::timed;
      return SeatState::settled;
  }
  return SeatState::unsettled;
}

// A process that is killed before it can say that it was born lived all the same.
bool Controller::is_stillborn(Seat& seat) {
  if (ProcessWatch(seat.forked_pid).look().kind != Look::Kind::dead) return false;
  Slot& slot = seat.line->slot();
  if (slot.generation.load() != 0) return false;
  slot.pid.store(seat.forked_pid);
  birth(seat);
  return true;
}

Controller::SeatState Controller::inspect_asleep(Seat& seat, const Look& look, News& news) {
  Slot& slot = seat.line->slot();
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
  const Evidence evidence = proven ? Evidence::proven : Evidence::likely;
  // What is blocked for the first time is looked at again when all others were seen settled, if
  // there are others that could have woken it.
  if (seat.pending->blocked != evidence && calls_pending() > 1) news = std::max(news, News::change);
  seat.pending->blocked = evidence;
  return SeatState::settled;
}

std::size_t Controller::calls_pending() const {
  const auto is_pending = [](const auto& seat) { return seat->alive && seat->pending != nullptr; };
  return static_cast<std::size_t>(std::ranges::count_if(seats_, is_pending));
}

void Controller::set_stopped(Seat& seat, bool stopped) {
  if (seat.stopped == stopped) return;
  seat.stopped = stopped;
  trace_.events.push_back(op::StopEvent{seat.who, stopped});
}

void Controller::bury(Seat& seat) {
  seat.alive = false;
  seat.stopped = false;
  seat.line->slot().pid.store(0);
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
  const op::Op question = op::WaitId{dead.pid, WEXITED | WNOWAIT | WNOHANG};
  Seat* parent = dead.parent.empty() ? nullptr : &seat(dead.parent);
  std::optional<op::Outcome> seen;
  if (parent == nullptr || !parent->alive) {
    seen = session_->ask(question);
  } else if (parent->pending == nullptr && !parent->stopped && !parent->foreign) {
    seen = ask_quietly(*parent, question);
  }
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
  if (dead.status < 0 && !finished_) resolve_status(dead);
  std::get<op::DeathEvent>(trace_.events[dead.death_event]).status = dead.status;
  return dead.status;
}

void Controller::resolve_statuses() {
  for (const auto& seat : seats_) {
    if (seat->pid != 0 && !seat->alive) wait_status_of(seat->who);
  }
}

// `idle_too`: also processes that have no call pending. Unless a signal may have reached them they
// cannot have stirred, and a look costs as much as a call.
bool Controller::look_at_everyone(const Seat* skip, bool idle_too, News& news) {
  bool settled = true;
  for (const auto& each : seats_) {
    Seat& seat = *each;
    if (&seat == skip) continue;
    if (!idle_too && seat.alive && seat.pending == nullptr) continue;
    if (inspect(seat, news) == SeatState::unsettled) settled = false;
  }
  return settled;
}

// Whether so many looks in a row show that all is quiet. One process asleep among idle ones has
// nobody who could wake it. Of several, one may have run and woken another after that was looked
// at, so they are looked at again. Where only sleep is seen, a process that is about to be woken is
// still shown asleep, so it must be seen for a while, from `since_ns` on: 0 before the first time.
bool Controller::is_quiet(int looks, std::int64_t& since_ns, bool eventful) {
  const std::size_t pending = calls_pending();
  const bool unproven = std::ranges::any_of(seats_, [](const auto& seat) {
    return seat->pending != nullptr && seat->pending->blocked > Evidence::proven;
  });
  if (unproven || (sees_only_sleep_ && eventful)) {
    judged_by_sleep_ = true;
    if (since_ns == 0) since_ns = monotonic_ns();
    const std::int64_t quiet_ns = std::int64_t{options().quiet_ms} * 1'000'000;
    return looks >= kLooksLikely && monotonic_ns() - since_ns >= quiet_ns;
  }
  return looks >= (pending > 1 || eventful ? 2 : 1);
}

void Controller::settle() { settle_after(nullptr, true); }

bool Controller::disturbs(const op::Op& op) const {
  return restless_ || maybe_stopped_ || may_disturb_others(op);
}

// `eventful`: processes that are idle may have stirred.
void Controller::settle_after(Seat* actor, bool eventful) {
  Patience patience = patience_of(options().settle_budget_ms);
  int agreeing = 0;
  std::int64_t agreeing_since_ns = 0;
  if (actor != nullptr) await_actor(*actor, patience);
  while (true) {
    const std::uint32_t bell = patience.bell();
    News news = drain(actor);
    const bool answered = actor != nullptr && actor->pending == nullptr && actor->alive;
    const bool settled = look_at_everyone(answered && !eventful ? actor : nullptr, eventful, news);
    if (news == News::disturbance) eventful = true;
    agreeing = settled && news == News::none ? agreeing + 1 : 0;
    if (agreeing == 0) agreeing_since_ns = 0;
    if (agreeing > 0 && is_quiet(agreeing, agreeing_since_ns, eventful)) break;
    if (agreeing >= kLooksLikely) patience.wait_for_bell(bell, kBetweenLooksNs);
    if (settled) continue;
    if (patience.exhausted()) throw OutOfBudget(describe_unsettled());
    if (expects_birth()) {
      patience.wait_for_bell(bell);
    } else {
      patience.wait();
    }
  }
  record_quiet();
}

// The process that was given a call rings the bell soon, and most often has answered by then. To
// sleep gives way to it for certain; the scheduler may return from many yields at once.
void Controller::await_actor(const Seat& actor, Patience& patience) {
  const std::uint32_t bell = patience.bell();
  const Slot& slot = actor.line->slot();
  const bool begun = slot.announced.load() == actor.pending->id || !slot.from_worker.empty();
  if (!begun && !actor.stopped) patience.wait_for_bell(bell);
}

bool Controller::expects_birth() const {
  return std::ranges::any_of(seats_, [](const auto& seat) { return seat->expected; });
}

void Controller::record_quiet() {
  op::QuietEvent quiet;
  for (const auto& seat : seats_) {
    if (seat->pending == nullptr || !seat->alive || seat->stopped) continue;
    quiet.blocked.push_back(seat->pending->id);
    quiet.evidence = weakest(quiet.evidence, seat->pending->blocked);
  }
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
    if (!seat->alive) continue;
    text += " " + seat->who;
    text += seat->pending == nullptr
                ? " is idle or in a handler;"
                : " is in " + std::string(op::name_of(seat->pending->op)) + ";";
  }
  return text;
}

// Where only sleep is seen, what stays away is looked for again after longer looks.
int Controller::grace_ms() const {
  constexpr int kLooksOfGrace = 5;
  const ControllerOptions& o = options();
  return judged_by_sleep_ ? std::min(o.grace_ms, kLooksOfGrace * o.quiet_ms) : o.grace_ms;
}

void Controller::await(CallRecord& call) { await(call, grace_ms()); }

void Controller::await(CallRecord& call, int budget_ms) {
  Patience patience = patience_of(budget_ms);
  while (!call.outcome && !call.cut_off) {
    settle();
    if (call.outcome || call.cut_off || patience.exhausted()) return;
    patience.wait();
  }
}

bool Controller::await_death(const std::string& who) {
  Patience patience = patience_of(grace_ms());
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
  Patience patience = patience_of(grace_ms());
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
