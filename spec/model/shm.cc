#include "spec/model/parts.hpp"
#include "spec/model/steps.hpp"
namespace ipcspec::spec {
void read_file(const op::Read&, const Description&, Actor& k) { k.is_not_modelled(); }
void write_file(const op::Write&, const Description&, Actor& k) { k.is_not_modelled(); }
}  // namespace ipcspec::spec
