#include "harness/outside.hpp"

#include <fcntl.h>

#include <string_view>

namespace ipcspec::harness {
namespace {

// An answer has to fit in one frame, and the buffer for it in memory.
constexpr std::size_t kDataBytesMax = 1u << 20;

constexpr const char* kSignals = "it would signal a process outside the scenario";
constexpr const char* kGroup = "it would enter a process group outside the scenario";
constexpr const char* kCopies = "it would copy a descriptor from outside the scenario";
constexpr const char* kName = "it would use a name outside the scenario";
constexpr const char* kPath = "it would change a file outside the scenario's directory";
constexpr const char* kLarge = "it would move more than 1 MiB at once";

bool leaves_directory(std::string_view path) {
  if (path.starts_with('/')) return true;
  while (!path.empty()) {
    const auto end = path.find('/');
    if (path.substr(0, end) == "..") return true;
    path.remove_prefix(end == path.npos ? path.size() : end + 1);
  }
  return false;
}

struct Reach {
  const Inside& inside;

  std::string signal(std::int64_t pid) const {
    // 0 is the caller's own group; -1 would be every process of the user.
    const bool ours = pid == 0 || (pid != -1 && inside.has_process(pid < 0 ? -pid : pid));
    return ours ? "" : kSignals;
  }
  std::string name(const std::string& text) const {
    return text.starts_with(inside.name_prefix) ? "" : kName;
  }
  static std::string path(const std::string& text) { return leaves_directory(text) ? kPath : ""; }
  static std::string data(std::uint64_t size_bytes) {
    return size_bytes > kDataBytesMax ? kLarge : "";
  }

  std::string operator()(const op::Kill& op) const { return signal(op.pid); }
  std::string operator()(const op::QueueSignal& op) const { return signal(op.pid); }
  std::string operator()(const op::SetHandler& op) const {
    const bool kills = op.body == static_cast<std::int64_t>(op::HandlerBody::kill_process);
    return kills ? signal(op.argument) : "";
  }
  std::string operator()(const op::SetProcessGroup& op) const {
    return op.group == 0 || inside.has_process(op.group) ? "" : kGroup;
  }
  std::string operator()(const op::CopyForeignDescriptor& op) const {
    return inside.has_process(op.pid) ? "" : kCopies;
  }
  std::string operator()(const op::ShmOpen& op) const { return name(op.name); }
  std::string operator()(const op::ShmUnlink& op) const { return name(op.name); }
  std::string operator()(const op::SemOpen& op) const { return name(op.name); }
  std::string operator()(const op::SemUnlink& op) const { return name(op.name); }
  std::string operator()(const op::MqOpen& op) const { return name(op.name); }
  std::string operator()(const op::MqUnlink& op) const { return name(op.name); }
  std::string operator()(const op::Open& op) const {
    const int changing = O_ACCMODE | O_CREAT | O_TRUNC;
    return (op.flags.value & changing) == O_RDONLY ? "" : path(op.path);
  }
  std::string operator()(const op::MakeDirectory& op) const { return path(op.path); }
  std::string operator()(const op::ChangeMode& op) const { return path(op.path); }
  std::string operator()(const op::Unlink& op) const { return path(op.path); }
  std::string operator()(const op::MakeFifo& op) const { return path(op.path); }
  std::string operator()(const op::Bind& op) const {
    constexpr std::string_view kUnix = "unix:";
    return op.address.starts_with(kUnix) ? path(op.address.substr(kUnix.size())) : "";
  }
  std::string operator()(const op::Read& op) const { return data(op.size_bytes); }
  std::string operator()(const op::Write& op) const { return data(op.data.size()); }
  std::string operator()(const op::WriteRecords& op) const { return data(op.size_bytes); }
  std::string operator()(const op::Send& op) const { return data(op.data.size()); }
  std::string operator()(const op::Receive& op) const { return data(op.size_bytes); }
  std::string operator()(const op::SendDescriptor& op) const { return data(op.data.size()); }
  std::string operator()(const op::ReceiveDescriptor& op) const { return data(op.size_bytes); }
  std::string operator()(const op::Load& op) const { return data(op.size_bytes); }
  std::string operator()(const op::Store& op) const { return data(op.data.size()); }
  std::string operator()(const op::Produce& op) const { return data(op.items.size()); }
  std::string operator()(const op::Consume& op) const { return data(op.count); }
  std::string operator()(const op::MqSend& op) const { return data(op.data.size()); }
  std::string operator()(const op::MqReceive& op) const { return data(op.size_bytes); }
  std::string operator()(const op::PrintFormatted& op) const { return data(op.text.size()); }
  template <typename T>
  std::string operator()(const T&) const {
    return {};
  }
};

}  // namespace

std::string reaches_outside(const op::Op& op, const Inside& inside) {
  return std::visit(Reach{inside}, static_cast<const op::OpVariant&>(op));
}

}  // namespace ipcspec::harness
