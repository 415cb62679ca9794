#include "node/settings_source.h"

#include <toml++/toml.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "types/ascii.h"

namespace kalam::node {

namespace {

Error at(const toml::source_position& position, std::string_view what) {
  return Error{ErrorCode::invalid_input, "TOML parse error at line " + std::to_string(position.line) + ", column " +
                                             std::to_string(position.column) + ": " + std::string(what)};
}

Error wrong_type(const toml::node& node, std::string_view key, std::string_view wanted) {
  return at(node.source().begin, "'" + std::string(key) + "' must be " + std::string(wanted));
}

// Sets one slot from one node.
struct FromNode {
  const toml::node& node;
  std::string_view key;

  Status operator()(std::string* slot) const {
    const auto value = node.value_exact<std::string>();
    if (!value) return wrong_type(node, key, "a string");
    *slot = *value;
    return {};
  }
  Status operator()(uint64_t* slot) const {
    const auto value = node.value_exact<int64_t>();
    if (!value || *value < 0) return wrong_type(node, key, "a number that is not negative");
    *slot = static_cast<uint64_t>(*value);
    return {};
  }
  Status operator()(int64_t* slot) const {
    const auto value = node.value_exact<int64_t>();
    if (!value) return wrong_type(node, key, "a number");
    *slot = *value;
    return {};
  }
  Status operator()(bool* slot) const {
    const auto value = node.value_exact<bool>();
    if (!value) return wrong_type(node, key, "true or false");
    *slot = *value;
    return {};
  }
  Status operator()(std::vector<std::string>* slot) const {
    const auto* const array = node.as_array();
    if (!array) return wrong_type(node, key, "an array of strings");
    slot->clear();
    for (const auto& item : *array) {
      const auto value = item.value_exact<std::string>();
      if (!value) return wrong_type(item, key, "an array of strings");
      slot->push_back(*value);
    }
    return {};
  }
};

const SettingKey* key_of(std::string_view name) {
  const auto keys = setting_keys();
  const auto found = std::find_if(keys.begin(), keys.end(), [&](const SettingKey& key) { return key.name == name; });
  return found == keys.end() ? nullptr : &*found;
}

class TomlReader {
 public:
  TomlReader(Settings& settings) : settings_(settings) {}

  Status table(const toml::table& table, const std::string& prefix) {
    for (const auto& [name, node] : table) {
      auto key = prefix + std::string(name.str());
      if (node.is_table() && prefix == "logging." && name == "targets") {
        TRY(targets(*node.as_table()));
      } else if (node.is_table()) {
        TRY(this->table(*node.as_table(), key + "."));
      } else if (const auto* const known = key_of(renamed(key))) {
        TRY(std::visit(FromNode{node, key}, known->slot(settings_)));
      } else {
        unknown_.push_back(std::move(key));
      }
    }
    return {};
  }
  std::vector<std::string> take_unknown() { return std::move(unknown_); }

 private:
  Status targets(const toml::table& table) {
    for (const auto& [name, node] : table) {
      TRY(FromNode{node, name.str()}(&settings_.logging.targets[std::string(name.str())]));
    }
    return {};
  }
  // Sections that have two names.
  static std::string renamed(const std::string& key) {
    if (key.starts_with("authentication.")) return "auth." + key.substr(15);
    if (key.starts_with("datafusion.")) return "query." + key.substr(11);
    return key;
  }

  Settings& settings_;
  std::vector<std::string> unknown_;
};

// Sets one slot from the text of a variable; false: the text is no value of its type.
struct FromText {
  const std::string& text;

  bool operator()(std::string* slot) const { return *slot = text, true; }
  template <typename Number>
  bool number(Number* slot) const {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return false;
    *slot = value;
    return true;
  }
  bool operator()(uint64_t* slot) const { return number(slot); }
  bool operator()(int64_t* slot) const { return number(slot); }
  bool operator()(bool* slot) const {
    const auto lower = ascii_lower(text);
    const bool yes = lower == "true" || lower == "1" || lower == "yes" || lower == "on";
    const bool no = lower == "false" || lower == "0" || lower == "no" || lower == "off";
    if (yes || no) *slot = yes;
    return yes || no;
  }
  bool operator()(std::vector<std::string>* slot) const {
    slot->clear();
    std::istringstream parts(text);
    for (std::string part; std::getline(parts, part, ',');) {
      const auto from = part.find_first_not_of(" \t");
      if (from == std::string::npos) continue;
      slot->push_back(part.substr(from, part.find_last_not_of(" \t") + 1 - from));
    }
    return true;
  }
};

// A secret has two variables, one of which names a file whose first line it is.
Status apply_secret(const Environment& environment, const std::string& name, std::string& slot) {
  const auto direct = environment(name);
  const auto path = environment(name + "_FILE");
  const bool has_direct = direct && !direct->empty();
  const bool has_path = path && !path->empty();
  if (has_direct && has_path) {
    return Error{ErrorCode::invalid_input, name + " and " + name + "_FILE are both set"};
  }
  if (has_direct) slot = *direct;
  if (has_path) {
    std::ifstream file(*path);
    std::string line;
    if (!std::getline(file, line)) {
      return Error{ErrorCode::invalid_input, name + "_FILE cannot be read: " + *path};
    }
    slot = line;
  }
  return {};
}

}  // namespace

Result<std::vector<std::string>> apply_toml(std::string_view text, Settings& settings) {
  try {
    const toml::table file = toml::parse(text);
    if (file.contains("auth") && file.contains("authentication")) {
      return at(file.get("authentication")->source().begin, "duplicate field `auth`");
    }
    TomlReader reader(settings);
    // [query] beats [datafusion], wherever the two stand.
    if (file.contains("datafusion") && file.contains("query")) {
      auto older = file;
      older.erase("query");
      TRY(reader.table(older, ""));
      TomlReader newer(settings);
      TRY(newer.table(file["query"].ref<toml::table>(), "query."));
      auto unknown = reader.take_unknown();
      for (auto& key : newer.take_unknown()) unknown.push_back(std::move(key));
      return unknown;
    }
    TRY(reader.table(file, ""));
    return reader.take_unknown();
  } catch (const toml::parse_error& error) {
    return at(error.source().begin, error.description());
  }
}

Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* const value = std::getenv(name.c_str());
    return value ? std::optional<std::string>(value) : std::nullopt;
  };
}

Status apply_environment(const Environment& environment, Settings& settings) {
  for (const auto& key : setting_keys()) {
    if (key.environment.empty()) continue;
    const auto name = "KALAMDB_" + std::string(key.environment);
    auto text = environment(name);
    if (!text && !key.older_environment.empty()) text = environment("KALAMDB_" + std::string(key.older_environment));
    // Empty is not set; an empty origin takes the one of the file away.
    if (!text || (text->empty() && key.name != "server.public_origin")) continue;
    if (std::visit(FromText{*text}, key.slot(settings))) continue;
    if (key.environment == "TOKIO_WORKER_THREADS") continue;  // what is no number counts as not set
    return Error{ErrorCode::invalid_input, "Invalid " + name + " value: " + *text};
  }
  TRY(apply_secret(environment, "KALAMDB_JWT_SECRET", settings.auth.jwt_secret));
  return apply_secret(environment, "KALAMDB_ROOT_PASSWORD", settings.auth.root_password);
}

}  // namespace kalam::node
