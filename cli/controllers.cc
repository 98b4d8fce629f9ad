#include "cli/controllers.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <span>

#include "cli/surroundings.hpp"
#include "core/error.hpp"
#include "core/unique_fd.hpp"
#include "harness/huge_code.hpp"
#include "harness/nursery.hpp"
#include "harness/run_directory.hpp"
#include "wire/channel.hpp"

namespace ipcspec::cli {
namespace {

constexpr std::uint8_t kMessageFrame = 1;
constexpr std::uint8_t kTroubleFrame = 2;
constexpr std::uint8_t kEndFrame = 3;
// How long the nurseries of controllers that were killed may take to clean up.
constexpr int kCleanUpMs = 10000;

void send(wire::FrameWriter& writer, std::uint8_t type, std::string_view text) {
  writer.write(type, std::as_bytes(std::span(text)));
}

[[noreturn]] void controller_main(const Controllers& plan, int index,
                                  const harness::RunDirectory& directory, int messages,
                                  pid_t parent) {
  // A stop signal of the terminal is for the program, which then ends this process.
  ::setsid();
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);
  wire::FrameWriter writer(messages);
  try {
    const std::vector<int> processors = usable_processors();
    harness::ControllerOptions options;
    options.directory = fmt::format("{}/{}", directory.path(), index);
    options.name_prefix = fmt::format("{}{}.", directory.name_prefix(), index);
    options.cpu = processors[static_cast<std::size_t>(index) % processors.size()];
    options.settle_budget_ms = plan.settle_budget_ms;
    harness::Session session(options);
    plan.work(session, index,
              [&](std::string_view message) { send(writer, kMessageFrame, message); });
    send(writer, kEndFrame, "");
  } catch (const std::exception& error) {
    send(writer, kTroubleFrame, error.what());
  }
  // Nothing of the program, whose image this is, may be flushed or removed here.
  ::_exit(0);
}

std::string ending_text(int status) {
  return WIFSIGNALED(status) ? fmt::format("was killed by signal {}", WTERMSIG(status))
                             : fmt::format("ended with status {}", WEXITSTATUS(status));
}

class Controller {
 public:
  Controller(const Controllers& plan, int index, const harness::RunDirectory& directory)
      : plan_(plan), index_(index), reader_(-1) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw Broken(system_error_text("no pipe"));
    messages_ = UniqueFd(ends[0]);
    const UniqueFd write_end(ends[1]);
    ::fcntl(messages_.get(), F_SETFL, O_NONBLOCK);
    const pid_t parent = ::getpid();
    pid_ = ::fork();
    if (pid_ < 0) throw Broken(system_error_text("cannot fork a controller"));
    if (pid_ == 0) controller_main(plan, index, directory, write_end.get(), parent);
    reader_ = wire::FrameReader(messages_.get());
  }
  Controller(const Controller&) = delete;
  Controller& operator=(const Controller&) = delete;
  ~Controller() { reap(); }

  int fd() const { return messages_.get(); }
  bool ended() const { return ended_; }
  const std::string& trouble() const { return trouble_; }

  // Takes what has come. False when the program wants no more.
  bool read() {
    while (!ended_) {
      const wire::ReadResult got = reader_.read();
      if (got.status == wire::ReadStatus::would_block) return true;
      if (got.status == wire::ReadStatus::frame) {
        if (!take(got.frame)) return false;
      } else if (got.status != wire::ReadStatus::frame_error) {
        end();
      }
    }
    return true;
  }

 private:
  bool take(const wire::Frame& frame) {
    const std::string_view text(reinterpret_cast<const char*>(frame.payload.data()),
                                frame.payload.size());
    if (frame.type == kMessageFrame) return plan_.hear(index_, text);
    finished_ = true;
    if (frame.type == kTroubleFrame) trouble_ = text;
    return true;
  }

  // It closed its end.
  void end() {
    ended_ = true;
    const int status = reap();
    if (!finished_) trouble_ = fmt::format("controller {} {}", index_, ending_text(status));
  }

  int reap() {
    if (pid_ <= 0) return 0;
    int status = 0;
    if (!ended_) ::kill(pid_, SIGKILL);
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    return status;
  }

  const Controllers& plan_;
  int index_;
  UniqueFd messages_;
  pid_t pid_ = -1;
  wire::FrameReader reader_;
  bool finished_ = false;  // it said so
  bool ended_ = false;
  std::string trouble_;
};

using Running = std::vector<std::unique_ptr<Controller>>;

void wait_for_any(const Running& running) {
  std::vector<pollfd> entries;
  for (const auto& one : running) {
    if (!one->ended()) entries.push_back({one->fd(), POLLIN, 0});
  }
  ::ppoll(entries.data(), entries.size(), nullptr, &mask_while_waiting());
}

bool read_all(const Running& running) {
  return std::ranges::all_of(running, [](const auto& one) { return one->read(); });
}

bool all_ended(const Running& running) {
  return std::ranges::all_of(running, [](const auto& one) { return one->ended(); });
}

}  // namespace

int controllers_wanted(int jobs) {
  return jobs > 0 ? jobs : static_cast<int>(usable_processors().size());
}

std::vector<std::string> run_controllers(const Controllers& plan) {
  // Nurseries whose controller was killed come here, so that their end can be waited for.
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  harness::move_code_into_huge_pages();
  const harness::RunDirectory directory(harness::RunDirectory::Place::memory);
  std::vector<std::string> troubles;
  {
    Running running;
    for (int i = 0; i < plan.count; ++i) {
      running.push_back(std::make_unique<Controller>(plan, i, directory));
    }
    while (stop_signal() == 0 && !all_ended(running)) {
      wait_for_any(running);
      if (!read_all(running)) break;
    }
    for (const auto& one : running) {
      if (!one->trouble().empty()) troubles.push_back(one->trouble());
    }
  }
  harness::reap_orphans(kCleanUpMs);
  return troubles;
}

}  // namespace ipcspec::cli
