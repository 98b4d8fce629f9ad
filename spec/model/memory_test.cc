// Pages: what is put, what is cut off, and what never was there.
#include "spec/model/memory.hpp"

#include <catch2/catch_test_macros.hpp>

namespace ipcspec::spec {
namespace {

constexpr std::uint64_t kPage = 4096;

World small_world() {
  World world;
  world.facts.page_bytes = static_cast<std::int64_t>(kPage);
  return world;
}

std::string zeros(std::size_t count) { return std::string(count, '\0'); }

TEST_CASE("What was never stored reads as zero, wherever it is") {
  const Paging paging(small_world());
  Pages pages;
  CHECK(paging.bytes(pages, 0, 3) == zeros(3));
  CHECK(paging.bytes(pages, 5 * kPage - 1, 3) == zeros(3));

  paging.put(pages, 2 * kPage, "x");
  CHECK(paging.bytes(pages, 2 * kPage - 1, 3) == zeros(1) + "x" + zeros(1));
  CHECK(paging.bytes(pages, 7 * kPage, 2) == zeros(2));
}

TEST_CASE("Bytes that are put across pages read as they were put") {
  const Paging paging(small_world());
  Pages pages;
  const std::string bytes = "abc" + std::string(kPage, 'd') + "ef";
  paging.put(pages, kPage - 2, bytes);
  CHECK(paging.bytes(pages, kPage - 2, bytes.size()) == bytes);
  CHECK(paging.bytes(pages, kPage - 3, 2) == zeros(1) + "a");
}

TEST_CASE("What is cut off is zero afterwards and the rest is kept") {
  const Paging paging(small_world());
  Pages pages;
  paging.put(pages, 0, std::string(3 * kPage, 'x'));

  SECTION("inside a page") {
    paging.cut(pages, kPage + 5);
    CHECK(paging.bytes(pages, kPage, 7) == "xxxxx" + zeros(2));
    CHECK(paging.bytes(pages, 2 * kPage, 2) == zeros(2));
  }
  SECTION("between two pages") {
    paging.cut(pages, kPage);
    CHECK(paging.bytes(pages, kPage - 1, 2) == "x" + zeros(1));
  }
  SECTION("altogether") {
    paging.cut(pages, 0);
    CHECK(pages.empty());
  }
  SECTION("behind the last page nothing is lost") {
    paging.cut(pages, 5 * kPage + 1);
    CHECK(paging.bytes(pages, 3 * kPage - 1, 1) == "x");
  }
}

TEST_CASE("Only bytes behind the end and in its page are a tail") {
  const Paging paging(small_world());
  Memory memory;
  memory.size_bytes = 10;
  CHECK_FALSE(paging.has_tail(memory));
  paging.put(memory.pages, 9, "x");
  paging.put(memory.pages, kPage, "x");
  CHECK_FALSE(paging.has_tail(memory));
  paging.put(memory.pages, 10, "x");
  CHECK(paging.has_tail(memory));
  memory.size_bytes = kPage;
  CHECK_FALSE(paging.has_tail(memory));
}

}  // namespace
}  // namespace ipcspec::spec
