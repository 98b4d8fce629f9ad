// Op: any operation that a worker can be told to do, and its wire form.
#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <variant>

#include "ops/fd.hpp"
#include "ops/fifo.hpp"
#include "ops/mq.hpp"
#include "ops/pipe.hpp"
#include "ops/poll.hpp"
#include "ops/proc.hpp"
#include "ops/sem.hpp"
#include "ops/shm.hpp"
#include "ops/signal.hpp"
#include "ops/tcp.hpp"
#include "ops/unix.hpp"

namespace ipcspec::op {

using OpVariant = std::variant<
    // fd
    Open, Close, Dup, Dup2, GetStatusFlags, SetStatusFlags, GetDescriptorFlags, SetDescriptorFlags,
    Seek, StatFd, StatPath, ReadLink, ListDirectory, MakeDirectory, ChangeMode, Unlink, Umask,
    CopyForeignDescriptor,
    // pipe
    MakePipe, Read, Write, WriteRecords, BytesReadable, GetPipeSize, GetPipeBuf,
    // fifo
    MakeFifo,
    // poll
    Poll,
    // tcp
    Socket, Bind, BindRawPort, Listen, Accept, Connect, GetSocketName, GetPeerName, GetSocketOption,
    SetSocketOption, GetTcpState, Shutdown, Send, Receive, HostToNetwork16, NetworkToHost16,
    NetworkRoundTrips16, InetAddr, InetPton,
    // unix
    SocketPair, SendDescriptor, ReceiveDescriptor,
    // shm
    ShmOpen, ShmUnlink, Truncate, Map, Unmap, Load, Store, LoadNumber, StoreNumber, SpinUntil,
    LoadGuarded, Allocate,
    // sem
    SemOpen, SemClose, SemUnlink, SemWait, SemTryWait, SemPost, SemGetValue, SemInit,
    IncrementUnderSemaphore, Produce, Consume,
    // mq
    MqOpen, MqClose, MqUnlink, MqSend, MqReceive,
    // signal
    SetHandler, SetHandlerBySignal, SetDefault, SetIgnore, GetDisposition, TakeSignalLog,
    ChangeMask, GetPending, Kill, Raise, QueueSignal, Pause, SuspendWithMask, WaitForSignal,
    ErrnoAcrossSignal, PrintFormatted,
    // proc
    Fork, Exit, ExecWorker, ExecProgram, Wait, WaitId, GetIdentity, GetWorkingDirectory,
    SetProcessGroup, NewSession, BecomeUser, ProcessState, PopenStart, PopenRead, PopenFinish,
    OpenPseudoTerminal, SetControllingTerminal, SetForegroundGroup, AdoptOrphans,
    EnableTerminalSignals, SetUserIds>;

// A variant whose copying, moving and destruction are compiled once, in op.cc, and not in every
// file that holds one.
struct Op : OpVariant {
  using OpVariant::OpVariant;
  Op();
  Op(const Op&);
  Op(Op&&) noexcept;
  Op& operator=(const Op&);
  Op& operator=(Op&&) noexcept;
  ~Op();
  friend bool operator==(const Op& a, const Op& b) { return equal(a, b); }

 private:
  static bool equal(const Op& a, const Op& b);
};

// The operation as an Op. The implicit conversion would do, but choosing among a hundred
// alternatives at every call costs the compiler seconds.
template <typename T>
Op make(T operation) {
  return Op(std::in_place_type<T>, std::move(operation));
}

inline constexpr std::size_t kOpKinds = std::variant_size_v<OpVariant>;

// "read", "make_pipe", ...
std::string_view name_of(const Op& op);
std::string_view name_of_kind(std::size_t kind);
// Index of the operation with that text name, or kOpKinds.
std::size_t kind_of_name(std::string_view name);

// Wire form: kind (u16), then each field; integers as 8 bytes little-endian, strings with a
// 4-byte length. Between processes of one machine and one binary only.
void encode(const Op& op, std::vector<std::byte>& out);
void encode(const Outcome& outcome, std::vector<std::byte>& out);

// Reads what encode() wrote; returns false when the bytes are not exactly one such value.
bool decode(std::span<const std::byte> bytes, Op& op);
bool decode(std::span<const std::byte> bytes, Outcome& outcome);

}  // namespace ipcspec::op
