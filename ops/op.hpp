// Op: any operation that a worker can be told to do, and its wire form.
#pragma once

#include <cstddef>
#include <span>
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

using Op = std::variant<
    // fd
    Open, Close, Dup, Dup2, GetStatusFlags, SetStatusFlags, GetDescriptorFlags, SetDescriptorFlags,
    Seek, StatFd, StatPath, ReadLink, ListDirectory, MakeDirectory, ChangeMode, Unlink, Umask,
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
    Allocate,
    // sem
    SemOpen, SemClose, SemUnlink, SemWait, SemTryWait, SemPost, SemGetValue,
    IncrementUnderSemaphore,
    // mq
    MqOpen, MqClose, MqUnlink, MqSend, MqReceive,
    // signal
    SetHandler, SetHandlerBySignal, SetDefault, SetIgnore, GetDisposition, TakeSignalLog,
    ChangeMask, GetPending, Kill, Raise, QueueSignal, Pause, SuspendWithMask, WaitForSignal,
    ErrnoAcrossSignal,
    // proc
    Fork, Exit, ExecWorker, ExecProgram, Wait, WaitId, GetIdentity, GetWorkingDirectory,
    SetProcessGroup, NewSession, BecomeUser, ProcessState, PopenStart, PopenRead, PopenFinish,
    OpenPseudoTerminal, SetControllingTerminal, SetForegroundGroup>;

inline constexpr std::size_t kOpKinds = std::variant_size_v<Op>;

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
