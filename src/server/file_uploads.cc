#include "server/file_uploads.h"

#include <algorithm>

#include "base/log.h"
#include "catalog/names.h"
#include "files/media_type.h"
#include "files/scope_directory.h"
#include "query/impersonation.h"
#include "server/file_placeholder.h"
#include "server/http_text.h"
#include "sql/parse.h"
#include "types/file_ref.h"

namespace kalam::server {

namespace {

SqlFailure no_such_table(const TableId& table, const Viewer& actor) {
  const auto message =
      is_admin(actor.role) ? "Table '" + table.colon() + "' not found" : "Requested table is not available";
  return {400, "TABLE_NOT_FOUND", message, {}};
}

SqlFailure not_stored(const Error& error) {
  log::error("server", "a file was not stored", {{"error", error.message}, {"detail", error.detail}});
  if (error.code == ErrorCode::disk_full) return {503, "STORAGE_READ_ONLY", error.message, {}};
  return {500, "INTERNAL_ERROR", error.message, {}};
}

const SentFile* find_file(const std::vector<SentFile>& files, std::string_view key) {
  const auto found = std::find_if(files.begin(), files.end(), [&](const auto& file) { return file.key == key; });
  return found == files.end() ? nullptr : &*found;
}

}  // namespace

Result<files::FileScope> file_scope(const catalog::Catalog& catalog, const TableDefinition& table, const UserId& user) {
  files::FileScope scope{.table = table.id, .user = {}, .directory = {}};
  if (table.type == TableType::user) scope.user = user;
  const auto snapshot = catalog.snapshot();
  const auto* id = storage_id_of(table.options);
  const auto* storage = id ? snapshot->storage(*id) : nullptr;
  if (!storage) return Error{ErrorCode::internal, "File storage failed", "no storage of " + table.id.dotted()};
  scope.directory = TRY(files::scope_directory(*storage, table, scope.user));
  return scope;
}

Upload::~Upload() {
  if (!store_) return;
  for (const auto& file : files_) {
    if (const auto gone = store_->take_back(file); !gone.ok()) {
      log::warn("server", "a file of a failed statement goes at the next start",
                {{"file", file.ref.id}, {"detail", gone.error().detail}});
    }
  }
}

void Upload::keep() {
  if (!store_) return;
  for (const auto& file : files_) store_->keep(file);
  store_ = nullptr;
}

std::variant<FileUploads::Target, SqlFailure> FileUploads::target_of(const FormRequest& form,
                                                                     const Viewer& actor) const {
  const auto script = sql::read_script(form.request.sql);
  if (script.statements.size() != 1) return input_failure("File uploads require a single SQL statement");
  const auto& statement = script.statements.front();
  auto name = written_table(statement.text);
  if (!name) {
    return input_failure(
        "Could not determine target table from SQL. Use fully qualified table name (namespace.table).");
  }
  if (name->ns.empty()) name->ns = form.request.default_schema;
  const TableId id{NamespaceId(name->ns), TableName(name->name)};
  Target target{.table = services_.catalog.snapshot()->share(id), .viewer = actor};
  const bool of_system = catalog::is_system_namespace(name->ns);
  if (!target.table && !of_system) return no_such_table(id, actor);
  if (of_system || target.table->type == TableType::stream || target.table->type == TableType::system) {
    return input_failure("File uploads are not supported for stream or system tables");
  }
  if (statement.as_user) {
    auto viewer = query::impersonate(actor, *statement.as_user, services_);
    if (!viewer.ok()) {
      const bool denied = viewer.error().code == ErrorCode::permission_denied;
      return SqlFailure{
          denied ? 403U : 400U, denied ? "PERMISSION_DENIED" : "INVALID_INPUT", viewer.error().message, {}};
    }
    target.viewer = std::move(*viewer);
  }
  return target;
}

std::variant<Upload, SqlFailure> FileUploads::store(const FormRequest& form, const Viewer& actor) const {
  const auto& sql = form.request.sql;
  const auto placeholders = find_file_placeholders(sql);
  Upload upload(sql, store_);
  if (placeholders.empty() && form.files.empty()) return upload;
  // A text that is no SQL: the runner says what is wrong with it.
  if (const auto script = sql::read_script(sql); script.refusal && script.statements.empty()) return upload;
  auto found = target_of(form, actor);
  if (auto* refused = std::get_if<SqlFailure>(&found)) return std::move(*refused);
  const auto& [table, viewer] = std::get<Target>(found);

  // Each call gets a file of its own, so that a row that goes takes no other row's file along; and no text makes many
  // files of one.
  if (placeholders.size() > limits_.files_max) {
    return SqlFailure{
        400, "TOO_MANY_FILES", "Too many files: maximum " + std::to_string(limits_.files_max) + " allowed", {}};
  }
  const auto scope = file_scope(services_.catalog, *table, viewer.user);
  if (!scope.ok()) return not_stored(scope.error());
  std::string text;
  size_t copied = 0;
  for (const auto& [begin, end, key] : placeholders) {
    const auto* file = find_file(form.files, key);
    if (!file) continue;
    const auto media_type =
        file->media_type.empty() ? std::string(files::guess_media_type(file->bytes, file->name)) : file->media_type;
    if (!mime_allowed(media_type, limits_.media_types_allowed)) {
      return SqlFailure{
          400, "INVALID_MIME_TYPE", "MIME type '" + media_type + "' not allowed for file '" + file->name + "'", {}};
    }
    auto stored = store_.put(*scope, {.name = file->name, .media_type = media_type, .bytes = file->bytes});
    if (!stored.ok()) return not_stored(stored.error());
    text.append(sql, copied, begin - copied);
    text += quoted(stored->ref.json(), '\'');
    copied = end;
    upload.files_.push_back(std::move(*stored));
  }
  text.append(sql, copied);
  upload.sql_ = std::move(text);
  return upload;
}

Result<bool> FileUploads::is_named_by_a_row(const files::StoredFile& file) const {
  const auto table = services_.catalog.snapshot()->share(file.scope.table);
  if (!table) return false;
  std::string condition;
  for (const auto* column : table->user_columns()) {
    if (column->type.tag() != TypeTag::file) continue;
    if (!condition.empty()) condition += " OR ";
    condition += quoted(column->name, '"') + " = $1";
  }
  if (condition.empty()) return false;
  const auto sql = "SELECT 1 FROM " + quoted(table->id.ns.value(), '"') + "." + quoted(table->id.table.value(), '"') +
                   " WHERE " + condition + " LIMIT 1";
  query::Request request{.sql = sql, .parameters = {Value::text(file.ref.json())}};
  request.session.viewer.user = file.scope.user.value_or(UserId("root"));
  request.session.viewer.role = Role::system;
  request.session.actor = request.session.viewer;
  const auto replies = runner_.run(std::move(request));
  if (replies.failure) return replies.failure->error;
  return replies.replies.front().row_count > 0;
}

void FileUploads::keep_named(Upload upload) const {
  // What is taken back here, or of what nobody knows anything, is no longer the upload's.
  upload.store_ = nullptr;
  for (const auto& file : upload.files_) {
    const auto named = is_named_by_a_row(file);
    if (!named.ok()) {
      log::warn("server", "whose file this is turns out at the next start", {{"file", file.ref.id}});
    } else if (*named) {
      store_.keep(file);
    } else if (const auto gone = store_.take_back(file); !gone.ok()) {
      log::warn("server", "a file that no row names goes at the next start", {{"file", file.ref.id}});
    }
  }
}

Status FileUploads::settle_leftovers() const {
  for (const auto& file : TRY(store_.unsettled())) {
    const auto named = is_named_by_a_row(file);
    if (!named.ok()) {
      // It stays, and its note with it: better a file too many than a row without its file.
      log::warn("server", "nobody knows whose file this is",
                {{"file", file.ref.id}, {"table", file.scope.table.dotted()}, {"error", named.error().message}});
    } else if (*named) {
      store_.keep(file);
    } else {
      TRY(store_.take_back(file));
      log::info("server", "a file of an unfinished upload was removed",
                {{"file", file.ref.id}, {"table", file.scope.table.dotted()}});
    }
  }
  return {};
}

}  // namespace kalam::server
