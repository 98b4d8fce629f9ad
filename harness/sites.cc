#include "harness/sites.hpp"

#include <linux/net.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>

namespace ipcspec::harness {
namespace {

// The C library picks among these; which of them exist depends on the architecture.
#ifdef SYS_poll
constexpr long kPoll = SYS_poll;
#else
constexpr long kPoll = SYS_ppoll;
#endif
#ifdef SYS_pause
constexpr long kPause = SYS_pause;
#else
constexpr long kPause = SYS_ppoll;
#endif
#ifdef SYS_open
constexpr long kOpen = SYS_open;
#else
constexpr long kOpen = SYS_openat;
#endif
#ifdef SYS_accept
constexpr long kAccept = SYS_accept;
#else
constexpr long kAccept = SYS_accept4;
#endif

// Where longs have 32 bits there are calls with times of 64 bits too.
#ifdef SYS_futex_time64
#define OF_ANY_TIME(call) SYS_##call, SYS_##call##_time64
#else
#define OF_ANY_TIME(call) SYS_##call
#endif

template <long... Numbers>
constexpr std::array<long, sizeof...(Numbers)> kCalls = {Numbers...};

struct SiteOf {
  static std::uint64_t number(op::Fd fd) { return static_cast<std::uint32_t>(fd.number); }

  Site operator()(const op::Read& op) const { return {kCalls<SYS_read>, number(op.fd)}; }
  Site operator()(const op::Write& op) const { return {kCalls<SYS_write>, number(op.fd)}; }
  Site operator()(const op::WriteRecords& op) const { return {kCalls<SYS_write>, number(op.fd)}; }
  Site operator()(const op::Open&) const { return {kCalls<SYS_openat, kOpen>, {}}; }
  // After a stop the kernel goes on with it by a call of its own.
  Site operator()(const op::Poll&) const {
    return {kCalls<kPoll, OF_ANY_TIME(ppoll), SYS_restart_syscall>, {}};
  }
  Site operator()(const op::Accept& op) const {
    return {kCalls<kAccept, SYS_accept4>, number(op.fd), false, SYS_ACCEPT};
  }
  Site operator()(const op::Connect& op) const {
    return {kCalls<SYS_connect>, number(op.fd), false, SYS_CONNECT};
  }
  Site operator()(const op::Send& op) const {
    return {kCalls<SYS_sendto>, number(op.fd), false, SYS_SEND};
  }
  Site operator()(const op::Receive& op) const {
    return {kCalls<SYS_recvfrom>, number(op.fd), false, SYS_RECV};
  }
  Site operator()(const op::SendDescriptor& op) const {
    return {kCalls<SYS_sendmsg>, number(op.fd), false, SYS_SENDMSG};
  }
  Site operator()(const op::ReceiveDescriptor& op) const {
    return {kCalls<SYS_recvmsg>, number(op.fd), false, SYS_RECVMSG};
  }
  // The word inside a semaphore on which waiters sleep is the C library's business.
  Site operator()(const op::SemWait&) const { return {kCalls<OF_ANY_TIME(futex)>, {}}; }
  Site operator()(const op::IncrementUnderSemaphore&) const {
    return {kCalls<OF_ANY_TIME(futex)>, {}};
  }
  Site operator()(const op::Produce&) const { return {kCalls<OF_ANY_TIME(futex)>, {}}; }
  Site operator()(const op::Consume&) const { return {kCalls<OF_ANY_TIME(futex)>, {}}; }
  Site operator()(const op::MqSend& op) const {
    return {kCalls<OF_ANY_TIME(mq_timedsend)>, number(op.queue)};
  }
  Site operator()(const op::MqReceive& op) const {
    return {kCalls<OF_ANY_TIME(mq_timedreceive)>, number(op.queue)};
  }
  Site operator()(const op::Pause&) const { return {kCalls<kPause>, {}}; }
  Site operator()(const op::SuspendWithMask&) const { return {kCalls<SYS_rt_sigsuspend>, {}}; }
  Site operator()(const op::WaitForSignal&) const {
    return {kCalls<OF_ANY_TIME(rt_sigtimedwait)>, {}};
  }
  Site operator()(const op::PrintFormatted& op) const { return {kCalls<SYS_write>, number(op.fd)}; }
  Site operator()(const op::Wait&) const { return {kCalls<SYS_wait4>, {}}; }
  Site operator()(const op::WaitId&) const { return {kCalls<SYS_waitid>, {}}; }
  Site operator()(const op::ExecProgram&) const { return {{}, {}, true}; }
  Site operator()(const op::PopenStart&) const { return {{}, {}, true}; }
  Site operator()(const op::PopenRead&) const { return {{}, {}, true}; }
  Site operator()(const op::PopenFinish&) const { return {{}, {}, true}; }
  template <typename T>
  Site operator()(const T&) const {
    return {};
  }
};

// The process may die of these, or stop in them.
struct IsRisky {
  bool operator()(const op::Exit&) const { return true; }
  bool operator()(const op::Kill&) const { return true; }
  bool operator()(const op::QueueSignal&) const { return true; }
  bool operator()(const op::Raise&) const { return true; }
  bool operator()(const op::ErrnoAcrossSignal&) const { return true; }
  bool operator()(const op::ChangeMask&) const { return true; }
  bool operator()(const op::Load&) const { return true; }
  bool operator()(const op::Store&) const { return true; }
  bool operator()(const op::LoadNumber&) const { return true; }
  bool operator()(const op::StoreNumber&) const { return true; }
  bool operator()(const op::SpinUntil&) const { return true; }
  bool operator()(const op::SetControllingTerminal&) const { return true; }
  bool operator()(const op::EnableTerminalSignals&) const { return true; }
  template <typename T>
  bool operator()(const T&) const {
    return false;
  }
};

}  // namespace

bool must_answer(const op::Op& op) {
  const Site site = site_of(op);
  return site.calls.empty() && !site.anywhere && !std::visit(IsRisky{}, op);
}

Site site_of(const op::Op& op) { return std::visit(SiteOf{}, op); }

bool is_at(const Site& site, long call, std::uint64_t argument) {
#ifdef SYS_socketcall
  // Its first argument is the operation; the descriptor lies in memory.
  if (call == SYS_socketcall) return site.socketcall != 0 && argument == site.socketcall;
#endif
  if (std::ranges::find(site.calls, call) == site.calls.end()) return false;
  // A descriptor is an int in a register whose upper half means nothing.
  return !site.argument ||
         static_cast<std::uint32_t>(argument) == static_cast<std::uint32_t>(*site.argument);
}

}  // namespace ipcspec::harness
