#include "auth/external_identity.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "types/ascii.h"
#include "types/json_reader.h"
#include "types/json_text.h"

namespace kalam::auth {

namespace {

struct Provider {
  std::string_view type;
  std::array<std::string_view, 2> parts;  // of an issuer's URL; empty: none
  bool both = false;                      // all parts must be there, not one of them
};

// In order: the first that fits.
constexpr std::array<Provider, 30> kProviders = {{{"keycloak", {"keycloak", "/realms/"}},
                                                  {"google", {"accounts.google.com", ""}},
                                                  {"azure_ad", {"login.microsoftonline.com", "sts.windows.net"}},
                                                  {"cognito", {"cognito-idp", "amazonaws.com"}, true},
                                                  {"github", {"github.com", ""}},
                                                  {"gitlab", {"gitlab", ""}},
                                                  {"facebook", {"facebook.com", ""}},
                                                  {"apple", {"appleid.apple.com", ""}},
                                                  {"firebase", {"securetoken.google.com", ""}},
                                                  {"okta", {"okta.com", "oktapreview.com"}},
                                                  {"auth0", {"auth0.com", ""}},
                                                  {"supabase", {"supabase", ""}},
                                                  {"onelogin", {"onelogin.com", ""}},
                                                  {"ping_identity", {"pingidentity.com", "pingone.com"}},
                                                  {"salesforce", {"salesforce.com", "force.com"}},
                                                  {"oracle", {"identity.oraclecloud.com", ""}},
                                                  {"ibm", {"verify.ibm.com", ""}},
                                                  {"jumpcloud", {"jumpcloud.com", ""}},
                                                  {"duo", {"duosecurity.com", ""}},
                                                  {"fusionauth", {"fusionauth", ""}},
                                                  {"authentik", {"authentik", ""}},
                                                  {"zitadel", {"zitadel", ""}},
                                                  {"casdoor", {"casdoor", ""}},
                                                  {"logto", {"logto", ""}},
                                                  {"clerk", {"clerk", ""}},
                                                  {"stytch", {"stytch.com", ""}},
                                                  {"workos", {"workos.com", ""}},
                                                  {"descope", {"descope.com", ""}},
                                                  {"x", {"twitter.com", "x.com"}},
                                                  {"aws_iam", {"", ""}}}};

bool fits(const Provider& provider, std::string_view url) {
  size_t parts = 0, found = 0;
  for (const auto part : provider.parts) {
    if (part.empty()) continue;
    ++parts;
    found += url.find(part) != std::string_view::npos;
  }
  return provider.both ? found == parts : found > 0;
}

std::string_view without_slash(std::string_view issuer) {
  if (issuer.ends_with('/')) issuer.remove_suffix(1);
  return issuer;
}

struct Written {
  std::optional<std::string> provider, issuer, subject;
  std::vector<std::pair<std::string, std::string>> others;  // names, and values as JSON
};

Result<Written> read(std::string_view text) {
  Written written;
  UniqueKeys keys;
  JsonReader json(text);
  TRY(json.begin_object());
  while (auto key = TRY(keys.next(json))) {
    const bool is_text = TRY(json.peek()) == JsonReader::Kind::string;
    if (*key == "provider" && is_text) written.provider = TRY(json.string());
    else if (*key == "issuer" && is_text) written.issuer = TRY(json.string());
    else if (*key == "subject" && is_text) written.subject = TRY(json.string());
    else written.others.emplace_back(std::move(*key), std::string(TRY(json.raw())));
  }
  TRY(json.end());
  return written;
}

bool is_kept(std::string_view key, std::string_view value) {
  constexpr std::array<std::string_view, 4> kOwn = {"provider", "issuer", "subject", "provider_type"};
  return value != "null" && std::ranges::find(kOwn, key) == kOwn.end();
}

// The issuer whose tokens the user will bring, when only the provider was named.
std::string resolved_issuer(const std::string& provider, const TrustedIssuers& trusted) {
  if (const auto named = trusted.by_provider.find(provider); named != trusted.by_provider.end()) return named->second;
  const auto type = provider_type(provider);
  const std::string* only = nullptr;
  for (const auto& issuer : trusted.issuers) {
    if (provider_type(issuer) != type) continue;
    if (only) return provider;  // more than one: nobody can say which
    only = &issuer;
  }
  return only ? *only : provider;
}

Status check_subject(std::string_view subject) {
  constexpr size_t kSubjectBytesMax = 255;
  const bool fine = !subject.empty() && subject.size() <= kSubjectBytesMax &&
                    std::ranges::none_of(subject, [](unsigned char c) { return c < 0x20 || c == 0x7F; });
  if (fine) return {};
  return refused("OAuth 'subject' must have 1 to 255 bytes and no control characters");
}

}  // namespace

bool TrustedIssuers::trusts(std::string_view issuer) const {
  const auto same = [&](std::string_view known) { return without_slash(known) == without_slash(issuer); };
  return std::ranges::any_of(issuers, same) ||
         std::ranges::any_of(by_provider, [&](const auto& each) { return same(each.second); });
}

std::string provider_type(std::string_view issuer_or_provider) {
  const auto text = ascii_lower(issuer_or_provider);
  if (text == "azure") return "azure_ad";
  for (const auto& provider : kProviders) {
    if (text == provider.type || fits(provider, text)) return std::string(provider.type);
  }
  return std::string(issuer_or_provider);
}

Result<ExternalIdentity> external_identity(std::string_view json, const TrustedIssuers& trusted) {
  auto written = read(json);
  if (!written.ok()) return refused("Invalid OAuth JSON: " + written.error().message);
  const auto& [provider, issuer, subject, others] = *written;
  if (!provider && !issuer) return refused("OAuth user requires 'provider' field");
  if (!subject) return refused("OAuth user requires 'subject' field");
  TRY(check_subject(*subject));

  ExternalIdentity identity;
  identity.issuer =
      issuer ? std::string(without_slash(*issuer)) : std::string(without_slash(resolved_issuer(*provider, trusted)));
  identity.subject = *subject;
  identity.trusted = trusted.trusts(identity.issuer);
  JsonText text(identity.auth_data);
  text.begin_object();
  text.key("provider_type").string(provider_type(provider ? *provider : identity.issuer));
  text.key("issuer").string(identity.issuer);
  text.key("subject").string(identity.subject);
  for (const auto& [key, value] : others) {
    if (is_kept(key, value)) text.key(key).raw(value);
  }
  text.end_object();
  return identity;
}

}  // namespace kalam::auth
