// The wire form of operations and outcomes.
#include <array>
#include <utility>

#include "ops/op.hpp"

namespace ipcspec::op {
namespace {

class Writer {
 public:
  explicit Writer(std::vector<std::byte>& out) : out_(out) {}

  void put(std::uint64_t number, std::size_t bytes = 8) {
    std::array<std::byte, 8> digits;
    for (std::byte& digit : digits) {
      digit = static_cast<std::byte>(number & 0xff);
      number >>= 8;
    }
    const auto end = digits.begin() + static_cast<std::ptrdiff_t>(bytes);
    out_.insert(out_.end(), digits.begin(), end);
  }
  void put(std::int64_t number) { put(static_cast<std::uint64_t>(number)); }
  void put(bool flag) { put(std::uint64_t{flag}, 1); }
  void put(const Fd& fd) { put(std::int64_t{fd.number}); }
  void put(const Address& address) { put(address.value); }
  void put(const Mode& mode) { put(std::uint64_t{mode.bits}); }
  void put(const SignalSet& set) { put(set.bits); }
  template <Vocabulary V>
  void put(const Symbol<V>& symbol) {
    put(std::int64_t{symbol.value});
  }
  void put(const std::string& text) {
    put(std::uint64_t{text.size()}, 4);
    const auto* bytes = reinterpret_cast<const std::byte*>(text.data());
    out_.insert(out_.end(), bytes, bytes + text.size());
  }

 private:
  std::vector<std::byte>& out_;
};

class Reader {
 public:
  explicit Reader(std::span<const std::byte> in) : in_(in) {}

  bool done() const { return ok_ && in_.empty(); }
  bool ok() const { return ok_; }
  std::size_t left() const { return in_.size(); }

  std::uint64_t number(std::size_t bytes = 8) {
    if (in_.size() < bytes) {
      ok_ = false;
      in_ = {};
      return 0;
    }
    std::uint64_t result = 0;
    for (std::size_t i = 0; i < bytes; ++i) {
      result |= std::to_integer<std::uint64_t>(in_[i]) << (8 * i);
    }
    in_ = in_.subspan(bytes);
    return result;
  }
  void get(std::uint64_t& value) { value = number(); }
  void get(std::int64_t& value) { value = static_cast<std::int64_t>(number()); }
  void get(bool& flag) { flag = number(1) != 0; }
  void get(Fd& fd) { fd.number = static_cast<int>(number()); }
  void get(Address& address) { address.value = number(); }
  void get(Mode& mode) { mode.bits = static_cast<std::uint32_t>(number()); }
  void get(SignalSet& set) { set.bits = number(); }
  template <Vocabulary V>
  void get(Symbol<V>& symbol) {
    symbol.value = static_cast<int>(number());
  }
  void get(std::string& text) {
    const auto size_bytes = number(4);
    if (!ok_ || in_.size() < size_bytes) {
      ok_ = false;
      in_ = {};
      return;
    }
    text.assign(reinterpret_cast<const char*>(in_.data()), size_bytes);
    in_ = in_.subspan(size_bytes);
  }

 private:
  std::span<const std::byte> in_;
  bool ok_ = true;
};

template <typename T>
bool decode_fields(Reader& reader, Op& op) {
  T& value = op.emplace<T>();
  std::apply([&](auto&... field) { (reader.get(field), ...); }, value.fields());
  return reader.done();
}

using FieldDecoder = bool (*)(Reader&, Op&);

template <std::size_t... I>
constexpr std::array<FieldDecoder, kOpKinds> field_decoders(std::index_sequence<I...>) {
  return {&decode_fields<std::variant_alternative_t<I, OpVariant>>...};
}
constexpr auto kFieldDecoders = field_decoders(std::make_index_sequence<kOpKinds>{});

template <std::size_t... I>
constexpr std::array<std::string_view, kOpKinds> kind_names(std::index_sequence<I...>) {
  return {std::variant_alternative_t<I, OpVariant>::kName...};
}
constexpr auto kKindNames = kind_names(std::make_index_sequence<kOpKinds>{});

}  // namespace

std::string_view name_of(const Op& op) { return kKindNames[op.index()]; }
std::string_view name_of_kind(std::size_t kind) { return kKindNames.at(kind); }

std::size_t kind_of_name(std::string_view name) {
  std::size_t kind = 0;
  while (kind < kOpKinds && kKindNames[kind] != name) ++kind;
  return kind;
}

void encode(const Op& op, std::vector<std::byte>& out) {
  Writer writer(out);
  writer.put(std::uint64_t{op.index()}, 2);
  std::visit(
      [&](const auto& value) {
        std::apply([&](const auto&... field) { (writer.put(field), ...); }, value.fields());
      },
      op);
}

void encode(const Outcome& outcome, std::vector<std::byte>& out) {
  Writer writer(out);
  writer.put(outcome.value);
  writer.put(outcome.error);
  writer.put(outcome.data);
  writer.put(std::uint64_t{outcome.outputs.size()}, 4);
  for (const std::int64_t output : outcome.outputs) writer.put(output);
}

bool decode(std::span<const std::byte> bytes, Op& op) {
  Reader reader(bytes);
  const auto kind = reader.number(2);
  return reader.ok() && kind < kOpKinds && kFieldDecoders[kind](reader, op);
}

bool decode(std::span<const std::byte> bytes, Outcome& outcome) {
  Reader reader(bytes);
  reader.get(outcome.value);
  reader.get(outcome.error);
  reader.get(outcome.data);
  const auto outputs = reader.number(4);
  if (!reader.ok() || reader.left() != outputs * 8) return false;
  outcome.outputs.resize(outputs);
  for (std::int64_t& output : outcome.outputs) reader.get(output);
  return reader.done();
}

}  // namespace ipcspec::op
