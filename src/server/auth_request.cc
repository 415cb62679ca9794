#include "server/auth_request.h"

#include "server/json_body.h"
#include "types/json_reader.h"

namespace kalam::server {

namespace {

Error wrong(std::string text) { return Error{ErrorCode::invalid_input, std::move(text)}; }

// The fields of both requests; those that a request does not have stay empty.
struct Fields {
  std::optional<std::string> user;
  std::optional<std::string> password;
  std::optional<std::string> root_password;
  std::optional<std::string> email;
};

enum class Form { login, setup };

Status set(std::optional<std::string>& field, JsonReader& json, std::string_view name, size_t bytes_max) {
  if (field) return wrong("duplicate field `" + std::string(name) + "`");
  auto text = TRY(json.string());
  if (text.size() > bytes_max) {
    return wrong(std::string(name) + " exceeds " + std::to_string(bytes_max) + " bytes");
  }
  field = std::move(text);
  return {};
}

Status read_field(const std::string& key, Form form, JsonReader& json, Fields& fields) {
  if (key == "user" || key == "username") return set(fields.user, json, "user", kUserBytesMax);
  if (key == "password") return set(fields.password, json, "password", kPasswordFieldBytesMax);
  if (form == Form::setup && key == "root_password") {
    return set(fields.root_password, json, "root_password", kPasswordFieldBytesMax);
  }
  if (form == Form::setup && key == "email") {
    if (TRY(json.peek()) == JsonReader::Kind::null) return json.null();
    return set(fields.email, json, "email", std::string::npos);
  }
  return wrong("unknown field `" + key + "`, expected one of `user`, `username`, `password`" +
               (form == Form::setup ? ", `root_password`, `email`" : ""));
}

Result<Fields> read_object(std::string_view body, Form form) {
  Fields fields;
  JsonReader json(body);
  UniqueKeys keys;
  TRY(json.begin_object());
  while (const auto key = TRY(keys.next(json))) TRY(read_field(*key, form, json, fields));
  TRY(json.end());
  if (!fields.user) return wrong("missing field `user`");
  if (!fields.password) return wrong("missing field `password`");
  if (form == Form::setup && !fields.root_password) return wrong("missing field `root_password`");
  return fields;
}

Result<Fields> read(std::string_view content_type, std::string_view body, Form form) {
  if (!is_json(content_type)) return wrong("Content type error");
  auto fields = read_object(body, form);
  if (!fields.ok()) return std::move(fields).error().within("Json deserialize error: ");
  return fields;
}

}  // namespace

Result<LoginRequest> read_login_request(std::string_view content_type, std::string_view body) {
  auto fields = TRY(read(content_type, body, Form::login));
  return LoginRequest{.user = std::move(*fields.user), .password = std::move(*fields.password)};
}

Result<SetupRequest> read_setup_request(std::string_view content_type, std::string_view body) {
  auto fields = TRY(read(content_type, body, Form::setup));
  return SetupRequest{.user = std::move(*fields.user),
                      .password = std::move(*fields.password),
                      .root_password = std::move(*fields.root_password),
                      .email = std::move(fields.email)};
}

}  // namespace kalam::server
