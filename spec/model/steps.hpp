// The steps of the model: for any state, everything that the kernel may do next. One overload of
// steps() for each operation that the model describes, in the file of its mechanism; a trace
// with any other operation is not judged from there on.
#pragma once

#include "spec/model/actor.hpp"

namespace ipcspec::spec {

// fd.cc
void steps(const op::Open& call, Actor& k);
void steps(const op::Close& call, Actor& k);
void steps(const op::Dup& call, Actor& k);
void steps(const op::Dup2& call, Actor& k);
void steps(const op::GetStatusFlags& call, Actor& k);
void steps(const op::SetStatusFlags& call, Actor& k);
void steps(const op::GetDescriptorFlags& call, Actor& k);
void steps(const op::SetDescriptorFlags& call, Actor& k);
void steps(const op::Seek& call, Actor& k);
void steps(const op::StatFd& call, Actor& k);
void steps(const op::StatPath& call, Actor& k);
void steps(const op::ChangeMode& call, Actor& k);
void steps(const op::Unlink& call, Actor& k);
void steps(const op::Umask& call, Actor& k);
void steps(const op::CopyForeignDescriptor& call, Actor& k);
// pipe.cc
void steps(const op::MakePipe& call, Actor& k);
void steps(const op::Read& call, Actor& k);
void steps(const op::Write& call, Actor& k);
void steps(const op::BytesReadable& call, Actor& k);
void steps(const op::GetPipeSize& call, Actor& k);
void steps(const op::GetPipeBuf& call, Actor& k);
// fifo.cc
void steps(const op::MakeFifo& call, Actor& k);
// poll.cc
void steps(const op::Poll& call, Actor& k);
// socket.cc
void steps(const op::Socket& call, Actor& k);
void steps(const op::Bind& call, Actor& k);
void steps(const op::BindRawPort& call, Actor& k);
void steps(const op::Listen& call, Actor& k);
void steps(const op::Accept& call, Actor& k);
void steps(const op::Connect& call, Actor& k);
void steps(const op::GetSocketName& call, Actor& k);
void steps(const op::GetPeerName& call, Actor& k);
void steps(const op::GetSocketOption& call, Actor& k);
void steps(const op::SetSocketOption& call, Actor& k);
void steps(const op::GetTcpState& call, Actor& k);
void steps(const op::Shutdown& call, Actor& k);
void steps(const op::Send& call, Actor& k);
void steps(const op::Receive& call, Actor& k);
// tcp.cc
void steps(const op::HostToNetwork16& call, Actor& k);
void steps(const op::NetworkToHost16& call, Actor& k);
void steps(const op::NetworkRoundTrips16& call, Actor& k);
void steps(const op::InetAddr& call, Actor& k);
void steps(const op::InetPton& call, Actor& k);
// unix.cc
void steps(const op::SocketPair& call, Actor& k);
void steps(const op::SendDescriptor& call, Actor& k);
void steps(const op::ReceiveDescriptor& call, Actor& k);
// shm.cc
void steps(const op::ShmOpen& call, Actor& k);
void steps(const op::ShmUnlink& call, Actor& k);
void steps(const op::Truncate& call, Actor& k);
void steps(const op::Map& call, Actor& k);
void steps(const op::Unmap& call, Actor& k);
void steps(const op::Load& call, Actor& k);
void steps(const op::Store& call, Actor& k);
void steps(const op::LoadNumber& call, Actor& k);
void steps(const op::StoreNumber& call, Actor& k);
void steps(const op::SpinUntil& call, Actor& k);
void steps(const op::LoadGuarded& call, Actor& k);
void steps(const op::Allocate& call, Actor& k);
// sem.cc
void steps(const op::SemOpen& call, Actor& k);
void steps(const op::SemClose& call, Actor& k);
void steps(const op::SemUnlink& call, Actor& k);
void steps(const op::SemWait& call, Actor& k);
void steps(const op::SemTryWait& call, Actor& k);
void steps(const op::SemPost& call, Actor& k);
void steps(const op::SemGetValue& call, Actor& k);
void steps(const op::SemInit& call, Actor& k);
void steps(const op::IncrementUnderSemaphore& call, Actor& k);
// mq.cc
void steps(const op::MqOpen& call, Actor& k);
void steps(const op::MqClose& call, Actor& k);
void steps(const op::MqUnlink& call, Actor& k);
void steps(const op::MqSend& call, Actor& k);
void steps(const op::MqReceive& call, Actor& k);
// signal.cc
void steps(const op::SetHandler& call, Actor& k);
void steps(const op::SetHandlerBySignal& call, Actor& k);
void steps(const op::SetDefault& call, Actor& k);
void steps(const op::SetIgnore& call, Actor& k);
void steps(const op::GetDisposition& call, Actor& k);
void steps(const op::TakeSignalLog& call, Actor& k);
void steps(const op::ChangeMask& call, Actor& k);
void steps(const op::GetPending& call, Actor& k);
void steps(const op::Kill& call, Actor& k);
void steps(const op::Raise& call, Actor& k);
void steps(const op::QueueSignal& call, Actor& k);
void steps(const op::Pause& call, Actor& k);
void steps(const op::SuspendWithMask& call, Actor& k);
void steps(const op::WaitForSignal& call, Actor& k);
// proc.cc
void steps(const op::Fork& call, Actor& k);
void steps(const op::Exit& call, Actor& k);
void steps(const op::ExecWorker& call, Actor& k);
void steps(const op::Wait& call, Actor& k);
void steps(const op::WaitId& call, Actor& k);
void steps(const op::GetIdentity& call, Actor& k);
void steps(const op::SetProcessGroup& call, Actor& k);
void steps(const op::NewSession& call, Actor& k);
void steps(const op::BecomeUser& call, Actor& k);
void steps(const op::AdoptOrphans& call, Actor& k);

// What may happen to a process besides its call: signals are delivered, handlers run, a dying
// process is taken apart. signal_steps() says whether the call may have steps at all.
bool signal_steps(Actor& k);
void dying_steps(Actor& k);

// Whether the return of a process' call, which the kernel has finished, may be seen now.
bool may_return(const State& state, Index who);

// A process that exists from the start and shares nothing.
Process root_process(const World& world, Index who, Index standard_description);

// No process was born, nothing exists.
State first_state(const World& world);
// Events: a process without a parent is born; a process is given a call; at a moment at which
// nothing moves, these calls are blocked.
void begin_root(State& state, const World& world, Index who);
void begin_call(State& state, Index who, op::CallId id);
void fall_asleep(State& state, const World& world, const std::vector<op::CallId>& calls);

// Everything that one process and the kernel on its behalf may do next.
void offer_steps(Actor& k);

// The part of it that is the call which the process is in.
void offer_call(Actor& k);

}  // namespace ipcspec::spec
