#include "report/ruling_json.hpp"

#include <nlohmann/json.hpp>

#include "report/ruling.hpp"

namespace ipcspec::report {
namespace {

using Json = nlohmann::ordered_json;

Json id_of(const spec::Rule* rule) {
  return rule == nullptr ? Json(nullptr) : Json(std::string(rule->id));
}

Json allowed_of(const spec::Explanation& why) {
  Json all = Json::array();
  for (const spec::Alternative& one : why.allowed) {
    all.push_back({{"process", one.who}, {"what", one.text}, {"rule", id_of(one.because)}});
  }
  return all;
}

}  // namespace

std::string ruling_json(const op::Trace& trace, const spec::Ruling& ruling) {
  Json exercised = Json::array();
  for (const spec::Rule* rule : ruling.exercised) exercised.push_back(std::string(rule->id));
  Json json = {{"verdict", to_string(verdict_of(ruling.judgement))},
               {"events", trace.events.size()},
               {"events_judged", ruling.why ? ruling.why->event : ruling.events_judged},
               {"states_max", ruling.states_max},
               {"rules_used", exercised}};
  if (ruling.judgement == spec::Judgement::violates) {
    json["violation"] = {{"event", ruling.why->event + 1},
                         {"call", ruling.why->call},
                         {"seen", ruling.why->observed},
                         {"allowed", allowed_of(*ruling.why)}};
  } else if (ruling.why) {
    json["reason"] = ruling.why->observed;
  }
  if (ruling.silence) {
    json["silence"] = {{"call", ruling.silence->call}, {"rule", id_of(ruling.silence->rule)}};
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace ipcspec::report
