#include "conformance/network.hpp"

#include <linux/filter.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace ipcspec::conformance {
namespace {

using Octets = std::span<std::uint8_t>;

// Where things are: in the IP header (RFC 791, 3.1), and in the TCP header (RFC 9293, 3.1).
constexpr std::size_t kAddressesAt = 12;
constexpr std::size_t kAddressesBytes = 8;
constexpr std::uint32_t kPortAt = 2;
constexpr std::uint32_t kFlagsAt = 13;
constexpr std::uint32_t kSyn = 0x02;
constexpr std::uint32_t kSynAndAck = 0x12;
constexpr std::size_t kChecksumAt = 16;
constexpr std::size_t kTcpHeaderBytesMin = 20;

constexpr std::size_t kRequestBytesMax = 120;  // each header has 60 bytes at most, and no data

// Lets pass what goes to the port with SYN and without ACK. A raw socket sees all that TCP does
// here, so the kernel has to choose.
bool keeps_requests_only(int raw, std::uint16_t port) {
  std::array<sock_filter, 8> program = {{
      BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0),  // where the IP header ends
      BPF_STMT(BPF_LD | BPF_H | BPF_IND, kPortAt),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, port, 0, 3),
      BPF_STMT(BPF_LD | BPF_B | BPF_IND, kFlagsAt),
      BPF_STMT(BPF_ALU | BPF_AND | BPF_K, kSynAndAck),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kSyn, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, 0),
      BPF_STMT(BPF_RET | BPF_K, kRequestBytesMax),
  }};
  const sock_fprog filter = {program.size(), program.data()};
  return ::setsockopt(raw, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) == 0;
}

std::uint32_t sum_of_words(std::span<const std::uint8_t> octets) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < octets.size(); ++i) {
    sum += i % 2 == 0 ? std::uint32_t{octets[i]} << 8 : octets[i];
  }
  return sum;
}

// On the loopback interface a segment comes without its checksum (RFC 9293, 3.1).
void completes_checksum(Octets packet, Octets tcp) {
  tcp[kChecksumAt] = tcp[kChecksumAt + 1] = 0;
  std::uint32_t sum = sum_of_words(packet.subspan(kAddressesAt, kAddressesBytes)) + IPPROTO_TCP +
                      static_cast<std::uint32_t>(tcp.size()) + sum_of_words(tcp);
  while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
  tcp[kChecksumAt] = static_cast<std::uint8_t>(~sum >> 8);
  tcp[kChecksumAt + 1] = static_cast<std::uint8_t>(~sum);
}

}  // namespace

Network::Network(std::uint16_t port) {
  UniqueFd raw(::socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_TCP));
  const int with_ip_header = 1;
  if (!raw || !keeps_requests_only(raw.get(), port) ||
      ::setsockopt(raw.get(), IPPROTO_IP, IP_HDRINCL, &with_ip_header, sizeof with_ip_header) !=
          0) {
    return;
  }
  raw_ = std::move(raw);
}

void Network::repeats_requests() {
  struct Request {
    std::array<std::uint8_t, kRequestBytesMax> octets = {};
    std::size_t size_bytes = 0;
    sockaddr_in address = {};  // where it comes from and goes to: this is the loopback interface
  };
  // What is sent would be kept as well, so all are taken first.
  std::vector<Request> requests;
  while (raw_) {
    Request request;
    socklen_t address_bytes = sizeof request.address;
    const ssize_t got =
        ::recvfrom(raw_.get(), request.octets.data(), request.octets.size(), MSG_DONTWAIT,
                   reinterpret_cast<sockaddr*>(&request.address), &address_bytes);
    if (got < 0) break;
    request.size_bytes = static_cast<std::size_t>(got);
    requests.push_back(request);
  }
  for (Request& request : requests) {
    const Octets packet = Octets(request.octets).first(request.size_bytes);
    const std::size_t ip_header_bytes = std::size_t{packet[0]} % 16 * 4;
    if (packet.size() < ip_header_bytes + kTcpHeaderBytesMin) continue;
    completes_checksum(packet, packet.subspan(ip_header_bytes));
    ::sendto(raw_.get(), packet.data(), packet.size(), 0,
             reinterpret_cast<const sockaddr*>(&request.address), sizeof request.address);
  }
  raw_.reset();
}

}  // namespace ipcspec::conformance
