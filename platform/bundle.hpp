// The config.json of an OCI bundle, with the capabilities and mounts that container engines give
// by default.
#pragma once

#include <string>
#include <vector>

namespace ipcspec::platform {

std::string bundle_config(const std::string& root, const std::vector<std::string>& arguments);

}  // namespace ipcspec::platform
