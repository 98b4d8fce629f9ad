// One function per operation: makes the call in this process and reports what came of it. One
// file per mechanism: execute_fd.cc, execute_pipe.cc, ...
#pragma once

#include "harness/worker.hpp"

namespace ipcspec::harness {

// Where the signal handlers of this process record what they did.
void adopt_signal_log(SignalLog& log);
// Before a fork(), and with nullptr after it: a signal may reach the child before it is born.
void expect_fork(SignalLog* log_of_child);

op::Outcome execute(const op::Open& op, Worker& worker);
op::Outcome execute(const op::Close& op, Worker& worker);
op::Outcome execute(const op::Dup& op, Worker& worker);
op::Outcome execute(const op::Dup2& op, Worker& worker);
op::Outcome execute(const op::GetStatusFlags& op, Worker& worker);
op::Outcome execute(const op::SetStatusFlags& op, Worker& worker);
op::Outcome execute(const op::GetDescriptorFlags& op, Worker& worker);
op::Outcome execute(const op::SetDescriptorFlags& op, Worker& worker);
op::Outcome execute(const op::Seek& op, Worker& worker);
op::Outcome execute(const op::StatFd& op, Worker& worker);
op::Outcome execute(const op::StatPath& op, Worker& worker);
op::Outcome execute(const op::ReadLink& op, Worker& worker);
op::Outcome execute(const op::ListDirectory& op, Worker& worker);
op::Outcome execute(const op::MakeDirectory& op, Worker& worker);
op::Outcome execute(const op::ChangeMode& op, Worker& worker);
op::Outcome execute(const op::Unlink& op, Worker& worker);
op::Outcome execute(const op::Umask& op, Worker& worker);
op::Outcome execute(const op::CopyForeignDescriptor& op, Worker& worker);
op::Outcome execute(const op::MakePipe& op, Worker& worker);
op::Outcome execute(const op::Read& op, Worker& worker);
op::Outcome execute(const op::Write& op, Worker& worker);
op::Outcome execute(const op::WriteRecords& op, Worker& worker);
op::Outcome execute(const op::BytesReadable& op, Worker& worker);
op::Outcome execute(const op::GetPipeSize& op, Worker& worker);
op::Outcome execute(const op::GetPipeBuf& op, Worker& worker);
op::Outcome execute(const op::MakeFifo& op, Worker& worker);
op::Outcome execute(const op::Poll& op, Worker& worker);
op::Outcome execute(const op::Socket& op, Worker& worker);
op::Outcome execute(const op::Bind& op, Worker& worker);
op::Outcome execute(const op::BindRawPort& op, Worker& worker);
op::Outcome execute(const op::Listen& op, Worker& worker);
op::Outcome execute(const op::Accept& op, Worker& worker);
op::Outcome execute(const op::Connect& op, Worker& worker);
op::Outcome execute(const op::GetSocketName& op, Worker& worker);
op::Outcome execute(const op::GetPeerName& op, Worker& worker);
op::Outcome execute(const op::GetSocketOption& op, Worker& worker);
op::Outcome execute(const op::SetSocketOption& op, Worker& worker);
op::Outcome execute(const op::GetTcpState& op, Worker& worker);
op::Outcome execute(const op::Shutdown& op, Worker& worker);
op::Outcome execute(const op::Send& op, Worker& worker);
op::Outcome execute(const op::Receive& op, Worker& worker);
op::Outcome execute(const op::HostToNetwork16& op, Worker& worker);
op::Outcome execute(const op::NetworkToHost16& op, Worker& worker);
op::Outcome execute(const op::NetworkRoundTrips16& op, Worker& worker);
op::Outcome execute(const op::InetAddr& op, Worker& worker);
op::Outcome execute(const op::InetPton& op, Worker& worker);
op::Outcome execute(const op::SocketPair& op, Worker& worker);
op::Outcome execute(const op::SendDescriptor& op, Worker& worker);
op::Outcome execute(const op::ReceiveDescriptor& op, Worker& worker);
op::Outcome execute(const op::ShmOpen& op, Worker& worker);
op::Outcome execute(const op::ShmUnlink& op, Worker& worker);
op::Outcome execute(const op::Truncate& op, Worker& worker);
op::Outcome execute(const op::Map& op, Worker& worker);
op::Outcome execute(const op::Unmap& op, Worker& worker);
op::Outcome execute(const op::Load& op, Worker& worker);
op::Outcome execute(const op::Store& op, Worker& worker);
op::Outcome execute(const op::LoadNumber& op, Worker& worker);
op::Outcome execute(const op::StoreNumber& op, Worker& worker);
op::Outcome execute(const op::SpinUntil& op, Worker& worker);
op::Outcome execute(const op::LoadGuarded& op, Worker& worker);
op::Outcome execute(const op::Allocate& op, Worker& worker);
op::Outcome execute(const op::SemOpen& op, Worker& worker);
op::Outcome execute(const op::SemClose& op, Worker& worker);
op::Outcome execute(const op::SemUnlink& op, Worker& worker);
op::Outcome execute(const op::SemWait& op, Worker& worker);
op::Outcome execute(const op::SemTryWait& op, Worker& worker);
op::Outcome execute(const op::SemPost& op, Worker& worker);
op::Outcome execute(const op::SemGetValue& op, Worker& worker);
op::Outcome execute(const op::SemInit& op, Worker& worker);
op::Outcome execute(const op::IncrementUnderSemaphore& op, Worker& worker);
op::Outcome execute(const op::Produce& op, Worker& worker);
op::Outcome execute(const op::Consume& op, Worker& worker);
op::Outcome execute(const op::MqOpen& op, Worker& worker);
op::Outcome execute(const op::MqClose& op, Worker& worker);
op::Outcome execute(const op::MqUnlink& op, Worker& worker);
op::Outcome execute(const op::MqSend& op, Worker& worker);
op::Outcome execute(const op::MqReceive& op, Worker& worker);
op::Outcome execute(const op::SetHandler& op, Worker& worker);
op::Outcome execute(const op::SetHandlerBySignal& op, Worker& worker);
op::Outcome execute(const op::SetDefault& op, Worker& worker);
op::Outcome execute(const op::SetIgnore& op, Worker& worker);
op::Outcome execute(const op::GetDisposition& op, Worker& worker);
op::Outcome execute(const op::TakeSignalLog& op, Worker& worker);
op::Outcome execute(const op::ChangeMask& op, Worker& worker);
op::Outcome execute(const op::GetPending& op, Worker& worker);
op::Outcome execute(const op::Kill& op, Worker& worker);
op::Outcome execute(const op::Raise& op, Worker& worker);
op::Outcome execute(const op::QueueSignal& op, Worker& worker);
op::Outcome execute(const op::Pause& op, Worker& worker);
op::Outcome execute(const op::SuspendWithMask& op, Worker& worker);
op::Outcome execute(const op::WaitForSignal& op, Worker& worker);
op::Outcome execute(const op::ErrnoAcrossSignal& op, Worker& worker);
op::Outcome execute(const op::PrintFormatted& op, Worker& worker);
op::Outcome execute(const op::Fork& op, Worker& worker);
op::Outcome execute(const op::Exit& op, Worker& worker);
op::Outcome execute(const op::ExecWorker& op, Worker& worker);
op::Outcome execute(const op::ExecProgram& op, Worker& worker);
op::Outcome execute(const op::Wait& op, Worker& worker);
op::Outcome execute(const op::WaitId& op, Worker& worker);
op::Outcome execute(const op::GetIdentity& op, Worker& worker);
op::Outcome execute(const op::GetWorkingDirectory& op, Worker& worker);
op::Outcome execute(const op::SetProcessGroup& op, Worker& worker);
op::Outcome execute(const op::NewSession& op, Worker& worker);
op::Outcome execute(const op::BecomeUser& op, Worker& worker);
op::Outcome execute(const op::ProcessState& op, Worker& worker);
op::Outcome execute(const op::PopenStart& op, Worker& worker);
op::Outcome execute(const op::PopenRead& op, Worker& worker);
op::Outcome execute(const op::PopenFinish& op, Worker& worker);
op::Outcome execute(const op::OpenPseudoTerminal& op, Worker& worker);
op::Outcome execute(const op::SetControllingTerminal& op, Worker& worker);
op::Outcome execute(const op::SetForegroundGroup& op, Worker& worker);
op::Outcome execute(const op::AdoptOrphans& op, Worker& worker);
op::Outcome execute(const op::EnableTerminalSignals& op, Worker& worker);
op::Outcome execute(const op::SetUserIds& op, Worker& worker);

// value = result, or -1 with errno.
op::Outcome outcome_of(std::int64_t result);

}  // namespace ipcspec::harness
