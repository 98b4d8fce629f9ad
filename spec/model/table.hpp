// Table: rows that are named by their index, of which copies share all that neither has edited.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "spec/model/cow.hpp"

namespace ipcspec::spec {

// Of a process, an open file description, a pipe, ...; kNone where there is none.
using Index = std::int32_t;
inline constexpr Index kNone = -1;

template <typename T>
class Table {
 public:
  std::size_t size() const { return rows_->size(); }
  auto begin() const { return rows_->begin(); }
  auto end() const { return rows_->end(); }
  const Cow<T>& operator[](std::size_t i) const { return (*rows_)[i]; }

  T& edit(std::size_t i) { return rows_.edit()[i].edit(); }
  void put(std::size_t i, T value) { rows_.edit()[i] = Cow<T>(std::move(value)); }
  Index add(T value) {
    rows_.edit().emplace_back(std::move(value));
    return static_cast<Index>(size() - 1);
  }
  void resize(std::size_t size) { rows_.edit().resize(size); }

  bool operator==(const Table&) const = default;

 private:
  Cow<std::vector<Cow<T>>> rows_;
};

}  // namespace ipcspec::spec
