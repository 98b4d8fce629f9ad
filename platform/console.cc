#include "platform/console.hpp"

#include <algorithm>

namespace ipcspec::platform {
namespace {

constexpr std::size_t kTailBytesMax = 16384;
constexpr std::size_t kTailLinesMax = 30;
constexpr std::size_t kLineCharsMax = 200;

// The number of bytes that an escape sequence at the start of `text` has.
std::size_t escape_bytes(std::string_view text) {
  if (text.size() < 2 || text[0] != '\033') return 0;
  if (text[1] != '[') return 2;
  std::size_t i = 2;
  while (i < text.size() && (text[i] < '@' || text[i] > '~')) ++i;
  return std::min(i + 1, text.size());
}

std::string cleaned(std::string_view text) {
  std::string clean;
  std::size_t line_chars = 0;
  while (!text.empty()) {
    if (const std::size_t escape = escape_bytes(text); escape > 0) {
      text.remove_prefix(escape);
      continue;
    }
    const char c = text[0];
    text.remove_prefix(1);
    if (c == '\r') continue;
    if (c == '\n') {
      if (line_chars > 0) clean += '\n';
      line_chars = 0;
    } else if (line_chars++ < kLineCharsMax) {
      clean += (c >= ' ' && c <= '~') || c == '\t' ? c : '.';
    }
  }
  return clean;
}

}  // namespace

std::string printable_tail(std::string_view text, std::size_t lines_max) {
  std::string clean = cleaned(text);
  while (clean.ends_with('\n')) clean.pop_back();
  std::size_t start = clean.size();
  for (std::size_t lines = 0; lines < lines_max && start != std::string::npos && start > 0;
       ++lines) {
    start = clean.rfind('\n', start - 1);
  }
  if (start == std::string::npos || start == 0) return clean;
  return clean.substr(start + 1);
}

// Frames are sent again, and a damaged one was counted as noise: gaps are no errors.
Console::Console() : decoder_({.check_sequence = false}) {}

void Console::feed(std::span<const std::byte> bytes) {
  unaccounted_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  decoder_.feed(bytes);
  while (true) {
    const wire::Decoder::Event event = decoder_.next();
    if (event.kind == wire::Decoder::Event::Kind::need_more) break;
    take(event);
  }
  unaccounted_.erase(0, accounted_);
  accounted_ = 0;
}

void Console::finish() {
  while (true) {
    const wire::Decoder::Event event = decoder_.finish();
    if (event.kind == wire::Decoder::Event::Kind::need_more) break;
    take(event);
  }
  unaccounted_.erase(0, accounted_);
  accounted_ = 0;
}

void Console::take(const wire::Decoder::Event& event) {
  if (event.kind == wire::Decoder::Event::Kind::frame) {
    accounted_ += wire::kHeaderBytes + event.frame.payload.size();
    if (!seen_.insert(event.frame.sequence).second) return;
    if (std::optional<Message> message = decode(event.frame)) {
      messages_.push_back(std::move(*message));
    }
    return;
  }
  noise_ += unaccounted_.substr(accounted_, event.dropped_bytes);
  noise_bytes_ += event.dropped_bytes;
  accounted_ += event.dropped_bytes;
  if (noise_.size() > 2 * kTailBytesMax) noise_.erase(0, noise_.size() - kTailBytesMax);
}

std::optional<Message> Console::next() {
  if (messages_.empty()) return std::nullopt;
  Message message = std::move(messages_.front());
  messages_.pop_front();
  return message;
}

std::string Console::tail() const {
  const std::string all = printable_tail(noise_ + unaccounted_, std::string::npos);
  const std::string last = printable_tail(all, kTailLinesMax);
  // What a kernel said first is what it was about; a long list of calls may have followed.
  std::string telling;
  std::string_view earlier(all.data(), all.size() - last.size());
  while (!earlier.empty()) {
    const std::size_t end = std::min(earlier.find('\n'), earlier.size());
    const std::string_view line = earlier.substr(0, end);
    for (const char* word : {"panic", "BUG", "Oops", "sysrq"}) {
      if (line.find(word) == std::string_view::npos) continue;
      telling += std::string(line) + "\n";
      break;
    }
    earlier.remove_prefix(std::min(end + 1, earlier.size()));
  }
  return telling.empty() ? last : telling + "...\n" + last;
}

}  // namespace ipcspec::platform
