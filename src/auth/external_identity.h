// ExternalIdentity: the account at somebody else's login that a user is: spec auth §7.4 and §7.6.

#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace kalam::auth {

// Whose tokens are believed.
struct TrustedIssuers {
  std::vector<std::string> issuers = {};                // URLs
  std::map<std::string, std::string> by_provider = {};  // the configured issuer of a provider by name

  bool trusts(std::string_view issuer) const;
};

struct ExternalIdentity {
  std::string issuer;
  std::string subject;
  std::string auth_data;  // as system.users shows it: a JSON object
  bool trusted = false;   // may log in
};

// Of the JSON of CREATE USER … WITH OAUTH: `subject`, and `issuer`, `provider` or both; the rest is kept.
// `invalid_operation` with the texts of spec auth §3.3.
Result<ExternalIdentity> external_identity(std::string_view json, const TrustedIssuers& trusted);

// "google", "azure_ad", …: of an issuer's URL or a provider's name; else the text itself.
std::string provider_type(std::string_view issuer_or_provider);

}  // namespace kalam::auth
