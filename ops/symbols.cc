#include "ops/symbols.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <limits>
#include <span>

namespace ipcspec::op {
namespace {

struct Named {
  int value;
  std::string_view name;
};

#define NAMED(constant) \
  Named { constant, #constant }

constexpr Named kOpenFlags[] = {
    NAMED(O_APPEND), NAMED(O_CLOEXEC), NAMED(O_CREAT),    NAMED(O_DIRECT), NAMED(O_DIRECTORY),
    NAMED(O_EXCL),   NAMED(O_NOCTTY),  NAMED(O_NONBLOCK), NAMED(O_TRUNC),  NAMED(O_PATH),
};
constexpr Named kDescriptorFlags[] = {NAMED(FD_CLOEXEC)};
constexpr Named kWhence[] = {NAMED(SEEK_SET), NAMED(SEEK_CUR), NAMED(SEEK_END)};
constexpr Named kSignals[] = {
    NAMED(SIGHUP),  NAMED(SIGINT),   NAMED(SIGQUIT), NAMED(SIGILL),  NAMED(SIGTRAP),
    NAMED(SIGABRT), NAMED(SIGBUS),   NAMED(SIGFPE),  NAMED(SIGKILL), NAMED(SIGUSR1),
    NAMED(SIGSEGV), NAMED(SIGUSR2),  NAMED(SIGPIPE), NAMED(SIGALRM), NAMED(SIGTERM),
    NAMED(SIGCHLD), NAMED(SIGCONT),  NAMED(SIGSTOP), NAMED(SIGTSTP), NAMED(SIGTTIN),
    NAMED(SIGTTOU), NAMED(SIGURG),   NAMED(SIGXCPU), NAMED(SIGXFSZ), NAMED(SIGVTALRM),
    NAMED(SIGPROF), NAMED(SIGWINCH), NAMED(SIGIO),   NAMED(SIGSYS),  NAMED(SIGPWR),
};
constexpr Named kActionFlags[] = {
    NAMED(SA_NOCLDSTOP),
    NAMED(SA_NOCLDWAIT),
    NAMED(SA_NODEFER),
    NAMED(SA_ONSTACK),
    NAMED(SA_RESTART),
    NAMED(SA_SIGINFO),
    {static_cast<int>(SA_RESETHAND), "SA_RESETHAND"},
};
constexpr Named kMaskHow[] = {NAMED(SIG_BLOCK), NAMED(SIG_UNBLOCK), NAMED(SIG_SETMASK)};
constexpr Named kPollEvents[] = {
    NAMED(POLLIN),  NAMED(POLLPRI),  NAMED(POLLOUT),   NAMED(POLLERR),
    NAMED(POLLHUP), NAMED(POLLNVAL), NAMED(POLLRDHUP),
};
constexpr Named kFamilies[] = {NAMED(AF_UNIX), NAMED(AF_INET), NAMED(AF_INET6)};
constexpr Named kSocketTypes[] = {NAMED(SOCK_STREAM), NAMED(SOCK_DGRAM), NAMED(SOCK_SEQPACKET)};
constexpr Named kSocketTypeFlags[] = {NAMED(SOCK_NONBLOCK), NAMED(SOCK_CLOEXEC)};
constexpr Named kShutdownHow[] = {NAMED(SHUT_RD), NAMED(SHUT_WR), NAMED(SHUT_RDWR)};
constexpr Named kMessageFlags[] = {
    NAMED(MSG_DONTWAIT), NAMED(MSG_NOSIGNAL), NAMED(MSG_PEEK), NAMED(MSG_WAITALL),
    NAMED(MSG_TRUNC),    NAMED(MSG_CTRUNC),   NAMED(MSG_EOR),
};
constexpr Named kProtection[] = {NAMED(PROT_READ), NAMED(PROT_WRITE), NAMED(PROT_EXEC)};
constexpr Named kMappingFlags[] = {NAMED(MAP_SHARED), NAMED(MAP_PRIVATE), NAMED(MAP_FIXED),
                                   NAMED(MAP_ANONYMOUS)};
constexpr Named kWaitOptions[] = {
    NAMED(WNOHANG), NAMED(WUNTRACED), NAMED(WCONTINUED), NAMED(WEXITED), NAMED(WNOWAIT),
};
constexpr Named kErrors[] = {
    {0, "0"},
    NAMED(EPERM),
    NAMED(ENOENT),
    NAMED(ESRCH),
    NAMED(EINTR),
    NAMED(EIO),
    NAMED(ENXIO),
    NAMED(E2BIG),
    NAMED(ENOEXEC),
    NAMED(EBADF),
    NAMED(ECHILD),
    NAMED(EAGAIN),
    NAMED(ENOMEM),
    NAMED(EACCES),
    NAMED(EFAULT),
    NAMED(EBUSY),
    NAMED(EEXIST),
    NAMED(EXDEV),
    NAMED(ENODEV),
    NAMED(ENOTDIR),
    NAMED(EISDIR),
    NAMED(EINVAL),
    NAMED(ENFILE),
    NAMED(EMFILE),
    NAMED(ENOTTY),
    NAMED(ETXTBSY),
    NAMED(EFBIG),
    NAMED(ENOSPC),
    NAMED(ESPIPE),
    NAMED(EROFS),
    NAMED(EMLINK),
    NAMED(EPIPE),
    NAMED(EDOM),
    NAMED(ERANGE),
    NAMED(EDEADLK),
    NAMED(ENAMETOOLONG),
    NAMED(ENOSYS),
    NAMED(ENOTEMPTY),
    NAMED(ELOOP),
    NAMED(ENOMSG),
    NAMED(EIDRM),
    NAMED(EOVERFLOW),
    NAMED(EILSEQ),
    NAMED(ENOTSOCK),
    NAMED(EDESTADDRREQ),
    NAMED(EMSGSIZE),
    NAMED(EPROTOTYPE),
    NAMED(ENOPROTOOPT),
    NAMED(EPROTONOSUPPORT),
    NAMED(EOPNOTSUPP),
    NAMED(EPROTO),
    NAMED(EAFNOSUPPORT),
    NAMED(EADDRINUSE),
    NAMED(EADDRNOTAVAIL),
    NAMED(ENETDOWN),
    NAMED(ENETUNREACH),
    NAMED(ECONNABORTED),
    NAMED(ECONNRESET),
    NAMED(ENOBUFS),
    NAMED(EISCONN),
    NAMED(ENOTCONN),
    NAMED(ETIMEDOUT),
    NAMED(ECONNREFUSED),
    NAMED(EHOSTUNREACH),
    NAMED(EALREADY),
    NAMED(EINPROGRESS),
    NAMED(ECANCELED),
    NAMED(ESOCKTNOSUPPORT),
    NAMED(EBADMSG),
};
constexpr Named kLimits[] = {NAMED(RLIMIT_NOFILE), NAMED(RLIMIT_SIGPENDING),
                             NAMED(RLIMIT_MSGQUEUE)};

struct Table {
  std::span<const Named> names;
  bool flags;
};

Table table_of(Vocabulary vocabulary) {
  switch (vocabulary) {
    case Vocabulary::open_flags:
      return {kOpenFlags, true};
    case Vocabulary::descriptor_flags:
      return {kDescriptorFlags, true};
    case Vocabulary::seek_whence:
      return {kWhence, false};
    case Vocabulary::signal:
      return {kSignals, false};
    case Vocabulary::signal_action_flags:
      return {kActionFlags, true};
    case Vocabulary::mask_how:
      return {kMaskHow, false};
    case Vocabulary::poll_events:
      return {kPollEvents, true};
    case Vocabulary::address_family:
      return {kFamilies, false};
    case Vocabulary::socket_type:
      return {kSocketTypeFlags, true};
    case Vocabulary::shutdown_how:
      return {kShutdownHow, false};
    case Vocabulary::message_flags:
      return {kMessageFlags, true};
    case Vocabulary::memory_protection:
      return {kProtection, true};
    case Vocabulary::mapping_flags:
      return {kMappingFlags, true};
    case Vocabulary::wait_options:
      return {kWaitOptions, true};
    case Vocabulary::error:
      return {kErrors, false};
    case Vocabulary::limit:
      return {kLimits, false};
  }
  return {{}, false};
}

// The part of a flag word that is a number and not a set of bits, with its names.
struct Enumerated {
  int mask = 0;
  std::span<const Named> names;
};
constexpr Named kAccessModes[] = {NAMED(O_RDONLY), NAMED(O_WRONLY), NAMED(O_RDWR)};

Enumerated enumerated_part(Vocabulary vocabulary) {
  if (vocabulary == Vocabulary::open_flags) return {O_ACCMODE, kAccessModes};
  if (vocabulary == Vocabulary::socket_type) return {0xf, kSocketTypes};
  return {};
}

std::optional<int> find_value(std::span<const Named> names, std::string_view word) {
  for (const Named& named : names) {
    if (named.name == word) return named.value;
  }
  return std::nullopt;
}

std::string_view find_name(std::span<const Named> names, int value) {
  for (const Named& named : names) {
    if (named.value == value) return named.name;
  }
  return {};
}

std::optional<int> number_of(std::string_view word) {
  const bool hexadecimal = word.starts_with("0x");
  if (hexadecimal) word.remove_prefix(2);
  std::int64_t value = 0;
  const auto [end, error] =
      std::from_chars(word.data(), word.data() + word.size(), value, hexadecimal ? 16 : 10);
  if (error != std::errc{} || end != word.data() + word.size()) return {};
  // Hexadecimal stands for the 32 bits as they are, decimal for the number.
  const std::int64_t min = hexadecimal ? 0 : std::numeric_limits<int>::min();
  const std::int64_t max = hexadecimal ? std::int64_t{std::numeric_limits<unsigned>::max()}
                                       : std::int64_t{std::numeric_limits<int>::max()};
  if (value < min || value > max) return {};
  return static_cast<int>(value);
}

std::string hexadecimal_text(int value) {
  char digits[16];
  const auto end =
      std::to_chars(digits, digits + sizeof digits, static_cast<unsigned>(value), 16).ptr;
  return "0x" + std::string(digits, end);
}

std::string flags_text(Vocabulary vocabulary, std::span<const Named> names, int value) {
  std::string text;
  const auto append = [&](std::string_view word) {
    if (!text.empty()) text += '|';
    text += word;
  };
  const Enumerated part = enumerated_part(vocabulary);
  if (part.mask != 0) {
    const auto name = find_name(part.names, value & part.mask);
    if (!name.empty()) {
      append(name);
      value &= ~part.mask;
    }
  }
  for (const Named& named : names) {
    if ((value & named.value) != named.value) continue;
    append(named.name);
    value &= ~named.value;
  }
  if (value != 0) append(hexadecimal_text(value));
  return text.empty() ? "0" : text;
}

std::optional<int> realtime_signal(std::string_view word) {
  if (!word.starts_with("SIGRTMIN+")) return std::nullopt;
  const auto offset = number_of(word.substr(9));
  if (!offset || *offset < 0 || *offset > SIGRTMAX - SIGRTMIN) return std::nullopt;
  return SIGRTMIN + *offset;
}

}  // namespace

std::string symbol_text(Vocabulary vocabulary, int value) {
  const Table table = table_of(vocabulary);
  if (table.flags) return flags_text(vocabulary, table.names, value);
  const auto name = find_name(table.names, value);
  if (!name.empty()) return std::string(name);
  if (vocabulary == Vocabulary::signal && value >= SIGRTMIN && value <= SIGRTMAX) {
    return "SIGRTMIN+" + std::to_string(value - SIGRTMIN);
  }
  return std::to_string(value);
}

std::optional<int> symbol_value(Vocabulary vocabulary, std::string_view text) {
  const Table table = table_of(vocabulary);
  if (!table.flags) {
    if (const auto value = find_value(table.names, text)) return value;
    if (vocabulary == Vocabulary::signal) {
      if (const auto value = realtime_signal(text)) return value;
    }
    return number_of(text);
  }
  int result = 0;
  while (true) {
    const auto bar = text.find('|');
    const auto word = text.substr(0, bar);
    auto value = find_value(table.names, word);
    if (!value) value = find_value(enumerated_part(vocabulary).names, word);
    if (!value) value = number_of(word);
    if (!value) return std::nullopt;
    result |= *value;
    if (bar == std::string_view::npos) return result;
    text.remove_prefix(bar + 1);
  }
}

std::string wait_status_text(int status) {
  if (WIFEXITED(status)) return "exit:" + std::to_string(WEXITSTATUS(status));
  if (WIFSIGNALED(status)) return "signal:" + symbol_text(Vocabulary::signal, WTERMSIG(status));
  if (WIFSTOPPED(status)) return "stop:" + symbol_text(Vocabulary::signal, WSTOPSIG(status));
  if (WIFCONTINUED(status)) return "continued";
  return "status:" + std::to_string(status);
}

}  // namespace ipcspec::op
